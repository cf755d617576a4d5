"""Storages beside the least that they could cost: the same rows, lines and files, raw."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import msgspec

from collectionlib import Collection, Entry, Source
from collectionlib.codec import to_plain
from collectionlib.identity import CategoryPath, entry_id
from collectionlib.model import Metadata
from collectionlib.query import place_key
from collectionlib.storage.base import Storage
from collectionlib.storage.directory import DirectoryStorage
from collectionlib.storage.durable import sync_files
from collectionlib.storage.front_matter import written
from collectionlib.storage.history.operations import PREFERENCE
from collectionlib.storage.json_file import JsonStorage
from collectionlib.storage.relational.rows import contributor_rows, entry_row, tag_rows
from collectionlib.storage.sqlite import SqliteStorage
from collectionlib.storage.sqlite.rows import CONTRIBUTOR, INSERT, TAG, columns
from collectionlib.storage.sqlite.schema import VERSION
from collectionlib.testing.processes import peak_of_scan

from ..measuring import Column, Options, Pair, Table, compared

CHARACTERS = 1_500
CATEGORIES = 50
_WHOLE_ENTRY = "an Entry is made and checked in Python, 7 of its 14 µs; the floor makes none"
_ROWS = "the floor has its rows; ours are made in Python, with sort keys and digests for the log"
_MADE: tuple[tuple[type[Storage], str], ...] = (
    (SqliteStorage, "ours.db"),
    (DirectoryStorage, "ours-files"),
    (JsonStorage, "ours.json"),
)
_OPENED = 5.0
"""Milliseconds in which a database is to be open."""

_NAMES = "names are chosen, and every place is looked at before it is taken"


def made_entries(number: int) -> list[Entry]:
    """Entries of many words, each with a source, in fifty categories."""
    chance = random.Random(1)
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ["".join(chance.choices(letters, k=chance.randint(2, 9))) for _ in range(20_000)]

    def body() -> str:
        chosen = (words[int(chance.random() ** 3 * len(words))] for _ in range(CHARACTERS // 3))
        return " ".join(chosen)[:CHARACTERS]

    return [
        Entry(
            id=entry_id(str(n)),
            title=f"Entry {n}",
            body=body(),
            category=("All", f"Category {n % CATEGORIES}"),
            language="en",
            source=Source(uri=f"archive/{n % CATEGORIES}/{n}.txt", encoding="utf-8"),
        )
        for n in range(number)
    ]


def tables(options: Options) -> Iterator[Table]:
    """What storages take to be written and read, to be opened, and how much memory."""
    entries = made_entries(options.entries)
    title = (
        f"{options.entries:,} entries of {CHARACTERS:,} characters, beside raw rows, lines, files"
    )
    yield compared(title, _pairs(options.folder, entries), options.runs)
    yield _openings(options.folder)
    yield _memory(options.folder, options.entries)


def _pairs(folder: Path, entries: list[Entry]) -> Iterator[Pair]:
    yield put_sqlite(folder, entries, index_words=False)
    yield put_sqlite(folder, entries, index_words=True)
    yield _put_json(folder, entries)
    yield _put_directory(folder, entries)
    for name, kind in (
        ("log.db", SqliteStorage),
        ("log.json", JsonStorage),
        ("log-files", DirectoryStorage),
    ):
        yield _put_with_log(folder / name, kind, entries)
    yield _scan_sqlite(folder)
    yield _scan_json(folder, entries)
    yield _scan_directory(folder)
    yield _count_directory(folder)
    yield _get_sqlite(folder, entries)


def _fill(storage: Storage, entries: list[Entry]) -> None:
    with storage.transaction() as batch:
        for entry in entries:
            batch.put(entry)


def _new(path: Path) -> Path:
    for each in path.parent.glob(f"*{path.name}*"):
        if each.is_dir():
            shutil.rmtree(each)
        else:
            each.unlink()
    return path


# --- put ----------------------------------------------------------------------------------------


def put_sqlite(folder: Path, entries: list[Entry], *, index_words: bool) -> Pair:
    categories: dict[CategoryPath, int] = {}
    rows = [
        (
            n + 1,
            *entry_row(
                each,
                categories.setdefault(each.category, 1 + len(categories)),
                place_key(each.title, each.source),
            ),
        )
        for n, each in enumerate(entries)
    ]
    contributors = contributor_rows(entries)
    tags = tag_rows(entries)

    def floor() -> None:
        path = _new(folder / "floor.db")
        SqliteStorage.create(str(path), Metadata(), index_words=index_words)
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.executescript(
                "DROP TRIGGER entries_have_a_category; PRAGMA synchronous = FULL;"
                "PRAGMA cache_size = -65536; BEGIN"
            )
            connection.executemany(INSERT, rows)
            connection.executemany(CONTRIBUTOR, contributors)
            connection.executemany(TAG, tags)
            if index_words:
                texts = ((row[0], row[2], row[-1]) for row in rows)
                connection.executemany(
                    "INSERT INTO words (rowid, title, body) VALUES (?, ?, ?)", texts
                )
            connection.execute("COMMIT")

    def ours() -> None:
        path = _new(folder / "ours.db")
        _fill(SqliteStorage.create(str(path), Metadata(), index_words=index_words), entries)

    what = "with" if index_words else "without"
    return Pair(f"put, SQLite {what} words | raw executemany", floor, ours, 1.6, _ROWS)


def _put_json(folder: Path, entries: list[Entry]) -> Pair:
    plains = [to_plain(entry) for entry in entries]

    def floor() -> None:
        with (folder / "floor.jsonl").open("wb") as out:
            out.write(b"\n".join([msgspec.json.encode(plain) for plain in plains]))
            os.fsync(out.fileno())

    def ours() -> None:
        _fill(JsonStorage.create(str(_new(folder / "ours.json")), Metadata()), entries)

    note = "an Entry becomes plain data (4 µs) and is placed (9); lines are written twice"
    return Pair("put, JSON | msgspec and one write", floor, ours, 1.5, note)


def _put_directory(folder: Path, entries: list[Entry]) -> Pair:
    texts = [written(entry, with_category=False) for entry in entries]

    def floor() -> None:
        root = _new(folder / "floor-files")
        (root / "new").mkdir(parents=True)
        for n in range(CATEGORIES):
            (root / str(n)).mkdir()
        names = [f"{root}/new/{n}" for n in range(len(texts))]
        for name, text in zip(names, texts, strict=True):
            with open(name, "wb", 0) as out:  # noqa: PTH123
                out.write(text)
        sync_files(map(Path, names))
        for n, name in enumerate(names):
            os.rename(name, f"{root}/{n % CATEGORIES}/Entry {n}.txt")  # noqa: PTH104
        sync_files([root / str(n) for n in range(CATEGORIES)])

    def ours() -> None:
        _fill(DirectoryStorage.create(str(_new(folder / "ours-files")), Metadata()), entries)

    return Pair("put, directory | files, rename, the same syncs", floor, ours, 1.5, _NAMES)


def _put_with_log(path: Path, kind: type[Storage], entries: list[Entry]) -> Pair:
    """What recording each transaction costs; the pairs above are measured with it."""

    def put(operations: int) -> None:
        storage = kind.create(str(_new(path)), Metadata())
        with storage.transaction() as batch:
            batch.set_document(PREFERENCE, {"operations": operations})
        _fill(storage, entries)

    note = "of each new entry its id and a digest of its JSON: 4 µs"
    what = f"put, {_called(kind)} | the same without a log"
    return Pair(what, lambda: put(0), lambda: put(100), 1.2, note)


def _called(kind: type[Storage]) -> str:
    return kind.__name__.removesuffix("Storage")


# --- scan ---------------------------------------------------------------------------------------


def _scan(storage: Callable[[str], Storage], path: Path) -> Callable[[], int]:
    def scan() -> int:
        with storage(str(path)).snapshot() as view:
            return sum(1 for _ in view.scan())

    return scan


def _scan_sqlite(folder: Path) -> Pair:
    def floor() -> int:
        with closing(sqlite3.connect(folder / "ours.db")) as connection:
            rows = connection.execute(
                f"SELECT {columns(VERSION)} FROM categories c "
                "CROSS JOIN entries e ON e.category = c.key "
                "ORDER BY c.sort_key, e.sort_key, coalesce(e.source_start, 0), e.id"
            )
            return sum(
                1 for row in rows if [msgspec.json.decode(row[-1]), msgspec.json.decode(row[-2])]
            )

    ours = _scan(SqliteStorage.open, folder / "ours.db")
    return Pair("scan, SQLite | fetch and decode the rows", floor, ours, 2.0, _WHOLE_ENTRY)


def _scan_json(folder: Path, entries: list[Entry]) -> Pair:
    def floor() -> int:
        with (folder / "ours.json").open("rb") as lines:
            return sum(
                1
                for line in lines
                if line[:6] == b'{"id":' and msgspec.json.decode(line.rstrip(b",\n"))
            )

    ours = _scan(JsonStorage.open, folder / "ours.json")
    note = "read twice: first for the order; then an Entry is made and checked"
    return Pair("scan, JSON | read and decode the lines", floor, ours, 2.0, note)


def _scan_directory(folder: Path) -> Pair:
    def floor() -> int:
        found = 0
        for root, _, names in os.walk(folder / "ours-files/All"):
            for name in names:
                with open(f"{root}/{name}", "rb", 0) as file:  # noqa: PTH123
                    found += bool(file.read().decode().partition("\n---\n"))
        return found

    ours = _scan(DirectoryStorage.open, folder / "ours-files")
    note = "front matter is read (20 µs) and an Entry checked (17); the floor does neither"
    return Pair("scan, directory | read and divide the files", floor, ours, 2.0, note)


def _count_directory(folder: Path) -> Pair:
    def floor() -> int:
        found = 0
        folders = [folder / "ours-files"]
        while folders:
            with os.scandir(folders.pop()) as items:
                for item in items:
                    if item.is_dir():
                        folders.append(Path(item.path))
                    else:
                        found += item.stat().st_size >= 0
        return found

    def ours() -> int:
        with DirectoryStorage.open(str(folder / "ours-files")).snapshot() as view:
            return len(view)

    return Pair("count, directory | look at every file", floor, ours)


def _get_sqlite(folder: Path, entries: list[Entry]) -> Pair:
    ids = [entry.id for entry in entries[:: max(len(entries) // 5_000, 1)]]

    def floor() -> int:
        with closing(sqlite3.connect(folder / "ours.db")) as connection:
            query = "SELECT * FROM entries WHERE id = ?"
            return sum(1 for one in ids if connection.execute(query, (one,)).fetchone())

    def ours() -> int:
        with SqliteStorage.open(str(folder / "ours.db")).snapshot() as view:
            return sum(1 for one in ids if view.get(one))

    return Pair("get by id, SQLite | raw SELECT", floor, ours, 3.0, _WHOLE_ENTRY)


def _openings(folder: Path) -> Table:
    """How long opening takes: the median of many."""
    table = Table("opening a collection", [Column("what"), Column("ms", ".2f"), Column("goal, ms")])
    for kind, name in _MADE:
        times = []
        for _ in range(21):
            start = time.perf_counter()
            Collection.open(str(folder / name)).close()
            times.append(time.perf_counter() - start)
        goal = _OPENED if kind is SqliteStorage else None
        table.add(_called(kind), statistics.median(times) * 1000, goal)
    return table


def _memory(folder: Path, entries: int) -> Table:
    """How much memory a process takes that scans everything."""
    table = Table(f"a scan of {entries:,} entries", [Column("what"), Column("peak, MB", ".0f")])
    for kind, name in _MADE:
        table.add(_called(kind), peak_of_scan(kind.open(str(folder / name))) / 1e6)
    return table
