"""Giving back the room of what was removed, and bringing the index of words in one piece."""

from __future__ import annotations

import sqlite3

from ..base import Optimized
from .connection import translated

__all__ = ["optimize"]

_MANY_PIECES = 8
"""Pieces of the index of words from which it is worth while to merge them."""


def optimize(connection: sqlite3.Connection, location: str, *, dry_run: bool) -> Optimized:
    """Merge the index of words, let SQLite renew what it knows of the tables, and shrink the file.

    Args:
        connection: that may write, in no transaction.
        location: of the collection.
        dry_run: only say what would be done.
    """
    with translated(location):
        before = _size(connection)
        free = _number(connection, "PRAGMA freelist_count") * _number(
            connection, "PRAGMA page_size"
        )
        steps = []
        if _pieces(connection) >= _MANY_PIECES:
            steps.append("merge the index of words")
            if not dry_run:
                connection.execute("INSERT INTO words (words) VALUES ('optimize')")
        if free:
            steps.append(f"give back {free} bytes of what was removed")
        if not dry_run:
            connection.execute("PRAGMA optimize")
            if steps:
                connection.execute("VACUUM")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        after = before - free if dry_run else _size(connection)
    return Optimized(steps=tuple(steps), size_before=before, size_after=after)


def _size(connection: sqlite3.Connection) -> int:
    return _number(connection, "PRAGMA page_count") * _number(connection, "PRAGMA page_size")


def _pieces(connection: sqlite3.Connection) -> int:
    """How many pieces the index of words is in; none where there is no index."""
    if not _number(connection, "SELECT count(*) FROM sqlite_schema WHERE name = 'words_idx'"):
        return 0
    return _number(connection, "SELECT count(DISTINCT segid) FROM words_idx")


def _number(connection: sqlite3.Connection, query: str) -> int:
    number: int = connection.execute(query).fetchone()[0]
    return number
