import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing, nullcontext
from pathlib import Path

import pytest
import sqlite_utils
from attrs import evolve
from tests.storage.kept import FORMATS, KEPT
from tests.storage.unindexed import UnindexedStorage

from collectionlib.errors import (
    CollectionLocked,
    CollectionNotFound,
    ConflictError,
    CorruptCollection,
    EntryNotFound,
    NewerFormat,
    StorageError,
)
from collectionlib.identity import entry_id
from collectionlib.model import Category, Contributor, Entry, Metadata, Source
from collectionlib.query import FullText, InCategory, Not, SortBy, parse
from collectionlib.storage.sqlite import SqliteStorage
from collectionlib.storage.sqlite.schema import VERSION
from collectionlib.testing import (
    Damage,
    FidelityTests,
    HistoryTests,
    OpeningTests,
    Place,
    SelectionTests,
    StorageTests,
    StreamingTests,
)
from collectionlib.testing.place import named, put_all

TEXTS = {
    "latin": "Ein großes Glück, Élégance and well-being.",
    "chinese": "祝福你，祝你新年快樂。",
    "japanese": "蜘蛛の糸は美しい。カンダタ",
    "thai": "ภาษาไทยเขียนติดกัน",
    "hindi": "हिन्दी एक भाषा है",
    "hebrew": "שָׁלוֹם לָכֶם",
    "mixed": "Das iPhone手机 ist neu",
}


_SPOILT = named("entry 3").id


def _executed(statement: str) -> Callable[[str], object]:
    def execute(location: str) -> None:
        with closing(sqlite3.connect(location)) as connection, connection:
            connection.execute(statement)

    return execute


def _written(data: bytes) -> Callable[[str], object]:
    return lambda location: Path(location).write_bytes(data)


def _zero_a_page(location: str) -> None:
    """The page with which the table of the entries begins."""
    with closing(sqlite3.connect(location)) as connection:
        page = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'entries'")
        start = (page.fetchone()[0] - 1) * 4096
    with Path(location).open("r+b") as file:
        file.seek(start)
        file.write(bytes(4096))


class TestSqliteStorage(StorageTests):
    @pytest.fixture
    def place(self, tmp_path: Path) -> Place:
        return Place(
            SqliteStorage,
            tmp_path,
            pattern="collection-{}.db",
            make_newer=_executed(f"PRAGMA user_version = {VERSION + 1}"),
            samples=[(FORMATS / "1/collection.db", KEPT)],
            damages={
                "no database": Damage(_written(b"none" * 999), lost=12),
                "empty": Damage(_written(b""), lost=12),
                "cut": Damage(lambda location: os.truncate(location, 3 * 4096), lost=None),
                "a page of zeros": Damage(_zero_a_page, lost=None),
                "no table": Damage(_executed("DROP TABLE entries"), lost=12),
                "a document that is no JSON": Damage(
                    _executed("INSERT INTO documents VALUES ('origins', '{')")
                ),
                "a spoilt row": Damage(
                    _executed(f"UPDATE entries SET attributes = '[' WHERE id = '{_SPOILT}'"), lost=1
                ),
            },
        )


class TestSqliteStorageWithoutIndex(
    FidelityTests, SelectionTests, StreamingTests, OpeningTests, HistoryTests
):
    """The same promises where somebody has dropped the index of words.

    Its writers commit, wait and are killed as those above, whose commits hold the index besides.
    """

    @pytest.fixture
    def place(self, tmp_path: Path) -> Place:
        return Place(UnindexedStorage, tmp_path, pattern="collection-{}.sqlite")


@pytest.fixture
def texts(tmp_path: Path) -> SqliteStorage:
    storage = SqliteStorage.create(str(tmp_path / "texts.db"), Metadata(title="Texts"))
    with storage.transaction() as batch:
        for name, body in TEXTS.items():
            batch.put(
                Entry(
                    id=entry_id(name),
                    title=name.capitalize(),
                    body=body,
                    category=("Scripts",),
                    contributors=(Contributor(name="Lu Xun"), Contributor(name="X", role="trl")),
                    tags=("short", name),
                    source=Source(uri=f"archive/{name}.txt"),
                )
            )
    return storage


