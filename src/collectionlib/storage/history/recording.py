"""Packing the changes of a transaction: piece by piece, so that memory does not grow with them."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from attrs import frozen

from ..._clock import now
from ...identity import EntryId
from .changes import NOTHING, Kind, Thing, digest_of, json_of
from .operations import PREFERENCE, Logged, Operation, Transaction

__all__ = ["Kept", "Recorder", "outdated", "packed", "succeeding"]

_PIECE = 1024 * 1024
"""Bytes of changes that are compressed together."""

MOST_BYTES = 256 * 1024 * 1024
"""What the changes of all operations may take; the newest is kept whatever it takes."""


@frozen
class Kept:
    """A transaction that the log has.

    Args:
        operation: number of its operation.
        number: of the transaction.
        size: bytes that it takes.
    """

    operation: int
    number: int
    size: int


class Recorder:
    """Takes the changes of one transaction.

    Args:
        keep: is given the packed pieces, one after the other; together they are lines of JSON,
            compressed with gzip.
    """

    def __init__(self, keep: Callable[[bytes], object]) -> None:
        self._keep = keep
        self._lines = bytearray()
        self._encoder = msgspec.json.Encoder()
        self._counts: Counter[str] = Counter()
        self._size = 0

    def add(self, kind: Kind, key: str, before: bytes, after: str) -> None:
        """Record a change; the arguments are those of `Change`."""
        if kind == "document" and key == PREFERENCE:
            return
        self._counts[_counted_as(kind, before, after)] += 1
        self._take(self._encoder.encode((kind, key, msgspec.Raw(before), after)) + b"\n")

    def _take(self, lines: bytes) -> None:
        self._lines += lines
        if len(self._lines) >= _PIECE:
            self._pack()

    def add_new(self, entries: Mapping[EntryId, str]) -> None:
        """Record entries that were not there.

        Args:
            entries: the digest of each by its id.
        """
        if not entries:
            return
        self._counts["added"] += len(entries)
        # Neither ids nor digests have anything that JSON would escape.
        lines = [f'["entry","{own}",null,"{after}"]\n' for own, after in entries.items()]
        self._take("".join(lines).encode())

    def add_values(
        self, kind: Kind, before: Mapping[str, Thing], after: Mapping[str, Thing]
    ) -> None:
        """Record what differs in all things of a kind."""
        for key in sorted(before.keys() | after.keys()):
            old, new = json_of(before.get(key)), digest_of(after.get(key))
            if digest_of(before.get(key)) != new:
                self.add(kind, key, old, new)

    def _pack(self) -> None:
        piece = packed(self._lines)
        self._size += len(piece)
        self._keep(piece)
        self._lines.clear()

    def finish(self, operation: Operation) -> bool:
        """Pack what is left; whether the log is to have the transaction.

        An undoing that found everything as it was before is in it, too: what it undid is undone.
        """
        if self._lines:
            self._pack()
        return self._counts.total() > 0 or bool(operation.undoes)

    def transaction(self, number: int, operation: int, belongs_to: Operation) -> Transaction:
        """What the log is to say of the transaction, once it is finished."""
        counts: dict[str, Any] = dict(self._counts)
        return Transaction(
            number=number,
            operation=operation,
            moment=now(),
            label=belongs_to.label,
            run=belongs_to.run,
            undoes=belongs_to.undoes,
            size=self._size,
            **counts,
        )


def _counted_as(kind: Kind, before: bytes, after: str) -> str:
    match kind:
        case "entry" if before == NOTHING:
            return "added"
        case "entry":
            return "changed" if after else "removed"
        case "category":
            return "categories"
        case "metadata":
            return "metadata"
        case _:
            return "documents"


def packed(lines: bytes | bytearray) -> bytes:
    """Lines as one member of a gzip file; the same lines give the same bytes."""
    return gzip.compress(lines, compresslevel=1, mtime=0)


def succeeding(
    last: Kept | None, operation: Operation, transactions: Callable[[], Iterator[Logged]]
) -> tuple[int, int]:
    """The numbers of the next transaction and of its operation.

    Args:
        last: the newest transaction that there is.
        operation: what the next one belongs to.
        transactions: gives those of the log, the newest first; asked only where one may go on.
    """
    if last is None:
        return 1, 1
    goes_on = operation.run is not None and operation.run == _run_of_last(transactions())
    return last.number + 1, last.operation + (0 if goes_on else 1)


def _run_of_last(transactions: Iterator[Logged]) -> str | None:
    # Whoever reads the log is told of a damaged one; what is written now does not depend on it.
    last = next(transactions, None)
    return last.run if isinstance(last, Transaction) else None


def outdated(kept: Sequence[Kept], operations: int) -> list[Kept]:
    """The transactions that the log is to drop: whole operations, the oldest first.

    Args:
        kept: what it has, in any order.
        operations: how many it is to keep.
    """
    sizes: Counter[int] = Counter()
    for each in kept:
        sizes[each.operation] += each.size
    remaining: set[int] = set()
    total = 0
    for operation in sorted(sizes, reverse=True)[:operations]:
        total += sizes[operation]
        if remaining and total > MOST_BYTES:
            break
        remaining.add(operation)
    return [each for each in kept if each.operation not in remaining]
