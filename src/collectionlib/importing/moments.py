"""Moments, as messages and feeds write them (RFC 5322 §3.3)."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

from .._checks import is_date

__all__ = ["moment_of"]

_LONGEST = 1_000
"""Characters: more is an attack."""


def moment_of(text: str) -> str | None:
    """A moment as ISO 8601 has it; `None` where the text says none.

    >>> moment_of("Tue, 03 Mar 2020 10:00:00 +0100"), moment_of("3 Mar 2020 10:00 -0000")
    ('2020-03-03T10:00:00+01:00', '2020-03-03T10:00:00Z')
    >>> moment_of("in spring") is None
    True
    """
    try:
        moment = parsedate_to_datetime(text[:_LONGEST])
    # What Python's parser trips over, where nobody should have written it.
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, OverflowError):
        return None
    # "-0000": the time is that of UTC, the place is not told.
    said = moment.isoformat() if moment.tzinfo else f"{moment.isoformat()}Z"
    return said if is_date(said) else None
