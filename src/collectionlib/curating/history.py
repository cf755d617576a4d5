"""What an operation of the log did to each entry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from attrs import fields, frozen

from ..collection import Collection
from ..errors import EntryNotFound
from ..identity import EntryId
from ..model import Entry
from ..storage.base import Snapshot
from ..storage.history.changes import Change, digest_of
from ..storage.history.operations import KeepsLog
from ..storage.history.reading import changes_of

__all__ = ["ChangedEntry", "changed_entries"]


@frozen
class ChangedEntry:
    """What became of an entry.

    Args:
        id: of the entry.
        what: was done to it.
        title: that it has, or had when it was removed; empty where it is gone since.
        fields: that are different, as long as it has not been changed again.
    """

    id: EntryId
    what: Literal["added", "changed", "removed"]
    title: str = ""
    fields: tuple[str, ...] = ()


def changed_entries(collection: Collection, number: int) -> Iterator[ChangedEntry]:
    """The entries that an operation of the log changed, one at a time.

    Args:
        collection: whose log it is.
        number: of the operation.

    Raises:
        OperationNotFound: the log has none of that number.
        CorruptCollection: the log is damaged.

    >>> with Collection.create("memory:") as jokes:
    ...     list(changed_entries(jokes, 1))
    Traceback (most recent call last):
        ...
    collectionlib.errors.OperationNotFound: memory:: operation 1 is not there: ...
    """
    with collection.snapshot() as view:
        # An operation of several transactions may touch an entry more than once: what counts is
        # what it was at first, and what it became at last.
        last = {
            change.key: change.after
            for change in changes_of(view, number, collection.location)
            if change.kind == "entry"
        }
        for change in changes_of(view, number, collection.location):
            after = last.pop(change.key, None) if change.kind == "entry" else None
            if after is not None and not (change.adds and not after):
                yield _changed(view, change, after)


def _changed(view: Snapshot, change: Change, after: str) -> ChangedEntry:
    entry_id = EntryId(change.key)
    former = _former(view, change)
    now = _now(view, entry_id)
    if not after:
        return ChangedEntry(entry_id, "removed", _title(former, now))
    title = _title(now, former)
    if change.adds:
        return ChangedEntry(entry_id, "added", title)
    is_last = digest_of(now) == after
    return ChangedEntry(entry_id, "changed", title, _different(former, now) if is_last else ())


def _former(view: Snapshot, change: Change) -> Entry | None:
    if change.adds or change.is_lost or not isinstance(view, KeepsLog):
        return None
    return view.former(change)


def _title(*entries: Entry | None) -> str:
    return next((entry.title for entry in entries if entry is not None), "")


def _now(view: Snapshot, entry_id: EntryId) -> Entry | None:
    try:
        return view.get(entry_id)
    except EntryNotFound:
        return None


def _different(one: Entry | None, other: Entry | None) -> tuple[str, ...]:
    if one is None or other is None:
        return ()
    names = (each.name for each in fields(Entry))
    return tuple(name for name in names if getattr(one, name) != getattr(other, name))
