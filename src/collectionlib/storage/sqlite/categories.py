"""The rows of the categories: their keys, their paths and their order."""

from __future__ import annotations

import sqlite3
from functools import cached_property

from ...identity import CategoryPath, format_category_path, natural_key, parse_category_path
from ...model import Category

__all__ = ["Categories"]

_NO_POSITION = b"\xff" * 9


class Categories:
    """The categories of one state of the database.

    Args:
        connection: in a transaction.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @cached_property
    def paths(self) -> dict[int, CategoryPath]:
        """Their paths, by the keys of their rows."""
        rows = self._connection.execute("SELECT key, path FROM categories")
        return {key: parse_category_path(path) if path else () for key, path in rows}

    @cached_property
    def _keys(self) -> dict[CategoryPath, int]:
        return {path: key for key, path in self.paths.items()}

    def described(self) -> list[Category]:
        """Those that something is said about, in any order."""
        rows = self._connection.execute(
            "SELECT key, title, description, position FROM categories WHERE described "
            "OR coalesce(title, description, position) IS NOT NULL"
        )
        return [
            Category(path=self.paths[key], title=title, description=description, position=position)
            for key, title, description, position in rows
        ]

    def said(self, path: CategoryPath) -> Category | None:
        """What is said about a category."""
        row = self._connection.execute(
            "SELECT title, description, position FROM categories WHERE path = ? AND (described "
            "OR coalesce(title, description, position) IS NOT NULL)",
            (format_category_path(path),),
        ).fetchone()
        return row and Category(path=path, title=row[0], description=row[1], position=row[2])

    def are_sorted(self) -> bool:
        """Whether the sort keys are those of the positions."""
        stale = "SELECT 1 FROM categories WHERE position IS NOT sorted_position LIMIT 1"
        return self._connection.execute(stale).fetchone() is None

    @cached_property
    def _positions(self) -> dict[CategoryPath, int | None]:
        rows = self._connection.execute("SELECT key, position FROM categories")
        return {self.paths[key]: position for key, position in rows}

    def worked_out_key(self, key: int) -> bytes:
        """What the sort key of a category should be."""
        path = self.paths[key]
        levels = (path[: depth + 1] for depth in range(len(path)))
        return b"".join(_part(self._positions.get(level), level[-1]) for level in levels)

    # --- writing --------------------------------------------------------------------------------

    def key(self, path: CategoryPath) -> int:
        """The key of a category's row, which is made where there is none."""
        if path not in self._keys:
            if path[:-1] not in self._keys:
                # From the root down: categories may lie deeper than functions may call each other.
                for depth in range(1, len(path)):
                    self.key(path[:depth])
            parent = self.key(path[:-1])
            sort_key = self._sort_key(parent) + _part(None, path[-1])
            key = self._connection.execute(
                "INSERT INTO categories (path, parent, name, sort_key, sorted_position) "
                "VALUES (?, ?, ?, ?, NULL)",
                (format_category_path(path), parent, path[-1], sort_key),
            ).lastrowid
            assert key is not None
            self._keys[path] = key
            self.paths[key] = path
        return self._keys[path]

    def _sort_key(self, key: int) -> bytes:
        row = self._connection.execute("SELECT sort_key FROM categories WHERE key = ?", (key,))
        return bytes(row.fetchone()[0])

    def describe(self, category: Category) -> None:
        """Say something about a category, in place of what was said."""
        self._connection.execute(
            "UPDATE categories SET title = ?, description = ?, position = ?, described = 1 "
            "WHERE key = ?",
            (category.title, category.description, category.position, self.key(category.path)),
        )

    def forget(self, path: CategoryPath) -> None:
        """Take back whatever was said about a category."""
        if path in self._keys:
            self._connection.execute(
                "UPDATE categories SET title = NULL, description = NULL, position = NULL, "
                "described = 0 WHERE key = ?",
                (self._keys[path],),
            )

    def sort(self) -> None:
        """Renew the sort keys where a position has changed."""
        if self.are_sorted():
            return
        # No two may be one, not even half-way.
        self._connection.execute("UPDATE categories SET sort_key = randomblob(16)")
        self.__dict__.pop("_positions", None)
        changes = [(self.worked_out_key(key), key) for key in self.paths]
        self._connection.executemany(
            "UPDATE categories SET sort_key = ?, sorted_position = position WHERE key = ?", changes
        )


def _part(position: int | None, name: str) -> bytes:
    """One level of a sort key: bytes that compare as `query.ReadingOrder` compares."""
    place = _NO_POSITION if position is None else b"\x00" + (position + 2**63).to_bytes(8, "big")
    # The end has to sort before everything that could follow.
    return place + natural_key(name).encode().replace(b"\x00", b"\x00\x01") + b"\x00\x00"
