"""One term of a query: what ``field:value`` means for each field."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeAlias

from attrs import frozen

from .._clock import SOURCE_DATE
from ..errors import InvalidValueError, MalformedQuery
from ..identity import is_entry_id, parse_category_path
from ..words import sought
from .dates import Operator, date_text, moment_ago
from .fields import ALIASES, ATTRIBUTE, DATES, FIELDS, LENGTH, close_to, is_attribute
from .grammar import Written
from .pointing import malformed
from .predicates import (
    NUMBER,
    PARTS,
    AllOf,
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
)

__all__ = ["HAS", "Term", "meaning"]

HAS = "has"
"""The field that asks whether there is something in another one."""

_PARTS = {
    "attribute": "attributes",
    "date": "created",
    "note": "notes",
    "picture": "pictures",
    "image": "pictures",
    "images": "pictures",
    **ALIASES,
}
_COMPARING: Mapping[str, Operator] = {"<": "<", "<=": "<=", ">": ">", ">=": ">="}
_OF_AGES: Mapping[Operator, Operator] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": ">="}
"""What is younger than an age is later than the date that was so long ago."""

_RANGE = re.compile(r"(.*?)\.\.(.*)", re.DOTALL)
_ESCAPED = re.compile(r'\\(["\\])')
_ESCAPED_IN_PATH = re.compile(r'\\(\\|")')

_Clock: TypeAlias = Callable[[], datetime]


@frozen
class Term:
    """A term as it is written.

    Args:
        query: the whole query.
        value: with its quotes, if it has any.
        field: that stands before the operator; `None` for words and expressions by themselves.
        operator: none before words.
        clock: says what time it is.
    """

    query: str
    value: Written
    field: Written | None
    operator: str
    clock: _Clock

    def wrong(self, reason: str, remedy: str = "", *, at: Written | None = None) -> MalformedQuery:
        """What is wrong with it, at its value or at another place."""
        return malformed(self.query, (at or self.value).at, reason, remedy)


def meaning(term: Term) -> Predicate:
    """What a term asks.

    Raises:
        MalformedQuery: there is no such field, or nothing of the kind can be asked of it.
    """
    try:
        return _on_field(term) if term.field else _words(term)
    except InvalidValueError as error:
        if isinstance(error, MalformedQuery) or error.field == SOURCE_DATE:
            raise
        what = "has a category that " if error.field == "category" else ""
        raise term.wrong(f"{what}{error.reason}") from error


def _words(term: Term) -> Predicate:
    value = _unquoted(term)
    return Matches(None, value) if term.operator == "~" else FullText((_with_a_word(term, value),))


def _with_a_word(term: Term, value: str) -> str:
    if not sought((value,)):
        raise term.wrong("has no word", 'for other signs write text*="…"')
    return value


def _on_field(term: Term) -> Predicate:
    field = _field_name(term)
    if field == HAS:
        return _has(term)
    match term.operator:
        case "~":
            return Matches(field, _unquoted(term))
        case "*=":
            return Contains(field, _unquoted(term))
        case "!=":
            return Not(_equals(term, field))
        case "=":
            return _equals(term, field)
        case ":=":
            return _exactly(term, field)
        case ":":
            return _loosely(term, field)
        case operator:
            return _compared(term, field, _COMPARING[operator], _unquoted(term))


def _field_name(term: Term) -> str:
    assert term.field
    name = term.field.text
    if name.startswith(f'{ATTRIBUTE}"'):
        return ATTRIBUTE + _ESCAPED.sub(r"\1", name[len(ATTRIBUTE) + 1 : -1])
    name = ALIASES.get(name.lower(), name.lower()) if not is_attribute(name) else name
    if name in FIELDS or name == HAS or is_attribute(name):
        return name
    known = f"put a word with such a sign in quotes, or ask for one of {', '.join(FIELDS)}"
    remedy = close_to(name, (*FIELDS, *ALIASES, HAS)) or f"{known}, {ATTRIBUTE}NAME, {HAS}"
    raise term.wrong(f"has no field {name}", remedy, at=term.field)


def _has(term: Term) -> Predicate:
    if term.operator != ":":
        raise term.wrong("asks with another sign than has:", "write has:notes", at=term.field)
    value = _unquoted(term)
    what = value if is_attribute(value) else _PARTS.get(value.lower(), value.lower())
    known = [name for name in (*FIELDS, *PARTS) if name != LENGTH]
    if what not in known and not is_attribute(what):
        listed = f"there are {', '.join(known)}, {ATTRIBUTE}NAME"
        remedy = close_to(what, (*known, *_PARTS)) or listed
        raise term.wrong(f"asks who has {value}, which nobody can have", remedy)
    return Has(what)


def _equals(term: Term, field: str) -> Predicate:
    # Nobody who writes created=2019 means only what is dated to no day.
    return _dated(term, field) if field in DATES else _exactly(term, field)


def _exactly(term: Term, field: str) -> Predicate:
    if field == "category":
        return InCategory(parse_category_path(_unquoted(term)), exactly=True)
    if field == LENGTH:
        return _counted(term, "=", _unquoted(term))
    return Equals(field, _unquoted(term))


def _loosely(term: Term, field: str) -> Predicate:
    value = _unquoted(term)
    match field:
        case "category":
            return InCategory(parse_category_path(value))
        case "text":
            return FullText((_with_a_word(term, value),), "text")
        case "lang":
            return InLanguage(value)
        case "id":
            return _begins(value)
        case "tag":
            return Glob(field, value) if _has_wildcards(value) else Equals(field, value)
        case "source":
            return Glob(field, value) if _has_wildcards(value) else Contains(field, value)
        case _ if field in DATES:
            return _dated(term, field)
        case _ if field == LENGTH:
            return _range(term, field) or _counted(term, "=", value)
        case _ if is_attribute(field):
            return _of_attribute(term, field)
        case _:
            return Contains(field, value)


def _begins(value: str) -> Predicate:
    if is_entry_id(value):
        return Equals("id", value)
    return Glob("id", value if _has_wildcards(value) else f"{value}*")


def _has_wildcards(value: str) -> bool:
    return "*" in value or "?" in value


def _of_attribute(term: Term, field: str) -> Predicate:
    value = _unquoted(term)
    if found := _range(term, field):
        return found
    if NUMBER.fullmatch(value) or date_text(value) == value:
        return Compare(field, "=", value)
    return Contains(field, value)


# --- what has an order --------------------------------------------------------------------------


def _compared(term: Term, field: str, operator: Operator, value: str) -> Predicate:
    if field in DATES:
        return _at_date(term, field, operator, value)
    if field == LENGTH:
        return _counted(term, operator, value)
    return Compare(field, operator, value)


def _dated(term: Term, field: str) -> Predicate:
    return _range(term, field) or _at_date(term, field, "=", _unquoted(term))


def _at_date(term: Term, field: str, operator: Operator, value: str) -> Predicate:
    if date := date_text(value, in_utc=field != "created"):
        return Compare(field, operator, date)
    if date := moment_ago(value, term.clock(), of_day=field == "created"):
        return Compare(field, _OF_AGES[operator], date)
    raise term.wrong(
        f"has no date in {value!r}",
        "write 2019, 2019-05, 2019-05-03, or an age such as 7d (h, d, w, m, y)",
    )


def _counted(term: Term, operator: Operator, value: str) -> Predicate:
    if not (value.isascii() and value.isdecimal() and len(value) < 100):
        raise term.wrong(
            f"has no number in {value!r}", "length counts characters, as in length>500"
        )
    return Compare(LENGTH, operator, str(int(value)))


def _range(term: Term, field: str) -> Predicate | None:
    """From one value to another, both included; `None` where there is no ``..`` between."""
    found = _RANGE.fullmatch(term.value.text)
    if found is None or term.value.text.startswith('"'):
        return None
    ends: list[tuple[Operator, str]] = [(">=", found[1]), ("<=", found[2])]
    given = [end for end in ends if end[1]]
    if is_attribute(field) and not all(_is_ordered(value) for _, value in given):
        return None
    compared = tuple(_compared(term, field, operator, value) for operator, value in given)
    if not compared:
        raise term.wrong("has a range without ends", "write 2019..2021, 2019.. or ..2021")
    return compared[0] if len(compared) == 1 else AllOf(compared)


def _is_ordered(value: str) -> bool:
    return NUMBER.fullmatch(value) is not None or date_text(value) == value


def _unquoted(term: Term) -> str:
    written = term.value.text
    if not written.startswith('"'):
        return written
    if term.field and term.field.text.lower() == "category" and term.operator in ":=!=":
        # In a category path a backslash also escapes the slash and itself: that stays.
        return _ESCAPED_IN_PATH.sub(lambda pair: pair[0] if pair[1] == "\\" else '"', written[1:-1])
    return _ESCAPED.sub(r"\1", written[1:-1])
