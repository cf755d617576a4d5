"""How fast many small files are imported, beside a loop that only reads, decodes and splits."""

from __future__ import annotations

import os
import random
import shutil
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from attrs import frozen

from collectionlib import Collection, import_texts

from ..measuring import Column, Options, Table

_WORDS = [
    "the", "a", "of", "wish", "be", "well", "and", "happy", "day", "night", "moon", "river",
    "über", "small", "large", "child", "mother", "laugh", "joke", "tell", "story", "once",
    "upon", "time", "there", "lived", "king", "queen", "fox", "crow",
]  # fmt: skip


@frozen
class Way:
    """A way to import, with the jobs that it has."""

    name: str
    location: str
    jobs: int
    goal: float | None = None


WAYS = (
    Way("into memory", "memory:", 1, goal=2.0), Way("into memory", "memory:", 2),
    Way("into SQLite", "c.db", 1), Way("into SQLite", "c.db", 2),
    Way("into a folder", "c", 1), Way("into a folder", "c", 2),
)  # fmt: skip


def make_files(folder: Path, number: int) -> None:
    """Files of one to four paragraphs in twenty folders."""
    chance = random.Random(1)
    for place in range(number):
        path = folder / str(place % 20) / f"{place}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        paragraphs = [
            " ".join(chance.choice(_WORDS) for _ in range(chance.randint(8, 40))) + "."
            for _ in range(chance.randint(1, 4))
        ]
        path.write_text(f"Title {place}\n\n" + "\n\n".join(paragraphs) + "\n", "utf-8")


def floor(folder: Path) -> int:
    """Read, decode and split every file, in order."""
    pieces = 0
    for parent, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            with open(os.path.join(parent, name), "rb") as file:  # noqa: PTH118, PTH123 - the least
                pieces += len(file.read().decode("utf-8").split("\n\n"))
    return pieces


def _import(folder: Path, location: Path | str, jobs: int) -> None:
    with Collection.create(location) as collection:
        report = import_texts(collection, folder, jobs=jobs)
        assert not report.rejected


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def tables(options: Options) -> Iterator[Table]:
    """Every way to import, in turn.

    The seconds are those of the clock, since more than one process works: look at the ratios,
    and run it where nothing else does.
    """
    archive = options.folder / "archive"
    make_files(archive, options.files)
    floor(archive)
    title = f"import of {options.files:,} small files, beside reading and dividing them"
    columns = [Column("where to"), Column("jobs"), Column("entries/s", ",.0f"),
               Column("ratio", ".1f"), Column("goal", ".1f")]  # fmt: skip
    table = Table(title, columns)
    for way in WAYS:
        ratios, rates = [], []
        for _ in range(options.runs):
            least = _seconds(lambda: floor(archive))
            seconds = _imported(way, archive, options.folder)
            ratios.append(seconds / least)
            rates.append(options.files / seconds)
        table.add(way.name, way.jobs, statistics.median(rates), statistics.median(ratios), way.goal)
    yield table


def _imported(way: Way, archive: Path, folder: Path) -> float:
    in_memory = way.location == "memory:"
    where = way.location if in_memory else folder / way.location
    seconds = _seconds(lambda: _import(archive, where, way.jobs))
    if isinstance(where, Path):
        shutil.rmtree(where) if where.is_dir() else where.unlink()
    return seconds
