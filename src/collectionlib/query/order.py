"""In which order entries come: that of the collection, or by fields before it."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from functools import total_ordering
from typing import Protocol, TypeAlias

from attrs import frozen

from ..errors import InvalidValueError
from ..identity import CategoryPath, EntryId, natural_key, natural_keys
from ..model import Category, Entry
from .dates import date_key, moment_key
from .fields import ALIASES, ATTRIBUTE, DATES, FIELDS, close_to, first_value, is_attribute
from .predicates import NUMBER, Order, SortBy

__all__ = [
    "ReadingKey",
    "ReadingOrder",
    "order_text",
    "parse_order",
    "place_key",
    "place_keys",
    "sort_key",
    "value_key",
]

ReadingKey: TypeAlias = tuple[tuple[tuple[int, str], ...], str, int, str]
"""What reading order compares: places of the categories, source, byte in it, id."""

_WITHOUT_POSITION = 2**63
"""Positions are below it, so that categories without one come last."""

_SIGN = 1 << 63
_ALL_BITS = 2**64 - 1


class PlacedSource(Protocol):
    """What reading order must know of a source."""

    @property
    def uri(self) -> str: ...
    @property
    def member(self) -> str | None: ...
    @property
    def start(self) -> int | None: ...


def place_key(title: str, source: PlacedSource | None) -> str:
    """What an entry is sorted by within its category: its source, else its title."""
    return natural_key(_place(title, source))


def place_keys(entries: Iterable[Entry]) -> list[str]:
    """The `place_key` of many entries, quicker than one by one."""
    places = [_place(entry.title, entry.source) for entry in entries]
    # Of a file of many, all have the same.
    different = list(dict.fromkeys(places))
    keys = natural_keys(different)
    if len(keys) == len(places):
        return keys
    key_of = dict(zip(different, keys, strict=True))
    return [key_of[place] for place in places]


def _place(title: str, source: PlacedSource | None) -> str:
    if source is None:
        return title
    return f"{source.uri}/{source.member}" if source.member else source.uri


class ReadingOrder:
    """The order of a collection: category position, then natural order of source, then id.

    Args:
        categories: those that have a position; the others follow in natural order.

    An entry without a source stands where its title would.

    >>> order = ReadingOrder([Category(path=("B",), position=1)])
    >>> a = Entry(id="0chgm9qjpmfdsafq", category=("A",))
    >>> b = Entry(id="1chgm9qjpmfdsafq", category=("B",))
    >>> [entry.category[0] for entry in sorted([a, b], key=order.key)]
    ['B', 'A']
    """

    def __init__(self, categories: Iterable[Category] = ()) -> None:
        self._positions = {c.path: c.position for c in categories if c.position is not None}
        self._category_keys: dict[CategoryPath, tuple[tuple[int, str], ...]] = {(): ()}

    def key(self, entry: Entry) -> ReadingKey:
        """The key to sort an entry by."""
        return self.key_of(entry.id, entry.category, entry.title, entry.source)

    def key_of(
        self, entry_id: EntryId, category: CategoryPath, title: str, source: PlacedSource | None
    ) -> ReadingKey:
        """The key of an entry of which only this is known."""
        start = (source.start if source else None) or 0
        return self.category_key(category), place_key(title, source), start, entry_id

    def category_key(self, path: CategoryPath) -> tuple[tuple[int, str], ...]:
        """The key to sort a category by among all categories; parents come first."""
        keys = self._category_keys
        if path not in keys:
            for depth, name in enumerate(path, start=1):
                own = path[:depth]
                if own not in keys:
                    place = self._positions.get(own, _WITHOUT_POSITION), natural_key(name)
                    keys[own] = (*keys[own[:-1]], place)
        return keys[path]


@total_ordering
@frozen(order=False)
class _Descending:
    missing: bool
    value: str

    def __lt__(self, other: _Descending) -> bool:
        return (self.missing, other.value) < (other.missing, self.value)


def sort_key(entry: Entry, order: Order, reading_order: ReadingOrder) -> tuple[object, ...]:
    """The key to sort entries by: the order's fields, then reading order.

    >>> short = Entry(id="0chgm9qjpmfdsafq", body="a")
    >>> long = Entry(id="1chgm9qjpmfdsafq", body="abc")
    >>> by_length = (SortBy("length", descending=True),)
    >>> [
    ...     e.body
    ...     for e in sorted([short, long], key=lambda e: sort_key(e, by_length, ReadingOrder()))
    ... ]
    ['abc', 'a']
    """
    keys: list[object] = []
    for by in order:
        value = first_value(entry, by.field)
        key = not value, value_key(by.field, value)
        keys.append(_Descending(*key) if by.descending else key)
    return (*keys, reading_order.key(entry))


def value_key(field: str, value: str) -> str:
    """What a value of a field is sorted by: dates by time, numbers by size, words naturally.

    >>> sorted(["10", "-2", "1.5", "b"], key=lambda value: value_key("attr.mood", value))
    ['-2', '1.5', '10', 'b']
    """
    if field == "created":
        return date_key(value)
    if field in DATES:
        return moment_key(value)
    if is_attribute(field):
        # Numbers before words.
        return f"0{_number_key(value)}" if NUMBER.fullmatch(value) else f"1{natural_key(value)}"
    return natural_key(value)


def _number_key(number: str) -> str:
    """A text that sorts as the number does, as exactly as a float can tell."""
    bits: int = struct.unpack(">Q", struct.pack(">d", float(number)))[0]
    # Of negative numbers the larger ones come first, and all of them before the others.
    ordered = bits ^ _ALL_BITS if bits & _SIGN else bits | _SIGN
    return f"{ordered:016x}{natural_key(number)}"


def parse_order(text: str) -> Order:
    """Read an order: names of fields with commas between, ``-`` before what descends.

    Raises:
        InvalidValueError: a name is none of a field.

    >>> parse_order("author,-created")
    (SortBy(field='author', descending=False), SortBy(field='created', descending=True))
    """
    return tuple(_sort_by(name.strip()) for name in text.split(","))


def _sort_by(name: str) -> SortBy:
    field = ALIASES.get(name.removeprefix("-"), name.removeprefix("-"))
    if field not in FIELDS and not is_attribute(field):
        known = f"there are {', '.join(FIELDS)}, {ATTRIBUTE}NAME"
        raise InvalidValueError("sort", name, f"is no field ({close_to(field, FIELDS) or known})")
    return SortBy(field, name.startswith("-"))


def order_text(order: Order) -> str:
    """Write an order as `parse_order` reads it.

    >>> order_text((SortBy("author"), SortBy("created", descending=True)))
    'author,-created'
    """
    return ",".join(f"-{by.field}" if by.descending else by.field for by in order)
