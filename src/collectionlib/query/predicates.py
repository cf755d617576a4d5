"""Predicates: which entries are meant, as plain data.

What cannot be asked is refused where the predicate is made, so that whoever is given one may rely
on it.
"""

from __future__ import annotations

import re
import sys
from typing import Literal, TypeAlias

from attrs import field, frozen

from .._checks import as_tuple
from ..errors import InvalidValueError
from ..expressions import compiled
from ..identity import CategoryPath
from .dates import Operator, date_text
from .fields import DATES, LENGTH, check_field, is_attribute

__all__ = [
    "NUMBER",
    "PARTS",
    "AllOf",
    "AnyOf",
    "Compare",
    "Contains",
    "Equals",
    "FullText",
    "Glob",
    "Has",
    "InCategory",
    "InLanguage",
    "Matches",
    "Not",
    "OnField",
    "Order",
    "Predicate",
    "Selection",
    "SortBy",
]

NUMBER = re.compile(r"-?[0-9]{1,999}(?:\.[0-9]{1,999})?(?:[eE][+-]?[0-9]{1,3})?")
"""What is compared as a number where it stands in an attribute."""

PARTS = ("attributes", "notes", "pictures")
"""What an entry can have besides the fields."""

_WHOLE = re.compile(r"0|[1-9][0-9]{0,99}")


@frozen
class Equals:
    """A value of the field is this one, to the letter."""

    field: str
    value: str

    def __attrs_post_init__(self) -> None:
        _check_single(self.field)
        _check_text(self.value)


@frozen
class Contains:
    """A value of the field contains these words or letters; case and accents do not count."""

    field: str
    value: str

    def __attrs_post_init__(self) -> None:
        _check_words(self.field)
        _check_text(self.value)


@frozen
class Glob:
    r"""A value of the field is as the pattern says; case and accents do not count.

    ``*`` is any run of characters, ``/`` among them, ``?`` one of them; ``\*``, ``\?`` and ``\\``
    are these characters themselves.
    """

    field: Literal["id", "tag", "source"]
    pattern: str

    def __attrs_post_init__(self) -> None:
        if self.field not in ("id", "tag", "source"):
            raise InvalidValueError("query", self.field, "has no wildcards: id, tag, source have")
        _check_text(self.pattern)
        if "*" not in self.pattern and "?" not in self.pattern:
            raise InvalidValueError("query", self.pattern, "has no wildcard: ask with Equals")


@frozen
class Compare:
    """A value of the field stands so to this one.

    Dates are compared as far as both are known (`collectionlib.query.dates`), ``length`` as the
    number that it is, an attribute as a number or a date where both are one, and everything else
    by its characters. ``=`` asks for a date within this one, or for the same number.
    """

    field: str
    operator: Operator
    value: str

    def __attrs_post_init__(self) -> None:
        if check_field(self.field) == "category":
            raise InvalidValueError("query", self.field, "compares categories, which have no order")
        _check_text(self.value)
        is_number = _WHOLE.fullmatch(self.value) is not None
        is_date = date_text(self.value) == self.value
        if self.field == LENGTH and not is_number:
            raise InvalidValueError("length", self.value, "is no number of characters such as 500")
        if self.field in DATES and not is_date:
            raise InvalidValueError(self.field, self.value, "is no date such as 2019 or 2019-05-03")
        if self.operator == "=" and self.field not in (*DATES, LENGTH):
            is_value = is_date or NUMBER.fullmatch(self.value)
            if not (is_attribute(self.field) and is_value):
                raise InvalidValueError(
                    "query", self.value, "is neither number nor date: ask with :="
                )


@frozen
class InCategory:
    """The entry stands in this category or, unless ``exactly``, below it."""

    path: CategoryPath = field(converter=as_tuple)
    exactly: bool = False

    def __attrs_post_init__(self) -> None:
        for name in self.path:
            _check_text(name)
            if not name.strip():
                raise InvalidValueError("category", self.path, "has an empty name")


@frozen
class InLanguage:
    """The entry is in this language, or in a kind of it: ``zh`` finds ``zh-Hant`` too."""

    language: str

    def __attrs_post_init__(self) -> None:
        _check_text(self.language)


@frozen
class FullText:
    """Title or text has each of these words; with the field ``text``, that one has.

    In a script that is written with blanks a word is a whole word; in Chinese, Japanese, Thai
    and the like it is any run of letters. What holds several words is a phrase, and found where
    they follow each other. Case and accents do not count.
    """

    words: tuple[str, ...] = field(converter=as_tuple)
    field: str | None = None

    def __attrs_post_init__(self) -> None:
        if self.field not in (None, "text"):
            raise InvalidValueError("query", self.field, "has no words of its own: there is text")
        for word in self.words:
            _check_text(word)


@frozen
class Has:
    """The entry has something in this field, or such a part.

    The parts are ``notes``, ``pictures`` and ``attributes``, any of them.
    """

    what: str

    def __attrs_post_init__(self) -> None:
        if self.what not in PARTS and check_field(self.what) == LENGTH:
            raise InvalidValueError("query", self.what, "is had by every entry")


@frozen
class Matches:
    """The expression is found in a value of the field; without a field, in title or text."""

    field: str | None
    pattern: str

    def __attrs_post_init__(self) -> None:
        if self.field is not None:
            _check_words(self.field)
        _check_text(self.pattern)
        try:
            compiled(self.pattern)
        except ValueError as error:
            raise InvalidValueError(
                "query", self.pattern, f"has a bad expression ({error})"
            ) from error


@frozen
class AllOf:
    """Each of these holds; all of none hold."""

    predicates: tuple[Predicate, ...] = field(converter=as_tuple)


@frozen
class AnyOf:
    """One of these holds at least."""

    predicates: tuple[Predicate, ...] = field(converter=as_tuple)


@frozen
class Not:
    """This does not hold."""

    predicate: Predicate


OnField: TypeAlias = Equals | Contains | Glob | Compare | Matches
"""What is asked of each value of a field by itself."""

Predicate: TypeAlias = OnField | InCategory | InLanguage | FullText | Has | AllOf | AnyOf | Not
"""What holds of an entry, or does not."""


def _check_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidValueError("query", text, "has a lone surrogate") from error


def _check_words(field: str) -> None:
    if check_field(field) == LENGTH:
        raise InvalidValueError("query", field, "looks for words in a number, compare it")


def _check_single(field: str) -> None:
    _check_words(field)
    if field == "category":
        raise InvalidValueError("query", field, "is a path of names, ask with InCategory")


@frozen
class SortBy:
    """Sort by a field; entries without a value come last."""

    field: str
    descending: bool = False

    def __attrs_post_init__(self) -> None:
        check_field(self.field)


Order: TypeAlias = tuple[SortBy, ...]
"""What to sort by, first things first; reading order decides between equals."""


def _countable(limit: int | None) -> int | None:
    return None if limit is None else min(limit, sys.maxsize)


@frozen
class Selection:
    """Which entries, in which order, how many.

    Args:
        where: what they must meet, everything unless given.
        order: what they are sorted by first, before reading order.
        limit: how many at the most; all where there cannot be so many.
    """

    where: Predicate = AllOf(())
    order: Order = ()
    limit: int | None = field(default=None, converter=_countable)
