"""One writer at a time, between threads and processes."""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from ..errors import CollectionLocked
from .base import LOCK_TIMEOUT

__all__ = ["writer_lock"]

_held_by_thread: dict[str, int] = {}


@contextmanager
def writer_lock(path: Path, location: str, timeout: float = LOCK_TIMEOUT) -> Iterator[None]:
    """Hold the writer's lock of a collection."""
    key = str(path.resolve())
    me = threading.get_ident()
    waits = 0.0 if _held_by_thread.get(key) == me else timeout
    lock = FileLock(path, timeout=waits)
    try:
        lock.acquire()
    except Timeout as error:
        raise CollectionLocked(location, holder=_holder(path), waited=waits) from error
    _held_by_thread[key] = me
    try:
        path.write_text(json.dumps({"pid": os.getpid(), "host": socket.gethostname()}))
        yield
    finally:
        del _held_by_thread[key]
        lock.release()


def _holder(path: Path) -> str:
    try:
        note = json.loads(path.read_text())
        return f"process {note['pid']} on {note['host']}"
    except (OSError, ValueError, KeyError):
        return "another process"
