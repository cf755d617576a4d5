"""The workers of a Dask scheduler (extra ``[dask]``)."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor, Future
from concurrent.futures import TimeoutError as NotYet
from contextlib import contextmanager
from time import monotonic
from typing import cast

import dask.config
from distributed import Client, KilledWorker
from distributed.comm.core import CommClosedError

from ..errors import ExecutionError
from .base import Task, WorkerLost, Workers

__all__ = ["dask_workers"]

_CONNECT = 5.0
"""Seconds within which a scheduler is to answer."""
_PATIENCE = 30.0
"""Seconds for which there may be no worker."""
_LOOK = 2.0
"""Seconds after which it is looked at who is there, while something is waited for."""
_SETTINGS = {
    # What is sent is bytes: neither to be looked through, nor too much.
    "distributed.admin.large-graph-warning-threshold": "1GB",
    "distributed.comm.timeouts.connect": f"{_CONNECT}s",
}
_LOGGERS = ("distributed", "distributed.client", "distributed.comm", "distributed.core")


@contextmanager
def dask_workers(address: str) -> Iterator[Workers]:
    """The workers of a scheduler, for a while.

    Args:
        address: of the scheduler, ``HOST:PORT``.

    Raises:
        ExecutionError: it does not answer, or has no workers.
    """
    with dask.config.set(_SETTINGS), _quiet():
        try:
            client = Client(f"tcp://{address}", timeout=_CONNECT, set_as_default=False)
        except (OSError, ValueError) as error:
            raise ExecutionError(
                f"no Dask scheduler answers at dask://{address}: see that one runs there, with "
                "'dask scheduler'"
            ) from error
        try:
            yield _DaskWorkers(client, address)
        finally:
            # What is still to be done is nobody's any more, and so given up by the scheduler.
            client.close(timeout=_LOOK)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what distributed writes to standard error: what matters is said once, by us."""
    levels = {name: logging.getLogger(name).level for name in _LOGGERS}
    for name in levels:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


class _DaskWorkers:
    see_files = False
    try_again = True

    def __init__(self, client: Client, address: str) -> None:
        self._client = client
        self._address = address
        # Each piece of work is one of its own, also where the same has been done before.
        self._executor: Executor = client.get_executor(pure=False)
        self._looked = self._seen = monotonic()
        self.number = 1
        self._wait_for_one()

    def _wait_for_one(self) -> None:
        while not self._count():
            self._check_patience()
            self._client.sync(_pause)
        self._seen = monotonic()

    def submit(self, task: Task, *arguments: object) -> Future[tuple[float, bytes]]:
        try:
            if monotonic() - self._looked > _LOOK:
                self._look()
            return self._executor.submit(task, *arguments)
        except (OSError, CommClosedError, RuntimeError) as error:
            raise self._gone() from error

    def result(self, future: Future[tuple[float, bytes]]) -> tuple[float, bytes]:
        while True:
            try:
                return future.result(timeout=_LOOK)
            except NotYet:
                self._look()
            except CancelledError as error:
                raise self._gone() from error
            except KilledWorker as error:
                raise WorkerLost from error
            except ImportError as error:
                raise _unlike(error) from error
            except RuntimeError as error:
                if "deserializ" in str(error).lower():
                    raise _unlike(error.__cause__ or error) from error
                raise

    def _look(self) -> None:
        """See that the scheduler is there, and not for long without workers.

        Raises:
            ExecutionError: otherwise.
        """
        if self._count():
            self._seen = monotonic()
        self._check_patience()

    def _count(self) -> int:
        self._looked = monotonic()
        try:
            # Called from no coroutine, it gives none.
            threads = cast(dict[str, int], self._client.nthreads())
        except (OSError, CommClosedError, RuntimeError, AttributeError) as error:
            raise self._gone() from error
        self.number = max(sum(threads.values()), 1)
        return len(threads)

    def _check_patience(self) -> None:
        if monotonic() - self._seen > _PATIENCE:
            raise ExecutionError(
                f"the Dask scheduler at dask://{self._address} has had no workers for "
                f"{_PATIENCE:g} s: start some with 'dask worker', and run the same command again"
            )

    def _gone(self) -> ExecutionError:
        return ExecutionError(
            f"the Dask scheduler at dask://{self._address} was lost: see that it runs, and run "
            "the same command again"
        )


async def _pause() -> None:
    import asyncio

    await asyncio.sleep(0.2)


def _unlike(error: BaseException) -> ExecutionError:
    return ExecutionError(
        f"the Dask scheduler or a worker cannot load what it is to do ({error}): install there "
        "the collectionlib, and the Python, that are here"
    )
