"""The body of a text: its lines joined, its headings and emphasis marked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from attrs import evolve, frozen

from ....markup import markdown, plain
from ....markup.blocks import (
    Block,
    Emphasis,
    Heading,
    Inline,
    LineBreak,
    Paragraph,
    Strong,
    Text,
    Verse,
)
from ....model import Markup
from ...draft import Removal
from ...wrapping import join_wrapped_lines
from .chunks import Chunk
from .titles import CHAPTER_WORDS, is_heading, read_title, without_marks

__all__ = ["Body", "Notation", "body_of", "notation_of"]

_EMPHASIS = re.compile(r"(?<![\w_])_(?=[^\s_])([^_]{1,2000})(?<=\S)_(?![\w_])")
_STRONG = re.compile(r"(?<![\w=])=(?=[^\s=])([^=\n]{1,200})(?<=[^\s=])=(?![\w=])")
_BRACES = re.compile(r"[ \t]?\{\s?(?:Pg\.? |p\. ?|page )?(\d{1,4})\s?\}", re.IGNORECASE)
_BRACKETS = re.compile(r"[ \t]?\[\s?(?:Pg\.?|p\.|page|Seite|S\.)\s?(\d{1,4})\s?\]", re.IGNORECASE)
_PICTURE = re.compile(r"\[(?:Illustration|Abbildung|Kuva)\]")
_FEWEST_PAGES = 3
_FEWEST_STRONG = 2
_LONGEST_HEADING = 80


@frozen
class Notation:
    """How a book is written.

    Args:
        width: at which its lines were wrapped.
        pages: patterns of the numbers of its pages.
        has_strong: whether equals signs stand around bold words.
    """

    width: int | None
    pages: tuple[re.Pattern[str], ...]
    has_strong: bool


@frozen
class Body:
    """A body, and what was done to make it.

    Args:
        text: in the notation that ``markup`` names.
        markup: ``plain`` where nothing in it is structure.
        changes: names of what was done.
        removed: what was taken away.
    """

    text: str
    markup: Markup
    changes: tuple[str, ...]
    removed: tuple[Removal, ...]


def notation_of(text: str, width: int | None) -> Notation:
    """How the text of a book is written: numbers of pages are some only if they rise."""
    pages = tuple(pattern for pattern in (_BRACES, _BRACKETS) if _rises(pattern, text))
    strong = sum(1 for _ in zip(range(_FEWEST_STRONG), _STRONG.finditer(text), strict=False))
    return Notation(width, pages, strong == _FEWEST_STRONG)


def _rises(pattern: re.Pattern[str], text: str) -> bool:
    numbers = [int(found[1]) for found in pattern.finditer(text)]
    rising = sum(a < b for a, b in pairwise(numbers))
    return len(numbers) >= _FEWEST_PAGES and rising >= 0.9 * (len(numbers) - 1)


def body_of(chunks: Sequence[Chunk], headings: frozenset[int], notation: Notation) -> Body:
    """The body that chunks are.

    Args:
        chunks: of the text, without its title.
        headings: starts of those that are known to be headings.
        notation: of the book.
    """
    removed: list[Removal] = []
    kept: list[tuple[Chunk, str]] = []
    for chunk in chunks:
        text = _cleaned("\n".join(line.rstrip() for line in chunk.lines), notation, removed)
        if text.strip():
            kept.append((chunk, text))
    blocks = list(_blocks(kept, headings, notation))
    changes = tuple(dict.fromkeys(removal.change for removal in removed))
    if any(map(_is_structure, blocks)):
        changes = (*changes, "gutenberg-markup")
        return Body(markdown.render(blocks), "markdown", changes, tuple(removed))
    return Body(_plain_text(kept), "plain", changes, tuple(removed))


def _plain_text(kept: Sequence[tuple[Chunk, str]]) -> str:
    """The lines as they stand, with the blank ones between them."""
    return "".join(
        text if not place else "\n" * (max(chunk.gap, 1) + 1) + text
        for place, (chunk, text) in enumerate(kept)
    )


def _cleaned(text: str, notation: Notation, removed: list[Removal]) -> str:
    for pattern in notation.pages:
        removed += [Removal("page-numbers", one[0].strip()) for one in pattern.finditer(text)]
        text = pattern.sub("", text)
    if text.strip() and _PICTURE.fullmatch(text.strip()):
        removed.append(Removal("illustrations", text.strip()))
        return ""
    return text


# --- blocks -------------------------------------------------------------------------------------


def _blocks(
    kept: Sequence[tuple[Chunk, str]], headings: frozenset[int], notation: Notation
) -> Iterator[Block]:
    last = len(kept) - 1
    number = ""
    for place, (chunk, text) in enumerate(kept):
        if chunk.start in headings or (place < last and _heads(chunk, place)):
            words = " ".join((number + text).split())
            number = ""
            if _is_number(chunk) and place < last and _is_name(kept[place + 1][0], headings):
                # "CHAPTER I" above "THE LAMP" is one heading.
                number = f"{words} "
            else:
                yield Heading(_level(words), tuple(_inlines(words, notation)))
            continue
        if notation.width is not None:
            text = join_wrapped_lines(text, notation.width)
        if 0 < place < last:
            # Between others, so that a mark of a break is one.
            _, block, _ = plain.parse(f"x\n\n{text}\n\nx")
            yield _marked(block, notation)
        else:
            yield from (_marked(block, notation) for block in plain.parse(text))


def _heads(chunk: Chunk, place: int) -> bool:
    """Whether a chunk is a heading by its own looks: a number, or capitals that stand alone."""
    text = chunk.words
    if not is_heading(chunk) or len(text) > _LONGEST_HEADING or len(chunk.lines) > 2:
        return False
    title = read_title(text)
    if title.number is not None and title.label and not text.isdecimal():
        return title.word in CHAPTER_WORDS or not title.name or title.name.isupper()
    return (
        len(chunk.lines) == 1
        and (place == 0 or chunk.gap >= 2)
        and text.isupper()
        and not text.endswith(("!", "?", '"', "”", ":", "-"))
        and sum(map(str.isalpha, text)) > 3
    )


def _is_number(chunk: Chunk) -> bool:
    title = read_title(chunk.words)
    return title.number is not None and not title.name


def _is_name(chunk: Chunk, headings: frozenset[int]) -> bool:
    return chunk.start in headings and read_title(chunk.words).number is None


def _level(words: str) -> int:
    word = read_title(without_marks(words)).word
    return 2 if word in _SCENES else 1


_SCENES = frozenset({"scene", "szene", "scène", "escena", "scena", "kohtaus"})


def _marked(block: Block, notation: Notation) -> Block:
    """A block with its emphasis."""
    match block:
        case Paragraph(children):
            return evolve(block, children=tuple(_inlines(_lines_of(children), notation)))
        case Verse(lines):
            inlines = _inlines("\n".join(map(_lines_of, lines)), notation)
            return Verse(tuple(map(tuple, _divided(inlines))))
        case _:
            return block


def _lines_of(children: Iterable[Inline]) -> str:
    return plain.render([Paragraph(tuple(children))])


def _inlines(text: str, notation: Notation) -> list[Inline]:
    children: list[Inline] = []
    end = 0
    for found in _EMPHASIS.finditer(text):
        children += _strong(text[end : found.start()], notation)
        for place, line in enumerate(found[1].split("\n")):
            children += [LineBreak()] if place else []
            children += [Emphasis((Text(line.strip()),))] if line.strip() else []
        end = found.end()
    return [*children, *_strong(text[end:], notation)]


def _strong(text: str, notation: Notation) -> Iterator[Inline]:
    end = 0
    for found in _STRONG.finditer(text) if notation.has_strong else ():
        yield from _broken(text[end : found.start()])
        yield Strong((Text(found[1]),))
        end = found.end()
    yield from _broken(text[end:])


def _broken(text: str) -> Iterator[Inline]:
    for place, line in enumerate(text.split("\n")):
        if place:
            yield LineBreak()
        if line:
            yield Text(line)


def _divided(inlines: Sequence[Inline]) -> list[list[Inline]]:
    lines: list[list[Inline]] = [[]]
    for node in inlines:
        if isinstance(node, LineBreak):
            lines.append([])
        else:
            lines[-1].append(node)
    return [line for line in lines if line]


def _is_structure(block: Block) -> bool:
    match block:
        case Heading():
            return True
        case Paragraph(children):
            return any(isinstance(node, Emphasis | Strong) for node in children)
        case Verse(lines):
            return any(isinstance(node, Emphasis | Strong) for line in lines for node in line)
        case _:
            return False
