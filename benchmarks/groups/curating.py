"""The curator's commands beside a bare scan of the same collection."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

from attrs import evolve

from collectionlib import Collection, Entry
from collectionlib.curating.checking import check
from collectionlib.curating.duplicates import find_duplicates, sketches
from collectionlib.curating.statistics import statistics_of

from ..measuring import Options, Pair, Table, compared
from .storage import made_entries

__all__ = ["tables"]

_NEAR, _SAME = 50, 70


def _entries(number: int) -> Iterator[Entry]:
    """Entries of which some say nearly what the one before says, and some just the same."""
    chance = random.Random(3)
    last: Entry | None = None
    for place, entry in enumerate(made_entries(number)):
        if last is not None and place % _SAME == 0:
            entry = evolve(entry, body=last.body.upper())
        elif last is not None and place % _NEAR == 0:
            words = last.body.split()
            for _ in range(3):
                words[chance.randrange(len(words))] = "changed"
            entry = evolve(entry, body=" ".join(words))
        yield entry
        last = entry


def tables(options: Options) -> Iterator[Table]:
    """The commands that read every entry."""
    title = "curating, beside reading every entry"
    yield compared(title, _pairs(options.folder, options.entries), options.runs)


def _pairs(folder: Path, number: int) -> Iterator[Pair]:
    """Each command on a database of so many entries, beside reading them."""
    place = folder / "curating.db"
    with Collection.create(place) as collection, collection.transaction() as batch:
        for entry in _entries(number):
            batch.put(entry)

    def on(work: Callable[[Collection], object]) -> Callable[[], object]:
        def measured() -> None:
            with Collection.open(place) as collection:
                work(collection)

        return measured

    def scan(collection: Collection) -> int:
        return sum(len(entry.body) for entry in collection)

    yield Pair(f"stats of {number:,}", on(scan), on(statistics_of), 2.0)
    yield Pair(f"check {number:,}", on(scan), on(lambda c: list(check(c))))
    yield Pair(f"duplicates of {number:,}", on(scan), on(lambda c: list(find_duplicates(c))))
    yield Pair(f"duplicates of {number:,}, without rensa", on(scan), on(_without_rensa))


def _without_rensa(collection: Collection) -> None:
    usual = sketches.has_rensa
    sketches.has_rensa = lambda: False
    try:
        list(find_duplicates(collection))
    finally:
        sketches.has_rensa = usual
