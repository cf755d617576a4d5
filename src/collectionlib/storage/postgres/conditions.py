"""Predicates in the SQL of PostgreSQL.

What a predicate compares is in the tables, in the form in which it is compared: so the server
decides nearly all. It does not decide expressions, phrases (of which it tells who has the words),
and letters in texts beyond ASCII, which the evaluator then looks at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import groupby
from uuid import UUID

from attrs import evolve, frozen

from ...identity import CategoryPath
from ...query import Compare, Contains, Equals, Glob
from ...query.dates import date_key, date_text
from ...query.fields import ATTRIBUTE, DATES, LENGTH, is_attribute
from ...query.patterns import runs
from ...query.predicates import NUMBER
from ...words import fold, is_unspaced, phrases
from ..relational.conditions import (
    ALL,
    TABLES,
    Condition,
    OnValue,
    Terms,
    joined,
    of_date,
    of_length,
    value_test,
)
from .rows import LONGEST_WORD, category_id, category_text, storable

__all__ = ["COLUMNS", "PostgresTerms", "date_column"]


def date_column(field: str) -> str:
    """What the dates of a field compare by."""
    if field == "created":
        return "coalesce(e.created_key, e.created)"
    text = f"to_char(e.{field} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US')"
    return f"regexp_replace({text}, '\\.000000$', '')"


def _moment(field: str) -> str:
    return f"({date_column(field)} || '+00:00')"


_URI = "coalesce(e.folded->>'uri', lower(e.source_uri))"
COLUMNS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "id": (("e.id", "e.id"),),
    "title": (("e.title", "coalesce(e.folded->>'title', lower(e.title))"),),
    "lang": (("e.language", "lower(e.language)"),),
    "created": (("e.created", "lower(e.created)"),),
    "added": ((_moment("added"), f"lower({_moment('added')})"),),
    "modified": ((_moment("modified"), f"lower({_moment('modified')})"),),
    "rights": (("e.rights", "coalesce(e.folded->>'rights', lower(e.rights))"),),
    "source": (
        ("e.source_uri", _URI),
        (
            "(e.source_uri || '/' || e.source_member)",
            f"({_URI} || '/' || coalesce(e.folded->>'member', lower(e.source_member)))",
        ),
        ("e.source_site", "coalesce(e.folded->>'site', lower(e.source_site))"),
    ),
}
"""The columns of each field in the row of the entry, as they are and folded; but for the text."""

_TRIGRAM = 3
"""Letters that have to be asked for so that an index of trigrams leads to them."""

_BODY_IS_ASCII = "octet_length(e.body) = length(e.body)"


@frozen
class PostgresTerms(Terms):
    """What the server decides.

    Args:
        categories: the paths of the categories that entries stand in; asked where it is needed.
        has_all_words: whether the words of every entry are in the index.
        has_trigrams: whether there is an index of the trigrams of titles.
    """

    categories: Callable[[], list[CategoryPath]]
    has_all_words: bool
    has_trigrams: bool

    def among_categories(self, is_meant: Callable[[CategoryPath], bool]) -> Condition:
        ids: list[UUID] = [
            category_id(category_text(path)) for path in self.categories() if is_meant(path)
        ]
        return Condition("e.category_id = ANY(?)", (ids,))

    def has(self, what: str) -> Condition:
        match what:
            case "notes" | "pictures":
                return Condition("coalesce(? = ANY(e.parts), FALSE)", (what,))
            case "tag" | "author":
                return Condition(f"e.id IN (SELECT entry FROM {TABLES[what][0]})")  # noqa: S608
            case "attributes":
                return Condition("(e.attributes IS NOT NULL)")
            case "text":
                return Condition("(e.body <> '')")
            case _ if is_attribute(what):
                return _of_attribute(what, Condition("value <> ''"))
            case _:
                return Condition(f"({' OR '.join(_is_there(own) for own, _ in COLUMNS[what])})")

    def full_text(self, words: tuple[str, ...], field: str | None) -> Condition:
        found = phrases(words)
        tokens = [token for run in found for token in run]
        sought = " & ".join(_lexeme(token, field) for token in tokens if len(token) <= LONGEST_WORD)
        # A word that stands alone is decided by the index; letters that follow each other, in
        # phrases and in scripts without blanks, are not.
        decides = (
            self.has_all_words
            and all(len(run) == 1 for run in found)
            and not any(is_unspaced(word) and len(fold(word)) > 1 for word in words)
            and max(map(len, tokens), default=0) <= LONGEST_WORD
        )
        if not sought:
            return evolve(ALL, decides=decides and not tokens)
        sql = "e.words @@ ?::tsquery"
        if not self.has_all_words:
            sql = f"({sql} OR e.words IS NULL)"
        return Condition(sql, (sought,), decides, is_narrow=True)

    def on_field(self, predicate: OnValue) -> Condition:
        field = predicate.field
        if is_attribute(field):
            return _of_attribute(field, _on_attribute(predicate))
        if isinstance(predicate, Compare) and field == LENGTH:
            return of_length(predicate.operator, int(predicate.value))
        if isinstance(predicate, Compare) and field in DATES:
            return of_date(date_column(field), predicate.operator, date_key(predicate.value))
        if field == "text":
            return _on_text(predicate)
        if table := TABLES.get(field):
            return _in_table(predicate, *table)
        tests = [_test(predicate, own, folded) for own, folded in COLUMNS[field]]
        return joined("OR", tests, is_narrow=tests[0].is_narrow or self._has_trigrams_of(predicate))

    def _has_trigrams_of(self, predicate: OnValue) -> bool:
        return (
            self.has_trigrams
            and isinstance(predicate, Contains)
            and predicate.field == "title"
            and len(fold(predicate.value)) >= _TRIGRAM
        )


def _is_there(column: str) -> str:
    return f"coalesce({column} <> '', FALSE)"


def _lexeme(token: str, field: str | None) -> str:
    quoted = token.replace("\\", "\\\\").replace("'", "''")
    return f"'{quoted}'" if field == "text" else f"('{quoted}' | '={quoted}')"


def _test(predicate: OnValue, own: str, folded: str) -> Condition:
    test = value_test(
        predicate,
        own,
        contains=f"{folded} LIKE ?",
        globbed=f"coalesce({folded} LIKE ?, FALSE)",
    )
    if isinstance(predicate, Contains):
        return evolve(test, parameters=(f"%{_escaped(storable(fold(predicate.value)))}%",))
    if isinstance(predicate, Glob) and not test.is_narrow:
        return evolve(test, parameters=(_like(predicate.pattern),))
    return evolve(test, parameters=tuple(map(storable, test.parameters)))


def _like(pattern: str) -> str:
    r"""A pattern as ``LIKE`` has it, of folded letters.

    >>> _like(r"É?*\*_")
    'e_%*\\_'
    """
    return "%".join("".join(_literal(run)) for run in runs(storable(pattern)))


def _literal(pieces: list[str]) -> list[str]:
    found = []
    for is_any, group in groupby(pieces, key="?".__eq__):
        text = "".join(piece[-1] for piece in group)
        found.append("_" * len(text) if is_any else _escaped(fold(text)))
    return found


def _escaped(text: str) -> str:
    for sign in "\\%_":
        text = text.replace(sign, f"\\{sign}")
    return text


def _on_text(predicate: OnValue) -> Condition:
    if not isinstance(predicate, Contains):
        return _test(predicate, "e.body", "e.body")
    test = _test(predicate, "e.body", "lower(e.body)")
    return evolve(test, sql=f"({test.sql} OR NOT {_BODY_IS_ASCII})", decides=False)


def _in_table(predicate: OnValue, table: str, column: str) -> Condition:
    test = _test(predicate, column, f"coalesce(folded, lower({column}))")
    is_narrow = isinstance(predicate, Equals)
    if is_narrow:
        # The index has the beginnings: there is no end to what a value may be.
        first = f"left({column}, 300) = left(?, 300)"
        test = evolve(test, sql=f"{first} AND {test.sql}", parameters=test.parameters * 2)
    sql = f"e.id IN (SELECT entry FROM {table} WHERE {test.sql})"  # noqa: S608
    return Condition(sql, test.parameters, is_narrow=is_narrow)


# --- attributes ---------------------------------------------------------------------------------


def _of_attribute(field: str, test: Condition) -> Condition:
    name = storable(field.removeprefix(ATTRIBUTE))
    return Condition(
        "e.id IN (SELECT entry FROM attributes WHERE left(name, 100) = left(?, 100) "  # noqa: S608
        f"AND name = ? AND {test.sql})",
        (name, name, *test.parameters),
        test.decides,
        is_narrow=test.is_narrow,
    )


def _on_attribute(predicate: OnValue) -> Condition:
    match predicate:
        case Equals(_, value):
            own = storable(value)
            sql = "left(value, 300) = left(?, 300) AND value = ?"
            return Condition(sql, (own, own), is_narrow=True)
        case Contains(_, value):
            own = storable(fold(value))
            # What stands for other characters may be found in the middle of them.
            is_sure = not {"\x01", "\x02"} & set(own)
            return Condition("strpos(coalesce(folded, lower(value)), ?) > 0", (own,), is_sure)
        case Compare():
            return _attribute_compared(predicate)
        case Glob():
            raise AssertionError


def _attribute_compared(predicate: Compare) -> Condition:
    """`collectionlib.query.evaluation` has the same for one value."""
    operator, sought = predicate.operator, predicate.value
    date = date_text(sought)
    parts: list[Condition] = []
    if is_number := NUMBER.fullmatch(sought) is not None:
        parts.append(Condition(f"(number IS NOT NULL AND number {operator} ?::numeric)", (sought,)))
    if date is not None:
        part = of_date("date", operator, date_key(date))
        parts.append(evolve(part, sql=f"(number IS NULL AND {part.sql})") if is_number else part)
    if not parts:
        return Condition(f"value {operator} ?", (storable(sought),))
    return joined("OR", parts, is_narrow=False)
