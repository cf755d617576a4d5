"""What was measured, as a page of the documentation with pictures."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from .measuring import Table
from .results import Group

__all__ = ["rendered", "write"]

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/benchmarks.md"
PICTURES = ROOT / "docs/images/benchmarks"

_INTRODUCTION = """\
# Benchmarks

What `make bench` measured; it writes this page. Machines differ, and ours are shared: look at the
ratios, not at the seconds. *Floor* is the least that the same work could cost (a bare loop that
reads, encodes or zips the same bytes, or the driver of a database without us), or another program
that does the same; floor and ours are run in turn, and the ratio is the median of the rounds.
Seconds are those of the processor unless a column says otherwise. A goal that is missed stands
here with its reason.
"""

_PEERS = """\
The same texts, each program used in the shortest way that its manual shows: pandoc and
collectionlib are given a folder of Markdown files, calibre the same as one file, EbookLib a script
that makes a page of each text, Standard Ebooks' tools XHTML pages that were made for them, since
they make none.
"""
_DECODING = """\
Texts whose truth is known, cut to so many bytes and encoded. *Wrong, unsaid* is what was read
wrong without a warning.
"""

_ABOUT = {
    "peers": ("Beside other programs", _PEERS),
    "books": ("Books", ""),
    "decoding": ("Encodings", _DECODING),
    "importing": ("Import of small files", "Seconds of the clock, since two processes work.\n"),
    "machines": (
        "Import by more processes",
        "Seconds of the clock. *Gain* is beside one process, of the same round.\n",
    ),
    "texts": ("Texts in memory", ""),
    "storage": ("Storage", ""),
    "postgres": ("PostgreSQL", "With the seconds that the server uses.\n"),
    "lake": ("Delta Lake", ""),
    "poems": (
        "Poems",
        "Of `chinese-poetry` 2.0.1; the table lies on a server for S3 on the same machine.\n",
    ),
    "curating": ("Curating", ""),
    "starting": ("Starting", ""),
}


def write(groups: Sequence[Group]) -> None:
    """Write the page, and have its pictures drawn."""
    PAGE.write_text(rendered(groups), "utf-8")
    drawing = [ROOT / ".venv-bench/bin/python", Path(__file__).with_name("plots.py"), PICTURES]
    subprocess.run(drawing, check=True)


def rendered(groups: Iterable[Group]) -> str:
    """The page as Markdown."""
    return "\n".join([_INTRODUCTION, *(part for group in groups for part in _section(group))])


def _section(group: Group) -> Iterable[str]:
    heading, about = _ABOUT[group.name]
    yield f"## {heading}\n"
    if about:
        yield about
    for number, table in enumerate(group.tables):
        yield f"### {table.title[0].upper()}{table.title[1:]}\n"
        if table.rows:
            yield _table(table)
        yield from (f"- {note}" for note in table.notes)
        if table.notes:
            yield ""
        if table.drawn and table.rows:
            words = f"{table.drawn}, of each row of the table"
            yield f"![{words}](images/benchmarks/{group.name}-{number}.svg)\n"
    versions = ", ".join(f"{name} {version}" for name, version in group.versions.items())
    yield f"*Measured {group.date}, median of {group.runs}: {group.machine}; {versions}.*\n"


def _table(table: Table) -> str:
    head = " | ".join(_escaped(column.name) for column in table.columns)
    rule = " | ".join("---" if place == 0 else "--:" for place in range(len(table.columns)))
    lines = [f"| {head} |", f"| {rule} |"]
    for row in table.rows:
        cells = (
            _escaped(column.text(cell)) for column, cell in zip(table.columns, row, strict=True)
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")
