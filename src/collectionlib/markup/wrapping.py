"""Lines of a width that is counted in the columns of a terminal or a printed page.

A wide East Asian character takes two columns, a combining mark none, an emoji two. A line is
broken at blanks, and between Chinese or Japanese characters, but not before the marks that may not
begin a line nor behind those that may not end one (JIS X 4051; Unicode Standard Annex 14, classes
CL, CP, EX, IS, NS and OP). Words of other scripts are never divided: a longer one stands out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["width_of", "wrap"]

_WIDE = (
    "\u1100-\u115f\u2e80-\u303f\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uf900-\ufaff"
    "\ufe30-\ufe4f\uff01-\uff60\uffe0-\uffe6\U00016fe0-\U00018cff\U0001b000-\U0001b2ff"
    "\U00020000-\U0003fffd"
)
"""Characters between which a line may end; Hangul, whose words have blanks between, is none."""

_NOT_FIRST = (
    "、。，．：；！？‼⁇⁈⁉…‥・）」』】〉》〕］｝｠〙〗〟’”ー―～〜々〻ゝゞヽヾ゠%％‰°℃"
    "ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰ-ㇿ)\\]},.:;!?»›"
)
_NOT_LAST = "（「『【〈《〔［｛｟〘〖〝‘“￥＄￡(\\[{«‹"

# What holds together: a wide character with the marks that may not be parted from it, or a word.
_PIECE = re.compile(
    rf"[{_NOT_LAST}]*"
    rf"(?:[{_WIDE}][\u0300-\u036f\u3099\u309a\ufe00-\ufe0f\U000e0100-\U000e01ef]*|[^\s{_WIDE}]+)"
    rf"[{_NOT_FIRST}]*"
)
_BLANKS = " \t\n\r\f\u3000"


def width_of(text: str) -> int:
    """Columns that a text on one line takes.

    >>> width_of("wish"), width_of("春曉"), width_of("e\u0301")
    (4, 4, 1)
    """
    if text.isascii():
        return len(text)
    # It loads tables of all of Unicode, which few commands need.
    from wcwidth import wcswidth

    width = wcswidth(text)
    # Of what steers a terminal the width is nobody's guess.
    return width if width >= 0 else len(text)


def wrap(line: str, width: int, *, indent: str = "") -> str:
    """A line of running text as lines of at most so many columns.

    Args:
        line: without line breaks; the blanks that it begins with stay.
        width: columns; at least one word stands on a line, however long it is.
        indent: what all lines but the first begin with.

    >>> print(wrap("Be well, all of you, and long.", 16, indent="  "))
    Be well, all of
      you, and long.
    >>> print(wrap("春眠不覺曉。處處聞啼鳥。", 10))
    春眠不覺
    曉。處處聞
    啼鳥。
    """
    if len(line) * 2 <= width or width_of(line) <= width:
        return line
    rows: list[str] = []
    row, columns, begins = "", 0, True
    for blanks, piece in _pieces(line):
        taken = width_of(blanks) + width_of(piece)
        if not begins and columns + taken > width:
            rows.append(row)
            row, columns = indent, width_of(indent)
            blanks, taken = "", width_of(piece)
        row += blanks + piece
        columns += taken
        begins = False
    return "\n".join([*rows, row])


def _pieces(line: str) -> Iterator[tuple[str, str]]:
    """What holds together, each with the blanks before it."""
    end = 0
    for found in _PIECE.finditer(line):
        yield line[end : found.start()], found[0]
        end = found.end()
    if end < len(line):
        yield "", line[end:].rstrip(_BLANKS)
