"""Headings of sections that the author numbered by hand.

"First, the problems" on a line of its own can be a heading or a sentence. The evidence is in
the whole text: headings are short single sentences that stand alone, they count from one
without a gap, and each has text below it; the items of a list follow each other at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from attrs import frozen

from ...identity import cjk_number
from ...markup import markdown, plain
from ...markup.blocks import Block, Heading, Paragraph, Text, words
from ..draft import Draft

_LONGEST_HEADING = 100
_FEWEST = 2
_NO_END_OF_HEADING = (";", "；", ",", "，", ":", "：")

_ENGLISH = (
    *("first", "second", "third", "fourth", "fifth", "sixth"),
    *("seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"),
)
_ENGLISH_NUMBERS = {word: number for number, word in enumerate(_ENGLISH, start=1)}
_ROMAN = re.compile(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})\Z")
_ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}


def _english_number(word: str) -> int:
    word = word.lower()
    return _ENGLISH_NUMBERS[word if word in _ENGLISH_NUMBERS else word.removesuffix("ly")]


def _roman_number(numeral: str) -> int:
    if not _ROMAN.match(numeral):
        return 0
    values = [_ROMAN_DIGITS[digit] for digit in numeral]
    return sum(
        -value if value < following else value
        for value, following in zip(values, [*values[1:], 0], strict=True)
    )


@frozen
class _Numbering:
    """A way of numbering: what a heading begins with, and which number that is."""

    pattern: re.Pattern[str]
    number: Callable[[str], int]


_CJK = "[零〇一二三四五六七八九十百]+"
_NUMBERINGS: Mapping[str, _Numbering] = {
    "First, …": _Numbering(
        re.compile(rf"({'|'.join(_ENGLISH)}|{'|'.join(w + 'ly' for w in _ENGLISH)})\b[,:]?\s",
                   re.IGNORECASE),
        _english_number,
    ),
    "Chapter 1": _Numbering(re.compile(r"(?:chapter|part|section)\s+(\d+)\b", re.IGNORECASE), int),
    "Chapter I": _Numbering(
        re.compile(r"(?:chapter|part|section)\s+([IVXLC]+)\b", re.IGNORECASE),
        lambda numeral: _roman_number(numeral.upper()),
    ),
    "I. …": _Numbering(re.compile(r"([IVXLC]+)[.)]\s"), _roman_number),
    "1. …": _Numbering(re.compile(r"(\d{1,3})[.)、．]\s*(?=\D)"), int),
    "第一章": _Numbering(re.compile(rf"第({_CJK})[章节節回部分编編条條]"), cjk_number),
    "一、…": _Numbering(re.compile(rf"[（(]?({_CJK})[、．.）)]"), cjk_number),
    "第一，…": _Numbering(re.compile(rf"第({_CJK})[，,]"), cjk_number),
}  # fmt: skip


def mark_headings(draft: Draft) -> Draft:
    r"""Hand-numbered headings of sections are marked as headings, the rest stays text.

    >>> body = "First, why\n\nBecause. So it is.\n\nSecond, how\n\nLike this. And so."
    >>> print(mark_headings(Draft(body=body)).body)
    # First, why
    <BLANKLINE>
    Because. So it is.
    <BLANKLINE>
    # Second, how
    <BLANKLINE>
    Like this. And so.
    """
    if draft.markup != "plain" or "\n\n" not in draft.body:
        return draft
    blocks = plain.parse(draft.body)
    places = _headings(blocks)
    if not places:
        return draft
    marked = [
        Heading(1, block.children) if at in places and isinstance(block, Paragraph) else block
        for at, block in enumerate(blocks)
    ]
    body = markdown.render(marked).rstrip("\n")
    # A body that would not read back with every word in its place stays as it came.
    if words(markdown.parse(body)) != words(blocks):
        return draft
    return draft.but(body=body, markup="markdown")


@frozen
class _Line:
    """A short line that stands alone and begins with a number."""

    at: int
    number: int
    may_head: bool


def _headings(blocks: Sequence[Block]) -> frozenset[int]:
    """The places of the headings among the blocks."""
    for numbering in _NUMBERINGS.values():
        lines = _without_lists(_numbered_lines(blocks, numbering))
        chain = _chain([line for line in lines if line.may_head])
        others = sum(line.may_head for line in lines) - len(chain)
        if len(chain) >= _FEWEST and others < len(chain) and _has_text_below(chain, len(blocks)):
            return frozenset(chain)
    return frozenset()


def _numbered_lines(blocks: Sequence[Block], numbering: _Numbering) -> list[_Line]:
    return [
        _Line(at, numbering.number(found[1]), not line.endswith(_NO_END_OF_HEADING))
        for at, block in enumerate(blocks)
        if (line := _short_line(block)) and (found := numbering.pattern.match(line))
    ]


def _short_line(block: Block) -> str | None:
    """The line of a block that has only one, which is short and at most one sentence."""
    if not isinstance(block, Paragraph) or len(block.children) != 1:
        return None
    (child,) = block.children
    if not isinstance(child, Text) or len(child.text) > _LONGEST_HEADING:
        return None
    line = child.text.strip()
    inside = re.sub(r"^\w+[.)]\s", "", line).rstrip(".!?。！？;；")
    return None if re.search(r"[.!?;]\s|[。！？；]", inside) else line


def _without_lists(lines: list[_Line]) -> list[_Line]:
    """The lines without those that count on from one block to the next: a list does so."""
    listed = {
        at
        for line, following in pairwise(lines)
        if (following.at, following.number) == (line.at + 1, line.number + 1)
        for at in (line.at, following.at)
    }
    return [line for line in lines if line.at not in listed]


def _chain(lines: list[_Line]) -> list[int]:
    """The places of the lines that count from one, each the next after the one before."""
    chain: list[int] = []
    for line in lines:
        if line.number == len(chain) + 1:
            chain.append(line.at)
    return chain


def _has_text_below(places: list[int], end: int) -> bool:
    """Whether other blocks follow each heading."""
    return all(following - place > 1 for place, following in pairwise([*places, end]))
