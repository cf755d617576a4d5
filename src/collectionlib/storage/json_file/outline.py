"""What stands in a JSON file: every entry by its line, without its text.

Memory holds where each line stands, never the bodies; nor the keys of reading order, as long as
the lines stand in it, as they do in every file of ours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

import msgspec
from attrs import define, field

from ...errors import CorruptCollection, RepeatedId
from ...identity import CategoryPath, EntryId, is_entry_id
from ...query import ReadingKey, ReadingOrder
from ..json_document import Header, Line, read_header, read_lines
from .lines import Lines

__all__ = ["FIRST", "Outline", "damage", "key_of", "keyed", "read_outline"]


class _SourceOutline(msgspec.Struct):
    uri: str
    member: str | None = None
    start: int | None = None


class _EntryOutline(msgspec.Struct):
    """The keys of an entry's JSON that its place in reading order depends on."""

    id: EntryId
    title: str = ""
    category: tuple[str, ...] = ()
    source: _SourceOutline | None = None

    def key(self, order: ReadingOrder) -> ReadingKey:
        return order.key_of(self.id, self.category, self.title, self.source)


FIRST: ReadingKey = ((), "", -1, "")
"""Before every other key."""


@define
class Outline:
    """All entries of one state of the file, and what is damaged in it.

    Args:
        header: what stands before the entries.
        lines: of the entries.
        categories: how many entries stand in each.
        in_order: whether the lines stand in reading order.
        damages: what cannot be read.
    """

    header: Header
    lines: Lines
    categories: Counter[CategoryPath] = field(factory=Counter)
    in_order: bool = True
    damages: list[CorruptCollection] = field(factory=list)

    @property
    def reading_order(self) -> ReadingOrder:
        return ReadingOrder(self.header.categories)

    def in_reading_order(self) -> Sequence[int]:
        """The indexes of the lines."""
        if self.in_order:
            return range(len(self.lines))
        keys = keyed(self.lines, range(len(self.lines)), self.reading_order)
        return [index for _, index in sorted(keys)]


_DECODER = msgspec.json.Decoder(_EntryOutline)


def key_of(data: bytes, order: ReadingOrder) -> ReadingKey:
    """The place in reading order of the entry in a line."""
    return _DECODER.decode(data).key(order)


def keyed(
    lines: Lines, indexes: Iterable[int], order: ReadingOrder
) -> Iterator[tuple[ReadingKey, int]]:
    """Lines of entries by their indexes, each with its key."""
    return ((key_of(lines.read(index), order), index) for index in indexes)


def read_outline(file: BinaryIO, location: str) -> Outline:
    """The outline of what a file holds; what cannot be read is among its damages.

    Args:
        file: at its beginning.
        location: of the collection, for messages.

    Raises:
        CorruptCollection: it is no collection at all.
        NewerFormat: a later version wrote it.
    """
    header, file = read_header(file, location)
    outline = Outline(header, Lines(file))
    suspects: list[EntryId] = []
    try:
        last = FIRST
        order = outline.reading_order
        for line, data in read_lines(file, location):
            entry = _outline_of(data, line, outline.damages, location)
            if entry is None:
                continue
            if outline.lines.add(entry.id, line):
                suspects.append(entry.id)
            outline.categories[entry.category] += 1
            key = entry.key(order)
            outline.in_order = outline.in_order and last < key
            last = key
    except CorruptCollection as error:
        outline.damages.append(error)
    return _without_doubles(outline, suspects, location) if suspects else outline


def _without_doubles(outline: Outline, suspects: list[EntryId], location: str) -> Outline:
    """The outline without the lines whose ids stand in one before; those are damages."""
    doubtful = set(suspects)
    first: dict[EntryId, int] = {}
    doubles: set[int] = set()
    for index, entry_id in enumerate(outline.lines.ids()):
        if entry_id not in doubtful:
            continue
        line = outline.lines.line(index)
        if entry_id in first:
            reason = f"the id {entry_id} stands in line {first[entry_id]} already"
            outline.damages.append(_repeated(reason, line, location))
            doubles.add(index)
        else:
            first[entry_id] = line.number
    if doubles:
        outline.lines = outline.lines.without(doubles)
    return outline


def _repeated(reason: str, line: Line, location: str) -> RepeatedId:
    remedy = "mend the line with an editor, or take it out"
    return RepeatedId(reason, location=location, path=location, line=line.number, remedy=remedy)


def _outline_of(
    data: bytes, line: Line, damages: list[CorruptCollection], location: str
) -> _EntryOutline | None:
    try:
        outline = _DECODER.decode(data)
        if is_entry_id(outline.id):
            return outline
        reason = f"the id {outline.id!r} is none"
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        reason = f"it holds no entry ({error})"
    damages.append(damage(reason, line, location))
    return None


def damage(reason: str, line: Line, location: str) -> CorruptCollection:
    """The damage of a line."""
    return CorruptCollection(
        reason,
        location=location,
        path=location,
        line=line.number,
        remedy="mend the line with an editor, or take it out",
    )
