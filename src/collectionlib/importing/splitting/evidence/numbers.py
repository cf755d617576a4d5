"""Texts that are numbered from one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median

from ...draft import Removal
from ..pieces import Division, Lines, Piece
from .signs import LONGEST_SHORT, SENTENCE_ENDS, SPEAKS, after_title, only_a_title

__all__ = ["NUMBER_STARTS", "by_number"]

_NUMBERED = re.compile(
    r"""(?P<label>[#№]\s?|(?:[Jj]oke|[Rr]iddle|[Pp]roverb|[Qq]uote|[Aa]necdote|[Ww]itz|
        [Аа]некдот|[Шш]утка|[Bb]lague|[Cc]histe|笑话|笑話|谜语|謎語)\s{0,2}[#№]?\s?)?
        (?P<number>\d{1,5})
        (?:[.):、．]\s*(?=\D|\Z)|\s*\Z)""",
    re.VERBOSE,
)
_FEWEST_LABELLED = 3
_FEWEST_TALKS = 5
_FEWEST_NUMBERED = 20
_LIST_LINE = 400


def by_number(lines: Lines) -> Division | None:
    """Short texts numbered from one without a gap, and nothing before them but a title."""
    found = [
        (at, match)
        for at, words in enumerate(lines.words)
        if words and words[0] in NUMBER_STARTS
        if not lines.raw[at][0].isspace() and (match := _NUMBERED.match(words))
    ]
    chain: list[tuple[int, re.Match[str]]] = []
    for at, match in found:
        if int(match["number"]) == len(chain) + 1:
            chain.append((at, match))
    if len(chain) < _FEWEST_LABELLED or not only_a_title(lines, chain[0][0]):
        return None
    places = [at for at, _ in chain]
    ends = [*places[1:], len(lines.words)]
    bodies = [_below(lines, at, end, match) for (at, match), end in zip(chain, ends, strict=True)]
    if not all(bodies) or not _are_texts([match for _, match in chain], bodies):
        return None
    pieces = [
        _numbered_piece(lines, at, end, match) for (at, match), end in zip(chain, ends, strict=True)
    ]
    return after_title(
        lines, places[0], pieces, f"{len(chain)} short texts numbered from 1 without a gap"
    )


NUMBER_STARTS = frozenset("0123456789#№JjRrPpQqAaWwАаШшBbCc笑谜謎")


def _below(lines: Lines, at: int, end: int, match: re.Match[str]) -> list[str]:
    first = lines.words[at][match.end() :].strip()
    return [words for words in (first, *lines.words[at + 1 : end]) if words]


def _are_texts(matches: Sequence[re.Match[str]], bodies: Sequence[Sequence[str]]) -> bool:
    sizes = [sum(map(len, body)) for body in bodies]
    count = len(bodies)
    if median(sizes) > _LIST_LINE or max(sizes) > LONGEST_SHORT:
        return False
    # A number and a few words with text below are the heading of a section.
    headed = sum(
        len(body) > 1 and match.end() < len(match.string) and not body[0].endswith(SENTENCE_ENDS)
        for match, body in zip(matches, bodies, strict=True)
    )
    if 3 * headed > count:
        return False
    if all(match["label"] for match in matches):
        return True
    if sum(_is_talk(body) for body in bodies) > 0.5 * count:
        return count >= _FEWEST_TALKS
    ended = sum(body[-1].endswith(SENTENCE_ENDS) for body in bodies)
    return count >= _FEWEST_NUMBERED and ended >= 0.9 * count


def _is_talk(body: Sequence[str]) -> bool:
    """Whether somebody answers somebody, as in most jokes."""
    return len(body) > 1 and sum(SPEAKS.match(line) is not None for line in body) > 1


def _numbered_piece(lines: Lines, at: int, end: int, match: re.Match[str]) -> Piece:
    line = lines.raw[at]
    behind = len(line) - len(line.lstrip()) + match.end()
    start = lines.starts[at] + behind
    removed = (Removal("split", match[0].strip()),)
    # The number is no part of the raw text: it moves when a text is inserted before.
    return Piece(start, lines.starts[end], start, None, removed)
