"""Which entries stand in which file of the book.

Short entries share a file, so that a book of ten thousand jokes is not one of ten thousand
files; a file is closed at the border of an entry once it is large enough, and each part at the
top of the tree begins a new one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Literal, TypeAlias

from attrs import define, field, frozen

from ...identity import EntryId
from ..anthology import Anthology, EntryOutline, Part

__all__ = ["Layout", "NumberedPart", "Page", "PlacedEntry", "Split", "lay_out"]

FULL_PAGE = 190_000
"""Bytes of bodies after which a file is closed; old readers are slow with larger ones."""

Split: TypeAlias = Literal["auto", "entry", "category"]
"""Where a file of the book ends: when it is full, after each entry, or with its category."""


@frozen
class NumberedPart:
    """A part with its number in the book, from 1, and the parts above it."""

    number: int
    part: Part
    above: tuple[NumberedPart, ...] = ()

    @property
    def path(self) -> tuple[NumberedPart, ...]:
        """The parts from the top down to this one."""
        return (*self.above, self)

    @property
    def label(self) -> str:
        """What it is called where it stands alone, unlike another part of the same title."""
        return ": ".join(numbered.part.title for numbered in self.path)

    @property
    def anchor(self) -> str:
        """Its id in the page on which it begins."""
        return f"part-{self.number}"


@frozen
class PlacedEntry:
    """An entry, and the parts that it stands in, from the top down."""

    outline: EntryOutline
    parts: tuple[NumberedPart, ...]

    @property
    def anchor(self) -> str:
        """Its id in its page."""
        return f"entry-{self.outline.id}"


_Content: TypeAlias = NumberedPart | PlacedEntry


@define
class Page:
    """A file of the book: parts that begin in it and entries, in order.

    Its name is of ASCII letters that need no encoding.
    """

    number: int
    name: str
    contents: list[_Content] = field(factory=list)
    size: int = 0

    @property
    def title(self) -> str:
        """What it is called: as the first thing in it that has a name."""
        first = self.contents[0]
        return first.part.title if isinstance(first, NumberedPart) else first.outline.label


@frozen
class Layout:
    """The pages in order, and where each part and entry is."""

    pages: tuple[Page, ...]
    entries: Mapping[EntryId, str]
    parts: Mapping[int, str]


def lay_out(
    anthology: Anthology,
    split: Split | Literal["never"] = "auto",
    name_of: Callable[[int], str] = "text/{:04}.xhtml".format,
) -> Layout:
    """Decide which entries stand in which file.

    Args:
        anthology: the outline of the book.
        split: where a file ends.
        name_of: what a file is called, by its number; it is followed by ``#`` and an anchor.
    """
    pages: list[Page] = []
    entries: dict[EntryId, str] = {}
    parts: dict[int, str] = {}
    for content in _in_order(anthology):
        if not pages or _begins_a_page(content, pages[-1], split):
            number = len(pages) + 1
            pages.append(Page(number, name_of(number)))
        page = pages[-1]
        page.contents.append(content)
        place = f"{page.name}#{content.anchor}"
        if isinstance(content, PlacedEntry):
            page.size += content.outline.size
            entries[content.outline.id] = place
        else:
            parts[content.number] = place
    return Layout(tuple(pages), entries, parts)


def _begins_a_page(content: _Content, page: Page, split: str) -> bool:
    if split == "never":
        return False
    if split == "entry":
        return isinstance(content, PlacedEntry) or not content.above or page.size > 0
    if isinstance(content, NumberedPart):
        return split == "category" or not content.above or page.size >= FULL_PAGE
    return split == "auto" and page.size > 0 and page.size + content.outline.size > FULL_PAGE


def _in_order(anthology: Anthology) -> Iterator[_Content]:
    for outline in anthology.entries:
        yield PlacedEntry(outline, ())
    numbers = iter(range(1, 1 + sum(1 for top in anthology.parts for _ in top.walk())))
    for top in anthology.parts:
        yield from _in_part(top, (), numbers)


def _in_part(
    part: Part, above: tuple[NumberedPart, ...], numbers: Iterator[int]
) -> Iterator[_Content]:
    numbered = NumberedPart(next(numbers), part, above)
    yield numbered
    path = numbered.path
    for outline in part.entries:
        yield PlacedEntry(outline, path)
    for below in part.parts:
        yield from _in_part(below, path, numbers)
