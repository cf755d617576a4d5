"""Draw the tables that ask for it: a bar a row, and a mark where the goal is.

    python benchmarks/plots.py FOLDER

It imports nothing of ours, so that what draws need not be installed beside what is measured.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")
import matplotlib.pyplot as plt

_OURS, _OTHERS, _GOAL = "#00796b", "#9e9e9e", "#c62828"


def main(folder: Path) -> None:
    """Draw every table of benchmarks/results/ that asks for it; the folder holds nothing else."""
    # The same figures give the same file.
    mpl.rcParams.update({"svg.hashsalt": "collectionlib", "svg.fonttype": "none", "font.size": 9})
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.svg"):
        old.unlink()
    for path in sorted(Path(__file__).with_name("results").glob("*.json")):
        for number, table in enumerate(json.loads(path.read_text("utf-8"))["tables"]):
            if table["drawn"] and table["rows"]:
                _draw(table, folder / f"{path.stem}-{number}.svg")


def _draw(table: dict[str, Any], path: Path) -> None:
    heads = [column["name"] for column in table["columns"]]
    place = heads.index(table["drawn"])
    rows = [row for row in reversed(table["rows"]) if isinstance(row[place], int | float)]
    names = [row[0] for row in rows]
    values = [row[place] for row in rows]
    figure, axes = plt.subplots(figsize=(7.5, 0.6 + 0.3 * len(rows)), layout="constrained")
    ratios = table["drawn"] == "ratio"
    colours = [_OURS if ratios or "collectionlib" in name else _OTHERS for name in names]
    bars = axes.barh(names, values, height=0.6, color=colours)
    axes.bar_label(bars, [f"{value:,.3g}" for value in values], padding=4)
    if "goal" in heads:
        _mark_goals(axes, [row[heads.index("goal")] for row in rows])
    if max(values) > 20 * min(values) > 0:
        axes.set_xscale("log")
    axes.set_xlabel(
        f"{table['drawn']} (the mark is the goal)" if "goal" in heads else table["drawn"]
    )
    axes.margins(x=0.12)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, metadata={"Date": None, "Creator": None}, facecolor="white")
    plt.close(figure)


def _mark_goals(axes: Any, goals: list[float | None]) -> None:
    there = [(goal, place) for place, goal in enumerate(goals) if goal is not None]
    if there:
        across, up = zip(*there, strict=True)
        axes.scatter(across, up, marker="|", s=150, color=_GOAL, zorder=3)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
