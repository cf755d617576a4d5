"""Balanced lines: where a title breaks so that its lines are about as long as each other.

No font is at hand when an SVG is drawn, and each reader has other ones: widths are estimated by
the kind of character, on the wide side, so that no line runs over the edge.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

import regex
from attrs import frozen

__all__ = ["SetLines", "fitted", "width_of"]

_NARROW = frozenset("iIjlftr.,:;'’‘!|()[]{}ıìíîï1ијї·-‐ ")
_BROAD = frozenset("mwMW@%—―…")
# What may not begin a line, and what may not end one (JIS X 4051, CLREQ), as far as titles have it.
_NOT_FIRST = frozenset(
    "、。，．・：；？！!?)）」』】〉》〕］｝’”»ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ々〻…‥%％"
    "ะาๅๆฯະາໆຯ។៕ៗ၊။"
)
_NOT_LAST = frozenset("(（「『【〈《〔［｛‘“«เแโใไເແໂໃໄ")
_UNSPACED = regex.compile(r"[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
"""Scripts that put no blanks between words: a line may end after any syllable."""

_JOINING = frozenset("\u00a0\u2007\u202f\u2060")
_BLANKS = regex.compile(r"[^\S\u00a0\u2007\u202f]+")
"""Not the blanks that keep words together."""

_LONGEST = 4000
"""Characters that are looked at: more never fit on a page."""

CUT_SIZE = 88
"""Pixels of letters below which a word that is too long is cut, rather than set smaller still."""


@frozen
class SetLines:
    """A text that is set: its lines, and the size of its letters in pixels."""

    lines: tuple[str, ...]
    size: int


def width_of(text: str) -> float:
    """How wide a text is at most, in ems.

    >>> width_of("月") == 1.0, width_of("") == 0
    (True, True)
    """
    return sum(map(_width, text))


def _width(character: str) -> float:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    if character in _NARROW:
        return 0.36
    if character in _BROAD:
        return 0.98
    if character.isupper():
        return 0.76
    if character.isspace():
        return 0.3
    return 0.58


def fitted(
    text: str, *, width: float, height: float, sizes: Sequence[int], leading: float
) -> SetLines:
    """The largest of the sizes at which a text fits, in balanced lines.

    Args:
        text: of any script.
        width: of the lines, in pixels.
        height: of all of them, in pixels.
        sizes: of letters in pixels, the largest first; the last one is taken where none fits.
        leading: height of a line, in ems.
    """
    text = _BLANKS.sub(" ", text[:_LONGEST]).strip()
    whole = width_of(text.replace(" ", ""))
    for size in sizes:
        most = int(height / (size * leading))
        if whole * size > most * width:
            continue
        pieces = list(_pieces(text, width / size, may_cut=size <= CUT_SIZE))
        if any(width_of(piece.strip()) > width / size for piece in pieces):
            continue
        lines = _balanced(pieces, width / size)
        if len(lines) <= most:
            return SetLines(lines, size)
    size = sizes[-1]
    lines = _balanced(list(_pieces(text, width / size, may_cut=True)), width / size)
    most = max(1, int(height / (size * leading)))
    if len(lines) > most:
        lines = (*lines[: most - 1], _shortened(lines[most - 1], width / size))
    return SetLines(lines, size)


def _shortened(line: str, most: float) -> str:
    """A line that says that more would follow."""
    letters = _letters(line)
    while letters and width_of("".join(letters)) + width_of("…") > most:
        letters.pop()
    return "".join(letters).rstrip() + "…"


def _letters(text: str) -> list[str]:
    """What a reader sees as one character each (UAX #29): with its marks, a whole emoji."""
    return regex.findall(r"\X", text)


def _pieces(text: str, most: float, *, may_cut: bool) -> Iterator[str]:
    """What no line divides: words with the blank behind them, single ideographs."""
    piece, length = "", 0.0
    for letter in _letters(text):
        width = width_of(letter)
        is_full = may_cut and length + width > most
        if piece and (is_full or _may_break(piece[-1], letter[0])):
            yield piece
            piece, length = "", 0.0
        piece += letter
        length += width
    if piece:
        yield piece


def _may_break(before: str, after: str) -> bool:
    """Whether a line may end between two letters, by the last and the first character of them."""
    if after in _NOT_FIRST or before in _NOT_LAST:
        return False
    if before in " -‐–—/":
        return after != " "
    if after == " " or before in _JOINING or after in _JOINING:
        return False
    if _UNSPACED.match(before) and _UNSPACED.match(after):
        return True
    return _is_wide(before) or _is_wide(after)


def _is_wide(character: str) -> bool:
    # Hangul is wide, and breaks at blanks all the same.
    is_wide = unicodedata.east_asian_width(character) in "WF"
    return is_wide and not "\uac00" <= character <= "\ud7a3"


def _balanced(pieces: list[str], most: float) -> tuple[str, ...]:
    """As few lines as can be, and of those divisions the one with the least ragged lines."""
    number = len(pieces)
    widths = [0.0]
    for piece in pieces:
        widths.append(widths[-1] + width_of(piece))
    # What it costs to set the pieces from a place on, with how many lines, and where to break.
    best: list[tuple[int, float, int]] = [(0, 0.0, number)] * (number + 1)
    for start in range(number - 1, -1, -1):
        choices = []
        for end in range(start + 1, number + 1):
            # The blank at the end of a line takes no room.
            trailing = len(pieces[end - 1]) - len(pieces[end - 1].rstrip())
            length = widths[end] - widths[start] - 0.36 * trailing
            if length > most and end > start + 1:
                break
            below, cost, _ = best[end]
            choices.append((below + 1, cost + max(0.0, most - length) ** 2, end))
        best[start] = min(choices)
    lines: list[str] = []
    place = 0
    while place < number:
        end = best[place][2]
        lines.append("".join(pieces[place:end]).strip())
        place = end
    return tuple(lines)
