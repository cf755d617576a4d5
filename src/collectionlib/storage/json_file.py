"""Collections in one JSON file: for scripts, and for every JSON export opened again.

Every transaction writes the whole file anew beside the old one and puts it in its place; who
reads keeps the old file open, and so keeps its state. Memory holds the outline, never the
bodies: see `json_document` for the layout.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, ClassVar, Self

import msgspec
from attrs import define, field, frozen

from .._checks import own_copy
from ..codec import decode_json, encode_json
from ..errors import (
    CollectionNotFound,
    ConflictError,
    CorruptCollection,
    EntryNotFound,
    InvalidValueError,
)
from ..identity import CategoryPath, EntryId
from ..model import Category, Entry, JSONValue, Metadata
from ..query import Order, Predicate, ReadingKey, ReadingOrder
from .base import EVERYTHING, Batch, Snapshot, Storage
from .documents import check_document
from .durable import remove_leftovers, replacing, writing
from .json_document import Header, Line, read_header, read_lines, write_document
from .locking import writer_lock
from .scanning import raise_damages, scan_places

__all__ = ["JsonStorage"]


class _SourceOutline(msgspec.Struct):
    uri: str
    member: str | None = None
    start: int | None = None


class _EntryOutline(msgspec.Struct):
    """The keys of an entry's JSON that its place in reading order depends on."""

    id: EntryId
    title: str = ""
    category: tuple[str, ...] = ()
    source: _SourceOutline | None = None

    def key(self, order: ReadingOrder) -> ReadingKey:
        return order.key_of(self.id, self.category, self.title, self.source)


@frozen
class _Place:
    """Where the JSON of an entry stands in a file, and what it is sorted by."""

    file: BinaryIO
    line: Line
    outline: _EntryOutline

    @property
    def id(self) -> EntryId:
        return self.outline.id

    def read(self) -> bytes:
        self.file.seek(self.line.start)
        return self.file.read(self.line.length)


@define
class _Outline:
    """All entries of one state of the file, and what is damaged in it."""

    header: Header
    places: dict[EntryId, _Place] = field(factory=dict)
    damages: list[CorruptCollection] = field(factory=list)

    def in_reading_order(self) -> list[_Place]:
        order = ReadingOrder(self.header.categories)
        return sorted(self.places.values(), key=lambda place: place.outline.key(order))


class JsonStorage(Storage):
    """A collection in a file ``*.json``."""

    suffixes: ClassVar[tuple[str, ...]] = (".json",)

    def __init__(self, location: str) -> None:
        self.location = location
        self._path = Path(location)

    @classmethod
    def create(cls, location: str, metadata: Metadata) -> Self:
        storage = cls(location)
        storage._refuse_existing()
        with writing(location):
            storage._path.parent.mkdir(parents=True, exist_ok=True)
        with storage._lock():
            storage._refuse_existing()
            with writing(location), replacing(storage._path) as out:
                write_document(out, Header(metadata), ())
        return storage

    @classmethod
    def open(cls, location: str) -> Self:
        storage = cls(location)
        with storage._opened() as file:
            read_header(file, location)
        return storage

    def _refuse_existing(self) -> None:
        if self._path.exists():
            raise ConflictError(
                f"{self.location} exists already: open it, or choose another name",
                location=self.location,
            )

    def _opened(self) -> BinaryIO:
        try:
            return self._path.open("rb")
        except FileNotFoundError as error:
            raise CollectionNotFound(self.location) from error
        except IsADirectoryError as error:
            raise CollectionNotFound(self.location, "it is a folder") from error

    def _lock(self) -> AbstractContextManager[None]:
        return writer_lock(self._path.with_name(f".{self._path.name}.lock"), self.location)

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        with self._opened() as file:
            yield _JsonSnapshot(file, self.location)

    @contextmanager
    def transaction(self) -> Iterator[Batch]:
        with (
            self._lock(),
            self._opened() as file,
            tempfile.TemporaryFile(dir=self._path.parent) as spool,
        ):
            remove_leftovers(self._path)
            batch = _JsonBatch(_outline(file, self.location), spool, self.location)
            yield batch
            if batch.changed:
                self._commit(batch.result())

    def _commit(self, result: _Outline) -> None:
        if result.damages:
            # Writing anew would drop what cannot be read now and might still be mended.
            raise result.damages[0]
        with writing(self.location), replacing(self._path) as out:
            lines = (place.read() for place in result.in_reading_order())
            write_document(out, result.header, lines)


_DECODER = msgspec.json.Decoder(_EntryOutline)


def _outline(file: BinaryIO, location: str) -> _Outline:
    header, file = read_header(file, location)
    outline = _Outline(header)
    try:
        for line, data in read_lines(file, location):
            _note(outline, file, line, data, location)
    except CorruptCollection as error:
        outline.damages.append(error)
    return outline


