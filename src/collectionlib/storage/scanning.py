"""Scanning where an outline is at hand: what is read of each entry is its place, then itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from operator import itemgetter
from typing import TypeVar

from ..errors import CorruptCollection, EntryNotFound
from ..identity import EntryId
from ..model import Entry
from ..query import Order, Predicate, ReadingOrder, matcher, sort_key

__all__ = ["raise_damages", "readable", "scan_places"]


_Place = TypeVar("_Place")


def scan_places(
    places: Sequence[_Place],
    read: Callable[[_Place], Entry],
    id_of: Callable[[_Place], EntryId],
    *,
    where: Predicate,
    order: Order,
    after: EntryId | None,
    limit: int | None,
    reading_order: ReadingOrder,
    damages: Iterable[CorruptCollection],
    location: str,
) -> Iterator[Entry]:
    """What `Snapshot.scan` gives.

    Args:
        places: of all entries, in reading order.
        read: the entry of a place; `CorruptCollection` where it is damaged.
        id_of: the id of the entry of a place.
        where: as of `Snapshot.scan`, and so are ``order``, ``after`` and ``limit``.
        order: what to sort by before reading order.
        after: only those that follow this one.
        limit: how many at the most.
        reading_order: of the collection.
        damages: what is known to be damaged, and has no place.
        location: of the collection, for messages.
    """
    found = list(damages)
    if order:
        keyed = [
            (sort_key(entry, order, reading_order), place)
            for place, entry in readable(places, read, found)
        ]
        places = [place for _, place in sorted(keyed, key=itemgetter(0))]
    if after is not None:
        ids = map(id_of, places)
        at = next((number for number, own in enumerate(ids) if own == after), None)
        if at is None:
            raise EntryNotFound(after, location=location)
        places = places[at + 1 :]
    entries = (entry for _, entry in readable(places, read, found))
    yield from islice(filter(matcher(where), entries), limit)
    if limit is None:
        raise_damages(found)


def readable(
    places: Iterable[_Place], read: Callable[[_Place], Entry], damages: list[CorruptCollection]
) -> Iterator[tuple[_Place, Entry]]:
    """The entries that can be read, with their places; what cannot is noted among the damages.

    A back end raises the damages when it has given everything else, so that all that can be read
    is read, and nobody takes it for the whole.
    """
    for place in places:
        try:
            entry = read(place)
        except CorruptCollection as error:
            damages.append(error)
        else:
            yield place, entry


def raise_damages(damages: list[CorruptCollection]) -> None:
    """Raise the first damage, with the others, if there is any.

    Raises:
        CorruptCollection: there is damage.
    """
    if damages:
        first, *others = sorted(damages, key=lambda damage: (damage.path, damage.line or 0))
        if others and not first.others:
            first.others = tuple(others)
            first.add_note(f"and {len(others)} more: 'collectionlib check' lists them")
        raise first
