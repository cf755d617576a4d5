"""Committing: one new version of the table, or none.

A commit is made upon the version that was seen last, and the store takes no second file of the
same number. Where another writer was quicker, what it changed is compared with what is to be
changed: the same thing is a conflict, anything else is carried over, and the commit tried again.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid4

from attrs import define, field
from deltalake import CommitProperties
from deltalake.transaction import AddAction, RemoveAction, Transaction

from ...errors import ConflictError, StorageError
from ..history.operations import Operation
from .batch import Changes
from .failures import UncertainCommitError, meaning_of, translated
from .rows import Kind, only, plain
from .staging import FILE_BYTES, adding, discard, removing, write_file
from .table import DataFile, Table

__all__ = ["COMMIT_INFO", "Task", "commit"]

COMMIT_INFO = "collectionlib"
"""The key of what we say in the log of the table about a commit."""

_PATIENCE = 60.0
"""Seconds for which a commit is tried while others come before it."""

_LONGEST_PAUSE = 1.0

Task = tuple[str, int]
"""The name of a task, and the number of its step: done once, however often it is tried."""


def commit(base: Table, changes: Changes, operation: Operation, task: Task | None = None) -> None:
    """Write changes that were made upon a version of the table.

    Args:
        base: what the changes were made upon.
        changes: all of them.
        operation: what they belong to; it is said in the log.
        task: what is to be done once.

    Raises:
        ConflictError: another writer has changed the same; nothing is written.
        StorageError: it cannot be written.
    """
    _Commit(base, changes, operation, task).run()


@define
class _Rewritten:
    """A file of the table, some rows of which go, and the files that have the others."""

    old: DataFile
    new: list[DataFile]


@define
class _Commit:
    """One run; its state is what has been written for it beside the table."""

    _base: Table
    _changes: Changes
    _operation: Operation
    _task: Task | None
    _token: str = field(factory=lambda: str(uuid4()))
    _rewritten: dict[str, _Rewritten] = field(factory=dict)
    _before: dict[Kind, dict[str, int]] | None = None

    def run(self) -> None:
        try:
            self._keep_trying()
        except UncertainCommitError:
            raise
        except StorageError:
            written = [file for each in self._rewritten.values() for file in each.new]
            discard(self._base, [*self._changes.files, *written])
            raise

    def _keep_trying(self) -> None:
        seen = self._base
        ends = time.monotonic() + _PATIENCE
        for pause in _pauses():
            if self._is_committed_upon(seen):
                return
            if time.monotonic() > ends:
                break
            time.sleep(pause)
            seen = Table.open(self._base.location)
            self._check_conflicts(seen)
        raise StorageError(
            f"{seen.location} is written to all the time, and nothing of this was written: "
            "do it again, or let fewer write at once",
            location=seen.location,
        )

    def _is_committed_upon(self, seen: Table) -> bool:
        """Commit the changes as the next version; `False` where another writer came before."""
        if self._is_done(seen):
            return True
        gone = list(self._rewrite(seen))
        added = [*self._changes.files, *(file for each in gone for file in each.new)]
        actions: list[AddAction | RemoveAction] = [*map(adding, added)]
        actions += [removing(each.old) for each in gone]
        if not actions:
            return True
        try:
            seen.delta.create_write_transaction(
                actions,
                "append",
                seen.delta.schema(),
                ["kind"],
                commit_properties=CommitProperties(
                    custom_metadata={COMMIT_INFO: self._info()},
                    # Whether another writer stands in the way is for us to find out.
                    max_commit_retries=0,
                    app_transactions=[Transaction(*self._task)] if self._task else None,
                ),
            )
        except Exception as error:  # noqa: BLE001 - whatever it is: what has become of it?
            return self._is_there_after(error, seen)
        return True

    def _info(self) -> dict[str, Any]:
        info = {
            "transaction": self._token,
            "label": self._operation.label,
            "run": self._operation.run,
            "undoes": list(self._operation.undoes) or None,
        }
        return {name: value for name, value in info.items() if value}

    def _is_done(self, seen: Table) -> bool:
        """Whether the task has done this step, at another time or elsewhere."""
        if self._task is None:
            return False
        with translated(seen.location):
            done = seen.delta.transaction_version(self._task[0])
        return done is not None and done >= self._task[1]

    def _is_there_after(self, error: Exception, seen: Table) -> bool:
        """Whether a commit is there that was answered with an error, or with nothing.

        Raises:
            UncertainCommitError: nobody answers.
            StorageError: it is not there, and nobody was before us.
        """
        try:
            newest = Table.open(seen.location)
            if self._is_in_log(newest, seen.version):
                return True
        except StorageError as unknown:
            raise UncertainCommitError(seen.location, error) from unknown
        if newest.version > seen.version:
            return False
        raise meaning_of(error, seen.location, "written") from error

    def _is_in_log(self, newest: Table, since: int) -> bool:
        number = newest.version - since
        if number <= 0:
            return False
        with translated(newest.location):
            history = newest.delta.history(number)
        said = (each.get(COMMIT_INFO) for each in history)
        return any(isinstance(each, Mapping) and each.get("transaction") == self._token
                   for each in said)  # fmt: skip

    # --- conflicts ------------------------------------------------------------------------------

    def _check_conflicts(self, newest: Table) -> None:
        """Find whether another writer has changed one of our things since we began.

        Raises:
            ConflictError: it has.
        """
        if self._before is None:
            self._before = self._revisions(self._base)
        now = self._revisions(newest)
        for kind, before in self._before.items():
            after = now[kind]
            changed = {key for key in before.keys() | after if before.get(key) != after.get(key)}
            if changed:
                more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
                what = "the" if kind == "metadata" else kind
                raise ConflictError(
                    f"{self._base.location}: another writer has changed {what} {min(changed)}"
                    f"{more} since this began, and nothing was written: do it again",
                    location=self._base.location,
                )

    def _revisions(self, table: Table) -> dict[Kind, dict[str, int]]:
        keys = self._changes.keys
        return {kind: table.revisions(kind, keys[kind]) for kind in keys}

    # --- what goes ------------------------------------------------------------------------------

    def _rewrite(self, seen: Table) -> Iterator[_Rewritten]:
        """The files that hold something of what is put or removed, written without that."""
        found = {kind: there for kind, there in self._revisions(seen).items() if there}
        if not found:
            return
        for file in seen.files():
            if file.kind not in found:
                continue
            ids = sorted(found[file.kind])
            if file.may_hold(found[file.kind], ids):
                if file.path not in self._rewritten:
                    self._rewritten[file.path] = self._without(seen, file)
                if self._rewritten[file.path].new != [file]:
                    yield self._rewritten[file.path]

    def _without(self, seen: Table, file: DataFile) -> _Rewritten:
        """A file without the rows that go; where none does, the file itself."""
        keys = self._changes.keys[file.kind]
        result = _Rewritten(file, [])
        kept = []
        size = rows = 0
        for batch in seen.read(file):
            ids = plain(batch.column("id"))
            staying = [row for row, key in enumerate(ids) if key not in keys]
            rows += len(ids) - len(staying)
            if staying:
                kept.append(only(batch, staying))
                size += kept[-1].nbytes
            if size >= FILE_BYTES:
                result.new.append(write_file(seen, file.kind, kept))
                kept, size = [], 0
        if not rows:
            discard(seen, result.new)
            return _Rewritten(file, [file])
        if kept:
            result.new.append(write_file(seen, file.kind, kept))
        return result


def _pauses() -> Iterator[float]:
    """Seconds to wait before each new try: longer and longer, and not the same for everybody."""
    longest = 0.02
    while True:
        yield random.uniform(0, longest)  # noqa: S311 - no secret
        longest = min(longest * 2, _LONGEST_PAUSE)
