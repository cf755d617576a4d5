"""Entries, and whatever else a collection holds, as rows of the table, and back.

The table has one row for each entry, category and document and one for the metadata; ``kind`` says
which it is, and parts the files. What the columns are is in the reference of the storages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import accumulate, chain
from typing import Any, Literal, TypeAlias, TypeVar, cast

import msgspec
from arro3.core import (
    Array,
    ChunkedArray,
    DataType,
    Field,
    RecordBatch,
    Schema,
    list_array,
    struct_array,
)

from ... import _construction
from ...identity import CategoryPath, format_category_path, parse_category_path
from ...model import Contributor, Entry, Source
from ...query import place_keys

__all__ = [
    "ENTRY_COLUMNS",
    "KINDS",
    "SCHEMA",
    "Kind",
    "Row",
    "batch_of_entries",
    "batch_of_values",
    "entry_of",
    "only",
    "path_of",
    "plain",
    "rows_of",
]

Kind: TypeAlias = Literal["entry", "category", "document", "metadata"]
"""What a row is; the files of each kind stand in a folder ``kind=KIND``."""

KINDS: tuple[Kind, ...] = ("entry", "category", "document", "metadata")

Row: TypeAlias = Mapping[str, Any]

_T = TypeVar("_T")

_TEXT = DataType.string()
_NUMBER = DataType.int64()
_OFFSET = DataType.int32()
_MOMENT = DataType.timestamp("us", tz="UTC")
_PERSON = ("name", "role", "sort_name", "alternate_name")
_PERSON_FIELDS = [Field(name, _TEXT) for name in _PERSON]
_TEXTS = DataType.list(Field("element", _TEXT))
_PERSONS = DataType.list(Field("element", DataType.struct(_PERSON_FIELDS)))

_TYPES: Mapping[str, DataType] = {
    "title": _TEXT,
    "body": _TEXT,
    "markup": _TEXT,
    "category": _TEXT,
    "contributors": _PERSONS,
    "language": _TEXT,
    "tags": _TEXTS,
    "created": _TEXT,
    "added": _MOMENT,
    "modified": _MOMENT,
    "rights": _TEXT,
    "source_uri": _TEXT,
    "source_member": _TEXT,
    "source_start": _NUMBER,
    "source_length": _NUMBER,
    "source_sha256": _TEXT,
    "source_encoding": _TEXT,
    "source_changes": _TEXTS,
    "source_site": _TEXT,
    "source_imported": _TEXT,
    "attributes": _TEXT,
    "sort_key": _TEXT,
}

_ID = Field("id", _TEXT, nullable=False)
_REVISION = Field("revision", _NUMBER)

ENTRY_COLUMNS = ("id", *_TYPES)
"""What an entry is made of."""

_ENTRIES = Schema([_ID, *(Field(name, kind) for name, kind in _TYPES.items()), _REVISION])
_VALUES = Schema([_ID, Field("value", _TEXT), _REVISION])

SCHEMA: Schema = Schema(
    [
        Field("kind", _TEXT, nullable=False),
        _ID,
        *(Field(name, kind) for name, kind in _TYPES.items()),
        Field("value", _TEXT),
        _REVISION,
    ]
)
"""The columns of the table: those of the entries, and ``value``, the JSON of everything else."""

_NO_SOURCE = _construction.source(uri="-")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


# --- writing ------------------------------------------------------------------------------------


def batch_of_entries(entries: Sequence[Entry], revision: int) -> RecordBatch:
    """The rows of entries.

    Args:
        entries: in the order in which they are to stand.
        revision: of all of them.
    """
    sources = [entry.source or _NO_SOURCE for entry in entries]
    columns = [
        _texts([entry.id for entry in entries]),
        _texts([entry.title for entry in entries]),
        _texts([entry.body for entry in entries]),
        _texts([entry.markup for entry in entries]),
        _texts([_written(entry.category) for entry in entries]),
        _persons([entry.contributors for entry in entries]),
        _texts([entry.language for entry in entries]),
        _lists([entry.tags for entry in entries]),
        _texts([entry.created for entry in entries]),
        _moments([entry.added for entry in entries]),
        _moments([entry.modified for entry in entries]),
        _texts([entry.rights for entry in entries]),
        _texts([None if source is _NO_SOURCE else source.uri for source in sources]),
        _texts([source.member for source in sources]),
        _numbers([source.start for source in sources]),
        _numbers([source.length for source in sources]),
        _texts([source.sha256 for source in sources]),
        _texts([source.encoding for source in sources]),
        _lists([source.changes for source in sources]),
        _texts([source.site for source in sources]),
        _texts([source.imported for source in sources]),
        _texts([_encode(e.attributes).decode() if e.attributes else None for e in entries]),
        _texts(place_keys(entries)),
        _numbers([revision] * len(entries)),
    ]
    return RecordBatch.from_arrays(columns, schema=_ENTRIES)


def batch_of_values(values: Mapping[str, bytes], revision: int) -> RecordBatch:
    """The rows of what is no entry: names, and the JSON of what they name."""
    columns = [
        _texts(list(values)),
        _texts([value.decode() for value in values.values()]),
        _numbers([revision] * len(values)),
    ]
    return RecordBatch.from_arrays(columns, schema=_VALUES)


def _texts(values: Sequence[str | None]) -> Array:
    return Array(values, type=_TEXT)


def _numbers(values: Sequence[int | None]) -> Array:
    return Array(values, type=_NUMBER)


def _moments(values: Sequence[datetime | None]) -> Array:
    # What is imported together has few moments, or none.
    number_of = {
        value: None if value is None else (value - _EPOCH) // _MICROSECOND for value in set(values)
    }
    return _numbers([number_of[value] for value in values]).cast(_MOMENT)


def _lists(values: Sequence[tuple[str, ...]]) -> Array:
    offsets, parts = _joined(values)
    return list_array(offsets, _texts(parts), type=Field("", _TEXTS))


def _persons(values: Sequence[tuple[Contributor, ...]]) -> Array:
    offsets, persons = _joined(values)
    parts = [_texts([getattr(person, name) for person in persons]) for name in _PERSON]
    inner = struct_array(parts, fields=_PERSON_FIELDS)
    return list_array(offsets, inner, type=Field("", _PERSONS))


def _joined(values: Sequence[tuple[_T, ...]]) -> tuple[Array, list[_T]]:
    """Where each begins among all of them, and all of them."""
    # Most columns of lists are empty.
    if not any(values):
        return _nowhere(len(values)), []
    ends = list(accumulate(map(len, values), initial=0))
    return Array(ends, type=_OFFSET), list(chain.from_iterable(values))


@lru_cache(maxsize=4)
def _nowhere(number: int) -> Array:
    return Array([0] * (number + 1), type=_OFFSET)


@lru_cache(maxsize=4096)
def _written(path: CategoryPath) -> str:
    return format_category_path(path)


# --- reading ------------------------------------------------------------------------------------


def rows_of(batch: RecordBatch, names: Sequence[str]) -> Iterator[Row]:
    """The rows of a batch; a column that it does not have is empty."""
    there = set(batch.column_names)
    columns = [_values(batch, name) if name in there else [None] * batch.num_rows for name in names]
    return (dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True))


def _values(batch: RecordBatch, name: str) -> list[Any]:
    column = batch.column(name)
    if _TYPES.get(name) is _MOMENT:
        # As numbers: as moments they would be of another time zone, which is called UTC as well.
        column = column.cast(_MOMENT).cast(_NUMBER)
    return plain(column)


def plain(column: Array | ChunkedArray) -> list[Any]:
    """The values of a column."""
    # Its stubs take them for an array of numpy.
    return cast("list[Any]", column.to_pylist())


def only(batch: RecordBatch, rows: Sequence[int]) -> RecordBatch:
    """Some rows of a batch."""
    if len(rows) == batch.num_rows:
        return batch
    return batch.take(Array(list(rows), type=DataType.uint32()))


def entry_of(row: Row) -> Entry:
    """The entry of a row with the `ENTRY_COLUMNS`.

    Raises:
        InvalidValueError: another program has written what an entry cannot hold.
        ValueError: its attributes are no JSON.
    """
    attributes = row["attributes"]
    contributors = row["contributors"]
    return _construction.entry(
        id=row["id"],
        title=row["title"] or "",
        body=row["body"] or "",
        markup=row["markup"] or "plain",
        category=path_of(row["category"] or ""),
        contributors=tuple([_contributor(each) for each in contributors]) if contributors else (),
        language=row["language"],
        tags=tuple(row["tags"] or ()),
        created=row["created"],
        added=_moment(row["added"]),
        modified=_moment(row["modified"]),
        rights=row["rights"],
        source=None if row["source_uri"] is None else _source(row),
        attributes=_decode(attributes) if attributes else None,
    )


def _contributor(person: Mapping[str, Any]) -> Contributor:
    return _construction.contributor(
        person["name"], person["role"] or "aut", person["sort_name"], person["alternate_name"]
    )


def _source(row: Row) -> Source:
    return _construction.source(
        row["source_uri"], row["source_member"], row["source_start"], row["source_length"],
        row["source_sha256"], row["source_encoding"], tuple(row["source_changes"] or ()),
        row["source_site"], row["source_imported"],
    )  # fmt: skip


def _moment(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else _EPOCH + timedelta(microseconds=microseconds)


path_of: Callable[[str], CategoryPath] = lru_cache(maxsize=4096)(parse_category_path)
"""The path of a category as a row has it."""
