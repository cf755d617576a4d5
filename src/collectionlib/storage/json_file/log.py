"""The log of a JSON collection: a folder beside the file, which so stays what it was.

``jokes.json`` has its log in ``.jokes.json.log/``. A transaction writes its record there first,
and then puts the new file in its place, which says the number of that record: a record of a
higher number is of a transaction that was never finished, or of a file that is no longer there. So
both are there or neither, and a copy put back has the log of its moment.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

from ..durable import replacing
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

__all__ = ["JsonLog", "log_folder"]


def log_folder(path: Path) -> Path:
    """Where the log of the collection in a file is."""
    return path.with_name(f".{path.name}.log")


@frozen
class JsonLog:
    """The log of one state of a collection.

    Args:
        folder: in which it is.
        last: number of the last transaction of that state, 0 where there is none.
        location: of the collection, for messages.
    """

    folder: Path
    last: int
    location: str

    def transactions(self) -> Iterator[Logged]:
        """Those that are kept, the newest first; damaged ones in their places."""
        for each in reversed(self._kept()):
            path = self._path(each)
            head: bytes | OSError
            try:
                with path.open("rb") as file:
                    head = file.read(HEAD)
            except OSError as error:
                head = error
            yield transaction_in(each, head, path, self.location)

    def changes(self, transaction: Transaction) -> Iterator[Change]:
        """What a transaction changed."""
        path = self.folder / name_of(transaction.operation, transaction.number)
        try:
            with path.open("rb") as file:
                yield from changes_in(file, path, self.location)
        except OSError as error:
            raise unreadable(error, path, self.location) from error

    def _kept(self) -> list[Kept]:
        try:
            names = [path.name for path in self.folder.iterdir()]
        except (FileNotFoundError, NotADirectoryError):
            return []
        return [each for each in kept_among(names) if each.number <= self.last]

    def _path(self, kept: Kept) -> Path:
        return self.folder / name_of(kept.operation, kept.number)

    # --- writing: only under the writer's lock --------------------------------------------------

    def add(self, record: Record, operation: Operation) -> int:
        """Keep the record of the next transaction; its number."""
        self.folder.mkdir(exist_ok=True)
        self.remove_unfinished()
        kept = self._kept()
        number, of = succeeding(kept[-1] if kept else None, operation, self.transactions)
        # A log that has lost its files goes on counting: the file says how far it was.
        number = max(number, self.last + 1)
        try:
            with replacing(self.folder / name_of(of, number)) as out:
                record.write(out, number, of, operation)
        except OSError as error:
            # Nothing is done before the file of the collection is: not even unconfirmed.
            raise OSError(error.errno, error.strerror) from error
        return number

    def forget(self, operations: int) -> None:
        """Take away what is no longer kept, once the file is in its place."""
        old = outdated(with_sizes(self._kept(), self.folder), operations)
        for each in old:
            self._path(each).unlink(missing_ok=True)
        if not operations:
            shutil.rmtree(self.folder, ignore_errors=True)

    def remove_unfinished(self) -> None:
        """Take away whatever is of no transaction of this state."""
        names = {self._path(each).name for each in self._kept()}
        for path in self.folder.glob("*"):
            if path.name not in names:
                path.unlink(missing_ok=True)
