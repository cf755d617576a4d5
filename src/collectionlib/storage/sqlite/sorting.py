"""Orders as SQL: the same as `collectionlib.query.sort_key` gives."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from ...query import Order, SortBy
from ...query.fields import ATTRIBUTE, DATES, LENGTH, is_attribute
from .conditions import COLUMNS, date_column

__all__ = ["Ordering", "ordering"]

_FIRST = {
    "category": "first_name(e.category)",
    "author": (
        "(SELECT coalesce(sort_name, name) FROM contributors WHERE entry = e.id "
        "ORDER BY position LIMIT 1)"
    ),
    "tag": "(SELECT tag FROM tags WHERE entry = e.id ORDER BY position LIMIT 1)",
}


@frozen
class Ordering:
    """What to sort by, with the parameters of it; the reading order not included."""

    terms: tuple[str, ...] = ()
    parameters: tuple[Any, ...] = ()


def ordering(order: Order) -> Ordering:
    """What an order is in SQL: of each field whether there is a value at all, then the value."""
    parts = [_part(by) for by in order]
    return Ordering(
        tuple(term for part in parts for term in part.terms),
        tuple(value for part in parts for value in part.parameters),
    )


def _part(by: SortBy) -> Ordering:
    direction = " DESC" if by.descending else ""
    if by.field == LENGTH:
        return Ordering((f"length(e.body){direction}",))
    if is_attribute(by.field):
        key = "attribute_key(e.attributes, ?)"
        name = by.field.removeprefix(ATTRIBUTE)
        return Ordering((f"{key} IS NULL", f"{key}{direction}"), (name, name))
    value = f"coalesce({_FIRST.get(by.field) or COLUMNS[by.field][0]}, '')"
    key = date_column(by.field) if by.field in DATES else f"natural_key({value})"
    return Ordering((f"{value} = ''", f"{key}{direction}"))
