"""Lines that were broken at a fixed width: tell them from verse, and join them.

The evidence is filling: whoever wraps at a width breaks a line where the next word would no
longer have fitted, or a few columns before. Verse, dialogue and lists break earlier.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from .hyphens import Unwrapped, joined_lines

__all__ = [
    "Unwrapped",
    "is_filled",
    "is_list_item",
    "is_speech",
    "join_wrapped_lines",
    "joined_lines",
    "median_length",
    "unwrap",
    "wrap_width",
]

_BLANK_LINES = re.compile(r"(\n(?:[^\S\n]*\n)+)")
_NARROWEST, _WIDEST = 45, 100
_FEWEST_PAIRS = 6
_FULL_SHARE = 0.8
# Columns that a line may fall short of the width. Typists and editors who changed a word did
# not wrap anew: of 15,000 lines of two books of Project Gutenberg 86 % leave no room for the
# next word, and all but a few fall short of the width by less than this; of 3,600 lines of verse
# 4 % and 9 %.
_SLACK = 8
_LIST_ITEM = re.compile(r"[-–—*•+>]|\(?\d{1,3}[.):]\s|\(?[a-zA-Z][.)]\s")
_SPEECH = re.compile(r"[«\"“„]|[^\W\d_][\w.]{0,14}(?::\s|：)")


def wrap_width(text: str, *, surely: bool = False) -> int | None:
    r"""The width at which the lines of a text were wrapped, `None` where they were not.

    Args:
        text: the whole file, since a single short text proves nothing.
        surely: somebody says that they were: fewer lines prove where.

    >>> import textwrap
    >>> prose = textwrap.fill("Many words of many lengths, one behind the other. " * 40, 72)
    >>> wrap_width(prose) in range(65, 73), wrap_width("Roses are red,\nviolets are blue.")
    (True, None)
    """
    if not surely and text.count("\n") < _FEWEST_PAIRS:
        return None
    blocks = _BLANK_LINES.split(text.replace("\r\n", "\n"))
    runs = [run for block in blocks for is_flush, run in _runs(block) if is_flush]
    pairs = [pair for run in runs for pair in pairwise(run)]
    if len(pairs) < (1 if surely else _FEWEST_PAIRS):
        return None
    lengths = sorted(len(line.rstrip()) for line, _ in pairs)
    width = lengths[int(len(lengths) * 0.98)]
    if not _NARROWEST <= width <= _WIDEST:
        return None
    full = sum(is_filled(line, following, width) for line, following in pairs)
    return width if surely or full >= _FULL_SHARE * len(pairs) else None


def join_wrapped_lines(text: str, width: int) -> str:
    r"""Join the lines of running text that was wrapped at a width.

    Lines are joined that stand flush under each other, in one block, each full but the last.
    Verse, lists and indented lines stay as they are.

    >>> join_wrapped_lines("A line that fills it all\nand another.\n\nShort,\nverse.", 30)
    'A line that fills it all and another.\n\nShort,\nverse.'
    """
    return unwrap(text, width).text


def unwrap(text: str, width: int) -> Unwrapped:
    """As `join_wrapped_lines`, with the words that a line end had divided."""
    divided: list[str] = []
    blocks: list[str] = []
    for block in _BLANK_LINES.split(text):
        if "\n" not in block or not block.strip():
            blocks.append(block)
            continue
        runs: list[str] = []
        for is_flush, run in _runs(block):
            if is_flush and _is_wrapped(run, width):
                unwrapped = joined_lines(run, text)
                divided += unwrapped.divided
                runs.append(unwrapped.text)
            else:
                runs.append("\n".join(run))
        blocks.append("\n".join(runs))
    return Unwrapped("".join(blocks), tuple(divided))


def median_length(lines: Sequence[str]) -> int:
    """The length that half of the lines have or surpass."""
    return sorted(len(line.rstrip()) for line in lines)[len(lines) // 2]


def is_list_item(line: str) -> bool:
    """Whether a line begins with a bullet, a number or a letter of a list."""
    return _LIST_ITEM.match(line) is not None


def is_speech(line: str) -> bool:
    """Whether a line begins with a quotation mark or the name of who speaks."""
    return _SPEECH.match(line) is not None


def _runs(block: str) -> Iterator[tuple[bool, list[str]]]:
    """The lines of a block in runs that are flush left, or are not."""
    for is_flush, run in groupby(block.split("\n"), key=_is_flush):
        yield is_flush, list(run)


def _is_flush(line: str) -> bool:
    return bool(line) and not line[0].isspace()


def _is_wrapped(lines: list[str], width: int) -> bool:
    return len(lines) > 1 and all(
        _goes_on(line, following, width) for line, following in pairwise(lines)
    )


def _goes_on(line: str, following: str, width: int) -> bool:
    if _LIST_ITEM.match(following):
        return False
    # Who speaks next may begin a line of dialogue; but where there was no room, it was wrapped.
    slack = 0 if _SPEECH.match(following) else _SLACK
    return is_filled(line, following, width, slack)


def is_filled(line: str, following: str, width: int, slack: int = _SLACK) -> bool:
    """Whether the first word of the following line would hardly have fitted into a line."""
    next_word = following.split(maxsplit=1)[0] if following.strip() else ""
    return len(line.rstrip()) + 1 + len(next_word) > width - slack
