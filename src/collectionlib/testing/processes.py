"""Writers in processes of their own, to be killed."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from ..storage.base import Storage
from . import victim

__all__ = ["holding", "living_victim", "run_and_kill", "victim_command"]


def victim_command(storage: Storage) -> list[str]:
    """The command of a victim that writes to a storage."""
    name = f"{type(storage).__module__}:{type(storage).__qualname__}"
    return [sys.executable, "-m", victim.__name__, name, storage.location]


@contextmanager
def living_victim(storage: Storage) -> Iterator[subprocess.Popen[str]]:
    """A victim that is killed at the end, if it still lives."""
    with subprocess.Popen(victim_command(storage), stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def run_and_kill(storage: Storage, delay: float) -> str:
    """What a victim said before it was killed, ``delay`` seconds after it was ready."""
    with living_victim(storage) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        time.sleep(delay)
        process.kill()
        return said + process.stdout.read()


_HOLD = """
import sys
from importlib import import_module
module, name, location = sys.argv[1:]
storage = getattr(import_module(module), name).open(location)
with storage.transaction():
    print("holding", flush=True)
    sys.stdin.read()
"""


@contextmanager
def holding(storage: Storage) -> Iterator[subprocess.Popen[str]]:
    """A process that is inside a transaction until it is killed or its input ends."""
    kind = type(storage)
    command = [sys.executable, "-c", _HOLD, kind.__module__, kind.__qualname__, storage.location]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "holding\n"
            yield process
        finally:
            process.kill()
