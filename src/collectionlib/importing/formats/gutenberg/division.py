"""A book divided into its texts, what stands around them, and what is none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from attrs import evolve, frozen

from .chunks import Chunk
from .contents import Contents, find_contents
from .surroundings import Piece, divided_back, divided_front
from .titles import CHAPTER_WORDS, PART_WORDS, Title, is_heading, read_title, without_marks

__all__ = ["Division", "divide_book"]

_FEWEST_NUMBERED = 3
_FEWEST_NUMERALS = 5
_FEWEST_DIVIDED = 3
_LARGE_GAP = 4
_NOVEL_SHARE = 0.8
_SENTENCE = re.compile(r"[.!?]['\"’”»]?\s+\S|[,;:]$")


@frozen
class _Heading:
    """A heading that was found: the chunks from ``at`` up to ``end``."""

    at: int
    end: int
    title: Title
    part: str = ""


@frozen
class Division:
    """What a book consists of.

    Args:
        pieces: all of it, in order.
        headings: starts of the chunks that are headings inside a text.
        evidence: a sentence on how it was divided.
        warnings: about what was not found.
    """

    pieces: tuple[Piece, ...]
    headings: frozenset[int]
    evidence: str
    warnings: tuple[str, ...] = ()


Chapters = Literal["headings", "entries"]


def divide_book(chunks: Sequence[Chunk], book_title: str, chapters: Chapters) -> Division:
    """Divide a book.

    Args:
        chunks: what stands between its header and its footer.
        book_title: of an entry that is all of it.
        chapters: whether the chapters of a novel and the acts of a play are headings of one entry
            or entries.
    """
    contents = find_contents(chunks)
    warnings: tuple[str, ...] = ()
    if contents:
        headings, below, evidence = _by_contents(chunks, contents)
        if contents.missing:
            some = "; ".join(contents.missing[:5])
            warnings = (f"in the list of contents, but no headings in the text: {some}",)
    else:
        headings, below, evidence = _by_shape(chunks)
    if headings and chapters == "headings" and _is_novel(headings, chunks):
        below = frozenset({*below, *(c.start for h in headings for c in chunks[h.at : h.end])})
        first = _first_number(chunks, headings[0].at)
        headings = [_Heading(first, first, Title("", "", None, book_title))]
        evidence += "; they are the chapters of one text"
    if not headings:
        evidence = "no titles stand out: the book is one text"
    pieces = _pieces(chunks, headings, contents, book_title)
    return Division(tuple(pieces), below, evidence, warnings)


# --- by the list of contents --------------------------------------------------------------------


def _by_contents(
    chunks: Sequence[Chunk], contents: Contents
) -> tuple[list[_Heading], frozenset[int], str]:
    matches = contents.matches
    titles = [read_title(chunks[match.at].words) for match in matches]
    has_children = [
        not match.is_below and following is not None and following.is_below
        for match, following in zip(matches, [*matches[1:], None], strict=True)
    ]
    tops = sum(not match.is_below for match in matches)
    # Where most titles have others below them, those are the texts, and these are parts.
    has_parts = sum(has_children) >= 2 and 2 * sum(has_children) >= tops
    mostly_numbers = 2 * sum(not title.name for title in titles) > len(titles)
    headings: list[_Heading] = []
    below: set[int] = set()
    part = ""
    for place, (match, title) in enumerate(zip(matches, titles, strict=True)):
        following = matches[place + 1].at if place + 1 < len(matches) else len(chunks)
        is_part = (has_parts and has_children[place]) or (
            title.word in PART_WORDS and _is_bare(chunks, match.at + 1, following)
        )
        if is_part:
            part = without_marks(
                " ".join(c.words for c in chunks[match.at : following])
                if _is_bare(chunks, match.at + 1, following)
                else chunks[match.at].words
            )
            headings.append(_Heading(match.at, match.at + 1, title, "\0" + part))
        elif (match.is_below and not has_parts) or (not title.name and not mostly_numbers):
            below.add(chunks[match.at].start)
        else:
            headings.append(_extended(chunks, match.at, title, following, part))
    count = sum(not heading.part.startswith("\0") for heading in headings)
    return headings, frozenset(below), f"divided by {count} titles of its list of contents"


def _is_bare(chunks: Sequence[Chunk], first: int, end: int) -> bool:
    """Whether nothing but headings stands there."""
    return end - first <= 4 and all(
        is_heading(chunk) and len(chunk.words) < 100 for chunk in chunks[first:end]
    )


def _extended(
    chunks: Sequence[Chunk], at: int, title: Title, following: int, part: str
) -> _Heading:
    """A heading with the number above it, or the name below it."""
    if title.number is None and at and not read_title(chunks[at - 1].words).name:
        above = read_title(chunks[at - 1].words)
        if (
            above.number is not None
            and chunks[at].gap <= 3
            and chunks[at - 1].gap >= chunks[at].gap
        ):
            return _Heading(
                at - 1,
                at + 1,
                evolve(title, label=above.label, word=above.word, number=above.number),
                part,
            )
    if not title.name and at + 1 < following and title.word in CHAPTER_WORDS:
        below = chunks[at + 1]
        if is_heading(below) and len(below.lines) <= 2 and not below.words.endswith("."):
            name = without_marks(below.words)
            return _Heading(at, at + 2, evolve(title, name=name), part)
    return _Heading(at, at + 1, title, part)


# --- without one --------------------------------------------------------------------------------


def _by_shape(chunks: Sequence[Chunk]) -> tuple[list[_Heading], frozenset[int], str]:
    numbered = _numbered(chunks)
    if numbered:
        evidence = f"divided by {len(numbered)} headings that are numbered without a gap"
        return numbered, frozenset(), evidence
    divided = _set_off(chunks)
    if divided:
        evidence = f"divided by {len(divided)} headings with wide gaps above them"
        return divided, frozenset(), evidence
    return [], frozenset(), ""


def _numbered(chunks: Sequence[Chunk]) -> list[_Heading]:
    """Headings that count from one without a gap, of the kind that there is most of."""
    kinds: dict[tuple[str, bool], list[_Heading]] = {}
    for at, chunk in enumerate(chunks):
        if chunk.gap and is_heading(chunk) and len(chunk.lines) <= 2:
            title = read_title(chunk.words)
            if title.number is not None and not _SENTENCE.search(title.name):
                kind = (title.word, bool(title.name))
                kinds.setdefault(kind, []).append(_Heading(at, at + 1, title))
    best: list[_Heading] = []
    for (word, has_name), found in kinds.items():
        fewest = _FEWEST_NUMBERED if word or has_name else _FEWEST_NUMERALS
        numbers = [heading.title.number for heading in found]
        complete = numbers == list(range(1, len(found) + 1)) or (
            # Chapters may count from one again in every part.
            word in CHAPTER_WORDS and _counts_on(numbers)
        )
        if complete and len(found) >= max(fewest, len(best) + 1):
            best = found
    return [_extended(chunks, h.at, h.title, len(chunks), "") for h in best]


def _counts_on(numbers: Sequence[int | None]) -> bool:
    return all(
        number == 1 or (before is not None and number == before + 1)
        for before, number in zip([0, *numbers], numbers, strict=False)
    )


def _set_off(chunks: Sequence[Chunk]) -> list[_Heading]:
    """Headings with many blank lines above and few below."""
    found: list[_Heading] = []
    for at, chunk in enumerate(chunks):
        if chunk.gap < _LARGE_GAP or not _may_head(chunk) or at + 1 == len(chunks):
            continue
        end = at + 1
        while end + 1 < len(chunks) and chunks[end].gap < 2 and _is_capital(chunks[end]):
            end += 1
        text = " ".join(one.words for one in chunks[at:end])
        if chunks[end].gap < chunk.gap:
            found.append(_Heading(at, end, Title("", "", None, without_marks(text).rstrip("."))))
    return found if len(found) >= _FEWEST_DIVIDED else []


def _may_head(chunk: Chunk) -> bool:
    return (
        is_heading(chunk)
        and len(chunk.lines) <= 3
        and len(chunk.words) <= 100
        and not _SENTENCE.search(chunk.words)
        and not chunk.words.startswith(("[", "*"))
        and (_is_capital(chunk) or not chunk.words.endswith((".", "!", "?")))
    )


def _is_capital(chunk: Chunk) -> bool:
    return is_heading(chunk) and chunk.words.isupper() and len(chunk.words) <= 80


# --- pieces -------------------------------------------------------------------------------------


def _is_novel(headings: Sequence[_Heading], chunks: Sequence[Chunk]) -> bool:
    texts = [heading for heading in headings if not heading.part.startswith("\0")]
    chapters = sum(heading.title.word in CHAPTER_WORDS for heading in texts)
    if chapters >= _NOVEL_SHARE * len(texts):
        return True
    bare = sum(not heading.title.name and not heading.title.word for heading in texts)
    if bare < _NOVEL_SHARE * len(texts):
        return False
    inside = chunks[texts[0].at :]
    return 2 * sum(chunk.is_prose for chunk in inside) > len(inside) - len(texts)


def _first_number(chunks: Sequence[Chunk], at: int) -> int:
    """Where a novel begins: at the act above its first scene, or the part above its chapter."""
    while at and read_title(chunks[at - 1].words).word in CHAPTER_WORDS | PART_WORDS:
        at -= 1
    return at


def _pieces(
    chunks: Sequence[Chunk],
    headings: Sequence[_Heading],
    contents: Contents | None,
    book_title: str,
) -> list[Piece]:
    first = headings[0].at if headings else None
    listed = range(contents.first, contents.end) if contents else range(0)
    pieces = divided_front(chunks, first, listed, book_title)
    if first is None:
        start = sum(piece.end - piece.first for piece in pieces)
        if start == len(chunks):
            return []
        headings = [_Heading(start, start, Title("", "", None, book_title))]
    for heading, following in zip(headings, [*headings[1:], None], strict=True):
        end = following.at if following else len(chunks)
        if heading.part.startswith("\0"):
            part = heading.part[1:]
            if _is_bare(chunks, heading.at, end):
                pieces.append(Piece(heading.at, end, end, change="part-titles"))
                continue
            heading = evolve(heading, part=part)
        title = heading.title.name or heading.title.label
        pieces.append(
            Piece(heading.at, heading.end, end, title=title, label=heading.title.label,
                  part=heading.part)
        )  # fmt: skip
    return [*pieces[:-1], *divided_back(chunks, pieces[-1], listed)]
