"""Reading: one version of the table."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from time import perf_counter
from typing import Any, ClassVar, TypeVar

import msgspec
from arro3.core import RecordBatch

from ...codec import decode_json
from ...errors import CorruptCollection, EntryNotFound, InvalidValueError, RepeatedId
from ...identity import CategoryPath, EntryId
from ...model import Category, Entry, JSONValue, Metadata, Source
from ...query import (
    Order,
    Predicate,
    ReadingKey,
    ReadingOrder,
    leaves,
    matcher,
    place_key,
    sort_key,
)
from ..base import EVERYTHING, Plan, Snapshot
from ..scanning import raise_damages
from .conditions import DeltaTerms, narrowing, of_predicate
from .failures import CANNOT_TELL, NoSuchObject, RefusedQueryError, damaged
from .rows import ENTRY_COLUMNS, Kind, Row, entry_of, only, path_of, plain, rows_of
from .spooling import KeptRows, NoRoomError, in_order
from .table import DataFile, Table, quoted

__all__ = ["DeltaSnapshot"]

_T = TypeVar("_T", Category, Metadata)
_log = logging.getLogger(__name__)

_ENTRIES = "kind = 'entry'"
_PLACE = ("id", "category", "sort_key", "source_start")
_PLACE_OF_OTHERS = ("id", "category", "title", "source_uri", "source_member", "source_start")
_AT_ONCE = 500
"""Entries that are asked for by their ids together."""
_SECONDS_OF_A_ROW = 4e-5
"""What each row takes where all are read, about."""
_LEAST_SECONDS = 0.1
"""That questions have taken before it is thought of reading all."""


class DeltaSnapshot(Snapshot):
    """What a version of the table holds.

    Args:
        table: opened at that version.
    """

    prefers_lots: ClassVar[bool] = True

    def __init__(self, table: Table) -> None:
        self._table = table
        self._location = table.location
        self._asked = 0.0
        self._kept: KeptRows | None = None
        self._lost = False
        self._has_room = True

    # --- entries --------------------------------------------------------------------------------

    def get(self, entry_id: EntryId) -> Entry:
        for row in self._rows_of([entry_id]):
            return self._entry(row)
        raise EntryNotFound(entry_id, location=self._location)

    def several(self, entry_ids: Iterable[EntryId]) -> Mapping[EntryId, Entry]:
        wanted = list(dict.fromkeys(entry_ids))
        found: dict[EntryId, Entry] = {}
        for start in range(0, len(wanted), _AT_ONCE):
            for row in self._rows_of(wanted[start : start + _AT_ONCE]):
                found[EntryId(row["id"])] = self._entry(row)
        return found

    def close(self) -> None:
        """Forget what was copied."""
        if self._kept is not None:
            self._kept.close()
            self._kept = None

    def _rows_of(self, ids: Sequence[EntryId]) -> list[Row]:
        """The rows of some entries, in any order: from the table, or from a copy of it.

        A question to the table may have to look at the ids of all. So once the questions have
        taken as long as reading everything does, everything is read, and kept on this machine.
        """
        if self._kept is None and self._has_room and self._is_copied_sooner():
            self._copy()
        if self._kept is None:
            began = perf_counter()
            rows = self._asked_for(ids)
            self._asked += perf_counter() - began
            return rows
        rows = [row for each in ids if (row := self._kept.get(each)) is not None]
        # Where the copy lacks a damaged file, the table tells what is wrong with it.
        return rows if len(rows) == len(ids) or not self._lost else self._asked_for(ids)

    def _copy(self) -> None:
        lost: list[CorruptCollection] = []
        try:
            self._kept = KeptRows((row["id"], row) for row in self._all_rows(lost))
        except NoRoomError as error:
            _log.debug("The table is asked for each entry: %s", error)
            self._has_room = False
        self._lost = bool(lost)

    def _is_copied_sooner(self) -> bool:
        # The number is not known for nothing, and is not asked for before it matters.
        return self._asked > _LEAST_SECONDS and self._asked > self._number * _SECONDS_OF_A_ROW

    def _asked_for(self, ids: Sequence[EntryId]) -> list[Row]:
        named = ", ".join(map(quoted, ids))
        batches = self._scan(ENTRY_COLUMNS, f"{_ENTRIES} AND id IN ({named})")
        return [row for batch in batches for row in rows_of(batch, ENTRY_COLUMNS)]

    @cached_property
    def _number(self) -> int:
        return len(self)

    def _scan(self, columns: Sequence[str], predicate: str) -> Iterator[RecordBatch]:
        try:
            yield from self._table.scan(columns, predicate)
        except NoSuchObject as error:
            raise self._damage(error) from error

    def _entry(self, row: Row) -> Entry:
        try:
            return entry_of(row)
        except (InvalidValueError, ValueError, TypeError) as error:
            raise CorruptCollection(
                f"its entry {row['id']} cannot be read ({error})",
                location=self._location,
                path=self._location,
                remedy="mend its row with the program that wrote it, or remove the entry",
            ) from error

    def scan(
        self,
        where: Predicate = EVERYTHING,
        order: Order = (),
        after: EntryId | None = None,
        limit: int | None = None,
    ) -> Iterator[Entry]:
        damages: list[CorruptCollection] = []
        if order:
            found = self._sorted(where, order, after, damages)
        elif limit is not None and limit <= _AT_ONCE and where == EVERYTHING:
            found = self._first(after, limit)
        else:
            found = self._in_reading_order(where, after, damages)
        yield from islice(found, limit)
        if limit is None:
            raise_damages(damages)

    def _first(self, after: EntryId | None, limit: int) -> Iterator[Entry]:
        """A few entries from the beginning, or after one: no others are read."""
        ids = self._outline([])
        start = 0 if after is None else self._rank(ids, after) + 1
        wanted = ids[start : start + limit]
        rows = {row["id"]: row for row in self._rows_of(wanted)} if wanted else {}
        return (self._entry(rows[each]) for each in wanted)

    def _rank(self, ids: Sequence[EntryId], after: EntryId) -> int:
        try:
            return ids.index(after)
        except ValueError:
            raise EntryNotFound(after, location=self._location) from None

    def _in_reading_order(
        self, where: Predicate, after: EntryId | None, damages: list[CorruptCollection]
    ) -> Iterator[Entry]:
        ids = self._outline(damages, self._narrowed(where, after))
        start = 0 if after is None else self._rank(ids, after) + 1
        rows = self._ranked(ids[start:], damages)
        del ids
        matches = matcher(where)
        for row in in_order(rows):
            try:
                entry = self._entry(row)
            except CorruptCollection as error:
                damages.append(error)
            else:
                if where == EVERYTHING or matches(entry):
                    yield entry

    def _sorted(
        self,
        where: Predicate,
        order: Order,
        after: EntryId | None,
        damages: list[CorruptCollection],
    ) -> Iterator[Entry]:
        """In two passes: one for the keys to sort by, one for the entries."""
        matches = matcher(where)
        keys = []
        narrowed = self._narrowed(where, after)
        may_be_meant = None if narrowed == _ENTRIES else set(self._outline([], narrowed))
        for row in self._all_rows([], may_be_meant):
            try:
                entry = self._entry(row)
            except CorruptCollection as error:
                damages.append(error)
                continue
            if matches(entry) or entry.id == after:
                keys.append((sort_key(entry, order, self._order), entry.id))
        ids = self._once([each for _, each in sorted(keys)], damages)
        del keys
        start = 0 if after is None else self._rank(ids, after) + 1
        return map(self._entry, in_order(self._ranked(ids[start:], damages)))

    def _ranked(
        self, ids: Sequence[EntryId], damages: list[CorruptCollection]
    ) -> Iterator[tuple[int, Row]]:
        """The rows of some entries with their ranks among them; of each the first that is there."""
        ranks = {each: rank for rank, each in enumerate(ids)}
        for row in self._all_rows(damages, ranks):
            rank = ranks.pop(row["id"], None)
            if rank is not None:
                yield rank, row

    def _narrowed(self, where: Predicate, after: EntryId | None) -> str:
        """What the engine is asked for: all that may be meant, and what is to come before."""
        narrow = narrowing(where, self.terms)
        if narrow is None:
            return _ENTRIES
        also = f" OR id = {quoted(after)}" if after is not None else ""
        return f"{_ENTRIES} AND ({narrow}{also})"

    @cached_property
    def terms(self) -> DeltaTerms:
        """What the engine decides of a query."""
        return DeltaTerms(lambda: self._paths)

    @cached_property
    def _paths(self) -> dict[str | None, CategoryPath]:
        names = {name for (name,) in self._columns(("category",), _ENTRIES)}
        return {name: path_of(name or "") for name in names}

    def plan(self, where: Predicate) -> Plan:
        """Who decides which parts of a query; see `collectionlib.storage.base.PlansQueries`."""
        parts = tuple(leaves(where))
        if narrowing(where, self.terms) is None:
            return Plan(evaluated=parts)
        decided = {part: of_predicate(part, self.terms).decides for part in parts}
        return Plan(
            translated=tuple(part for part in parts if decided[part]),
            evaluated=tuple(part for part in parts if not decided[part]),
        )

    def _all_rows(
        self, damages: list[CorruptCollection], wanted: Container[str] | None = None
    ) -> Iterator[Row]:
        """The rows of all entries, file by file; of a damaged file those before the damage.

        Args:
            damages: where to say what is damaged.
            wanted: the ids of those that are to be read; all, unless given.
        """
        for file in self._files("entry"):
            try:
                for batch in self._table.read(file):
                    found = batch if wanted is None else _of(batch, wanted)
                    yield from rows_of(found, ENTRY_COLUMNS)
            except (CorruptCollection, NoSuchObject) as error:
                damages.append(self._damage(error))

    def _damage(self, error: CorruptCollection | NoSuchObject) -> CorruptCollection:
        """What a file that is not there means: that it is lost, unless this state is an old one.

        Raises:
            NoSuchObject: this state has been cleaned up.
        """
        if isinstance(error, CorruptCollection):
            return error
        there = Table.open(self._location)
        path = error.path
        if not any(path.endswith(file.path) for file in there.files()):
            raise error
        return damaged(path, "it is missing", self._location)

    def _files(self, kind: Kind) -> list[DataFile]:
        return [file for file in self._table.files() if file.kind == kind]

    # --- where they stand -----------------------------------------------------------------------

    def _outline(
        self, damages: list[CorruptCollection], predicate: str = _ENTRIES
    ) -> list[EntryId]:
        """The ids in reading order; of their entries no more than that is read."""
        key_of = self._order.category_key
        try:
            keys: list[ReadingKey] = [
                (key_of(path_of(category or "")), place, start or 0, own)
                for own, category, place, start in self._columns(_PLACE, predicate)
                if place is not None
            ]
            keys += self._keys_of_others(predicate)
        except CANNOT_TELL as error:
            _log.debug("All of %s is looked at: %s", self._location, error)
            if predicate != _ENTRIES and isinstance(error, RefusedQueryError):
                return self._outline(damages)
            # One file is damaged, and the driver tells nothing of the others.
            keys = [self._order.key(entry) for entry in self._readable(damages)]
        keys.sort()
        return self._once([EntryId(key[-1]) for key in keys], damages)

    def _once(self, ids: list[EntryId], damages: list[CorruptCollection]) -> list[EntryId]:
        """Ids, each once; that a row of another program has one again is a damage."""
        if len(set(ids)) == len(ids):
            return ids
        numbers = Counter(ids)
        damages += [
            RepeatedId(
                f"its entry {own} has {number} rows",
                location=self._location,
                path=self._location,
                remedy="remove those that are not to be there with the program that wrote them",
            )
            for own, number in numbers.items()
            if number > 1
        ]
        return list(numbers)

    def _keys_of_others(self, predicate: str) -> Iterator[ReadingKey]:
        """The keys of the rows that another program has written."""
        others = f"{predicate} AND sort_key IS NULL"
        for own, category, title, uri, member, start in self._columns(_PLACE_OF_OTHERS, others):
            source = None if uri is None else Source(uri=uri, member=member, start=start)
            path = path_of(category or "")
            yield self._order.category_key(path), place_key(title or "", source), start or 0, own

    def _readable(self, damages: list[CorruptCollection]) -> Iterator[Entry]:
        for row in self._all_rows([]):
            try:
                yield self._entry(row)
            except CorruptCollection:
                # Whoever reads the rows again is told.
                continue

    def _columns(self, names: Sequence[str], predicate: str) -> Iterator[tuple[Any, ...]]:
        for batch in self._scan(names, predicate):
            columns = [plain(batch.column(name)) for name in names]
            yield from zip(*columns, strict=True)

    @cached_property
    def _order(self) -> ReadingOrder:
        return ReadingOrder(self._categories)

    def ids(self, prefix: str = "") -> Iterator[EntryId]:
        within = f" AND id >= {quoted(prefix)} AND id < {quoted(f'{prefix}~')}" if prefix else ""
        damages: list[CorruptCollection] = []
        yield from self._outline(damages, f"{_ENTRIES}{within}")
        raise_damages(damages)

    def known(self, entry_ids: Iterable[EntryId]) -> set[EntryId]:
        return {EntryId(each) for each in self._table.revisions("entry", set(entry_ids))}

    def count(self, where: Predicate = EVERYTHING) -> int:
        if where != EVERYTHING:
            return super().count(where)
        files = self._files("entry")
        rows = [file.rows for file in files]
        return sum(1 for _ in self.ids()) if None in rows else sum(filter(None, rows))

    def category_counts(self) -> Mapping[CategoryPath, int]:
        counts = Counter(path for (path,) in self._columns(("category",), _ENTRIES))
        return {path_of(path or ""): number for path, number in counts.items()}

    def tag_counts(self) -> Mapping[str, int]:
        tags = self._columns(("tags",), _ENTRIES)
        return Counter(tag for (each,) in tags for tag in each or ())

    # --- the rest -------------------------------------------------------------------------------

    def _values(self, kind: Kind, key: str | None = None) -> dict[str, str]:
        """The JSON of what is no entry."""
        where = f"kind = {quoted(kind)}" + (f" AND id = {quoted(key)}" if key is not None else "")
        return dict(self._columns(("id", "value"), where))

    @cached_property
    def _categories(self) -> list[Category]:
        values = self._values("category").items()
        return [self._decoded("category", key, value, Category) for key, value in values]

    def categories(self) -> tuple[Category, ...]:
        key = self._order.category_key
        return tuple(sorted(self._categories, key=lambda category: key(category.path)))

    def metadata(self) -> Metadata:
        for key, value in self._values("metadata").items():
            return self._decoded("metadata", key, value, Metadata)
        return Metadata()

    def _decoded(self, kind: Kind, key: str, value: str, cls: type[_T]) -> _T:
        try:
            return decode_json(value, cls)
        except InvalidValueError as error:
            raise self._no_value(kind, key, error) from error

    def _no_value(self, kind: Kind, key: str, error: Exception) -> CorruptCollection:
        return CorruptCollection(
            f"its {kind} {key} cannot be read ({error})",
            location=self._location,
            path=self._location,
            remedy="mend its row with the program that wrote it, or remove it",
        )

    def document(self, name: str) -> JSONValue:
        value = self._values("document", name).get(name)
        try:
            return None if value is None else msgspec.json.decode(value)
        except ValueError as error:
            raise self._no_value("document", name, error) from error

    def documents(self) -> tuple[str, ...]:
        return tuple(sorted(self._values("document")))

    def __len__(self) -> int:
        return self.count()


def _of(batch: RecordBatch, wanted: Container[str]) -> RecordBatch:
    """The rows of a batch that are wanted."""
    return only(batch, [row for row, own in enumerate(plain(batch.column("id"))) if own in wanted])
