"""Changing many entries at once: each by the same rule, all of them or none."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from typing import TypeAlias

from attrs import evolve, frozen

from .._clock import now
from ..collection import Collection
from ..identity import EntryId
from ..model import Entry
from ..storage.base import Batch
from .choosing import Choice, chosen

__all__ = ["Edit", "Edited", "edit_entries", "would_edit"]

Edit: TypeAlias = Callable[[Entry], Entry | None]
"""From an entry to what it becomes: itself where nothing is to be done, `None` to remove it."""


@frozen
class Edited:
    """What an edit did, or would do.

    Args:
        found: how many entries were chosen.
        changed: ids of those that are different now.
        removed: ids of those that are gone.
    """

    found: int
    changed: tuple[EntryId, ...]
    removed: tuple[EntryId, ...]


def edit_entries(
    collection: Collection,
    choice: Choice,
    edit: Edit,
    *,
    dry_run: bool = False,
    label: str = "",
    clock: Callable[[], datetime] = now,
) -> Edited:
    """Change the entries that a query or their ids choose, in one transaction.

    What another writer does meanwhile waits or comes first: the entries are chosen, and
    read, after the collection is locked. Those that the edit changes are marked with the
    moment, in ``modified``.

    Args:
        collection: whose entries they are.
        choice: which: a query in the language of `collectionlib.query.parse`, a predicate, or
            `collectionlib.curating.choosing.Ids`.
        edit: what is done to each. It may change anything but the id.
        dry_run: whether only to say what would be done; nothing is locked then.
        label: what is done, as the log is to say it.
        clock: says what time it is.

    Raises:
        InvalidValueError: the query is malformed, or the edit makes an invalid entry: then
            nothing is changed.
        EntryNotFound: there is no entry of one of the ids.
        CollectionLocked: another writer holds the collection, and did not end in time.

    >>> with Collection.create("memory:", title="Jokes") as jokes:
    ...     with jokes.transaction() as batch:
    ...         batch.put(Entry(id="0chgm9qjpmfdsafq", title="One", language="zh"))
    ...     done = edit_entries(jokes, "lang:zh", lambda entry: evolve(entry, language="zh-Hant"))
    ...     done.changed, [entry.language for entry in jokes]
    (('0chgm9qjpmfdsafq',), ['zh-Hant'])
    """
    moment = clock()
    found = 0
    changed: list[EntryId] = []
    removed: list[EntryId] = []
    with ExitStack() as stack:
        batch = None if dry_run else stack.enter_context(collection.transaction(label))
        view = stack.enter_context(collection.snapshot())
        for entry in chosen(view, choice, collection.location):
            found += 1
            result = edit(entry)
            if result is None:
                removed.append(entry.id)
            elif result != entry:
                changed.append(entry.id)
            if batch is not None and result != entry:
                _write(batch, entry.id, result, moment)
    return Edited(found, tuple(changed), tuple(removed))


def would_edit(collection: Collection, choice: Choice, edit: Edit) -> bool:
    """Whether an edit would change anything; the first entry that it would is enough.

    Args:
        collection: whose entries they are.
        choice: which, as for `edit_entries`.
        edit: what would be done to each.

    Raises:
        InvalidValueError: the query is malformed, or the edit makes an invalid entry.
        EntryNotFound: there is no entry of one of the ids.

    >>> with Collection.create("memory:", title="Jokes") as jokes:
    ...     would_edit(jokes, "lang:zh", lambda entry: None)
    False
    """
    with collection.snapshot() as view:
        entries = chosen(view, choice, collection.location)
        return any(edit(entry) != entry for entry in entries)


def _write(batch: Batch, entry_id: EntryId, after: Entry | None, moment: datetime) -> None:
    if after is None:
        batch.delete(entry_id)
    else:
        batch.put(evolve(after, id=entry_id, modified=moment))
