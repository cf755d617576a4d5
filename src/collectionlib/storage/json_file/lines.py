"""Where the entries of a JSON document stand: in 40 bytes each, so that a million fit."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import BinaryIO

from ...identity import EntryId
from ..json_document import Line

__all__ = ["Lines"]

_ID = 16
_FEW_BITS = 1 << 20
_BITS_EACH = 128


class Lines:
    """The lines of a file that hold entries, in the order in which they were added.

    Args:
        file: what they stand in.
    """

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self._ids = bytearray()
        # Of each line three numbers, one behind the other: its first byte, its length, its number.
        self._places = array("Q")
        # A bit for the hash of each id: where it is not set, the id is not there. Less than one
        # in a hundred shares its bit with another.
        self._bits = bytearray(_FEW_BITS // 8)
        self._room = _FEW_BITS // _BITS_EACH * _ID

    def __len__(self) -> int:
        return len(self._places) // 3

    def add(self, entry_id: EntryId, line: Line) -> bool:
        """Add a line; whether its id may have been there before."""
        if len(self._ids) > self._room:
            self._grow()
        self._ids += entry_id.encode()
        self._places.extend((line.start, line.length, line.number))
        return self._mark(entry_id)

    def _grow(self) -> None:
        self._bits = bytearray(len(self._bits) * 4)
        self._room *= 4
        for entry_id in self.ids():
            self._mark(entry_id)

    def _mark(self, entry_id: EntryId) -> bool:
        """Set the bit of an id; whether it was set."""
        place, bit = divmod(hash(entry_id) % (len(self._bits) * 8), 8)
        before = self._bits[place]
        self._bits[place] = before | 1 << bit
        return bool(before >> bit & 1)

    def without(self, indexes: AbstractSet[int]) -> Lines:
        """The same without some of the lines."""
        kept = Lines(self.file)
        for index in range(len(self)):
            if index not in indexes:
                kept.add(self.id(index), self.line(index))
        return kept

    def id(self, index: int) -> EntryId:
        """The id in a line."""
        return EntryId(self._ids[index * _ID : (index + 1) * _ID].decode())

    def line(self, index: int) -> Line:
        """Where it stands."""
        start, length, number = self._places[3 * index : 3 * index + 3]
        return Line(number, start, length)

    def read(self, index: int) -> bytes:
        """What stands there."""
        self.file.seek(self._places[3 * index])
        return self.file.read(self._places[3 * index + 1])

    def may_have(self, entry_id: EntryId) -> bool:
        """Whether an id may be there; where not, it is not."""
        place, bit = divmod(hash(entry_id) % (len(self._bits) * 8), 8)
        return bool(self._bits[place] >> bit & 1)

    def last(self, entry_id: EntryId) -> int | None:
        """The last line of an id; looked for from the end."""
        if not self.may_have(entry_id):
            return None
        sought = entry_id.encode()
        place = self._ids.rfind(sought)
        while place % _ID and place >= 0:
            place = self._ids.rfind(sought, 0, place + _ID - 1)
        return None if place < 0 else place // _ID

    def find(self, entry_id: EntryId) -> int | None:
        """The line of an id, once all lines have been added and each id stands once."""
        if not self.may_have(entry_id):
            return None
        at = bisect_left(self._by_id, entry_id, key=self.id)
        if at < len(self) and self.id(self._by_id[at]) == entry_id:
            return self._by_id[at]
        return None

    @cached_property
    def _by_id(self) -> array[int]:
        return array("Q", sorted(range(len(self)), key=self.id))

    def among(self, entry_ids: Iterable[EntryId]) -> dict[EntryId, int]:
        """Those of the ids that are there, each with its last line."""
        suspects = {entry_id for entry_id in entry_ids if self.may_have(entry_id)}
        if not suspects:
            return {}
        return {own: index for index, own in enumerate(self.ids()) if own in suspects}

    def ids(self) -> Iterator[EntryId]:
        """All ids, in the order of the lines."""
        return map(self.id, range(len(self)))
