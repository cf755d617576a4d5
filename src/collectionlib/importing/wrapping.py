"""Lines that were broken at a fixed width: tell them from verse, and join them.

The evidence is greedy filling: whoever wraps at a width breaks a line only where the next word
would no longer have fitted. Verse, dialogue and lists break earlier.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["join_wrapped_lines", "wrap_width"]

_BLANK_LINES = re.compile(r"(\n(?:[^\S\n]*\n)+)")
_NARROWEST, _WIDEST = 45, 100
_FEWEST_LINES = 6
_FULL_SHARE = 0.9
_LIST_ITEM = re.compile(r"\s*(?:[-*•+]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)])\s")


def wrap_width(text: str) -> int | None:
    """The width at which the lines of a text were wrapped, `None` where they were not.

    Args:
        text: the whole file, since a single short text proves nothing.

    >>> import textwrap
    >>> prose = textwrap.fill("Many words of many lengths, one behind the other. " * 40, 72)
    >>> wrap_width(prose) in range(65, 73), wrap_width("Roses are red,\\nviolets are blue.")
    (True, None)
    """
    blocks = [block.split("\n") for block in _BLANK_LINES.split(text.replace("\r\n", "\n"))]
    inner = [line for lines in blocks for line in lines[:-1] if _is_flush(line)]
    if len(inner) < _FEWEST_LINES:
        return None
    lengths = sorted(len(line.rstrip()) for line in inner)
    width = lengths[int(len(lengths) * 0.98)]
    if not _NARROWEST <= width <= _WIDEST:
        return None
    pairs = [pair for lines in blocks for pair in _pairs(lines)]
    full = sum(_is_full(line, following, width) for line, following in pairs)
    return width if pairs and full >= _FULL_SHARE * len(pairs) else None


def join_wrapped_lines(text: str, width: int) -> str:
    """Join the lines of each block of a text that was wrapped at a width.

    A block is joined when each of its lines but the last is full; verse, lists and indented
    blocks stay as they are.
    """
    pieces = _BLANK_LINES.split(text)
    return "".join(_join(piece, width) if piece.strip() else piece for piece in pieces)


def _join(block: str, width: int) -> str:
    lines = block.split("\n")
    if len(lines) < 2 or not _is_wrapped(lines, width):
        return block
    text = lines[0].rstrip()
    for line in lines[1:]:
        text += ("" if _is_broken_word(text, line) else " ") + line.strip()
    return text


def _is_wrapped(lines: list[str], width: int) -> bool:
    if not all(_is_flush(line) for line in lines[1:]):
        return False
    if any(_LIST_ITEM.match(line) for line in lines[1:]):
        return False
    return all(_is_full(line, following, width) for line, following in _pairs(lines))


def _is_flush(line: str) -> bool:
    return bool(line) and not line[0].isspace()


def _pairs(lines: list[str]) -> Iterator[tuple[str, str]]:
    return zip(lines, lines[1:], strict=False)


def _is_full(line: str, following: str, width: int) -> bool:
    first_word = following.split(maxsplit=1)[0] if following.strip() else ""
    return len(line.rstrip()) + 1 + len(first_word) > width


def _is_broken_word(text: str, following: str) -> bool:
    """Whether a hyphen at a line's end stands inside a word: it stays, without a blank."""
    return text[-2:-1].isalpha() and text.endswith("-") and following[:1].islower()
