"""From one storage to another: streaming, resumable, verified."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import blake2b
from itertools import islice
from typing import Any, cast

from attrs import frozen

from .codec import encode_json
from .collection import Collection
from .errors import ConflictError, StorageError
from .identity import EntryId
from .model import Entry
from .storage.base import Batch, Snapshot
from .storage.history import Operation

__all__ = ["CopyReport", "copy_collection"]

_CHECKPOINT = "copy"
"""Name of the document in which an unfinished copy says how far it is."""

_FIRST_BATCH = 10_000


@frozen
class CopyReport:
    """What a copy did.

    Args:
        entries: how many the collections hold.
        copied: how many of them were written now; the others had been before.
        digest: BLAKE2b of the JSON of all entries in reading order, 32 hexadecimal digits; it
            was the same in both.
    """

    entries: int
    copied: int
    digest: str


@frozen
class _Progress:
    """How far a copy is: so many entries, the last one, and what they were."""

    source: str
    copied: int = 0
    last: EntryId | None = None
    digest: str = ""

    def to_plain(self) -> dict[str, Any]:
        return {
            "source": self.source, "copied": self.copied, "last": self.last, "digest": self.digest,
        }  # fmt: skip


class _Digest:
    """Of entries in their order."""

    def __init__(self) -> None:
        self.entries = 0
        self._hash = blake2b(digest_size=16)

    def add(self, entry: Entry) -> None:
        self.entries += 1
        self._hash.update(encode_json(entry) + b"\n")

    def __str__(self) -> str:
        return self._hash.hexdigest()


def copy_collection(
    source: Collection, target: Collection, *, watch: Callable[[int], object] | None = None
) -> CopyReport:
    """Copy everything that a collection holds into an empty one, and compare.

    The entries are written in batches; after an interruption the same call goes on where the last
    batch ended. Until all is there and has been compared, a document in the target says so.

    Args:
        source: where from; what is written to it meanwhile is not copied.
        target: an empty collection, or one that a copy of the same source has begun to fill.
        watch: is called with the number of entries that are there.

    Raises:
        ConflictError: the target holds something else.
        StorageError: what has arrived is not what was sent.

    >>> with Collection.create("memory:", title="Jokes") as one:
    ...     with one.transaction() as batch:
    ...         batch.put(Entry.new(title="One", body="…"))
    ...     with Collection.create("memory:") as other:
    ...         copy_collection(one, other).entries
    1
    """
    label = f"copy {source.location}"
    operation = Operation(label, run=label)
    with source.snapshot() as view:
        begun = _begun(source, target)
        sent = _Digest()
        entries = _counted(view.scan(), sent)
        _pass_over(entries, begun, sent, target)
        _copy_rest(entries, view, sent, target, begun, operation, watch)
        return _verified(sent, target, operation, copied=sent.entries - begun.copied)


def _begun(source: Collection, target: Collection) -> _Progress:
    with target.snapshot() as view:
        document = view.document(_CHECKPOINT)
        if isinstance(document, dict) and document.get("source") == source.location:
            return _Progress(**cast("dict[str, Any]", document))
        if len(view) or view.documents():
            raise ConflictError(
                f"{target.location} holds something already: choose another name",
                location=target.location,
            )
    return _Progress(source.location)


def _counted(entries: Iterator[Entry], digest: _Digest) -> Iterator[Entry]:
    for entry in entries:
        digest.add(entry)
        yield entry


def _pass_over(
    entries: Iterator[Entry], begun: _Progress, sent: _Digest, target: Collection
) -> None:
    """Take the entries that have been copied before; the source must not have changed since."""
    for _ in islice(entries, begun.copied):
        pass
    if begun.copied and str(sent) != begun.digest:
        raise ConflictError(
            f"{target.location} holds a part of another state of {begun.source}: remove it, and "
            "copy again",
            location=target.location,
        )


def _copy_rest(
    entries: Iterator[Entry],
    view: Snapshot,
    sent: _Digest,
    target: Collection,
    begun: _Progress,
    operation: Operation,
    watch: Callable[[int], object] | None,
) -> None:
    # A storage may write everything anew with each batch: the number of batches must grow more
    # slowly than that of the entries.
    size = max(_FIRST_BATCH, begun.copied)
    while chunk := _first_of(entries):
        with target.transaction(operation) as batch:
            last = _put_all(batch, chunk, islice(entries, size - 1))
            progress = _Progress(begun.source, sent.entries, last, str(sent))
            batch.set_document(_CHECKPOINT, progress.to_plain())
        if watch:
            watch(sent.entries)
        size = max(size, sent.entries)
    with target.transaction(operation) as batch:
        batch.set_metadata(view.metadata())
        for category in view.categories():
            batch.set_category(category)
        for name in view.documents():
            batch.set_document(name, view.document(name))


def _first_of(entries: Iterator[Entry]) -> list[Entry]:
    return list(islice(entries, 1))


def _put_all(batch: Batch, first: list[Entry], rest: Iterator[Entry]) -> EntryId:
    last = first[0]
    batch.put(last)
    for last in rest:
        batch.put(last)
    return last.id


def _verified(
    sent: _Digest, target: Collection, operation: Operation, *, copied: int
) -> CopyReport:
    arrived = _Digest()
    for _ in _counted(iter(target), arrived):
        pass
    if (arrived.entries, str(arrived)) != (sent.entries, str(sent)):
        raise StorageError(
            f"{target.location} does not hold what was copied ({arrived.entries} entries of "
            f"{sent.entries}, or others): remove it, and copy again",
            location=target.location,
        )
    with target.transaction(operation) as batch:
        batch.set_document(_CHECKPOINT, None)
    return CopyReport(sent.entries, copied, str(sent))
