"""Pairs of a floor and ours, measured in turn."""

from __future__ import annotations

import resource
import statistics
from collections.abc import Callable, Iterable

from attrs import frozen

__all__ = ["Pair", "print_table"]


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


def _seconds(work: Callable[[], object], others: Callable[[], float]) -> float:
    start = _used() + others()
    work()
    return _used() + others() - start


def _used() -> float:
    """Seconds of the processor, of this process and of those that it has waited for."""
    # os.times() counts in hundredths of a second, as long as some of the work takes.
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, whose))


def measure(pair: Pair, runs: int) -> dict[str, object]:
    """The medians of a pair, run in turn after one round that is not counted."""
    works = (pair.floor, pair.ours)
    for work in works:
        work()
    rounds = [tuple(_seconds(work, pair.used) for work in works) for _ in range(runs)]
    return {
        "name": pair.name,
        "floor": statistics.median(floor for floor, _ in rounds),
        "ours": statistics.median(ours for _, ours in rounds),
        "ratio": statistics.median(ours / floor for floor, ours in rounds),
        "goal": pair.goal,
        "note": pair.note,
    }


def print_table(title: str, pairs: Iterable[Pair], runs: int) -> list[dict[str, object]]:
    """Measure pairs, and print a row for each as soon as it is known."""
    print(f"\n{title:44}{'floor s':>9}{'ours s':>9}{'ratio':>8}{'goal':>7}", flush=True)
    rows = []
    for pair in pairs:
        row = measure(pair, runs)
        goal = f"{pair.goal:7.2f}" if pair.goal else " " * 7
        missed = f"  {pair.note}" if pair.goal and float(str(row["ratio"])) > pair.goal else ""
        print(
            f"{row['name']:44}{row['floor']:9.3f}{row['ours']:9.3f}{row['ratio']:8.2f}{goal}{missed}",
            flush=True,
        )
        rows.append(row)
    return rows
