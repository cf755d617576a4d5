"""Reading order as bytes that the database compares, and what positions make of it.

The key of an entry holds all that reading order compares but for the positions of categories: the
names of its category, its source, the byte in it, its id. So one index gives the entries in order.
Where categories have positions, the order is made of ranges of that index, one after the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TypeAlias

from attrs import frozen

from ...identity import CategoryPath, natural_key
from ...model import Category, Entry

__all__ = ["Range", "ranges", "reading_key"]

_OWN, _BELOW = b"\x00", b"\x01"
"""What follows the key of a category: its own entries come before its categories."""

_END = b"\xff"
"""Behind whatever may follow the key of a category."""


def reading_key(entry: Entry, place: str) -> bytes:
    """The key of an entry among all of a collection in which no category has a position.

    Args:
        entry: of which.
        place: its `collectionlib.query.place_key`.

    >>> a = Entry(id="0chgm9qjpmfdsafq", category=("A", "10"))
    >>> b = Entry(id="0chgm9qjpmfdsafq", category=("A", "2"))
    >>> reading_key(b, "") < reading_key(a, "")
    True
    """
    source = entry.source
    start = (source.start if source else None) or 0
    return b"".join(
        (
            _category_key(entry.category),
            _OWN,
            _ended(place),
            start.to_bytes(8, "big"),
            entry.id.encode(),
        )
    )


@lru_cache(maxsize=4096)
def _category_key(path: CategoryPath) -> bytes:
    return b"".join(_BELOW + _ended(natural_key(name)) for name in path)


def _ended(key: str) -> bytes:
    # The end has to sort before everything that could follow.
    return key.encode().replace(b"\x00", b"\x00\x01") + b"\x00\x00"


Range: TypeAlias = tuple[bytes, bytes]
"""The keys from one up to another, which is not in it."""


@frozen
class _Whole:
    """A category with all that lies below it."""

    path: CategoryPath


@frozen
class _Tree:
    """The categories that have a position, and those that lie above one."""

    positions: Mapping[CategoryPath, int]
    children: Mapping[CategoryPath, set[CategoryPath]]


def ranges(described: Iterable[Category]) -> list[Range]:
    r"""The ranges of keys in which the entries stand in reading order, one after the other.

    Args:
        described: the categories that something is said about.

    >>> ranges([])
    [(b'', b'\xff')]
    >>> len(ranges([Category(path=("B",), position=1)]))
    4
    """
    positions = {each.path: each.position for each in described if each.position is not None}
    children: dict[CategoryPath, set[CategoryPath]] = {}
    for path in positions:
        for depth in range(len(path)):
            children.setdefault(path[:depth], set()).add(path[: depth + 1])
    return list(_ranges(_Tree(positions, children)))


def _ranges(tree: _Tree) -> Iterator[Range]:
    # From a list of what is still to be done: categories may lie deeper than functions may call.
    waiting: list[_Whole | Range] = [_Whole(())]
    while waiting:
        part = waiting.pop()
        if isinstance(part, _Whole):
            waiting.extend(reversed(list(_parts(part.path, tree))))
        elif part[0] < part[1]:
            yield part


def _parts(path: CategoryPath, tree: _Tree) -> Iterator[_Whole | Range]:
    """What a category is made of: its own entries, what has a position, and the rest."""
    key = _category_key(path)
    special = tree.children.get(path)
    if not special:
        yield key, key + _END
        return
    yield key + _OWN, key + _BELOW
    placed = [child for child in special if child in tree.positions]
    placed.sort(key=lambda child: (tree.positions[child], natural_key(child[-1])))
    yield from map(_Whole, placed)
    low = key + _BELOW
    for child in sorted(special, key=_category_key):
        yield low, _category_key(child)
        if child not in tree.positions:
            yield _Whole(child)
        low = _category_key(child) + _END
    yield low, key + _END
