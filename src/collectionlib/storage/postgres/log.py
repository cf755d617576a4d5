"""The log in the tables of PostgreSQL, which several transactions may write to at once.

What a transaction changed is written under a number of its own, which nobody else has. The number
that the transaction gets is the next one at its end: whoever ends holds a lock until all is
committed, and looks by another connection, since a transaction sees the state in which it began.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from secrets import randbits
from uuid import UUID

import psycopg

from ...identity import CategoryPath, EntryId, format_category_path
from ...model import Category
from ..history.operations import PREFERENCE, Operation, kept_operations
from ..history.recording import Kept, outdated
from ..relational import log
from ..relational.log import FIELDS, transaction_row
from ..relational.rows import Row
from .connection import Connection
from .location import Address
from .rows import COLUMNS, METADATA_COLUMNS, Paths, category_id

__all__ = ["Recording", "drop_outdated", "lock_of"]


class Recording(log.Recording):
    """What is recorded of the transaction that is open.

    Args:
        connection: in a transaction, with the tables of this version.
        address: of the collection.
        operation: what the transaction belongs to.
        another: gives another connection.
    """

    def __init__(
        self,
        connection: Connection,
        address: Address,
        operation: Operation,
        another: Callable[[], AbstractContextManager[Connection]],
    ) -> None:
        self._another = another
        self._connection = connection
        self._address = address
        self._provisional = -1 - randbits(62)
        self._pieces = 0
        super().__init__(Paths(), operation)

    def _keep(self, piece: bytes) -> None:
        self._connection.execute(
            "INSERT INTO log_changes VALUES (%s, %s, %s)",
            (self._provisional, self._pieces, piece),
        )
        self._pieces += 1

    def _rows(self, entry_ids: list[EntryId]) -> Iterable[Row]:
        query = f"SELECT {COLUMNS} FROM entries e WHERE e.id = ANY(%s)"  # noqa: S608
        return self._connection.execute(query.encode(), (entry_ids,))

    def _said(self, path: CategoryPath) -> Category | None:
        row = self._connection.execute(
            "SELECT title, description, position FROM categories WHERE id = %s",
            (key_of(path),),
        ).fetchone()
        if row is None:
            return None
        return Category(path=path, title=row[0], description=row[1], position=row[2])

    def _metadata_row(self) -> Row | None:
        query = f"SELECT {METADATA_COLUMNS} FROM metadata"  # noqa: S608
        return self._connection.execute(query.encode()).fetchone()

    def _document_text(self, name: str) -> str | None:
        query = "SELECT value FROM documents WHERE name = %s"
        row = self._connection.execute(query, (name,)).fetchone()
        return row[0] if row else None

    def finish(self) -> None:
        """Write what the log says of the transaction, as the last thing before it is committed."""
        if not self._recorder.finish(self._operation):
            return
        self._connection.execute("SELECT pg_advisory_xact_lock(%s)", (lock_of(self._address),))
        number, operation = self._numbers()
        transaction = self._recorder.transaction(number, operation, self._operation)
        places = ", ".join(["%s"] * len(FIELDS))
        self._connection.execute(
            f"INSERT INTO log ({', '.join(FIELDS)}) VALUES ({places})".encode(),  # noqa: S608
            transaction_row(transaction),
        )
        self._connection.execute(
            "UPDATE log_changes SET number = %s WHERE number = %s", (number, self._provisional)
        )

    def _numbers(self) -> tuple[int, int]:
        """The numbers of this transaction and of its operation."""
        with self._another() as now:
            last = now.execute(
                "SELECT coalesce(max(number), 0), coalesce(max(operation), 0) FROM log"
            ).fetchone()
            number, operation = last or (0, 0)
            begun = now.execute(
                # Others may have written between two transactions of one operation.
                "SELECT operation FROM log WHERE run = %s ORDER BY number DESC LIMIT 1",
                (self._operation.run,),
            ).fetchone()
        return number + 1, begun[0] if begun else operation + 1


def key_of(path: CategoryPath) -> UUID:
    """The key of a category's row."""
    return category_id(format_category_path(path))


def lock_of(address: Address) -> int:
    """The number of the lock that whoever ends a transaction holds."""
    return category_id(address.schema).int >> 65


def drop_outdated(connection: Connection, address: Address) -> None:
    """Take away what the log no longer keeps, in a transaction of its own.

    Two transactions that take away the same would be in each other's way; where this one is
    in the way of another, or fails, the next will do it.
    """
    try:
        with connection.transaction():
            lock = connection.execute(
                "SELECT pg_try_advisory_xact_lock(%s)", (lock_of(address),)
            ).fetchone()
            if lock and lock[0]:
                _drop(connection)
    except psycopg.Error:
        return


def _drop(connection: Connection) -> None:
    rows = connection.execute("SELECT operation, number, size FROM log").fetchall()
    text = connection.execute(
        "SELECT value FROM documents WHERE name = %s", (PREFERENCE,)
    ).fetchone()
    import msgspec

    operations = kept_operations(msgspec.json.decode(text[0]) if text else None)
    old = [each.number for each in outdated([Kept(*row) for row in rows], operations)]
    if old:
        connection.execute("DELETE FROM log WHERE number = ANY(%s)", (old,))
        connection.execute("DELETE FROM log_changes WHERE number = ANY(%s)", (old,))
