"""Dates that are known in part, and comparing them: 2019 is a year, not its first moment.

A date is a text such as ``2019``, ``2019-05``, ``2019-05-03`` or ``2019-05-03T10:00:00.5``, and
means all the time that begins with it. Its key sorts as time passes, and a key that begins with
another one is a part of its time. A time of day counts as its clock showed it: ``created`` says
when that was where the text was written, and ``added`` and ``modified`` are in UTC.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Literal, TypeAlias

from .._checks import is_date

__all__ = ["AGE", "Operator", "date_key", "date_text", "is_in_order", "moment_ago", "moment_key"]

Operator: TypeAlias = Literal["=", "<", "<=", ">", ">="]
"""How a value is compared with the one that is asked for; a date is ``=`` when it lies within."""

_ZONE = re.compile(r"(?<=.{13})(?:Z|[+-]\d\d:\d\d)\Z")
_BEFORE_0 = re.compile("^-([0-9]{4})")
_LAST_YEAR = 9999
_HOURS = {"h": 1, "d": 24, "w": 7 * 24}

AGE = re.compile(r"(\d{1,6})([hdwmy])")
"""An age: hours, days, weeks, months, years."""


def date_key(date: str) -> str:
    """What a date compares by.

    >>> date_key("2019-05-03T10:00:00+02:00"), date_key("-0043-03-15")
    ('2019-05-03T10:00:00', '-9956-03-15')
    """
    date = _without_zone(date)
    # The later of two years before 0 has the smaller number.
    return _BEFORE_0.sub(lambda year: f"-{_LAST_YEAR - int(year[1]):04}", date)


def moment_key(moment: str) -> str:
    """What a moment compares by: its date and time in UTC.

    >>> moment_key("2026-01-01T01:00:00+02:00")
    '2025-12-31T23:00:00'
    """
    try:
        parsed = datetime.fromisoformat(moment)
        return _plain(parsed.astimezone(UTC) if parsed.tzinfo else parsed)
    except (ValueError, OverflowError):
        return moment


def _plain(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat()


def _without_zone(date: str) -> str:
    return _ZONE.sub("", date)


def date_text(written: str, *, in_utc: bool = False) -> str | None:
    """A date as it is asked for, without its zone; `None` where it is none.

    Args:
        written: with a zone or without.
        in_utc: whether a moment is to be told in UTC.

    >>> date_text("2019-05"), date_text("2019-05-03T10:00"), date_text("2019-13")
    ('2019-05', '2019-05-03T10:00', None)
    >>> date_text("2019-05-03T00:30+02:00", in_utc=True)
    '2019-05-02T22:30:00'
    """
    has_zone = _without_zone(written) != written
    if not is_date(written if has_zone or "T" not in written else f"{written}Z"):
        return None
    if has_zone and in_utc and not written.startswith("-"):
        return moment_key(written)
    return _without_zone(written)


def is_in_order(own: str, operator: Operator, sought: str) -> bool:
    """Whether a date stands so to another one, for sure; both as keys.

    >>> is_in_order("2019-05", "=", "2019"), is_in_order("2019-05", ">", "2019")
    (True, False)

    What is known only in part may lie on either side, and then it does on neither.

    >>> is_in_order("2019", "<", "2019-05"), is_in_order("2019", ">", "2019-05")
    (False, False)
    """
    return _IN_ORDER[operator](own, sought)


_IN_ORDER: Mapping[Operator, Callable[[str, str], bool]] = {
    "=": lambda own, sought: own.startswith(sought),
    "<": lambda own, sought: own < sought and not sought.startswith(own),
    "<=": lambda own, sought: (
        own.startswith(sought) or (own < sought and not sought.startswith(own))
    ),
    ">": lambda own, sought: own > sought and not own.startswith(sought),
    ">=": lambda own, sought: own >= sought,
}


def moment_ago(age: str, now: datetime, *, of_day: bool) -> str | None:
    """The date that was so long ago; `None` where that is no age, or before the year 1.

    Args:
        age: a number and ``h``, ``d``, ``w``, ``m`` or ``y``: hours, days, weeks, months, years.
        now: what time it is.
        of_day: whether the day will do; hours ask for the time in any case.

    >>> now = datetime(2026, 3, 31, 10, 30, tzinfo=UTC)
    >>> moment_ago("1m", now, of_day=True), moment_ago("36h", now, of_day=True)
    ('2026-02-28', '2026-03-29T22:30:00')
    """
    if not (found := AGE.fullmatch(age)):
        return None
    number, unit = int(found[1]), found[2]
    try:
        then = _before(now.astimezone(UTC), number, unit)
    except (ValueError, OverflowError):
        return None
    day_will_do = of_day and unit != "h"
    return f"{then:%Y-%m-%d}".zfill(10) if day_will_do else _plain(then.replace(microsecond=0))


def _before(now: datetime, number: int, unit: str) -> datetime:
    if unit in _HOURS:
        return now - timedelta(hours=number * _HOURS[unit])
    months = now.year * 12 + now.month - 1 - number * (12 if unit == "y" else 1)
    year, month = months // 12, months % 12 + 1
    # The 31st of a shorter month is its last day.
    day = min(now.day, monthrange(year, month)[1])
    return now.replace(year=year, month=month, day=day)
