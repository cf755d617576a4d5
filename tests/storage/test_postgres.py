"""Collections in PostgreSQL, on a server of the tests' own."""

from collections.abc import Callable
from itertools import count
from pathlib import Path

import psycopg
import pytest
from tests.postgres_server import Server
from tests.storage.kept import FORMATS, KEPT

from collectionlib.storage.postgres import PostgresStorage
from collectionlib.storage.postgres.location import Address
from collectionlib.storage.postgres.schema import VERSION
from collectionlib.testing import Damage, Place, StorageTests
from collectionlib.testing.place import named

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
