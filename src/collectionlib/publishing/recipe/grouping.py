"""Parts that come of what the entries say: their categories, authors, languages, years, letters."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

from attrs import define, field, frozen

from ...identity import CategoryPath, EntryId, natural_key
from ...model import Category, Entry
from ...query import ReadingOrder
from ..filing import filing_key, first_letter
from ..matter import Matter
from ..sections import Section
from .rules import Group

__all__ = ["Chosen", "Grouping", "language_name"]

_YEAR = re.compile(r"-?\d{4,}")


@frozen
class _Place:
    """A group that an entry is in: how it is filed among the others, and what it is called."""

    key: Any
    title: str
    path: CategoryPath = ()


_Places: TypeAlias = tuple[_Place, ...]


@frozen
class Chosen:
    """What is kept of an entry that a part has taken.

    Args:
        id: its id.
        places: for each kind of group, those that it is in from the top down; none where it
            does not say.
    """

    id: EntryId
    places: tuple[_Places, ...]


@define
class _Node:
    place: _Place
    kind: int = 0
    ids: list[EntryId] = field(factory=list)
    nodes: dict[tuple[str, CategoryPath], _Node] = field(factory=dict)


class Grouping:
    """Groups entries, one kind of group below the other.

    Args:
        categories: what is said about them: their titles, order and descriptions.
    """

    def __init__(self, categories: Iterable[Category]) -> None:
        self._said = {category.path: category for category in categories}
        self._order = ReadingOrder(self._said.values())

    def chosen(self, entry: Entry, groups: Sequence[Group]) -> Chosen:
        """What is to be kept of an entry that is to be grouped so."""
        return Chosen(entry.id, tuple(_KINDS[group](self, entry) for group in groups))

    def sections(
        self, chosen: Sequence[Chosen], *, below_title: bool
    ) -> tuple[tuple[EntryId, ...], tuple[Section, ...]]:
        """Those in no group, and the groups, each in order.

        Args:
            chosen: the entries, in order.
            below_title: whether a part above has a title: what is the same for all entries then
                is no group of its own.
        """
        root = _Node(_Place("", ""))
        skipped = [
            _shared(each) if below_title else 0
            for each in zip(*(c.places for c in chosen), strict=True)
        ]
        for one in chosen:
            node = root
            for kind, (places, skip) in enumerate(zip(one.places, skipped, strict=True)):
                for place in places[skip:]:
                    node = node.nodes.setdefault((place.title, place.path), _Node(place, kind))
            node.ids.append(one.id)
        return tuple(root.ids), self._below(root)

    def _below(self, node: _Node) -> tuple[Section, ...]:
        # One that lacks a group of the first kind stands in one of the second, behind those.
        nodes = sorted(node.nodes.values(), key=lambda each: (each.kind, each.place.key))
        return tuple(
            Section(
                each.place.title, tuple(each.ids), self._below(each), self._said_of(each.place.path)
            )
            for each in nodes
        )

    def _said_of(self, path: CategoryPath) -> Matter | None:
        category = self._said.get(path)
        return Matter(category.description) if category and category.description else None

    def category(self, entry: Entry) -> _Places:
        """The categories that an entry is in, from the top down."""
        paths = [entry.category[:depth] for depth in range(1, len(entry.category) + 1)]
        return tuple(
            _Place(self._order.category_key(path), self._title(path), path) for path in paths
        )

    def _title(self, path: CategoryPath) -> str:
        category = self._said.get(path)
        return (category.title if category else None) or path[-1]


def _shared(places: Sequence[_Places]) -> int:
    """How many places from the top are the same for all, and say nothing then."""
    first = places[0]
    for number, place in enumerate(first):
        if any(len(each) <= number or each[number].title != place.title for each in places):
            return number
    return len(first)


def _author(_: Grouping, entry: Entry) -> _Places:
    for one in entry.contributors:
        if one.role == "aut":
            return (_Place(filing_key(one.sort_name or one.name), one.name),)
    return ()


def _language(_: Grouping, entry: Entry) -> _Places:
    if not entry.language:
        return ()
    name = language_name(entry.language)
    return (_Place(filing_key(name), name),)


def _year(_: Grouping, entry: Entry) -> _Places:
    found = _YEAR.match(entry.created or "")
    return (_Place(int(found[0]), found[0]),) if found else ()


def _letter(_: Grouping, entry: Entry) -> _Places:
    letter = first_letter(entry.label)
    return (_Place(natural_key(letter), letter),) if letter else ()


_KINDS: Mapping[Group, Callable[[Grouping, Entry], _Places]] = {
    "category": Grouping.category,
    "author": _author,
    "language": _language,
    "year": _year,
    "letter": _letter,
}


@cache
def _names() -> Mapping[str, str]:
    text = files("collectionlib.publishing.recipe").joinpath("languages.toml").read_text("utf-8")
    return tomllib.loads(text)


def language_name(tag: str) -> str:
    """What a language calls itself, the tag where we do not know.

    >>> language_name("de-AT"), language_name("zh-Hant"), language_name("tlh")
    ('Deutsch', '繁體中文', 'tlh')
    """
    parts = tag.split("-")
    while parts:
        if name := _names().get("-".join(parts)):
            return name
        parts.pop()
    return tag
