"""Collections in one JSON file: for scripts, and for every JSON export opened again.

Every transaction writes the whole file anew beside the old one and puts it in its place; who
reads keeps the old file open, and so keeps its state. Memory holds where each line stands, never
the bodies; nor the keys of reading order, as long as the lines stand in it, as they do in every
file of ours: see `json_document` for the layout.
"""

from __future__ import annotations

import heapq
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO, ClassVar, Self, cast

import msgspec
from attrs import define, field

from .._checks import own_copy
from ..codec import decode_json, encode_json
from ..errors import (
    CollectionNotFound,
    ConflictError,
    CorruptCollection,
    EntryNotFound,
    InvalidValueError,
    RepeatedId,
)
from ..identity import CategoryPath, EntryId, format_category_path, is_entry_id
from ..model import Category, Entry, JSONValue, Metadata
from ..query import Order, Predicate, ReadingKey, ReadingOrder
from .base import EVERYTHING, Batch, Snapshot, Storage
from .documents import check_document
from .durable import remove_leftovers, replacing, writing
from .history.changes import NOTHING, Change, digest_of
from .history.files import Record
from .history.operations import PREFERENCE, Operation, Transaction, kept_operations
from .history.recording import Recorder
from .json_document import Header, Line, read_header, read_lines, write_document
from .json_lines import Lines
from .json_log import JsonLog, log_folder
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


_FIRST: ReadingKey = ((), "", -1, "")
"""Before every other key."""

_KEPT_KEYS = 100_000
"""Of new entries, until they are sorted: 25 MB. Those of more are worked out again."""


@define
class _Outline:
    """All entries of one state of the file, and what is damaged in it.

    Args:
        header: what stands before the entries.
        lines: of the entries.
        categories: how many entries stand in each.
        in_order: whether the lines stand in reading order.
        damages: what cannot be read.
    """

    header: Header
    lines: Lines
    categories: Counter[CategoryPath] = field(factory=Counter)
    in_order: bool = True
    damages: list[CorruptCollection] = field(factory=list)

    @property
    def reading_order(self) -> ReadingOrder:
        return ReadingOrder(self.header.categories)

    def in_reading_order(self) -> Sequence[int]:
        """The indexes of the lines."""
        if self.in_order:
            return range(len(self.lines))
        return list(_sorted(_keys(self.lines, range(len(self.lines)), self.reading_order)))


def _keys(
    lines: Lines, indexes: Iterable[int], order: ReadingOrder
) -> Iterator[tuple[ReadingKey, int]]:
    for index in indexes:
        yield _DECODER.decode(lines.read(index)).key(order), index


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
            yield _JsonSnapshot(file, self.location, self._log)

    def transaction(self) -> AbstractContextManager[Batch]:
        return self.operation(Operation())

    @contextmanager
    def operation(self, operation: Operation) -> Iterator[Batch]:
        with self._lock(), self._opened() as file, self._spool() as spool:
            remove_leftovers(self._path)
            before = _outline(file, self.location)
            batch = _JsonBatch(before, spool, self.location)
            yield batch
            if batch.changed or operation.undoes:
                # Writing anew would drop what cannot be read now and might still be mended.
                raise_damages(before.damages)
                self._commit(batch, operation)

    @contextmanager
    def _spool(self) -> Iterator[BinaryIO]:
        """A file for what a transaction puts, on the disk that is to hold it."""
        with writing(self.location):
            spool = tempfile.TemporaryFile(dir=self._path.parent)  # noqa: SIM115 - closed below
        try:
            yield cast("BinaryIO", spool)
        finally:
            with suppress(OSError):
                # What a full disk has not taken is not wanted any more.
                spool.close()

    def _commit(self, batch: _JsonBatch, operation: Operation) -> None:
        log = self._log(batch.log)
        with writing(self.location), Record(self.location, self._path.parent) as record:
            if batch.kept_operations:
                batch.record(record.recorder)
            last = log.add(record, operation) if record.recorder.finish(operation) else log.last
            try:
                with replacing(self._path) as out:
                    write_document(out, batch.header(last), batch.lines())
            finally:
                self._log(self._last_in_place()).remove_unfinished()
            self._log(last).forget(batch.kept_operations)

    def _last_in_place(self) -> int:
        """The number that the file says now: also where nobody knows whether it was written."""
        with self._opened() as file:
            return read_header(file, self.location)[0].log

    def _log(self, last: int) -> JsonLog:
        return JsonLog(log_folder(self._path), last, self.location)


_DECODER = msgspec.json.Decoder(_EntryOutline)


def _outline(file: BinaryIO, location: str) -> _Outline:
    header, file = read_header(file, location)
    outline = _Outline(header, Lines(file))
    suspects: list[EntryId] = []
    try:
        last = _FIRST
        order = outline.reading_order
        for line, data in read_lines(file, location):
            entry = _outline_of(data, line, outline.damages, location)
            if entry is None:
                continue
            if outline.lines.add(entry.id, line):
                suspects.append(entry.id)
            outline.categories[entry.category] += 1
            key = entry.key(order)
            outline.in_order = outline.in_order and last < key
            last = key
    except CorruptCollection as error:
        outline.damages.append(error)
    return _without_doubles(outline, suspects, location) if suspects else outline


