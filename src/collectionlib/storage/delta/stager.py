"""Files that other processes write: a batch takes them as they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from attrs import frozen

from ...model import Entry
from ..base import StagedEntries
from .rows import ENTRY_COLUMNS, batch_of_entries, entry_of, rows_of
from .staging import discard, write_file
from .table import DataFile, Table, object_store

if TYPE_CHECKING:
    from obstore.store import ObjectStore

__all__ = ["DeltaStager"]


@frozen
class DeltaStager:
    """Writes files beside those of a table.

    A task that is done twice writes two files, of which one is taken. What is never taken is no
    part of the table, and goes when it is tidied up.

    Args:
        location: of the collection.
        revision: of the rows.
    """

    location: str
    revision: int

    def stage(self, entries: Sequence[Entry]) -> StagedEntries:
        batch = batch_of_entries(entries, self.revision)
        ids = tuple([entry.id for entry in entries])
        bounds = min(ids), max(ids)
        file = write_file(_place(self.location), "entry", [batch], self.revision, bounds)
        return StagedEntries(ids, file)

    def read(self, staged: StagedEntries) -> Iterator[Entry]:
        for batch in Table.open(self.location).read(_file(staged)):
            for row in rows_of(batch, ENTRY_COLUMNS):
                yield entry_of(row)

    def discard(self, staged: StagedEntries) -> None:
        discard(_place(self.location), [_file(staged)])


@frozen
class _Place:
    location: str
    store: ObjectStore


@lru_cache(maxsize=4)
def _place(location: str) -> _Place:
    return _Place(location, object_store(location))


def _file(staged: StagedEntries) -> DataFile:
    assert isinstance(staged.place, DataFile)
    return staged.place
