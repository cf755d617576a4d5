"""Entries as what is sent to workers: how large one is, and what is said where one is too much."""

from __future__ import annotations

from typing import NoReturn

from ..errors import ExecutionError
from ..model import Entry

__all__ = ["lost", "size_of"]


def size_of(entry: Entry) -> int:
    """About how many bytes are sent for an entry."""
    return len(entry.body)


def lost(entry: Entry) -> NoReturn:
    """Say that whoever looked at an entry was killed by it, twice.

    Raises:
        ExecutionError: always.
    """
    raise ExecutionError(
        f"the process that looked at the entry {entry.id} was killed; see that there is enough "
        "memory"
    )
