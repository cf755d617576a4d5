"""The protocol of a storage, and what every back end promises.

A storage has two doors. `Storage.snapshot` opens a view that reads; `Storage.transaction` opens
a batch that writes. Each back end promises, and proves with `collectionlib.testing`:

- after a transaction has ended, what it wrote survives ``kill -9``; before that nothing of it
  can be seen, not even after a crash half-way; an exception discards it;
- no change is lost to another writer. Either there is one writer at a time: a second one waits and
  then fails with `CollectionLocked`, which names the holder. Or there are many: transactions run
  beside each other, and one that puts, removes or says something of what another has changed since
  it began fails with `ConflictError`, which names that, and nothing of it is written; so whoever
  reads *inside* a transaction and writes what was read overwrites nobody;
- readers are never blocked, never see a torn entry, and see the state of the moment at which their
  snapshot was opened, as long as they hold it;
- what is read equals what was written, for every entry that the model accepts;
- reading writes nothing, and opening what is not there creates nothing;
- a newer format is refused with `NewerFormat`, a damaged file is named by `CorruptCollection`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import ClassVar, Protocol, Self, runtime_checkable

from attrs import frozen

from ..errors import CorruptCollection
from ..identity import CategoryPath, EntryId
from ..model import Category, Entry, JSONValue, Metadata
from ..query import AllOf, Order, Predicate, leaves
from .history.operations import KeepsLog, Operation, UnreadableTransaction

__all__ = [
    "EVERYTHING",
    "LOCK_TIMEOUT",
    "Batch",
    "Optimized",
    "Optimizes",
    "Plan",
    "PlansQueries",
    "RanksEntries",
    "Snapshot",
    "StagedEntries",
    "Stager",
    "StagesEntries",
    "Storage",
    "TakesStaged",
    "plan_of",
]

EVERYTHING: Predicate = AllOf(())
"""The predicate that every entry meets."""

LOCK_TIMEOUT = 10.0
"""Seconds that a second writer waits before it fails with `CollectionLocked`."""


class Snapshot(ABC):
    """What a collection held at one moment; to be read, and to be closed by its ``with``."""

    prefers_lots: ClassVar[bool] = False
    """Whether asking for many entries together is much quicker than asking for each."""

    @abstractmethod
    def get(self, entry_id: EntryId) -> Entry:
        """The entry of that id.

        Raises:
            EntryNotFound: there is none.
            CorruptCollection: its file is damaged.
        """

    @abstractmethod
    def scan(
        self,
        where: Predicate = EVERYTHING,
        order: Order = (),
        after: EntryId | None = None,
        limit: int | None = None,
    ) -> Iterator[Entry]:
        """The entries that meet a predicate, one at a time, in order.

        Reading order is category position, then natural order of source, then id
        (`collectionlib.query.ReadingOrder`).

        Args:
            where: what they must meet.
            order: what to sort by before reading order.
            after: only those that follow this one.
            limit: how many at the most.

        Raises:
            EntryNotFound: there is no entry ``after``.
            CorruptCollection: a file is damaged; raised when all that can be read has been given.
        """

    @abstractmethod
    def categories(self) -> tuple[Category, ...]:
        """The categories that something is said about, in reading order."""

    @abstractmethod
    def metadata(self) -> Metadata:
        """What is known about the collection."""

    @abstractmethod
    def document(self, name: str) -> JSONValue:
        """The named document, `None` where there is none."""

    @abstractmethod
    def documents(self) -> tuple[str, ...]:
        """The names of the documents, in alphabetical order."""

    @abstractmethod
    def known(self, entry_ids: Iterable[EntryId]) -> set[EntryId]:
        """Those of the ids that an entry has."""

    def several(self, entry_ids: Iterable[EntryId]) -> Mapping[EntryId, Entry]:
        """The entries of those of the ids that there are, by their ids.

        Each may be read when it is asked for: then that raises what `get` raises.
        """
        return _ReadWhenAsked(self, self.known(entry_ids))

    def count(self, where: Predicate = EVERYTHING) -> int:
        """How many entries meet a predicate."""
        return sum(1 for _ in self.scan(where))

    def category_counts(self) -> Mapping[CategoryPath, int]:
        """How many entries stand in each category itself, not below it."""
        return Counter(entry.category for entry in self.scan())

    def tag_counts(self) -> Mapping[str, int]:
        """How many entries have each tag, in any order."""
        return Counter(tag for entry in self.scan() for tag in entry.tags)

    def damages(self) -> Iterator[CorruptCollection]:
        """All that is damaged; everything is read for it."""
        try:
            for name in self.documents():
                self.document(name)
        except CorruptCollection as error:
            yield error
        try:
            for _ in self.scan():
                pass
        except CorruptCollection as error:
            yield error
            yield from error.others
        if isinstance(self, KeepsLog):
            for each in self.transactions():
                if isinstance(each, UnreadableTransaction):
                    yield each.damage

    def ids(self, prefix: str = "") -> Iterator[EntryId]:
        """The ids that begin so, in reading order."""
        return (entry.id for entry in self.scan() if entry.id.startswith(prefix))

    def __len__(self) -> int:
        return self.count()


class _ReadWhenAsked(Mapping[EntryId, Entry]):
    """Entries of a snapshot, none of which is in memory."""

    def __init__(self, view: Snapshot, entry_ids: set[EntryId]) -> None:
        self._view = view
        self._ids = entry_ids

    def __getitem__(self, entry_id: EntryId) -> Entry:
        if entry_id not in self._ids:
            raise KeyError(entry_id)
        return self._view.get(entry_id)

    def __iter__(self) -> Iterator[EntryId]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)


@runtime_checkable
class RanksEntries(Protocol):
    """A snapshot that knows which entries have the most to do with words."""

    def ranked(self, words: tuple[str, ...], limit: int) -> Iterator[Entry] | None:
        """The entries that have all the words, best first; `None` where it cannot tell now."""


@frozen
class Plan:
    """Who decides which parts of a query.

    Args:
        indexed: an index leads to the entries that meet them.
        translated: the storage decides them without making entries.
        evaluated: `collectionlib.query.matches` decides them for each entry that is read.
    """

    indexed: tuple[Predicate, ...] = ()
    translated: tuple[Predicate, ...] = ()
    evaluated: tuple[Predicate, ...] = ()


@runtime_checkable
class PlansQueries(Protocol):
    """A snapshot that decides more of a query than entry by entry."""

    def plan(self, where: Predicate) -> Plan:
        """Who decides which parts of a query."""
        ...


def plan_of(view: Snapshot, where: Predicate) -> Plan:
    """Who decides which parts of a query in a snapshot.

    Args:
        view: of any storage; one that says nothing of itself reads each entry.
        where: the query.
    """
    if isinstance(view, PlansQueries):
        return view.plan(where)
    return Plan(evaluated=tuple(leaves(where)))


@frozen(kw_only=True)
class Optimized:
    """What an optimization did, or would do.

    Args:
        steps: in words, in the order in which they are done; none where all is well.
        size_before: bytes that the collection took.
        size_after: bytes that it takes now; before it is done, what is known of it.
    """

    steps: tuple[str, ...] = ()
    size_before: int
    size_after: int


@runtime_checkable
class Optimizes(Protocol):
    """A storage that becomes smaller or quicker when its files are put in order."""

    def optimize(self, *, keep: timedelta, dry_run: bool = False) -> Optimized:
        """Put the files in order; what the collection holds stays the same.

        Args:
            keep: for how long older states stay readable, where the storage keeps such.
            dry_run: only say what would be done.

        Raises:
            CollectionLocked: another writer holds the collection, and did not end in time.
        """
        ...


class Batch(ABC):
    """What a transaction will write: collected, and done as a whole when its ``with`` ends.

    Where a change raises a `StorageError` other than `EntryNotFound`, nothing of the transaction is
    written, also if the caller catches it and goes on: others may have been lost with it. The end
    of the ``with`` raises then. So does a change that comes after that end: it is not written.

    A batch, as a snapshot, is for one thread at a time.
    """

    @abstractmethod
    def put(self, entry: Entry) -> None:
        """Add an entry, or replace the one of the same id."""

    @abstractmethod
    def delete(self, entry_id: EntryId) -> None:
        """Remove an entry.

        Raises:
            EntryNotFound: there is none of that id, neither before nor in this batch.
        """

    @abstractmethod
    def set_category(self, category: Category) -> None:
        """Say something about a category, in place of what was said."""

    @abstractmethod
    def forget_category(self, path: CategoryPath) -> None:
        """Take back whatever was said about a category; its entries stay where they are."""

    @abstractmethod
    def set_metadata(self, metadata: Metadata) -> None:
        """Replace what is known about the collection."""

    @abstractmethod
    def set_document(self, name: str, value: JSONValue) -> None:
        """Keep a named document; `None` removes it.

        Args:
            name: lower-case letters, digits and ``-``, at most 64 of them.
            value: what JSON can hold.
        """


@frozen
class StagedEntries:
    """Entries that are written where the collection is, and are not in it yet.

    Args:
        ids: of the entries, each once.
        place: what the back end finds them by; it can be pickled.
    """

    ids: tuple[EntryId, ...]
    place: object


class Stager(Protocol):
    """Writes entries where a collection is, from any machine; it can be pickled."""

    def stage(self, entries: Sequence[Entry]) -> StagedEntries:
        """Write entries that a batch may take.

        Args:
            entries: at least one, no two of one id.
        """
        ...

    def read(self, staged: StagedEntries) -> Iterator[Entry]:
        """The entries that were written, in their order."""
        ...

    def discard(self, staged: StagedEntries) -> None:
        """Take away what no batch is to take."""
        ...


@runtime_checkable
class StagesEntries(Protocol):
    """A storage whose batches take entries that others have written.

    So the texts of an import need not pass through the one process that commits them. What was
    staged and never taken is in no collection: nobody sees it, and it may be taken away.
    """

    def stager(self, *, from_elsewhere: bool) -> Stager | None:
        """What writes entries where this collection is; `None` where that cannot be done.

        Args:
            from_elsewhere: whether it is to be done from other machines.
        """
        ...


@runtime_checkable
class TakesStaged(Protocol):
    """A batch of such a storage."""

    def take(self, staged: StagedEntries) -> None:
        """Put all staged entries; none of their ids is in the collection or in this batch."""
        ...


class Storage(ABC):
    """A collection kept somewhere. `create` or `open` one, and `close` it."""

    suffixes: ClassVar[tuple[str, ...]] = ()
    """Endings of the locations that this back end is for, with the dot."""

    schemes: ClassVar[tuple[str, ...]] = ()
    """What stands before the colon of the locations that it is for."""

    many_writers: ClassVar[bool] = False
    """Whether transactions run beside each other; else one waits for the other."""

    location: str
    """Where the collection is kept, as the user said it, but without a password."""

    @classmethod
    @abstractmethod
    def create(cls, location: str, metadata: Metadata) -> Self:
        """Make an empty collection.

        Raises:
            ConflictError: there is something at the location already.
        """

    @classmethod
    @abstractmethod
    def open(cls, location: str) -> Self:
        """Open a collection that is there; it is not written to.

        Raises:
            CollectionNotFound: there is none.
            NewerFormat: a later version wrote it.
        """

    @abstractmethod
    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """A view of the collection as it is now."""

    @abstractmethod
    def transaction(self) -> AbstractContextManager[Batch]:
        """A batch of changes, written when the ``with`` block ends without an exception.

        Raises:
            CollectionLocked: another writer holds the collection, and did not end in time.
            ConflictError: where many may write: another has changed the same since this began.
        """

    def operation(self, operation: Operation) -> AbstractContextManager[Batch]:
        """A transaction that is part of an operation; a back end with a log records it as such.

        The snapshots of such a back end are `collectionlib.storage.history.KeepsLog`, its batches
        `collectionlib.storage.history.Restores`. Its log is written in the same transaction.
        """
        return self.transaction()

    def places(self) -> tuple[str, ...]:
        """The files and folders, or the URL, that it is kept in: no sources of its own texts."""
        return (self.location,)

    def close(self) -> None:
        """Give back what is held; using the storage afterwards is an error."""