def _found(storage: SqliteStorage, *words: str) -> set[str]:
    with storage.snapshot() as view:
        return {entry.title.lower() for entry in view.scan(FullText(words))}


def _titles(storage: SqliteStorage) -> list[str]:
    with storage.snapshot() as view:
        return [entry.title for entry in view.scan()]


# --- words --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "names"),
    [
        ("glück", {"latin"}),
        ("GLUCK", {"latin"}),
        ("luck", set()),
        ("elegance", {"latin"}),
        ("well being", {"latin"}),
        ("福", {"chinese"}),
        ("祝福", {"chinese"}),
        ("新年快樂", {"chinese"}),
        ("年新", set()),
        ("糸", {"japanese"}),
        ("カンダ", {"japanese"}),
        ("ไทย", {"thai"}),
        ("ย", {"thai"}),
        ("भाषा", {"hindi"}),
        ("भाष", set()),
        ("שלום", {"hebrew"}),
        ("手机", {"mixed"}),
        ("iphone", {"mixed"}),
        ("phone手机", {"mixed"}),
        ("iphone 手", {"mixed"}),
        ("hebrew", {"hebrew"}),
        ('"', set(TEXTS)),
        ("AND OR NOT NEAR *", set()),
    ],
)
def test_words_are_found_in_any_script(texts: SqliteStorage, word: str, names: set[str]) -> None:
    assert _found(texts, *word.split()) == names


def test_the_index_is_asked_and_follows_every_change(texts: SqliteStorage) -> None:
    with texts.transaction() as batch:
        batch.put(Entry(id=entry_id("latin"), title="Latin", body="Something else."))
        batch.delete(entry_id("thai"))
    assert _found(texts, "glück") == set()
    assert _found(texts, "something") == {"latin"}
    with closing(sqlite3.connect(texts.location)) as connection:
        count = "SELECT count(*) FROM words WHERE words MATCH ?"
        assert connection.execute(count, ('"gluck"',)).fetchone() == (0,)
        assert connection.execute(count, ('"something"',)).fetchone() == (1,)
        connection.execute("INSERT INTO words (words) VALUES ('integrity-check')")


def test_the_index_stays_true_where_all_but_the_text_is_changed(texts: SqliteStorage) -> None:
    with texts.snapshot() as view:
        before = view.get(entry_id("latin"))
    tagged = evolve(before, tags=("x",), category=("Elsewhere",))
    titled = evolve(tagged, title="Otherwise")
    shorter = evolve(titled, body="Something else.")
    # Twice in one transaction, and in several: the index has to know which words it holds.
    for lots in ([tagged], [titled, tagged], [shorter, before, tagged], [shorter], [shorter]):
        with texts.transaction() as batch:
            for number, entry in enumerate(lots):
                batch.put(entry)
                batch.put(Entry(id=entry_id("flush"), body="Flush."))
                batch.delete(entry_id("flush"))
                if number:
                    batch.put(entry)
    assert _found(texts, "glück") == set()
    assert _found(texts, "something") == {"otherwise"}
    with closing(sqlite3.connect(texts.location)) as connection:
        held = "SELECT count(*) FROM words WHERE words MATCH ?"
        for word, number in {"gluck": 0, "latin": 0, "flush": 0, "something": 1}.items():
            assert connection.execute(held, (f'"{word}"',)).fetchone() == (number,)
        connection.execute("INSERT INTO words (words) VALUES ('integrity-check')")


def test_the_best_come_first(texts: SqliteStorage) -> None:
    with texts.transaction() as batch:
        batch.put(Entry(id=entry_id("a"), title="A spider", body="long text " * 50))
        batch.put(Entry(id=entry_id("b"), title="Other", body="a spider " + "long text " * 50))
        batch.put(Entry(id=entry_id("c"), title="None", body="long text " * 50))
    with texts.snapshot() as view:
        ranked = view.ranked(("spider",), 10)  # type: ignore[attr-defined]
        assert [entry.title for entry in ranked] == ["A spider", "Other"]


