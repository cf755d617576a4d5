"""Reading: one state of the database, in a transaction that only reads."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import dropwhile, islice
from typing import TYPE_CHECKING

from ...errors import CorruptCollection, EntryNotFound, InvalidValueError
from ...identity import CategoryPath, EntryId
from ...model import Category, Entry, JSONValue, Metadata
from ...query import InCategory, Order, Predicate, ReadingOrder, leaves, matcher
from ..base import EVERYTHING, Plan, Snapshot
from ..scanning import raise_damages, readable
from .categories import Categories
from .conditions import Condition, condition, word_query
from .connection import corrupt, translated
from .rows import Row, columns, entry_of, metadata_columns, metadata_of
from .schema import version_of
from .sorting import ordering

if TYPE_CHECKING:
    from ..history.changes import Change
    from ..history.operations import Logged, Transaction

__all__ = ["SqliteSnapshot"]

_IN_READING_ORDER = ["c.sort_key", "e.sort_key", "coalesce(e.source_start, 0)", "e.id"]
_WORKED_OUT = [
    "category_key(e.category)",
    "place_key(e.title, e.source_uri, e.source_member)",
    "coalesce(e.source_start, 0)",
    "e.id",
]
"""The same order, where another program has changed what it depends on."""


class SqliteSnapshot(Snapshot):
    """What the database held when its transaction began."""

    def __init__(self, connection: sqlite3.Connection, location: str) -> None:
        self._connection = connection
        self._location = location
        self._version = version_of(connection, location)
        self._columns = columns(self._version)
        self._get = f"SELECT {self._columns} FROM entries e WHERE e.id = ?"  # noqa: S608
        self._tree = Categories(connection)
        connection.create_function("category_key", 1, self._tree.worked_out_key)
        connection.create_function("first_name", 1, self._first_name)

    @cached_property
    def _order(self) -> ReadingOrder:
        return ReadingOrder(self._tree.described())

    def _first_name(self, key: int) -> str:
        path = self._tree.paths[key]
        return path[0] if path else ""

    @cached_property
    def _is_sorted(self) -> bool:
        changed = "SELECT 1 FROM entries WHERE sort_key IS NULL LIMIT 1"
        unchanged = self._connection.execute(changed).fetchone() is None
        return unchanged and self._tree.are_sorted()

    @cached_property
    def _has_index(self) -> bool:
        table = "SELECT 1 FROM sqlite_schema WHERE name = 'words'"
        return self._connection.execute(table).fetchone() is not None

    def get(self, entry_id: EntryId) -> Entry:
        with translated(self._location):
            row = self._connection.execute(self._get, (entry_id,)).fetchone()
        if row is None:
            raise EntryNotFound(entry_id, location=self._location)
        return self._entry(row)

    def _entry(self, row: Row) -> Entry:
        try:
            return entry_of(row, self._tree.paths)
        except InvalidValueError as error:
            raise CorruptCollection(
                f"its entry {row[0]} cannot be read ({error})",
                location=self._location,
                path=self._location,
                remedy="mend it in the table entries, or delete it there",
            ) from error

    def scan(
        self,
        where: Predicate = EVERYTHING,
        order: Order = (),
        after: EntryId | None = None,
        limit: int | None = None,
    ) -> Iterator[Entry]:
        damages: list[CorruptCollection] = []
        with translated(self._location):
            chosen = self._condition(where)
            rows = self._rows(chosen, order) if after is None else self._rows_after(after, order)
            found = readable(rows, self._entry, damages)
            entries: Iterator[Entry] = (entry for _, entry in found)
            if after is not None or not chosen.decides:
                entries = filter(matcher(where), entries)
            yield from islice(entries, limit)
        if limit is None:
            raise_damages(damages)

    def _rows_after(self, after: EntryId, order: Order) -> Iterator[Row]:
        self.get(after)
        everything = self._rows(self._condition(EVERYTHING), order)
        return islice(dropwhile(lambda row: row[0] != after, everything), 1, None)

    def _rows(self, chosen: Condition, order: Order) -> Iterator[Row]:
        reading_order = _IN_READING_ORDER if self._is_sorted else _WORKED_OUT
        first = ordering(order)
        terms = ", ".join([*first.terms, *reading_order])
        # Category by category, each by its index: the entries come in order, and nothing is
        # sorted. Where an index leads to few, sorting those is quicker.
        join = "JOIN" if chosen.is_narrow else "CROSS JOIN"
        return self._connection.execute(
            f"SELECT {self._columns} FROM categories c {join} entries e ON e.category = c.key "  # noqa: S608
            f"WHERE {chosen.sql} ORDER BY {terms}",
            (*chosen.parameters, *first.parameters),
        )

    def plan(self, where: Predicate) -> Plan:
        """Who decides which parts of a query; see `collectionlib.storage.base.PlansQueries`."""
        parts = tuple(leaves(where))
        if self._condition(where).sql == "1":
            return Plan(evaluated=parts)
        plan: dict[str, list[Predicate]] = {"indexed": [], "translated": [], "evaluated": []}
        for part in parts:
            own = self._condition(part)
            has_index = own.is_narrow or isinstance(part, InCategory)
            who = "indexed" if has_index else "translated" if own.decides else "evaluated"
            plan[who].append(part)
        return Plan(*map(tuple, plan.values()))

    def _condition(self, where: Predicate) -> Condition:
        return condition(where, self._tree.paths, has_index=self._has_index)

    def ranked(self, words: tuple[str, ...], limit: int) -> Iterator[Entry] | None:
        """The entries that have the words, best first; `None` where there is no index."""
        match = word_query(words)
        if not (match and self._has_index and self._is_sorted):
            return None
        rows = self._connection.execute(
            f"SELECT {self._columns} FROM words JOIN entries e ON e.key = words.rowid "  # noqa: S608
            "WHERE words MATCH ? AND has_words(e.title, e.body, ?) "
            "ORDER BY bm25(words, 4, 1), e.id LIMIT ?",
            (match, json.dumps(words), limit),
        )
        return map(self._entry, rows)

    def count(self, where: Predicate = EVERYTHING) -> int:
        chosen = self._condition(where)
        if not chosen.decides:
            return super().count(where)
        with translated(self._location):
            row = self._connection.execute(
                f"SELECT count(*) FROM entries e WHERE {chosen.sql}",  # noqa: S608
                chosen.parameters,
            ).fetchone()
        return int(row[0])

    def ids(self, prefix: str = "") -> Iterator[EntryId]:
        order = ", ".join(_IN_READING_ORDER if self._is_sorted else _WORKED_OUT)
        with translated(self._location):
            for (entry_id,) in self._connection.execute(
                "SELECT e.id FROM categories c CROSS JOIN entries e ON e.category = c.key "  # noqa: S608
                f"WHERE e.id >= ? AND e.id < ? ORDER BY {order}",
                (prefix, f"{prefix}\x7f"),
            ):
                yield entry_id

    def documents(self) -> tuple[str, ...]:
        with translated(self._location):
            rows = self._connection.execute("SELECT name FROM documents ORDER BY name")
            return tuple(row[0] for row in rows)

    def category_counts(self) -> Mapping[CategoryPath, int]:
        with translated(self._location):
            rows = self._connection.execute(
                "SELECT category, count(*) FROM entries GROUP BY category"
            )
            return {self._tree.paths[key]: entries for key, entries in rows}

    def tag_counts(self) -> Mapping[str, int]:
        with translated(self._location):
            return dict(self._connection.execute("SELECT tag, count(*) FROM tags GROUP BY tag"))

    def damages(self) -> Iterator[CorruptCollection]:
        try:
            with translated(self._location):
                found = self._connection.execute("PRAGMA integrity_check").fetchall()
        except CorruptCollection as error:
            yield error
        else:
            yield from (corrupt(line, self._location) for (line,) in found if line != "ok")
        yield from super().damages()

    def known(self, entry_ids: Iterable[EntryId]) -> set[EntryId]:
        with translated(self._location):
            rows = self._connection.execute(
                "SELECT id FROM entries WHERE id IN (SELECT value FROM json_each(?))",
                (json.dumps(list(entry_ids)),),
            )
            return {row[0] for row in rows}

    def categories(self) -> tuple[Category, ...]:
        with translated(self._location):
            key = self._order.category_key
            return tuple(sorted(self._tree.described(), key=lambda each: key(each.path)))

    def metadata(self) -> Metadata:
        with translated(self._location):
            columns = metadata_columns(self._version)
            row = self._connection.execute(f"SELECT {columns} FROM metadata").fetchone()  # noqa: S608
        return metadata_of(row) if row else Metadata()

    def document(self, name: str) -> JSONValue:
        with translated(self._location):
            row = self._connection.execute(_DOCUMENT, (name,)).fetchone()
        try:
            import msgspec

            value: JSONValue = msgspec.json.decode(row[0]) if row else None
        except ValueError as error:
            raise CorruptCollection(
                f"its document {name} is no JSON ({error})",
                location=self._location,
                path=self._location,
                remedy="mend it in the table documents, or delete it there",
            ) from error
        return value

    def __len__(self) -> int:
        return self.count()

    # --- the log --------------------------------------------------------------------------------

    def transactions(self) -> Iterator[Logged]:
        from .log import transactions

        with translated(self._location):
            yield from transactions(self._connection, self._version, self._location)

    def changes(self, transaction: Transaction) -> Iterator[Change]:
        from .log import changes

        with translated(self._location):
            yield from changes(self._connection, transaction.number, self._location)

    def former(self, change: Change) -> Entry:
        from ...codec import decode_json

        return decode_json(bytes(change.before), Entry)


_DOCUMENT = "SELECT value FROM documents WHERE name = ?"
