"""The ordered rules by which lines are headings, each with its reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from attrs import frozen

from ...identity import cjk_number
from .keywords import Numbered, Rank, numbered_by_keyword
from .numerals import number_of, roman_number

__all__ = ["Found", "Outline", "find_headings", "underline_of"]

_LONGEST_HEADING = 100
_LONGEST_ABOVE_TEXT = 60
_FEWEST = 2
_FEWEST_BARE = 3
_FEWEST_CAPITALS = 3
_NO_END_OF_HEADING = (";", "；", ",", "，", ":", "：")
_UNDERLINE = re.compile(r"(?:={3,}|-{3,}|~{3,}|\^{3,}|—{3,}|─{3,}|＝{3,}|‾{3,}|¯{3,})[ \t]*\Z")


@frozen
class Found:
    """A heading among lines.

    Args:
        first: index of its line.
        end: index of the line behind it and its underline.
        level: 1 is the highest.
        title: its words.
    """

    first: int
    end: int
    level: int
    title: str


@frozen
class Outline:
    """The headings of a text in order, and a sentence that says why they are some."""

    headings: tuple[Found, ...]
    reason: str


def find_headings(lines: Sequence[str]) -> Outline | None:
    """The headings among the lines of a text; `None` where no rule proves any.

    >>> outline = find_headings(["Chapter 1", "", "It began.", "", "Chapter 2", "", "It ended."])
    >>> outline.reason, [found.title for found in outline.headings]
    ("2 headings 'Chapter N' that count from 1", ['Chapter 1', 'Chapter 2'])
    """
    blocks = _blocks(lines)
    if len(blocks) < 2:
        return None
    for rule in _RULES:
        if outline := rule(blocks):
            return outline
    return None


def underline_of(title: str, line: str) -> str | None:
    """The mark that a line underlines a title with; `None` where it does not.

    >>> underline_of("A wish", "======"), underline_of("A longer line", "---")
    ('=', None)
    """
    if not line or line[0].isalnum() or not _UNDERLINE.match(line):
        return None
    title, line = title.strip(), line.strip()
    if not title or len(title) > _LONGEST_HEADING or not any(map(str.isalnum, title)):
        return None
    # A wide letter takes two columns, and not everybody counts.
    fits = len(title) - 2 <= len(line) <= max(2 * len(title), 5)
    return line[0] if fits else None


@frozen
class _Block:
    """Lines without a blank one between them.

    Args:
        place: index of the block.
        first, end: of its lines.
        head: its first line, if that is short enough for a heading, else nothing.
        second: its second line, if there is one.
        last: its last line.
    """

    place: int
    first: int
    end: int
    head: str
    second: str
    last: str

    @property
    def alone(self) -> bool:
        return self.end - self.first == 1


def _blocks(lines: Sequence[str]) -> list[_Block]:
    blocks: list[_Block] = []
    first = None
    for at, line in enumerate((*lines, "")):
        if line and not line.isspace():
            if first is None:
                first = at
        elif first is not None:
            top = lines[first]
            head = top.strip() if len(top) <= _LONGEST_HEADING else ""
            second = lines[first + 1] if at - first > 1 else ""
            blocks.append(_Block(len(blocks), first, at, head, second, lines[at - 1]))
            first = None
    return blocks


def _heading(block: _Block, level: int = 1) -> Found:
    return Found(block.first, block.first + 1, level, block.head)


# --- underlined ---------------------------------------------------------------------------------


def _underlined(blocks: Sequence[_Block]) -> Outline | None:
    marked = [
        (block, mark)
        for block in blocks
        if block.head and block.second and (mark := underline_of(block.head, block.second))
    ]
    if not marked or (len(marked) == 1 and abs(_length_gap(marked[0][0])) > 2):
        return None
    # Nothing below the last of them: a signature, or a rule at the end.
    last = marked[-1][0]
    if last.place == len(blocks) - 1 and last.end - last.first == 2 and len(marked) == 1:
        return None
    marks = list(dict.fromkeys(mark for _, mark in marked))
    if len(marked) == 1 and _is_framed(marks[0], marked[0][0], blocks):
        return None
    headings = tuple(
        Found(block.first, block.first + 2, min(marks.index(mark) + 1, 6), block.head)
        for block, mark in marked
    )
    return Outline(headings, f"{_headings(len(headings))} underlined with {' or '.join(marks)}")


def _is_framed(mark: str, underlined: _Block, blocks: Sequence[_Block]) -> bool:
    """Whether another line of the same marks stands above: then they frame a part."""
    return any(
        line.strip(mark + " ") == "" and len(line) > 2
        for block in blocks[: underlined.place]
        for line in (block.head, block.second, block.last)
    )


def _length_gap(block: _Block) -> int:
    return len(block.second.strip()) - len(block.head)


# --- "Chapter 1" --------------------------------------------------------------------------------


def _by_keyword(blocks: Sequence[_Block]) -> Outline | None:
    """Words with numbers; those of a lower rank may count anew below each of a higher one."""
    lines = [
        (block, numbered)
        for block in blocks
        if block.head
        and (numbered := numbered_by_keyword(block.head))
        and _may_head(block, numbered)
    ]
    if len(lines) < _FEWEST:
        return None
    lines = _without_contents(lines)
    kept: list[tuple[_Block, Numbered]] = []
    reasons: list[str] = []
    for rank in Rank:
        chain = _keyword_chain(rank, lines, [block.place for block, _ in kept])
        others = sum(numbered.rank is rank for _, numbered in lines) - len(chain)
        if len(chain) >= _FEWEST and others < len(chain):
            kept += chain
            reasons.append(f"{_headings(len(chain))} '{chain[0][1].label}' that count from 1")
    kept.sort(key=lambda pair: pair[0].place)
    if not kept or not _has_text_at_end(kept[-1][0], len(blocks)):
        return None
    levels = {
        rank: level for level, rank in enumerate(sorted({line.rank for _, line in kept}), start=1)
    }
    headings = tuple(_heading(block, levels[numbered.rank]) for block, numbered in kept)
    return Outline(headings, "; ".join(reasons))


def _may_head(block: _Block, numbered: Numbered) -> bool:
    if block.head.endswith(_NO_END_OF_HEADING) or not _is_one_sentence(block.head):
        return False
    if block.alone:
        return True
    rest = block.head[numbered.end :].strip()
    return len(block.head) <= _LONGEST_ABOVE_TEXT and not rest.rstrip(".").endswith((",", "-"))


def _without_contents(lines: list[tuple[_Block, Numbered]]) -> list[tuple[_Block, Numbered]]:
    """Without those that count on from one block to the next: a table of contents does so."""
    listed = {
        place
        for (block, one), (after, other) in pairwise(lines)
        if block.alone and after.place == block.place + 1
        if one.rank is other.rank and other.number == one.number + 1
        for place in (block.place, after.place)
        if after.alone
    }
    return [(block, numbered) for block, numbered in lines if block.place not in listed]


def _keyword_chain(
    rank: Rank, lines: list[tuple[_Block, Numbered]], above: list[int]
) -> list[tuple[_Block, Numbered]]:
    chain: list[tuple[_Block, Numbered]] = []
    last_number, last_place = 0, -1
    for block, numbered in lines:
        if numbered.rank is not rank:
            continue
        starts_anew = numbered.number == 1 and any(last_place < at < block.place for at in above)
        if numbered.number == last_number + 1 or starts_anew:
            chain.append((block, numbered))
            last_number, last_place = numbered.number, block.place
    return chain


def _has_text_at_end(block: _Block, count: int) -> bool:
    return not block.alone or block.place < count - 1


# --- numbers without a word ---------------------------------------------------------------------

_ENGLISH = (
    *("first", "second", "third", "fourth", "fifth", "sixth"),
    *("seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"),
)
_CJK = "[零〇一二三四五六七八九十百]{1,12}"


@frozen
class _Numbering:
    """A way of numbering: what a heading begins with, which number that is, how many prove it."""

    name: str
    pattern: re.Pattern[str]
    number: Callable[[str], int]
    fewest: int = _FEWEST
    is_bare: bool = False


_NUMBERINGS = (
    _Numbering(
        "First, …",
        re.compile(rf"({'|'.join(_ENGLISH)})(?:ly)?\b[,:]?\s", re.IGNORECASE),
        number_of,
    ),
    _Numbering("I. …", re.compile(r"([IVXLC]+)[.)]\s"), roman_number),
    _Numbering("1. …", re.compile(r"(\d{1,3})[.)、．]\s*(?=\D)"), int),
    _Numbering("一、…", re.compile(rf"[（(]?({_CJK})[、．.）)]"), cjk_number),
    _Numbering("第一，…", re.compile(rf"第({_CJK})[，,]"), cjk_number),
    _Numbering("I", re.compile(r"([IVXLC]+)\.?\Z"), roman_number, _FEWEST_BARE, is_bare=True),
    _Numbering("1", re.compile(r"(\d{1,3})\.?\Z"), int, _FEWEST_BARE, is_bare=True),
    _Numbering("一", re.compile(rf"({_CJK})\Z"), cjk_number, _FEWEST_BARE, is_bare=True),
)


def _by_number(blocks: Sequence[_Block]) -> Outline | None:
    heads = [block for block in blocks if block.alone and block.head]
    # Most texts have no line of their own that could begin with a number.
    if len(heads) < _FEWEST:
        return None
    for numbering in _NUMBERINGS:
        numbered = [
            (block, numbering.number(found[1]))
            for block in heads
            if (found := numbering.pattern.match(block.head)) and _is_one_sentence(block.head)
        ]
        if len(numbered) < numbering.fewest:
            continue
        chain, others = _chain(_without_lists(numbered))
        if (
            len(chain) >= numbering.fewest
            and others < len(chain)
            and _has_text_below(chain, len(blocks))
            and not (numbering.is_bare and _divides_sentences(chain, blocks))
        ):
            count = _headings(len(chain))
            return Outline(
                tuple(map(_heading, chain)), f"{count} '{numbering.name}' that count from 1"
            )
    return None


def _without_lists(numbered: list[tuple[_Block, int]]) -> list[tuple[_Block, int]]:
    """The lines without those that count on from one block to the next: a list does so."""
    listed = {
        place
        for (block, number), (after, following) in pairwise(numbered)
        if (after.place, following) == (block.place + 1, number + 1)
        for place in (block.place, after.place)
    }
    return [(block, number) for block, number in numbered if block.place not in listed]


def _chain(numbered: Iterable[tuple[_Block, int]]) -> tuple[list[_Block], int]:
    """Those that count from one, each the next after the one before; how many others there are."""
    chain: list[_Block] = []
    others = 0
    for block, number in numbered:
        if block.head.endswith(_NO_END_OF_HEADING):
            continue
        if number == len(chain) + 1:
            chain.append(block)
        else:
            others += 1
    return chain, others


def _has_text_below(chain: Sequence[_Block], end: int) -> bool:
    """Whether other blocks follow each heading."""
    places = [*(block.place for block in chain), end]
    return all(following - place > 1 for place, following in pairwise(places))


def _divides_sentences(chain: Sequence[_Block], blocks: Sequence[_Block]) -> bool:
    """Whether a sentence goes on behind one of the lines: the number of a page stands so."""
    return any(blocks[block.place + 1].head[:1].islower() for block in chain)


def _is_one_sentence(line: str) -> bool:
    inside = re.sub(r"^[\w ]{1,20}[.)]\s", "", line).rstrip(".!?。！？;；")
    return re.search(r"[.!?;]\s|[。！？；]", inside) is None


# --- capitals -----------------------------------------------------------------------------------


def _in_capitals(blocks: Sequence[_Block]) -> Outline | None:
    found = [block for block in blocks if block.alone and _is_in_capitals(block.head)]
    if len(found) < _FEWEST_CAPITALS or 2 * len(found) > len(blocks):
        return None
    # In a play the same names stand so again and again.
    if len({block.head for block in found}) < len(found):
        return None
    if not _has_text_below(found, len(blocks)):
        return None
    reason = f"{_headings(len(found))} in capitals between blank lines"
    return Outline(tuple(map(_heading, found)), reason)


def _is_in_capitals(line: str) -> bool:
    return (
        2 < len(line) <= _LONGEST_ABOVE_TEXT
        and line.isupper()
        and line[0].isalnum()
        and not line.endswith((".", "!", "?", *_NO_END_OF_HEADING))
        and sum(map(str.isupper, line)) > max(2, 0.8 * sum(map(str.isalpha, line)))
    )


def _headings(count: int) -> str:
    return f"{count} headings" if count != 1 else "1 heading"


_RULES = (_underlined, _by_keyword, _by_number, _in_capitals)
