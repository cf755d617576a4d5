"""The log in two tables: a row for each transaction, and its changes in packed pieces."""

from __future__ import annotations

import gzip
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

import msgspec
from attrs import fields

from ...errors import CorruptCollection, InvalidValueError
from ...identity import CategoryPath, EntryId, format_category_path
from ...model import Category, Entry, JSONValue, Metadata
from ..history.changes import UNREADABLE, Change, Kind, Thing, digest_of, digests_of, json_of
from ..history.operations import (
    PREFERENCE,
    Logged,
    Operation,
    Transaction,
    UnreadableTransaction,
    kept_operations,
)
from ..history.recording import Recorder
from .rows import Row, entry_of, metadata_of

__all__ = ["FIELDS", "Recording", "changes_in", "transaction_of", "transaction_row"]

FIELDS = tuple(field.name for field in fields(Transaction))
"""The columns of the table ``log``."""


class Recording(ABC):
    """What is recorded of the transaction that is open.

    Args:
        paths: of the categories, by what the rows of entries say of them.
        operation: what the transaction belongs to.
    """

    def __init__(self, paths: Mapping[Any, CategoryPath], operation: Operation) -> None:
        self._paths = paths
        self._operation = operation
        self._recorder = Recorder(self._keep)
        self._kept_operations = kept_operations(self._document(PREFERENCE))

    # --- what the tables say now ----------------------------------------------------------------

    @abstractmethod
    def _keep(self, piece: bytes) -> None:
        """Write one more piece of the changes."""

    @abstractmethod
    def _rows(self, entry_ids: list[EntryId]) -> Iterable[Row]:
        """The rows of entries, for `rows.entry_of`."""

    @abstractmethod
    def _said(self, path: CategoryPath) -> Category | None:
        """What is said about a category."""

    @abstractmethod
    def _metadata_row(self) -> Row | None:
        """The row of the metadata, for `rows.metadata_of`."""

    @abstractmethod
    def _document_text(self, name: str) -> str | None:
        """A document as JSON."""

    # --- before anything is changed -------------------------------------------------------------

    def put_among(self, known: Iterable[EntryId], entries: Sequence[Entry]) -> None:
        """Entries are to be put, of which only the known may be there."""
        if not self._kept_operations:
            return
        after = dict(zip([entry.id for entry in entries], digests_of(entries), strict=True))
        for each in self._of_those_there([each for each in known if each in after], after):
            del after[each]
        self._recorder.add_new(after)

    def remove(self, entry_ids: Iterable[EntryId]) -> None:
        """Entries are to be removed."""
        if self._kept_operations:
            self._of_those_there(list(entry_ids), {})

    def _of_those_there(
        self, entry_ids: list[EntryId], after: Mapping[EntryId, str]
    ) -> set[EntryId]:
        """Record what is there of entries that are to be replaced or removed; their ids."""
        there: set[EntryId] = set()
        if not entry_ids:
            return there
        for row in self._rows(entry_ids):
            there.add(row[0])
            self._replaced(row, after.get(row[0], ""))
        return there

    def _replaced(self, row: Row, after: str) -> None:
        try:
            entry = entry_of(row, self._paths)
        except InvalidValueError:
            # Another program has spoilt it; whoever replaces or removes it wants to be rid of it.
            self._recorder.add("entry", row[0], UNREADABLE, after)
        else:
            self._add("entry", entry.id, entry, after)

    def category(self, path: CategoryPath, after: Category | None) -> None:
        """Something else is to be said about a category, or nothing any more."""
        self._add("category", format_category_path(path), self._said(path), digest_of(after))

    def metadata(self, after: Metadata) -> None:
        """The metadata are to be replaced."""
        found = self._metadata_row()
        try:
            before = metadata_of(found) if found else Metadata()
        except InvalidValueError:
            before = Metadata()
        self._add("metadata", "", before, digest_of(after))

    def document(self, name: str, after: JSONValue) -> None:
        """A document is to be kept or removed."""
        self._add("document", name, self._document(name), digest_of(after))

    def _document(self, name: str) -> JSONValue:
        text = self._document_text(name)
        try:
            return cast("JSONValue", msgspec.json.decode(text)) if text else None
        except msgspec.DecodeError:
            return None

    def _add(self, kind: Kind, key: str, before: Thing, after: str) -> None:
        if self._kept_operations and digest_of(before) != after:
            self._recorder.add(kind, key, json_of(before), after)


def transaction_row(transaction: Transaction) -> Row:
    """The row of a transaction, of the columns `FIELDS`."""
    values = {name: getattr(transaction, name) for name in FIELDS}
    values["moment"] = transaction.moment.isoformat()
    values["undoes"] = msgspec.json.encode(transaction.undoes).decode()
    return tuple(values.values())


def transaction_of(row: Row, location: str) -> Logged:
    """The transaction of a row.

    Args:
        row: of the columns `FIELDS`.
        location: of the collection, for messages.
    """
    values = dict(zip(FIELDS, row, strict=True))
    try:
        values["undoes"] = msgspec.json.decode(values["undoes"])
        return msgspec.convert(values, Transaction)
    except (TypeError, msgspec.MsgspecError) as error:
        number, operation = values["number"], values["operation"]
        return UnreadableTransaction(number, operation, _unreadable(number, location, error))


def changes_in(pieces: Iterable[Row], number: int, location: str) -> Iterator[Change]:
    """The changes in packed pieces.

    Args:
        pieces: rows of one piece each, in order.
        number: of the transaction, for messages.
        location: of the collection, for messages.

    Raises:
        CorruptCollection: its record is damaged.
    """
    decode = msgspec.json.Decoder(Change).decode
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
