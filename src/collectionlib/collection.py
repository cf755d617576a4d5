"""`Collection`: the one handle that users hold, over any storage."""

from __future__ import annotations

import heapq
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from itertools import islice
from os import PathLike
from types import TracebackType
from typing import TYPE_CHECKING, Self

from attrs import evolve, frozen

from .errors import EntryNotFound, InvalidValueError
from .identity import EntryId
from .model import Category, Contributor, Entry, Metadata
from .query import FullText, Order, Predicate, Selection, parse, parse_order
from .storage.base import (
    EVERYTHING,
    Batch,
    Optimized,
    Optimizes,
    RanksEntries,
    Snapshot,
    Storage,
)
from .storage.history import Operation
from .storage.locations import create_storage, open_storage
from .words import places, weight

if TYPE_CHECKING:
    from .snippets import Place, Snippet
    from .storage.history.reading import LoggedOperation
    from .storage.history.undoing import Undone

__all__ = ["Collection", "Found", "complete_id", "select_from"]

_SHORTEST_PREFIX = 4


@frozen
class Found:
    """What a search found.

    Args:
        entry: that has the words.
        snippets: of its text, around the words; its beginning, where they are in the title alone.
        title_matches: where the words stand in its title.
        matches: where they stand in its text.
    """

    entry: Entry
    snippets: tuple[Snippet, ...]
    title_matches: tuple[Place, ...] = ()
    matches: tuple[Place, ...] = ()

    @property
    def excerpt(self) -> str:
        """The first of the snippets."""
        return self.snippets[0].text


def _found(entry: Entry, words: tuple[str, ...]) -> Found:
    from .snippets import snippets

    return Found(
        entry,
        snippets(entry.body, words),
        tuple(places(entry.title, words)),
        tuple(places(entry.body, words)),
    )


