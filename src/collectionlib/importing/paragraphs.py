"""How a text marks its paragraphs, and the same text with blank lines between them.

The modes are named as calibre's TXT input names them:

- ``block``: blank lines divide; lines inside that were wrapped are joined.
- ``single``: every line is a paragraph.
- ``print``: an indented line begins a paragraph.
- ``unformatted``: wrapped lines without blank ones; a short line ends a paragraph.
- ``off``: all lines stay as they are.

What a text is in, the lines tell: how many are blank, indented, full to a width.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal, TypeAlias, get_args

from attrs import frozen

from ..markup.layout import columns_matter
from .wrapping import (
    Unwrapped,
    is_filled,
    is_list_item,
    is_speech,
    joined_lines,
    median_length,
    wrap_width,
)

__all__ = ["MODES", "Arranged", "Mode", "arrange"]

Mode: TypeAlias = Literal["auto", "block", "single", "print", "unformatted", "off"]
MODES: tuple[str, ...] = get_args(Mode)

_FEWEST_LINES = 8
_NARROWEST = 40
_LONG_LINE = 100
_ENDS = tuple(".!?…:。！？：؟।»”\"'’)」』*")
_OPENING = re.compile(r"\s*[\"'«“„‘(¿¡「『—–-]*\s*(.)")


@frozen
class Arranged:
    """A text with blank lines between its paragraphs.

    Args:
        text: with line feeds at the ends of its lines.
        wrap_width: columns that its blocks are still wrapped at.
        change: the name of what was done; `None` where nothing was.
        evidence: why it was done.
        divided: words that a line end had divided, as they stood.
    """

    text: str
    wrap_width: int | None = None
    change: str | None = None
    evidence: str | None = None
    divided: tuple[str, ...] = ()


def arrange(text: str, mode: Mode = "auto") -> Arranged:
    r"""A text with its paragraphs as a mode says; ``auto`` takes the mode that the lines tell.

    The words stay, in their order; only where a word was divided at the end of a line it may
    become one again.

    >>> arrange("One day.\nAnother day.", "single").text
    'One day.\n\nAnother day.'
    >>> arrange("  It was so\nlong ago.\n  It ended.", "print").text
    'It was so long ago.\n\nIt ended.'
    """
    if mode == "off":
        return Arranged(text)
    if mode == "auto":
        return _by_evidence(text)
    if mode == "block":
        return Arranged(text, _width_of(text))
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return _ARRANGERS[mode](lines, None)


def _width_of(text: str) -> int | None:
    """The width where somebody says that lines are wrapped: the evidence may be weaker."""
    width = wrap_width(text)
    return width if width is not None else wrap_width(text, surely=True)


def _by_evidence(text: str) -> Arranged:
    if text.count("\n") + text.count("\r") < _FEWEST_LINES - 1:
        return Arranged(text, wrap_width(text))
    lines = text.split("\n") if "\r" not in text else text.replace("\r\n", "\n").split("\n")
    if max(map(len, lines)) < _NARROWEST:
        return Arranged(text)
    filled = [line for line in lines if line and not line.isspace()]
    if len(filled) < _FEWEST_LINES or len(lines) - len(filled) > 1 + len(lines) // 50:
        return Arranged(text, wrap_width(text))
    if reason := _is_print(filled):
        return _print(lines, reason)
    if reason := _is_single(filled):
        return _single(lines, reason)
    if reason := _is_unformatted(filled):
        return _unformatted(lines, reason)
    return Arranged(text, wrap_width(text))


# --- what the lines tell ------------------------------------------------------------------------


def _is_indented(line: str) -> bool:
    return line[:1].isspace()


def _is_print(lines: Sequence[str]) -> str | None:
    """Indented lines that begin paragraphs, all by the same margin, among longer full ones."""
    margins = {line[: len(line) - len(line.lstrip())] for line in lines if _is_indented(line)}
    count = sum(map(_is_indented, lines))
    if len(margins) != 1 or count < 2 or not 0.03 * len(lines) <= count <= 0.6 * len(lines):
        return None
    if columns_matter("\n".join(lines)):
        return None
    width = max(len(line.rstrip()) for line in lines)
    if not _NARROWEST <= width <= 120:
        return None
    before = [line for line, after in pairwise(lines) if _is_indented(after)]
    if sum(line.rstrip().endswith(_ENDS) for line in before) < 0.9 * len(before):
        return None
    inside = [(line, after) for line, after in pairwise(lines) if not _is_indented(after)]
    full = sum(is_filled(line, after, width) for line, after in inside)
    if full < 0.9 * len(inside) or not _goes_on(inside):
        return None
    return f"{count} of {len(lines)} lines are indented, each behind the end of a sentence"


def _is_single(lines: Sequence[str]) -> str | None:
    """Long lines, nearly all with the end of a sentence: none goes on in the next one."""
    sizes = sorted(map(len, lines))
    if sizes[len(sizes) // 2] < _LONG_LINE or sizes[-1] < 2 * _LONG_LINE:
        return None
    ended = sum(line.rstrip().endswith(_ENDS) for line in lines)
    if ended < 0.85 * len(lines):
        return None
    return f"{ended} of {len(lines)} lines end as a sentence does, half are {_LONG_LINE} or longer"


def _is_unformatted(lines: Sequence[str]) -> str | None:
    """Lines full to a width, but for those that end a sentence before the next one begins."""
    if any(map(_is_indented, lines)):
        return None
    sizes = sorted(len(line.rstrip()) for line in lines)
    width = sizes[int(len(sizes) * 0.98)]
    if not _NARROWEST < width <= 100 or sizes[-1] > 1.2 * width:
        return None
    pairs = list(pairwise(lines))
    if any(is_list_item(after) or is_speech(after) for _, after in pairs):
        return None
    full = sum(is_filled(line, after, width) for line, after in pairs)
    ended = sum(
        _ends_paragraph(line, after) and not is_filled(line, after, width) for line, after in pairs
    )
    if full < 0.6 * len(pairs) or full + ended < 0.97 * len(pairs) or not _goes_on(pairs):
        return None
    return (
        f"{full} of {len(lines)} lines are full to {width} columns "
        f"(half are {median_length(lines)} or longer), and {ended} short ones end a sentence"
    )


def _goes_on(pairs: Sequence[tuple[str, str]]) -> bool:
    """Whether lines begin in the middle of a sentence, as those of verse seldom do."""
    begins = [after[0] for _, after in pairs]
    if not any(character.islower() or character.isupper() for character in begins):
        return len(pairs) > _FEWEST_LINES
    return 3 * sum(map(str.islower, begins)) > len(begins)


def _ends_paragraph(line: str, following: str) -> bool:
    begins = _OPENING.match(following)
    return line.rstrip().endswith(_ENDS) and begins is not None and not begins[1].islower()


# --- what is made of them -----------------------------------------------------------------------


def _single(lines: Sequence[str], reason: str | None) -> Arranged:
    paragraphs = [line for line in lines if line.strip()]
    return Arranged("\n\n".join(paragraphs), None, "line-paragraphs", reason)


def _print(lines: Sequence[str], reason: str | None) -> Arranged:
    paragraphs: list[list[str]] = []
    goes_on = False
    for line in lines:
        if not line.strip():
            goes_on = False
        elif goes_on and not _is_indented(line):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
            goes_on = True
    return _of_paragraphs(paragraphs, "indented-paragraphs", reason)


def _unformatted(lines: Sequence[str], reason: str | None) -> Arranged:
    filled = [line for line in lines if line.strip()]
    # As calibre does: the median tells the width, whatever a few lines are like.
    short = 0.8 * median_length(filled)
    paragraphs: list[list[str]] = []
    goes_on = False
    for line in lines:
        if not line.strip():
            goes_on = False
            continue
        if goes_on and _ends_paragraph(paragraphs[-1][-1], line):
            goes_on = len(paragraphs[-1][-1].rstrip()) >= short
        if goes_on:
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
            goes_on = True
    return _of_paragraphs(paragraphs, "unwrapped-paragraphs", reason)


def _of_paragraphs(
    paragraphs: Sequence[Sequence[str]], change: str, reason: str | None
) -> Arranged:
    whole = "\n".join("\n".join(lines) for lines in paragraphs)
    unwrapped = [joined_lines(lines, whole) for lines in paragraphs]
    text = "\n\n".join(one.text for one in unwrapped)
    return Arranged(text, None, change, reason, _divided(unwrapped))


def _divided(unwrapped: Sequence[Unwrapped]) -> tuple[str, ...]:
    return tuple(words for one in unwrapped for words in one.divided)


_ARRANGERS = {"single": _single, "print": _print, "unformatted": _unformatted}