def _note(outline: _Outline, file: BinaryIO, line: Line, data: bytes, location: str) -> None:
    try:
        place = _Place(file, line, _outline_of(data, line, location))
    except CorruptCollection as error:
        outline.damages.append(error)
        return
    entry_id = place.outline.id
    if first := outline.places.get(entry_id):
        reason = f"the id {entry_id} stands in line {first.line.number} already"
        outline.damages.append(_damage(reason, line, location))
    else:
        outline.places[entry_id] = place


def _outline_of(data: bytes, line: Line, location: str) -> _EntryOutline:
    try:
        return _DECODER.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _damage(f"it holds no entry ({error})", line, location) from error


def _damage(reason: str, line: Line, location: str) -> CorruptCollection:
    return CorruptCollection(
        reason,
        location=location,
        path=location,
        line=line.number,
        remedy="mend the line with an editor, or take it out",
    )


class _JsonSnapshot(Snapshot):
    """The file as it was when it was opened: a later state is another file."""

    def __init__(self, file: BinaryIO, location: str) -> None:
        self._file = file
        self._location = location

    @cached_property
    def _outline(self) -> _Outline:
        return _outline(self._file, self._location)

    def get(self, entry_id: EntryId) -> Entry:
        place = self._outline.places.get(entry_id)
        if place is None:
            raise EntryNotFound(entry_id, location=self._location)
        return self._read(place)

    def _read(self, place: _Place) -> Entry:
        try:
            return decode_json(place.read(), Entry)
        except InvalidValueError as error:
            raise _damage(str(error), place.line, self._location) from error

    def scan(
        self,
        where: Predicate = EVERYTHING,
        order: Order = (),
        after: EntryId | None = None,
        limit: int | None = None,
    ) -> Iterator[Entry]:
        return scan_places(
            self._in_reading_order(),
            self._read,
            where=where,
            order=order,
            after=after,
            limit=limit,
            reading_order=ReadingOrder(self._outline.header.categories),
            damages=self._outline.damages,
            location=self._location,
        )

    def _in_reading_order(self) -> list[_Place]:
        return self._outline.in_reading_order()

    def categories(self) -> tuple[Category, ...]:
        order = ReadingOrder(self._outline.header.categories)
        return tuple(
            sorted(self._outline.header.categories, key=lambda c: order.category_key(c.path))
        )

    def metadata(self) -> Metadata:
        return self._outline.header.metadata

    def document(self, name: str) -> JSONValue:
        return own_copy(self._outline.header.documents.get(name))

    def documents(self) -> tuple[str, ...]:
        return tuple(sorted(self._outline.header.documents))

    def category_counts(self) -> Mapping[CategoryPath, int]:
        raise_damages(self._outline.damages)
        return Counter(place.outline.category for place in self._outline.places.values())

    def known(self, entry_ids: Iterable[EntryId]) -> set[EntryId]:
        return {entry_id for entry_id in entry_ids if entry_id in self._outline.places}

    def ids(self, prefix: str = "") -> Iterator[EntryId]:
        places = self._in_reading_order()
        return (place.outline.id for place in places if place.outline.id.startswith(prefix))

    def __len__(self) -> int:
        raise_damages(self._outline.damages)
        return len(self._outline.places)


class _JsonBatch(Batch):
    """Changes, with new entries spooled to a file of their own."""

    def __init__(self, before: _Outline, spool: BinaryIO, location: str) -> None:
        self._metadata = before.header.metadata
        self._categories = {category.path: category for category in before.header.categories}
        self._documents = dict(before.header.documents)
        self._places = before.places
        self._damages = before.damages
        self._spool = spool
        self._end = 0
        self._location = location
        self.changed = False

    def put(self, entry: Entry) -> None:
        self.changed = True
        data = encode_json(entry)
        with writing(self._location):
            self._spool.write(data)
        outline = _EntryOutline(entry.id, entry.title, entry.category, _source_outline(entry))
        self._places[entry.id] = _Place(self._spool, Line(0, self._end, len(data)), outline)
        self._end += len(data)

    def delete(self, entry_id: EntryId) -> None:
        if entry_id not in self._places:
            raise EntryNotFound(entry_id, location=self._location)
        self.changed = True
        del self._places[entry_id]

    def set_category(self, category: Category) -> None:
        self.changed = True
        self._categories[category.path] = category

    def set_metadata(self, metadata: Metadata) -> None:
        self.changed = True
        self._metadata = metadata

    def set_document(self, name: str, value: JSONValue) -> None:
        self.changed = True
        self._documents[name] = check_document(name, value)
        if value is None:
            del self._documents[name]

    def result(self) -> _Outline:
        """What the collection is to be."""
        header = Header(self._metadata, tuple(self._categories.values()), self._documents)
        return _Outline(header, self._places, self._damages)


def _source_outline(entry: Entry) -> _SourceOutline | None:
    source = entry.source
    return _SourceOutline(source.uri, source.member, source.start) if source else None
