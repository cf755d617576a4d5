"""The tree of the contents: parts and entries, as far down as was asked for.

A list of entries that is too long for a contents page becomes one of ranges, by the first
letters of the titles where they are in alphabetical order, else by numbers.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from attrs import frozen

from ..anthology import Anthology, EntryOutline, Part
from .layout import Layout
from .writing import escape

__all__ = ["ContentsItem", "contents_lines", "contents_of"]

LONGEST_LIST = 400
"""Entries of one part that the contents list one by one."""

LONGEST_CONTENTS = 4_000
"""Entries of a book above which the lists of its parts become ranges much earlier."""

_SHORT_LIST = 20
_RANGE = 100
_NO_LABEL = "…"


@frozen
class ContentsItem:
    """A line of the contents, and those below it.

    Args:
        label: what it says.
        place: file and fragment, relative to the package document.
        items: below it.
    """

    label: str
    place: str
    items: tuple[ContentsItem, ...] = ()

    def __len__(self) -> int:
        return 1 + sum(map(len, self.items))


def contents_of(
    anthology: Anthology, layout: Layout, depth: int | None = None
) -> tuple[ContentsItem, ...]:
    """The contents of a book, without its front and back matter.

    Args:
        anthology: its outline.
        layout: where what stands.
        depth: levels of the tree that are shown, `None` for all.
    """
    longest = LONGEST_LIST if len(anthology) <= LONGEST_CONTENTS else _SHORT_LIST
    listing = _Listing(layout, iter(layout.parts), longest)
    return tuple(listing.items(anthology.entries, anthology.parts, depth))


def contents_lines(items: Sequence[ContentsItem]) -> Iterator[str]:
    """The lines as they stand in an ``ol``."""
    for item in items:
        yield f'<li><a href="{item.place}">{escape(item.label)}</a>'
        if item.items:
            yield "\n<ol>\n"
            yield from contents_lines(item.items)
            yield "</ol>\n"
        yield "</li>\n"


@frozen
class _Listing:
    layout: Layout
    numbers: Iterator[int]
    longest: int

    def items(
        self, entries: Sequence[EntryOutline], parts: Sequence[Part], depth: int | None
    ) -> Iterator[ContentsItem]:
        shown = depth is None or depth > 0
        below = None if depth is None else depth - 1
        if shown:
            yield from self.entries(entries)
        for part in parts:
            # Numbered whether it is shown or not.
            place = self.layout.parts[next(self.numbers)]
            items = tuple(self.items(part.entries, part.parts, below))
            if shown:
                yield ContentsItem(part.title, place, items)

    def entries(self, entries: Sequence[EntryOutline]) -> Iterator[ContentsItem]:
        if len(entries) <= self.longest:
            for outline in entries:
                yield ContentsItem(outline.label or _NO_LABEL, self.layout.entries[outline.id])
        else:
            yield from self.ranges(entries, 0, alphabetical=_are_alphabetical(entries))

    def ranges(
        self, entries: Sequence[EntryOutline], start: int, *, alphabetical: bool
    ) -> Iterator[ContentsItem]:
        """At most a hundred ranges of equal length; long ones are divided again."""
        length = _RANGE
        while length * _RANGE < len(entries):
            length *= _RANGE
        for place in range(0, len(entries), length):
            run = entries[place : place + length]
            first, last = run[0].label or _NO_LABEL, run[-1].label or _NO_LABEL
            numbers = f"{start + place + 1}–{start + place + len(run)}"
            label = f"{first} – {last}" if alphabetical else f"{numbers} · {first}"
            inner = (
                self.ranges(run, start + place, alphabetical=alphabetical)
                if length > _RANGE
                else ()
            )
            yield ContentsItem(label, self.layout.entries[run[0].id], tuple(inner))


def _are_alphabetical(entries: Sequence[EntryOutline]) -> bool:
    keys = [outline.label.casefold() for outline in entries]
    return all(one <= other for one, other in itertools.pairwise(keys))
