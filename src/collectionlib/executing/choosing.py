"""From the name of an executor to those who do the work."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import InvalidValueError, MissingExtra
from .base import ExecutorChoice, Workers

__all__ = ["check_executor", "workers"]

LOCAL = "local"
_DASK = "dask://"


def check_executor(executor: ExecutorChoice, jobs: int = 1) -> None:
    """See that there is such an executor.

    Raises:
        InvalidValueError: there is none, or it does not go with a number of jobs.

    >>> check_executor("dask://scheduler:8786")
    >>> check_executor("celery://")
    Traceback (most recent call last):
        ...
    collectionlib.errors.InvalidValueError: executor is neither local nor dask://HOST:PORT: 'celery://'
    """
    if jobs < 1:
        raise InvalidValueError("jobs", jobs, "is less than one")
    if not isinstance(executor, str) or executor == LOCAL:
        return
    if not executor.startswith(_DASK) or not executor.removeprefix(_DASK).strip("/"):
        raise InvalidValueError("executor", executor, f"is neither {LOCAL} nor dask://HOST:PORT")
    if jobs > 1:
        raise InvalidValueError("jobs", jobs, f"is for the executor {LOCAL}; Dask has its own")


@contextmanager
def workers(executor: ExecutorChoice = LOCAL, jobs: int = 1) -> Iterator[Workers | None]:
    """Those who do the work, for a while; `None` is this process itself.

    Args:
        executor: ``local`` is ``jobs`` processes of this machine, none besides this one where
            that is 1; ``dask://HOST:PORT`` is the workers of that scheduler; an executor of the
            caller's own is used as it is, and not shut down.
        jobs: how many processes; with an executor of the caller's own, how many workers it has.

    Raises:
        InvalidValueError: there is no such executor.
        MissingExtra: distributed is not installed.
        ExecutionError: the scheduler does not answer, or has no workers.
    """
    check_executor(executor, jobs)
    if not isinstance(executor, str):
        from .given import Given

        yield Given(executor, max(jobs, os.cpu_count() or 1))
    elif executor == LOCAL and jobs == 1:
        yield None
    elif executor == LOCAL:
        from .processes import Processes

        with Processes(jobs) as processes:
            yield processes
    else:
        try:
            from .dask import dask_workers
        except ModuleNotFoundError as error:
            raise MissingExtra("the executor dask://", "dask") from error
        with dask_workers(executor.removeprefix(_DASK).strip("/")) as hired:
            yield hired
