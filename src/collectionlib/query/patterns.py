"""Patterns with wildcards, compared without trying more ways than there are."""

from __future__ import annotations

import re
from collections.abc import Callable

from ..words import fold

__all__ = ["globbed", "runs"]

_PIECE = re.compile(r"\\[*?\\]|.", re.DOTALL)


def globbed(pattern: str) -> Callable[[str], bool]:
    r"""What tells whether a value is as a pattern says, as `Glob` defines.

    Args:
        pattern: ``*`` is any run of characters, ``?`` one; a backslash before them, or before
            another one, makes them what they are.

    >>> is_text = globbed("Archive/*.txt")
    >>> is_text("archive/a/1.txt"), is_text("archive/1.txt.gz")
    (True, False)
    """
    first, *others = [_fixed(run) for run in runs(pattern)]
    if not others:
        return lambda value: first.fullmatch(fold(value)) is not None
    *middle, last = others
    # What each of them matches is of one length: the first place for it is as good as any.
    ending = re.compile(rf"(?:{last.pattern})\Z", re.DOTALL)

    def is_as_said(value: str) -> bool:
        folded = fold(value)
        found = first.match(folded)
        for run in (*middle, ending):
            if found is None:
                return False
            found = run.search(folded, found.end())
        return found is not None

    return is_as_said


def runs(pattern: str) -> list[list[str]]:
    r"""The pieces of a pattern between its ``*``: ``?``, and characters with what is before them.

    >>> runs(r"a?*\*")
    [['a', '?'], ['\\*']]
    """
    found: list[list[str]] = [[]]
    for piece in _PIECE.findall(pattern):
        if piece == "*":
            found.append([])
        else:
            found[-1].append(piece)
    return found


def _fixed(pieces: list[str]) -> re.Pattern[str]:
    expression = ""
    literal = ""
    for piece in pieces:
        if piece == "?":
            expression += re.escape(fold(literal)) + "."
            literal = ""
        else:
            literal += piece[-1]
    return re.compile(expression + re.escape(fold(literal)), re.DOTALL)
