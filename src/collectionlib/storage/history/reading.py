"""The log as people see it: operations, with what each did and whether it still holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from attrs import frozen

from ...errors import OperationNotFound
from ..base import Snapshot
from .changes import Change
from .operations import KeepsLog, Logged, Transaction, UnreadableTransaction

__all__ = ["LoggedOperation", "changes_of", "last_transaction", "operations", "transactions_of"]


@frozen(kw_only=True)
class LoggedOperation:
    """What somebody did to a collection, as its log has it.

    Args:
        number: to name it by, from 1.
        label: what was done, in the words of who did it; empty where nobody said.
        moment: at which it ended; `None` where nothing of its record can be read.
        added: how many entries were added; one that several transactions touched counts in each.
        changed: how many were changed.
        removed: how many were removed.
        categories: of how many categories something else was said.
        metadata: how often the metadata were changed.
        documents: how many documents were changed: what imports remember, and the like.
        undoes: the numbers of the operations that it took back.
        undone_by: the number of the operation that took it back; `None` while it holds.
        damage: what of its record cannot be read, so that it cannot be undone, where it is and
            what to do; empty where all is well.
    """

    number: int
    label: str
    moment: datetime | None
    added: int = 0
    changed: int = 0
    removed: int = 0
    categories: int = 0
    metadata: int = 0
    documents: int = 0
    undoes: tuple[int, ...] = ()
    undone_by: int | None = None
    damage: str = ""


def operations(view: Snapshot) -> list[LoggedOperation]:
    """All operations that the log of a collection has, the newest first; none without a log."""
    if not isinstance(view, KeepsLog):
        return []
    # Those of one operation need not follow each other: where many write, others come between.
    grouped: dict[int, list[Logged]] = {}
    for each in view.transactions():
        grouped.setdefault(each.operation, []).append(each)
    transactions = list(grouped.values())
    undone = _undone([parts[0] for parts in transactions])
    return [_together(parts, undone) for parts in transactions]


def _undone(newest_first: Sequence[Logged]) -> dict[int, int]:
    """The operations that are taken back, each with the one that did; unless that is, too."""
    undone: dict[int, int] = {}
    for each in newest_first:
        if isinstance(each, Transaction) and each.operation not in undone:
            for number in each.undoes:
                undone.setdefault(number, each.operation)
    return undone


def _together(parts: Sequence[Logged], undone: Mapping[int, int]) -> LoggedOperation:
    number = parts[0].operation
    read = [each for each in parts if isinstance(each, Transaction)]
    damages = [str(each.damage) for each in parts if isinstance(each, UnreadableTransaction)]
    last = read[0] if read else None
    return LoggedOperation(
        number=number,
        label=last.label if last else "",
        moment=last.moment if last else None,
        added=sum(each.added for each in read),
        changed=sum(each.changed for each in read),
        removed=sum(each.removed for each in read),
        categories=sum(each.categories for each in read),
        metadata=sum(each.metadata for each in read),
        documents=sum(each.documents for each in read),
        undoes=last.undoes if last else (),
        undone_by=undone.get(number),
        damage=damages[0] if damages else "",
    )


def last_transaction(view: Snapshot) -> Transaction | None:
    """The newest transaction that the log of a collection has; `None` where it cannot be read."""
    last = next(view.transactions(), None) if isinstance(view, KeepsLog) else None
    return last if isinstance(last, Transaction) else None


def transactions_of(view: KeepsLog, numbers: Sequence[int]) -> list[Transaction]:
    """The transactions of operations, the oldest first.

    Raises:
        CorruptCollection: the record of one is damaged.
    """
    chosen = set(numbers)
    found = []
    for each in view.transactions():
        if each.operation in chosen:
            if isinstance(each, UnreadableTransaction):
                raise each.damage
            found.append(each)
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
