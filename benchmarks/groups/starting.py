"""How long a short command takes, to its end, beside an interpreter that imports click."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from collectionlib import Collection, Entry
from collectionlib.identity import EntryId

from ..measuring import Options, Pair, Table, compared

__all__ = ["tables"]

ENTRIES = 30
_AT_ONCE = 5
"""Processes in one measurement: one alone is too short for the clock."""


def tables(options: Options) -> Iterator[Table]:
    """Commands that end at once."""
    title = f"a command, {_AT_ONCE} times, beside `import click`"
    yield compared(title, _pairs(options.folder), options.runs)


def _pairs(folder: Path) -> Iterator[Pair]:
    """What says its version, what lists, and what only shows its help.

    Args:
        folder: an empty one, for the collection.
    """
    library = _small_collection(folder / "small.db")
    click = _calling("-c", "import click")
    for arguments, goal in (
        (["--version"], 1.5),
        (["-L", library, "list"], 2.5),
        (["-L", library, "show", "0" * 16], None),
        (["--help"], None),
    ):
        shown = next(each for each in arguments if each not in ("-L", library))
        ours = _calling("-m", "collectionlib", *arguments)
        yield Pair(f"collectionlib {shown}", click, ours, goal)


def _small_collection(path: Path) -> str:
    with Collection.create(path) as collection, collection.transaction() as batch:
        for number in range(ENTRIES):
            body = "Some words. " * 30
            batch.put(Entry(id=EntryId(f"{number:016}"), title=f"Entry {number}", body=body))
    return str(path)


def _calling(*arguments: str) -> Callable[[], None]:
    command = [sys.executable, *arguments]
    # As it is for users: what was compiled once is not compiled again.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}

    def call() -> None:
        for _ in range(_AT_ONCE):
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)

    return call
