"""What a million entries cost on each back end, measured at several sizes.

    python benchmarks/scale.py FOLDER [--entries 10000,100000] [--back-ends sqlite,json,...]
                               [--json FILE]

Entries of 500 characters are put in transactions of 10,000, scanned, sought by a word, got one by
one, compared, and written as JSON Lines and as an EPUB, each in a process of its own: seconds of
the clock and of that process's processor, its most memory, and the bytes on disk.
`docs/explanation/scale.md` has what came of it.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from collectionlib import Collection, Contributor, Entry, Metadata, Source, export
from collectionlib.curating.duplicates import find_duplicates
from collectionlib.identity import entry_id

CHARACTERS = 500
_WORDS = 20_000
_AT_ONCE = 10_000
_GETS = 100
_RARE = "zebrafinch"
_STEPS = ("put", "scan", "search", "get", "duplicates", "jsonl", "epub")


def made_entries(number: int) -> Iterator[Entry]:
    """Entries with an author, two tags and a source, in a thousand categories; few are rare."""
    chance = random.Random(1)
    words = ["".join(chance.choices("etaoinshrdlucmfwyp", k=chance.randint(2, 9)))
             for _ in range(_WORDS)]  # fmt: skip
    for place in range(number):
        body = " ".join(chance.choices(words, k=90))[:CHARACTERS]
        if place % 5_000 == 7:
            body = f"{_RARE} {body}"
        yield Entry(
            id=entry_id("scale", str(place)),
            title=f"Text {place}",
            body=body,
            category=("Archive", f"Part {place % 1_000}"),
            contributors=(Contributor(name=f"Author {place % 5_000}"),),
            tags=("short", f"year-{place % 50}"),
            language="en",
            source=Source(uri=f"archive/{place % 1_000}/{place}.txt"),
        )


def _run(step: str, location: str, number: int, folder: Path) -> dict[str, float]:
    """Do one thing in this process."""
    began, used = time.perf_counter(), time.process_time()
    if step == "put":
        entries = made_entries(number)
        with Collection.create(location, metadata=Metadata(title="Scale")) as collection:
            while lot := list(islice(entries, _AT_ONCE)):
                with collection.transaction() as batch:
                    for entry in lot:
                        batch.put(entry)
    else:
        with Collection.open(location) as collection:
            _read(step, collection, number, folder)
    return {
        "seconds": round(time.perf_counter() - began, 3),
        "processor": round(time.process_time() - used, 3),
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _read(step: str, collection: Collection, number: int, folder: Path) -> None:
    match step:
        case "scan":
            assert sum(1 for _ in collection) == number
        case "search":
            assert len(list(collection.select(_RARE))) == number // 5_000
        case "get":
            with collection.snapshot() as view:
                for place in range(_GETS):
                    view.get(entry_id("scale", str(place * (number // _GETS))))
        case "duplicates":
            assert not list(find_duplicates(collection))
        case "jsonl":
            export(collection, folder / "scale.jsonl", force=True)
        case _:
            export(collection, folder / "scale.epub", force=True)


def _size(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else path.parent.glob(f"{path.name}*")
    return sum(file.stat().st_size for file in files if file.is_file())


def _measured(name: str, location: str, number: int, folder: Path) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for step in _STEPS:
        command = [sys.executable, __file__, str(folder), "--step", step, "--location", location]
        done = subprocess.run(
            [*command, "--entries", str(number)], check=True, capture_output=True, text=True
        )
        row = {"back end": name, "entries": number, "step": step, **json.loads(done.stdout)}
        per_million = row["processor"] * 1_000_000 / number
        print(f"{name:10}{number:>10,}  {step:7}{row['seconds']:9.2f} s {row['processor']:9.2f} s "
              f"{per_million:9.1f} s a million {row['megabytes']:6} MB", flush=True)  # fmt: skip
        rows.append(row)
    path = Path(location.rpartition(":")[2])
    if path.exists():
        size = _size(path)
        rows.append({"back end": name, "entries": number, "step": "disk", "bytes": size})
        print(f"{name:10}{number:>10,}  on disk {size / 1e6:9.1f} MB", flush=True)
    return rows


def _locations(folder: Path, number: int) -> dict[str, str]:
    return {
        "folder": str(folder / f"{number}"),
        "json": str(folder / f"{number}.json"),
        "sqlite": str(folder / f"{number}.db"),
        "delta": f"delta:{folder}/{number}.delta",
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--entries", default="10000,100000")
    parser.add_argument("--back-ends", default="folder,json,sqlite,delta")
    parser.add_argument("--location", help=argparse.SUPPRESS)
    parser.add_argument("--step", help=argparse.SUPPRESS)
    parser.add_argument("--postgres", metavar="URL", help="a database to be measured, too")
    parser.add_argument("--json", type=Path, metavar="FILE")
    given = parser.parse_args()
    if given.step:
        done = _run(given.step, given.location, int(given.entries), given.folder)
        print(json.dumps(done))
        return
    rows: list[dict[str, object]] = []
    for number in map(int, given.entries.split(",")):
        locations = _locations(given.folder, number)
        chosen = {name: locations[name] for name in given.back_ends.split(",") if name}
        if given.postgres:
            chosen["postgres"] = f"{given.postgres}#scale_{number}"
        for name, location in chosen.items():
            rows += _measured(name, location, number, given.folder)
    if given.json:
        given.json.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
