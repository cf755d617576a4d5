"""One writer at a time, between threads and between processes."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..errors import CollectionLocked
from .base import LOCK_TIMEOUT
from .durable import writing

__all__ = ["writer_lock"]

# Which thread of this process holds which lock: one that waits for itself would wait in vain.
_holders: dict[str, int] = {}


@contextmanager
def writer_lock(path: Path, location: str, timeout: float = LOCK_TIMEOUT) -> Iterator[None]:
    """Hold the writer's lock of a collection while the block runs.

    The lock is the operating system's, so that it ends with the process that holds it. The
    file says who that is, and stays.

    Args:
        path: file of the lock.
        location: of the collection, for messages.
        timeout: seconds to wait for another writer.

    Raises:
        CollectionLocked: the other writer has not ended in time; it is named.
    """
    # Reading needs no lock, and is to begin soon.
    import socket

    from filelock import FileLock, Timeout

    key = os.path.realpath(path)
    me = threading.get_ident()
    waits = 0.0 if _holders.get(key) == me else timeout
    lock = FileLock(path, timeout=waits)
    with writing(location):
        # Where the file cannot be made, waiting for it would tell nobody why.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o644))
        try:
            lock.acquire()
        except Timeout as error:
            raise CollectionLocked(location, holder=_holder(path), waited=waits) from error
    try:
        _holders[key] = me
        with suppress(OSError):
            # Who holds it is good to know; on a full disk nobody will.
            path.write_text(json.dumps({"pid": os.getpid(), "host": socket.gethostname()}))
        yield
    finally:
        _holders.pop(key, None)
        lock.release()


def _holder(path: Path) -> str:
    try:
        said = json.loads(path.read_text())
        return f"process {said['pid']} on {said['host']}"
    except (OSError, ValueError, KeyError):
        # Between taking the lock and writing who has taken it.
        return "another process"
