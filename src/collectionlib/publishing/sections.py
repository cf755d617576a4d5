"""A book as its maker wants it: a tree of sections, bound to an anthology."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from attrs import evolve, frozen

from ..identity import CategoryPath, EntryId
from ..model import Category, Entry, Metadata
from .anthology import Anthology, EntryOutline, Part, Tally
from .formats.base import Entries
from .matter import Matter

__all__ = ["Placed", "Section", "bind", "divided"]


@frozen
class Section:
    """A part of a book, as yet without what is said of its entries.

    Args:
        title: as it is to be shown.
        ids: of its own entries, in order; they stand before the sections below it.
        sections: below it.
        introduction: what stands before its entries.
    """

    title: str
    ids: tuple[EntryId, ...] = ()
    sections: tuple[Section, ...] = ()
    introduction: Matter | None = None

    def walk(self) -> Iterator[EntryId]:
        """The ids of all entries, in the order of the book."""
        yield from self.ids
        for section in self.sections:
            yield from section.walk()


@frozen
class Placed:
    """Entries whose categories are the sections that they stand in.

    Args:
        entries: where they are read.
        paths: the titles of the sections of each, from the top down.
    """

    entries: Entries
    paths: dict[EntryId, CategoryPath]

    def get(self, entry_id: EntryId) -> Entry:
        """The entry of that id, where it stands in the book."""
        return evolve(self.entries.get(entry_id), category=self.paths[entry_id])


def bind(
    root: Section,
    metadata: Metadata,
    entries: Entries,
) -> tuple[Anthology, Placed]:
    """The anthology of a tree, and its entries with their places in it.

    Args:
        root: whose own entries stand before all parts; its title is not shown.
        metadata: of the book; see `Tally.book` for what is derived.
        entries: read once each, in the order of the book.
    """
    placed = Placed(entries, dict(_paths(root, ())))
    tally = Tally()
    categories: dict[CategoryPath, Category] = {}

    def outlines(ids: tuple[EntryId, ...]) -> tuple[EntryOutline, ...]:
        return tuple(tally.note(placed.get(one)) for one in ids)

    def part(section: Section, above: CategoryPath, number: int) -> Part:
        path = (*above, section.title)
        opening = section.introduction
        said = Category(path=path, description=opening.body if opening else None, position=number)
        # Two of one name are one category, as far as the data know.
        categories.setdefault(path, said)
        own = outlines(section.ids)
        below = [part(each, path, n) for n, each in enumerate(section.sections, start=1)]
        return Part(said, own, tuple(below), opening)

    own = outlines(root.ids)
    parts = [part(each, (), n) for n, each in enumerate(root.sections, start=1)]
    return tally.book(metadata, own, parts, categories.values()), placed


def divided(root: Section, runs: Iterable[Sequence[EntryId]]) -> Iterator[Section]:
    """A tree with the entries of each run, in turn; sections without any are left out.

    Args:
        root: the whole.
        runs: of ids, which are together those of its entries, in their order.

    >>> whole = Section("Book", sections=(Section("A", ("a", "b")), Section("B", ("c",))))
    >>> [[part.title for part in each.sections] for each in divided(whole, [("a",), ("b", "c")])]
    [['A'], ['A', 'B']]
    """
    places = dict(_places(root, ()))
    for ids in runs:
        yield _with(root, [(places[one], one) for one in ids], 0)


def _places(section: Section, above: tuple[int, ...]) -> Iterator[tuple[EntryId, tuple[int, ...]]]:
    """Each id with the numbers of the sections that lead to it."""
    for one in section.ids:
        yield one, above
    for number, each in enumerate(section.sections):
        yield from _places(each, (*above, number))


def _with(
    section: Section, placed: Iterable[tuple[tuple[int, ...], EntryId]], depth: int
) -> Section:
    own: list[EntryId] = []
    below: list[Section] = []
    for number, group in groupby(placed, key=lambda each: (*each[0], None)[depth]):
        if number is None:
            own.extend(one for _, one in group)
        else:
            below.append(_with(section.sections[number], group, depth + 1))
    return evolve(section, ids=tuple(own), sections=tuple(below))


def _paths(section: Section, path: CategoryPath) -> Iterator[tuple[EntryId, CategoryPath]]:
    for one in section.ids:
        yield one, path
    for each in section.sections:
        yield from _paths(each, (*path, each.title))
