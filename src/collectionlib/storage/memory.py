"""Collections in memory: for tests, and for passing texts through."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, ClassVar, Self

from attrs import define, evolve, field

from .._checks import own_copy
from ..errors import CollectionLocked, EntryNotFound
from ..identity import CategoryPath, EntryId
from ..model import Category, Entry, JSONValue, Metadata
from ..query import Order, Predicate, ReadingOrder, matcher, sort_key
from .base import EVERYTHING, LOCK_TIMEOUT, Batch, Snapshot, Storage
from .collecting import CollectingBatch

__all__ = ["MemoryStorage"]


@define
class _State:
    """All that a collection holds. One that a snapshot looks at is never changed."""

    metadata: Metadata
    entries: dict[EntryId, Entry] = field(factory=dict)
    categories: dict[CategoryPath, Category] = field(factory=dict)
    documents: dict[str, JSONValue] = field(factory=dict)
    readers: int = 0

    def copy(self) -> _State:
        return evolve(
            self,
            entries=dict(self.entries),
            categories=dict(self.categories),
            documents=dict(self.documents),
            readers=0,
        )


class MemoryStorage(Storage):
    """A collection that lives as long as the process.

    >>> storage = MemoryStorage.create("memory:", Metadata(title="Jokes"))
    >>> with storage.snapshot() as view:
    ...     view.metadata().title
    'Jokes'
    """

    schemes: ClassVar[tuple[str, ...]] = ("memory",)

    def __init__(self, location: str, metadata: Metadata) -> None:
        self.location = location
        self._state = _State(metadata)
        self._writer = threading.Lock()
        self._guard = threading.Lock()
        self._holder: int | None = None

    @classmethod
    def create(cls, location: str, metadata: Metadata) -> Self:
        return cls(location, metadata)

    @classmethod
    def open(cls, location: str) -> Self:
        # Nothing outlives a process in memory: what is opened is new and empty.
        return cls(location, Metadata())

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        with self._guard:
            state = self._state
            state.readers += 1
        try:
            yield _MemorySnapshot(state, self.location)
        finally:
            with self._guard:
                state.readers -= 1

    @contextmanager
    def transaction(self) -> Iterator[Batch]:
        me = threading.get_ident()
        # A thread that waits for itself would wait in vain.
        waits = 0.0 if self._holder == me else LOCK_TIMEOUT
        if not self._writer.acquire(timeout=waits):
            raise CollectionLocked(
                self.location, holder=f"thread {self._holder} of this process", waited=waits
            )
        self._holder = me
        try:
            batch = _MemoryBatch(self._state, self.location)
            with batch.block.whole():
                yield batch
            self._commit(batch)
        finally:
            self._holder = None
            self._writer.release()

    def _commit(self, batch: _MemoryBatch) -> None:
        with self._guard:
            # Copying is for readers' sake; without any, thousands of small transactions on a
            # large collection cost no more than their own entries.
            state = self._state.copy() if self._state.readers else self._state
            batch.apply(state)
            self._state = state


class _MemorySnapshot(Snapshot):
    def __init__(self, state: _State, location: str) -> None:
        self._state = state
        self._location = location
        self._order = ReadingOrder(state.categories.values())

    def get(self, entry_id: EntryId) -> Entry:
        try:
            return self._state.entries[entry_id]
        except KeyError:
            raise EntryNotFound(entry_id, location=self._location) from None

    def scan(
        self,
        where: Predicate = EVERYTHING,
        order: Order = (),
        after: EntryId | None = None,
        limit: int | None = None,
    ) -> Iterator[Entry]:
        def key(entry: Entry) -> Any:
            return sort_key(entry, order, self._order)

        entries = sorted(self._state.entries.values(), key=key)
        start = 0 if after is None else bisect_right(entries, key(self.get(after)), key=key)
        return islice(filter(matcher(where), entries[start:]), limit)

    def categories(self) -> tuple[Category, ...]:
        return tuple(
            sorted(self._state.categories.values(), key=lambda c: self._order.category_key(c.path))
        )

    def metadata(self) -> Metadata:
        return self._state.metadata

    def document(self, name: str) -> JSONValue:
        return own_copy(self._state.documents.get(name))

    def documents(self) -> tuple[str, ...]:
        return tuple(sorted(self._state.documents))

    def known(self, entry_ids: Iterable[EntryId]) -> set[EntryId]:
        return {entry_id for entry_id in entry_ids if entry_id in self._state.entries}

    def __len__(self) -> int:
        return len(self._state.entries)


class _MemoryBatch(CollectingBatch):
    def __init__(self, before: _State, location: str) -> None:
        super().__init__(location)
        self._before = before
        self._location = location
        self._entries: dict[EntryId, Entry | None] = {}

    def put(self, entry: Entry) -> None:
        self.block.check()
        self._entries[entry.id] = entry

    def delete(self, entry_id: EntryId) -> None:
        self.block.check()
        if self._entries.get(entry_id, self._before.entries.get(entry_id)) is None:
            raise EntryNotFound(entry_id, location=self._location)
        self._entries[entry_id] = None

    def apply(self, state: _State) -> None:
        for entry_id, entry in self._entries.items():
            if entry is None:
                state.entries.pop(entry_id, None)
            else:
                state.entries[entry_id] = entry
        for path, category in self._categories.items():
            if category is None:
                state.categories.pop(path, None)
            else:
                state.categories[path] = category
        state.metadata = self._metadata or state.metadata
        state.documents.update(self._documents)
        for name in [name for name, value in state.documents.items() if value is None]:
            del state.documents[name]
