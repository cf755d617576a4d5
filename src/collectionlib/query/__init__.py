"""Choosing entries: predicates as data, what each means, and the language that writes them.

A predicate is a frozen value. `matches` says what each one means; a storage may translate a
predicate into its own terms to narrow what it reads, but the answer is the one given here.
`parse` reads the language of the command line: terms ``field:value`` and words, joined by
blanks, all of which must hold.
"""

from __future__ import annotations

from .evaluation import holds, matches
from .fields import fields
from .language import parse
from .order import (
    ReadingKey,
    ReadingOrder,
    parse_order,
    place_key,
    sort_key,
)
from .predicates import (
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
    Selection,
    SortBy,
)

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
    "ReadingKey",
    "ReadingOrder",
    "Selection",
    "SortBy",
    "fields",
    "holds",
    "matches",
    "parse",
    "parse_order",
    "place_key",
    "sort_key",
]
