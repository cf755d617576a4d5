"""The log in two tables: a row for each transaction, and its changes in packed pieces."""

from __future__ import annotations

import gzip
import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import cast

import msgspec
from attrs import fields

from ...errors import CorruptCollection, InvalidValueError
from ...identity import CategoryPath, EntryId, format_category_path
from ...model import Category, Entry, JSONValue, Metadata
from ..history.changes import NOTHING, UNREADABLE, Change, Kind, Thing, digest_of, json_of
from ..history.operations import (
    PREFERENCE,
    Logged,
    Operation,
    Transaction,
    UnreadableTransaction,
    kept_operations,
)
from ..history.recording import Kept, Recorder, outdated, succeeding
from .categories import Categories
from .rows import Row, columns, entry_of, metadata_columns, metadata_of
from .schema import VERSION

__all__ = ["Recording", "changes", "transactions"]

_FIELDS = tuple(field.name for field in fields(Transaction))
_NAMES = ", ".join(_FIELDS)
_OF_LIST = "(SELECT value FROM json_each(?))"
_SINCE = 4
"""The version of the tables that first had a log."""


class Recording:
    """What is recorded of the transaction that is open.

    Args:
        connection: in a transaction, with the tables of this version.
        tree: its categories.
        operation: what it belongs to.
    """

    def __init__(
        self, connection: sqlite3.Connection, tree: Categories, operation: Operation
    ) -> None:
        self._connection = connection
        self._tree = tree
        self._operation = operation
        query = "SELECT operation, number, size FROM log ORDER BY number DESC LIMIT 1"
        row = connection.execute(query).fetchone()
        self._number, self._of = succeeding(
            Kept(*row) if row else None, operation, lambda: transactions(connection, VERSION, "")
        )
        self._pieces = 0
        self._recorder = Recorder(self._keep)
        self._is_kept = kept_operations(self._document(PREFERENCE)) > 0

    def _keep(self, piece: bytes) -> None:
        self._connection.execute(
            "INSERT INTO log_changes VALUES (?, ?, ?)", (self._number, self._pieces, piece)
        )
        self._pieces += 1

    # --- before anything is changed -------------------------------------------------------------

    def put(self, entries: list[Entry]) -> None:
        """Entries are to be put."""
        if not self._is_kept:
            return
        after = {entry.id: digest_of(entry) for entry in entries}
        there = self._of_those_there(after, after)
        for entry_id, own in after.items():
            if entry_id not in there:
                self._recorder.add("entry", entry_id, NOTHING, own)

    def remove(self, entry_ids: Iterable[EntryId]) -> None:
        """Entries are to be removed."""
        if self._is_kept:
            self._of_those_there(entry_ids, {})

    def _of_those_there(
        self, entry_ids: Iterable[EntryId], after: Mapping[EntryId, str]
    ) -> set[EntryId]:
        """Record what is there of entries that are to be replaced or removed; their ids."""
        there = set()
        query = f"SELECT {columns(VERSION)} FROM entries e WHERE e.id IN {_OF_LIST}"  # noqa: S608
        for row in self._connection.execute(query, (json.dumps(list(entry_ids)),)):
            there.add(row[0])
            self._replaced(row, after.get(row[0], ""))
        return there

    def _replaced(self, row: Row, after: str) -> None:
        try:
            entry = entry_of(row, self._tree.paths)
        except InvalidValueError:
            # Another program has spoilt it; whoever replaces or removes it wants to be rid of it.
            self._recorder.add("entry", row[0], UNREADABLE, after)
        else:
            self._add("entry", entry.id, entry, after)

    def category(self, path: CategoryPath, after: Category | None) -> None:
        """Something else is to be said about a category, or nothing any more."""
        self._add("category", format_category_path(path), self._tree.said(path), digest_of(after))

    def metadata(self, after: Metadata) -> None:
        """The metadata are to be replaced."""
        row = self._connection.execute(f"SELECT {metadata_columns(VERSION)} FROM metadata")  # noqa: S608
        found = row.fetchone()
        try:
            before = metadata_of(found) if found else Metadata()
        except InvalidValueError:
            before = Metadata()
        self._add("metadata", "", before, digest_of(after))

    def document(self, name: str, after: JSONValue) -> None:
        """A document is to be kept or removed."""
        self._add("document", name, self._document(name), digest_of(after))

    def _document(self, name: str) -> JSONValue:
        query = "SELECT value FROM documents WHERE name = ?"
        row = self._connection.execute(query, (name,)).fetchone()
        try:
            return cast("JSONValue", msgspec.json.decode(row[0])) if row else None
        except msgspec.DecodeError:
            return None

    def _add(self, kind: Kind, key: str, before: Thing, after: str) -> None:
        if self._is_kept and digest_of(before) != after:
            self._recorder.add(kind, key, json_of(before), after)

    # --- at the end -----------------------------------------------------------------------------

    def finish(self) -> None:
        """Write what the log says of the transaction, and take away what it no longer keeps."""
        if self._recorder.finish(self._operation):
            transaction = self._recorder.transaction(self._number, self._of, self._operation)
            self._connection.execute(
                f"INSERT INTO log ({_NAMES}) VALUES ({', '.join('?' * len(_FIELDS))})",  # noqa: S608
                _row(transaction),
            )
        rows = self._connection.execute("SELECT operation, number, size FROM log")
        kept = [Kept(*row) for row in rows]
        operations = kept_operations(self._document(PREFERENCE))
        old = [(each.number,) for each in outdated(kept, operations)]
        self._connection.executemany("DELETE FROM log WHERE number = ?", old)
        self._connection.executemany("DELETE FROM log_changes WHERE number = ?", old)


def _row(transaction: Transaction) -> tuple[object, ...]:
    values = {name: getattr(transaction, name) for name in _FIELDS}
    values["moment"] = transaction.moment.isoformat()
    values["undoes"] = msgspec.json.encode(transaction.undoes).decode()
    return tuple(values.values())


def transactions(connection: sqlite3.Connection, version: int, location: str) -> Iterator[Logged]:
    """Those that the log has, the newest first; none in tables of an older version."""
    if version < _SINCE:
        return
    rows = connection.execute(f"SELECT {_NAMES} FROM log ORDER BY number DESC")  # noqa: S608
    for row in rows:
        values = dict(zip(_FIELDS, row, strict=True))
        try:
            values["undoes"] = msgspec.json.decode(values["undoes"])
            yield msgspec.convert(values, Transaction)
        except (TypeError, msgspec.MsgspecError) as error:
            number, operation = values["number"], values["operation"]
            yield UnreadableTransaction(number, operation, _unreadable(number, location, error))


def changes(connection: sqlite3.Connection, number: int, location: str) -> Iterator[Change]:
    """What a transaction changed.

    Raises:
        CorruptCollection: its record is damaged.
    """
    decode = msgspec.json.Decoder(Change).decode
    pieces = connection.execute(
        "SELECT changes FROM log_changes WHERE number = ? ORDER BY piece", (number,)
    )
    try:
        for (piece,) in pieces:
            for line in gzip.decompress(piece).splitlines():
                yield decode(line)
    except (TypeError, OSError, EOFError, zlib.error, msgspec.MsgspecError) as error:
        raise _unreadable(number, location, error) from error


def _unreadable(number: int, location: str, error: Exception) -> CorruptCollection:
    return CorruptCollection(
        f"transaction {number} in its log cannot be read ({error})",
        location=location,
        path=location,
        remedy="delete that row of the table log: it can be undone no longer",
    )
