"""Writing: new entries are spooled to a file of their own, and merged with the old ones."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from functools import cached_property
from operator import itemgetter
from typing import BinaryIO

from ...codec import decode_json, encode_json
from ...errors import EntryNotFound
from ...identity import CategoryPath, EntryId, format_category_path
from ...model import Category, Entry, JSONValue, Metadata
from ...query import ReadingKey, ReadingOrder
from ..base import Batch
from ..blocks import Block
from ..documents import check_document
from ..durable import writing
from ..history.changes import NOTHING, Change, digest_of
from ..history.operations import PREFERENCE, kept_operations
from ..history.recording import Recorder
from ..json_document import Header, Line
from .lines import Lines
from .outline import FIRST, Outline, key_of, keyed

__all__ = ["JsonBatch"]

_KEPT_KEYS = 100_000
"""Of new entries, until they are sorted: 25 MB. Those of more are worked out again."""


class JsonBatch(Batch):
    """Changes, with new entries spooled to a file of their own."""

    def __init__(self, before: Outline, spool: BinaryIO, location: str) -> None:
        self._before = before
        self._metadata = before.header.metadata
        self._categories = {category.path: category for category in before.header.categories}
        self._documents = dict(before.header.documents)
        self._gone: set[EntryId] = set()
        self._new = Lines(spool)
        self._doubtful: set[EntryId] = set()
        self._keys: list[ReadingKey] = []
        self._new_in_order = True
        self._last = FIRST
        self._order = before.reading_order
        self._end = 0
        self._location = location
        self.block: Block = Block(location)
        self._digests = bytearray()
        self.changed: bool = False

    def put(self, entry: Entry) -> None:
        self._add(entry, encode_json(entry))

    def restore(self, change: Change) -> None:
        # To the letter, also where a person has laid out the line.
        data = bytes(change.before)
        self._add(decode_json(data, Entry), data)

    def _add(self, entry: Entry, data: bytes) -> None:
        self.changed = True
        # Behind what a full disk has taken in part, no line would stand where it is looked for.
        with self.block.step():
            self._write(data)
            key = self._order.key(entry)
            self._new_in_order = self._new_in_order and self._last < key
            self._last = key
            self._digests += bytes.fromhex(digest_of(entry))
            if len(self._new) < _KEPT_KEYS:
                self._keys.append(key)
            if self._new.add(entry.id, Line(0, self._end, len(data))):
                self._doubtful.add(entry.id)
            self._end += len(data)
            self._gone.discard(entry.id)

    def _write(self, data: bytes) -> None:
        try:
            self._new.file.write(data)
        except OSError:
            with writing(self._location):
                raise

    def delete(self, entry_id: EntryId) -> None:
        self.block.check()
        there = self._before.lines.find(entry_id), self._new.last(entry_id)
        if there == (None, None) or entry_id in self._gone:
            raise EntryNotFound(entry_id, location=self._location)
        self.changed = True
        self._gone.add(entry_id)

    def set_category(self, category: Category) -> None:
        self.block.check()
        self.changed = True
        self._categories[category.path] = category

    def forget_category(self, path: CategoryPath) -> None:
        self.block.check()
        if self._categories.pop(path, None) is not None:
            self.changed = True

    def set_metadata(self, metadata: Metadata) -> None:
        self.block.check()
        self.changed = True
        self._metadata = metadata

    def set_document(self, name: str, value: JSONValue) -> None:
        self.block.check()
        self.changed = True
        self._documents[name] = check_document(name, value)
        if value is None:
            del self._documents[name]

    def header(self, log: int) -> Header:
        """What is to stand before the entries."""
        return Header(self._metadata, tuple(self._categories.values()), self._documents, log)

    # --- the log --------------------------------------------------------------------------------

    @property
    def log(self) -> int:
        """The number of the last transaction that was recorded."""
        return self._before.header.log

    @property
    def kept_operations(self) -> int:
        """How many operations the log is to keep."""
        return kept_operations(self._documents.get(PREFERENCE))

    def record(self, recorder: Recorder) -> None:
        """Record what is to change."""
        before = self._before.header
        said = {format_category_path(each.path): each for each in before.categories}
        says = {format_category_path(path): each for path, each in self._categories.items()}
        recorder.add_values("category", said, says)
        recorder.add_values("metadata", {"": before.metadata}, {"": self._metadata})
        recorder.add_values("document", before.documents, self._documents)
        self._record_entries(recorder)

    def _record_entries(self, recorder: Recorder) -> None:
        for index, entry_id in enumerate(self._before.lines.ids()):
            if entry_id in self._gone:
                recorder.add("entry", entry_id, self._before.lines.read(index), "")
            elif entry_id in self._replaced:
                line, new = self._before.lines.read(index), self._replaced[entry_id]
                if line != self._new.read(new):
                    recorder.add("entry", entry_id, line, self._digest(new))
        for index in self._new_indexes():
            entry_id = self._new.id(index)
            if entry_id not in self._replaced:
                recorder.add("entry", entry_id, NOTHING, self._digest(index))

    def _digest(self, index: int) -> str:
        return self._digests[8 * index : 8 * index + 8].hex()

    # --- the entries, in the end ----------------------------------------------------------------

    def lines(self) -> Iterator[bytes]:
        """The lines of the entries that are to be there, in reading order."""
        categories = tuple(self._categories.values())
        order = ReadingOrder(categories)
        same_order = categories == self._before.header.categories
        old, new = self._old_indexes(), self._new_indexes()
        if not (same_order and self._before.in_order):
            old = _sorted(keyed(self._before.lines, old, order))
        if same_order and len(self._keys) == len(self._new):
            new = new if self._new_in_order else _sorted((self._keys[n], n) for n in new)
        elif not (same_order and self._new_in_order):
            new = _sorted(keyed(self._new, new, order))
        return _merged((self._before.lines, old), (self._new, new), order)

    @cached_property
    def _replaced(self) -> dict[EntryId, int]:
        """The entries that stand in new lines, each with the last one; asked when all are there."""
        return self._new.among(self._before.lines.ids())

    def _old_indexes(self) -> Iterator[int]:
        for index, entry_id in enumerate(self._before.lines.ids()):
            if entry_id not in self._replaced and entry_id not in self._gone:
                yield index

    def _new_indexes(self) -> Iterator[int]:
        last = self._new.among(self._doubtful)
        for index, entry_id in enumerate(self._new.ids()):
            if last.get(entry_id, index) == index and entry_id not in self._gone:
                yield index


def _sorted(keyed: Iterable[tuple[ReadingKey, int]]) -> Iterator[int]:
    return (index for _, index in sorted(keyed))


def _merged(
    one: tuple[Lines, Iterator[int]], other: tuple[Lines, Iterator[int]], order: ReadingOrder
) -> Iterator[bytes]:
    """The lines of two files that are sorted each, in one order."""
    for (lines, indexes), (rest, _) in ((one, other), (other, one)):
        if not len(rest):
            return map(lines.read, indexes)
    runs = (_with_keys(lines, indexes, order) for lines, indexes in (one, other))
    return (data for _, data in heapq.merge(*runs, key=itemgetter(0)))


def _with_keys(
    lines: Lines, indexes: Iterator[int], order: ReadingOrder
) -> Iterator[tuple[ReadingKey, bytes]]:
    for index in indexes:
        data = lines.read(index)
        yield key_of(data, order), data
