"""Poems and short texts with titles: underlined, or behind big gaps."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from attrs import evolve

from ...draft import Removal
from ...headings import find_headings, underline_of
from ...wrapping import is_filled
from ..pieces import Division, Lines
from .signs import SPEAKS

__all__ = ["BIG_GAP", "by_gaps", "by_underlined_titles"]

BIG_GAP = re.compile(r"(?:\r\n|\n|\r)[^\S\r\n]*(?:\r\n|\n|\r)[^\S\r\n]*[\r\n]")
"""Two blank lines or more: without any there is no gap to look at."""

_FEWEST_POEMS = 3
_FEWEST_TITLED = 10
_LONGEST_TITLE = 80
_VERSE = 65
_NARROWEST = 40


def by_underlined_titles(lines: Lines) -> Division | None:
    """Titles that are underlined, with verse below each."""
    found = [
        at
        for at, words in enumerate(lines.words[:-1])
        if words
        and (at == 0 or not lines.words[at - 1])
        and underline_of(words, lines.words[at + 1])
    ]
    if len(found) < _FEWEST_POEMS or any(lines.words[: found[0]]):
        return None
    ends = [*found[1:], len(lines.words)]
    bodies = [lines.words[at + 2 : end] for at, end in zip(found, ends, strict=True)]
    if not all(map(_is_verse, bodies)):
        return None
    pieces = tuple(
        evolve(
            lines.piece(at, end, at + 2, lines.words[at]),
            removed=(Removal("split", lines.words[at + 1]),),
        )
        for at, end in zip(found, ends, strict=True)
    )
    return Division(pieces, f"{len(pieces)} underlined titles with verse below each")


def by_gaps(lines: Lines) -> Division | None:
    """Titles behind bigger gaps than any inside the texts."""
    least = max(_gaps(lines), default=0)
    while least > 1:
        groups = lines.groups(least)
        if len(groups) >= _FEWEST_POEMS:
            return _titled_groups(lines, groups, least)
        least -= 1
    return None


def _gaps(lines: Lines) -> Iterator[int]:
    filled = [at for at, words in enumerate(lines.words) if words]
    for at, following in pairwise(filled):
        if following - at > 2:
            yield min(following - at - 1, 10)


def _titled_groups(lines: Lines, groups: Sequence[tuple[int, int]], gap: int) -> Division | None:
    titled = [_title_end(lines, first, end) for first, end in groups]
    titles = {lines.words[first].casefold() for first, _ in groups}
    if not all(titled) or len(titles) < len(groups):
        return None
    bodies = [lines.words[body:end] for body, (_, end) in zip(titled, groups, strict=True) if body]
    is_verse = all(map(_is_verse, bodies))
    if not is_verse and (gap < 3 or len(groups) < _FEWEST_TITLED):
        return None
    # Chapters that count are chapters of one text.
    if not is_verse and find_headings([line.rstrip() for line in lines.raw]):
        return None
    pieces = tuple(
        lines.piece(first, end, body, lines.words[first])
        for body, (first, end) in zip(titled, groups, strict=True)
        if body
    )
    kind = "verse" if is_verse else "text"
    return Division(
        pieces, f"{len(pieces)} titles with {kind} below, behind {gap} or more blank lines each"
    )


def _title_end(lines: Lines, first: int, end: int) -> int | None:
    """The line behind a title and its blank line; `None` where there is none."""
    words = lines.words[first]
    if end - first < 4 or lines.words[first + 1] or len(words) > _LONGEST_TITLE:
        return None
    if words.endswith((".", ",", ";", ":", "。", "，", "；", "：")):
        return None
    return first + 2


def _is_verse(body: Sequence[str]) -> bool:
    filled = [words for words in body if words]
    if len(filled) < 3 or max(map(len, filled)) > _VERSE:
        return False
    if _is_wrapped(filled):
        return False
    listed = sum(words[0] in "-*•+" or words[0].isdecimal() for words in filled)
    spoken = sum(SPEAKS.match(words) is not None for words in filled)
    return 3 * listed < len(filled) and 2 * spoken < len(filled)


def _is_wrapped(lines: Sequence[str]) -> bool:
    """Whether lines are full, and many go on in the middle of a sentence: prose."""
    width = max(map(len, lines))
    pairs = list(pairwise(lines))
    full = sum(is_filled(line, after, width) for line, after in pairs)
    going_on = sum(after[0].islower() for _, after in pairs)
    return width >= _NARROWEST and 2 * full > len(pairs) and 3 * going_on > len(pairs)
