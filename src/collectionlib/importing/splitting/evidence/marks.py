"""Lines of marks between texts, bare ones and such with tags behind them."""

from __future__ import annotations

import re
from collections import Counter
from statistics import median

from attrs import evolve

from ....markup.layout import is_break
from ...headings import underline_of
from ..pieces import Division, Lines, Piece, Separator, pieces_between
from .signs import LONGEST_SHORT, size_of

__all__ = ["MARK_STARTS", "by_marks", "by_tagged_marks"]

_MARKS = re.compile(r"(?:([^\w\s])(?:\s?\1)*)\Z")
_FEWEST_LOOSE = 5
_FEWEST_TIGHT = 3
_SHORT = 500
_SCENE = 400
MARK_STARTS = frozenset("%§*＊∗⁎⁂❦❧☙◇◆☆★-‐‑–—―─━_=＝~～〜^#+•○●◎□■△▲▽▼※✱✻✽❖‾¯")
# Nobody closes a scene with these.
_NO_SCENE_BREAK = "%=+&$@|§¤"


def by_marks(lines: Lines) -> Division | None:
    """A line of marks again and again, with short texts between."""
    counts = Counter(
        words
        for words in lines.words
        if words and words[0] in MARK_STARTS and len(words) <= 100 and _MARKS.match(words)
    )
    if not counts:
        return None
    mark, count = counts.most_common(1)[0]
    # A single "%" is what fortune files have: who calls such a file plain text means one text.
    if count < 2 or not (is_break(mark) or mark in ("%%", "%%%", "§", "§§", "§§§")):
        return None
    places = [at for at, words in enumerate(lines.words) if words == mark]
    if any(_is_underline(lines, at) for at in places):
        return None
    borders = (Separator(lines.starts[at], lines.starts[at + 1]) for at in places)
    pieces = tuple(pieces_between(lines.text, borders))
    sizes = [size_of(lines, piece) for piece in pieces]
    if len(pieces) < _FEWEST_TIGHT or max(sizes) > LONGEST_SHORT:
        return None
    is_tight = all(_stands_tight(lines, at) for at in places)
    is_scene_break = mark[0] not in _NO_SCENE_BREAK and not is_tight
    if is_scene_break:
        is_proved = len(pieces) >= _FEWEST_LOOSE and median(sizes) <= _SCENE
    else:
        is_proved = max(sizes) <= _SHORT or (
            len(pieces) >= _FEWEST_LOOSE and median(sizes) <= _SHORT
        )
    if not is_proved:
        return None
    return Division(pieces, f"{count} lines '{mark}' between {len(pieces)} short texts")


def _is_underline(lines: Lines, at: int) -> bool:
    return (
        at > 0
        and underline_of(lines.words[at - 1], lines.words[at]) is not None
        and (at == 1 or not lines.words[at - 2])
        and abs(len(lines.words[at - 1]) - len(lines.words[at])) <= 2
    )


def _stands_tight(lines: Lines, at: int) -> bool:
    """Whether a line has text right above and right below it, or the file ends there."""
    above = at == 0 or bool(lines.words[at - 1])
    below = at + 1 >= len(lines.words) or bool(lines.words[at + 1])
    return above and below


# --- marks with tags ---------------------------------------------------------------------------

_TAGGED = re.compile(r"(-{3,}|={3,}|%{2,}|#{3,}|\*{3,}) ([^\W\d_][^\n]{0,100})\Z")
_FEWEST_TAGGED = 5


def by_tagged_marks(lines: Lines) -> Division | None:
    """A line of marks with tags behind it closes each text."""
    found = [
        (at, tagged)
        for at, words in enumerate(lines.words)
        if words[:2] in ("--", "==", "%%", "##", "**") and (tagged := _TAGGED.match(words))
    ]
    if len(found) < _FEWEST_TAGGED or len({tagged[1] for _, tagged in found}) > 1:
        return None
    if not lines.words[0] or found[0][0] == 0 or any(lines.words[found[-1][0] + 1 :]):
        return None
    pieces: list[Piece] = []
    first = 0
    for at, tagged in found:
        if not any(lines.words[first:at]):
            return None
        tags = tuple(dict.fromkeys(tag for one in tagged[2].split(",") if (tag := one.strip())))
        pieces.append(evolve(lines.piece(first, at), tags=tags))
        first = at + 1
    if max(size_of(lines, piece) for piece in pieces) > LONGEST_SHORT:
        return None
    mark = found[0][1][1]
    return Division(tuple(pieces), f"{len(found)} lines '{mark}' with tags, each behind a text")
