"""Writing: rows are collected, staged in files beyond a size, and committed together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property

import msgspec
from arro3.core import RecordBatch
from attrs import define, field

from ...codec import encode_json
from ...errors import EntryNotFound
from ...identity import CategoryPath, EntryId, format_category_path
from ...model import Category, Entry, JSONValue, Metadata
from ..base import Batch, StagedEntries
from ..blocks import Block
from ..documents import check_document
from .rows import Kind, batch_of_entries, batch_of_values, only, plain
from .staging import FILE_BYTES, discard, write_file
from .table import DataFile, Table, quoted

__all__ = ["METADATA", "Changes", "DeltaBatch"]

METADATA = "metadata"
"""The key of the only row of the metadata."""

_AT_ONCE = 4_000
_CHARACTERS_AT_ONCE = 4_000_000
_FEW = 8
"""Entries that are looked for one by one; whoever asks for more gets to know all."""


@define
class Changes:
    """What a transaction does to the table.

    Args:
        keys: of what is put or removed, by kind.
        files: that hold what is put.
    """

    keys: dict[Kind, set[str]] = field(factory=dict)
    files: list[DataFile] = field(factory=list)

    def __bool__(self) -> bool:
        return any(self.keys.values())


@define
class _Lot:
    """Rows that became a batch together, or a file.

    Args:
        numbers: of the first and of the last batch.
        file: that they are in.
        has_old: whether one of them is put again later, or removed.
    """

    numbers: range
    file: DataFile
    has_old: bool = False


class DeltaBatch(Batch):
    """Changes to a version of the table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._revision = table.version + 1
        self._waiting: dict[EntryId, Entry] = {}
        self._characters = 0
        self._batches: dict[int, RecordBatch] = {}
        # The first and the last id of each.
        self._bounds: list[tuple[EntryId, EntryId]] = []
        self._bytes = 0
        self._number = 0
        # The batch that has the last of each entry that is put; `None` where it is removed.
        self._last: dict[EntryId, int | None] = {}
        self._lots: list[_Lot] = []
        # Whether that is not so for a row that is no longer an entry, and in no file yet.
        self._has_old = False
        self._values: defaultdict[Kind, dict[str, bytes | None]] = defaultdict(dict)
        self._asked = 0
        self.block: Block = Block(table.location)

    # --- entries --------------------------------------------------------------------------------

    def put(self, entry: Entry) -> None:
        self.block.check()
        self._waiting[entry.id] = entry
        self._characters += len(entry.body)
        if len(self._waiting) >= _AT_ONCE or self._characters >= _CHARACTERS_AT_ONCE:
            with self.block.step():
                self._collect()

    def take(self, staged: StagedEntries) -> None:
        file = staged.place
        assert isinstance(file, DataFile)
        with self.block.step():
            self._collect()
            self._stage()
        self._remember(staged.ids)
        self._lots.append(_Lot(range(self._number, self._number + 1), file))
        self._number += 1

    def delete(self, entry_id: EntryId) -> None:
        self.block.check()
        if entry_id in self._waiting:
            is_there = True
        elif entry_id in self._last:
            is_there = self._last[entry_id] is not None
        else:
            is_there = self._is_there(entry_id)
        if not is_there:
            raise EntryNotFound(entry_id, location=self._table.location)
        self._supersede(entry_id)
        self._waiting.pop(entry_id, None)
        self._last[entry_id] = None

    def _remember(self, ids: Sequence[EntryId]) -> None:
        """Note that the next number has the last of some entries."""
        for entry_id in self._last.keys() & ids:
            self._supersede(entry_id)
        self._last.update(dict.fromkeys(ids, self._number))

    def _supersede(self, entry_id: EntryId) -> None:
        """Note that what is staged of an entry is no longer the last of it."""
        number = self._last.get(entry_id)
        if number is not None:
            self._has_old = self._has_old or number in self._batches
            for lot in self._lots:
                if number in lot.numbers:
                    lot.has_old = True

    def _is_there(self, entry_id: EntryId) -> bool:
        self._asked += 1
        if self._asked > _FEW:
            return entry_id in self._all_ids
        return bool(self._table.revisions("entry", [entry_id]))

    @cached_property
    def _all_ids(self) -> set[str]:
        entries = f"kind = {quoted('entry')}"
        return {
            key for batch in self._table.scan(("id",), entries) for key in plain(batch.column("id"))
        }

    def _collect(self) -> None:
        """Make rows of the entries that wait; a file of them, where there are enough."""
        entries, self._waiting = list(self._waiting.values()), {}
        self._characters = 0
        if entries:
            ids = [entry.id for entry in entries]
            self._remember(ids)
            self._bounds.append((min(ids), max(ids)))
            batch = batch_of_entries(entries, self._revision)
            self._batches[self._number] = batch
            self._bytes += batch.nbytes
            self._number += 1
        if self._bytes >= FILE_BYTES:
            self._stage()

    def _stage(self) -> None:
        batches, bounds = list(self._batches.values()), self._bounds
        if self._has_old:
            kept = [self._kept(batch, number, number) for number, batch in self._batches.items()]
            batches, bounds = [batch for batch in kept if batch.num_rows], []
        numbers = range(min(self._batches, default=0), self._number)
        self._batches.clear()
        self._bounds = []
        self._has_old = False
        self._bytes = 0
        if batches:
            ends = (min(bounds)[0], max(last for _, last in bounds)) if bounds else None
            file = write_file(self._table, "entry", batches, self._revision, ends)
            self._lots.append(_Lot(numbers, file))

    def _kept(self, batch: RecordBatch, first: int, last: int) -> RecordBatch:
        """The rows of which nothing later was said."""
        ids = plain(batch.column("id"))
        numbers = map(self._last.get, ids)
        rows = [
            row
            for row, number in enumerate(numbers)
            if number is not None and first <= number <= last
        ]
        return only(batch, rows)

    # --- the rest -------------------------------------------------------------------------------

    def set_category(self, category: Category) -> None:
        self.block.check()
        self._values["category"][format_category_path(category.path)] = encode_json(category)

    def forget_category(self, path: CategoryPath) -> None:
        self.block.check()
        self._values["category"][format_category_path(path)] = None

    def set_metadata(self, metadata: Metadata) -> None:
        self.block.check()
        self._values["metadata"][METADATA] = encode_json(metadata)

    def set_document(self, name: str, value: JSONValue) -> None:
        self.block.check()
        checked = check_document(name, value)
        written = None if checked is None else msgspec.json.encode(checked)
        self._values["document"][name] = written

    def finish(self) -> Changes:
        """Stage what is left; all that the commit needs to know."""
        with self.block.step():
            return self._finished()

    def _finished(self) -> Changes:
        self._collect()
        self._stage()
        for lot in self._lots:
            if lot.has_old:
                self._restage(lot)
        files = [lot.file for lot in self._lots if lot.file.rows]
        keys: dict[Kind, set[str]] = {"entry": set(self._last)}
        for kind, values in self._values.items():
            keys[kind] = set(values)
            if there := _there(values):
                batch = batch_of_values(there, self._revision)
                files.append(write_file(self._table, kind, [batch], self._revision))
        return Changes(keys, files)

    def _restage(self, lot: _Lot) -> None:
        """Write a staged file again, without what was superseded later."""
        first, last = lot.numbers[0], lot.numbers[-1]
        kept = [self._kept(batch, first, last) for batch in self._table.read(lot.file)]
        discard(self._table, [lot.file])
        batches = [batch for batch in kept if batch.num_rows]
        if batches:
            lot.file = write_file(self._table, "entry", batches, self._revision)
        else:
            self._lots = [each for each in self._lots if each is not lot]

    def abandon(self) -> None:
        """Take away what has been staged."""
        discard(self._table, [lot.file for lot in self._lots])


def _there(values: Mapping[str, bytes | None]) -> dict[str, bytes]:
    return {key: value for key, value in values.items() if value is not None}
