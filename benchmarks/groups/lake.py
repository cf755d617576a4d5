"""A Delta table beside what the driver does with the same rows, without us.

With ``COLLECTIONLIB_BENCH_LAKE=s3://bucket/prefix`` and the store's own variables the tables lie
there; else in a temporary folder.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from arro3.core import Array, DataType, RecordBatch, RecordBatchReader
from attrs import evolve
from deltalake import DeltaTable, WriterProperties, write_deltalake

from collectionlib import Collection, Entry
from collectionlib.identity import EntryId
from collectionlib.storage.delta.rows import ENTRY_COLUMNS, batch_of_entries
from collectionlib.storage.delta.table import storage_options, url_of

from ..measuring import Options, Pair, Table, compared
from .storage import made_entries

CHARACTERS = 200
"""Of a text: most are short."""

CHANGED = 1_000
LOOKED_UP = 20
_AT_ONCE = 4_000
_TEXT, _NUMBER = DataType.string(), DataType.int64()


def tables(options: Options) -> Iterator[Table]:
    """What a table takes to be written, opened, read and changed."""
    entries = made_entries(options.entries)
    title = f"a Delta table of {options.entries:,}, beside the bare driver"
    yield compared(title, _pairs(options.folder, entries), options.runs)


def _pairs(folder: Path, entries: Sequence[Entry]) -> Iterator[Pair]:
    """All measurements of tables.

    Args:
        folder: a temporary one.
        entries: of `CHARACTERS` each.
    """
    numbers = count()
    short = [evolve(each, body=each.body[:CHARACTERS]) for each in entries]

    def new_location() -> str:
        base = os.environ.get("COLLECTIONLIB_BENCH_LAKE") or f"delta:{folder}"
        return f"{base}/{next(numbers)}"

    yield imported(new_location, short)
    location = new_location()
    _fill(location, short)
    yield _opened(location)
    yield _looked_up(location, [each.id for each in short[:: len(short) // LOOKED_UP]])
    yield _scanned(location)
    yield _changed(location, short[:: max(1, len(short) // CHANGED)])


def _fill(location: str, entries: Sequence[Entry]) -> None:
    with Collection.create(location) as collection, collection.transaction() as batch:
        for each in entries:
            batch.put(each)


def _table(location: str) -> DeltaTable:
    return DeltaTable(url_of(location), storage_options=storage_options(location))


def imported(new_location: Callable[[], str], entries: Sequence[Entry]) -> Pair:
    made = [
        batch_of_entries(entries[start : start + _AT_ONCE], 1)
        for start in range(0, len(entries), _AT_ONCE)
    ]
    schema = made[0].schema
    # The rows as Python has them: what is written has to become columns first.
    rows = [[column.to_pylist() for column in batch.columns] for batch in made]

    def column_of(values: list[Any], made_before: Array) -> Array:
        # What arro3 makes of plain values; the few others have no part in the floor.
        kind = made_before.type
        return Array(values, type=kind) if kind in (_TEXT, _NUMBER) else made_before

    def floor() -> None:
        batches = [
            RecordBatch.from_arrays(
                [column_of(*each) for each in zip(columns, batch.columns, strict=True)],
                schema=schema,
            )
            for columns, batch in zip(rows, made, strict=True)
        ]
        location = new_location()
        write_deltalake(
            url_of(location),
            RecordBatchReader.from_batches(schema, batches),
            storage_options=storage_options(location),
            writer_properties=WriterProperties(compression="ZSTD", compression_level=1),
        )

    return Pair(
        f"import {len(entries)} short texts",
        floor,
        lambda: _fill(new_location(), entries),
        goal=1.6,
        note="each entry gets its sort key, and may be put again",
    )


def _opened(location: str) -> Pair:
    def ours() -> None:
        for _ in range(LOOKED_UP):
            Collection.open(location).close()

    def floor() -> None:
        for _ in range(LOOKED_UP):
            _table(location)

    return Pair(f"open {LOOKED_UP} times", floor, ours)


def _looked_up(location: str, ids: Sequence[EntryId]) -> Pair:
    collection = Collection.open(location)
    table = _table(location)

    def floor() -> None:
        for own in ids:
            table.scan(list(ENTRY_COLUMNS), f"kind = 'entry' AND id = '{own}'").read_all()

    def ours() -> None:
        with collection.snapshot() as view:
            for own in ids:
                view.get(own)

    return Pair(f"get {len(ids)} entries by id", floor, ours)


def _scanned(location: str) -> Pair:
    def floor() -> int:
        batches = _table(location).scan(list(ENTRY_COLUMNS), "kind = 'entry'")
        return sum(
            len([column.to_pylist() for column in RecordBatch.from_arrow(batch).columns])
            for batch in batches
        )

    def ours() -> int:
        with Collection.open(location) as collection:
            return sum(1 for _ in collection)

    return Pair("scan all in order", floor, ours, note="an Entry is made and checked of each row")


def _changed(location: str, entries: Sequence[Entry]) -> Pair:
    numbers = count()

    def floor() -> None:
        number = next(numbers)
        changed = [evolve(each, title=f"Floor {number}") for each in entries]
        batch = batch_of_entries(changed, number)
        columns = {name: f"s.{name}" for name in batch.schema.names}
        _table(location).merge(
            RecordBatchReader.from_batches(batch.schema, [batch]),
            "t.kind = 'entry' AND t.id = s.id",
            source_alias="s",
            target_alias="t",
        ).when_matched_update(columns).execute()

    def ours() -> None:
        number = next(numbers)
        with Collection.open(location) as collection, collection.transaction() as batch:
            for each in entries:
                batch.put(evolve(each, title=f"Ours {number}"))

    return Pair(f"change {len(entries)} of them, against merge", floor, ours)
