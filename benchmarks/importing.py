"""How fast many small files are imported, beside a loop that only reads, decodes and splits."""

from __future__ import annotations

import os
import random
import shutil
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from attrs import frozen

from collectionlib import Collection, import_texts

GOAL = 2.0
_WORDS = [
    "the",
    "a",
    "of",
    "wish",
    "be",
    "well",
    "and",
    "happy",
    "day",
    "night",
    "moon",
    "river",
    "über",
    "small",
    "large",
    "child",
    "mother",
    "laugh",
    "joke",
    "tell",
    "story",
    "once",
    "upon",
    "time",
    "there",
    "lived",
    "king",
    "queen",
    "fox",
    "crow",
]


@frozen
class Row:
    """A way to import, with the jobs that it has."""

    name: str
    location: str
    jobs: int


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


def print_importing(folder: Path, number: int, runs: int) -> list[dict[str, object]]:
    """Measure every way in turn, and print a table.

    The seconds are those of the clock, since more than one process works: look at the ratios,
    and run it where nothing else does.
    """
    archive = folder / "archive"
    make_files(archive, number)
    rows = [
        Row("into memory", "memory:", 1), Row("into memory", "memory:", 2),
        Row("into SQLite", "c.db", 1), Row("into SQLite", "c.db", 2),
        Row("into a folder", "c", 1), Row("into a folder", "c", 2),
    ]  # fmt: skip
    title = f"import of {number:,} small files"
    print(f"\n{title:36}{'jobs':>5}{'entries/s':>11}{'ratio':>8}{'goal':>7}")
    floor(archive)
    measured: list[dict[str, object]] = []
    for row in rows:
        ratios, rates = [], []
        for _ in range(runs):
            least = _seconds(lambda: floor(archive))
            where = folder / row.location if row.location != "memory:" else row.location
            ours = _seconds(lambda: _import(archive, where, row.jobs))  # noqa: B023 - called now
            ratios.append(ours / least)
            rates.append(number / ours)
            if isinstance(where, Path):
                shutil.rmtree(where) if where.is_dir() else where.unlink()
        ratio, rate = statistics.median(ratios), statistics.median(rates)
        has_goal = row.location == "memory:" and row.jobs == 1
        goal = f"{GOAL:7.1f}" if has_goal else ""
        print(f"{row.name:36}{row.jobs:5}{rate:11,.0f}{ratio:8.1f}{goal}", flush=True)
        measured.append({"name": row.name, "jobs": row.jobs, "entries_per_second": rate,
                         "ratio": ratio, "goal": GOAL if has_goal else None})  # fmt: skip
    return measured
