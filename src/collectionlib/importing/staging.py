"""Entries that whoever reads a source writes where the collection is, as far as that can be done.

Then the texts do not pass through the process that commits them: it is told the ids, and a batch
takes the files. What is in the collection already has to be compared with what is there, so it is
read back, and goes the way of all other entries.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby, islice

from attrs import evolve, frozen

from ..collection import Collection
from ..executing import Workers
from ..identity import EntryId
from ..storage.base import StagedEntries, Stager, StagesEntries
from .reading import Reader, Reading
from .sources import Found

__all__ = ["StagingReader", "stager_for", "unstaged"]

_FEWEST_CHARACTERS = 200_000
"""Of the texts of a chunk: what is less is sent, since a small file costs a table more."""


def stager_for(collection: Collection, workers: Workers | None) -> Stager | None:
    """What workers write entries with; `None` where there are none, or they cannot."""
    storage = collection.storage
    if workers is None or not isinstance(storage, StagesEntries):
        return None
    return storage.stager(from_elsewhere=not workers.see_files)


@frozen
class StagingReader:
    """Reads sources, and writes what is in them; it is sent to workers.

    Args:
        reader: reads them.
        stager: writes.
    """

    reader: Reader
    stager: Stager

    def read_each(self, found: Iterable[Found]) -> list[Reading]:
        """Read some of what was found. The readings hold ids where their entries are staged."""
        readings = self.reader.read_each(found)
        entries = [entry for reading in readings for entry in reading.entries]
        ids = [entry.id for entry in entries]
        is_worth_it = sum(len(entry.body) for entry in entries) >= _FEWEST_CHARACTERS
        if not is_worth_it or len({*ids}) < len(ids) or any(each.about for each in readings):
            return readings
        staged = self.stager.stage(entries)
        return [
            evolve(each, entries=(), staged_ids=each.ids, staged=staged) if each.entries else each
            for each in readings
        ]


def unstaged(
    readings: Iterator[Reading], collection: Collection, stager: Stager
) -> Iterator[Reading]:
    """The readings, of which those stay staged whose entries are all new.

    Args:
        readings: those of a file one behind the other.
        collection: that is imported into.
        stager: reads back.
    """
    seen: set[EntryId] = set()
    for staged, of_one in groupby(readings, key=_WhichStaged()):
        is_new = staged is None or _are_new(staged, collection, seen)
        entries = stager.read(staged) if staged and not is_new else iter(())
        for reading in of_one:
            seen.update(reading.ids)
            if is_new:
                yield reading
            else:
                own = tuple(islice(entries, len(reading.staged_ids)))
                yield evolve(reading, entries=own, staged_ids=(), staged=None)
        if staged and not is_new:
            stager.discard(staged)


class _WhichStaged:
    """Which staged entries a reading belongs to; one that has none stands with those before it."""

    def __init__(self) -> None:
        self._last: StagedEntries | None = None

    def __call__(self, reading: Reading) -> StagedEntries | None:
        if reading.staged is not None or reading.entries:
            self._last = reading.staged
        return self._last


def _are_new(staged: StagedEntries, collection: Collection, seen: set[EntryId]) -> bool:
    with collection.snapshot() as view:
        return seen.isdisjoint(staged.ids) and not view.known(staged.ids)
