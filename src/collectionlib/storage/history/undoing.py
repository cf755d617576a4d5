"""Taking operations back: everything that they changed becomes what it was, in one transaction.

What is put back is what stood before the first change of a thing, and what must stand there now is
what the last one made of it: so a person's later change is not lost, and neither a hand edit. Of a
document that is an object only the keys count that were changed, since imports share one. The
undoing is an operation like any other, and can be taken back itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import cast

import msgspec
from attrs import evolve, frozen

from ...codec import from_plain
from ...errors import ConflictError, EntryNotFound, OperationNotFound, StorageError
from ...identity import EntryId, parse_category_path
from ...model import Category, Entry, JSONValue, Metadata
from ..base import Batch, Snapshot, Storage
from .changes import Change, digest_of, json_of
from .documents import without
from .operations import KeepsLog, Operation, Restores
from .reading import LoggedOperation, operations, transactions_of

__all__ = ["Undone", "undo"]

_SHOWN = 3


@frozen(kw_only=True)
class Undone:
    """What an undoing did, or would do.

    Args:
        operations: the numbers of those that were taken back, the newest first.
        label: under which the undoing is in the log, as ``undo 3: import archive/``.
        number: under which the undoing itself is in the log; `None` where nothing was written.
        removed: how many entries are gone that had been added.
        changed: how many are again what they had been.
        restored: how many are there again that had been removed.
        others: how many categories, documents and metadata are again what they had been.
        conflicts: what has been changed since, by kind and name, and was overwritten.
    """

    operations: tuple[int, ...]
    label: str
    number: int | None = None
    removed: int = 0
    changed: int = 0
    restored: int = 0
    others: int = 0
    conflicts: tuple[str, ...] = ()


def undo(
    storage: Storage,
    number: int | None = None,
    *,
    to: int | None = None,
    force: bool = False,
    dry_run: bool = False,
) -> Undone:
    """Take operations back; see `collectionlib.collection.Collection.undo`."""
    with storage.snapshot() as view:
        known = operations(view)
        chosen = _chosen(known, number, to, storage.location)
    with ExitStack() as stack:
        # The writer first: what the snapshot sees is then what the batch changes.
        belongs_to = Operation(_label(chosen), undoes=tuple(each.number for each in chosen))
        batch = None if dry_run else stack.enter_context(storage.operation(belongs_to))
        view = stack.enter_context(storage.snapshot())
        if operations(view) != known:
            raise StorageError(
                f"{storage.location} has been written to in this moment, and is as it was then: "
                "undo again",
                location=storage.location,
            )
        undone = _Undoing(view, batch, belongs_to, force=force).run()
        if undone.conflicts and not force:
            raise _conflict(undone.conflicts, storage.location)
    return undone if dry_run else evolve(undone, number=_number_of(belongs_to, storage))


def _number_of(undoing: Operation, storage: Storage) -> int | None:
    """The number that an operation has got; others may have written before it."""
    with storage.snapshot() as view:
        found = (each.number for each in operations(view) if each.undoes == undoing.undoes)
        return next(found, None)


def _chosen(
    known: Sequence[LoggedOperation], number: int | None, to: int | None, location: str
) -> list[LoggedOperation]:
    """The operations that are to be taken back, the newest first."""
    if to is not None:
        return _after(known, to, location)
    if number is None:
        standing = (each for each in known if each.undone_by is None and not each.undoes)
        last = next(standing, None)
        if last is None:
            raise OperationNotFound(None, location=location)
        return [last]
    found = next((each for each in known if each.number == number), None)
    if found is None:
        raise OperationNotFound(number, location=location)
    if found.undone_by is not None:
        reason = f"operation {number} has been undone already, by operation {found.undone_by}"
        raise OperationNotFound(number, location=location, reason=reason)
    return [found]


def _after(known: Sequence[LoggedOperation], to: int, location: str) -> list[LoggedOperation]:
    later = [each for each in known if each.number > to]
    if not later:
        raise OperationNotFound(None, location=location)
    if later[-1].number != to + 1:
        reason = f"what came after operation {to} is no longer there as a whole"
        raise OperationNotFound(to, location=location, reason=reason)
    return later


def _label(chosen: Sequence[LoggedOperation]) -> str:
    if len(chosen) == 1:
        return f"undo {chosen[0].number}: {chosen[0].label}".removesuffix(": ")
    return f"undo --to {chosen[-1].number - 1}"


def _conflict(conflicts: Sequence[str], location: str) -> ConflictError:
    shown = ", ".join(conflicts[:_SHOWN])
    more = f" and {len(conflicts) - _SHOWN} more" if len(conflicts) > _SHOWN else ""
    have = "has" if len(conflicts) == 1 else "have"
    return ConflictError(
        f"{location}: {shown}{more} {have} been changed since, so nothing was undone: undo what "
        "came later first, or give --force to lose the later changes",
        location=location,
    )


class _Undoing:
    """One run over the changes of operations.

    Args:
        view: what there is.
        batch: what is to be written; `None` to count only.
        operation: the undoing itself.
        force: whether later changes are overwritten.
    """

    def __init__(
        self, view: Snapshot, batch: Batch | None, operation: Operation, *, force: bool
    ) -> None:
        assert isinstance(view, KeepsLog)
        self._view = view
        self._log: KeepsLog = view
        self._batch = batch
        self._operation = operation
        self._force = force
        self._categories = {each.path: each for each in view.categories()}
        self._counts: Counter[str] = Counter()
        self._conflicts: list[str] = []

    def run(self) -> Undone:
        # Of each thing the digest that the last change left; bodies are never kept.
        left = {f"{change.kind} {change.key}": change.after for change in self._changes()}
        for change in self._changes():
            after = left.pop(f"{change.kind} {change.key}", None)
            if after is not None:
                self._take_back(change, after)
        return Undone(
            operations=self._operation.undoes,
            label=self._operation.label,
            removed=self._counts["removed"],
            changed=self._counts["changed"],
            restored=self._counts["restored"],
            others=self._counts["others"],
            conflicts=tuple(self._conflicts),
        )

    def _changes(self) -> Iterator[Change]:
        for transaction in transactions_of(self._log, self._operation.undoes):
            yield from self._log.changes(transaction)

    def _take_back(self, change: Change, after: str) -> None:
        now = self._digest_now(change)
        is_as_left = now == after
        if not is_as_left and change.kind == "document":
            change, is_as_left = self._of_its_keys(change)
        before = "" if change.adds or change.is_lost else self._digest_before(change)
        if now == before and not change.is_lost:
            return
        if not is_as_left or change.is_lost:
            self._conflicts.append(_named(change))
            if not self._force or change.is_lost:
                return
        self._counts[_counted_as(change, now)] += 1
        if self._batch is not None:
            self._restore(change, self._batch)

    def _of_its_keys(self, change: Change) -> tuple[Change, bool]:
        """The change of a document as if others had changed no other keys; whether they did not."""
        now = self._view.document(change.key)
        left = without(self._log, change.key, now, self._operation.undoes)
        if left is None:
            return change, False
        return change._replace(before=msgspec.Raw(json_of(left.value))), not left.has_conflict

    def _digest_now(self, change: Change) -> str:
        match change.kind:
            case "entry":
                try:
                    return digest_of(self._view.get(EntryId(change.key)))
                except EntryNotFound:
                    return ""
            case "category":
                return digest_of(self._categories.get(parse_category_path(change.key)))
            case "metadata":
                return digest_of(self._view.metadata())
            case "document":
                return digest_of(self._view.document(change.key))

    def _digest_before(self, change: Change) -> str:
        return digest_of(self._log.former(change) if change.kind == "entry" else _value(change))

    def _restore(self, change: Change, batch: Batch) -> None:
        match change.kind:
            case "entry" if change.adds:
                batch.delete(EntryId(change.key))
            case "entry":
                assert isinstance(batch, Restores)
                batch.restore(change)
            case "category" if change.adds:
                batch.forget_category(parse_category_path(change.key))
            case "category":
                batch.set_category(cast("Category", _value(change)))
            case "metadata":
                batch.set_metadata(cast("Metadata", _value(change)))
            case "document":
                batch.set_document(change.key, cast("JSONValue", _value(change)))


def _value(change: Change) -> Entry | Category | Metadata | JSONValue:
    """What something that is no entry was."""
    plain = msgspec.json.decode(change.before)
    kinds: dict[str, type[Category | Metadata]] = {"category": Category, "metadata": Metadata}
    kind = kinds.get(change.kind)
    return plain if kind is None or plain is None else from_plain(plain, kind)


def _counted_as(change: Change, now: str) -> str:
    if change.kind != "entry":
        return "others"
    if change.adds:
        return "removed"
    return "changed" if now else "restored"


def _named(change: Change) -> str:
    return "the metadata" if change.kind == "metadata" else f"{change.kind} {change.key}"
