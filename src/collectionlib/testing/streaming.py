"""Entries stream: memory does not grow with the sum of the bodies."""

from __future__ import annotations

import sys

import pytest

from ..identity import entry_id
from ..model import Entry
from ..storage.base import Storage
from .place import Place, put_all
from .processes import peak_of_scan

__all__ = ["StreamingTests"]

_FEW, _MANY = 1_000, 11_000
_CHARACTERS = 5_000
_OUTLINE = 1_000
"""Bytes of memory that one more entry may cost."""


class StreamingTests:
    """Memory depends on the largest entry and on the outline."""

    def test_scanning_ten_times_as_many_takes_little_more_memory(self, place: Place) -> None:
        if not place.outlives:
            pytest.skip("a collection in memory is in memory")
        if sys.platform == "win32":
            pytest.skip("Windows does not tell how much memory was used")
        # What a process takes is not the same each time: the least of two runs counts.
        few = many = 0
        for _ in range(2):
            few, many = (peak_of_scan(_filled(place, number)) for number in (_FEW, _MANY))
            if many - few < (_MANY - _FEW) * _OUTLINE:
                return
        pytest.fail(f"{_MANY:,} entries took {many:,} bytes, and {_FEW:,} of them {few:,}")


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
