"""Predicates in the SQL of SQLite, which decides all but expressions.

Where SQL has no words, there are the functions of `functions`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from attrs import frozen

from ...identity import CategoryPath
from ...query import Compare, Equals, Glob, Has
from ...query.dates import date_key
from ...query.fields import DATES, LENGTH, is_attribute
from ...words import phrases
from ..relational.conditions import (
    TABLES,
    Condition,
    OnValue,
    Terms,
    joined,
    of_date,
    of_length,
    value_test,
)
from .functions import attribute_test

__all__ = ["COLUMNS", "SqliteTerms", "date_column", "word_query"]

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


@frozen
class SqliteTerms(Terms):
    """What SQLite decides.

    Args:
        categories: paths by the keys of their rows.
        has_index: whether the index of words is up to date.
    """

    categories: Mapping[int, CategoryPath]
    has_index: bool

    def among_categories(self, is_meant: Callable[[CategoryPath], bool]) -> Condition:
        keys = [key for key, path in self.categories.items() if is_meant(path)]
        if len(keys) == 1:
            return Condition("e.category = ?", (keys[0],))
        return Condition("e.category IN (SELECT value FROM json_each(?))", (json.dumps(keys),))

    def has(self, what: str) -> Condition:
        match what:
            case "notes" | "pictures":
                sign = {"notes": "[^", "pictures": "!["}[what]
                return Condition(
                    "(e.markup = 'markdown' AND instr(e.body, ?) > 0 "
                    "AND has_part(?, e.markup, e.body))",
                    (sign, what),
                )
            case "tag" | "author":
                name, column = TABLES[what]
                return Condition(f"e.id IN (SELECT entry FROM {name} WHERE {column} <> '')")  # noqa: S608
            case _ if what == "attributes" or is_attribute(what):
                return Condition("attribute_holds(e.attributes, ?)", (attribute_test(Has(what)),))
            case _:
                return Condition(f"(coalesce({COLUMNS[what][0]}, '') <> '')")

    def full_text(self, words: tuple[str, ...], field: str | None) -> Condition:
        title = "''" if field == "text" else "e.title"
        decides = Condition(f"has_words({title}, e.body, ?)", (json.dumps(words),))
        match = word_query(words, field)
        if not self.has_index or not match:
            return decides
        narrows = Condition(
            "(e.key IN (SELECT rowid FROM words WHERE words MATCH ?) OR e.sort_key IS NULL)",
            (match,),
        )
        return joined("AND", [narrows, decides], is_narrow=True)

    def on_field(self, predicate: OnValue) -> Condition:
        field = predicate.field
        if is_attribute(field):
            assert not isinstance(predicate, Glob)
            return Condition("attribute_holds(e.attributes, ?)", (attribute_test(predicate),))
        if isinstance(predicate, Compare) and field == LENGTH:
            return of_length(predicate.operator, int(predicate.value))
        if isinstance(predicate, Compare) and field in DATES:
            return of_date(date_column(field), predicate.operator, date_key(predicate.value))
        if table := TABLES.get(field):
            name, column = table
            test = _test(predicate, column)
            sql = f"e.id IN (SELECT entry FROM {name} WHERE {test.sql})"  # noqa: S608
            return Condition(sql, test.parameters, is_narrow=isinstance(predicate, Equals))
        tests = [_test(predicate, column) for column in _columns(field)]
        return joined("OR", tests, is_narrow=tests[0].is_narrow)


def _test(predicate: OnValue, column: str) -> Condition:
    return value_test(
        predicate,
        column,
        contains=f"instr(fold({column}), ?) > 0",
        globbed=f"globbed(?, {column})",
    )


def _columns(field: str) -> tuple[str, ...]:
    if field in ("added", "modified"):
        return (
            f"CASE WHEN substr(e.{field}, -6) = '+00:00' THEN e.{field} ELSE in_utc(e.{field}) END",
        )
    return COLUMNS[field]


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


def word_query(words: tuple[str, ...], field: str | None = None) -> str:
    """What to ask the index of words for: all entries that have the words are among the found.

    >>> word_query(("Glück", "祝福"))
    '"gluck" AND "祝 福"'
    >>> word_query(("be well",), "text")
    'body : ("be well")'
    """
    query = " AND ".join(f'"{" ".join(run)}"' for run in phrases(words))
    return f"body : ({query})" if query and field == "text" else query
