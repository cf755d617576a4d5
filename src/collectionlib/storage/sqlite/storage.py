"""The storage itself: one file, a connection for each snapshot and each transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import ClassVar, Self

from ...errors import CollectionNotFound, ConflictError, CorruptCollection
from ...model import Metadata
from ..base import Batch, Optimized, Snapshot, Storage
from ..durable import confirm, temporary_path, writing
from ..history.operations import Operation
from ..locking import writer_lock
from .connection import reader, translated, writer
from .schema import APPLICATION_ID, add_index, migrate, version_of
from .snapshot import SqliteSnapshot

__all__ = ["SqliteStorage"]


class SqliteStorage(Storage):
    """A collection in a file ``*.db`` or ``*.sqlite``."""

    suffixes: ClassVar[tuple[str, ...]] = (".db", ".sqlite", ".sqlite3")

    def __init__(self, location: str) -> None:
        self.location = location
        self._path = Path(location)

    @classmethod
    def create(cls, location: str, metadata: Metadata, *, index_words: bool = True) -> Self:
        """Make an empty collection.

        Args:
            location: the file.
            metadata: of the collection.
            index_words: whether to keep an index of words, which makes searching quick, and
                writing slower.

        Raises:
            ConflictError: there is something at the location already.
        """
        storage = cls(location)
        with writing(location):
            storage._path.parent.mkdir(parents=True, exist_ok=True)
        with storage._lock():
            if storage._path.exists():
                raise ConflictError(
                    f"{location} exists already: open it, or choose another name",
                    location=location,
                )
            # Made beside its place: whoever finds it there finds it whole.
            with writing(location), temporary_path(storage._path) as new:
                with translated(location), closing(_connect(new)) as connection:
                    _make_tables(connection, location, metadata, index_words=index_words)
                new.rename(storage._path)
                confirm(storage._path.parent)
        return storage

    @classmethod
    def open(cls, location: str) -> Self:
        storage = cls(location)
        with storage._reading():
            return storage

    def _lock(self) -> AbstractContextManager[None]:
        return writer_lock(self._path.with_name(f".{self._path.name}.lock"), self.location)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        if not self._path.is_file():
            reason = "it is a folder" if self._path.is_dir() else "there is nothing"
            raise CollectionNotFound(self.location, reason)
        with translated(self.location):
            connection = reader(self._path)
        with closing(connection):
            with translated(self.location):
                self._check(connection)
                connection.execute("BEGIN")
                # Only what is read first fixes the moment.
                connection.execute("SELECT 1 FROM metadata").fetchone()
            yield connection

    def _check(self, connection: sqlite3.Connection) -> None:
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        if application != APPLICATION_ID:
            raise CorruptCollection(
                "it is a database, but not of a collection",
                location=self.location,
                path=self.location,
                remedy="choose another file",
            )
        version_of(connection, self.location)

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        with self._reading() as connection:
            yield SqliteSnapshot(connection, self.location)

    def transaction(self) -> AbstractContextManager[Batch]:
        return self.operation(Operation())

    @contextmanager
    def operation(self, operation: Operation) -> Iterator[Batch]:
        # Only writers need it, and readers are to begin soon.
        from .batch import SqliteBatch

        with self._reading():
            pass
        with self._lock(), closing(self._writer()) as connection:
            try:
                with translated(self.location):
                    connection.execute("BEGIN IMMEDIATE")
                    migrate(connection, self.location)
                    batch = SqliteBatch(connection, self.location, operation)
                with batch.block.whole():
                    yield batch
                    batch.finish()
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            with translated(self.location, committing=True):
                connection.execute("COMMIT")

    def _writer(self) -> sqlite3.Connection:
        with translated(self.location):
            return writer(self._path)

    def places(self) -> tuple[str, ...]:
        # SQLite has its own files beside it.
        return tuple(f"{self.location}{end}" for end in ("", "-wal", "-shm", "-journal"))

    def optimize(self, *, keep: timedelta, dry_run: bool = False) -> Optimized:
        """See `collectionlib.storage.base.Optimizes`; older states are not kept."""
        from .optimizing import optimize

        with self._reading():
            pass
        with self._lock(), closing(self._writer()) as connection:
            return optimize(connection, self.location, dry_run=dry_run)

    def backup(self, target: str | Path) -> None:
        """Copy the database as it is now, with SQLite's own means, while others may write.

        Raises:
            ConflictError: there is something at the target already.
        """
        path = Path(target)
        if path.exists():
            raise ConflictError(f"{path} exists already: choose another name", location=str(path))
        with self._reading() as connection, writing(str(path)), temporary_path(path) as new:
            with translated(self.location), closing(_connect(new)) as copy:
                connection.backup(copy)
            new.rename(path)
            confirm(path.parent)


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None)


def _make_tables(
    connection: sqlite3.Connection, location: str, metadata: Metadata, *, index_words: bool
) -> None:
    from .batch import write_metadata

    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("BEGIN IMMEDIATE")
    migrate(connection, location)
    if index_words:
        add_index(connection)
    write_metadata(connection, metadata)
    connection.execute("COMMIT")
