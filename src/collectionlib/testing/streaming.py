"""Entries stream: memory does not grow with the sum of the bodies."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ..identity import entry_id
from ..model import Entry
from ..storage.base import Storage
from .place import Place, put_all

__all__ = ["StreamingTests"]

_FEW, _MANY = 1_000, 11_000
_CHARACTERS = 5_000
_OUTLINE = 1_000
"""Bytes of memory that one more entry may cost."""

_SCAN = """
import re, resource, sys
from importlib import import_module
from pathlib import Path
module, name, location = sys.argv[1:]
with getattr(import_module(module), name).open(location).snapshot() as view:
    entries = sum(1 for _ in view.scan())
try:
    # Of this process alone: getrusage counts what the one that started it had in memory.
    peak = int(re.search(r"VmHWM:\\s*(.*) kB", Path("/proc/self/status").read_text())[1])
except OSError:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    peak //= 1024 if sys.platform == "darwin" else 1
print(entries, peak)
"""


class StreamingTests:
    """Memory depends on the largest entry and on the outline."""

    def test_scanning_ten_times_as_many_takes_little_more_memory(self, place: Place) -> None:
        if not place.outlives:
            pytest.skip("a collection in memory is in memory")
        if sys.platform == "win32":
            pytest.skip("Windows does not tell how much memory was used")
        few, many = (_peak(_filled(place, number)) for number in (_FEW, _MANY))
        assert many - few < (_MANY - _FEW) * _OUTLINE


def _filled(place: Place, number: int) -> Storage:
    storage = place.fresh()
    body = ("Many words of many lengths, one behind the other. " * 100)[:_CHARACTERS]
    put_all(
        storage,
        (
            Entry(
                id=entry_id(str(n)),
                title=f"Entry {n}",
                body=body,
                category=(f"Category {n * 20 // number}",),
            )
            for n in range(number)
        ),
    )
    storage.close()
    return storage


def _peak(storage: Storage) -> int:
    """Bytes of memory that a process of its own took at most to scan a storage."""
    kind = type(storage)
    command = [sys.executable, "-c", _SCAN, kind.__module__, kind.__qualname__, storage.location]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    entries, kibibytes = map(int, done.stdout.split())
    assert entries in (_FEW, _MANY)
    return kibibytes * 1024
