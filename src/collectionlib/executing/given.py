"""An executor of the caller's own as workers."""

from __future__ import annotations

from concurrent.futures import (
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)

from ..errors import ExecutionError
from .base import Task

__all__ = ["Given"]


class Given:
    """The executor of somebody else: neither renewed nor shut down here."""

    try_again = False

    def __init__(self, executor: Executor, number: int) -> None:
        self._executor = executor
        self.number = number
        # Of any other one nothing is known.
        self.see_files: bool = isinstance(executor, ProcessPoolExecutor | ThreadPoolExecutor)

    def submit(self, task: Task, *arguments: object) -> Future[tuple[float, bytes]]:
        """Have a piece of work done."""
        try:
            return self._executor.submit(task, *arguments)
        except BrokenExecutor as error:
            raise _broken(error) from error

    def result(self, future: Future[tuple[float, bytes]]) -> tuple[float, bytes]:
        """What came of it."""
        try:
            return future.result()
        except (BrokenExecutor, CancelledError) as error:
            raise _broken(error) from error


def _broken(error: BaseException) -> ExecutionError:
    return ExecutionError(
        f"the executor that was given has lost its workers ({str(error) or type(error).__name__}): "
        "make another one, and do it again"
    )
