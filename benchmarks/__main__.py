"""How fast, beside a floor that is measured in the same run.

A floor is the least that the work could cost: the same bytes read, encoded or zipped by a bare
loop, or another program that does the same. Each pair is run in turn, floor and ours, N times; what
counts is the median of the ratios, in seconds of the processor, because machines are shared.

The figures of each group go to benchmarks/results/, and all of them to docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from . import page, results
from .groups import (
    books,
    curating,
    decoding,
    importing,
    lake,
    machines,
    peers,
    poems,
    postgres,
    starting,
    storage,
    texts,
)
from .measuring import Options, Table

GROUPS: dict[str, Callable[[Options], Iterator[Table]]] = {
    "peers": peers.tables,
    "books": books.tables,
    "decoding": decoding.tables,
    "importing": importing.tables,
    "machines": machines.tables,
    "texts": texts.tables,
    "storage": storage.tables,
    "postgres": postgres.tables,
    "lake": lake.tables,
    "poems": poems.tables,
    "curating": curating.tables,
    "starting": starting.tables,
}


def main() -> None:
    """Measure the groups that are asked for."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--group", action="append", choices=GROUPS, help="only this; repeatable")
    parser.add_argument("--entries", type=int, default=100_000, help="in a storage")
    parser.add_argument("--files", type=int, default=30_000, help="to be imported")
    parser.add_argument("--runs", type=int, default=3, help="of each pair (3)")
    parser.add_argument(
        "--only-print", action="store_true", help="keep no figures, and write no page"
    )
    given = parser.parse_args()
    for name in given.group or GROUPS:
        with tempfile.TemporaryDirectory() as folder:
            options = Options(given.runs, given.entries, given.files, Path(folder))
            measured = list(GROUPS[name](options))
        if not given.only_print:
            results.keep(name, given.runs, measured)
    if not given.only_print:
        page.write(results.kept(GROUPS))


if __name__ == "__main__":
    main()
