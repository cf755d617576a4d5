"""How much is sent at once: about as much as a worker needs a second for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

from attrs import frozen

__all__ = ["Chunk", "Chunks"]

T = TypeVar("T")

SECONDS = 1.0
"""How long a chunk is to take. One of 20 ms costs a scheduler more than it is worth."""

_ITEMS = 64
_SIZE = 1_000_000
_LARGEST_SIZE = 16_000_000
_SCALES = 1 / _ITEMS, 64.0
_STEP = 4.0


@frozen
class Chunk(Generic[T]):
    """Items that are sent together.

    Args:
        items: those.
        size: of them, in bytes or so.
        scale: by which it is larger than the first ones.
        is_full: whether it is as large as it might be: the last one hardly ever is.
    """

    items: list[T]
    size: int
    scale: float
    is_full: bool


class Chunks(Generic[T]):
    """Items in chunks: of 64 or a megabyte at first, then of as many as fit the time.

    >>> chunks = Chunks(["be well"] * 100, len)
    >>> [len(chunk.items) for chunk in chunks]
    [64, 36]
    """

    def __init__(self, items: Iterable[T], size_of: Callable[[T], int]) -> None:
        self._items = items
        self._size_of = size_of
        self._scale = 1.0

    def __iter__(self) -> Iterator[Chunk[T]]:
        items: list[T] = []
        size = 0
        for each in self._items:
            items.append(each)
            size += self._size_of(each)
            most = min(_SIZE * self._scale, _LARGEST_SIZE)
            if len(items) >= _ITEMS * self._scale or size >= most:
                yield Chunk(items, size, self._scale, is_full=True)
                items, size = [], 0
        if items:
            yield Chunk(items, size, self._scale, is_full=False)

    def took(self, chunk: Chunk[T], seconds: float) -> None:
        """Say how long a chunk took, so that the next ones take as long as they should."""
        if not chunk.is_full:
            return
        wanted = chunk.scale * min(max(SECONDS / max(seconds, 1e-6), 1 / _STEP), _STEP)
        self._scale = min(max(wanted, _SCALES[0]), _SCALES[1])
