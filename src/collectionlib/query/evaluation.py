"""What each predicate means: the reference that every storage agrees with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from operator import eq, ge, gt, le, lt
from typing import TYPE_CHECKING, Any, TypeAlias

from ..errors import InvalidValueError
from ..expressions import compiled
from ..model import Entry
from ..words import fold, word_test
from .dates import Operator, date_key, date_text, is_in_order, moment_key
from .fields import DATES, LENGTH, is_attribute, values
from .patterns import globbed
from .predicates import (
    NUMBER,
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
    OnField,
    Predicate,
)

if TYPE_CHECKING:
    from ..markup.blocks import Block

__all__ = ["has_part", "holds", "is_in_language", "matcher", "matches", "test_of"]

_SECONDS = 2.0
"""How long one expression may look at one text."""

_EntryTest: TypeAlias = Callable[[Entry], bool]
_ValueTest: TypeAlias = Callable[[str], bool]


def matches(predicate: Predicate, entry: Entry) -> bool:
    """Whether an entry meets a predicate: the reference that every storage agrees with.

    Raises:
        InvalidValueError: a regular expression takes too long for it.

    >>> wish = Entry(id="0chgm9qjpmfdsafq", title="Été", category=("Blessings", "Birth"))
    >>> matches(InCategory(("Blessings",)), wish), matches(Contains("title", "ete"), wish)
    (True, True)
    """
    return matcher(predicate)(entry)


@lru_cache(maxsize=64)
def matcher(predicate: Predicate) -> _EntryTest:
    """`matches` for many entries: what depends on the predicate alone is worked out once.

    >>> is_short = matcher(Compare("length", "<", "10"))
    >>> [
    ...     is_short(Entry(id="0chgm9qjpmfdsafq", body=body))
    ...     for body in ("short", "longer than that")
    ... ]
    [True, False]
    """
    match predicate:
        case InCategory(path, exactly):
            if exactly:
                return lambda entry: entry.category == path
            depth = len(path)
            return lambda entry: entry.category[:depth] == path
        case InLanguage(language):
            return lambda entry: is_in_language(entry.language, language)
        case FullText(words, field):
            return _full_text([words], field)
        case Has(what):
            return _has(what)
        case AllOf(predicates):
            return _all_of(predicates)
        case AnyOf(predicates):
            return _any_of(predicates)
        case Not(inner):
            holds_not = matcher(inner)
            return lambda entry: not holds_not(entry)
        case Equals() | Contains() | Glob() | Compare() | Matches():
            return _on_field(predicate)


def _all_of(predicates: tuple[Predicate, ...]) -> _EntryTest:
    words: dict[str | None, list[str]] = {}
    denied: list[Predicate] = []
    others: list[Predicate] = []
    for each in predicates:
        match each:
            case FullText(own, field):
                words.setdefault(field, []).extend(own)
            case Not(inner):
                denied.append(inner)
            case _:
                others.append(each)
    tests = [_full_text([tuple(sought)], field) for field, sought in words.items()]
    if denied:
        is_denied = _any_of(tuple(denied))
        tests.append(lambda entry: not is_denied(entry))
    tests += map(matcher, others)
    return lambda entry: all(test(entry) for test in tests)


def _any_of(predicates: tuple[Predicate, ...]) -> _EntryTest:
    words: dict[str | None, list[tuple[str, ...]]] = {}
    equals: dict[str, set[str]] = {}
    others: list[Predicate] = []
    for each in predicates:
        match each:
            case FullText(own, field):
                words.setdefault(field, []).append(own)
            case Equals(field, value):
                equals.setdefault(field, set()).add(value)
            case _:
                others.append(each)
    tests = [_full_text(alternatives, field) for field, alternatives in words.items()]
    tests += [_is_one_of(field, sought) for field, sought in equals.items()]
    tests += map(matcher, others)
    return lambda entry: any(test(entry) for test in tests)


def _is_one_of(field: str, sought: set[str]) -> _EntryTest:
    return lambda entry: not sought.isdisjoint(values(entry, field))


def is_in_language(own: str | None, language: str) -> bool:
    """Whether a language tag is of a language, as RFC 4647 §3.3.1 filters.

    >>> is_in_language("zh-Hant", "ZH"), is_in_language("zha", "zh"), is_in_language(None, "zh")
    (True, False, False)
    """
    return own is not None and f"{own.lower()}-".startswith(f"{language.lower()}-")


def _full_text(alternatives: list[tuple[str, ...]], field: str | None) -> _EntryTest:
    """Whether an entry has all the words of one of the alternatives."""
    test = word_test(alternatives)
    if field == "text":
        return lambda entry: test((entry.body,))
    return lambda entry: test((entry.title, entry.body))


# --- values -------------------------------------------------------------------------------------


def _on_field(predicate: OnField) -> _EntryTest:
    field = predicate.field
    if isinstance(predicate, Matches):
        return _matches(predicate)
    assert field is not None
    test = test_of(predicate)
    if field == "title":
        return lambda entry: test(entry.title)
    if field == "text":
        return lambda entry: test(entry.body)
    return lambda entry: any(map(test, values(entry, field)))


def _matches(predicate: Matches) -> _EntryTest:
    test = test_of(predicate)
    fields = (predicate.field,) if predicate.field else ("title", "text")

    def is_found(entry: Entry) -> bool:
        try:
            return any(test(value) for field in fields for value in values(entry, field))
        except TimeoutError as error:
            raise InvalidValueError(
                "query",
                predicate.pattern,
                f"has an expression that looks at entry {entry.id} for more than {_SECONDS:g} s, "
                "make it simpler",
            ) from error

    return is_found


def holds(predicate: OnField, value: str) -> bool:
    """Whether one value of the field meets a predicate on it.

    >>> holds(Contains("title", "ete"), "Été")
    True
    """
    return test_of(predicate)(value)


@lru_cache(maxsize=64)
def test_of(predicate: OnField) -> _ValueTest:
    """`holds` for many values.

    >>> list(map(test_of(Glob("source", "archive/*.txt")), ["archive/a/1.txt", "other/1.txt"]))
    [True, False]
    """
    match predicate:
        case Equals(_, sought):
            return lambda value: value == sought
        case Contains(_, sought):
            folded = fold(sought)
            return lambda value: folded in fold(value)
        case Glob(_, pattern):
            return globbed(pattern)
        case Matches(_, pattern):
            search = compiled(pattern).search
            return lambda value: search(value, timeout=_SECONDS) is not None
        case Compare(field, operator, sought):
            return _compared(field, operator, sought)


def _compared(field: str, operator: Operator, sought: str) -> _ValueTest:
    meets = _ORDERED[operator]
    if field in DATES:
        key = date_key if field == "created" else moment_key
        sought_key = date_key(sought)
        return lambda value: is_in_order(key(value), operator, sought_key)
    if field == LENGTH:
        number = int(sought)
        return lambda value: meets(int(value), number)
    if is_attribute(field):
        return _attribute_compared(operator, sought)
    return lambda value: meets(value, sought)


def _attribute_compared(operator: Operator, sought: str) -> _ValueTest:
    number = Decimal(sought) if NUMBER.fullmatch(sought) else None
    date = date_text(sought)
    meets = _ORDERED[operator]

    def test(value: str) -> bool:
        if number is not None and NUMBER.fullmatch(value):
            return meets(Decimal(value), number)
        if date is not None and date_text(value) is not None:
            return is_in_order(date_key(value), operator, date_key(date))
        return number is None and date is None and meets(value, sought)

    return test


_ORDERED: Mapping[Operator, Callable[[Any, Any], bool]] = {
    "=": eq,
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
}


# --- what there is ------------------------------------------------------------------------------


def _has(what: str) -> _EntryTest:
    match what:
        case "notes" | "pictures":
            return lambda entry: has_part(what, entry.markup, entry.body)
        case "attributes":
            return lambda entry: bool(entry.attributes)
        case _:
            return lambda entry: any(values(entry, what))


_SIGNS = {"notes": "[^", "pictures": "!["}
"""What stands in every body that has such a part: few have to be parsed."""


def has_part(part: str, markup: str, body: str) -> bool:
    r"""Whether a body has notes or pictures.

    >>> has_part("notes", "markdown", "One[^1].\n\n[^1]: Or two.")
    True
    >>> has_part("pictures", "plain", "![no](picture.png)")
    False
    """
    if markup != "markdown" or _SIGNS[part] not in body:
        return False
    from ..markup import markdown  # a parser that few queries need
    from ..markup.blocks import Note

    blocks = markdown.parse(body)
    if part == "notes":
        return any(isinstance(block, Note) for block in blocks)
    return any(_has_picture(block) for block in blocks)


def _has_picture(block: Block) -> bool:
    from ..markup.blocks import Figure, ListBlock, Note, Quote

    match block:
        case Figure():
            return True
        case Quote(blocks) | Note(_, blocks):
            return any(map(_has_picture, blocks))
        case ListBlock(items):
            return any(_has_picture(each) for item in items for each in item)
        case _:
            return False