def _without_doubles(outline: _Outline, suspects: list[EntryId], location: str) -> _Outline:
    """The outline without the lines whose ids stand in one before; those are damages."""
    doubtful = set(suspects)
    first: dict[EntryId, int] = {}
    doubles: set[int] = set()
    for index, entry_id in enumerate(outline.lines.ids()):
        if entry_id not in doubtful:
            continue
        line = outline.lines.line(index)
        if entry_id in first:
            reason = f"the id {entry_id} stands in line {first[entry_id]} already"
            outline.damages.append(_repeated(reason, line, location))
            doubles.add(index)
        else:
            first[entry_id] = line.number
    if doubles:
        outline.lines = outline.lines.without(doubles)
    return outline


def _repeated(reason: str, line: Line, location: str) -> RepeatedId:
    remedy = "mend the line with an editor, or take it out"
    return RepeatedId(reason, location=location, path=location, line=line.number, remedy=remedy)


def _outline_of(
    data: bytes, line: Line, damages: list[CorruptCollection], location: str
) -> _EntryOutline | None:
    try:
        outline = _DECODER.decode(data)
        if is_entry_id(outline.id):
            return outline
        reason = f"the id {outline.id!r} is none"
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        reason = f"it holds no entry ({error})"
    damages.append(_damage(reason, line, location))
    return None


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

    def __init__(self, file: BinaryIO, location: str, log: Callable[[int], JsonLog]) -> None:
        self._file = file
        self._location = location
        self._log = log

    @cached_property
    def _outline(self) -> _Outline:
        return _outline(self._file, self._location)

    def get(self, entry_id: EntryId) -> Entry:
        index = self._outline.lines.find(entry_id)
        if index is None:
            raise EntryNotFound(entry_id, location=self._location)
        return self._read(index)

    def _read(self, index: int) -> Entry:
        lines = self._outline.lines
        try:
            return decode_json(lines.read(index), Entry)
        except InvalidValueError as error:
            raise _damage(str(error), lines.line(index), self._location) from error

    def scan(
        self,
        where: Predicate = EVERYTHING,
        order: Order = (),
        after: EntryId | None = None,
        limit: int | None = None,
    ) -> Iterator[Entry]:
        return scan_places(
            self._outline.in_reading_order(),
            self._read,
            self._outline.lines.id,
            where=where,
            order=order,
            after=after,
            limit=limit,
            reading_order=self._outline.reading_order,
            damages=self._outline.damages,
            location=self._location,
        )

    def categories(self) -> tuple[Category, ...]:
        order = self._outline.reading_order
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
        return self._outline.categories

    def known(self, entry_ids: Iterable[EntryId]) -> set[EntryId]:
        return set(self._outline.lines.among(entry_ids))

    def ids(self, prefix: str = "") -> Iterator[EntryId]:
        ids = map(self._outline.lines.id, self._outline.in_reading_order())
        return (entry_id for entry_id in ids if entry_id.startswith(prefix))

    def __len__(self) -> int:
        raise_damages(self._outline.damages)
        return len(self._outline.lines)

    def transactions(self) -> Iterator[Transaction]:
        return self._log(self._outline.header.log).transactions()

    def changes(self, transaction: Transaction) -> Iterator[Change]:
        return self._log(self._outline.header.log).changes(transaction)

    def former(self, change: Change) -> Entry:
        return decode_json(bytes(change.before), Entry)


