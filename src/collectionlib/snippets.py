"""What a search shows of a text: the places around the words that were sought."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from attrs import frozen

from .words import places

__all__ = ["Place", "Snippet", "snippets"]

Place: TypeAlias = tuple[int, int]
"""Beginning and end in a text, in characters."""

_LENGTH = 160
_AT_MOST = 3
_BEFORE = 3
"""Of a snippet the part, one in so many, that stands before the first word."""
_FAR = 20
"""Characters in which the border of a word is looked for."""


@frozen
class Snippet:
    """A part of a text, on one line.

    Args:
        text: with single blanks, and ellipses where the whole goes on.
        matches: where the words stand in it.
        start: where it begins in the whole.
        end: where it ends in the whole.
    """

    text: str
    matches: tuple[Place, ...]
    start: int
    end: int


def snippets(
    text: str, words: tuple[str, ...], *, length: int = _LENGTH, at_most: int = _AT_MOST
) -> tuple[Snippet, ...]:
    """The parts of a text in which words stand: as many as show each of them, but no more.

    Args:
        text: where to look.
        words: what was sought.
        length: characters of a part, without the ellipses.
        at_most: so many parts. Where no word stands in the text, its beginning is the only one.

    >>> [one] = snippets("One two three four five six", ("four",), length=16)
    >>> one.text, one.matches
    ('… three four five…', ((8, 12),))
    """
    found = places(text, words)
    parts: list[Snippet] = []
    shown: set[str] = set()
    for place in found or [(0, 0)]:
        if len(parts) == at_most:
            break
        word = text[place[0] : place[1]].casefold()
        if word in shown or (parts and place[0] < parts[-1].end):
            continue
        part = _snippet(text, _around(text, place, length, parts), found)
        inside = [each for each in found if part.start <= each[0] and each[1] <= part.end]
        shown |= {text[start:end].casefold() for start, end in inside} | {word}
        parts.append(part)
    return tuple(parts)


def _around(text: str, place: Place, length: int, before: Sequence[Snippet]) -> Place:
    least = before[-1].end if before else 0
    start = max(place[0] - length // _BEFORE, least)
    start = _word_border(text, start, least) if start else 0
    end = max(_word_border(text, start + length, place[1]), place[1])
    return start, min(end, len(text))


def _word_border(text: str, near: int, least: int) -> int:
    """Where a word begins or ends at or shortly before a place; the place, where none does."""
    if near >= len(text):
        return len(text)
    for place in range(near, max(near - _FAR, least) - 1, -1):
        if text[place].isspace():
            return place
    return near


def _snippet(text: str, part: Place, found: Sequence[Place]) -> Snippet:
    start, end = part
    line, at = _on_one_line(text, start, end)
    before, after = "… " if start else "", "…" if end < len(text.rstrip()) else ""
    matches = tuple(
        (at[first - start] + len(before), at[last - start] + len(before))
        for first, last in found
        if start <= first and last <= end
    )
    return Snippet(f"{before}{line}{after}", matches, start, end)


def _on_one_line(text: str, start: int, end: int) -> tuple[str, list[int]]:
    """A part with single blanks, and where each of its characters stands in that."""
    line = ""
    at: list[int] = []
    for character in text[start:end]:
        at.append(len(line))
        if not character.isspace():
            line += character
        elif line and not line.endswith(" "):
            line += " "
    at.append(len(line))
    stripped = line.rstrip()
    return stripped, [min(place, len(stripped)) for place in at]
