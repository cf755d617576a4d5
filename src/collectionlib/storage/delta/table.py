"""The table at a location: opened at one version, its rows and its files."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import obstore
from arro3.core import RecordBatch
from arro3.io import read_parquet
from attrs import frozen
from deltalake import DeltaTable
from deltalake.exceptions import TableNotFoundError
from obstore.store import LocalStore, from_url

from ...errors import (
    CollectionError,
    CollectionNotFound,
    CorruptCollection,
    NewerFormat,
    StorageError,
)
from ...objects.stores import client_options, retries_within, said_patience
from .failures import damaged, meaning_in, translated
from .rows import plain
from .spooling import copying, temporary_file

if TYPE_CHECKING:
    from obstore.store import ObjectStore

    from .rows import Kind

__all__ = [
    "FORMAT",
    "FORMAT_VERSION",
    "DataFile",
    "Table",
    "is_local",
    "object_store",
    "quoted",
    "storage_options",
    "url_of",
]

FORMAT = "collectionlib.format"
"""Name of the property of the table that says that it holds a collection, and in which format."""

FORMAT_VERSION = 1

_PATIENCE = 30.0
"""Seconds for which a store is tried, unless the environment says it."""

_READ_AT_ONCE = 256
"""Rows that are made of a file together."""

_MAGIC = b"PAR1"
_FOOTER = 8
"""Bytes at the end of a Parquet file: the length of what is said about it, and the magic number."""

_DATA_FILE = re.compile(r"kind=[^\s:]+\.parquet")

_CHUNK = 8 * 1024 * 1024
_FEW = 1_000
"""Keys that are asked for by name; of more, all are read."""

_READ_FEATURES = frozenset({"timestampNtz", "vacuumProtocolCheck"})
"""What readers of a table may have to know, and we do."""


def url_of(location: str) -> str:
    """Where the table of a location is, as the driver names it."""
    scheme, _, rest = location.partition(":")
    if scheme.lower() == "delta":
        return os.path.realpath(rest)
    return location.rstrip("/")


def is_local(location: str) -> bool:
    """Whether a location is a folder of this machine."""
    return location[:6].lower() == "delta:"


def storage_options(location: str) -> dict[str, str] | None:
    """What the driver is told besides the environment: for how long to try."""
    if is_local(location):
        return None
    patience = said_patience() or _PATIENCE
    seconds = f"{patience:g}s"
    return {"max_retries": str(retries_within(patience)), "retry_timeout": seconds,
            "timeout": seconds, "connect_timeout": seconds}  # fmt: skip


def object_store(location: str) -> ObjectStore:
    """The store below a location; credentials are those of the environment."""
    if is_local(location):
        return LocalStore(url_of(location), mkdir=True)
    seconds = said_patience() or _PATIENCE
    patience = timedelta(seconds=seconds)
    times = {"connect_timeout": patience, "timeout": patience}
    make: Any = from_url
    store: ObjectStore = make(
        url_of(location),
        retry_config={"max_retries": retries_within(seconds), "retry_timeout": patience},
        client_options={**times, **client_options(location.partition(":")[0].lower(), os.environ)},
    )
    return store


def quoted(text: str) -> str:
    """A text as SQL has it.

    >>> quoted("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"


@frozen(kw_only=True)
class DataFile:
    """A file of the table.

    Args:
        path: below the location.
        kind: of its rows.
        size: bytes.
        rows: how many, where it is said.
        ids: the first and the last, where it is said.
        revisions: the lowest and the highest, where it is said.
        moment: milliseconds since 1970 at which it was written.
    """

    path: str
    kind: Kind
    size: int
    rows: int | None = None
    ids: tuple[str, str] | None = None
    revisions: tuple[int, int] | None = None
    moment: int = 0

    def may_hold(self, found: Mapping[str, int], ids: Sequence[str]) -> bool:
        """Whether one of these rows may be in it.

        Args:
            found: revisions by id.
            ids: the same ids, sorted.
        """
        from bisect import bisect_left

        if self.revisions and not any(
            self.revisions[0] <= revision <= self.revisions[1] for revision in set(found.values())
        ):
            return False
        if self.ids is None:
            return True
        at = bisect_left(ids, self.ids[0])
        return at < len(ids) and ids[at] <= self.ids[1]


class Table:
    """A version of the table.

    Args:
        location: of the collection.
        delta: the driver's table, loaded at that version; nobody else changes it.
        store: of the files.
    """

    def __init__(self, location: str, delta: DeltaTable, store: ObjectStore) -> None:
        self.location = location
        self.delta = delta
        self.store = store
        self.version: int = delta.version()

    @classmethod
    def open(cls, location: str, version: int | None = None) -> Table:
        """Open a table at its newest version, or at an older one.

        Raises:
            CollectionNotFound: there is none.
            NewerFormat: a later version of ours wrote it.
            StorageError: it needs what we cannot, or could not be read.
        """
        table = cls._opened(location, version)
        table.check()
        return table

    @classmethod
    def _opened(cls, location: str, version: int | None) -> Table:
        with translated(location):
            try:
                delta = DeltaTable(
                    url_of(location), version=version, storage_options=storage_options(location)
                )
            except TableNotFoundError as error:
                raise _not_found(location) from error
            except Exception as error:
                if is_local(location) and not Path(url_of(location)).is_dir():
                    raise _not_found(location) from error
                raise
            return cls(location, delta, object_store(location))

    def check(self) -> None:
        """Find whether it is a collection that can be read.

        Raises:
            CorruptCollection: it is another table.
            NewerFormat: a later version of ours wrote it.
            StorageError: another program has given it features that have to be known.
        """
        with translated(self.location):
            said = self.delta.metadata().configuration.get(FORMAT)
            protocol = self.delta.protocol()
        if said is None:
            raise CorruptCollection(
                "it is a Delta table, but not of a collection",
                location=self.location,
                path=self.location,
                remedy="choose another place",
            )
        found = int(said) if said.isascii() and said.isdigit() else 0
        if found > FORMAT_VERSION:
            raise NewerFormat(location=self.location, found=found, supported=FORMAT_VERSION)
        unknown = set(protocol.reader_features or ()) - _READ_FEATURES
        if unknown or protocol.min_reader_version == 2:
            names = ", ".join(sorted(unknown)) or "columnMapping"
            raise StorageError(
                f"{self.location} has been given features that collectionlib cannot read "
                f"({names}): drop them with the program that added them",
                location=self.location,
            )

    def check_made(self) -> None:
        """Find whether the making of the collection came to its end.

        Raises:
            CollectionNotFound: it did not.
        """
        if not self.is_made:
            raise CollectionNotFound(self.location, "its making was broken off")

    @property
    def is_made(self) -> bool:
        """Whether the making of the collection came to its end: its last deed are the metadata."""
        return any(file.kind == "metadata" for file in self.files())

    def files(self) -> list[DataFile]:
        """The files, in the order in which they were written."""
        with translated(self.location):
            actions = self.delta.get_add_actions(flatten=True)
            names = actions.column_names
            columns = {
                name: plain(actions.column(name)) if name in names else None
                for name in _FILE_COLUMNS
            }
        empty = [None] * actions.num_rows
        rows = zip(*(columns[name] or empty for name in _FILE_COLUMNS), strict=True)
        return sorted((_file(row) for row in rows), key=lambda file: (file.moment, file.path))

    def scan(self, columns: Sequence[str], predicate: str) -> Iterator[RecordBatch]:
        """Parts of the rows that meet a predicate, in no order."""
        try:
            for batch in self.delta.scan(list(columns), predicate):
                yield RecordBatch.from_arrow(batch)
        except (CollectionError, GeneratorExit):
            raise
        except Exception as error:
            named = _DATA_FILE.search(str(error))
            place = f"{self.location}/{named[0]}" if named else self.location
            raise meaning_in(place, error, self.location) from error

    def read(self, file: DataFile) -> Iterator[RecordBatch]:
        """All rows of a file, in their order.

        Raises:
            NoSuchObject: it is not there.
            CorruptCollection: it is damaged.
        """
        with self._translated(file), self._opened_file(file) as opened:
            _check_ends(opened)
            for batch in read_parquet(opened, batch_size=_READ_AT_ONCE):
                yield RecordBatch.from_arrow(batch)

    @contextmanager
    def _opened_file(self, file: DataFile) -> Iterator[IO[bytes]]:
        """A file on this machine: whoever reads Parquet goes to and fro in it."""
        if is_local(self.location):
            with (Path(url_of(self.location)) / file.path).open("rb") as opened:
                yield opened
            return
        with temporary_file() as copy:
            for chunk in obstore.get(self.store, file.path).stream(min_chunk_size=_CHUNK):
                with copying():
                    copy.write(chunk)
            with copying():
                copy.seek(0)
            yield copy

    @contextmanager
    def _translated(self, file: DataFile) -> Iterator[None]:
        where = f"{self.location.rstrip('/')}/{file.path}"
        try:
            yield
        except (CollectionError, GeneratorExit):
            raise
        except Exception as error:
            raise meaning_in(where, error, self.location) from error
        except BaseException as error:
            # What the reader of Parquet has not foreseen; no exception of Python's own.
            if type(error).__name__ == "PanicException":
                raise damaged(where, str(error), self.location) from error
            raise

    def revisions(self, kind: Kind, keys: Iterable[str]) -> dict[str, int]:
        """The revisions of those of the keys that there are."""
        wanted = keys if isinstance(keys, (set, frozenset, dict)) else set(keys)
        where = f"kind = {quoted(kind)}"
        if len(wanted) <= _FEW:
            if not wanted:
                return {}
            where += f" AND id IN ({', '.join(map(quoted, wanted))})"
        return {
            key: revision or 0
            for batch in self.scan(("id", "revision"), where)
            for key, revision in zip(
                plain(batch.column("id")), plain(batch.column("revision")), strict=True
            )
            if key in wanted
        }


_FILE_COLUMNS = (
    "path", "partition.kind", "size_bytes", "num_records", "min.id", "max.id", "min.revision",
    "max.revision", "modification_time",
)  # fmt: skip


def _file(row: tuple[Any, ...]) -> DataFile:
    path, kind, size, rows, first, last, lowest, highest, moment = row
    return DataFile(
        path=path,
        kind=kind,
        size=size,
        rows=rows,
        ids=None if first is None or last is None else (first, last),
        revisions=None if lowest is None or highest is None else (lowest, highest),
        moment=int(moment.timestamp() * 1000) if hasattr(moment, "timestamp") else moment or 0,
    )


def _check_ends(file: IO[bytes]) -> None:
    """Find whether a file begins and ends as Parquet does: what is cut does not.

    Raises:
        ValueError: it does not.
    """
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _FOOTER))
    length, magic = file.read(4), file.read(4)
    file.seek(0)
    if magic != _MAGIC or file.read(4) != _MAGIC:
        raise ValueError("it is no Parquet file, or cut off")
    if int.from_bytes(length, "little") + _FOOTER > size:
        raise ValueError("it is a Parquet file that is cut off")
    file.seek(0)


def _not_found(location: str) -> CollectionNotFound:
    if is_local(location) and Path(url_of(location)).is_file():
        return CollectionNotFound(location, "it is a file")
    return CollectionNotFound(location)
