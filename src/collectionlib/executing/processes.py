"""Processes of this machine as workers. One that dies is replaced."""

from __future__ import annotations

import multiprocessing
import os
import signal
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from threading import Thread
from types import TracebackType
from typing import Self

from .base import Task, WorkerLost

__all__ = ["Processes"]


class Processes:
    """Processes that are begun when they are needed, and end with this one.

    Args:
        number: how many.
    """

    see_files = True
    try_again = False

    def __init__(self, number: int) -> None:
        self.number = number
        self._pool = self._new_pool()

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
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self.number, mp_context=context, initializer=_begin)

    def submit(self, task: Task, *arguments: object) -> Future[tuple[float, bytes]]:
        """Have a piece of work done, by new processes where one of the old ones was killed."""
        try:
            return self._pool.submit(task, *arguments)
        except BrokenProcessPool:
            # The pool of the standard library does nothing any more after its first loss.
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = self._new_pool()
            return self._pool.submit(task, *arguments)

    def result(self, future: Future[tuple[float, bytes]]) -> tuple[float, bytes]:
        """What came of it.

        Raises:
            WorkerLost: a process was killed, not necessarily the one that did this.
        """
        try:
            return future.result()
        except BrokenProcessPool as error:
            raise WorkerLost from error


# --- in the processes ---------------------------------------------------------------------------


def _begin() -> None:
    # Ctrl-C is for the process that writes; and where that one is killed, nobody waits for us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
