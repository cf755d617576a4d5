"""What each predicate means: the reference that every storage agrees with."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from ..model import Entry
from ..words import fold, has_words
from .fields import values
from .predicates import (
    AllOf,
    AnyOf,
    Compare,
    Contains,
    Equals,
    FullText,
    InCategory,
    Matches,
    Not,
    Predicate,
)

__all__ = ["holds", "matches"]


def matches(predicate: Predicate, entry: Entry) -> bool:
    """Whether an entry meets a predicate: the reference that every storage agrees with.

    >>> wish = Entry(id="0chgm9qjpmfdsafq", title="Été", category=("Blessings", "Birth"))
    >>> matches(InCategory(("Blessings",)), wish), matches(Contains("title", "ete"), wish)
    (True, True)
    """
    match predicate:
        case InCategory(path, exactly):
            return path == (entry.category if exactly else entry.category[: len(path)])
        case FullText(words):
            return has_words(f"{entry.title}\n{entry.body}", words)
        case AllOf(predicates):
            return all(matches(each, entry) for each in predicates)
        case AnyOf(predicates):
            return any(matches(each, entry) for each in predicates)
        case Not(inner):
            return not matches(inner, entry)
        case Equals(field) | Contains(field) | Compare(field) | Matches(field):
            return any(holds(predicate, own) for own in values(entry, field))


def holds(predicate: Equals | Contains | Compare | Matches, value: str) -> bool:
    """Whether one value of the field meets a predicate on it.

    >>> holds(Contains("title", "ete"), "Été")
    True
    """
    match predicate:
        case Equals(_, sought):
            return sought == value
        case Contains(_, sought):
            return fold(sought) in fold(value)
        case Compare(_, operator, sought):
            return _COMPARE[operator](value, sought)
        case Matches(_, pattern):
            return re.search(pattern, value) is not None


_COMPARE: Mapping[str, Callable[[str, str], bool]] = {
    "<": lambda own, value: own < value,
    "<=": lambda own, value: own <= value,
    ">": lambda own, value: own > value,
    ">=": lambda own, value: own >= value,
}
