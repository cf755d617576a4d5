"""Which of several like entries is worth keeping."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, TypeAlias, get_args

from ...model import Entry

__all__ = ["POLICIES", "Policy", "keeper"]

Policy: TypeAlias = Literal["best", "longest", "first", "newest", "oldest"]
"""Which one is kept:

- ``best``: the one of which most is known (rights, author, title, date, language, category);
  of several the longest;
- ``longest``: the one with the longest text;
- ``first``: the one that comes first in reading order;
- ``newest``, ``oldest``: by when it was written, else by when it came in; those of which neither
  is known come last.

Of several that are equal the one that comes first in reading order.
"""

POLICIES: tuple[Policy, ...] = get_args(Policy)
"""All policies; the first one is the usual one."""


def keeper(entries: Iterable[Entry], policy: Policy = "best") -> int:
    """The place of the entry that is to be kept, among some in reading order.

    >>> short = Entry(id="0chgm9qjpmfdsafq", body="Be well.", rights="CC0-1.0")
    >>> long = Entry(id="4yqpxq0qwg0rc203", body="Be well!!!")
    >>> keeper([long, short]), keeper([long, short], "longest")
    (1, 0)
    """
    merit = _MERITS[policy]
    place, _ = max(
        ((place, merit(entry)) for place, entry in enumerate(entries)),
        key=lambda each: (each[1], -each[0]),
    )
    return place


def _best(entry: Entry) -> tuple[int, int]:
    known = (
        entry.rights,
        entry.contributors,
        entry.title,
        entry.created,
        entry.language,
        entry.category,
    )
    return sum(map(bool, known)), len(entry.body)


def _moment(entry: Entry) -> str:
    return entry.created or (entry.added.isoformat() if entry.added else "")


def _age(entry: Entry) -> tuple[bool, list[int]]:
    """The older the greater; strings cannot be negated, their letters can."""
    moment = _moment(entry)
    # An end beyond all letters: `2019` is before `2019-05`.
    return bool(moment), [-ord(letter) for letter in moment] + [1]


_MERITS: Mapping[Policy, Callable[[Entry], Any]] = {
    "best": _best,
    "longest": lambda entry: len(entry.body),
    "first": lambda _entry: 0,
    "newest": _moment,
    "oldest": _age,
}
