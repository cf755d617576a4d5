"""Rows in another order than that in which they are read: those that come early wait in a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import Any

import msgspec

from .rows import Row

__all__ = ["KeptRows", "Spool", "in_order"]


class Spool:
    """Rows that wait in a temporary file, where memory has no more than their places."""

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115 - closed by `close`
        self._end = 0
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = msgspec.msgpack.Decoder().decode

    def keep(self, row: Row) -> int:
        """Keep a row; the place to ask for it by."""
        data = self._encode(row)
        place = self._end
        self._file.seek(place)
        self._file.write(len(data).to_bytes(8, "big"))
        self._file.write(data)
        self._end += 8 + len(data)
        return place

    def take(self, place: int) -> Row:
        """The row of a place."""
        self._file.seek(place)
        length = int.from_bytes(self._file.read(8), "big")
        row: dict[str, Any] = self._decode(self._file.read(length))
        return row

    def close(self) -> None:
        """Forget them all."""
        self._file.close()


class KeptRows:
    """A local copy of rows, each to be had by its key.

    Args:
        rows: with their keys.
    """

    def __init__(self, rows: Iterable[tuple[str, Row]]) -> None:
        self._spool = Spool()
        self._places = {key: self._spool.keep(row) for key, row in rows}

    def get(self, key: str) -> Row | None:
        """The row of a key, where there is one."""
        place = self._places.get(key)
        return None if place is None else self._spool.take(place)

    def close(self) -> None:
        """Forget them all."""
        self._places.clear()
        self._spool.close()


def in_order(rows: Iterable[tuple[int, Row]]) -> Iterator[Row]:
    """Rows by ascending rank.

    Args:
        rows: with their ranks, in any order. Nothing is kept of a row that comes in its turn;
            ranks may be missing, which is known at the end only.
    """
    spool = Spool()
    waiting: dict[int, int] = {}
    turn = 0
    try:
        for rank, row in rows:
            if rank != turn:
                waiting[rank] = spool.keep(row)
                continue
            yield row
            turn += 1
            while (place := waiting.pop(turn, None)) is not None:
                yield spool.take(place)
                turn += 1
        for rank in sorted(waiting):
            yield spool.take(waiting[rank])
    finally:
        spool.close()
