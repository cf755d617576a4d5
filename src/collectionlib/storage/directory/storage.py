"""The storage itself: a folder with a file ``collection.toml``, its snapshots and transactions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from operator import attrgetter
from pathlib import Path
from typing import ClassVar, Self

import msgspec
import tomlkit

from ...errors import CollectionNotFound, ConflictError, CorruptCollection, EntryNotFound
from ...identity import CategoryPath, EntryId
from ...model import Category, Entry, JSONValue, Metadata
from ...query import Order, Predicate
from ..base import EVERYTHING, Batch, Snapshot, Storage
from ..durable import writing
from ..history.changes import Change
from ..history.operations import Logged, Operation, Transaction
from ..locking import writer_lock
from ..scanning import raise_damages, scan_places
from .about import ABOUT, FORMAT, About, about_with
from .batch import DirectoryBatch
from .generation import DOCUMENTS, OWN_FOLDER
from .generations import Generations
from .log import DirectoryLog
from .outline import Outline, Place
from .view import View

__all__ = ["DirectoryStorage"]


class DirectoryStorage(Storage):
    """A collection in a folder that holds a file ``collection.toml``."""

    suffixes: ClassVar[tuple[str, ...]] = ()
    schemes: ClassVar[tuple[str, ...]] = ()

    def __init__(self, location: str) -> None:
        self.location = location
        self._root = Path(location)
        self._generations = Generations(location)

    @classmethod
    def create(cls, location: str, metadata: Metadata) -> Self:
        storage = cls(location)
        with writing(location):
            try:
                storage._root.mkdir(parents=True, exist_ok=True)
            except FileExistsError as error:
                raise ConflictError(
                    f"{location} is a file: choose another name", location=location
                ) from error
        with storage._writing():
            if (storage._root / ABOUT).exists():
                raise ConflictError(
                    f"{location} is a collection already: open it, or choose another name",
                    location=location,
                )
            staging = storage._generations.stage()
            about = tomlkit.document()
            about.add("format", FORMAT)
            staging.puts[ABOUT] = staging.keep(about_with(about, metadata, ()))
            storage._generations.commit(staging)
        return storage

    @classmethod
    def open(cls, location: str) -> Self:
        storage = cls(location)
        if not storage._root.is_dir():
            raise CollectionNotFound(location)
        with storage._generations.reading() as view:
            About.read(view, location)
        return storage

    @contextmanager
    def _writing(self) -> Iterator[None]:
        own = self._root / OWN_FOLDER
        with writing(self.location):
            own.mkdir(exist_ok=True)
        with writer_lock(own / "lock", self.location):
            with writing(self.location):
                self._generations.repair()
            yield

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        if not self._root.is_dir():
            raise CollectionNotFound(self.location)
        with self._generations.reading() as view:
            yield DirectorySnapshot(view, self.location)

    def transaction(self) -> AbstractContextManager[Batch]:
        return self.operation(Operation())

    @contextmanager
    def operation(self, operation: Operation) -> Iterator[Batch]:
        # Before anything is repaired: a later version may do so in another way.
        type(self).open(self.location)
        with self._writing():
            staging = self._generations.stage()
            try:
                with self._generations.reading() as view:
                    batch = DirectoryBatch(staging, Outline(view, self.location), self.location)
                    with batch.block.whole():
                        yield batch
                        batch.finish(operation)
            except BaseException:
                staging.abandon()
                raise
            if staging.puts or staging.removes:
                self._generations.commit(staging)
            else:
                staging.abandon()


class DirectorySnapshot(Snapshot):
    def __init__(self, view: View, location: str) -> None:
        self._view = view
        self._location = location
        self._outline = Outline(view, location)

    def get(self, entry_id: EntryId) -> Entry:
        place = self._outline.places.get(entry_id)
        if place is None:
            raise EntryNotFound(entry_id, location=self._location)
        return self._outline.read(place)

    def scan(
        self,
        where: Predicate = EVERYTHING,
        order: Order = (),
        after: EntryId | None = None,
        limit: int | None = None,
    ) -> Iterator[Entry]:
        return scan_places(
            self._in_reading_order(),
            self._outline.read,
            attrgetter("id"),
            where=where,
            order=order,
            after=after,
            limit=limit,
            reading_order=self._outline.order,
            damages=self._outline.damages,
            location=self._location,
        )

    def _in_reading_order(self) -> list[Place]:
        return sorted(self._outline.places.values(), key=lambda place: place.reading_key)

    def categories(self) -> tuple[Category, ...]:
        order = self._outline.order
        return tuple(
            sorted(self._outline.about.categories, key=lambda c: order.category_key(c.path))
        )

    def metadata(self) -> Metadata:
        return self._outline.about.metadata

    def document(self, name: str) -> JSONValue:
        data = self._view.read(f"{DOCUMENTS}/{name}.json")
        if data is None:
            return None
        try:
            value: JSONValue = msgspec.json.decode(data)
        except msgspec.DecodeError as error:
            raise CorruptCollection(
                f"it is no JSON ({error})",
                location=self._location,
                path=str(Path(self._location, DOCUMENTS, f"{name}.json")),
                remedy="remove it",
            ) from error
        return value

    def documents(self) -> tuple[str, ...]:
        folder = self._view.generations.root / DOCUMENTS
        there = {f"{DOCUMENTS}/{path.name}" for path in folder.glob("*.json")}
        paths = self._view.paths(there)
        return tuple(sorted(Path(path).stem for path in paths if path.startswith(DOCUMENTS)))

    def damages(self) -> Iterator[CorruptCollection]:
        yield from super().damages()
        yield from self._outline.missed()
        yield from self._outline.repeated()

    def category_counts(self) -> Mapping[CategoryPath, int]:
        counts = Counter(place.category for place in self._outline.places.values())
        raise_damages(self._outline.damages)
        return counts

    def known(self, entry_ids: Iterable[EntryId]) -> set[EntryId]:
        return {entry_id for entry_id in entry_ids if entry_id in self._outline.places}

    def ids(self, prefix: str = "") -> Iterator[EntryId]:
        return (place.id for place in self._in_reading_order() if place.id.startswith(prefix))

    def transactions(self) -> Iterator[Logged]:
        return self._log.transactions()

    def changes(self, transaction: Transaction) -> Iterator[Change]:
        return self._log.changes(transaction)

    def former(self, change: Change) -> Entry:
        path, text = msgspec.json.decode(change.before, type=tuple[str, str])
        return self._outline.parsed(path, text, EntryId(change.key))[0]

    @property
    def _log(self) -> DirectoryLog:
        return DirectoryLog(self._view, self._location)

    def __len__(self) -> int:
        places = len(self._outline.places)
        raise_damages(self._outline.damages)
        return places
