"""Removing the entries of which there is no need."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from ...collection import Collection
from ...identity import EntryId
from ...storage.base import Snapshot
from .finding import Cluster, Member, digest_of
from .texts import comparable

__all__ = ["Removed", "remove_duplicates"]


@frozen
class Removed:
    """What was removed, and what was not.

    Args:
        removed: ids of the entries that are gone.
        changed: ids of those that stay, because they, or the one that was to be kept for them,
            have been changed or removed since they were found.
    """

    removed: tuple[EntryId, ...]
    changed: tuple[EntryId, ...]


def remove_duplicates(collection: Collection, clusters: Iterable[Cluster]) -> Removed:
    """Remove the duplicates that are similar enough to what is kept of each cluster, all or none.

    Each is looked at again when the collection is locked: no entry goes unless it, and the one
    that is kept for it, have the text with which they were found.

    Args:
        collection: whose entries they are.
        clusters: from `collectionlib.curating.duplicates.find_duplicates`.

    Raises:
        CollectionLocked: another writer holds the collection, and did not end in time.

    >>> from collectionlib import Collection, Entry
    >>> from collectionlib.curating.duplicates import find_duplicates
    >>> with Collection.create("memory:") as jokes:
    ...     with jokes.transaction() as batch:
    ...         batch.put(Entry(id="0chgm9qjpmfdsafq", body="Be well!"))
    ...         batch.put(Entry(id="4yqpxq0qwg0rc203", body="be well"))
    ...     remove_duplicates(jokes, list(find_duplicates(jokes))).removed
    ('4yqpxq0qwg0rc203',)
    """
    removed: list[EntryId] = []
    changed: list[EntryId] = []
    with collection.transaction("duplicates --remove") as batch, collection.snapshot() as view:
        for cluster in clusters:
            spare = [each for each in cluster.duplicates if each.is_spare]
            is_kept = _is_as_found(view, cluster.kept)
            for each in spare:
                if is_kept and _is_as_found(view, each):
                    batch.delete(each.id)
                    removed.append(each.id)
                else:
                    changed.append(each.id)
    return Removed(tuple(removed), tuple(changed))


def _is_as_found(view: Snapshot, member: Member) -> bool:
    if not view.known([member.id]):
        return False
    return digest_of(comparable(view.get(member.id)) or "") == member.digest
