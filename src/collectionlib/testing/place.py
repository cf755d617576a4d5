"""Where the suite makes collections, and the little that all its groups use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from attrs import Factory, define, evolve, field, frozen
from hypothesis import HealthCheck, settings

from ..identity import EntryId, entry_id
from ..model import Entry, Metadata
from ..storage.base import Storage

__all__ = ["Damage", "Place", "all_entries", "named", "put_all", "tree"]


@frozen
class Damage:
    """One way in which a collection can be damaged.

    Args:
        make: does it to the collection at a location; twelve entries are in it, six in the
            category Even, six in Odd.
        lost: how many of the entries can be read no longer; `None` where nobody can tell.
    """

    make: Callable[[str], object]
    lost: int | None = 0


@define
class Place:
    """Where the suite may make collections.

    Args:
        storage: the back end's class.
        folder: a temporary folder.
        pattern: names of locations in it, with ``{}`` for a number; or what makes a location of a
            number, as a URL.
        outlives: whether a collection is still there after its process; memory's is not.
        is_of_files: whether a collection is a file or a folder: then its bytes are looked at, and
            the system calls of its writers made to fail.
        many_writers: whether transactions may run beside each other, so that one which changes
            what another has changed meanwhile is told of the conflict; else one writer waits for
            the other. The back end says so, unless it is given.
        make_newer: makes the collection at a location one that a later version has written.
        samples: kept collections of every format that there has been, each with one that holds
            the same.
        restore: puts a sample at a location; it is copied unless given.
        damages: ways in which a collection can be damaged, by name.
        state: everything that is kept at a location, so that two moments can be compared; of
            files it is known.
        share: part of the usual examples, kills and faults that are tried: less than 1 where each
            takes long.
    """

    storage: type[Storage]
    folder: Path
    pattern: str | Callable[[int], str] = "collection-{}"
    outlives: bool = True
    is_of_files: bool = True
    many_writers: bool = field(
        default=Factory(lambda place: place.storage.many_writers, takes_self=True)
    )
    make_newer: Callable[[str], object] | None = None
    samples: Sequence[tuple[Path, Storage]] = ()
    restore: Callable[[Path, str], object] | None = None
    damages: Mapping[str, Damage] = {}
    state: Callable[[str], object] | None = None
    share: float = 1
    _numbers: Iterator[int] = field(factory=count)

    def new_location(self) -> str:
        """A location where nothing is."""
        number = next(self._numbers)
        if callable(self.pattern):
            return self.pattern(number)
        return str(self.folder / self.pattern.format(number))

    def path(self, location: str) -> Path:
        """The file or folder of a collection, without the scheme that its location may have."""
        scheme, colon, rest = location.partition(":")
        return Path(rest if colon and scheme in self.storage.schemes else location)

    def state_of(self, location: str) -> object:
        """Everything that is kept at a location now, with when each file was changed.

        Where nobody can tell, the test is skipped.
        """
        if self.state is not None:
            return self.state(location)
        if not self.is_of_files:
            pytest.skip("the place does not say what is kept at a location")
        return tree(self.path(location))

    def part_of(self, number: int) -> int:
        """So many of what is usually tried so often."""
        return max(1, round(number * self.share))

    def thorough(self, examples: int = 60) -> settings:
        """How Hypothesis is to try its examples."""
        return settings(
            max_examples=self.part_of(examples),
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        )

    def fresh(self, metadata: Metadata | None = None) -> Storage:
        """An empty collection at a location of its own."""
        return self.storage.create(self.new_location(), metadata or Metadata(title="Test"))

    def reopened(self, storage: Storage) -> Storage:
        """The same collection, opened again; a storage of memory is the collection."""
        if not self.outlives:
            return storage
        storage.close()
        return self.storage.open(storage.location)


def put_all(storage: Storage, entries: Iterable[Entry]) -> None:
    """Put entries in one transaction."""
    with storage.transaction() as batch:
        for each in entries:
            batch.put(each)


def all_entries(storage: Storage) -> dict[EntryId, Entry]:
    """What a storage holds now."""
    with storage.snapshot() as view:
        return {each.id: each for each in view.scan()}


def named(name: str, **values: Any) -> Entry:
    """An entry of that name."""
    return evolve(Entry(id=entry_id(name), title=name, body=f"The text of {name}.\n"), **values)


def tree(folder: Path) -> dict[str, tuple[int, int]]:
    """Every file below a folder, or a file, with its size and the moment of its last change."""
    return {
        str(path.relative_to(folder)): (path.lstat().st_size, path.lstat().st_mtime_ns)
        for path in (sorted(folder.rglob("*")) if folder.is_dir() else [folder])
    }
