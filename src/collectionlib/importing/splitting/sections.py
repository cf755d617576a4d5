"""The pieces of a file that its headings make, and the parts that they stand in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from ..headings import Found
from .pieces import Lines, Piece

if TYPE_CHECKING:
    from ...markup.markdown_places import HeadingPlace

__all__ = ["PlacedHeading", "sections"]


PlacedHeading: TypeAlias = "Found | HeadingPlace"
"""A heading of plain text, or of Markdown."""


def sections(lines: Lines, headings: Sequence[PlacedHeading], depth: int) -> Iterator[Piece]:
    """A piece for each heading of the level ``depth``, and for what stands before or between.

    A heading of a higher level names a part: the category of the pieces below it. What stands
    between it and the first of them is a piece of that part, and so is the heading alone where
    nothing is below it.
    """
    borders = [heading for heading in headings if heading.level <= depth]
    first = borders[0].first if borders else len(lines.raw)
    if lines.text[: lines.starts[first]].strip():
        yield lines.piece(0, first)
    above: list[PlacedHeading] = []
    for heading, following in pairwise([*borders, None]):
        assert heading is not None
        above = [each for each in above if each.level < heading.level]
        parts = tuple(each.title for each in above if each.title)
        end = following.first if following else len(lines.raw)
        if heading.level < depth:
            above.append(heading)
            begins_part = following is not None and following.level > heading.level
            if begins_part and not any(lines.words[heading.end : end]):
                continue
            parts = (*parts, heading.title) if begins_part and heading.title else parts
        yield lines.piece(heading.first, end, heading.end, heading.title, parts)
