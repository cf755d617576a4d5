"""Predicates written in the language of queries, so that `parse` reads the same again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import IntEnum

from ..errors import MalformedQuery
from ..identity import format_category_path
from ..words import sought
from .fields import ATTRIBUTE, is_attribute
from .language import parse
from .predicates import (
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
)

__all__ = ["to_text"]

_PLAIN_NAME = re.compile(r"[\w.\-]+")
_PLAIN_VALUE = re.compile(r'[^\s"()]+')


class _Binding(IntEnum):
    """How closely the parts of a query belong together."""

    ANY = 0
    ALL = 1
    ONE = 2


def to_text(predicate: Predicate) -> str:
    """Write a predicate as a query.

    `parse` gives the same predicate again, if it is one that `parse` ever gives; else one that
    means the same: a group of one is written as what it holds, and several words as a term each.

    >>> to_text(Not(AnyOf((InLanguage("zh"), FullText(("be well",))))))
    'not (lang:zh or "be well")'
    """
    return "" if predicate == AllOf(()) else _written(predicate, _Binding.ANY)


def _written(predicate: Predicate, least: _Binding) -> str:
    """The text of a predicate, in parentheses where it would fall apart."""
    match predicate:
        case AllOf((only,)) | AnyOf((only,)):
            return _written(only, least)
        case AllOf(()):
            return "()"
        case AnyOf(()):
            return "not ()"
        case AllOf(predicates):
            return _joined(" ", predicates, _Binding.ALL, least)
        case AnyOf(predicates):
            return _joined(" or ", predicates, _Binding.ANY, least)
        case Not(inner):
            return f"not {_written(inner, _Binding.ONE)}"
        case FullText(words, field) if len(words) != 1 or not sought(words):
            terms = tuple(FullText((word,), field) for word in words if sought((word,)))
            return _written(AllOf(terms), least)
        case _:
            return _term(predicate)


def _joined(sign: str, predicates: Iterable[Predicate], own: _Binding, least: _Binding) -> str:
    text = sign.join(_written(each, _Binding(own + 1)) for each in predicates)
    return f"({text})" if own < least else text


def _term(predicate: Predicate) -> str:
    """The shortest way to write a term that is read as the same."""
    for text in _ways(predicate):
        try:
            if parse(text) == predicate:
                return text
        except MalformedQuery:
            continue
    raise AssertionError(predicate)


def _ways(predicate: Predicate) -> Iterator[str]:
    match predicate:
        case Equals(field, value):
            yield from _signed(field, (":", ":="), value)
        case Contains(field, value):
            yield from _signed(field, (":", "*="), value)
        case Glob(field, pattern):
            yield from _signed(field, (":",), pattern)
        case InLanguage(language):
            yield from _signed("lang", (":",), language)
        case Compare(field, operator, value):
            yield from _signed(field, (":" if operator == "=" else operator,), value)
        case Matches(field, pattern):
            yield from _signed(field, ("~",), pattern)
        case FullText((word,), field):
            yield from _signed(field, (":" if field else "",), word)
        case Has(what):
            yield from _signed("has", (":",), what)
        case InCategory(path, exactly):
            value = format_category_path(path)
            sign = ":=" if exactly else ":"
            yield f"category{sign}{value}"
            in_quotes = value.replace('"', '\\"')
            yield f'category{sign}"{in_quotes}"'
        case _:
            raise AssertionError(predicate)


def _signed(field: str | None, signs: Iterable[str], value: str) -> Iterator[str]:
    for sign in signs:
        head = _name(field) + sign
        if _PLAIN_VALUE.fullmatch(value):
            yield head + value
        yield f'{head}"{_escaped(value)}"'


def _name(field: str | None) -> str:
    if field is None or not is_attribute(field):
        return field or ""
    name = field.removeprefix(ATTRIBUTE)
    return field if _PLAIN_NAME.fullmatch(name) else f'{ATTRIBUTE}"{_escaped(name)}"'


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')
