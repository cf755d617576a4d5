"""Objects as files that are read: a piece at a time, from any place."""

from __future__ import annotations

from io import RawIOBase, UnsupportedOperation
from typing import TYPE_CHECKING, Any

from .stores import StoredObject, talking_to

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["PIECE", "ObjectFile", "read"]

PIECE = 4 * 1024**2
"""Bytes that are worth asking for at once, where an object is read bit by bit."""
_LARGEST = 16 * 1024**2
"""The most that is asked for at once: it is to come within the time for an answer."""


def read(stored: StoredObject, start: int = 0, length: int | None = None) -> bytes:
    """Bytes of an object, all of them unless told.

    Raises:
        StoreError: it is gone, was changed, or may not be read.
        StorageError: the store cannot be reached.
    """
    end = stored.size if length is None else min(start + length, stored.size)
    pieces = (_piece(stored, at, min(at + _LARGEST, end)) for at in range(start, end, _LARGEST))
    return b"".join(pieces)


def _piece(stored: StoredObject, start: int, end: int) -> bytes:
    import obstore

    options: Any = {}
    if (start, end) != (0, stored.size):
        options["range"] = (start, end)
    if stored.version:
        # All pieces are to be of the same contents.
        options["if_match"] = stored.version
    with talking_to(stored.url) as store:
        return bytes(obstore.get(store, stored.url.key, options=options).bytes())


class ObjectFile(RawIOBase):
    """An object as a file without a buffer: what is read is asked for.

    Args:
        stored: which.

    Raises:
        StoreError: (when it is read) it is gone, was changed, or may not be read.
        StorageError: the store cannot be reached.
    """

    def __init__(self, stored: StoredObject) -> None:
        self._stored = stored
        self._position = 0

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def tell(self) -> int:
        """The place of the next byte."""
        return self._position

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to a place."""
        bases = {0: 0, 1: self._position, 2: self._stored.size}
        position = bases[whence] + offset
        if position < 0:
            raise UnsupportedOperation(f"there is no place {position}")
        self._position = position
        return position

    def readall(self) -> bytes:
        """All that follows."""
        data = read(self._stored, self._position)
        self._position += len(data)
        return data

    def read(self, size: int = -1, /) -> bytes:
        """So many bytes, or all that follow."""
        if size < 0:
            return self.readall()
        data = read(self._stored, self._position, size)
        self._position += len(data)
        return data

    def readinto(self, buffer: Buffer, /) -> int:
        """As many bytes as there is room for."""
        view = memoryview(buffer).cast("B")
        data = self.read(len(view))
        view[: len(data)] = data
        return len(data)
