"""Predicates: which entries are meant, as plain data."""

from __future__ import annotations

from typing import Literal, TypeAlias

from attrs import frozen

from ..identity import CategoryPath

__all__ = [
    "AllOf",
    "AnyOf",
    "Compare",
    "Contains",
    "Equals",
    "FullText",
    "InCategory",
    "Matches",
    "Not",
    "Order",
    "Predicate",
    "Selection",
    "SortBy",
]


@frozen
class Equals:
    """A value of the field is this one, to the letter."""

    field: str
    value: str


@frozen
class Contains:
    """A value of the field contains these words or letters; case and accents do not count."""

    field: str
    value: str


@frozen
class Compare:
    """A value of the field stands before or after this one: dates, moments, ids."""

    field: str
    operator: Literal["<", "<=", ">", ">="]
    value: str


@frozen
class InCategory:
    """The entry stands in this category or, unless ``exactly``, below it."""

    path: CategoryPath
    exactly: bool = False


@frozen
class FullText:
    """Title or body has each of these words.

    In a script that is written with blanks a word is a whole word; in Chinese, Japanese, Thai
    and the like it is any run of letters. Case and accents do not count.
    """

    words: tuple[str, ...]


@frozen
class Matches:
    """The regular expression is found in a value of the field."""

    field: str
    pattern: str


@frozen
class AllOf:
    """Each of these holds; all of none hold."""

    predicates: tuple[Predicate, ...]


@frozen
class AnyOf:
    """One of these holds at least."""

    predicates: tuple[Predicate, ...]


@frozen
class Not:
    """This does not hold."""

    predicate: Predicate


Predicate: TypeAlias = (
    Equals | Contains | Compare | InCategory | FullText | Matches | AllOf | AnyOf | Not
)


@frozen
class SortBy:
    """Sort by a field of `fields` or by ``length``; entries without a value come last."""

    field: str
    descending: bool = False


Order: TypeAlias = tuple[SortBy, ...]
"""What to sort by, first things first; reading order decides between equals."""


@frozen
class Selection:
    """Which entries, in which order, how many.

    Args:
        where: what they must meet, everything unless given.
        order: what they are sorted by first, before reading order.
        limit: how many at the most.
    """

    where: Predicate = AllOf(())
    order: Order = ()
    limit: int | None = None
