"""The storage itself: a file that each transaction replaces."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, ClassVar, Self, cast

from ...errors import CollectionNotFound, ConflictError, StorageError
from ...model import Metadata
from ..base import Batch, Snapshot, Storage
from ..durable import remove_leftovers, replacing, writing
from ..history.files import Record
from ..history.operations import Operation
from ..json_document import Header, read_header, write_document
from ..locking import writer_lock
from ..scanning import raise_damages
from .batch import JsonBatch
from .log import JsonLog, log_folder
from .outline import read_outline
from .snapshot import JsonSnapshot

__all__ = ["JsonStorage"]


class JsonStorage(Storage):
    """A collection in a file ``*.json``."""

    suffixes: ClassVar[tuple[str, ...]] = (".json",)

    def __init__(self, location: str) -> None:
        self.location = location
        self._path = Path(location)

    @classmethod
    def create(cls, location: str, metadata: Metadata) -> Self:
        storage = cls(location)
        storage._refuse_existing()
        with writing(location):
            storage._path.parent.mkdir(parents=True, exist_ok=True)
        with storage._lock():
            storage._refuse_existing()
            with writing(location), replacing(storage._path) as out:
                write_document(out, Header(metadata), ())
        return storage

    @classmethod
    def open(cls, location: str) -> Self:
        storage = cls(location)
        with storage._opened() as file:
            read_header(file, location)
        return storage

    def _refuse_existing(self) -> None:
        if self._path.exists():
            raise ConflictError(
                f"{self.location} exists already: open it, or choose another name",
                location=self.location,
            )

    def _opened(self) -> BinaryIO:
        if self._path.is_fifo():
            # Whoever opens one waits for somebody who writes.
            raise CollectionNotFound(self.location, "it is a pipe")
        try:
            return self._path.open("rb")
        except FileNotFoundError as error:
            raise CollectionNotFound(self.location) from error
        except IsADirectoryError as error:
            raise CollectionNotFound(self.location, "it is a folder") from error

    def _lock(self) -> AbstractContextManager[None]:
        return writer_lock(self._path.with_name(f".{self._path.name}.lock"), self.location)

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        with self._opened() as file:
            yield JsonSnapshot(file, self.location, self._log)

    def transaction(self) -> AbstractContextManager[Batch]:
        return self.operation(Operation())

    @contextmanager
    def operation(self, operation: Operation) -> Iterator[Batch]:
        with self._lock(), self._opened() as file, self._spool() as spool:
            remove_leftovers(self._path)
            before = read_outline(file, self.location)
            batch = JsonBatch(before, spool, self.location)
            with batch.block.whole():
                yield batch
                batch.block.check()
            if batch.changed or operation.undoes:
                # Writing anew would drop what cannot be read now and might still be mended.
                raise_damages(before.damages)
                self._commit(batch, operation)

    @contextmanager
    def _spool(self) -> Iterator[BinaryIO]:
        """A file for what a transaction puts, on the disk that is to hold it."""
        with writing(self.location):
            spool = tempfile.TemporaryFile(dir=self._path.parent)  # noqa: SIM115 - closed below
        try:
            yield cast("BinaryIO", spool)
        finally:
            with suppress(OSError):
                # What a full disk has not taken is not wanted any more.
                spool.close()

    def _commit(self, batch: JsonBatch, operation: Operation) -> None:
        log = self._log(batch.log)
        with writing(self.location), Record(self.location, self._path.parent) as record:
            if batch.kept_operations:
                batch.record(record.recorder)
            last = log.add(record, operation) if record.recorder.finish(operation) else log.last
            try:
                with replacing(self._path) as out:
                    write_document(out, batch.header(last), batch.lines())
            finally:
                self._tidy_log(batch.kept_operations)

    def _tidy_log(self, kept_operations: int) -> None:
        """Take away what is of no transaction, or no longer kept.

        What it cannot take away the next one does: it changes nothing of whether this one is done.
        """
        with suppress(OSError, StorageError):
            log = self._log(self._last_in_place())
            log.remove_unfinished()
            log.forget(kept_operations)

    def _last_in_place(self) -> int:
        """The number that the file says now: also where nobody knows whether it was written."""
        with self._opened() as file:
            return read_header(file, self.location)[0].log

    def _log(self, last: int) -> JsonLog:
        return JsonLog(log_folder(self._path), last, self.location)
