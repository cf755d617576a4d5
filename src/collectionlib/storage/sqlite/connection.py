"""Opening the file: how reading leaves nothing behind, and what SQLite's errors mean."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import quote

from ...errors import CollectionLocked, CorruptCollection, StorageError
from ..base import LOCK_TIMEOUT
from .functions import failure, functions

__all__ = ["NO_UTF_8", "corrupt", "decoded", "reader", "translated", "writer"]

_CACHE_KIB = 64 * 1024
"""Pages that a writer keeps in memory: large enough for the index of words."""

_ROOM = 64 * 1024
"""Bytes that SQLite needs at least to begin a transaction."""

NO_UTF_8 = "Could not decode to UTF-8"
"""What is said of a text that is none."""

decoded: Callable[[bytes], str] = partial(str, encoding="utf-8", errors="surrogateescape")
"""Texts of which what is no UTF-8 becomes lone surrogates, which no text has."""

_TABLES_OF_TEXTS = {
    "categories": "path", "entries": "id", "contributors": "entry", "tags": "entry",
    "documents": "name",
}  # fmt: skip
"""Each with the column that tells whose text it is."""


def writer(path: Path) -> sqlite3.Connection:
    """A connection that may write; every commit is synced before it returns."""
    # A log beside the file, so that readers and a writer need not wait for each other. Where
    # the file system cannot share memory, SQLite stays with its rollback journal.
    return _connect(
        path,
        "rw",
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        f"PRAGMA cache_size = -{_CACHE_KIB}",
    )


def reader(path: Path) -> sqlite3.Connection:
    """A connection that does not write, and leaves nothing beside the file."""
    log = path.with_name(f"{path.name}-wal")
    try:
        # What a crashed writer has left in the log is for the next writer to put away; but a
        # reader that may not write at all would leave an empty log of its own behind.
        return _connect(
            path,
            "ro" if _holds_something(log) else "rw",
            "PRAGMA query_only = 1",
            "SELECT 1 FROM sqlite_schema",
        )
    except sqlite3.OperationalError:
        # Neither the file nor its folder can be written to: then nobody else does, either.
        return _connect(path, "ro&immutable=1")


def _holds_something(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except FileNotFoundError:
        # A writer takes its log away when it closes.
        return False


def _connect(path: Path, mode: str, *statements: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"file:{quote(os.path.realpath(path))}?mode={mode}",
        uri=True,
        timeout=LOCK_TIMEOUT,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        functions(connection)
        for statement in statements:
            connection.execute(statement).fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def translated(location: str, *, committing: bool = False) -> Iterator[None]:
    """Translate what SQLite says into what it means for a collection.

    Args:
        location: of the collection.
        committing: whether a transaction ends in the block: when the disk fails at that moment,
            it may be found whole later.

    Raises:
        CollectionLocked: another program writes.
        CorruptCollection: the file is damaged, or no database.
        StorageError: anything else.
        KeyboardInterrupt: Ctrl-C was pressed while SQLite called one of our functions.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise _cause(error, location) or _meaning(error, location, committing=committing) from error
    except UnicodeDecodeError as error:
        # SQLite quotes what is damaged in its sentence.
        raise corrupt("the description of its tables is no UTF-8", location) from error


def _cause(error: sqlite3.Error, location: str) -> BaseException | None:
    """What an error comes from that is none of SQLite's own."""
    in_function = "user-defined function" in str(error)
    reason = failure() if in_function else None
    if reason is not None:
        return None if isinstance(reason, Exception) else reason
    if not in_function and NO_UTF_8 not in str(error):
        return None
    try:
        with closing(reader(Path(location))) as connection:
            damage = _without_utf_8(connection, location)
    except sqlite3.DatabaseError as worse:
        return corrupt(str(worse), location)
    return damage or (KeyboardInterrupt() if in_function else None)


def _without_utf_8(connection: sqlite3.Connection, location: str) -> CorruptCollection | None:
    """What is to be said of the first text that is no UTF-8, as other programs may write it."""
    connection.text_factory = decoded
    for table, own in _TABLES_OF_TEXTS.items():
        for row in connection.execute(f"SELECT {own}, * FROM {table}"):  # noqa: S608 - names of ours
            if not all(map(_is_utf_8, row)):
                whose = str(row[0]).encode(errors="backslashreplace").decode()
                return CorruptCollection(
                    f"a text of {whose} in the table {table} is no UTF-8",
                    location=location,
                    path=location,
                    remedy="mend it there, or delete that row",
                )
    return None


def _is_utf_8(value: object) -> bool:
    try:
        if isinstance(value, str):
            value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _meaning(error: sqlite3.Error, location: str, *, committing: bool) -> StorageError:
    match getattr(error, "sqlite_errorcode", 0) & 0xFF:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return CollectionLocked(location, holder="another program", waited=LOCK_TIMEOUT)
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return corrupt(str(error), location)
        case sqlite3.SQLITE_ERROR if "no such" in str(error):
            return CorruptCollection(
                f"another program has changed its tables ({error})",
                location=location,
                path=location,
                remedy="put back a copy that is whole",
            )
        case sqlite3.SQLITE_FULL:
            remedy = "make room there, and do it again"
        case sqlite3.SQLITE_READONLY:
            remedy = "see that you may write there"
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            remedy = "see that you may read and write there"
        case sqlite3.SQLITE_IOERR if _is_full(Path(location)):
            remedy = "make room there, and do it again"
        case _:
            remedy = "do it again, and have a look at the disk"
    outcome = (
        "may be as it was, or hold what was to be written"
        if committing
        else "could not be read or written and is as it was"
    )
    return StorageError(f"{location} {outcome}: {error}; {remedy}", location=location)


def _is_full(path: Path) -> bool:
    """Whether there is no room for the two files that SQLite needs beside its own."""
    import shutil

    try:
        return shutil.disk_usage(path.parent).free < _ROOM
    except OSError:
        return False


def corrupt(reason: str, location: str) -> CorruptCollection:
    """What is damaged in the file itself."""
    return CorruptCollection(
        reason,
        location=location,
        path=location,
        remedy=f"take what can be read with: sqlite3 {location} .recover",
    )
