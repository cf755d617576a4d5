"""Prose that is indented as a whole, between paragraphs that are not: somebody is quoted."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ...markup import markdown, plain
from ...markup.blocks import Block, Paragraph, Quote, Text, Verse, words
from ..draft import Draft
from ..wrapping import is_filled

_FEWEST_LINES = 3
_NARROWEST = 35
_WIDEST_MARGIN = 16


def mark_quotes(draft: Draft) -> Draft:
    r"""Indented prose becomes a quote of Markdown; indented verse stays verse.

    >>> body = "He wrote to me:\n\n" + "\n".join(
    ...     "    " + line
    ...     for line in (
    ...         "I have seen the house of which you",
    ...         "spoke to me, and it is as you said,",
    ...         "large and old and full of mice.",
    ...     )
    ... )
    >>> print(mark_quotes(Draft(body=body)).body)
    He wrote to me:
    <BLANKLINE>
    > I have seen the house of which you spoke to me, and it is as you said, large and old and full of mice.
    """  # noqa: E501
    # In a short text of many, what is indented is mostly who said it.
    if draft.markup != "plain" or draft.many or "\n\n" not in draft.body:
        return draft
    if "\n " not in draft.body and "\n\t" not in draft.body:
        return draft
    blocks = plain.parse(draft.body)
    marked = quoted(blocks)
    count = sum(isinstance(block, Quote) for block in marked)
    if not count:
        return draft
    body = markdown.render(marked).rstrip("\n")
    if words(markdown.parse(body)) != words(blocks):
        return draft
    evidence = f"{count} indented {'block' if count == 1 else 'blocks'} of wrapped prose"
    return draft.but(body=body, markup="markdown", evidence=(*draft.evidence, evidence))


def quoted(blocks: Sequence[Block]) -> list[Block]:
    """Blocks in which indented prose is a quote, if other prose is not indented."""
    if not any(map(_is_flush, blocks)):
        return list(blocks)
    return [
        _quote(block) if isinstance(block, Verse) and _is_prose(_lines(block)) else block
        for block in blocks
    ]


def _is_flush(block: Block) -> bool:
    if not isinstance(block, Paragraph) or not block.children:
        return False
    first = block.children[0]
    return isinstance(first, Text) and not first.text[:1].isspace()


def _lines(block: Verse) -> list[str]:
    return [
        "".join(child.text for child in line if isinstance(child, Text)) for line in block.lines
    ]


def _is_prose(lines: Sequence[str]) -> bool:
    """Whether lines have one margin, are full to a width, and go on inside sentences."""
    margins = {len(line) - len(line.lstrip()) for line in lines}
    if len(lines) < _FEWEST_LINES or len(margins) > 1 or max(margins) > _WIDEST_MARGIN:
        return False
    texts = [line.strip() for line in lines]
    width = max(map(len, texts))
    pairs = list(pairwise(texts))
    going_on = sum(after[:1].islower() for _, after in pairs)
    return (
        width >= _NARROWEST
        and all(is_filled(line, after, width) for line, after in pairs)
        and 2 * going_on >= len(pairs)
    )


def _quote(block: Verse) -> Quote:
    lines = _lines(block)
    text = " ".join(line.strip() for line in lines)
    return Quote((Paragraph((Text(text),)),))
