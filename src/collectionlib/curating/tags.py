"""The tags of a collection: counted, renamed, joined."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from attrs import evolve

from .._clock import now
from ..collection import Collection
from ..identity import natural_key
from ..model import Entry
from ..query import AnyOf, Equals
from ..storage.base import Snapshot
from .editing import Edited, edit_entries

__all__ = ["rename_tags", "tag_counts"]


def tag_counts(view: Snapshot) -> Mapping[str, int]:
    """How many entries have each tag, the commonest first, then in natural order.

    >>> from collectionlib import Entry
    >>> with Collection.create("memory:") as jokes:
    ...     with jokes.transaction() as batch:
    ...         batch.put(Entry(id="0chgm9qjpmfdsafq", tags=("short", "old")))
    ...         batch.put(Entry(id="1chgm9qjpmfdsafq", tags=("short",)))
    ...     with jokes.snapshot() as view:
    ...         tag_counts(view)
    {'short': 2, 'old': 1}
    """
    counts = view.tag_counts()
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], natural_key(pair[0]))))


def rename_tags(
    collection: Collection,
    tags: Iterable[str],
    new: str,
    *,
    dry_run: bool = False,
    clock: Callable[[], datetime] = now,
    label: str = "",
) -> Edited:
    """Put one tag in the place of others, in one transaction; an entry has it once then.

    Args:
        collection: whose tags they are.
        tags: that are to go.
        new: that comes in their place; it may be there already.
        dry_run: whether only to say what would be done; nothing is locked then.
        clock: says what time it is.
        label: what is done, as the log is to say it.

    Raises:
        InvalidValueError: the new tag is none.
    """
    old = frozenset(tags)

    def edit(entry: Entry) -> Entry:
        # The model keeps each tag once, where it stood first.
        return evolve(entry, tags=tuple(new if tag in old else tag for tag in entry.tags))

    having = AnyOf(tuple(Equals("tag", tag) for tag in sorted(old)))
    return edit_entries(collection, having, edit, dry_run=dry_run, clock=clock, label=label)
