"""The log of a folder: a file for each transaction, put in its place with what it changed.

Of an entry's file it keeps the place and the text, so that it can be put back to the letter,
however a person has laid it out.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..history.changes import Change
from ..history.files import (
    HEAD,
    Record,
    changes_in,
    kept_among,
    name_of,
    transaction_in,
    unreadable,
    with_sizes,
)
from ..history.operations import Logged, Operation, Transaction
from ..history.recording import Kept, outdated, succeeding
from .generation import OWN_FOLDER
from .staging import Staging
from .view import View

__all__ = ["DirectoryLog"]

_LOG = f"{OWN_FOLDER}/log"


def _path(operation: int, number: int) -> str:
    return f"{_LOG}/{name_of(operation, number)}"


class DirectoryLog:
    """The log of one moment of a collection.

    Args:
        view: of that moment.
        location: of the collection, for messages.
    """

    def __init__(self, view: View, location: str) -> None:
        self._view = view
        self._location = location
        self._folder = view.generations.root / _LOG

    def transactions(self) -> Iterator[Logged]:
        """Those that are kept, the newest first; damaged ones in their places."""
        for each in reversed(self._kept()):
            path = _path(each.operation, each.number)
            head = self._view.read(path, HEAD)
            if head is not None:
                yield transaction_in(each, head, self._shown(path), self._location)

    def changes(self, transaction: Transaction) -> Iterator[Change]:
        """What a transaction changed."""
        path = _path(transaction.operation, transaction.number)
        file = self._view.opened(path)
        if file is None:
            missing = FileNotFoundError("it is gone")
            raise unreadable(missing, self._shown(path), self._location)
        with file:
            yield from changes_in(file, self._shown(path), self._location)

    def _kept(self) -> list[Kept]:
        there = {f"{_LOG}/{path.name}" for path in self._folder.glob("*.jsonl.gz")}
        paths = (path for path in self._view.paths(there) if path.startswith(f"{_LOG}/"))
        return kept_among(path.rpartition("/")[2] for path in paths)

    def _shown(self, path: str) -> Path:
        return Path(self._location, path)

    # --- writing: only under the writer's lock --------------------------------------------------

    def stage(self, record: Record, operation: Operation, staging: Staging) -> Kept:
        """Stage what was recorded.

        Args:
            record: finished.
            operation: what the transaction belongs to.
            staging: of the transaction.
        """
        kept = self._kept()
        number, of = succeeding(kept[-1] if kept else None, operation, self.transactions)
        with staging.keeping() as (new, out):
            record.write(out, number, of, operation)
            size = out.tell()
        staging.puts[_path(of, number)] = new
        return Kept(of, number, size)

    def forget(self, operations: int, new: Kept | None, staging: Staging) -> None:
        """Stage the removal of what the log no longer keeps.

        Args:
            operations: how many it keeps.
            new: what is staged.
            staging: of the transaction.
        """
        kept = [*with_sizes(self._kept(), self._folder), *([new] if new else [])]
        old = outdated(kept, operations)
        staging.removes |= {_path(each.operation, each.number) for each in old}
