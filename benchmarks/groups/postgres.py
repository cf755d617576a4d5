"""PostgreSQL beside the least that it could cost: `COPY` of the same rows, and fetching them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import psycopg
from tests import postgres_server
from tests.postgres_server import Server

from collectionlib import Entry, Source
from collectionlib.identity import entry_id
from collectionlib.model import Contributor, Metadata
from collectionlib.storage.postgres import PostgresStorage
from collectionlib.storage.postgres.location import Address
from collectionlib.storage.postgres.rows import (
    ATTRIBUTES,
    COLUMNS,
    CONTRIBUTORS,
    ENTRIES,
    TAGS,
    attribute_rows,
    contributor_rows,
    entry_rows,
    tag_rows,
)

from ..measuring import Column, Options, Pair, Table, compared

__all__ = ["tables"]

_LINES = (
    "The moon has set behind the western hill,",
    "a late bell counts what nobody will keep;",
    "the river, which was never asked to wait,",
    "goes on and takes the lanterns in its sleep.",
)


def made_entries(number: int) -> list[Entry]:
    """Poems of four lines, each with an author, a tag and a source, in fifty categories."""
    return [
        Entry(
            id=entry_id(str(n)),
            title=f"Poem {n}",
            body="".join(f"{line} {n * 7919 % 10007}\n" for line in _LINES),
            category=("All", f"Category {n % 50}"),
            contributors=(Contributor(name=f"Poet {n % 2_000}"),),
            tags=("poem",),
            language="en",
            source=Source(uri=f"archive/{n % 50}/{n}.txt", encoding="utf-8"),
        )
        for n in range(number)
    ]


def tables(options: Options) -> Iterator[Table]:
    """What a server of our own takes, where there can be one."""
    title = f"{options.entries:,} short texts on a PostgreSQL server"
    if reason := postgres_server.why_not():
        Table(title, [Column("what")]).note(f"Not measured: {reason}.")
        return
    with postgres_server.running() as server:
        yield compared(title, pairs(server, made_entries(options.entries)), options.runs)


def pairs(server: Server, entries: list[Entry]) -> Iterator[Pair]:
    """All measurements, in seconds of the processor: ours, and the server's."""
    numbers = count()
    used = _used_by(server)

    def fresh() -> PostgresStorage:
        return PostgresStorage.create(server.location(next(numbers)), Metadata())

    rows = {
        ("entries", ENTRIES): list(entry_rows(entries)),
        ("contributors", CONTRIBUTORS): list(contributor_rows(entries)),
        ("tags", TAGS): list(tag_rows(entries)),
        ("attributes", ATTRIBUTES): list(attribute_rows(entries)),
    }

    def copy() -> None:
        address = Address.of(fresh().location)
        with psycopg.connect(address.database) as connection:
            connection.execute(f"SET search_path TO {address.schema}".encode())
            for (table, columns), some in rows.items():
                statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN".encode()
                with connection.cursor() as cursor, cursor.copy(statement) as copying:
                    for row in some:
                        copying.write_row(row)

    def put() -> PostgresStorage:
        storage = fresh()
        with storage.transaction() as batch:
            for entry in entries:
                batch.put(entry)
        return storage

    yield Pair("put, PostgreSQL | COPY of the same rows", copy, put, 1.6, used=used)
    full = put()

    def fetch() -> int:
        address = Address.of(full.location)
        with psycopg.connect(address.database) as connection:
            connection.execute(f"SET search_path TO {address.schema}".encode())
            with connection.cursor("scan") as cursor:
                cursor.itersize = 200
                cursor.execute(f"SELECT {COLUMNS} FROM entries e".encode())
                return sum(1 for row in cursor if row[-1] is not None)

    def scan() -> int:
        with full.snapshot() as view:
            return sum(1 for _ in view.scan())

    note = "an Entry is made and checked in Python; the floor makes none"
    yield Pair("scan, PostgreSQL | fetch the rows", fetch, scan, 2.0, note, used=used)


def _used_by(server: Server) -> Callable[[], float]:
    """What tells the seconds of the processor that a server has taken."""
    ticks = os.sysconf("SC_CLK_TCK")

    def used() -> float:
        pid = server.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        # Of those that have ended, their parent knows.
        total = sum(_ticks(str(pid), 4)) + sum(sum(_ticks(child, 2)) for child in children)
        return total / ticks

    return used


def _ticks(pid: str, fields: int) -> list[int]:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return []
    # proc(5): utime, stime, cutime, cstime are 14 to 17; what is in parentheses may hold blanks.
    return [int(each) for each in stat.rpartition(")")[2].split()[11 : 11 + fields]]
