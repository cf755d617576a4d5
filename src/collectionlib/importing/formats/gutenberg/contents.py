"""The list of contents of a book, and the headings in the text that it names."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from attrs import frozen

from .chunks import Chunk
from .titles import is_heading, keys, read_title

__all__ = ["Contents", "Match", "find_contents", "is_contents_heading"]

_HEADING = re.compile(
    r"_?(?:table of )?contents(?:\b.{1,60})?|index|inhalt|inhaltsverzeichnis|"
    r"table(?: des mati[eè]res)?|sis[aä]llys(?:luettelo)?|sis[aä]lt[oö]|contenido|[ií]ndice|"
    r"inhoud|innehåll|indhold|tabla de materias",
    re.IGNORECASE,
)
# Dots or blanks that lead to the number of a page.
_PAGE = re.compile(
    r"(?:[\s.·…_]*[.·…_]\s*|\s{2,}|\t)_?(?:p(?:age|\.)?_?\s*)?(?:\d{1,4}|[ivxlc]{1,7})\s*$"
)
_NUMBER_BEHIND = re.compile(r"\s+\d{1,4}\s*$")
_MOST_LINES_OF_A_TITLE = 3
_FEWEST = 3
_FEWEST_UNDER_A_HEADING = 2
_LONGEST_LIST = 4_000
"""Lines; a list with more is no list of contents."""


@frozen
class Match:
    """A title of the list, and the chunk that is its heading.

    Args:
        at: index of the chunk.
        is_below: whether the list sets it below another title.
    """

    at: int
    is_below: bool


@frozen
class Contents:
    """A list of contents that was found.

    Args:
        first: index of its first chunk.
        end: index behind its last one.
        matches: in the order of the text.
        missing: titles that were not found.
    """

    first: int
    end: int
    matches: tuple[Match, ...]
    missing: tuple[str, ...]


@frozen
class _Line:
    text: str
    column: int
    name_column: int


def is_contents_heading(chunk: Chunk) -> bool:
    """Whether a chunk says that contents follow."""
    return _HEADING.fullmatch(chunk.lines[0].strip().strip("_.:= ")) is not None


def find_contents(chunks: Sequence[Chunk]) -> Contents | None:
    """The list of contents whose titles stand in the text again.

    Args:
        chunks: of the whole book.
    """
    index = _index(chunks)
    best: Contents | None = None
    for first, end, share, fewest in _regions(chunks):
        lines = list(_lines(chunks[first:end]))
        if len(lines) > _LONGEST_LIST:
            continue
        found = _matched(lines, first, end, chunks, index)
        wanted = max(fewest, share * (len(found.matches) + len(found.missing)))
        if len(found.matches) >= wanted and (
            best is None or len(found.matches) > len(best.matches)
        ):
            best = found
    return best


def _regions(chunks: Sequence[Chunk]) -> Iterator[tuple[int, int, float, int]]:
    """Where a list may stand, and what share of its titles has to be found."""
    for at, chunk in enumerate(chunks):
        if is_contents_heading(chunk):
            yield at, _end_of_list(chunks, at), 0.4, _FEWEST_UNDER_A_HEADING
    for at, chunk in enumerate(chunks):
        if chunk.is_prose:
            break
        if len(chunk.lines) >= _FEWEST:
            yield at, at + 1, 0.8, _FEWEST


def _end_of_list(chunks: Sequence[Chunk], first: int) -> int:
    """Where the titles begin again, or prose begins, or the gap is wider than those in the list."""
    seen: set[str] = set()
    count, widest = 0, 2
    at = first
    for at in range(first, len(chunks)):
        chunk = chunks[at]
        if at > first and (chunk.is_prose and not _has_pages(chunk)):
            # The heading of that prose is none of the list.
            while at > first + 1 and chunks[at].gap < 3 and is_heading(chunks[at - 1]):
                at -= 1
            return at
        if count >= 4 and chunk.gap >= 3 and chunk.gap > widest:
            return at
        lines = chunk.lines[1:] if at == first else chunk.lines
        for line in lines:
            own = set(keys(_without_page(line)))
            if len(chunk.lines) == 1 and count >= 2 and not own.isdisjoint(seen):
                return at
            if count < 5:
                seen |= {key for key in own if not key.endswith(" ")}
            count += 1
        if at > first + 1:
            widest = max(widest, chunk.gap)
    return at + 1


def _has_pages(chunk: Chunk) -> bool:
    return 2 * sum(_without_page(line) != line.strip() for line in chunk.lines) >= len(chunk.lines)


def _lines(chunks: Sequence[Chunk]) -> Iterator[_Line]:
    for chunk in chunks:
        for line in chunk.lines:
            text = _without_page(line)
            column = len(line) - len(line.lstrip())
            label = read_title(text).label
            name = text[len(label) :]
            yield _Line(text, column, column + len(text) - len(name.lstrip()))


def _without_page(line: str) -> str:
    without = _PAGE.sub("", line)
    if without == line and re.search("[^\\W\\d_]", line):
        without = _NUMBER_BEHIND.sub("", line)
    return (without if without.strip() else line).strip()


def _index(chunks: Sequence[Chunk]) -> dict[str, list[int]]:
    """The chunks that may be headings, by their keys."""
    index: dict[str, list[int]] = {}
    for at, chunk in enumerate(chunks):
        if (at and not chunk.gap) or not is_heading(chunk):
            continue
        texts = [chunk.words]
        if len(chunk.lines) > 1:
            # A title with what stands below it: a motto, a place, the translator.
            texts += [chunk.lines[0], " ".join(chunk.lines[:2])]
        own = {key for text in texts for key in keys(text)}
        title = read_title(chunk.words)
        if title.number is not None and not title.name and at + 1 < len(chunks):
            below = chunks[at + 1]
            if below.gap <= 3 and is_heading(below):
                own |= {key for key in keys(f"{title.label} {below.words}") if " " in key}
        for key in own:
            index.setdefault(key, []).append(at)
    return index


def _matched(
    lines: Sequence[_Line],
    first: int,
    end: int,
    chunks: Sequence[Chunk],
    index: dict[str, list[int]],
) -> Contents:
    """The titles of the list with their headings, each behind the one before."""
    options: list[tuple[_Line, int, list[int]]] = []
    missing: list[str] = []
    at = 0
    while at < len(lines):
        size, places = _places(lines, at, index, first, end, chunks)
        if places:
            options.append((lines[at], at, places))
        elif re.search(r"[^\W\d_]", lines[at].text) and not _HEADING.fullmatch(
            lines[at].text.strip("_.:= ")
        ):
            missing.append(lines[at].text)
        at += size
    chosen = _rising([places for _, _, places in options])
    matches: list[Match] = []
    is_ragged = len({line.column for line, _, _ in options}) > 4
    base = options[0][0] if options else None
    taken = {place for place in chosen if place is not None}
    for (line, _, places), place in zip(options, chosen, strict=True):
        if place is None:
            # A title that is listed twice stands in the text once.
            if taken.isdisjoint(places):
                missing.append(line.text)
            continue
        is_below = (
            base is not None
            and not is_ragged
            and line.column > base.column
            and line.name_column > base.name_column
        )
        matches.append(Match(place, is_below))
    return Contents(first, end, tuple(matches), tuple(missing))


def _places(
    lines: Sequence[_Line],
    at: int,
    index: dict[str, list[int]],
    first: int,
    end: int,
    chunks: Sequence[Chunk],
) -> tuple[int, list[int]]:
    """How many lines a title takes, and the chunks that may be its heading."""
    for size in range(min(_MOST_LINES_OF_A_TITLE, len(lines) - at), 0, -1):
        text = " ".join(line.text for line in lines[at : at + size])
        for key in keys(text):
            places = [place for place in index.get(key, ()) if not first <= place < end]
            # Where a title stands in several places, headings stand out.
            clear = [place for place in places if chunks[place].gap >= 2]
            if places:
                return size, clear or places
    return 1, []


def _rising(options: Sequence[Sequence[int]]) -> list[int | None]:
    """One of the options of each, so that as many as can be rise; `None` for the others."""
    tails: list[int] = []
    ends: list[tuple[int, int]] = []
    before: dict[tuple[int, int], tuple[int, int] | None] = {}
    for number, places in enumerate(options):
        # Later places first, so that one title takes only one place.
        for place in sorted(set(places), reverse=True):
            length = bisect_left(tails, place)
            node = (number, place)
            before[node] = ends[length - 1] if length else None
            if length == len(tails):
                tails.append(place)
                ends.append(node)
            else:
                tails[length] = place
                ends[length] = node
    chosen: list[int | None] = [None] * len(options)
    step = ends[-1] if ends else None
    while step:
        chosen[step[0]] = step[1]
        step = before[step]
    return chosen
