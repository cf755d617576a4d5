"""What is gained by more processes, here and as workers of a Dask scheduler.

Real texts are imported through the command, in each of the ways in turn. The scheduler and its
workers, of one thread each, run on this machine, so that they share its cores with the command:
run it where nothing else does.
"""

from __future__ import annotations

import json
import shutil
import statistics
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

from tests.servers.dask_cluster import dask_cluster

from ..measuring import Column, Options, Table, run

__all__ = ["tables"]

_CORPORA = Path(__file__).parents[3] / "shared/corpora"
_TEXTS = ("aozora", "chinese-poetry", "fortunes", "gutenberg", "jokes-json", "standardebooks",
          "udhr")  # fmt: skip
_COPIES = 4
"""How often the texts are there, so that an import takes many times what it takes to begin one."""

_LIMIT = 600
"""Seconds that one import may take."""


def tables(options: Options) -> Iterator[Table]:
    """Every way to import, in turn; the seconds are those of the clock."""
    columns = [Column("who reads"), Column("seconds", ".1f"), Column("entries/s", ",.0f"),
               Column("gain", ".2f")]  # fmt: skip
    table = Table("import of real texts into SQLite, by who reads them", columns)
    if not _CORPORA.is_dir():
        table.note("Not measured: the corpora are not here.")
        return
    archive = _copied(options.folder)
    with ExitStack() as stack:
        ways = _ways(options.folder, stack)
        rounds = [_round(ways, archive, options.folder) for _ in range(options.runs)]
    first = next(iter(ways))
    for name in ways:
        seconds = statistics.median(each[name][0] for each in rounds)
        entries = rounds[0][name][1]
        # Both halves of a ratio are of the same round, in which the machine was as busy.
        gain = statistics.median(each[first][0] / each[name][0] for each in rounds)
        table.add(name, seconds, entries / seconds, gain)
    table.note("The scheduler and its workers run on the same machine as the command.")
    yield table


def _copied(folder: Path) -> Path:
    archive = folder / "archive"
    for number in range(_COPIES):
        for name in _TEXTS:
            shutil.copytree(_CORPORA / name, archive / str(number) / name)
    return archive


def _ways(folder: Path, stack: ExitStack) -> dict[str, list[str]]:
    """The options of each way, by its name; what they need has begun."""
    ways = {
        "this process": ["--executor", "local", "--jobs", "1"],
        "2 processes": ["--executor", "local", "--jobs", "2"],
    }
    for workers in (1, 2):
        home = folder / f"dask-{workers}"
        home.mkdir()
        cluster = stack.enter_context(dask_cluster(home, workers))
        ways[f"Dask, {workers} of 1 thread"] = ["--executor", cluster.name]
    return ways


def _round(
    ways: Mapping[str, list[str]], archive: Path, folder: Path
) -> dict[str, tuple[float, int]]:
    """Seconds of each way, and how many entries came of it: of all the same."""
    found = {name: _imported(given, archive, folder) for name, given in ways.items()}
    assert len({entries for _, entries in found.values()}) == 1, found
    return found


def _imported(given: list[str], archive: Path, folder: Path) -> tuple[float, int]:
    command = [sys.executable, "-m", "collectionlib", "-q", "-L", "texts.db"]
    assert run([*command, "init", "texts.db"], folder).code == 0
    done = run([*command, "import", str(archive), "--json", *given], folder, limit=_LIMIT)
    assert done.code in (0, 6), done.said
    (folder / "texts.db").unlink()
    said = next(line for line in done.said.splitlines() if line.startswith("{"))
    return done.elapsed, int(json.loads(said)["added"])
