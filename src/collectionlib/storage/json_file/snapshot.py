"""Reading: the file that was opened, whatever has taken its place since."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import BinaryIO

from ..._checks import own_copy
from ...codec import decode_json
from ...errors import EntryNotFound, InvalidValueError
from ...identity import CategoryPath, EntryId
from ...model import Category, Entry, JSONValue, Metadata
from ...query import Order, Predicate
from ..base import EVERYTHING, Snapshot
from ..history.changes import Change
from ..history.operations import Logged, Transaction
from ..scanning import raise_damages, scan_places
from .log import JsonLog
from .outline import Outline, damage, read_outline

__all__ = ["JsonSnapshot"]


class JsonSnapshot(Snapshot):
    """The file as it was when it was opened: a later state is another file."""

    def __init__(self, file: BinaryIO, location: str, log: Callable[[int], JsonLog]) -> None:
        self._file = file
        self._location = location
        self._log = log

    @cached_property
    def _outline(self) -> Outline:
        return read_outline(self._file, self._location)

    def get(self, entry_id: EntryId) -> Entry:
        index = self._outline.lines.find(entry_id)
        if index is None:
            raise EntryNotFound(entry_id, location=self._location)
        return self._read(index)

    def _read(self, index: int) -> Entry:
        lines = self._outline.lines
        try:
            return decode_json(lines.read(index), Entry)
        except InvalidValueError as error:
            raise damage(str(error), lines.line(index), self._location) from error

    def scan(
        self,
        where: Predicate = EVERYTHING,
        order: Order = (),
        after: EntryId | None = None,
        limit: int | None = None,
    ) -> Iterator[Entry]:
        return scan_places(
            self._outline.in_reading_order(),
            self._read,
            self._outline.lines.id,
            where=where,
            order=order,
            after=after,
            limit=limit,
            reading_order=self._outline.reading_order,
            damages=self._outline.damages,
            location=self._location,
        )

    def categories(self) -> tuple[Category, ...]:
        order = self._outline.reading_order
        return tuple(
            sorted(self._outline.header.categories, key=lambda c: order.category_key(c.path))
        )

    def metadata(self) -> Metadata:
        return self._outline.header.metadata

    def document(self, name: str) -> JSONValue:
        return own_copy(self._outline.header.documents.get(name))

    def documents(self) -> tuple[str, ...]:
        return tuple(sorted(self._outline.header.documents))

    def category_counts(self) -> Mapping[CategoryPath, int]:
        raise_damages(self._outline.damages)
        return self._outline.categories

    def known(self, entry_ids: Iterable[EntryId]) -> set[EntryId]:
        return set(self._outline.lines.among(entry_ids))

    def ids(self, prefix: str = "") -> Iterator[EntryId]:
        ids = map(self._outline.lines.id, self._outline.in_reading_order())
        return (entry_id for entry_id in ids if entry_id.startswith(prefix))

    def __len__(self) -> int:
        raise_damages(self._outline.damages)
        return len(self._outline.lines)

    def transactions(self) -> Iterator[Logged]:
        return self._log(self._outline.header.log).transactions()

    def changes(self, transaction: Transaction) -> Iterator[Change]:
        return self._log(self._outline.header.log).changes(transaction)

    def former(self, change: Change) -> Entry:
        return decode_json(bytes(change.before), Entry)
