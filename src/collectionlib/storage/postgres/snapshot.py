"""Reading: one state of the database, in a transaction that only reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from itertools import count, islice
from typing import TYPE_CHECKING, Any, ClassVar

import psycopg

from ...errors import CorruptCollection, EntryNotFound
from ...identity import CategoryPath, EntryId, parse_category_path
from ...model import Category, Entry
from ...query import Order
from ...query.fields import ATTRIBUTE, attribute_values, is_attribute
from ...query.order import value_key
from ..relational.conditions import Condition, joined
from ..relational.rows import Row
from ..relational.snapshot import TableSnapshot
from .conditions import PostgresTerms
from .connection import Connection, begin_reading, parametrized, translated
from .location import Address
from .reading_order import Range, ranges
from .rows import COLUMNS, METADATA_COLUMNS, Paths, storable

if TYPE_CHECKING:
    from ..history.changes import Change
    from ..history.operations import Transaction

__all__ = ["PostgresSnapshot"]

_AT_ONCE = 200
"""Rows that are fetched at once: bodies may be long."""

_FEW = 1_000
"""So many entries are found by another index, and then sorted; of more, the first are to come at
once in the order of the index."""

_CATEGORIES = """
WITH RECURSIVE found AS (
  (SELECT category_id, category FROM entries ORDER BY category_id LIMIT 1)
  UNION ALL
  SELECT next.category_id, next.category FROM found CROSS JOIN LATERAL (
    SELECT category_id, category FROM entries WHERE category_id > found.category_id
    ORDER BY category_id LIMIT 1
  ) AS next
)
SELECT category FROM found
"""
"""Every category that entries stand in, from one to the next in the index."""

_FIRST_KEY = "substring(e.sort_key FROM 1 FOR 1000)"
"""What of the sort key is in the index: there is no end to what a title may be."""

_FIRST_VALUES = {
    "id": "e.id",
    "title": "e.title",
    "text": "e.body",
    "category": "e.category",
    "author": (
        "(SELECT coalesce(sort_name, name) FROM contributors WHERE entry = e.id "
        "ORDER BY position LIMIT 1)"
    ),
    "lang": "e.language",
    "tag": "(SELECT tag FROM tags WHERE entry = e.id ORDER BY position LIMIT 1)",
    "created": "e.created",
    "added": "e.added",
    "modified": "e.modified",
    "rights": "e.rights",
    "source": "e.source_uri",
    "length": "length(e.body)",
}
"""What an entry is sorted by, of each field."""


class PostgresSnapshot(TableSnapshot):
    """What the tables held when a transaction began."""

    prefers_lots: ClassVar[bool] = True

    _metadata_columns = METADATA_COLUMNS

    def __init__(self, connection: Connection, address: Address) -> None:
        super().__init__(address.shown)
        self._connection = connection
        self._address = address
        self._numbers = count()
        self._cursors: list[psycopg.ServerCursor[Row]] = []
        self._parsed = Paths()

    def _select(self, sql: str, parameters: Iterable[Any] = ()) -> Iterator[Row]:
        with self._reading():
            rows = self._connection.execute(parametrized(sql), tuple(parameters)).fetchall()
        return iter(rows)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            with translated(self._address):
                yield
        except CorruptCollection:
            # What is whole can still be read; after an error the server would refuse it.
            with translated(self._address):
                begin_reading(self._connection)
            raise

    def _stream(
        self, sql: str, parameters: Iterable[Any] = (), *, at_once: int = _AT_ONCE
    ) -> Iterator[Row]:
        """The rows of a query that stays with the server, some at a time."""
        with self._reading():
            cursor = self._connection.cursor(f"scan_{next(self._numbers)}")
            self._cursors.append(cursor)
            cursor.itersize = at_once
            cursor.execute(parametrized(sql), tuple(parameters))
            for row in cursor:  # noqa: UP028 - that would close it, maybe too late
                yield row
            cursor.close()
            self._cursors.remove(cursor)

    def end(self) -> None:
        """Give up what has not been read to its end; the connection may be used for others."""
        for cursor in self._cursors:
            with suppress(psycopg.Error):
                cursor.close()

    @property
    def _paths(self) -> Paths:
        return self._parsed

    @property
    def _terms(self) -> PostgresTerms:
        return self._known_terms

    @cached_property
    def _known_terms(self) -> PostgresTerms:
        without = "SELECT 1 FROM entries WHERE words IS NULL LIMIT 1"
        trigrams = "SELECT to_regclass('entries_by_title')::text"
        return PostgresTerms(
            self._filled,
            has_all_words=self._one(without) is None,
            has_trigrams=self._one(trigrams) is not None,
        )

    def _filled(self) -> list[CategoryPath]:
        """The categories that entries stand in."""
        return self._all_filled

    @cached_property
    def _all_filled(self) -> list[CategoryPath]:
        return [self._paths[text] for (text,) in self._select(_CATEGORIES)]

    def _described(self) -> list[Category]:
        rows = self._select("SELECT path, title, description, position FROM categories")
        return [
            Category(path=parse_category_path(path), title=title, description=description,
                     position=position)
            for path, title, description, position in rows
        ]  # fmt: skip

    @cached_property
    def _ranges(self) -> list[Range]:
        return ranges(self._described())

    # --- entries --------------------------------------------------------------------------------

    def get(self, entry_id: EntryId) -> Entry:
        sql = f"SELECT {COLUMNS} FROM entries e WHERE e.id = ?"  # noqa: S608
        row = next(self._select(sql, (storable(entry_id),)), None)
        if row is None:
            raise EntryNotFound(entry_id, location=self._location)
        return self._entry(row)

    def known(self, entry_ids: Iterable[EntryId]) -> set[EntryId]:
        ids = list(map(storable, entry_ids))
        return {own for (own,) in self._select("SELECT id FROM entries WHERE id = ANY(?)", (ids,))}

    def several(self, entry_ids: Iterable[EntryId]) -> Mapping[EntryId, Entry]:
        sql = f"SELECT {COLUMNS} FROM entries e WHERE e.id = ANY(?)"  # noqa: S608
        found = map(self._entry, self._select(sql, (list(map(storable, entry_ids)),)))
        return {entry.id: entry for entry in found}

    def ids(self, prefix: str = "") -> Iterator[EntryId]:
        first = storable(prefix)
        begins = Condition("(e.id >= ? AND e.id < ?)", (first, f"{first}\x7f"), is_narrow=True)
        return (row[0] for row in self._in_reading_order("e.id", begins, None, None))

    def _found(
        self, chosen: Condition, order: Order, after: EntryId | None, limit: int | None
    ) -> Iterator[Row]:
        if order:
            return self._rows_of(self._sorted(chosen, order, after), limit)
        return self._in_reading_order(COLUMNS, chosen, after, limit)

    def _in_reading_order(
        self, columns: str, chosen: Condition, after: EntryId | None, limit: int | None
    ) -> Iterator[Row]:
        if chosen.is_narrow:
            chosen = self._pinned(chosen)
        rows = (
            row
            for low, high in self._ranges_after(after)
            for row in self._in_range(columns, chosen, low, high, limit)
        )
        return islice(rows, limit)

    def _pinned(self, chosen: Condition) -> Condition:
        """The ids of the entries that meet a condition, where they are few."""
        sql = f"SELECT e.id FROM entries e WHERE {chosen.sql} LIMIT ?"  # noqa: S608
        ids = [row[0] for row in self._select(sql, (*chosen.parameters, _FEW + 1))]
        return chosen if len(ids) > _FEW else Condition("e.id = ANY(?)", (ids,))

    def _in_range(
        self, columns: str, chosen: Condition, low: bytes, high: bytes, limit: int | None
    ) -> Iterator[Row]:
        # By the index, so that the first rows come at once; within it the whole keys decide.
        limited = "" if limit is None else " LIMIT ?"
        return self._stream(
            f"SELECT {columns} FROM entries e WHERE {_FIRST_KEY} >= ? AND {_FIRST_KEY} <= ? "  # noqa: S608
            f"AND e.sort_key >= ? AND e.sort_key < ? AND {chosen.sql} "
            f"ORDER BY {_FIRST_KEY}, e.sort_key{limited}",
            (low[:1000], high[:1000], low, high, *chosen.parameters,
             *([] if limit is None else [limit])),
        )  # fmt: skip

    def _ranges_after(self, after: EntryId | None) -> Iterator[Range]:
        if after is None:
            yield from self._ranges
            return
        sql = "SELECT sort_key FROM entries WHERE id = ?"
        key: bytes | None = self._one(sql, (storable(after),))
        if key is None:
            raise EntryNotFound(after, location=self._location)
        at = next(n for n, (low, high) in enumerate(self._ranges) if low <= key < high)
        # Nothing stands between a key and itself with a byte behind.
        yield key + b"\x00", self._ranges[at][1]
        yield from self._ranges[at + 1 :]

    # --- other orders ---------------------------------------------------------------------------

    def _sorted(self, chosen: Condition, order: Order, after: EntryId | None) -> list[EntryId]:
        """The ids in an order, which is ours: of each entry what it is sorted by is fetched."""
        if after is not None:
            self.get(after)
            chosen = joined("OR", [chosen, Condition("e.id = ?", (after,))], is_narrow=False)
        columns = ", ".join(["e.id", *(_first_value(by.field) for by in order)])
        # Sorting keeps the order of equals: in reading order they come, and there they stay.
        outline = [
            (row[0], *map(_key, (by.field for by in order), row[1:]))
            for row in self._in_reading_order(columns, chosen, None, None)
        ]
        for place, by in reversed(list(enumerate(order, start=1))):
            outline.sort(key=lambda each, at=place: each[at] or "", reverse=by.descending)  # type: ignore[misc]
            outline.sort(key=lambda each, at=place: each[at] is None)  # type: ignore[misc]
        ids = [each[0] for each in outline]
        return ids if after is None else ids[ids.index(after) + 1 :]

    def _rows_of(self, ids: Sequence[EntryId], limit: int | None) -> Iterator[Row]:
        sql = f"SELECT {COLUMNS} FROM entries e WHERE e.id = ANY(?)"  # noqa: S608
        wanted = ids[:limit]
        for start in range(0, len(wanted), _AT_ONCE):
            some = list(wanted[start : start + _AT_ONCE])
            rows = {row[0]: row for row in self._select(sql, (some,))}
            yield from (rows[each] for each in some)

    # --- the log --------------------------------------------------------------------------------

    def changes(self, transaction: Transaction) -> Iterator[Change]:
        from ..relational.log import changes_in

        # A piece may have a megabyte, and there is no end to how many there are.
        query = "SELECT changes FROM log_changes WHERE number = ? ORDER BY piece"
        pieces = self._stream(query, (transaction.number,), at_once=1)
        return changes_in(pieces, transaction.number, self._location)


def _first_value(field: str) -> str:
    return "e.attributes" if is_attribute(field) else _FIRST_VALUES[field]


def _key(field: str, found: Any) -> str | None:
    """What a field is sorted by, of what was fetched; `None` where there is nothing."""
    value = _read(field, found)
    return value_key(field, value) if value else None


def _read(field: str, found: Any) -> str:
    if found is None:
        return ""
    if field == "category":
        return next(iter(parse_category_path(found)), "")
    if field in ("added", "modified"):
        from datetime import datetime

        return datetime.fromisoformat(found).isoformat()
    if is_attribute(field):
        import msgspec

        return next(
            attribute_values(msgspec.json.decode(found).get(field.removeprefix(ATTRIBUTE))), ""
        )
    return str(found)
