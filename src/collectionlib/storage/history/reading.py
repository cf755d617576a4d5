"""The log as people see it: operations, with what each did and whether it still holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import groupby

from attrs import frozen

from ...errors import CorruptCollection, OperationNotFound
from ..base import Snapshot
from .changes import Change
from .operations import KeepsLog, Transaction

__all__ = ["LoggedOperation", "changes_of", "last_transaction", "operations", "transactions_of"]


@frozen(kw_only=True)
class LoggedOperation:
    """What somebody did to a collection, as its log has it.

    Args:
        number: to name it by, from 1.
        label: what was done, in the words of who did it; empty where nobody said.
        moment: at which it ended.
        added: how many entries were added; one that several transactions touched counts in each.
        changed: how many were changed.
        removed: how many were removed.
        categories: of how many categories something else was said.
        metadata: how often the metadata were changed.
        documents: how many documents were changed: what imports remember, and the like.
        undoes: the numbers of the operations that it took back.
        undone_by: the number of the operation that took it back; `None` while it holds.
    """

    number: int
    label: str
    moment: datetime
    added: int = 0
    changed: int = 0
    removed: int = 0
    categories: int = 0
    metadata: int = 0
    documents: int = 0
    undoes: tuple[int, ...] = ()
    undone_by: int | None = None


def operations(view: Snapshot) -> list[LoggedOperation]:
    """All operations that the log of a collection has, the newest first; none without a log."""
    if not isinstance(view, KeepsLog):
        return []
    grouped = groupby(view.transactions(), key=lambda each: each.operation)
    transactions = [list(parts) for _, parts in grouped]
    undone = _undone([parts[0] for parts in transactions])
    return [_together(parts, undone) for parts in transactions]


def _undone(newest_first: Sequence[Transaction]) -> dict[int, int]:
    """The operations that are taken back, each with the one that did; unless that is, too."""
    undone: dict[int, int] = {}
    for each in newest_first:
        if each.operation not in undone:
            for number in each.undoes:
                undone.setdefault(number, each.operation)
    return undone


def _together(parts: Sequence[Transaction], undone: Mapping[int, int]) -> LoggedOperation:
    last = parts[0]
    return LoggedOperation(
        number=last.operation,
        label=last.label,
        moment=last.moment,
        added=sum(each.added for each in parts),
        changed=sum(each.changed for each in parts),
        removed=sum(each.removed for each in parts),
        categories=sum(each.categories for each in parts),
        metadata=sum(each.metadata for each in parts),
        documents=sum(each.documents for each in parts),
        undoes=last.undoes,
        undone_by=undone.get(last.operation),
    )


def last_transaction(view: Snapshot) -> Transaction | None:
    """The newest transaction that the log of a collection has and can read."""
    if not isinstance(view, KeepsLog):
        return None
    with suppress(CorruptCollection):
        return next(view.transactions(), None)
    return None


def transactions_of(view: KeepsLog, numbers: Sequence[int]) -> list[Transaction]:
    """The transactions of operations, the oldest first."""
    chosen = set(numbers)
    found = [each for each in view.transactions() if each.operation in chosen]
    return found[::-1]


def changes_of(view: Snapshot, number: int, location: str) -> Iterator[Change]:
    """What an operation changed, in the order in which it did.

    Raises:
        OperationNotFound: the log has none of that number.
        CorruptCollection: a record is damaged.
    """
    transactions = transactions_of(view, [number]) if isinstance(view, KeepsLog) else []
    if not isinstance(view, KeepsLog) or not transactions:
        raise OperationNotFound(number, location=location)
    for each in transactions:
        yield from view.changes(each)
