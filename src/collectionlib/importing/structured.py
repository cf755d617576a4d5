"""From blocks to the body of a draft: plain where only paragraphs are there, else Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from ..markup import markdown, plain
from ..markup.blocks import Block, Heading, LineBreak, Paragraph, Text, words
from ..model import Markup

__all__ = ["body_of", "divide_title", "raised"]


def body_of(blocks: Sequence[Block]) -> tuple[str, Markup]:
    """The body and its notation.

    >>> body_of([Paragraph((Text("*Be* well."),))])
    ('*Be* well.', 'plain')
    >>> body_of([Heading(1, (Text("A wish"),))])
    ('# A wish', 'markdown')
    """
    if all(isinstance(block, Paragraph) and _is_plain(block) for block in blocks):
        return plain.render(blocks), "plain"
    return markdown.render(blocks), "markdown"


def _is_plain(block: Paragraph) -> bool:
    return all(isinstance(child, Text | LineBreak) for child in block.children)


def divide_title(blocks: Sequence[Block], title: str) -> tuple[Sequence[Block], Sequence[Block]]:
    """The headings that a text begins with and that say its title, and the rest.

    >>> headings, rest = divide_title(
    ...     [Heading(2, (Text("I."),)), Heading(3, (Text("Love"),))], "I. Love"
    ... )
    >>> len(headings), len(rest)
    (2, 0)
    """
    sought = _letters(title)
    said = ""
    for place, block in enumerate(blocks):
        if not isinstance(block, Heading):
            break
        said += _letters("".join(words([block])))
        if said == sought and said:
            return blocks[: place + 1], blocks[place + 1 :]
    return (), blocks


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def raised(blocks: Sequence[Block]) -> Sequence[Block]:
    """The blocks with headings whose highest level is 1.

    >>> raised([Heading(3, ()), Heading(4, ())])
    [Heading(level=1, children=()), Heading(level=2, children=())]
    """
    levels = [block.level for block in blocks if isinstance(block, Heading)]
    if not levels or min(levels) == 1:
        return blocks
    above = min(levels) - 1
    return [
        evolve(block, level=block.level - above) if isinstance(block, Heading) else block
        for block in blocks
    ]
