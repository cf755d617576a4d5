"""Tables of an older version in PostgreSQL: read as they are, brought up to date by a writer.

There is one version so far, so the step to the next is one of the tests' own.
"""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from tests.postgres_server import Server

from collectionlib.errors import NewerFormat, StorageError
from collectionlib.model import Metadata
from collectionlib.storage.postgres import PostgresStorage, schema
from collectionlib.storage.postgres.location import Address
from collectionlib.testing.place import named, put_all

_ENTRIES = [named(f"entry {number}") for number in range(5)]
_NEXT = """
ALTER TABLE entries ADD COLUMN characters bigint;
UPDATE entries SET characters = char_length(body);
"""


@pytest.fixture
def older(postgres: Server, monkeypatch: pytest.MonkeyPatch) -> PostgresStorage:
    """A collection that was made before there was a further step."""
    storage = PostgresStorage.create(postgres.new_location(), Metadata(title="Older"))
    put_all(storage, _ENTRIES)
    storage.close()
    _with_step(_NEXT, monkeypatch)
    return PostgresStorage.open(storage.location)


def _with_step(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = (schema._TABLES, step)
    monkeypatch.setattr(schema, "_STEPS", steps)
    monkeypatch.setattr(schema, "VERSION", len(steps))


def _asked(statement: str, location: str) -> list[tuple[object, ...]]:
    address = Address.of(location)
    with psycopg.connect(address.database) as connection:
        connection.execute(f'SET search_path TO "{address.schema}"'.encode())
        return connection.execute(statement.encode()).fetchall()


def _version(location: str) -> object:
    return _asked("SELECT version FROM format", location)[0][0]


def _columns(location: str) -> set[object]:
    found = _asked(
        "SELECT column_name FROM information_schema.columns "
        "WHERE table_schema = current_schema() AND table_name = 'entries'",
        location,
    )
    return {name for (name,) in found}


def test_a_reader_leaves_older_tables_as_they_are(older: PostgresStorage) -> None:
    with older.snapshot() as view:
        assert sorted(view.scan(), key=lambda entry: entry.id) == _by_id()
    assert _version(older.location) == 1
    assert "characters" not in _columns(older.location)


def _by_id() -> list[object]:
    return sorted(_ENTRIES, key=lambda entry: entry.id)


def test_the_first_writer_brings_the_tables_up_to_date_and_loses_nothing(
    older: PostgresStorage,
) -> None:
    put_all(older, [named("new")])
    assert _version(older.location) == 2
    lengths = dict(_asked("SELECT id, characters FROM entries", older.location))
    assert {each.id: lengths[each.id] for each in _ENTRIES} == {
        each.id: len(each.body) for each in _ENTRIES
    }
    with older.snapshot() as view:
        assert {*view.scan()} == {*_ENTRIES, named("new")}
        assert view.metadata().title == "Older"


def test_a_step_that_fails_leaves_the_older_tables(
    older: PostgresStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    _with_step(f"{_NEXT} ALTER TABLE entries ADD COLUMN id text;", monkeypatch)
    with pytest.raises(StorageError):
        put_all(older, [named("new")])
    assert _version(older.location) == 1
    assert "characters" not in _columns(older.location)
    _with_step(_NEXT, monkeypatch)
    put_all(older, [named("new")])
    assert _version(older.location) == 2
    assert len(_asked("SELECT id FROM entries", older.location)) == len(_ENTRIES) + 1


def test_of_many_writers_at_once_one_takes_the_step(older: PostgresStorage) -> None:
    def write(number: int) -> None:
        storage = PostgresStorage.open(older.location)
        put_all(storage, [named(f"writer {number}")])
        storage.close()

    with ThreadPoolExecutor(4) as writers:
        list(writers.map(write, range(4)))
    # Taken twice, the step would have failed: the column would have been there.
    assert _version(older.location) == 2
    assert len(_asked("SELECT id FROM entries", older.location)) == len(_ENTRIES) + 4


def test_a_new_collection_takes_all_steps(older: PostgresStorage, postgres: Server) -> None:
    storage = PostgresStorage.create(postgres.new_location(), Metadata())
    assert _version(storage.location) == 2
    assert "characters" in _columns(storage.location)
    storage.close()


def test_an_older_program_refuses_tables_that_are_up_to_date(
    older: PostgresStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_all(older, [named("new")])
    older.close()
    monkeypatch.undo()
    with pytest.raises(NewerFormat):
        PostgresStorage.open(older.location)
