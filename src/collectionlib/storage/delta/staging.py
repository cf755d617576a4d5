"""Files that are written and belong to nobody yet: a commit adds them to the table."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from io import RawIOBase
from typing import IO, TYPE_CHECKING, Protocol, cast
from uuid import uuid4

import obstore
from arro3.core import RecordBatch, RecordBatchReader
from arro3.io import write_parquet
from deltalake.transaction import AddAction, RemoveAction

from .failures import translated
from .rows import plain
from .spooling import copying, temporary_file
from .table import DataFile

if TYPE_CHECKING:
    from obstore.store import ObjectStore
    from typing_extensions import Buffer

    from .rows import Kind

__all__ = ["FILE_BYTES", "adding", "discard", "is_staged", "removing", "write_file"]

FILE_BYTES = 32 * 1024 * 1024
"""Bytes of rows in memory that become a file; compressed they are a third of it or less."""

_IS_CHANGE = True
_ROWS_IN_GROUP = 16 * 1024


class Beside(Protocol):
    """Where files are written: a `Table`, or whoever knows no more than its place."""

    @property
    def location(self) -> str:
        """Of the collection, for messages."""
        ...

    @property
    def store(self) -> ObjectStore:
        """Below the location."""
        ...


def write_file(
    table: Beside,
    kind: Kind,
    batches: Sequence[RecordBatch],
    revision: int | None = None,
    ids: tuple[str, str] | None = None,
) -> DataFile:
    """Write rows as a file beside those of the table.

    Args:
        table: beside whose files.
        kind: of the rows.
        batches: at least one row, all of one schema.
        revision: of all rows, where they have the same.
        ids: the first and the last, where somebody knows them.
    """
    revisions = _revisions(batches) if revision is None else (revision, revision)
    newest = revisions[1] if revisions else 0
    path = f"kind={kind}/part-{newest:010d}-{uuid4()}.zstd.parquet"
    with translated(table.location, "written"), _as_parquet(batches) as file:
        size = file.tell()
        file.seek(0)
        obstore.put(table.store, path, file)
    return DataFile(
        path=path,
        kind=kind,
        size=size,
        rows=sum(batch.num_rows for batch in batches),
        # Keys of other things may be of any length.
        ids=(ids or _ends(batches)) if kind == "entry" else None,
        revisions=revisions,
        moment=time.time_ns() // 1_000_000,
    )


@contextmanager
def _as_parquet(batches: Sequence[RecordBatch]) -> Iterator[IO[bytes]]:
    """A temporary file of the rows, at its end."""
    with temporary_file() as file:
        out = _Written(file)
        write_parquet(
            RecordBatchReader.from_batches(batches[0].schema, batches),
            cast("IO[bytes]", out),
            compression="zstd(1)",
            max_row_group_size=_ROWS_IN_GROUP,
            # They hardly come twice: a dictionary of them costs and saves nothing.
            column_dictionary_enabled=dict.fromkeys(("id", "title", "body", "sort_key"), False),
            max_statistics_size=64,
        )
        with copying():
            out.finish()
        yield file


class _Written(RawIOBase):
    """A file for a writer that panics where one cannot be written to: it is told of it later.

    Args:
        file: what is written to.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._error: OSError | None = None

    def writable(self) -> bool:
        return True

    def write(self, data: Buffer, /) -> int:
        if self._error is None:
            try:
                self._file.write(data)
            except OSError as error:
                self._error = error
        return memoryview(data).nbytes

    def finish(self) -> None:
        """Raise what went wrong."""
        if self._error is not None:
            raise self._error
        self._file.flush()


def _revisions(batches: Sequence[RecordBatch]) -> tuple[int, int] | None:
    """The lowest and the highest revision, unless a row has none."""
    revisions = {each for batch in batches for each in plain(batch.column("revision"))}
    return None if None in revisions else (min(revisions), max(revisions))


def _ends(batches: Sequence[RecordBatch]) -> tuple[str, str]:
    ids = [plain(batch.column("id")) for batch in batches]
    return min(map(min, ids)), max(map(max, ids))


def is_staged(file: DataFile) -> bool:
    """Whether we have written a file; one that was sorted has another kind of name."""
    return re.search(r"/part-\d{10}-", file.path) is not None


def adding(file: DataFile) -> AddAction:
    """What a commit says to add a file."""
    stats: dict[str, object] = {"numRecords": file.rows}
    lowest: dict[str, object] = {}
    highest: dict[str, object] = {}
    for name, bounds in (("id", file.ids), ("revision", file.revisions)):
        if bounds is not None:
            lowest[name], highest[name] = bounds
    if lowest:
        stats |= {"minValues": lowest, "maxValues": highest, "nullCount": dict.fromkeys(lowest, 0)}
    return AddAction(
        path=file.path,
        size=file.size,
        partition_values={"kind": file.kind},
        modification_time=file.moment,
        data_change=True,
        stats=json.dumps(stats),
    )


def removing(file: DataFile) -> RemoveAction:
    """What a commit says to remove a file; it stays for those who read older states."""
    return RemoveAction(
        file.path, _IS_CHANGE, time.time_ns() // 1_000_000, file.size, {"kind": file.kind}
    )


def discard(table: Beside, files: Iterable[DataFile]) -> None:
    """Delete files that no commit has added; what is left behind is found by ``optimize``."""
    for file in files:
        with suppress(Exception):
            obstore.delete(table.store, file.path)
