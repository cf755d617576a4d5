"""Choosing entries: predicates as data, what each means, and the language that writes them.

A predicate is a frozen value. `matches` says what each one means; a storage may translate a
predicate into its own terms to narrow what it reads, but the answer is the one given here.
`parse` reads the language of the command line: terms ``field:value`` and words, joined by
blanks, all of which must hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import total_ordering
from typing import Literal, Protocol, TypeAlias

from attrs import frozen

from .errors import InvalidValueError
from .identity import CategoryPath, EntryId, natural_key, parse_category_path
from .model import Category, Entry
from .words import fold, has_words

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


# --- what a predicate means ---------------------------------------------------------------------


def _moment(moment: object) -> tuple[str, ...]:
    return (str(moment).replace(" ", "T"),) if moment else ()


_FIELDS: Mapping[str, Callable[[Entry], Iterable[str | None]]] = {
    "id": lambda entry: (entry.id,),
    "title": lambda entry: (entry.title,),
    "text": lambda entry: (entry.body,),
    "category": lambda entry: entry.category,
    "author": lambda entry: (c.name for c in entry.contributors),
    "lang": lambda entry: (entry.language,),
    "tag": lambda entry: entry.tags,
    "created": lambda entry: (entry.created,),
    "added": lambda entry: _moment(entry.added),
    "modified": lambda entry: _moment(entry.modified),
    "rights": lambda entry: (entry.rights,),
    "source": lambda entry: (entry.source.uri, entry.source.site) if entry.source else (),
}


def fields() -> tuple[str, ...]:
    """The names of the fields that a query can ask about.

    >>> fields()[:3]
    ('id', 'title', 'text')
    """
    return tuple(_FIELDS)


def _values(entry: Entry, field: str) -> Iterator[str]:
    return (value for value in _FIELDS[field](entry) if value is not None)


def matches(predicate: Predicate, entry: Entry) -> bool:
    """Whether an entry meets a predicate: the reference that every storage agrees with.

    >>> wish = Entry(id="0chgm9qjpmfdsafq", title="Été", category=("Blessings", "Birth"))
    >>> matches(InCategory(("Blessings",)), wish), matches(Contains("title", "ete"), wish)
    (True, True)
    """
    match predicate:
        case InCategory(path, exactly):
            return path == (entry.category if exactly else entry.category[: len(path)])
        case FullText(words):
            return has_words(f"{entry.title}\n{entry.body}", words)
        case AllOf(predicates):
            return all(matches(each, entry) for each in predicates)
        case AnyOf(predicates):
            return any(matches(each, entry) for each in predicates)
        case Not(inner):
            return not matches(inner, entry)
        case Equals(field) | Contains(field) | Compare(field) | Matches(field):
            return any(holds(predicate, own) for own in _values(entry, field))


def holds(predicate: Equals | Contains | Compare | Matches, value: str) -> bool:
    """Whether one value of the field meets a predicate on it.

    >>> holds(Contains("title", "ete"), "Été")
    True
    """
    match predicate:
        case Equals(_, sought):
            return sought == value
        case Contains(_, sought):
            return fold(sought) in fold(value)
        case Compare(_, operator, sought):
            return _COMPARE[operator](value, sought)
        case Matches(_, pattern):
            return re.search(pattern, value) is not None


_COMPARE: Mapping[str, Callable[[str, str], bool]] = {
    "<": lambda own, value: own < value,
    "<=": lambda own, value: own <= value,
    ">": lambda own, value: own > value,
    ">=": lambda own, value: own >= value,
}


# --- order --------------------------------------------------------------------------------------

ReadingKey: TypeAlias = tuple[tuple[tuple[int, str], ...], str, int, str]
"""What reading order compares: places of the categories, source, byte in it, id."""


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
    if source is None:
        return natural_key(title)
    return natural_key(f"{source.uri}/{source.member}" if source.member else source.uri)


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
        if path not in self._category_keys:
            if path[:-1] not in self._category_keys:
                # From the root down: folders may lie deeper than functions may call each other.
                for depth in range(1, len(path)):
                    self.category_key(path[:depth])
            # Positions are below 2**63, so that those without one come last.
            position = self._positions.get(path, 2**63)
            parent = self.category_key(path[:-1])
            self._category_keys[path] = (*parent, (position, natural_key(path[-1])))
        return self._category_keys[path]


@total_ordering
@frozen(order=False)
class _Descending:
    value: tuple[bool, str]

    def __lt__(self, other: _Descending) -> bool:
        missing, value = self.value
        other_missing, other_value = other.value
        return value > other_value if missing == other_missing else other_missing


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
        value = str(len(entry.body)) if by.field == "length" else next(_values(entry, by.field), "")
        key = (not value, natural_key(value))
        keys.append(_Descending(key) if by.descending else key)
    return (*keys, reading_order.key(entry))


def parse_order(text: str) -> Order:
    """Read an order: names of fields with commas between, ``-`` before what descends.

    Raises:
        InvalidValueError: a name is none of a field.

    >>> parse_order("author,-created")
    (SortBy(field='author', descending=False), SortBy(field='created', descending=True))
    """
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name.removeprefix("-") not in (*_FIELDS, "length"):
            raise InvalidValueError(
                "sort", name, f"is none of the fields {', '.join(_FIELDS)}, length"
            )
    return tuple(SortBy(name.removeprefix("-"), name.startswith("-")) for name in names)


# --- the language -------------------------------------------------------------------------------

_TERM = re.compile(r'\s*(?:(?P<field>[a-z]+):(?P<exactly>=)?)?(?P<value>"(?:[^"\\]|\\.)*"|[^\s"]+)')


def parse(text: str) -> Predicate:
    r"""Read a query: terms ``field:value`` and words, joined by blanks; all must hold.

    ``category:"Blessing messages"`` means the category and what is below it (names of a path
    with ``/`` between them), ``category:="Blessing messages"`` only itself. ``id`` and ``tag``
    compare the whole value, ``lang:zh`` finds ``zh-Hant`` too, the other fields any part of the
    value, and the whole with ``:=``. A word without a field is searched in title and text. A
    value with blanks stands in double quotes; ``\"`` is a quote in it.

    Raises:
        InvalidValueError: the query is malformed; the message names the column.

    >>> parse('category:"Blessing messages"')
    InCategory(path=('Blessing messages',), exactly=False)
    """
    terms: list[Predicate] = []
    at = 0
    end = len(text.rstrip())
    while at < end:
        term = _TERM.match(text, at)
        if term is None:
            raise InvalidValueError("query", text, f"has an open quote at column {at + 1}")
        terms.append(_predicate(term, text))
        at = term.end()
        if at < end and not text[at].isspace():
            raise InvalidValueError(
                "query", text, f"has a quote left open, or no blank behind it, at column {at + 1}"
            )
    return terms[0] if len(terms) == 1 else AllOf(tuple(terms))


def _predicate(term: re.Match[str], text: str) -> Predicate:
    field, value = term["field"], term["value"]
    if value.startswith('"'):
        value = re.sub(r"\\(.)", r"\1", value[1:-1]) if field != "category" else _unquoted(value)
    if field is None:
        return FullText(tuple(value.split()))
    if field not in _FIELDS:
        column = term.start("field") + 1
        raise InvalidValueError(
            "query", text, f"asks at column {column} for {field!r}, which is none of the fields "
            f"{', '.join(_FIELDS)}"
        )  # fmt: skip
    if field == "category":
        return InCategory(parse_category_path(value), exactly=term["exactly"] is not None)
    if term["exactly"]:
        return Equals(field, value)
    if field == "lang":
        return Matches("lang", f"(?i)^{re.escape(value)}(-|$)")
    if field in ("id", "tag"):
        return Equals(field, value)
    return Contains(field, value)


def _unquoted(value: str) -> str:
    # In a category path a backslash also escapes the slash: that one stays for the path.
    return re.sub(r'\\(")', r"\1", value[1:-1])
