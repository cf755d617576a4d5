"""Pointing at the place of a query that cannot be read."""

from __future__ import annotations

from ..errors import MalformedQuery

__all__ = ["malformed"]

_WINDOW = 30
"""Characters that are shown on either side."""


def malformed(query: str, at: int, reason: str, remedy: str = "") -> MalformedQuery:
    r"""The error for a place of a query, with a note that points at it.

    Args:
        query: as it was written.
        at: where, from 0.
        reason: what it has that cannot be read.
        remedy: what to write instead.

    >>> error = malformed("wish titel:good", 5, "has no field titel", "did you mean title?")
    >>> print(error, *error.__notes__, sep="\n")
    query has no field titel at column 6: did you mean title?
      wish titel:good
           ^
    """
    error = MalformedQuery(query, column=at + 1, reason=reason, remedy=remedy)
    error.add_note(_pointed(query, at))
    return error


def _pointed(query: str, at: int) -> str:
    from ..markup.wrapping import width_of  # knows the columns of Chinese and the like

    start, end = max(at - _WINDOW, 0), at + _WINDOW
    shown = "".join(c if c.isprintable() else "\ufffd" if c.strip() else " " for c in query)
    before = "…" * (start > 0) + shown[start:at]
    line = before + shown[at:end] + "…" * (end < len(shown))
    return f"  {line.rstrip()}\n  {' ' * width_of(before)}^"
