"""How fast, beside a floor that is measured in the same run.

    python benchmarks/run.py [--runs N] [--json FILE]

A floor is the least that the work could cost: the same bytes read, encoded or zipped by a bare
loop. Each pair is run in turn, floor and ours, N times; what counts is the median of the ratios,
in seconds of the processor, because machines are shared.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import shutil
import statistics
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import msgspec
from attrs import frozen

from collectionlib import Collection, Entry, import_texts
from collectionlib.codec import to_plain
from collectionlib.identity import entry_id
from collectionlib.publishing.output import export_to_stream, exporter_for

ROOT = Path(__file__).parents[1]
FORTUNES = ROOT.parent / "shared/corpora/fortunes"
ARCHIVE = ROOT / "examples/archive"
ENTRIES = 10_000


@frozen
class Pair:
    """A measurement: what is done, its floor, and ours."""

    name: str
    floor: Callable[[], object]
    ours: Callable[[], object]


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def measure(pair: Pair, runs: int) -> dict[str, object]:
    """The medians of a pair, run in turn after one round that is not counted."""
    _seconds(pair.floor), _seconds(pair.ours)
    rounds = [(_seconds(pair.floor), _seconds(pair.ours)) for _ in range(runs)]
    return {
        "name": pair.name,
        "floor": statistics.median(floor for floor, _ in rounds),
        "ours": statistics.median(ours for _, ours in rounds),
        "ratio": statistics.median(ours / floor for floor, ours in rounds),
    }


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


def putting(entries: list[Entry], folder: Path, suffix: str) -> Pair:
    """Write entries to a storage, against encoding them with msgspec and writing."""
    location = folder / f"put{suffix}"

    def floor() -> None:
        lines = b"\n".join(msgspec.json.encode(plain) for plain in plains)
        (folder / "floor").write_bytes(lines)

    def floor_of_files() -> None:
        shutil.rmtree(folder / "floor-files", ignore_errors=True)
        (folder / "floor-files").mkdir()
        for entry in entries:
            (folder / "floor-files" / f"{entry.title}.txt").write_text(entry.body, "utf-8")

    def ours() -> None:
        shutil.rmtree(location, ignore_errors=True)
        location.unlink(missing_ok=True)
        with Collection.create(str(location)) as collection, collection.transaction() as batch:
            for entry in entries:
                batch.put(entry)

    plains = [to_plain(entry) for entry in entries]
    name = "directory" if not suffix else suffix.removeprefix(".")
    return Pair(f"put {ENTRIES:,} entries, {name}", floor if suffix else floor_of_files, ours)


def scanning(entries: list[Entry], folder: Path, suffix: str) -> Pair:
    """Read all entries of a storage, against decoding their JSON with msgspec."""
    collection = Collection.create(str(folder / f"scan{suffix}"))
    with collection, collection.transaction() as batch:
        for entry in entries:
            batch.put(entry)
    lines = [msgspec.json.encode(to_plain(entry)) for entry in entries]

    def floor() -> list[object]:
        return [msgspec.json.decode(line) for line in lines]

    def ours() -> int:
        with Collection.open(str(folder / f"scan{suffix}")) as collection:
            return sum(1 for _ in collection)

    name = "directory" if not suffix else suffix.removeprefix(".")
    return Pair(f"scan {ENTRIES:,} entries, {name}", floor, ours)


def exporting(entries: list[Entry], suffix: str) -> Pair:
    """Write a book from memory, against writing the same finished members."""
    collection = Collection.create("memory:", title="Book")
    with collection.transaction() as batch:
        for entry in entries:
            batch.put(entry)
    exporter = exporter_for(Path(f"book{suffix}"))
    out = io.BytesIO()
    export_to_stream(collection, out, exporter)

    def members() -> list[tuple[str, bytes]]:
        if suffix != ".epub":
            return [("book", out.getvalue())]
        with zipfile.ZipFile(io.BytesIO(out.getvalue())) as book:
            return [(name, book.read(name)) for name in book.namelist()]

    finished = members()

    def floor() -> None:
        with zipfile.ZipFile(io.BytesIO(), "w", zipfile.ZIP_DEFLATED, compresslevel=6) as book:
            for name, data in finished:
                book.writestr(name, data)

    def floor_of_text() -> None:
        lines = [msgspec.json.encode(to_plain(entry)) for entry in entries]
        io.BytesIO().write(b"\n".join(lines))

    def ours() -> None:
        export_to_stream(collection, io.BytesIO(), exporter)

    return Pair(
        f"export {ENTRIES:,} entries to {suffix}",
        floor if suffix == ".epub" else floor_of_text,
        ours,
    )


def main() -> None:
    """Measure all pairs and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json", type=Path, help="write the figures to this file, too")
    options = parser.parse_args()
    entries = made_entries()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pairs = [
            importing(),
            putting(entries, folder, ".json"),
            putting(entries, folder, ""),
            scanning(entries, folder, ".json"),
            scanning(entries, folder, ""),
            exporting(entries, ".epub"),
            exporting(entries, ".json"),
            exporting(entries, ".txt"),
        ]
        rows = []
        print(f"{'':40}{'floor s':>9}{'ours s':>9}{'ratio':>8}")
        for pair in pairs:
            row = measure(pair, options.runs)
            rows.append(row)
            print(f"{row['name']:40}{row['floor']:9.3f}{row['ours']:9.3f}{row['ratio']:8.1f}")
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2) + "\n")


if __name__ == "__main__":
    main()
