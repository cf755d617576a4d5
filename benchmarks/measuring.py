"""What a measurement is: pairs of a floor and ours, run in turn; commands; tables of both."""

from __future__ import annotations

import os
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from attrs import define, field, frozen

__all__ = ["Cell", "Column", "Options", "Pair", "Run", "Table", "compared", "run"]

Cell = str | int | float | None


@frozen
class Options:
    """How much is measured.

    Args:
        runs: how often each work is done; what counts is the median.
        entries: in a storage.
        files: that are imported.
        folder: a temporary one, for all that is made.
    """

    runs: int
    entries: int
    files: int
    folder: Path


# --- tables -------------------------------------------------------------------------------------


@frozen
class Column:
    """A column of a table.

    Args:
        name: its head, with the unit.
        form: how a number is written, as `format` takes it.
    """

    name: str
    form: str = ""

    def text(self, cell: Cell) -> str:
        """How a cell is written; what was not measured is left out."""
        return "" if cell is None else format(cell, "" if isinstance(cell, str) else self.form)


@define
class Table:
    """Rows, each printed as soon as it is known.

    Args:
        title: what was measured.
        columns: the first holds the name of a row.
        drawn: the column that a picture shows, if there is to be one.
        notes: what has to be known beside the figures; printed below them.
    """

    title: str
    columns: Sequence[Column]
    drawn: str = ""
    rows: list[list[Cell]] = field(factory=list)
    notes: list[str] = field(factory=list)

    def add(self, *cells: Cell) -> None:
        """Take a row; cells at its end may be missing."""
        if not self.rows:
            heads = [column.name for column in self.columns]
            print(f"\n{self.title}\n{self._line(heads)}")
        row = [*cells, *[None] * (len(self.columns) - len(cells))]
        self.rows.append(row)
        texts = [column.text(cell) for column, cell in zip(self.columns, row, strict=True)]
        print(self._line(texts), flush=True)

    def note(self, sentence: str) -> None:
        """Say something below the table."""
        self.notes.append(sentence)
        print(f"  {sentence}", flush=True)

    def _line(self, texts: Sequence[str]) -> str:
        first, *rest = texts
        widths = (max(len(column.name) + 2, 10) for column in self.columns[1:])
        return f"{first:52}" + "".join(
            f"{text:>{width}}" for text, width in zip(rest, widths, strict=True)
        )


# --- pairs --------------------------------------------------------------------------------------


@frozen
class Pair:
    """A measurement: what is done, its floor, and ours.

    Args:
        name: of the row in the table.
        floor: the least that the work could cost.
        ours: the work.
        goal: the ratio that was set as a goal, if one was.
        note: why the goal is not reached.
        used: seconds of the processor that others have used for it, such as a server.
    """

    name: str
    floor: Callable[[], object]
    ours: Callable[[], object]
    goal: float | None = None
    note: str = ""
    used: Callable[[], float] = float


def compared(title: str, pairs: Iterable[Pair], runs: int) -> Table:
    """Measure pairs, floor and ours in turn, after one round that is not counted.

    A note of a pair is said when its goal is missed.
    """
    columns = [Column("what"), Column("floor, s", ".3f"), Column("ours, s", ".3f"),
               Column("ratio", ".2f"), Column("goal", ".2f")]  # fmt: skip
    table = Table(title, columns, drawn="ratio")
    missed = []
    for pair in pairs:
        floor, ours, ratio = _medians(pair, runs)
        table.add(pair.name, floor, ours, ratio, pair.goal)
        if pair.goal and ratio > pair.goal and pair.note:
            missed.append(f"{pair.name}: {pair.note}.")
    for sentence in missed:
        table.note(sentence)
    return table


def _medians(pair: Pair, runs: int) -> tuple[float, float, float]:
    works = (pair.floor, pair.ours)
    for work in works:
        work()
    rounds = [tuple(_seconds(work, pair.used) for work in works) for _ in range(runs)]
    return (
        statistics.median(floor for floor, _ in rounds),
        statistics.median(ours for _, ours in rounds),
        statistics.median(ours / floor for floor, ours in rounds),
    )


def _seconds(work: Callable[[], object], others: Callable[[], float]) -> float:
    start = _used() + others()
    work()
    return _used() + others() - start


def _used() -> float:
    """Seconds of the processor, of this process and of those that it has waited for."""
    # os.times() counts in hundredths of a second, as long as some of the work takes.
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, whose))


# --- commands -----------------------------------------------------------------------------------


@frozen
class Run:
    """A command that has ended.

    Args:
        seconds: of the processor, with its own children's.
        elapsed: seconds of the clock.
        megabytes: the most memory that one of its processes had.
        code: its exit code; negative where a signal ended it.
        said: what it wrote to both streams.
    """

    seconds: float
    elapsed: float
    megabytes: float
    code: int
    said: str


_LAUNCHER = """
import os, sys
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
_, status, used = os.wait4(child, 0)
with open(3, "w") as told:
    print(used.ru_utime + used.ru_stime, used.ru_maxrss, file=told)
sys.exit(min(abs(os.waitstatus_to_exitcode(status)), 255))
"""


def run(
    command: Sequence[str | Path],
    folder: Path,
    environment: Mapping[str, str] | None = None,
    limit: float = 600,
) -> Run:
    """Run a command to its end, or kill it after so many seconds."""
    # Linux counts to the memory of a process what the one had that started it: a small one does.
    launched = [sys.executable, "-I", "-S", "-c", _LAUNCHER, *command]
    began = time.perf_counter()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile("w+") as told:
        process = subprocess.Popen(
            ["sh", "-c", f'exec 3>&{told.fileno()}; exec "$@"', "sh", *launched],
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            pass_fds=[told.fileno()],
            start_new_session=True,
        )
        timer = threading.Timer(limit, os.killpg, (process.pid, signal.SIGKILL))
        timer.start()
        try:
            code = process.wait()
        finally:
            timer.cancel()
        told.seek(0)
        seconds, kilobytes = map(float, told.read().split() or ("nan", "nan"))
        out.seek(0)
        said = out.read().decode("utf-8", "replace")
    return Run(
        seconds=seconds,
        elapsed=time.perf_counter() - began,
        megabytes=kilobytes / 1024,
        code=code,
        said=said,
    )
