"""Choosing entries: predicates as data, what each means, and the language that writes them.

A predicate is a frozen value. `matches` says what each one means; a storage may translate a
predicate into its own terms, but the answer is the one given here. `parse` reads the language of
the command line, `to_text` writes it, `explain` says in words what is meant.
"""

from __future__ import annotations

from .evaluation import holds, matcher, matches
from .explaining import explain, explain_order, leaves
from .fields import fields
from .language import parse
from .order import (
    ReadingKey,
    ReadingOrder,
    order_text,
    parse_order,
    place_key,
    place_keys,
    sort_key,
)
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
    Selection,
    SortBy,
)
from .writing import to_text

__all__ = [
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
    "Order",
    "Predicate",
    "ReadingKey",
    "ReadingOrder",
    "Selection",
    "SortBy",
    "explain",
    "explain_order",
    "fields",
    "holds",
    "leaves",
    "matcher",
    "matches",
    "order_text",
    "parse",
    "parse_order",
    "place_key",
    "place_keys",
    "sort_key",
    "to_text",
]
