"""Predicates as SQL: the same answer as `collectionlib.query.matches` gives, in the database.

Regular expressions are left to the evaluator, which can stop them in time: where there are any,
the SQL says which entries may be meant. What else a database can tell, and in which words, its
`Terms` say. Each condition is true or false, never unknown; ``?`` stands for a parameter.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from attrs import evolve, frozen

from ...identity import CategoryPath
from ...query import (
    AllOf,
    AnyOf,
    Compare,
    Contains,
    Equals,
    FullText,
    Glob,
    Has,
    InCategory,
    InLanguage,
    Not,
    Predicate,
    holds,
    leaves,
)
from ...query.dates import Operator
from ...words import fold

__all__ = [
    "ALL",
    "LARGEST",
    "TABLES",
    "Condition",
    "OnValue",
    "Terms",
    "condition",
    "joined",
    "of_date",
    "of_length",
    "value_test",
]

_MOST_TERMS = 5_000
"""How many terms are translated: a database takes a limited number of parameters."""

LARGEST = 2**62
"""No text is longer, and databases know hardly a larger number."""

OnValue = Equals | Contains | Glob | Compare
"""What is asked of a value by itself, but for expressions."""

TABLES = {"tag": ("tags", "tag"), "author": ("contributors", "name")}
"""The fields of which an entry has many values: their tables, and the columns in them."""


@frozen
class Condition:
    """A condition on an entry ``e``, with its parameters.

    Args:
        sql: the words.
        parameters: of the words.
        decides: whether all that meet it are meant; else the evaluator has to look at them.
        is_narrow: whether an index leads to the few that meet it.
    """

    sql: str
    parameters: tuple[Any, ...] = ()
    decides: bool = True
    is_narrow: bool = False


ALL = Condition("TRUE")
"""What every entry meets."""


class Terms(ABC):
    """How a database says what is no part of another predicate.

    A condition that does not decide is met by every entry that is meant, and maybe by others.
    """

    @abstractmethod
    def among_categories(self, is_meant: Callable[[CategoryPath], bool]) -> Condition:
        """The entry stands in a category that is meant."""

    @abstractmethod
    def full_text(self, words: tuple[str, ...], field: str | None) -> Condition:
        """The entry has the words, as `collectionlib.query.FullText` says."""

    @abstractmethod
    def has(self, what: str) -> Condition:
        """The entry has something in a field, or a part; not asked for categories."""

    @abstractmethod
    def on_field(self, predicate: OnValue) -> Condition:
        """A value of a field is as the predicate says; not asked for categories."""


def condition(predicate: Predicate, terms: Terms) -> Condition:
    """What an entry ``e`` must meet.

    Args:
        predicate: what is meant.
        terms: of the database.
    """
    if sum(1 for _ in leaves(predicate)) > _MOST_TERMS:
        return evolve(ALL, decides=False)
    return _translated(predicate, terms, may_be_more=True)


def _translated(predicate: Predicate, terms: Terms, *, may_be_more: bool) -> Condition:
    """A predicate as SQL.

    Args:
        predicate: what is meant.
        terms: of the database.
        may_be_more: on which side to err where SQL cannot tell: on that of too many entries,
            or, below a ``not``, of too few.
    """
    match predicate:
        case AllOf(predicates):
            parts = [_translated(each, terms, may_be_more=may_be_more) for each in predicates]
            return joined("AND", parts, is_narrow=any(part.is_narrow for part in parts))
        case AnyOf(predicates):
            parts = [_translated(each, terms, may_be_more=may_be_more) for each in predicates]
            is_narrow = bool(parts) and all(part.is_narrow for part in parts)
            return joined("OR", parts, is_narrow=is_narrow)
        case Not(inner):
            part = _translated(inner, terms, may_be_more=not may_be_more)
            return Condition(f"NOT {part.sql}", part.parameters, part.decides)
        case _:
            part = _of_leaf(predicate, terms)
            if part.decides or may_be_more:
                return part
            return Condition("FALSE", decides=False)


def _of_leaf(predicate: Predicate, terms: Terms) -> Condition:
    match predicate:
        case InCategory(path, exactly):
            depth = None if exactly else len(path)
            return terms.among_categories(lambda other: other[:depth] == path)
        case InLanguage(language):
            return _in_language(language)
        case FullText(words, field):
            return terms.full_text(words, field)
        case Has("category"):
            return terms.among_categories(bool)
        case Has(what):
            return terms.has(what)
        case Contains("category"):
            names = predicate
            return terms.among_categories(lambda path: any(holds(names, n) for n in path))
        case Equals() | Contains() | Glob() | Compare():
            return terms.on_field(predicate)
        case _:
            return evolve(ALL, decides=False)


def joined(sign: str, parts: list[Condition], *, is_narrow: bool) -> Condition:
    """Conditions with ``AND`` or ``OR`` between."""
    return Condition(
        _balanced(sign, [part.sql for part in parts]),
        tuple(value for part in parts for value in part.parameters),
        all(part.decides for part in parts),
        is_narrow,
    )


def _balanced(sign: str, parts: list[str]) -> str:
    """Parts with a sign between, in nested pairs: databases go only so deep."""
    if not parts:
        return "TRUE" if sign == "AND" else "FALSE"
    while len(parts) > 1:
        pairs = zip(parts[::2], parts[1::2], strict=False)
        odd = parts[-1:] if len(parts) % 2 else []
        parts = [f"({one} {sign} {other})" for one, other in pairs] + odd
    return parts[0]


def _in_language(language: str) -> Condition:
    tag = language.lower()
    return Condition(
        "(e.language IS NOT NULL AND substr(lower(e.language) || '-', 1, ?) = ?)",
        (len(tag) + 1, f"{tag}-"),
    )


def of_length(operator: Operator, number: int) -> Condition:
    """The text has so many characters."""
    return Condition(f"(length(e.body) {operator} ?)", (min(number, LARGEST),))


def of_date(own: str, operator: Operator, sought: str) -> Condition:
    """`collectionlib.query.dates.is_in_order`, in SQL.

    Args:
        own: what the date compares by.
        operator: how.
        sought: the key of the other date.
    """
    within = f"substr({own}, 1, {len(sought)}) = ?"
    around = f"substr(?, 1, length({own})) = {own}"
    sql, times = {
        "=": (within, 1),
        ">=": (f"{own} >= ?", 1),
        ">": (f"{own} > ? AND NOT {within}", 2),
        "<": (f"{own} < ? AND NOT {around}", 2),
        "<=": (f"{within} OR ({own} < ? AND NOT {around})", 3),
    }[operator]
    return Condition(f"({own} IS NOT NULL AND ({sql}))", (sought,) * times)


def value_test(predicate: OnValue, column: str, *, contains: str, globbed: str) -> Condition:
    """Whether the value of a column meets a predicate: yes or no, never unknown.

    Args:
        predicate: on it.
        column: which.
        contains: that its value, without case and accents, contains a parameter.
        globbed: that it is as a parameter, a pattern, says.
    """
    match predicate:
        case Equals(field, value):
            return Condition(
                f"({column} IS NOT NULL AND {column} = ?)", (value,), is_narrow=field == "id"
            )
        case Contains(_, value):
            return Condition(f"({column} IS NOT NULL AND {contains})", (fold(value),))
        case Compare(_, operator, value):
            return Condition(f"({column} IS NOT NULL AND {column} {operator} ?)", (value,))
        case Glob("id", pattern) if pattern[:-1].isalnum() and pattern.endswith("*"):
            first = fold(pattern[:-1])
            return Condition(
                f"({column} >= ? AND {column} < ?)", (first, first + "\x7f"), is_narrow=True
            )
        case Glob(_, pattern):
            return Condition(globbed, (pattern,))
