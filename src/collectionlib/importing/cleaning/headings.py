"""Headings of sections that the author numbered by hand.

"First, the problems" on a line of its own can be a heading or a sentence. The evidence is in
the whole text: headings are short single sentences that stand alone, they count from one
without a gap, and each has text below it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from attrs import evolve, frozen

from ...identity import cjk_number
from ...markup import markdown, plain
from ...markup.blocks import Block, Heading, Paragraph, Text, words
from ..draft import Draft

_LONGEST_HEADING = 100
_FEWEST = 2

_ENGLISH = ("first second third fourth fifth sixth seventh eighth ninth tenth eleventh "
            "twelfth").split()  # fmt: skip
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
    "Chapter 1": _Numbering(re.compile(r"(?:chapter|part|section)\s+(\d+)\b", re.I), int),
    "Chapter I": _Numbering(
        re.compile(r"(?:chapter|part|section)\s+([IVXLC]+)\b", re.I),
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
    return evolve(draft, body=body, markup="markdown")


def _headings(blocks: Sequence[Block]) -> frozenset[int]:
    """The places of the headings among the blocks."""
    lines = {at: line for at, block in enumerate(blocks) if (line := _single_line(block))}
    for numbering in _NUMBERINGS.values():
        numbered = [
            (at, numbering.number(found[1]))
            for at, line in lines.items()
            if (found := numbering.pattern.match(line))
        ]
        if _counts_from_one([number for _, number in numbered]) and _has_text_below(
            [at for at, _ in numbered], len(blocks)
        ):
            return frozenset(at for at, _ in numbered)
    return frozenset()


def _single_line(block: Block) -> str | None:
    """The line of a block that looks like a heading: short, alone, at most one sentence."""
    if not isinstance(block, Paragraph) or len(block.children) != 1:
        return None
    (child,) = block.children
    if not isinstance(child, Text) or len(child.text) > _LONGEST_HEADING:
        return None
    line = child.text.strip()
    inside = re.sub(r"^\w+[.)]\s", "", line).rstrip(".!?。！？")
    several = re.search(r"[.!?;]\s|[。！？；]", inside)
    return None if several or line.endswith((";", "；", ",", "，", ":", "：")) else line


def _counts_from_one(numbers: list[int]) -> bool:
    return len(numbers) >= _FEWEST and numbers == list(range(1, len(numbers) + 1))


def _has_text_below(places: list[int], end: int) -> bool:
    """Whether other blocks follow each heading; without them it is a list."""
    return all(
        following - place > 1 for place, following in zip(places, [*places[1:], end], strict=True)
    )
