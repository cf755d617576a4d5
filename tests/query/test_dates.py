"""Dates that are known in part, as they are compared and asked for."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from collectionlib.query.dates import date_key, date_text, moment_ago, moment_key


@pytest.fixture(params=["UTC", "Pacific/Kiritimati"])
def _wherever(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if not hasattr(time, "tzset"):
        pytest.skip("the time zone of a process cannot be set here")
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("date", "key"),
    [
        ("2019", "2019"),
        ("2019-05-03T10:00", "2019-05-03T10:00"),
        ("x-1043", "x-1043"),
        ("2019-05-03T10:00Z", "2019-05-03T10:00"),
        ("2019-05-03T10:00:00.5-11:30", "2019-05-03T10:00:00.5"),
        ("-0043-03-15", "-9956-03-15"),
        ("-1043-03-15", "-8956-03-15"),
        ("-9043", "-0956"),
        ("-9043-03-15T10:00+01:00", "-0956-03-15T10:00"),
        # What other programs have put into a database.
        ("-x043", "-x043"),
        ("-٤٣٤٣", "-٤٣٤٣"),
        ("-", "-"),
    ],
)
def test_what_a_date_compares_by(date: str, key: str) -> None:
    assert date_key(date) == key


@pytest.mark.usefixtures("_wherever")
@pytest.mark.parametrize(
    ("moment", "key"),
    [
        ("2026-01-01T01:00:00", "2026-01-01T01:00:00"),
        ("2026-01-01T01:00:00+02:00", "2025-12-31T23:00:00"),
        ("0001-01-01T00:00:00+02:00", "0001-01-01T00:00:00+02:00"),
        ("soon", "soon"),
    ],
)
def test_what_a_moment_compares_by(moment: str, key: str) -> None:
    assert moment_key(moment) == key


@pytest.mark.usefixtures("_wherever")
@pytest.mark.parametrize(
    ("written", "as_written", "in_utc"),
    [
        ("2019", "2019", "2019"),
        ("2019-05-03T00:30", "2019-05-03T00:30", "2019-05-03T00:30"),
        ("2019-05-03T00:30+02:00", "2019-05-03T00:30", "2019-05-02T22:30:00"),
        ("-0043-03-15T00:30+02:00", "-0043-03-15T00:30", "-0043-03-15T00:30"),
        ("2019-05-03T00:30Zulu", None, None),
        ("soon", None, None),
    ],
)
def test_a_date_that_is_asked_for(written: str, as_written: str | None, in_utc: str | None) -> None:
    assert date_text(written) == as_written
    assert date_text(written, in_utc=True) == in_utc


@pytest.mark.usefixtures("_wherever")
@pytest.mark.parametrize(
    ("age", "date"),
    [
        ("0y", "2024-03-31"),
        ("1m", "2024-02-29"),
        ("4m", "2023-11-30"),
        ("3m", "2023-12-31"),
        ("13m", "2023-02-28"),
        ("2023y", "0001-03-31"),
        ("2024y", None),
        ("24289m", None),
        ("1h", "2024-03-31T11:00:00"),
        ("1d", "2024-03-30"),
        ("1w", "2024-03-24"),
        ("999999w", None),
        ("1x", None),
    ],
)
def test_the_date_that_was_so_long_ago(age: str, date: str | None) -> None:
    now = datetime(2024, 3, 31, 12, 0, 0, 250_000, tzinfo=UTC)
    assert moment_ago(age, now, of_day=True) == date


@pytest.mark.usefixtures("_wherever")
def test_ten_thousand_years_are_more_than_dates_have() -> None:
    end = datetime(9999, 12, 31, tzinfo=UTC)
    assert moment_ago("0m", end, of_day=True) == "9999-12-31"
    assert moment_ago("1d", end, of_day=False) == "9999-12-30T00:00:00"
