"""Regular expressions that a user gives: made ready with no more work than one is worth."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import regex

__all__ = ["compiled"]

_MOST_STEPS = 100_000
_PARTS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{(?P<least>\d{1,9})(?:,\d*)?\}|.", re.DOTALL)


def compiled(expression: str) -> regex.Pattern[str]:
    """An expression of the library that can be stopped in time; `re` cannot.

    Raises:
        ValueError: it is no regular expression, or one that needs too much memory; in words.

    >>> bool(compiled("[a-z]{2,5}").fullmatch("verse"))
    True
    >>> try:
    ...     compiled("((a{999}){999}){999}")
    ... except ValueError as error:
    ...     print(error)
    its repetitions make it longer than 100,000 characters
    """
    import regex  # only where somebody gives one

    if _written_out(expression) > _MOST_STEPS:
        raise ValueError(f"its repetitions make it longer than {_MOST_STEPS:,} characters")
    try:
        return regex.compile(expression)
    except RecursionError as error:
        raise ValueError("its groups are nested too deeply") from error
    except (regex.error, OverflowError) as error:
        raise ValueError(str(error)) from error


def _written_out(expression: str) -> int:
    """How long an expression is where ``(ab){3}`` is written ``ababab``, as the library does."""
    sizes = [0]
    last = 0
    for part in _PARTS.finditer(expression):
        if part["least"] is not None:
            # What may be there not at all is compiled once.
            times = max(int(part["least"]), 1)
            sizes[-1] += last * (times - 1)
            last *= times
        elif part[0] == "(":
            sizes.append(0)
        elif part[0] == ")" and len(sizes) > 1:
            last = sizes.pop() + 1
            sizes[-1] += last
        else:
            last = 1
            sizes[-1] += 1
    return sum(sizes)
