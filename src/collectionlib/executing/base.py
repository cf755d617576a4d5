"""What workers are, wherever they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    # What does nothing in parallel is to begin without it.
    from concurrent.futures import Executor, Future

__all__ = ["ExecutorChoice", "Task", "WorkerLost", "Workers"]

ExecutorChoice: TypeAlias = "str | Executor"
"""``local``, ``dask://HOST:PORT``, or an executor of the caller's own."""

Task: TypeAlias = Callable[..., tuple[float, bytes]]
"""What workers are given: see `collectionlib.executing.tasks.run`."""


class WorkerLost(Exception):
    """Who did a piece of work was killed before it was done: it may be the work's fault."""


class Workers(Protocol):
    """Those who do the work."""

    @property
    def number(self) -> int:
        """How many pieces of work they do at once, at least 1."""
        ...

    @property
    def see_files(self) -> bool:
        """Whether they see the files of this machine."""
        ...

    @property
    def try_again(self) -> bool:
        """Whether they do again by themselves what was lost, and give it up only after that."""
        ...

    def submit(self, task: Task, *arguments: object) -> Future[tuple[float, bytes]]:
        """Have a piece of work done."""
        ...

    def result(self, future: Future[tuple[float, bytes]]) -> tuple[float, bytes]:
        """What came of it, as soon as it is done.

        Raises:
            WorkerLost: who did it was killed.
            ExecutionError: the workers cannot be reached any more.
        """
        ...
