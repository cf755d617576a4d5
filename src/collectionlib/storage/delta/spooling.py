"""Rows in another order than that in which they are read: those that come early wait in a file."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from tempfile import TemporaryFile
from typing import IO, Any

import msgspec

from ...errors import StorageError
from .rows import Row

__all__ = ["KeptRows", "NoRoomError", "Spool", "copying", "in_order", "temporary_file"]


class NoRoomError(StorageError):
    """A temporary file cannot be written."""


@contextmanager
def copying() -> Iterator[None]:
    """The block writes to a temporary file; where that fails, say that it lies elsewhere.

    Raises:
        NoRoomError: the file cannot be written.
    """
    try:
        yield
    except OSError as error:
        # Where no folder at all can be written to, Python names none.
        folder = tempfile.tempdir or os.environ.get("TMPDIR") or "/tmp"  # noqa: S108 - to be told
        raise NoRoomError(
            f"{folder}: a temporary copy of rows cannot be written there ({error.strerror}): make "
            "room, or name another folder in the variable TMPDIR",
            location=folder,
        ) from error


@contextmanager
def temporary_file() -> Iterator[IO[bytes]]:
    """A file that is gone at the end; what is written to it is written in blocks of `copying`."""
    with copying():
        file = TemporaryFile()  # noqa: SIM115 - closed by `_forget`
    try:
        yield file
    finally:
        _forget(file)


def _forget(file: IO[bytes]) -> None:
    # It would write what a full disk has not taken once more.
    with suppress(OSError):
        file.close()


class Spool:
    """Rows that wait in a temporary file, where memory has no more than their places."""

    def __init__(self) -> None:
        with copying():
            self._file = TemporaryFile()  # noqa: SIM115 - closed by `close`
        self._end = 0
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = msgspec.msgpack.Decoder().decode

    def keep(self, row: Row) -> int:
        """Keep a row; the place to ask for it by."""
        data = self._encode(row)
        place = self._end
        with copying():
            self._file.seek(place)
            self._file.write(len(data).to_bytes(8, "big"))
            self._file.write(data)
        self._end += 8 + len(data)
        return place

    def take(self, place: int) -> Row:
        """The row of a place."""
        # What was kept last may be on its way to the disk still.
        with copying():
            self._file.seek(place)
            length = int.from_bytes(self._file.read(8), "big")
            data = self._file.read(length)
        row: dict[str, Any] = self._decode(data)
        return row

    def close(self) -> None:
        """Forget them all."""
        _forget(self._file)


class KeptRows:
    """A local copy of rows, each to be had by its key.

    Args:
        rows: with their keys; of a key that comes again the first one is kept.

    Raises:
        NoRoomError: there is no room for them.
    """

    def __init__(self, rows: Iterable[tuple[str, Row]]) -> None:
        self._spool = Spool()
        self._places: dict[str, int] = {}
        try:
            for key, row in rows:
                if key not in self._places:
                    self._places[key] = self._spool.keep(row)
        except BaseException:
            self.close()
            raise

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