# --- what other programs do ---------------------------------------------------------------------


def test_sqlite_utils_reads_and_changes(texts: SqliteStorage) -> None:
    database = sqlite_utils.Database(texts.location)
    assert {"entries", "categories", "contributors", "tags"} <= set(database.table_names())
    row = next(database["entries"].rows_where("title = ?", ["Latin"]))
    assert row["body"] == TEXTS["latin"]
    database["entries"].update(row["key"], {"title": "Zzz", "body": "Changed by hand."})
    database["entries"].insert({"id": entry_id("new"), "title": "New", "body": "Brand new."})
    database["tags"].insert({"entry": entry_id("new"), "position": 0, "tag": "short"})
    database["entries"].delete_where("title = ?", ["Thai"])
    database["categories"].update(
        next(database["categories"].rows_where("path = 'Scripts'"))["key"], {"position": 5}
    )
    database.close()
    for _ in range(2):
        assert _found(texts, "hand") == {"zzz"}
        assert _found(texts, "brand") == {"new"}
        assert _found(texts, "glück") == set()
        assert _found(texts, "ไทย") == set()
        assert _titles(texts)[0] == "New", "the root comes first"
        with texts.snapshot() as view:
            assert view.get(entry_id("new")).tags == ("short",)
            assert view.categories() == (Category(path=("Scripts",), position=5),)
            by_title = [entry.title for entry in view.scan(order=(SortBy("title"),))]
            assert by_title == sorted(by_title, key=str.lower)
        # Once as the other program has left it, once after a transaction of ours.
        with texts.transaction() as batch:
            batch.set_document("done", value=True)


def test_another_program_cannot_take_an_entry_s_category_away(texts: SqliteStorage) -> None:
    with closing(sqlite3.connect(texts.location)) as connection:
        for statement in (
            "DELETE FROM categories WHERE path = 'Scripts'",
            "UPDATE entries SET category = 99",
            "INSERT INTO entries (id, category) VALUES ('0000000000000000', 99)",
        ):
            with pytest.raises(sqlite3.IntegrityError, match="categor"):
                connection.execute(statement)


@pytest.mark.parametrize("fails", [False, True])
def test_the_guard_of_categories_stays_after_many_are_put(
    texts: SqliteStorage, monkeypatch: pytest.MonkeyPatch, *, fails: bool
) -> None:
    # Many at once go in without it.
    monkeypatch.setattr("collectionlib.storage.sqlite.batch._AT_ONCE", 10)
    ending = pytest.raises(EntryNotFound) if fails else nullcontext()
    with ending, texts.transaction() as batch:
        for n in range(25):
            batch.put(Entry(id=entry_id(str(n)), category=(f"Category {n}",)))
        if fails:
            batch.delete(entry_id("none"))
    with closing(sqlite3.connect(texts.location, isolation_level=None)) as connection:
        with pytest.raises(sqlite3.IntegrityError, match="categor"):
            connection.execute("INSERT INTO entries (id, category) VALUES ('0000000000000000', 99)")
        assert connection.execute("SELECT count(*) FROM entries").fetchone() == (
            len(TEXTS) + (0 if fails else 25),
        )


def test_what_another_program_has_spoilt_is_named_and_the_rest_is_readable(
    texts: SqliteStorage,
) -> None:
    with closing(sqlite3.connect(texts.location, isolation_level=None)) as connection:
        connection.execute("UPDATE entries SET language = 'english' WHERE title = 'Latin'")
        connection.execute("UPDATE entries SET source_changes = '[' WHERE title = 'Thai'")
        connection.execute("UPDATE entries SET title = x'00' WHERE title = 'Hindi'")
    found = []
    with texts.snapshot() as view:
        with pytest.raises(CorruptCollection) as raised:
            found.extend(entry.title for entry in view.scan())
        assert view.get(entry_id("mixed")).title == "Mixed"
    assert found == ["Chinese", "Hebrew", "Japanese", "Mixed"]
    assert raised.value.path == texts.location
    assert "entry" in str(raised.value)
    assert len(raised.value.others) == 2


