"""What can be wrong with the text of one entry."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from ...markup.censored import find_censored
from ...model import Entry
from .findings import Finding

__all__ = ["HUGE", "censored", "empty", "huge", "lost_letters"]

HUGE = 300_000
"""Characters: half as many again as the longest of 33,000 texts of the corpora, the Genesis."""

_AROUND = 16
_SHOWN = 3


def empty(entry: Entry) -> Iterator[Finding]:
    """Whether there is nothing to read."""
    if not any(character.isprintable() and not character.isspace() for character in entry.body):
        yield Finding.of(entry, "text-empty", "the text is empty")


def huge(entry: Entry) -> Iterator[Finding]:
    """Whether there is so much that it may be many texts."""
    if len(entry.body) > HUGE:
        yield Finding.of(entry, "text-huge", f"the text has {len(entry.body):,} characters")


def lost_letters(entry: Entry) -> Iterator[Finding]:
    """Whether letters were lost when it was read."""
    number = entry.title.count("\ufffd") + entry.body.count("\ufffd")
    if number:
        message = f"{number:,} {'letter was' if number == 1 else 'letters were'} lost (U+FFFD)"
        yield Finding.of(entry, "letters-lost", f"{message}{_quoted_lost(entry)}")


def _quoted_lost(entry: Entry) -> str:
    place = entry.body.find("\ufffd")
    return f": “{_around(entry.body, place, place + 1)}”" if place >= 0 else ", in the title"


def censored(entry: Entry) -> Iterator[Finding]:
    """Whether words were struck out."""
    runs = list(find_censored(entry.body, entry.markup))
    if runs:
        quoted = ", ".join(
            f"“{_around(entry.body, start, end)}”" for start, end in islice(runs, _SHOWN)
        )
        more = ", …" if len(runs) > _SHOWN else ""
        where = "in one place" if len(runs) == 1 else f"in {len(runs):,} places"
        yield Finding.of(entry, "censored", f"words were struck out {where}: {quoted}{more}")


def _around(text: str, start: int, end: int) -> str:
    return " ".join(text[max(0, start - _AROUND) : end + _AROUND].split())
