"""Reading sources in several processes, with the results in order.

The processes get a few sources at a time. No more is read ahead than can be kept in memory:
while the results wait to be written, no new sources are handed out.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from threading import Thread
from types import TracebackType
from typing import Self

from attrs import define

from ..errors import IngestError, InvalidValueError
from .reading import Reader, Reading
from .sources import Found, SourcePlace

__all__ = ["read_all"]

_MOST_SOURCES = 64
_MOST_BYTES = 1_000_000
_CHUNKS_AHEAD = 4
"""Chunks of sources for each process that are being read or wait to be written."""


def read_all(found: Iterable[Found], reader: Reader, jobs: int = 1) -> Iterator[Reading]:
    """Read sources, in their order whatever the number of processes.

    Args:
        found: what there is to read.
        reader: that reads it; sent to the processes.
        jobs: how many processes; 1 reads in this one.
    """
    if jobs == 1:
        yield from map(reader.read, found)
        return
    with _Processes(reader, jobs) as processes:
        yield from processes.read_all(found)


@define
class _Chunk:
    """Sources that are read by one process, and the promise of what comes of them."""

    sources: list[Found]
    future: Future[list[Reading]]


class _Processes:
    """Processes that read. One that dies is replaced, and what it was reading is read again."""

    def __init__(self, reader: Reader, jobs: int) -> None:
        self._reader = reader
        self._pickled = pickle.dumps(reader)
        self._jobs = jobs
        self._pool = self._new_pool()
        self._chunks: deque[_Chunk] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._pool.shutdown(wait=kind is None, cancel_futures=True)

    def _new_pool(self) -> ProcessPoolExecutor:
        # Not by fork: this process may have threads.
        return ProcessPoolExecutor(
            self._jobs,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_begin,
            initargs=(self._pickled,),
        )

    def read_all(self, found: Iterable[Found]) -> Iterator[Reading]:
        for sources in _chunked(found):
            if not all(_is_portable(source) for source in sources):
                yield from self._first_results(len(self._chunks))
                yield from map(self._reader.read, sources)
                continue
            self._chunks.append(_Chunk(sources, self._submit(sources)))
            yield from self._first_results(len(self._chunks) - self._jobs * _CHUNKS_AHEAD)
        yield from self._first_results(len(self._chunks))

    def _submit(self, sources: list[Found]) -> Future[list[Reading]]:
        try:
            return self._pool.submit(_read, sources)
        except BrokenProcessPool:
            self._replace_pool()
            return self._pool.submit(_read, sources)

    def _first_results(self, number: int) -> Iterator[Reading]:
        for _ in range(number):
            chunk = self._chunks.popleft()
            try:
                readings = chunk.future.result()
            except BrokenProcessPool:
                self._replace_pool()
                yield from map(self._read_alone, chunk.sources)
            else:
                yield from readings

    def _read_alone(self, source: Found) -> Reading:
        """Read a source of which one may have killed the process that read it."""
        try:
            return self._submit([source]).result()[0]
        except BrokenProcessPool:
            self._replace_pool()
            name = source.uri if isinstance(source, SourcePlace) else source.source
            reason = "the process that read it was killed; see that there is enough memory"
            return Reading(source=name, error=IngestError(name, reason))

    def _replace_pool(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._pool = self._new_pool()
        for chunk in self._chunks:
            if not chunk.future.done() or chunk.future.exception() is not None:
                chunk.future = self._pool.submit(_read, chunk.sources)


def _is_portable(found: Found) -> bool:
    """Whether another process can read it; standard input is this one's."""
    if not isinstance(found, SourcePlace):
        return True
    return found.path is not None or found.data is not None


def _chunked(found: Iterable[Found]) -> Iterator[list[Found]]:
    chunk: list[Found] = []
    size = 0
    for each in found:
        chunk.append(each)
        size += each.size if isinstance(each, SourcePlace) else 0
        if len(chunk) >= _MOST_SOURCES or size >= _MOST_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


# --- in the processes ---------------------------------------------------------------------------

_reader: Reader | Exception


def _begin(pickled: bytes) -> None:
    global _reader  # noqa: PLW0603 - what a process of a pool is begun with
    try:
        _reader = pickle.loads(pickled)  # noqa: S301 - of our own parent
    except Exception as error:  # noqa: BLE001 - said when it is asked to read
        _reader = error
    # Ctrl-C is for the process that writes; and where that one is killed, nobody waits for us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _read(sources: list[Found]) -> list[Reading]:
    if isinstance(_reader, Exception):
        raise InvalidValueError(
            "jobs", "more than one", f"does not go with these importers ({_reader})"
        )
    return [_reader.read(source) for source in sources]