# In a process of its own: Datasette leaves connections open, which Python 3.13 warns about later.
_DATASETTE = """
import asyncio, json, sys
from datasette.app import Datasette

async def ask(location, *paths):
    client = Datasette([location]).client
    answers = [await client.get(path) for path in paths]
    print(json.dumps([(answer.status_code, answer.text) for answer in answers]))

asyncio.run(ask(*sys.argv[1:]))
"""


def test_datasette_opens_it_as_it_is(texts: SqliteStorage) -> None:
    paths = (
        "/texts",
        "/texts/entries",
        "/texts/entries.json?_shape=array&_facet=language",
        "/texts/entries?_facet=category",
        "/texts/contributors.json?_shape=array",
        "/texts/tags?_facet=tag",
    )
    command = (sys.executable, "-c", _DATASETTE, texts.location, *paths)
    answers = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert [status for status, _ in answers] == [200] * 6
    assert TEXTS["chinese"] in answers[1][1]
    assert {row["title"] for row in json.loads(answers[2][1])} >= {"Latin", "Thai"}
    assert json.loads(answers[4][1])[0]["name"] in {"Lu Xun", "X"}


# --- the file -----------------------------------------------------------------------------------


def test_reading_leaves_nothing_beside_the_file(texts: SqliteStorage, tmp_path: Path) -> None:
    before = {p: p.stat().st_mtime_ns for p in tmp_path.iterdir()}
    assert len(_titles(texts)) == len(TEXTS)
    assert {p: p.stat().st_mtime_ns for p in tmp_path.iterdir()} == before


def test_after_a_crash_reading_does_not_touch_the_log(texts: SqliteStorage, tmp_path: Path) -> None:
    script = (
        "import os, sqlite3, sys\n"
        "connection = sqlite3.connect(sys.argv[1])\n"
        "connection.execute(\"UPDATE entries SET title = 'After' WHERE title = 'Thai'\")\n"
        "connection.commit()\n"
        "os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", script, texts.location], check=False)
    log = tmp_path / "texts.db-wal"
    before = (Path(texts.location).read_bytes(), log.read_bytes())
    assert "After" in _titles(texts)
    assert (Path(texts.location).read_bytes(), log.read_bytes()) == before


@pytest.mark.skipif(sys.platform == "win32", reason="no such permissions")
def test_a_file_that_may_only_be_read(texts: SqliteStorage, tmp_path: Path) -> None:
    # Root may write anywhere: another user has to try.
    Path(texts.location).chmod(0o444)
    tmp_path.chmod(0o555)
    try:
        script = (
            "import os\n"
            "from collectionlib.storage.sqlite import SqliteStorage\n"
            "def count():\n"
            "    with SqliteStorage('texts.db').snapshot() as view:\n"
            "        return len(list(view.scan()))\n"
            # Everything is imported now: the library may lie where only root may read.
            "count()\n"
            "os.getuid() or os.setuid(65534)\n"
            "print(count())\n"
        )
        for folder in (tmp_path, *tmp_path.parents[:3]):
            if folder != tmp_path:
                folder.chmod(0o755)
        done = subprocess.run(
            [sys.executable, "-c", script],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            # The other user may not write what coverage has measured.
            env={name: value for name, value in os.environ.items() if "COVERAGE" not in name},
        )
    finally:
        tmp_path.chmod(0o755)
    assert (done.stdout, done.stderr) == (f"{len(TEXTS)}\n", "")


def test_a_newer_version_is_refused(texts: SqliteStorage) -> None:
    with closing(sqlite3.connect(texts.location)) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    with pytest.raises(NewerFormat):
        SqliteStorage.open(texts.location)
    with pytest.raises(NewerFormat), texts.transaction():
        pass


