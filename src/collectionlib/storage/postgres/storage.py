"""The storage itself: a schema, a connection for each snapshot and each transaction."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import TYPE_CHECKING, ClassVar, Self

from ...errors import (
    CollectionNotFound,
    ConflictError,
    StorageError,
)
from ...model import Metadata
from ..base import LOCK_TIMEOUT, Batch, Snapshot, Storage
from ..history.operations import Operation
from .connections import Connections
from .location import Address

if TYPE_CHECKING:
    from .connection import Connection

__all__ = ["PostgresStorage"]


class PostgresStorage(Storage):
    """A collection in a schema of a database: ``postgresql://USER@HOST:PORT/DATABASE#SCHEMA``.

    What the location does not say, libpq takes from where it always does: ``PGHOST``, ``PGUSER``,
    ``~/.pgpass`` and so on. `location` is without the password that was given. Each snapshot and
    each transaction has a connection to itself; up to two are kept for the next until `close`.
    """

    schemes: ClassVar[tuple[str, ...]] = ("postgresql", "postgres")
    many_writers: ClassVar[bool] = True

    def __init__(self, location: str) -> None:
        self._address = Address.of(location)
        self.location: str = self._address.shown
        self._connections = Connections(self._address)

    @classmethod
    def create(cls, location: str, metadata: Metadata) -> Self:
        """Make an empty collection: the schema, unless it is there, and its tables.

        Raises:
            ConflictError: there is a collection in the schema, or something else.
            CollectionNotFound: the server has no such database.
            StorageError: the server cannot be had, or it is not allowed.
        """
        storage = cls(location)
        with storage._connections.one() as connection:
            from .connection import Stage, translated

            with translated(storage._address, Stage.WRITING), connection.transaction():
                storage._make(connection, metadata)
        return storage

    def _make(self, connection: Connection, metadata: Metadata) -> None:
        from psycopg import sql

        from .batch import write_metadata
        from .log import lock_of
        from .schema import add_trigrams, migrate

        self._check_encoding(connection)
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (lock_of(self._address),))
        schema = self._address.schema
        taken = connection.execute(
            "SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n "
            "ON n.oid = c.relnamespace WHERE n.nspname = %s LIMIT 1",
            (schema,),
        ).fetchone()
        if taken:
            raise ConflictError(
                f"{self.location} exists already: open it, or choose another name behind #",
                location=self.location,
            )
        there = connection.execute(
            "SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = %s", (schema,)
        ).fetchone()
        if not there:
            connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
        migrate(connection, 0)
        add_trigrams(connection)
        write_metadata(connection, metadata)

    def _check_encoding(self, connection: Connection) -> None:
        encoding = connection.info.parameter_status("server_encoding")
        if encoding != "UTF8":
            raise StorageError(
                f"{self.location}: the database is in {encoding}, which has not every letter: make "
                "one with: createdb --encoding=UTF8 --template=template0 NAME",
                location=self.location,
            )

    @classmethod
    def open(cls, location: str) -> Self:
        storage = cls(location)
        with storage._reading():
            return storage

    def close(self) -> None:
        self._connections.close()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._connections.one() as connection:
            from .connection import begin_reading, translated

            with translated(self._address):
                begin_reading(connection)
                self._version(connection)
            yield connection

    def _version(self, connection: Connection) -> int:
        from .schema import found_version, version_of

        found = found_version(connection, self._address)
        if found is None:
            reason = f"there is none in the schema {self._address.schema}"
            raise CollectionNotFound(self.location, reason)
        return version_of(found, self._address)

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        with self._reading() as connection:
            from .snapshot import PostgresSnapshot

            view = PostgresSnapshot(connection, self._address)
            try:
                yield view
            finally:
                view.end()

    def transaction(self) -> AbstractContextManager[Batch]:
        return self.operation(Operation())

    @contextmanager
    def operation(self, operation: Operation) -> Iterator[Batch]:
        with self._connections.one() as connection:
            import psycopg

            from .batch import PostgresBatch
            from .connection import Stage, translated
            from .log import Recording, drop_outdated

            with translated(self._address, Stage.WRITING):
                self._bring_up_to_date(connection)
                connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
                log = Recording(connection, self._address, operation, self._connections.one)
                batch = PostgresBatch(connection, self._address, log)
            try:
                with batch.block.whole():
                    yield batch
                    batch.finish()
            except BaseException:
                # Of a connection that is lost the server takes back everything itself.
                with suppress(psycopg.Error):
                    connection.rollback()
                raise
            self._commit(connection)
            drop_outdated(connection, self._address)

    def _bring_up_to_date(self, connection: Connection) -> None:
        from .log import lock_of
        from .schema import VERSION, migrate

        if self._version(connection) < VERSION:
            with connection.transaction():
                connection.execute("SELECT pg_advisory_xact_lock(%s)", (lock_of(self._address),))
                # Another may have done it while this one waited.
                migrate(connection, self._version(connection))

    def _commit(self, connection: Connection) -> None:
        """Commit; where the answer is lost, ask the server what has become of it.

        Raises:
            StorageError: nothing was written; or that is not known.
        """
        import psycopg

        from .connection import Stage, translated

        with translated(self._address, Stage.WRITING):
            row = connection.execute("SELECT pg_current_xact_id()::text").fetchone()
        try:
            with translated(self._address, Stage.COMMITTING):
                done = connection.execute("COMMIT")
        except StorageError as error:
            if not connection.broken or not row:
                raise
            self._ask_for(row[0], error)
            return
        if done.statusmessage != "COMMIT":
            raise StorageError(
                f"{self.location} is as it was: something in the block had failed before",
                location=self.location,
            ) from psycopg.errors.InFailedSqlTransaction()

    def _ask_for(self, transaction: str, lost: StorageError) -> None:
        """Find out what has become of a transaction whose commit was not answered.

        Args:
            transaction: its number.
            lost: what to raise where that cannot be found out.
        """
        import psycopg

        end = time.monotonic() + LOCK_TIMEOUT / 2
        while True:
            # This connection, too, may be lost at any moment.
            with suppress(StorageError, psycopg.Error), self._connections.one() as connection:
                row = connection.execute("SELECT pg_xact_status(%s::xid8)", (transaction,))
                status = (row.fetchone() or ("",))[0]
                if status == "committed":
                    return
                if status == "aborted":
                    break
            if time.monotonic() > end:
                raise lost
            time.sleep(0.1)
        raise StorageError(
            f"{self.location} is as it was, nothing was written: the connection was lost at the "
            "very end; do it again",
            location=self.location,
        ) from lost
