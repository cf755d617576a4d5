"""The log in the tables of SQLite."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator

from ...identity import CategoryPath, EntryId
from ...model import Category
from ..history.operations import PREFERENCE, Logged, Operation, kept_operations
from ..history.recording import Kept, outdated, succeeding
from ..relational import log
from ..relational.log import FIELDS, transaction_of, transaction_row
from ..relational.rows import Row
from .categories import Categories
from .rows import columns, metadata_columns
from .schema import VERSION

__all__ = ["Recording"]

_NAMES = ", ".join(FIELDS)
_ROWS = f"""
SELECT {columns(VERSION)} FROM entries e WHERE e.id IN (SELECT value FROM json_each(?))
"""  # noqa: S608


class Recording(log.Recording):
    """What is recorded of the transaction that is open.

    Args:
        connection: in a transaction, with the tables of this version.
        tree: its categories.
        operation: what it belongs to.
    """

    def __init__(
        self, connection: sqlite3.Connection, tree: Categories, operation: Operation
    ) -> None:
        self._connection = connection
        self._tree = tree
        super().__init__(tree.paths, operation)
        query = "SELECT operation, number, size FROM log ORDER BY number DESC LIMIT 1"
        row = connection.execute(query).fetchone()
        self._number, self._of = succeeding(
            Kept(*row) if row else None, operation, self._transactions
        )
        self._pieces = 0

    def _transactions(self) -> Iterator[Logged]:
        rows = self._connection.execute(f"SELECT {_NAMES} FROM log ORDER BY number DESC")  # noqa: S608
        return (transaction_of(row, "") for row in rows)

    def _keep(self, piece: bytes) -> None:
        self._connection.execute(
            "INSERT INTO log_changes VALUES (?, ?, ?)", (self._number, self._pieces, piece)
        )
        self._pieces += 1

    def _rows(self, entry_ids: list[EntryId]) -> Iterable[Row]:
        return self._connection.execute(_ROWS, (json.dumps(entry_ids),))

    def _said(self, path: CategoryPath) -> Category | None:
        return self._tree.said(path)

    def _metadata_row(self) -> Row | None:
        row = self._connection.execute(f"SELECT {metadata_columns(VERSION)} FROM metadata")  # noqa: S608
        found: Row | None = row.fetchone()
        return found

    def _document_text(self, name: str) -> str | None:
        query = "SELECT value FROM documents WHERE name = ?"
        row = self._connection.execute(query, (name,)).fetchone()
        return row[0] if row else None

    def finish(self) -> None:
        """Write what the log says of the transaction, and take away what it no longer keeps."""
        if self._recorder.finish(self._operation):
            transaction = self._recorder.transaction(self._number, self._of, self._operation)
            self._connection.execute(
                f"INSERT INTO log ({_NAMES}) VALUES ({', '.join('?' * len(FIELDS))})",  # noqa: S608
                transaction_row(transaction),
            )
        rows = self._connection.execute("SELECT operation, number, size FROM log")
        kept = [Kept(*row) for row in rows]
        operations = kept_operations(self._document(PREFERENCE))
        old = [(each.number,) for each in outdated(kept, operations)]
        self._connection.executemany("DELETE FROM log WHERE number = ?", old)
        self._connection.executemany("DELETE FROM log_changes WHERE number = ?", old)