def test_a_database_of_somebody_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE entries (a)")
    before = path.read_bytes()
    with pytest.raises(CorruptCollection, match="not of a collection"):
        SqliteStorage.open(str(path))
    assert path.read_bytes() == before


@pytest.mark.parametrize("data", [b"", b"no database at all" * 100, b"SQLite format 3\x00" * 99])
def test_what_is_no_database_is_named(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "other.db"
    path.write_bytes(data)
    with pytest.raises(CorruptCollection, match=r"other\.db is damaged"):
        SqliteStorage.open(str(path))
    with pytest.raises(ConflictError):
        SqliteStorage.create(str(path), Metadata())
    with pytest.raises(CollectionNotFound):
        SqliteStorage.open(str(tmp_path))


def test_a_truncated_file_is_named(texts: SqliteStorage) -> None:
    path = Path(texts.location)
    os.truncate(path, path.stat().st_size - 12 * 4096)
    with pytest.raises(StorageError, match=r"texts\.db"):
        assert _titles(texts) == _found(texts, "祝福")


def test_another_program_that_writes_is_waited_for_and_then_named(
    texts: SqliteStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("collectionlib.storage.sqlite.connection.LOCK_TIMEOUT", 0.2)
    with closing(sqlite3.connect(texts.location, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(CollectionLocked, match="another program"), texts.transaction():
            pass


def test_errors_of_the_caller_stay_the_caller_s(texts: SqliteStorage) -> None:
    with closing(sqlite3.connect(":memory:")) as other:  # noqa: SIM117
        with pytest.raises(sqlite3.OperationalError), texts.transaction() as batch:  # noqa: PT012
            batch.put(Entry(id=entry_id("a"), title="A"))
            other.execute("SELECT * FROM nothing")
    assert "A" not in _titles(texts)


# Libraries that are imported here have SQLite tell what functions raise, on standard error too.
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_interruption_while_sqlite_calls_us_is_one(tmp_path: Path) -> None:
    storage = SqliteStorage.create(str(tmp_path / "c.db"), Metadata(), index_words=False)
    with storage.transaction() as batch:
        for number in range(200):
            batch.put(Entry(id=entry_id(str(number)), body=f"{number} words, " * 50))
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    try:
        for round_ in range(20):
            with storage.snapshot() as view, pytest.raises(KeyboardInterrupt):  # noqa: PT012
                signal.setitimer(signal.ITIMER_REAL, 0.01 + round_ / 1000)
                while True:
                    view.count(FullText(("nowhere",)))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    "spoiling",
    [
        "UPDATE entries SET body = CAST(x'54ff' AS TEXT) WHERE id = ?",
        "UPDATE entries SET title = CAST(x'54ff' AS TEXT) WHERE id = ?",
        "INSERT INTO tags VALUES (?, 9, CAST(x'54ff' AS TEXT))",
    ],
)
def test_a_text_that_is_no_utf_8_is_named_and_hides_nothing(tmp_path: Path, spoiling: str) -> None:
    storage = SqliteStorage.create(str(tmp_path / "c.db"), Metadata())
    entries = [named(str(number), body=f"The text {number}.") for number in range(3)]
    put_all(storage, entries)
    own = entries[1].id
    with closing(sqlite3.connect(storage.location)) as connection, connection:
        # Another program is no matter of triggers.
        connection.execute("DROP TRIGGER entries_changed_by_others")
        connection.execute(spoiling, (own,))
    with storage.snapshot() as view:
        found = view.scan()
        assert [next(found), next(found)] == [entries[0], entries[2]]
        with pytest.raises(CorruptCollection, match=f"its entry {own} cannot be read"):
            next(found)
        assert [own in str(damage) for damage in view.damages()] == [True]
    if "UPDATE" in spoiling:
        named_there = f"a text of {own} in the table entries is no UTF-8; mend it there"
        with storage.snapshot() as view, pytest.raises(CorruptCollection, match=named_there):
            # None of our functions is called with it.
            view.count(parse("text*=nowhere or title*=nowhere"))
        with pytest.raises(CorruptCollection, match=own), storage.transaction() as batch:
            batch.put(entries[1])
    put_all(storage, [named("more")])


@pytest.mark.parametrize("language", ["'?'", "CAST(x'ff' AS TEXT)"])
def test_metadata_that_cannot_be_are_damage(texts: SqliteStorage, language: str) -> None:
    with closing(sqlite3.connect(texts.location)) as connection, connection:
        connection.execute(f"UPDATE metadata SET language = {language}")
    with texts.snapshot() as view, pytest.raises(CorruptCollection, match="its metadata cannot"):
        view.metadata()


def test_a_category_that_is_no_utf_8_is_named(texts: SqliteStorage) -> None:
    with closing(sqlite3.connect(texts.location)) as connection, connection:
        connection.execute(
            "INSERT INTO categories (path, parent) VALUES (CAST(x'43ff' AS TEXT), 0)"
        )
    with (
        texts.snapshot() as view,
        pytest.raises(CorruptCollection, match=r"a text of C\\udcff in the table categories is"),
    ):
        [*view.scan()]


def test_a_damaged_description_of_tables_is_named(texts: SqliteStorage) -> None:
    path = Path(texts.location)
    path.write_bytes(path.read_bytes().replace(b"language TEXT", b'languag" \xffXT'))
    with pytest.raises(CorruptCollection, match="the description of its tables is no UTF-8"):
        _titles(SqliteStorage.open(texts.location))


def test_a_backup_is_a_collection(texts: SqliteStorage, tmp_path: Path) -> None:
    texts.backup(tmp_path / "copy.db")
    assert _titles(SqliteStorage.open(str(tmp_path / "copy.db"))) == _titles(texts)
    with pytest.raises(ConflictError):
        texts.backup(tmp_path / "copy.db")


def test_counts_and_filters_are_sqlite_s(texts: SqliteStorage) -> None:
    statements: list[str] = []
    with texts.snapshot() as view:
        view._connection.set_trace_callback(statements.append)  # type: ignore[attr-defined]
        assert view.count(Not(InCategory(("Scripts",)))) == 0
        assert view.count(parse("tag:short author:lu lang:zh")) == 0
        assert len(list(view.scan(parse("tag:thai")))) == 1
        assert len(list(view.scan(limit=2))) == 2
    assert any("count(*)" in statement for statement in statements)
    assert any("FROM tags WHERE (tag IS NOT NULL AND tag = 'thai')" in s for s in statements)


def test_positions_order_categories_at_any_depth(tmp_path: Path) -> None:
    storage = SqliteStorage.create(str(tmp_path / "a.db"), Metadata())
    paths = [("A",), ("A", "2"), ("A", "10"), ("B",), ("B", "x"), ("a b",), ("A/b",)]
    with storage.transaction() as batch:
        for path in paths:
            batch.put(Entry(id=entry_id(*path), title="T", category=path))
        batch.set_category(Category(path=("B",), position=-1))
        batch.set_category(Category(path=("A", "10"), position=2**63 - 1))
    with storage.snapshot() as view:
        found = [entry.category for entry in view.scan()]
    assert found[:2] == [("B",), ("B", "x")]
    assert found[2:5] == [("A",), ("A", "10"), ("A", "2")]
    with storage.transaction() as batch:
        batch.set_category(evolve(Category(path=("B",), position=None)))
    with storage.snapshot() as view:
        assert next(view.scan()).category == ("A",)


def test_a_table_that_another_program_has_dropped_is_named(texts: SqliteStorage) -> None:
    with closing(sqlite3.connect(texts.location)) as database:
        database.execute("DROP TABLE documents")
    with texts.snapshot() as view, pytest.raises(CorruptCollection, match="no such table"):
        view.document("origins")
