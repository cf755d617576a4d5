"""Doing the same with many items, in parallel, with the results in order.

No more is done ahead than can be kept in memory: while the results wait to be taken, no new items
are sent.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from attrs import define

from .base import WorkerLost, Workers
from .chunks import Chunk, Chunks
from .tasks import packed, run, unpacked, versions

if TYPE_CHECKING:
    from concurrent.futures import Future

__all__ = ["mapped"]

T = TypeVar("T")
R = TypeVar("R")

_CHUNKS_AHEAD = 4
"""Chunks for each worker that are being done or wait to be taken."""
_BYTES_AHEAD = 256_000_000
"""How large they are together at the most, unless one alone is larger."""


def mapped(
    work: Callable[[list[T]], R],
    items: Iterable[T],
    workers: Workers | None,
    *,
    size_of: Callable[[T], int],
    lost: Callable[[T], R],
) -> Iterator[R]:
    """What a function makes of the items, a chunk at a time, in their order.

    Args:
        work: what to do with some items; it can be pickled, as they can, and does the same
            however often it is done.
        items: taken as they are needed.
        workers: who do it; `None` does it here.
        size_of: the size of an item, in bytes or so.
        lost: what to take in place of the result of an item that has killed its worker twice.

    Raises:
        ExecutionError: the work cannot be sent, or the workers cannot be reached.

    >>> from collectionlib.executing import workers
    >>> with workers("local", jobs=2) as hired:
    ...     list(mapped(sorted, ["to", "be"], hired, size_of=len, lost=lambda item: [item]))
    [['be', 'to']]
    """
    chunks = Chunks(items, size_of)
    if workers is None:
        for chunk in chunks:
            yield work(chunk.items)
    else:
        yield from _Mapping(work, workers, chunks, lost).results()


@define
class _Sent(Generic[T]):
    """A chunk, and the promise of what comes of it."""

    chunk: Chunk[T]
    future: Future[tuple[float, bytes]]


class _Mapping(Generic[T, R]):
    def __init__(
        self,
        work: Callable[[list[T]], R],
        workers: Workers,
        chunks: Chunks[T],
        lost: Callable[[T], R],
    ) -> None:
        self._work = packed(work)
        self._workers = workers
        self._chunks = chunks
        self._lost = lost
        self._asked = None if workers.see_files else versions()
        self._sent: deque[_Sent[T]] = deque()
        self._size = 0

    def results(self) -> Iterator[R]:
        for chunk in self._chunks:
            self._sent.append(_Sent(chunk, self._submit(chunk.items)))
            self._size += chunk.size
            while self._sent and (self._is_enough() or self._sent[0].future.done()):
                yield from self._first()
        while self._sent:
            yield from self._first()

    def _is_enough(self) -> bool:
        number = len(self._sent)
        return number > self._workers.number * _CHUNKS_AHEAD or (
            number > 1 and self._size > _BYTES_AHEAD
        )

    def _submit(self, items: list[T]) -> Future[tuple[float, bytes]]:
        return self._workers.submit(run, self._asked, self._work, packed(items))

    def _first(self) -> Iterator[R]:
        sent = self._sent.popleft()
        self._size -= sent.chunk.size
        try:
            seconds, result = self._workers.result(sent.future)
        except WorkerLost:
            yield from self._after_loss(sent.chunk.items)
            return
        self._chunks.took(sent.chunk, seconds)
        yield unpacked(result)

    def _after_loss(self, items: list[T]) -> Iterator[R]:
        """What comes of items of which one may have killed who had it.

        Where the others were lost with it, they are sent again only when it is known which one
        that is: none is blamed for another one.
        """
        if self._workers.try_again:
            yield from map(self._alone, items)
            return
        others = [sent for sent in self._sent if not _is_done(sent.future)]
        try:
            yield self._again(items)
        except WorkerLost:
            yield from map(self._alone, items)
        for sent in others:
            sent.future = self._submit(sent.chunk.items)

    def _alone(self, item: T) -> R:
        try:
            return self._again([item])
        except WorkerLost:
            return self._lost(item)

    def _again(self, items: list[T]) -> R:
        _, result = self._workers.result(self._submit(items))
        made: R = unpacked(result)
        return made


def _is_done(future: Future[Any]) -> bool:
    """Whether something came of it, be it an error of the work itself."""
    return future.done() and not future.cancelled() and future.exception() is None