class Collection:
    """A collection of texts. Make one with `create`, open one with `open`.

    Args:
        storage: where it is kept; closed when the collection is.

    >>> with Collection.create("memory:", title="Jokes") as jokes:
    ...     with jokes.transaction() as batch:
    ...         batch.put(Entry.new(title="One", body="…", category=("Puns",)))
    ...     [entry.title for entry in jokes.select("category:Puns")]
    ['One']
    """

    def __init__(self, storage: Storage) -> None:
        self.storage = storage

    @classmethod
    def create(
        cls,
        location: str | PathLike[str],
        *,
        title: str = "",
        language: str | None = None,
        contributors: tuple[Contributor, ...] = (),
        metadata: Metadata | None = None,
    ) -> Self:
        """Make an empty collection.

        Args:
            location: ``jokes/`` for a folder, ``jokes.db`` for a database, ``jokes.json`` for one
                file of text, ``postgresql://host/texts#jokes`` for a server, ``memory:`` for none.
            title: of the collection.
            language: BCP 47 tag of most of its texts.
            contributors: editors and compilers.
            metadata: all of the above and more; the single ones go before it.

        Raises:
            ConflictError: something is at the location already.
            InvalidValueError: a value is not what its field holds.
        """
        whole = metadata or Metadata()
        whole = evolve(
            whole,
            title=title or whole.title,
            language=language or whole.language,
            contributors=contributors or whole.contributors,
        )
        return cls(create_storage(str(location), whole))

    @classmethod
    def open(cls, location: str | PathLike[str]) -> Self:
        """Open a collection that is there; nothing is written.

        Raises:
            CollectionNotFound: there is none.
            NewerFormat: a later version of collectionlib wrote it.
            CorruptCollection: it cannot be read.
        """
        return cls(open_storage(str(location)))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back what is held."""
        self.storage.close()

    @property
    def location(self) -> str:
        """Where it is kept, as it was said."""
        return self.storage.location

    @property
    def metadata(self) -> Metadata:
        """What is known about it."""
        with self.snapshot() as view:
            return view.metadata()

    def categories(self) -> tuple[Category, ...]:
        """The categories that something is said about, in reading order."""
        with self.snapshot() as view:
            return view.categories()

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """A view of the collection as it is now, that later writes do not change."""
        return self.storage.snapshot()

    def transaction(self, operation: str | Operation = "") -> AbstractContextManager[Batch]:
        """A batch of changes, all or nothing.

        Args:
            operation: what is done, as the log is to say it; several transactions that are one
                operation have an `Operation` with the same run.

        Raises:
            CollectionLocked: another writer holds the collection, and did not end in time.
        """
        belongs_to = Operation(operation) if isinstance(operation, str) else operation
        return self.storage.operation(belongs_to)

    def log(self, *, limit: int | None = None) -> list[LoggedOperation]:
        """What has been done to the collection, the newest first.

        It is empty for a collection in memory, and for a storage that keeps no log.

        Args:
            limit: how many operations at the most.

        Returns:
            The operations; one whose record is damaged says so in ``damage``.
        """
        from .storage.history.reading import operations

        with self.snapshot() as view:
            return operations(view)[:limit]

    def undo(
        self,
        number: int | None = None,
        *,
        to: int | None = None,
        force: bool = False,
        dry_run: bool = False,
    ) -> Undone:
        """Take back what was done: all of it, in one transaction, which is in the log itself.

        Without a number that is the last operation that has not been undone; undoing again goes
        further back. Undoing an undoing, by its number, does it again.

        Args:
            number: of the operation.
            to: take back everything that came after this operation; 0 for everything.
            force: also overwrite what has been changed since.
            dry_run: only say what would be done; nothing is locked then.

        Raises:
            OperationNotFound: there is nothing to undo, or no such operation.
            ConflictError: something that the operation changed has been changed since: then
                nothing is undone.
            CorruptCollection: the record of what was to be taken back is damaged.
            CollectionLocked: another writer holds the collection, and did not end in time.
        """
        from .storage.history.undoing import undo

        return undo(self.storage, number, to=to, force=force, dry_run=dry_run)

    def keep_operations(self, number: int) -> None:
        """Have the log keep so many operations from now on, and forget the others; 0 for none.

        Raises:
            CollectionLocked: another writer holds the collection, and did not end in time.
        """
        from .storage.history.operations import PREFERENCE

        with self.transaction() as batch:
            batch.set_document(PREFERENCE, {"operations": number})

    def optimize(
        self, *, keep: timedelta = timedelta(days=7), dry_run: bool = False
    ) -> Optimized | None:
        """Put the files of the storage in order; what the collection holds stays the same.

        Args:
            keep: for how long older states stay readable, where the storage keeps such: readers
                that have begun before are not disturbed.
            dry_run: only say what would be done.

        Returns:
            what was done; `None` where the storage keeps itself in order.

        Raises:
            CollectionLocked: another writer holds the collection, and did not end in time.
        """
        if not isinstance(self.storage, Optimizes):
            return None
        return self.storage.optimize(keep=keep, dry_run=dry_run)

    def get(self, entry_id: str) -> Entry:
        """The entry of that id, or of the only id that begins so (4 characters or more).

        Raises:
            EntryNotFound: there is none.
            InvalidValueError: the prefix is too short, or more than one id begins so.
        """
        with self.snapshot() as view:
            return view.get(complete_id(view, entry_id, self.location))

    def select(
        self,
        query: str | Predicate = EVERYTHING,
        *,
        sort: str | Order = (),
        limit: int | None = None,
    ) -> Iterator[Entry]:
        """The entries that a query finds, one at a time, in order.

        They are of the moment at which the first one is taken; the collection may be written
        to meanwhile.

        Args:
            query: in the language of `collectionlib.query.parse`, or a predicate.
            sort: names of fields, as for `collectionlib.query.parse_order`, or an order.
            limit: how many at the most.

        Raises:
            InvalidValueError: the query is malformed.
        """
        selection = Selection(
            where=parse(query) if isinstance(query, str) else query,
            order=(parse_order(sort) if sort else ()) if isinstance(sort, str) else sort,
            limit=limit,
        )
        return self._selected(selection)

    def _selected(self, selection: Selection) -> Iterator[Entry]:
        with self.snapshot() as view:
            yield from select_from(view, selection)

    def search(self, words: str, *, limit: int = 20) -> list[Found]:
        """The entries that have all words in title or text, the best first.

        Case and accents do not count; in scripts without blanks any run of letters is a word.

        Args:
            words: with blanks between.
            limit: how many at the most.
        """
        sought = tuple(words.split())
        with self.snapshot() as view:
            ranked = _ranked(view, sought, min(limit, sys.maxsize))
            return [_found(entry, sought) for entry in ranked]

    def count(self, query: str | Predicate = EVERYTHING) -> int:
        """How many entries a query finds.

        Raises:
            InvalidValueError: the query is malformed.
        """
        predicate = parse(query) if isinstance(query, str) else query
        with self.snapshot() as view:
            return view.count(predicate)

    def __iter__(self) -> Iterator[Entry]:
        return self.select()

    def __len__(self) -> int:
        with self.snapshot() as view:
            return len(view)


def _ranked(view: Snapshot, words: tuple[str, ...], limit: int) -> Iterable[Entry]:
    ranked = view.ranked(words, limit) if isinstance(view, RanksEntries) else None
    if ranked is not None:
        return ranked
    entries = view.scan(FullText(words))
    return heapq.nlargest(limit, entries, key=lambda e: weight(e.title, e.body, words))


def select_from(view: Snapshot, selection: Selection) -> Iterator[Entry]:
    """The entries of a view that a selection chooses."""
    return view.scan(selection.where, selection.order, limit=selection.limit)


def complete_id(view: Snapshot, prefix: str, location: str) -> EntryId:
    """The id that is this one, or the only one that begins so.

    Args:
        view: of the collection.
        prefix: 4 characters or more, unless it is the whole.
        location: of the collection, for the sentence of an error.

    Raises:
        EntryNotFound: there is none.
        InvalidValueError: the prefix is too short, or more than one id begins so.
    """
    if view.known([EntryId(prefix)]):
        return EntryId(prefix)
    if len(prefix) < _SHORTEST_PREFIX:
        raise InvalidValueError("id", prefix, f"is shorter than {_SHORTEST_PREFIX} characters")
    match list(islice(view.ids(prefix), 2)):
        case []:
            raise EntryNotFound(prefix, location=location)
        case [only]:
            return only
        case [one, other]:
            raise InvalidValueError("id", prefix, f"begins more than one id ({one}, {other}, …)")
        case _:
            raise AssertionError
