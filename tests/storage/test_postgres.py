"""Collections in PostgreSQL, on a server of the tests' own."""

from collections.abc import Callable
from itertools import count
from pathlib import Path

import psycopg
import pytest
from tests.postgres_server import Server
from tests.storage.kept import FORMATS, KEPT

from collectionlib.identity import entry_id
from collectionlib.model import Category, Entry, Metadata
from collectionlib.query import FullText, Not, ReadingOrder
from collectionlib.storage.base import plan_of
from collectionlib.storage.postgres import PostgresStorage
from collectionlib.storage.postgres.location import Address
from collectionlib.storage.postgres.schema import VERSION
from collectionlib.testing import Damage, Place, StorageTests
from collectionlib.testing.place import named, put_all

_NUMBERS = count()
_SPOILT = named("entry 3").id


def _executed(statement: str, location: str) -> None:
    address = Address.of(location)
    with psycopg.connect(address.database, autocommit=True) as connection:
        connection.execute(f'SET search_path TO "{address.schema}"'.encode())
        connection.execute(statement.encode())


def _executing(statement: str) -> Callable[[str], object]:
    return lambda location: _executed(statement, location)


def _restored(sample: Path, location: str) -> None:
    """Put back what pg_dump has made of a schema."""
    address = Address.of(location)
    # As bytes: what ends a line in a text is to stay.
    script = sample.read_bytes().replace(b"sample_of_format_1", address.schema.encode())
    with psycopg.connect(address.database, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public")
        connection.execute(script)


def _everything(location: str) -> object:
    """All rows of all tables, with the transactions that have written them."""
    address = Address.of(location)
    with psycopg.connect(address.database) as connection:
        tables = connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = %s ORDER BY 1",
            (address.schema,),
        ).fetchall()
        return {
            name: sorted(
                map(str, connection.execute(
                    f'SELECT xmin, ctid, t.*::text FROM "{address.schema}".{name} t'.encode()
                ))
            )
            for (name,) in tables
        }  # fmt: skip


class TestPostgresStorage(StorageTests):
    @pytest.fixture
    def place(self, tmp_path: Path, postgres: Server) -> Place:
        return Place(
            PostgresStorage,
            tmp_path,
            lambda _: postgres.location(next(_NUMBERS)),
            is_of_files=False,
            share=0.3,
            make_newer=_executing(f"UPDATE format SET version = {VERSION + 1}"),
            state=_everything,
            samples=[(FORMATS / "1/collection.sql", KEPT)],
            restore=_restored,
            damages={
                "no table": Damage(_executing("DROP TABLE entries CASCADE"), lost=12),
                "a document that is no JSON": Damage(
                    _executing("INSERT INTO documents VALUES ('origins', '{')")
                ),
                "a spoilt row": Damage(
                    _executing(f"UPDATE entries SET markup = 'no' WHERE id = '{_SPOILT}'"), lost=1
                ),
            },
        )


@pytest.mark.slow
def test_words_that_the_index_cannot_have_are_found_in_the_texts(postgres: Server) -> None:
    long_word = "x" * 3_000
    texts = [
        named("every", body=" ".join(f"w{number}" for number in range(200_000))),
        named("long", body=f"before {long_word} behind"),
        named("short", body="w7 and w77777 too"),
    ]
    storage = PostgresStorage.create(postgres.new_location(), Metadata())
    put_all(storage, texts[1:])
    with storage.snapshot() as view:
        assert plan_of(view, FullText(("w7",))).indexed == (FullText(("w7",)),)
        assert [each.title for each in view.scan(FullText((long_word,)))] == ["long"]
        assert view.count(FullText((f"{long_word}x",))) == 0
        assert view.count(Not(FullText((long_word,)))) == 1
    # One text has more words than the index takes: the others are still found by it.
    put_all(storage, texts[:1])
    with storage.snapshot() as view:
        for word, names in (("w77777", ["every", "short"]), ("w199999", ["every"]), ("w7x", [])):
            assert [each.title for each in view.scan(FullText((word,)))] == names
            assert view.count(FullText((word,))) == len(names)
            assert view.count(Not(FullText((word,)))) == 3 - len(names)


@pytest.mark.slow
def test_reading_order_is_that_of_positions_wherever_they_are(postgres: Server) -> None:
    paths = [(), ("A",), ("A", "2"), ("A", "10"), ("A", "10", "x"), ("B",), ("B", "x"), ("a b",)]
    storage = PostgresStorage.create(postgres.new_location(), Metadata())
    entries = [
        Entry(id=entry_id(*path, str(number)), title=str(number), category=path)
        for path in paths
        for number in (10, 9)
    ]
    put_all(storage, entries)
    for said in (
        [Category(path=("B",), position=-1)],
        [Category(path=("A", "10"), position=2**63 - 1)],
        [Category(path=("A", "10", "x"), position=0), Category(path=("Z",), position=-5)],
        [Category(path=("B",)), Category(path=("A",), position=3)],
    ):
        with storage.transaction() as batch:
            for category in said:
                batch.set_category(category)
        with storage.snapshot() as view:
            key = ReadingOrder(view.categories()).key
            expected = sorted(entries, key=key)
            assert list(view.scan()) == expected
            assert list(view.ids()) == [each.id for each in expected]
            for number in (0, 5, len(entries) - 1):
                after = list(view.scan(after=expected[number].id))
                assert after == expected[number + 1 :]


def test_a_location_may_say_how_long_to_wait_and_who_asks(postgres: Server) -> None:
    location = postgres.new_location()
    PostgresStorage.create(location, Metadata(title="T"))
    database, _, schema = location.partition("#")
    sign = "&" if "?" in database else "?"
    said = f"{database}{sign}connect_timeout=7&application_name=jokes#{schema}"
    with PostgresStorage.open(said).snapshot() as view:
        assert view.metadata().title == "T"


def test_categories_that_are_said_and_hold_nothing_or_have_no_place_stay_in_order(
    postgres: Server,
) -> None:
    storage = PostgresStorage.create(postgres.new_location(), Metadata(title="T"))
    entries = [named(name, category=(name, "inner")) for name in ("b", "a", "c")]
    with storage.transaction() as batch:
        for entry in entries:
            batch.put(entry)
        batch.set_category(Category(path=("c",), position=1))
        batch.set_category(Category(path=("empty",), position=2))
        batch.set_category(Category(path=("a", "inner"), position=1))
    with storage.snapshot() as view:
        assert [entry.category[0] for entry in view.scan()] == ["c", "a", "b"]
        first = entries[2].id
        assert [entry.category[0] for entry in view.scan(after=first)] == ["a", "b"]
