"""Predicates in words, for whoever wants to know how a query was read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..identity import format_category_path
from .dates import Operator
from .fields import DATES, LENGTH, is_attribute
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
    Order,
    Predicate,
)

__all__ = ["explain", "explain_order", "leaves"]

_WHEN: Mapping[Operator, str] = {
    "=": "in {}",
    "<": "before {}",
    "<=": "in {} or before",
    ">": "after {}",
    ">=": "in {} or after",
}
_WHERE: Mapping[Operator, str] = {
    "=": "at",
    "<": "before",
    "<=": "not after",
    ">": "after",
    ">=": "not before",
}
_HOW_MUCH: Mapping[Operator, str] = {
    "=": "{}",
    "<": "less than {}",
    "<=": "at most {}",
    ">": "more than {}",
    ">=": "at least {}",
}


def explain(predicate: Predicate) -> str:
    """Say in words which entries are meant, a line for each part.

    >>> print(
    ...     explain(AllOf((InLanguage("zh"), Not(AnyOf((Has("notes"), FullText(("be well",))))))))
    ... )
    all of:
      in the language zh
      none of:
        has notes
        has the phrase "be well" in title or text
    """
    return "\n".join(_lines(predicate))


def _lines(predicate: Predicate) -> Iterator[str]:
    match predicate:
        case AllOf(()) | Not(AnyOf(())):
            yield "every entry"
        case AnyOf(()) | Not(AllOf(())):
            yield "no entry"
        case AllOf((only,)) | AnyOf((only,)):
            yield from _lines(only)
        case AllOf(predicates):
            yield from _group("all of:", predicates)
        case AnyOf(predicates):
            yield from _group("any of:", predicates)
        case Not(AllOf((_, _, *_) as predicates)):
            yield from _group("not all of:", predicates)
        case Not(AnyOf((_, _, *_) as predicates)):
            yield from _group("none of:", predicates)
        case Not(inner):
            first, *others = _lines(inner)
            yield f"not: {first}"
            yield from others
        case _:
            yield _sentence(predicate)


def _group(head: str, predicates: tuple[Predicate, ...]) -> Iterator[str]:
    yield head
    for each in predicates:
        yield from (f"  {line}" for line in _lines(each))


def _sentence(predicate: Predicate) -> str:
    match predicate:
        case InCategory(()):
            return "in no category" if predicate.exactly else "in any category or none"
        case InCategory(path, exactly):
            return (
                f"in the category {format_category_path(path)}{'' if exactly else ' or below it'}"
            )
        case InLanguage(language):
            return f"in the language {language}"
        case FullText(words, field):
            what = " and ".join(map(_word, words)) or "any word"
            return f"has {what} in {field or 'title or text'}"
        case Has(what):
            return f"has {what}"
        case Equals(field, value):
            return f"{field} is {_quoted(value)}"
        case Contains(field, value):
            return f"{field} contains {_quoted(value)}"
        case Glob(field, pattern):
            return f"{field} is like {_quoted(pattern)}"
        case Matches(field, pattern):
            return f"{field or 'title or text'} matches the expression {_quoted(pattern)}"
        case Compare(field, operator, value):
            return _comparison(field, operator, value)
        case _:
            raise AssertionError(predicate)


def _comparison(field: str, operator: Operator, value: str) -> str:
    if field in DATES:
        return f"{field} {_WHEN[operator].format(value)}"
    if field == LENGTH:
        return f"{field} is {_HOW_MUCH[operator].format(value)} characters"
    if is_attribute(field):
        return f"{field} is {_HOW_MUCH[operator].format(value)}"
    return f"{field} is {_WHERE[operator]} {_quoted(value)}"


def _word(word: str) -> str:
    return f"the {'phrase' if len(word.split()) > 1 else 'word'} {_quoted(word)}"


def _quoted(value: str) -> str:
    shown = "".join(c if c.isprintable() else "\ufffd" for c in value)
    return f'"{shown}"'


def explain_order(order: Order) -> str:
    """Say in words in which order entries come.

    >>> from collectionlib.query import SortBy
    >>> explain_order((SortBy("author"), SortBy("length", descending=True)))
    'by author, by length descending, then in reading order'
    """
    by = [f"by {each.field}{' descending' if each.descending else ''}" for each in order]
    return ", ".join([*by, "then in reading order"]) if by else "in reading order"


def leaves(predicate: Predicate) -> Iterator[Predicate]:
    """The parts of a predicate that have no parts, from left to right.

    >>> list(leaves(Not(AnyOf((Has("notes"), InLanguage("zh"))))))
    [Has(what='notes'), InLanguage(language='zh')]
    """
    match predicate:
        case AllOf(predicates) | AnyOf(predicates):
            for each in predicates:
                yield from leaves(each)
        case Not(inner):
            yield from leaves(inner)
        case _:
            yield predicate
