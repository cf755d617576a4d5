"""The one place that asks what time it is."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from .errors import InvalidValueError

__all__ = ["SOURCE_DATE", "now", "source_date"]

SOURCE_DATE = "SOURCE_DATE_EPOCH"
"""The variable that says what time it is."""


def source_date() -> datetime | None:
    """The moment that ``SOURCE_DATE_EPOCH`` names, in UTC; `None` where it is not set.

    The variable is that of https://reproducible-builds.org/specs/source-date-epoch/: seconds
    since 1970-01-01 UTC.

    Raises:
        InvalidValueError: it is no whole number of seconds.
    """
    seconds = os.environ.get(SOURCE_DATE)
    if not seconds:
        return None
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise InvalidValueError(
            SOURCE_DATE, seconds, "is no number of seconds since 1970"
        ) from error


def now() -> datetime:
    """`source_date`, else the clock."""
    return source_date() or datetime.now(UTC)
