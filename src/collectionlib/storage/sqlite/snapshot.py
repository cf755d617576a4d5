"""Reading: one state of the database, in a transaction that only reads."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import dropwhile, islice
from typing import TYPE_CHECKING, Any

from ...errors import CorruptCollection, EntryNotFound
from ...identity import CategoryPath, EntryId
from ...model import Category, Entry
from ...query import Order
from ..relational.conditions import ALL, Condition
from ..relational.rows import Row
from ..relational.snapshot import TableSnapshot
from .categories import Categories
from .conditions import SqliteTerms, word_query
from .connection import NO_UTF_8, corrupt, decoded, translated
from .rows import columns, metadata_columns
from .schema import HAS_LOG, version_of
from .sorting import ordering

if TYPE_CHECKING:
    from ..history.operations import Logged

__all__ = ["SqliteSnapshot"]

_IN_READING_ORDER = ["c.sort_key", "e.sort_key", "coalesce(e.source_start, 0)", "e.id"]
_WORKED_OUT = [
    "category_key(e.category)",
    "place_key(e.title, e.source_uri, e.source_member)",
    "coalesce(e.source_start, 0)",
    "e.id",
]
"""The same order, where another program has changed what it depends on."""


class SqliteSnapshot(TableSnapshot):
    """What the database held when its transaction began."""

    def __init__(self, connection: sqlite3.Connection, location: str) -> None:
        super().__init__(location)
        self._connection = connection
        self._version = version_of(connection, location)
        self._columns = columns(self._version)
        self._metadata_columns = metadata_columns(self._version)
        self._tree = Categories(connection)
        connection.create_function("category_key", 1, self._tree.worked_out_key)
        connection.create_function("first_name", 1, self._first_name)

    def _select(self, sql: str, parameters: Iterable[Any] = ()) -> Iterator[Row]:
        given = 0
        with translated(self._location):
            try:
                # Not `yield from`: that would close the rows, maybe after the connection.
                for row in self._connection.execute(sql, tuple(parameters)):
                    given += 1
                    yield row
            except sqlite3.OperationalError as error:
                if NO_UTF_8 not in str(error):
                    raise
                # Once more, so that the rest is read; whoever looks at that text refuses it.
                self._connection.text_factory = decoded
                rows = self._connection.execute(sql, tuple(parameters))
                for row in islice(rows, given, None):
                    yield row

    @property
    def _paths(self) -> Mapping[int, CategoryPath]:
        with translated(self._location):
            return self._tree.paths

    @property
    def _terms(self) -> SqliteTerms:
        return SqliteTerms(self._paths, self._has_index)

    def _described(self) -> list[Category]:
        with translated(self._location):
            return self._tree.described()

    def _first_name(self, key: int) -> str:
        path = self._tree.paths[key]
        return path[0] if path else ""

    @cached_property
    def _is_sorted(self) -> bool:
        changed = "SELECT 1 FROM entries WHERE sort_key IS NULL LIMIT 1"
        with translated(self._location):
            return self._one(changed) is None and self._tree.are_sorted()

    @cached_property
    def _has_index(self) -> bool:
        return self._one("SELECT 1 FROM sqlite_schema WHERE name = 'words'") is not None

    def get(self, entry_id: EntryId) -> Entry:
        sql = f"SELECT {self._columns} FROM entries e WHERE e.id = ?"  # noqa: S608
        row = next(self._select(sql, (entry_id,)), None)
        if row is None:
            raise EntryNotFound(entry_id, location=self._location)
        return self._entry(row)

    def _found(
        self, chosen: Condition, order: Order, after: EntryId | None, limit: int | None
    ) -> Iterator[Row]:
        if after is None:
            return self._rows(chosen, order)
        self.get(after)
        everything = self._rows(ALL, order)
        return islice(dropwhile(lambda row: row[0] != after, everything), 1, None)

    def _rows(self, chosen: Condition, order: Order) -> Iterator[Row]:
        reading_order = _IN_READING_ORDER if self._is_sorted else _WORKED_OUT
        first = ordering(order)
        terms = ", ".join([*first.terms, *reading_order])
        # Category by category, each by its index: the entries come in order, and nothing is
        # sorted. Where an index leads to few, sorting those is quicker.
        join = "JOIN" if chosen.is_narrow else "CROSS JOIN"
        return self._select(
            f"SELECT {self._columns} FROM categories c {join} entries e ON e.category = c.key "  # noqa: S608
            f"WHERE {chosen.sql} ORDER BY {terms}",
            (*chosen.parameters, *first.parameters),
        )

    def ranked(self, words: tuple[str, ...], limit: int) -> Iterator[Entry] | None:
        """The entries that have the words, best first; `None` where there is no index."""
        match = word_query(words)
        if not (match and self._has_index and self._is_sorted):
            return None
        rows = self._select(
            f"SELECT {self._columns} FROM words JOIN entries e ON e.key = words.rowid "  # noqa: S608
            "WHERE words MATCH ? AND has_words(e.title, e.body, ?) "
            "ORDER BY bm25(words, 4, 1), e.id LIMIT ?",
            (match, json.dumps(words), limit),
        )
        return map(self._entry, rows)

    def ids(self, prefix: str = "") -> Iterator[EntryId]:
        order = ", ".join(_IN_READING_ORDER if self._is_sorted else _WORKED_OUT)
        rows = self._select(
            "SELECT e.id FROM categories c CROSS JOIN entries e ON e.category = c.key "  # noqa: S608
            f"WHERE e.id >= ? AND e.id < ? ORDER BY {order}",
            (prefix, f"{prefix}\x7f"),
        )
        return (entry_id for (entry_id,) in rows)

    def damages(self) -> Iterator[CorruptCollection]:
        try:
            found = list(self._select("PRAGMA integrity_check"))
        except CorruptCollection as error:
            yield error
        else:
            yield from (corrupt(line, self._location) for (line,) in found if line != "ok")
        yield from super().damages()

    def known(self, entry_ids: Iterable[EntryId]) -> set[EntryId]:
        sql = "SELECT id FROM entries WHERE id IN (SELECT value FROM json_each(?))"
        return {entry_id for (entry_id,) in self._select(sql, (json.dumps(list(entry_ids)),))}

    def transactions(self) -> Iterator[Logged]:
        return super().transactions() if self._version >= HAS_LOG else iter(())
