"""Predicates in the SQL of the driver's engine: which entries may be meant.

It decides what columns hold as they are: categories, languages, tags, lengths, values that are
equal. All else is left to the evaluator, which has the last word in any case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from attrs import evolve, frozen

from ...identity import CategoryPath
from ...query import Compare, Equals, Predicate, leaves
from ...query.dates import date_key
from ...query.fields import LENGTH
from ..relational.conditions import (
    ALL,
    Condition,
    OnValue,
    Terms,
    condition,
    joined,
    of_date,
    of_length,
)
from .failures import CANNOT_TELL
from .table import quoted

__all__ = ["DeltaTerms", "narrowing", "of_predicate"]

_UNDECIDED = evolve(ALL, decides=False)
_MOST = 1_000
"""Terms, or names of categories, that are asked for; the engine takes its time for more."""

_COLUMNS: Mapping[str, str] = {
    "id": "e.id",
    "title": "coalesce(e.title, '')",
    "text": "coalesce(e.body, '')",
    "lang": "e.language",
    "created": "e.created",
    "rights": "e.rights",
}
"""The columns that are compared as they are."""


@frozen
class DeltaTerms(Terms):
    """What the engine decides.

    Args:
        categories: gives all there are, by how they are written in the table.
    """

    categories: Callable[[], Mapping[str | None, CategoryPath]]

    def among_categories(self, is_meant: Callable[[CategoryPath], bool]) -> Condition:
        try:
            paths = self.categories()
        except CANNOT_TELL:
            # A damaged file, or the name that another program has written: others are told there.
            return _UNDECIDED
        names = [name for name, path in paths.items() if is_meant(path)]
        if len(names) > _MOST:
            return _UNDECIDED
        written = tuple({name or "" for name in names})
        places = ", ".join("?" for _ in written)
        return Condition(f"coalesce(e.category, '') IN ({places})" if written else "FALSE", written)

    def has(self, what: str) -> Condition:
        return _UNDECIDED

    def full_text(self, words: tuple[str, ...], field: str | None) -> Condition:
        return _UNDECIDED

    def on_field(self, predicate: OnValue) -> Condition:
        match predicate:
            case Equals("tag", value):
                return Condition("coalesce(array_has(e.tags, ?), FALSE)", (value,))
            case Equals(name, value) if name in _COLUMNS:
                column = _COLUMNS[name]
                return Condition(f"({column} IS NOT NULL AND {column} = ?)", (value,))
            case Compare(name, operator, value) if name == LENGTH:
                length = of_length(operator, int(value))
                return evolve(length, sql=length.sql.replace("e.body", _COLUMNS["text"]))
            case Compare("created", operator, value):
                # What is no plain date is for the evaluator to say.
                is_plain = "(character_length(e.created) <= 10 AND e.created >= '0')"
                other = Condition(f"(e.created IS NOT NULL AND NOT {is_plain})", decides=False)
                date = of_date("e.created", operator, date_key(value))
                return joined("OR", [other, date], is_narrow=False)
            case _:
                return _UNDECIDED


def of_predicate(predicate: Predicate, terms: DeltaTerms) -> Condition:
    """What an entry must meet; more than that is for the evaluator."""
    if sum(1 for _ in leaves(predicate)) > _MOST:
        return _UNDECIDED
    return condition(predicate, terms)


def narrowing(predicate: Predicate, terms: DeltaTerms) -> str | None:
    """The condition as the engine has it; `None` where it keeps no entry out.

    >>> narrowing(Equals("lang", "de"), DeltaTerms(dict))
    "(language IS NOT NULL AND language = 'de')"
    """
    found = of_predicate(predicate, terms)
    first, *others = found.sql.replace("e.", "").split("?")
    if not found.parameters and "FALSE" not in found.sql and "e." not in found.sql:
        return None
    written = [str(each) if isinstance(each, int) else quoted(each) for each in found.parameters]
    return first + "".join(value + rest for value, rest in zip(written, others, strict=True))
