"""Rows of short cells as lines, in columns."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from .wrapping import width_of

__all__ = ["columns"]

_WIDEST_CELL = 40
_WIDEST = 100
_BETWEEN = "   "


def columns(rows: Sequence[Sequence[str]]) -> str | None:
    """The rows as lines, with blanks up to the next column; `None` where they are no table.

    They are none with a single row or column, or where a line would be too long: then they are
    there for the layout of a page.

    >>> print(columns([["Wish", "For"], ["Be well", "a friend"]]))
    Wish      For
    Be well   a friend
    """
    rows = [row for row in rows if any(row)]
    if len(rows) < 2 or max(map(len, rows)) < 2:
        return None
    widths = [max(map(width_of, column)) for column in zip_longest(*rows, fillvalue="")]
    if max(widths) > _WIDEST_CELL or sum(widths) + len(_BETWEEN) * len(widths) > _WIDEST:
        return None
    return "\n".join(
        _BETWEEN.join(
            cell + " " * (width - width_of(cell)) for cell, width in zip(row, widths, strict=False)
        ).rstrip()
        for row in rows
    )
