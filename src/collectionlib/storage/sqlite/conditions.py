"""Predicates as SQL: the same answer as `collectionlib.query.matches` gives, in the database.

What SQL has no words for (folding, regular expressions, natural order) are functions that each
connection brings. The index of words narrows what is looked at; `has_words` decides.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Mapping
from typing import Any

from attrs import frozen

from ...identity import CategoryPath, natural_key
from ...model import Source
from ...query import (
    AllOf,
    AnyOf,
    Compare,
    Contains,
    Equals,
    FullText,
    InCategory,
    Matches,
    Not,
    Order,
    Predicate,
    holds,
    place_key,
)
from ...words import fold, has_words, phrases, sought

__all__ = ["Condition", "condition", "functions", "ordering", "word_query"]


@frozen
class Condition:
    """A condition on an entry ``e``, with its parameters."""

    sql: str
    parameters: tuple[Any, ...] = ()


def functions(connection: sqlite3.Connection) -> None:
    """Bring the functions that conditions and orders use."""
    for name, arity, function in (
        ("fold", 1, lambda value: None if value is None else fold(value)),
        ("natural_key", 1, natural_key),
        ("place_key", 3, _place_key),
        ("regexp", 2, lambda pattern, value: value is not None and bool(_search(pattern, value))),
        ("has_words", 3, _has_words),
    ):
        connection.create_function(name, arity, function, deterministic=True)


def _place_key(title: str, uri: str | None, member: str | None) -> str:
    return place_key(title, None if uri is None else Source(uri=uri, member=member))


def _search(pattern: str, value: str) -> re.Match[str] | None:
    return re.search(pattern, value)


def _has_words(title: str, body: str, words: str) -> bool:
    return has_words(f"{title}\n{body}", tuple(json.loads(words)))


_COLUMNS = {
    "id": ("e.id",),
    "title": ("e.title",),
    "text": ("e.body",),
    "lang": ("e.language",),
    "created": ("e.created",),
    "added": ("e.added",),
    "modified": ("e.modified",),
    "rights": ("e.rights",),
    "source": ("e.source_uri", "e.source_site"),
}
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

    def translate(each: Predicate) -> Condition:
        match each:
            case InCategory(path, exactly):
                keys = [
                    key
                    for key, other in categories.items()
                    if path == (other if exactly else other[: len(path)])
                ]
                return _among(keys)
            case FullText(words):
                return _full_text(words, has_index=has_index)
            case AllOf(predicates):
                return _joined(" AND ", "1", [translate(other) for other in predicates])
            case AnyOf(predicates):
                return _joined(" OR ", "0", [translate(other) for other in predicates])
            case Not(inner):
                negated = translate(inner)
                return Condition(f"NOT {negated.sql}", negated.parameters)
            case Equals() | Contains() | Compare() | Matches():
                return _on_field(each, categories)

    return translate(predicate)


def _among(keys: list[int]) -> Condition:
    if len(keys) == 1:
        return Condition("e.category = ?", (keys[0],))
    return Condition("e.category IN (SELECT value FROM json_each(?))", (json.dumps(keys),))


def _joined(operator: str, empty: str, parts: list[Condition]) -> Condition:
    sql = operator.join(part.sql for part in parts) or empty
    return Condition(f"({sql})", tuple(value for part in parts for value in part.parameters))


def _on_field(
    predicate: Equals | Contains | Compare | Matches, categories: Mapping[int, CategoryPath]
) -> Condition:
    if predicate.field == "category":
        return _among(
            [key for key, path in categories.items() if any(holds(predicate, n) for n in path)]
        )
    if table := _TABLES.get(predicate.field):
        name, column = table
        test = _test(predicate, column)
        return Condition(f"e.id IN (SELECT entry FROM {name} WHERE {test.sql})", test.parameters)  # noqa: S608
    tests = [_test(predicate, column) for column in _COLUMNS[predicate.field]]
    return _joined(" OR ", "0", tests)


def _test(predicate: Equals | Contains | Compare | Matches, column: str) -> Condition:
    """Whether the value of a column meets a predicate: yes or no, never unknown."""
    match predicate:
        case Equals(_, value):
            return Condition(f"{column} IS ?", (value,))
        case Contains(_, value):
            return Condition(
                f"({column} IS NOT NULL AND instr(fold({column}), ?) > 0)", (fold(value),)
            )
        case Compare(_, operator, value):
            return Condition(f"({column} IS NOT NULL AND {column} {operator} ?)", (value,))
        case Matches(_, pattern):
            re.compile(pattern)
            return Condition(f"regexp(?, {column})", (pattern,))


def _full_text(words: tuple[str, ...], *, has_index: bool) -> Condition:
    decides = Condition("has_words(e.title, e.body, ?)", (json.dumps(words),))
    match = word_query(words)
    if not has_index or not match:
        return decides
    narrows = Condition(
        "(e.key IN (SELECT rowid FROM words WHERE words MATCH ?) OR e.sort_key IS NULL)", (match,)
    )
    return _joined(" AND ", "1", [narrows, decides])


def word_query(words: tuple[str, ...]) -> str:
    """What to ask the index of words for: all entries that have the words are among the found.

    >>> word_query(("Glück", "祝福"))
    '"gluck" AND "祝 福"'
    """
    runs = [run for word in sought(words) for run in phrases(word)]
    return " AND ".join(f'"{" ".join(run)}"' for run in runs)


# --- order --------------------------------------------------------------------------------------

_FIRST = {
    "title": "e.title",
    "text": "e.body",
    "category": "first_name(e.category)",
    "author": "(SELECT name FROM contributors WHERE entry = e.id ORDER BY position LIMIT 1)",
    "tag": "(SELECT tag FROM tags WHERE entry = e.id ORDER BY position LIMIT 1)",
    "source": "e.source_uri",
    "length": "CAST(length(e.body) AS TEXT)",
}


def ordering(order: Order) -> list[str]:
    """What to sort by, the reading order not included."""
    terms = []
    for by in order:
        value = f"coalesce({_FIRST.get(by.field) or _COLUMNS[by.field][0]}, '')"
        terms += [f"{value} = ''", f"natural_key({value}){' DESC' if by.descending else ''}"]
    return terms
