"""Predicates as SQL: the same answer as `collectionlib.query.matches` gives, in the database.

Regular expressions are left to the evaluator, which can stop them in time: where there are any,
the SQL says which entries may be meant. Everything else it decides, with the functions of
`functions` where SQL has no words. Each condition is true or false, never unknown.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from attrs import frozen

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
    Matches,
    Not,
    Predicate,
    holds,
    leaves,
)
from ...query.dates import Operator, date_key
from ...query.fields import DATES, LENGTH, is_attribute
from ...words import fold, phrases
from .functions import attribute_test

__all__ = ["COLUMNS", "Condition", "condition", "date_column", "word_query"]

_MOST_TERMS = 5_000
"""How many terms are translated: SQLite takes a limited number of parameters."""

_LARGEST = 2**62
"""No text is longer, and SQLite knows no larger number."""


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


COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("e.id",),
    "title": ("e.title",),
    "text": ("e.body",),
    "lang": ("e.language",),
    "created": ("e.created",),
    "added": ("e.added",),
    "modified": ("e.modified",),
    "rights": ("e.rights",),
    "source": ("e.source_uri", "e.source_uri || '/' || e.source_member", "e.source_site"),
}
"""The columns of each field that stands in the row of the entry."""

_TABLES = {"tag": ("tags", "tag"), "author": ("contributors", "name")}


def condition(
    predicate: Predicate, categories: Mapping[int, CategoryPath], *, has_index: bool
) -> Condition:
    """What an entry ``e`` must meet.

    Args:
        predicate: what is meant.
        categories: paths by the keys of their rows.
        has_index: whether the index of words is up to date.
    """
    if sum(1 for _ in leaves(predicate)) > _MOST_TERMS:
        return Condition("1", decides=False)
    return _Translation(categories, has_index).of(predicate, may_be_more=True)


@frozen
class _Translation:
    categories: Mapping[int, CategoryPath]
    has_index: bool

    def of(self, predicate: Predicate, *, may_be_more: bool) -> Condition:
        """A predicate as SQL.

        Args:
            predicate: what is meant.
            may_be_more: on which side to err where SQL cannot tell: on that of too many entries,
                or, below a ``not``, of too few.
        """
        match predicate:
            case AllOf(predicates):
                parts = [self.of(each, may_be_more=may_be_more) for each in predicates]
                return _joined("AND", parts, is_narrow=any(part.is_narrow for part in parts))
            case AnyOf(predicates):
                parts = [self.of(each, may_be_more=may_be_more) for each in predicates]
                is_narrow = bool(parts) and all(part.is_narrow for part in parts)
                return _joined("OR", parts, is_narrow=is_narrow)
            case Not(inner):
                part = self.of(inner, may_be_more=not may_be_more)
                return Condition(f"NOT {part.sql}", part.parameters, part.decides)
            case Matches():
                return Condition("1" if may_be_more else "0", decides=False)
            case InCategory(path, exactly):
                depth = None if exactly else len(path)
                return self._among_categories(lambda other: other[:depth] == path)
            case InLanguage(language):
                return _in_language(language)
            case FullText(words, field):
                return _full_text(words, field, has_index=self.has_index)
            case Has(what):
                return self._has(what)
            case Contains("category"):
                names = predicate
                return self._among_categories(lambda path: any(holds(names, n) for n in path))
            case Equals() | Contains() | Glob() | Compare():
                return _on_field(predicate)

    def _among_categories(self, is_meant: Callable[[CategoryPath], bool]) -> Condition:
        keys = [key for key, path in self.categories.items() if is_meant(path)]
        if len(keys) == 1:
            return Condition("e.category = ?", (keys[0],))
        return Condition("e.category IN (SELECT value FROM json_each(?))", (json.dumps(keys),))

    def _has(self, what: str) -> Condition:
        match what:
            case "category":
                return self._among_categories(bool)
            case "notes" | "pictures":
                sign = {"notes": "[^", "pictures": "!["}[what]
                return Condition(
                    "(e.markup = 'markdown' AND instr(e.body, ?) > 0 "
                    "AND has_part(?, e.markup, e.body))",
                    (sign, what),
                )
            case "tag" | "author":
                name, column = _TABLES[what]
                return Condition(f"e.id IN (SELECT entry FROM {name} WHERE {column} <> '')")  # noqa: S608
            case _ if what == "attributes" or is_attribute(what):
                return Condition("attribute_holds(e.attributes, ?)", (attribute_test(Has(what)),))
            case _:
                return Condition(f"(coalesce({COLUMNS[what][0]}, '') <> '')")


def _joined(sign: str, parts: list[Condition], *, is_narrow: bool) -> Condition:
    return Condition(
        _balanced(sign, [part.sql for part in parts]),
        tuple(value for part in parts for value in part.parameters),
        all(part.decides for part in parts),
        is_narrow,
    )


def _balanced(sign: str, parts: list[str]) -> str:
    """Parts with a sign between, in nested pairs: SQLite goes only so deep."""
    if not parts:
        return "1" if sign == "AND" else "0"
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


# --- fields -------------------------------------------------------------------------------------


def _on_field(predicate: Equals | Contains | Glob | Compare) -> Condition:
    field = predicate.field
    if is_attribute(field):
        assert not isinstance(predicate, Glob)
        return Condition("attribute_holds(e.attributes, ?)", (attribute_test(predicate),))
    if isinstance(predicate, Compare) and field == LENGTH:
        return _of_length(predicate.operator, int(predicate.value))
    if isinstance(predicate, Compare) and field in DATES:
        return _of_date(date_column(field), predicate.operator, date_key(predicate.value))
    if table := _TABLES.get(field):
        name, column = table
        test = _test(predicate, column)
        sql = f"e.id IN (SELECT entry FROM {name} WHERE {test.sql})"  # noqa: S608
        return Condition(sql, test.parameters, is_narrow=isinstance(predicate, Equals))
    tests = [_test(predicate, column) for column in _columns(field)]
    return _joined("OR", tests, is_narrow=tests[0].is_narrow)


def _columns(field: str) -> tuple[str, ...]:
    if field in ("added", "modified"):
        return (
            f"CASE WHEN substr(e.{field}, -6) = '+00:00' THEN e.{field} ELSE in_utc(e.{field}) END",
        )
    return COLUMNS[field]


def _of_length(operator: Operator, number: int) -> Condition:
    return Condition(f"(length(e.body) {operator} ?)", (min(number, _LARGEST),))


def date_column(field: str) -> str:
    """What the dates of a field compare by; most are it already."""
    column = f"e.{field}"
    if field == "created":
        is_plain = f"length({column}) <= 10 AND {column} >= '0'"
        return f"CASE WHEN {is_plain} THEN {column} ELSE date_key({column}) END"
    return (
        f"CASE WHEN substr({column}, -6) = '+00:00' THEN substr({column}, 1, length({column}) - 6) "
        f"ELSE moment_key({column}) END"
    )


def _of_date(own: str, operator: Operator, sought: str) -> Condition:
    """`collectionlib.query.dates.is_in_order`, in SQL."""
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


def _test(predicate: Equals | Contains | Glob | Compare, column: str) -> Condition:
    """Whether the value of a column meets a predicate: yes or no, never unknown."""
    match predicate:
        case Equals(field, value):
            return Condition(f"{column} IS ?", (value,), is_narrow=field == "id")
        case Contains(_, value):
            return Condition(
                f"({column} IS NOT NULL AND instr(fold({column}), ?) > 0)", (fold(value),)
            )
        case Compare(_, operator, value):
            return Condition(f"({column} IS NOT NULL AND {column} {operator} ?)", (value,))
        case Glob("id", pattern) if pattern[:-1].isalnum() and pattern.endswith("*"):
            first = fold(pattern[:-1])
            return Condition(
                f"({column} >= ? AND {column} < ?)", (first, first + "\x7f"), is_narrow=True
            )
        case Glob(_, pattern):
            return Condition(f"globbed(?, {column})", (pattern,))


def _full_text(words: tuple[str, ...], field: str | None, *, has_index: bool) -> Condition:
    title = "''" if field == "text" else "e.title"
    decides = Condition(f"has_words({title}, e.body, ?)", (json.dumps(words),))
    match = word_query(words, field)
    if not has_index or not match:
        return decides
    narrows = Condition(
        "(e.key IN (SELECT rowid FROM words WHERE words MATCH ?) OR e.sort_key IS NULL)", (match,)
    )
    return _joined("AND", [narrows, decides], is_narrow=True)


def word_query(words: tuple[str, ...], field: str | None = None) -> str:
    """What to ask the index of words for: all entries that have the words are among the found.

    >>> word_query(("Glück", "祝福"))
    '"gluck" AND "祝 福"'
    >>> word_query(("be well",), "text")
    'body : ("be well")'
    """
    query = " AND ".join(f'"{" ".join(run)}"' for run in phrases(words))
    return f"body : ({query})" if query and field == "text" else query
