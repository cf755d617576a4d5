"""How fast, beside a floor that is measured in the same run.

    python benchmarks/run.py [--group starting|storage|postgres|texts|books|decoding|importing|
                                      curating]
    python benchmarks/run.py [--group starting|storage|lake|texts|books|decoding|importing|curating]
                             [--entries N] [--files N] [--runs N] [--json FILE]

A floor is the least that the work could cost: the same bytes read, encoded or zipped by a bare
loop. Each pair is run in turn, floor and ours, N times; what counts is the median of the ratios,
in seconds of the processor, because machines are shared. Of decoding it is counted, too, how many
texts come out to the letter.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import tempfile
from pathlib import Path

import decoding
import lake
import msgspec
import postgres
import starting
from measuring import Pair, print_table

import curating
import importing as importing_files
import publishing
import storage
from collectionlib import Collection, Entry, import_texts
from collectionlib.codec import to_plain
from collectionlib.identity import entry_id
from collectionlib.publishing.output import export_to_stream, exporter_for

ROOT = Path(__file__).parents[1]
CORPORA = ROOT.parent / "shared/corpora"
FORTUNES = CORPORA / "fortunes"
ARCHIVE = ROOT / "examples/archive"
ENTRIES = 10_000


# --- what is measured ---------------------------------------------------------------------------


def importing() -> Pair:
    """Read, decode and split the fortunes, against the whole import into memory."""
    source = FORTUNES if FORTUNES.is_dir() else ARCHIVE

    def floor() -> int:
        return sum(
            len(re.split(r"(?m)^%\n", path.read_bytes().decode("utf-8", "replace")))
            for path in source.rglob("*")
            if path.is_file()
        )

    def ours() -> None:
        with Collection.create("memory:") as collection:
            import_texts(collection, source)

    return Pair(f"import {source.name}/ into memory", floor, ours)


def made_entries() -> list[Entry]:
    """Entries of 1,500 characters in twenty categories."""
    body = ("Many words of many lengths, one behind the other. " * 30)[:1500]
    return [
        Entry(
            id=entry_id(str(number)),
            title=f"Entry {number}",
            body=f"{number}. {body}",
            category=(f"Category {number % 20}",),
        )
        for number in range(ENTRIES)
    ]


def exporting(entries: list[Entry], suffix: str) -> Pair:
    """Write a collection from memory, against encoding its entries as JSON."""
    collection = Collection.create("memory:", title="Book")
    with collection.transaction() as batch:
        for entry in entries:
            batch.put(entry)
    exporter = exporter_for(Path(f"book{suffix}"))

    def floor() -> None:
        lines = [msgspec.json.encode(to_plain(entry)) for entry in entries]
        io.BytesIO().write(b"\n".join(lines))

    def ours() -> None:
        export_to_stream(collection, io.BytesIO(), exporter)

    return Pair(f"export {ENTRIES:,} entries to {suffix}", floor, ours)


def texts(entries: list[Entry]) -> list[Pair]:
    """What is done with texts on the way in and on the way out."""
    return [importing(), *(exporting(entries, suffix) for suffix in (".json", ".txt"))]


def print_postgres(number: int, runs: int) -> list[dict[str, object]]:
    """Measure a server of our own, where there can be one."""
    if reason := postgres.postgres_server.why_not():
        print(f"\nNot measured: {reason}")
        return []
    with postgres.postgres_server.running() as server:
        pairs = postgres.pairs(server, postgres.made_entries(number))
        return print_table(f"{number:,} short texts, on a server", pairs, runs)


def main() -> None:
    """Measure the groups that are asked for, and print their tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--group",
        choices=[
            "starting",
            "storage",
            "postgres",
            "lake",
            "texts",
            "books",
            "decoding",
            "importing",
            "curating",
        ],
        help="only these",
    )
    parser.add_argument("--entries", type=int, default=100_000, help="in a storage")
    parser.add_argument("--files", type=int, default=30_000, help="to be imported")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json", type=Path, help="write the figures to this file, too")
    options = parser.parse_args()
    rows: list[dict[str, object]] = []
    if options.group in (None, "starting"):
        with tempfile.TemporaryDirectory() as name:
            title = "starting, beside import click"
            rows += print_table(title, starting.pairs(Path(name)), options.runs)
    if options.group in (None, "decoding"):
        rows += decoding.print_decoding(CORPORA, ARCHIVE, options.runs)
    if options.group in (None, "texts"):
        rows += print_table("texts", texts(made_entries()), options.runs)
    if options.group in (None, "books"):
        with tempfile.TemporaryDirectory() as name:
            for number in (1_000, 10_000):
                pairs = publishing.book_pairs(Path(name), number)
                rows += print_table("books", pairs, options.runs)
            rows += publishing.print_memory(Path(name), options.entries)
    if options.group in (None, "importing"):
        with tempfile.TemporaryDirectory() as name:
            rows += importing_files.print_importing(Path(name), options.files, options.runs)
    if options.group in (None, "curating"):
        with tempfile.TemporaryDirectory() as name:
            pairs = list(curating.pairs(Path(name), options.entries))
            rows += print_table("curating", pairs, options.runs)
    if options.group in (None, "storage"):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            entries = storage.made_entries(options.entries)
            title = f"{options.entries:,} entries of {storage.CHARACTERS:,} characters"
            rows += print_table(title, list(storage.pairs(folder, entries)), options.runs)
            rows += storage.print_openings(folder)
            rows += storage.print_memory(folder, options.entries)
    if options.group in (None, "postgres"):
        rows += print_postgres(options.entries, options.runs)
    if options.group in (None, "lake"):
        with tempfile.TemporaryDirectory() as name:
            entries = storage.made_entries(options.entries)
            pairs = list(lake.pairs(Path(name), entries))
            rows += print_table(f"a Delta table of {options.entries:,}", pairs, options.runs)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2) + "\n")


if __name__ == "__main__":
    main()