class _JsonBatch(Batch):
    """Changes, with new entries spooled to a file of their own."""

    def __init__(self, before: _Outline, spool: BinaryIO, location: str) -> None:
        self._before = before
        self._metadata = before.header.metadata
        self._categories = {category.path: category for category in before.header.categories}
        self._documents = dict(before.header.documents)
        self._gone: set[EntryId] = set()
        self._new = Lines(spool)
        self._doubtful: set[EntryId] = set()
        self._keys: list[ReadingKey] = []
        self._new_in_order = True
        self._last = _FIRST
        self._order = before.reading_order
        self._end = 0
        self._location = location
        self._digests = bytearray()
        self.changed = False

    def put(self, entry: Entry) -> None:
        self._add(entry, encode_json(entry))

    def restore(self, change: Change) -> None:
        # To the letter, also where a person has laid out the line.
        data = bytes(change.before)
        self._add(decode_json(data, Entry), data)

    def _add(self, entry: Entry, data: bytes) -> None:
        self.changed = True
        try:
            self._new.file.write(data)
        except OSError:
            with writing(self._location):
                raise
        key = self._order.key(entry)
        self._new_in_order = self._new_in_order and self._last < key
        self._last = key
        self._digests += bytes.fromhex(digest_of(entry))
        if len(self._new) < _KEPT_KEYS:
            self._keys.append(key)
        if self._new.add(entry.id, Line(0, self._end, len(data))):
            self._doubtful.add(entry.id)
        self._end += len(data)
        self._gone.discard(entry.id)

    def delete(self, entry_id: EntryId) -> None:
        there = self._before.lines.find(entry_id), self._new.last(entry_id)
        if there == (None, None) or entry_id in self._gone:
            raise EntryNotFound(entry_id, location=self._location)
        self.changed = True
        self._gone.add(entry_id)

    def set_category(self, category: Category) -> None:
        self.changed = True
        self._categories[category.path] = category

    def forget_category(self, path: CategoryPath) -> None:
        if self._categories.pop(path, None) is not None:
            self.changed = True

    def set_metadata(self, metadata: Metadata) -> None:
        self.changed = True
        self._metadata = metadata

    def set_document(self, name: str, value: JSONValue) -> None:
        self.changed = True
        self._documents[name] = check_document(name, value)
        if value is None:
            del self._documents[name]

    def header(self, log: int) -> Header:
        """What is to stand before the entries."""
        return Header(self._metadata, tuple(self._categories.values()), self._documents, log)

    # --- the log --------------------------------------------------------------------------------

    @property
    def log(self) -> int:
        """The number of the last transaction that was recorded."""
        return self._before.header.log

    @property
    def kept_operations(self) -> int:
        """How many operations the log is to keep."""
        return kept_operations(self._documents.get(PREFERENCE))

    def record(self, recorder: Recorder) -> None:
        """Record what is to change."""
        before = self._before.header
        said = {format_category_path(each.path): each for each in before.categories}
        says = {format_category_path(path): each for path, each in self._categories.items()}
        recorder.add_values("category", said, says)
        recorder.add_values("metadata", {"": before.metadata}, {"": self._metadata})
        recorder.add_values("document", before.documents, self._documents)
        self._record_entries(recorder)

    def _record_entries(self, recorder: Recorder) -> None:
        for index, entry_id in enumerate(self._before.lines.ids()):
            if entry_id in self._gone:
                recorder.add("entry", entry_id, self._before.lines.read(index), "")
            elif entry_id in self._replaced:
                line, new = self._before.lines.read(index), self._replaced[entry_id]
                if line != self._new.read(new):
                    recorder.add("entry", entry_id, line, self._digest(new))
        for index in self._new_indexes():
            entry_id = self._new.id(index)
            if entry_id not in self._replaced:
                recorder.add("entry", entry_id, NOTHING, self._digest(index))

    def _digest(self, index: int) -> str:
        return self._digests[8 * index : 8 * index + 8].hex()

    # --- the entries, in the end ----------------------------------------------------------------

    def lines(self) -> Iterator[bytes]:
        """The lines of the entries that are to be there, in reading order."""
        categories = tuple(self._categories.values())
        order = ReadingOrder(categories)
        same_order = categories == self._before.header.categories
        old, new = self._old_indexes(), self._new_indexes()
        if not (same_order and self._before.in_order):
            old = _sorted(_keys(self._before.lines, old, order))
        if same_order and len(self._keys) == len(self._new):
            new = new if self._new_in_order else _sorted((self._keys[n], n) for n in new)
        elif not (same_order and self._new_in_order):
            new = _sorted(_keys(self._new, new, order))
        return _merged((self._before.lines, old), (self._new, new), order)

    @cached_property
    def _replaced(self) -> dict[EntryId, int]:
        """The entries that stand in new lines, each with the last one; asked when all are there."""
        return self._new.among(self._before.lines.ids())

    def _old_indexes(self) -> Iterator[int]:
        for index, entry_id in enumerate(self._before.lines.ids()):
            if entry_id not in self._replaced and entry_id not in self._gone:
                yield index

    def _new_indexes(self) -> Iterator[int]:
        last = self._new.among(self._doubtful)
        for index, entry_id in enumerate(self._new.ids()):
            if last.get(entry_id, index) == index and entry_id not in self._gone:
                yield index


def _sorted(keyed: Iterable[tuple[ReadingKey, int]]) -> Iterator[int]:
    return (index for _, index in sorted(keyed))


def _merged(
    one: tuple[Lines, Iterator[int]], other: tuple[Lines, Iterator[int]], order: ReadingOrder
) -> Iterator[bytes]:
    """The lines of two files that are sorted each, in one order."""
    for (lines, indexes), (rest, _) in ((one, other), (other, one)):
        if not len(rest):
            return map(lines.read, indexes)
    runs = (_with_keys(lines, indexes, order) for lines, indexes in (one, other))
    return (data for _, data in heapq.merge(*runs, key=itemgetter(0)))


def _with_keys(
    lines: Lines, indexes: Iterator[int], order: ReadingOrder
) -> Iterator[tuple[ReadingKey, bytes]]:
    for index in indexes:
        data = lines.read(index)
        yield _DECODER.decode(data).key(order), data
