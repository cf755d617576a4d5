"""Headings that a plain text has by its look are marked as headings."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ...markup import markdown, plain
from ...markup.blocks import Block, Heading, Paragraph, Text, words
from ...markup.layout import with_line_feeds
from ..draft import Draft
from ..headings import Outline, find_headings
from .quotes import quoted


def mark_headings(draft: Draft) -> Draft:
    r"""Headings become headings of Markdown, the rest stays text.

    >>> body = "First, why\n\nBecause. So it is.\n\nSecond, how\n\nLike this. And so."
    >>> draft = mark_headings(Draft(body=body))
    >>> print(draft.body)
    # First, why
    <BLANKLINE>
    Because. So it is.
    <BLANKLINE>
    # Second, how
    <BLANKLINE>
    Like this. And so.
    >>> draft.evidence
    ("2 headings 'First, …' that count from 1",)
    """
    if draft.markup != "plain" or "\n\n" not in draft.body:
        return draft
    lines = with_line_feeds(draft.body).split("\n")
    outline = find_headings(lines)
    if not outline:
        return draft
    # Markdown keeps no margins: what is quoted has to be said now.
    blocks = quoted(_with_headings(lines, outline))
    body = markdown.render(blocks).rstrip("\n")
    # A body that would not read back with every word in its place stays as it came.
    if words(markdown.parse(body)) != words(blocks):
        return draft
    for found in outline.headings:
        if found.end - found.first > 1:
            draft = draft.without("headings", lines[found.first + 1])
    return draft.but(body=body, markup="markdown", evidence=(*draft.evidence, outline.reason))


def _with_headings(lines: Sequence[str], outline: Outline) -> list[Block]:
    """The blocks of the lines, of which those that are headings stand alone."""
    apart: list[str] = []
    levels: dict[int, int] = {}
    begun = 0
    end = 0
    for found in outline.headings:
        between = lines[end : found.first]
        begun += _count_of_blocks(between)
        levels[begun] = found.level
        begun += 1
        apart += [*between, "", found.title, ""]
        end = found.end
    blocks = plain.parse("\n".join([*apart, *lines[end:]]))
    return [
        Heading(level, _line_of(block)) if (level := levels.get(at)) else block
        for at, block in enumerate(blocks)
    ]


def _count_of_blocks(lines: Sequence[str]) -> int:
    has_text = [False, *(bool(line.strip()) for line in lines)]
    return sum(begins and not goes_on for goes_on, begins in pairwise(has_text))


def _line_of(block: Block) -> tuple[Text, ...]:
    """The words of a block that stands on one line."""
    assert isinstance(block, Paragraph)
    return tuple(child for child in block.children if isinstance(child, Text))
