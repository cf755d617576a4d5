"""Writers in processes of their own, to be killed."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from ..identity import EntryId
from ..storage.base import Storage
from . import victim

__all__ = [
    "PRINT_PEAK",
    "counting",
    "holding",
    "living_victim",
    "peak_of_scan",
    "reading",
    "run_and_kill",
    "victim_command",
]


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


def run_and_kill(storage: Storage, delay: float | None) -> str:
    """What a victim said before it was killed.

    Args:
        storage: what the victim writes to.
        delay: seconds after it was ready; `None` to kill it as soon as it says that it is done.
    """
    with living_victim(storage) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        if delay is None:
            said += process.stdout.readline()
        else:
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


_READ = """
import sys, threading
from importlib import import_module
module, name, location, entries = sys.argv[1:]
storage = getattr(import_module(module), name).open(location)
ended = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
while True:
    last = ended.is_set()
    with storage.snapshot() as view:
        bodies = [entry.body for entry in view.scan()]
    one = len(bodies) == int(entries) and len(set(bodies)) == 1
    print(bodies[0] if one else "torn", flush=True)
    if last:
        break
"""


@contextmanager
def reading(storage: Storage, entries: int) -> Iterator[list[str]]:
    """A process that reads all the time; after the block, the list holds what it has seen.

    Args:
        storage: of entries that all have the same body.
        entries: how many.

    Returns:
        The bodies, one a scan; ``torn`` where they were not the same, or not as many.
    """
    kind = type(storage)
    command = [sys.executable, "-c", _READ, kind.__module__, kind.__qualname__, storage.location]
    seen: list[str] = []
    with subprocess.Popen(
        [*command, str(entries)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            seen.append(process.stdout.readline().strip())
            yield seen
            seen.extend(process.communicate(timeout=60)[0].split())
        finally:
            process.kill()
    assert process.returncode == 0, "the reader has failed"


_COUNT = """
import sys
from importlib import import_module
from attrs import evolve
from collectionlib.errors import ConflictError
from collectionlib.identity import entry_id
module, name, location, counted, me, times = sys.argv[1:]
storage = getattr(import_module(module), name).open(location)
for time in range(int(times)):
    while True:
        try:
            with storage.transaction() as batch:
                with storage.snapshot() as view:
                    entry = view.get(counted)
                batch.put(evolve(entry, body=str(int(entry.body) + 1)))
                batch.put(evolve(entry, id=entry_id(me, str(time))))
            break
        except ConflictError:
            continue
"""


def counting(storage: Storage, counted: EntryId, *, processes: int, times: int) -> None:
    """Have processes write to a storage at once, until all have done so as often as they should.

    Each time adds an entry, and adds 1 to the number that is the body of the one that is counted.
    """
    kind = type(storage)
    command = [sys.executable, "-c", _COUNT, kind.__module__, kind.__qualname__, storage.location]
    running = [
        subprocess.Popen([*command, counted, str(number), str(times)])
        for number in range(processes)
    ]
    try:
        for process in running:
            assert process.wait(timeout=120) == 0, "a writer has failed"
    finally:
        for process in running:
            process.kill()
            process.wait()


_SCAN = """
import sys
from importlib import import_module
module, name, location = sys.argv[1:]
with getattr(import_module(module), name).open(location).snapshot() as view:
    for _ in view.scan():
        pass
"""
PRINT_PEAK = """
import re, resource, sys
from pathlib import Path
try:
    # Of this process alone: getrusage counts what the one that started it had in memory.
    peak = int(re.search(r"VmHWM:\\s*(.*) kB", Path("/proc/self/status").read_text())[1])
except OSError:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    peak //= 1024 if sys.platform == "darwin" else 1
print(peak)
"""
"""A script that prints how many KiB of memory its process has taken at most."""


def peak_of_scan(storage: Storage) -> int:
    """Bytes of memory that a process of its own takes at most to scan a storage."""
    kind = type(storage)
    command = [sys.executable, "-c", f"{_SCAN}{PRINT_PEAK}", kind.__module__, kind.__qualname__]
    command.append(storage.location)
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(done.stdout) * 1024
