"""The connections of a storage: each is used by one at a time, and kept for the next."""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from ...errors import MissingExtra
from .location import Address

if TYPE_CHECKING:
    from .connection import Connection

__all__ = ["Connections"]

_KEPT = 2
"""How many are kept: a transaction looks by a second one at its end."""


class Connections:
    """Gives connections to the database of a collection.

    Args:
        address: of the collection.
    """

    def __init__(self, address: Address) -> None:
        self._address = address
        self._idle: list[Connection] = []
        self._process = os.getpid()
        weakref.finalize(self, _close_all, self._idle, self._process)

    @contextmanager
    def one(self) -> Iterator[Connection]:
        """A connection for the block, outside of any transaction.

        Raises:
            MissingExtra: the driver is not installed.
            CollectionNotFound: the server has no such database.
            StorageError: there is no server, or it lets us not in.
        """
        try:
            from .connection import connect
        except ModuleNotFoundError as error:
            raise MissingExtra("a collection in PostgreSQL (psycopg)", "postgres") from error
        connection = self._kept() or connect(self._address)
        try:
            yield connection
        finally:
            self._keep(connection)

    def _kept(self) -> Connection | None:
        """A connection that was used before, if the server still knows of it."""
        import psycopg

        if self._process != os.getpid():
            # Those of the process that this one was forked from are not ours to use, nor to end.
            self._idle.clear()
            self._process = os.getpid()
        while self._idle:
            with suppress(IndexError, psycopg.Error):
                connection = self._idle.pop()
                connection.execute("SELECT")
                return connection
        return None

    def _keep(self, connection: Connection) -> None:
        import psycopg

        with suppress(psycopg.Error):
            connection.rollback()
        if connection.closed or len(self._idle) >= _KEPT:
            connection.close()
        else:
            self._idle.append(connection)

    def close(self) -> None:
        """Give back those that are kept."""
        _close_all(self._idle, self._process)


def _close_all(connections: list[Connection], process: int) -> None:
    while connections and process == os.getpid():
        connections.pop().close()
