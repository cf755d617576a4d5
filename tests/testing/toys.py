"""Faulty back ends: each breaks one promise, and the suite has to notice."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any
from unicodedata import normalize

from attrs import define, evolve

from collectionlib.errors import (
    CollectionError,
    CollectionNotFound,
    ConflictError,
    CorruptCollection,
    EntryNotFound,
    StorageError,
)
from collectionlib.identity import EntryId
from collectionlib.model import Category, Entry, JSONValue, Metadata
from collectionlib.storage import base
from collectionlib.storage.base import Batch, Snapshot
from collectionlib.storage.history import Operation
from collectionlib.storage.json_file import JsonStorage
from collectionlib.storage.sqlite import SqliteStorage


@define
class _Around:
    """Everything as the other one does it, where a subclass does not say otherwise."""

    other: Any

    def __getattr__(self, name: str) -> Any:
        return getattr(self.other, name)

    def __len__(self) -> int:
        return len(self.other)


class _Toy(JsonStorage):
    Writing: type[_Around] = _Around
    Reading: type[_Around] = _Around

    @contextmanager
    def transaction(self) -> Iterator[Batch]:
        with super().transaction() as batch:
            yield self.Writing(batch)  # type: ignore[misc]

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        with super().snapshot() as view:
            yield self.Reading(view)  # type: ignore[misc]


class Sound(_Toy):
    """Keeps all promises, in spite of the way in which the others are made."""


class Normalizes(_Toy):
    """Brings texts to NFC."""

    class Writing(_Around):
        def put(self, entry: Entry) -> None:
            self.other.put(evolve(entry, body=normalize("NFC", entry.body)))


class TrimsTitles(_Toy):
    class Writing(_Around):
        def put(self, entry: Entry) -> None:
            self.other.put(evolve(entry, title=entry.title.strip()))


class ForgetsDeletions(_Toy):
    class Writing(_Around):
        def delete(self, entry_id: EntryId) -> None:
            pass


class ForgetsDocuments(_Toy):
    class Writing(_Around):
        def set_document(self, name: str, value: JSONValue) -> None:
            pass


class CommitsPieces(SqliteStorage):
    """A transaction of its own for every hundred changes, as impatient writers have them."""

    @contextmanager
    def transaction(self) -> Iterator[Batch]:
        with super().transaction() as batch:
            yield _InPieces(batch)  # type: ignore[misc]


class _InPieces(_Around):
    def put(self, entry: Entry) -> None:
        self.other.put(entry)
        self.other._flush()
        connection = self.other._connection
        connection.execute("COMMIT")
        connection.execute("BEGIN IMMEDIATE")


class CommitsWhatFailed(_Toy):
    """Keeps what was written before the block failed."""

    @contextmanager
    def transaction(self) -> Iterator[Batch]:
        failure = None
        with super().transaction() as batch:
            try:
                yield batch
            except RuntimeError as error:
                failure = error
        if failure:
            raise failure


class PassesOverWhatIsLate(_Toy):
    """Says nothing of a change that it does not take."""

    class Writing(_Around):
        def put(self, entry: Entry) -> None:
            with suppress(StorageError):
                self.other.put(entry)


class OverwritesInPlace(JsonStorage):
    """Writes into the file that is there, with all that can happen in between."""

    def _commit(self, batch: Any) -> None:
        data = _Sink()
        from collectionlib.storage.json_document import write_document

        write_document(data, batch.header(), batch.lines())  # type: ignore[arg-type]
        with self._path.open("r+b", buffering=0) as file:
            file.truncate()
            for piece in data.pieces:
                file.write(piece)


class _Sink:
    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def write(self, data: bytes) -> None:
        self.pieces.append(data)


class HushesErrorsUp(JsonStorage):
    """Says that all is well when the disk is full."""

    def _commit(self, batch: Any) -> None:
        with suppress(CollectionError, OSError):
            super()._commit(batch)


class ReadsTheLatest(_Toy):
    """Looks anew for every entry, so that a snapshot is none."""

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        with super().snapshot() as view:
            yield _Latest(view, self)  # type: ignore[misc]


@define
class _Latest(_Around):
    storage: ReadsTheLatest

    def scan(self, *args: Any, **options: Any) -> Iterator[Entry]:
        for entry in list(self.other.scan(*args, **options)):
            with JsonStorage.snapshot(self.storage) as now, suppress(CollectionError):
                yield now.get(entry.id)


class TakesNoLock(JsonStorage):
    """Lets two writers write."""

    def _lock(self) -> Any:
        return nullcontext()


class WaitsInVain(JsonStorage):
    """Does not say who holds the lock."""

    def _lock(self) -> Any:
        return _nameless(super()._lock())


@contextmanager
def _nameless(lock: Any) -> Iterator[None]:
    from collectionlib.errors import CollectionLocked

    try:
        with lock:
            yield
    except CollectionLocked as error:
        raise CollectionLocked(error.location, holder="somebody", waited=error.waited) from error


class LeavesStaleLocks(JsonStorage):
    """A file is the lock, and stays when its writer is killed."""

    def _lock(self) -> Any:
        return _lock_file(Path(f"{self.location}.stale"), self.location)


@contextmanager
def _lock_file(path: Path, location: str) -> Iterator[None]:
    from collectionlib.errors import CollectionLocked

    start = time.monotonic()
    while True:
        try:
            path.touch(exist_ok=False)
            break
        except FileExistsError as error:
            if time.monotonic() > start + 1:
                raise CollectionLocked(location, holder="a file", waited=1) from error
            time.sleep(0.01)
    try:
        yield
    finally:
        path.unlink()


class ManyWriters(JsonStorage):
    """Collects what a transaction does, and looks at its end whether others were there."""

    @contextmanager
    def operation(self, operation: Operation) -> Iterator[Batch]:
        with self.snapshot() as before:
            collected = _Collected(before, self.location)
            yield collected  # type: ignore[misc]
            with super().operation(operation) as batch, self.snapshot() as now:
                self.check(collected.changed_since(now))
                collected.write(batch)

    def transaction(self) -> AbstractContextManager[Batch]:
        return self.operation(Operation())

    def check(self, changed: list[str]) -> None:
        if changed:
            raise ConflictError(f"others have changed {changed[0]}", location=self.location)


class _Collected:
    """What a batch is told, to be told to another."""

    def __init__(self, before: Snapshot, location: str) -> None:
        self._before = before
        self._location = location
        self._calls: dict[tuple[str, Any], tuple[str, tuple[Any, ...]]] = {}

    def changed_since(self, now: Snapshot) -> list[str]:
        """What is another thing now than it was when the batch began."""
        return [
            f"{kind} {'/'.join(key) if kind == 'category' else key}"
            for kind, key in self._calls
            if _thing(self._before, kind, key) != _thing(now, kind, key)
        ]

    def write(self, batch: Batch) -> None:
        for name, values in self._calls.values():
            with suppress(EntryNotFound):
                getattr(batch, name)(*values)

    def put(self, entry: Entry) -> None:
        self._calls["entry", entry.id] = ("put", (entry,))

    def delete(self, entry_id: EntryId) -> None:
        self._before.get(entry_id)
        self._calls["entry", entry_id] = ("delete", (entry_id,))

    def restore(self, change: Any) -> None:
        self._calls["entry", change.key] = ("restore", (change,))

    def set_category(self, category: Category) -> None:
        self._calls["category", category.path] = ("set_category", (category,))

    def set_metadata(self, metadata: Metadata) -> None:
        self._calls["metadata", ""] = ("set_metadata", (metadata,))

    def set_document(self, name: str, value: JSONValue) -> None:
        self._calls["document", name] = ("set_document", (name, value))


def _thing(view: Snapshot, kind: str, key: Any) -> object:
    match kind:
        case "entry":
            return view.get(key) if view.known([key]) else None
        case "category":
            return next((each for each in view.categories() if each.path == key), None)
        case "metadata":
            return view.metadata()
        case _:
            return view.document(key)


class LosesUpdates(ManyWriters):
    """Writes over whatever others have written."""

    def check(self, changed: list[str]) -> None:
        pass


class NamesNobody(ManyWriters):
    """Does not say what the conflict is about."""

    def check(self, changed: list[str]) -> None:
        super().check(["something"] if changed else [])


class WritesTheRest(ManyWriters):
    """Tells of the conflict, and writes what is none."""

    @contextmanager
    def operation(self, operation: Operation) -> Iterator[Batch]:
        with self.snapshot() as before:
            collected = _Collected(before, self.location)
            yield collected  # type: ignore[misc]
            with JsonStorage.operation(self, operation) as batch, self.snapshot() as now:
                changed = collected.changed_since(now)
                collected.write(_Spared(batch, changed))
            self.check(changed)


@define
class _Spared(_Around):
    changed: list[str]

    def put(self, entry: Entry) -> None:
        if f"entry {entry.id}" not in self.changed:
            self.other.put(entry)


class LocksOthersOut(JsonStorage):
    """Says that there may be many writers, and lets one wait for the other."""


class SortsById(_Toy):
    class Reading(_Around):
        def scan(self, *args: Any, **options: Any) -> Iterator[Entry]:
            return iter(sorted(self.other.scan(*args, **options), key=lambda entry: entry.id))


class IgnoresQueries(_Toy):
    class Reading(_Around):
        def scan(self, where: Any = base.EVERYTHING, *args: Any, **options: Any) -> Iterator[Entry]:
            yield from self.other.scan(base.EVERYTHING, *args, **options)


class CountsWrongly(_Toy):
    class Reading(_Around):
        def count(self, where: Any = base.EVERYTHING) -> int:
            return len(self.other)


class ReadsAllAtOnce(_Toy):
    class Reading(_Around):
        def scan(self, *args: Any, **options: Any) -> Iterator[Entry]:
            return iter(list(self.other.scan(*args, **options)))


class MakesWhatIsMissing(JsonStorage):
    @classmethod
    def open(cls, location: str) -> MakesWhatIsMissing:
        try:
            super().open(location)
        except CollectionNotFound:
            cls.create(location, Metadata())
        return cls(location)


class MakesItAnew(JsonStorage):
    @classmethod
    def create(cls, location: str, metadata: Metadata) -> MakesItAnew:
        Path(location).unlink(missing_ok=True)
        super().create(location, metadata)
        return cls(location)


class NotesItsReaders(JsonStorage):
    """Writes down who has read, and when."""

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        Path(f"{self.location}.log").write_text(str(time.time()))
        with super().snapshot() as view:
            yield view


class SkipsDamage(_Toy):
    """Gives what it can read, and keeps quiet about the rest."""

    class Reading(_Around):
        def scan(self, *args: Any, **options: Any) -> Iterator[Entry]:
            with suppress(CorruptCollection):
                yield from self.other.scan(*args, **options)

        def damages(self) -> Iterator[CorruptCollection]:
            return iter(())


class StopsAtDamage(_Toy):
    """Gives nothing of a collection in which something is damaged."""

    class Reading(_Around):
        def scan(self, *args: Any, **options: Any) -> Iterator[Entry]:
            return iter(list(self.other.scan(*args, **options)))


class OpensWhatIsNewer(SqliteStorage):
    """Takes a later version's tables for its own."""

    @classmethod
    def open(cls, location: str) -> OpensWhatIsNewer:
        return cls(location)

    def _check(self, connection: sqlite3.Connection) -> None:
        pass

    @contextmanager
    def transaction(self) -> Iterator[Batch]:
        with closing(sqlite3.connect(self.location)) as connection:
            connection.execute("PRAGMA user_version = 1")
        with super().transaction() as batch:
            yield batch


class LosesOnTheWay(JsonStorage):
    """Cannot read what an earlier version called otherwise."""

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        with super().snapshot() as view:
            yield _Losing(view)  # type: ignore[misc]


class _Losing(_Around):
    def scan(self, *args: Any, **options: Any) -> Iterator[Entry]:
        return (evolve(entry, contributors=()) for entry in self.other.scan(*args, **options))
