import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from itertools import islice
from pathlib import Path

import duckdb
import polars as pl
import pytest
from attrs import evolve
from deltalake import DeltaTable, write_deltalake
from tests.storage.kept import FORMATS, KEPT

from collectionlib import Collection
from collectionlib.errors import (
    CollectionNotFound,
    ConflictError,
    CorruptCollection,
    EntryNotFound,
    MissingExtra,
    StorageError,
)
from collectionlib.identity import entry_id
from collectionlib.model import Category, Contributor, Entry, Metadata, Source
from collectionlib.query import AllOf, AnyOf, Equals, Order, Predicate, SortBy, matches, parse
from collectionlib.storage.delta import DeltaStorage
from collectionlib.storage.delta.conditions import narrowing
from collectionlib.storage.delta.failures import meaning_in, meaning_of, reason_of, translated
from collectionlib.storage.delta.rows import plain
from collectionlib.storage.delta.snapshot import DeltaSnapshot
from collectionlib.storage.delta.table import FORMAT, FORMAT_VERSION, Table
from collectionlib.storage.locations import find_storage
from collectionlib.testing import Damage, Place, StorageTests
from collectionlib.testing.place import all_entries, named, put_all


def _folder(location: str) -> Path:
    return Path(location.removeprefix("delta:"))


def _to_file(pattern: str, do: Callable[[Path], object]) -> Callable[[str], object]:
    """A damage to the first file of that name."""
    return lambda location: do(min(_folder(location).glob(pattern)))


def _made_newer(location: str) -> None:
    table = DeltaTable(_folder(location))
    table.alter.set_table_properties({FORMAT: str(FORMAT_VERSION + 1)}, raise_if_not_exists=False)


def _restored(sample: Path, location: str) -> None:
    subprocess.run(["cp", "-r", sample, _folder(location)], check=True)


class TestDeltaStorage(StorageTests):
    @pytest.fixture
    def place(self, tmp_path: Path) -> Place:
        return Place(
            DeltaStorage,
            tmp_path,
            pattern=f"delta:{tmp_path}/collection-{{}}".format,
            make_newer=_made_newer,
            samples=[(FORMATS / "1/collection.delta", KEPT)],
            restore=_restored,
            damages={
                "cut": Damage(_to_file("kind=entry/*", lambda p: os.truncate(p, 300)), lost=12),
                "none": Damage(_to_file("kind=entry/*", Path.unlink), lost=12),
                "other": Damage(_to_file("kind=entry/*", lambda p: p.write_text("?")), lost=12),
                "log": Damage(_to_file("_delta_log/*2.json", lambda p: p.write_text("?")), lost=12),
                "gap": Damage(_to_file("_delta_log/*1.json", Path.unlink), lost=12),
            },
            share=0.25,
        )


@pytest.fixture
def storage(tmp_path: Path) -> DeltaStorage:
    return DeltaStorage.create(f"delta:{tmp_path}/table", Metadata(title="Test"))


FULL = Entry(
    id=entry_id("full"),
    title="Full",
    body="A text.\n",
    category=("A", "b/c"),
    contributors=(Contributor(name="Lu Xun", sort_name="Lu, Xun", alternate_name="魯迅"),),
    language="zh-Hant",
    tags=("one", "two"),
    created="1926-05",
    source=Source(uri="archive/one.txt", start=7),
    attributes={"mood": "merry"},
)


# --- an open table ------------------------------------------------------------------------------


@pytest.mark.slow
def test_other_programs_read_the_table_as_it_is(storage: DeltaStorage) -> None:
    put_all(storage, [FULL, named("other")])
    folder = _folder(storage.location)
    entries = pl.scan_delta(folder).filter(pl.col("kind") == "entry")
    row = entries.filter(pl.col("title") == "Full").collect().row(0, named=True)
    assert row["category"] == r"A/b\/c"
    assert row["contributors"] == [
        {"name": "Lu Xun", "role": "aut", "sort_name": "Lu, Xun", "alternate_name": "魯迅"}
    ]
    assert row["tags"] == ["one", "two"]
    assert (row["source_uri"], row["source_start"]) == ("archive/one.txt", 7)
    assert json.loads(row["attributes"]) == {"mood": "merry"}
    files = DeltaTable(folder).file_uris()
    found = duckdb.sql(
        "SELECT title, contributors[1].name FROM read_parquet($files, hive_partitioning = true, "
        "union_by_name = true) WHERE kind = 'entry' ORDER BY title",
        params={"files": files},
    ).fetchall()
    assert found == [("Full", "Lu Xun"), ("other", None)]


def test_rows_that_another_program_has_written_are_entries(storage: DeltaStorage) -> None:
    put_all(storage, [FULL])
    theirs = pl.DataFrame(
        {"kind": ["entry"] * 2, "id": [entry_id("x"), entry_id("y")], "title": ["10", "2"]}
    )
    write_deltalake(_folder(storage.location), theirs, mode="append", schema_mode="merge")
    x, y = Entry(id=entry_id("x"), title="10"), Entry(id=entry_id("y"), title="2")
    with storage.snapshot() as view:
        assert list(view.scan()) == [y, x, FULL]
    put_all(storage, [evolve(x, body="Changed.")])
    assert all_entries(storage) == {e.id: e for e in (y, evolve(x, body="Changed."), FULL)}


def test_a_row_that_is_no_entry_is_named_and_the_rest_is_read(storage: DeltaStorage) -> None:
    put_all(storage, [FULL])
    theirs = pl.DataFrame({"kind": ["entry"], "id": [entry_id("x")], "language": ["?"]})
    write_deltalake(_folder(storage.location), theirs, mode="append", schema_mode="merge")
    with storage.snapshot() as view, pytest.raises(CorruptCollection, match=entry_id("x")):
        view.get(entry_id("x"))
    with storage.snapshot() as view:
        found = view.scan()
        assert next(found) == FULL
        with pytest.raises(CorruptCollection, match=entry_id("x")):
            next(found)


@pytest.mark.parametrize("order", [(), (SortBy("title", descending=True),)])
def test_many_files_in_any_order_are_read_in_order(
    storage: DeltaStorage, order: tuple[SortBy, ...]
) -> None:
    entries = [named(str(number), category=(str(number % 3),)) for number in range(90)]
    for start in (60, 0, 30):
        put_all(storage, entries[start : start + 30])
    put_all(storage, [evolve(each, tags=("changed",)) for each in entries[::7]])
    with storage.snapshot() as view:
        found = list(view.scan(order=order))
        assert len(found) == 90
        titles = [each.title for each in found]
        expected = sorted(range(90), key=(lambda n: -n) if order else (lambda n: (n % 3, n)))
        assert titles == [str(number) for number in expected]
        assert list(view.scan(order=order, after=found[9].id, limit=5)) == found[10:15]


def _put_many_and_fail(storage: DeltaStorage) -> None:
    with storage.transaction() as batch:
        for number in range(600):
            batch.put(named(str(number)))
        batch.delete(entry_id("none"))


def test_a_large_block_is_staged_in_files_and_the_last_put_wins(
    storage: DeltaStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("collectionlib.storage.delta.batch.FILE_BYTES", 50_000)
    monkeypatch.setattr("collectionlib.storage.delta.batch._AT_ONCE", 50)
    put_all(storage, [named("old")])
    with storage.transaction() as batch:
        for number in range(600):
            batch.put(named(str(number), body=f"{number} " * 50))
        for number in range(0, 600, 3):
            batch.put(named(str(number), body="Again."))
        batch.delete(entry_id("1"))
        batch.delete(entry_id("old"))
        with pytest.raises(EntryNotFound):
            batch.delete(entry_id("1"))
    found = all_entries(storage)
    assert len(found) == 599
    assert all((e.body == "Again.") == (int(e.title) % 3 == 0) for e in found.values())
    files = list(_folder(storage.location).glob("kind=entry/*"))
    assert len(files) > 3
    with pytest.raises(EntryNotFound):
        _put_many_and_fail(storage)
    assert sorted(_folder(storage.location).glob("kind=entry/*")) == sorted(files)


# --- many writers -------------------------------------------------------------------------------


def test_a_task_is_done_once_however_often_it_is_tried(storage: DeltaStorage) -> None:
    for body in ("First.", "Again."):
        with storage.once("task", 1) as batch:
            batch.put(named("one", body=body))
    with storage.once("task", 2) as batch:
        batch.put(named("two"))
    assert all_entries(storage)[entry_id("one")].body == "First."
    assert len(all_entries(storage)) == 2


def test_where_others_always_come_before_nothing_is_written_nor_left(
    storage: DeltaStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("collectionlib.storage.delta.committing._PATIENCE", 0.0)
    block = ExitStack()
    block.enter_context(storage.transaction()).put(named("late"))
    put_all(DeltaStorage(storage.location), [named("early")])
    with pytest.raises(StorageError, match="written to all the time, and nothing of this was"):
        block.close()
    assert all_entries(storage) == {entry_id("early"): named("early")}
    files = [*_folder(storage.location).glob("kind=entry/*")]
    assert len(files) == 1, "what was staged in vain is taken away"


def test_writing_goes_on_while_another_sorts_the_table(storage: DeltaStorage) -> None:
    for number in range(4):
        put_all(storage, [named(f"{number} {each}") for each in range(5)])
    with storage.transaction() as batch:
        batch.put(named("1 1", body="Changed."))
        batch.delete(entry_id("2 2"))
        DeltaStorage(storage.location).optimize(keep=timedelta(days=7))
    found = all_entries(storage)
    assert len(found) == 19
    assert found[entry_id("1 1")].body == "Changed."


def test_a_writer_that_is_killed_leaves_files_that_are_found_later(
    storage: DeltaStorage,
) -> None:
    orphan = _folder(storage.location) / "kind=entry/part-0000000009-left.zstd.parquet"
    put_all(storage, [named("one")])
    orphan.write_bytes(next(_folder(storage.location).glob("kind=entry/*")).read_bytes())
    assert len(all_entries(storage)) == 1
    os.utime(orphan, (0, 0))
    storage.optimize(keep=timedelta(days=7))
    assert not orphan.exists()
    assert len(all_entries(storage)) == 1


# --- putting it in order ------------------------------------------------------------------------


@pytest.mark.slow
def test_optimizing_joins_sorts_and_deletes_and_changes_nothing(storage: DeltaStorage) -> None:
    for number in range(5):
        put_all(storage, [named(f"{number} {each}", body=str(number)) for each in range(20)])
        with storage.transaction() as batch:
            batch.set_document(f"doc-{number}", number)
            batch.set_category(Category(path=(str(number),), position=-number))
    folder = _folder(storage.location)
    with storage.snapshot() as view:
        before = list(view.scan())
        would = storage.optimize(keep=timedelta(days=7), dry_run=True)
        assert len(would.steps) == 3
        assert len(list(folder.glob("kind=entry/*"))) == 5
        assert storage.optimize(keep=timedelta(days=7)).steps == would.steps
        # Who has begun before goes on.
        assert list(view.scan()) == before
        storage.optimize(keep=timedelta(0))
        with pytest.raises(StorageError, match="cleaned up"):
            list(view.scan())
        with pytest.raises(StorageError, match="cleaned up"):
            view.get(before[0].id)
    assert len(list(folder.glob("kind=*/*"))) == 4
    with DeltaStorage.open(storage.location).snapshot() as view:
        assert list(view.scan()) == before
        assert len(view.documents()) == len(view.categories()) == 5
    assert storage.optimize(keep=timedelta(0)).steps == ()


def test_a_large_file_is_sorted_once(
    storage: DeltaStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_all(storage, [named(str(number)) for number in range(50)])
    assert storage.optimize(keep=timedelta(days=7)).steps == ()
    monkeypatch.setattr("collectionlib.storage.delta.optimizing._SURELY_SMALL", 0)
    assert storage.optimize(keep=timedelta(days=7)).steps == ("sort the entries of 1 file by id",)
    assert storage.optimize(keep=timedelta(days=7)).steps == ()
    files = DeltaTable(_folder(storage.location)).file_uris()
    (file,) = (each for each in files if "kind=entry" in each)
    ids = pl.read_parquet(file)["id"].to_list()
    assert len(ids) == 50
    assert ids == sorted(ids)


# --- what it is not -----------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["delta:x", "s3://bucket/x", "gs://bucket/x", "az://store/x"])
def test_each_scheme_has_the_back_end(scheme: str) -> None:
    assert find_storage(scheme) is DeltaStorage


def test_another_table_is_no_collection_and_not_written_over(tmp_path: Path) -> None:
    write_deltalake(tmp_path / "theirs", pl.DataFrame({"a": [1]}))
    with pytest.raises(CorruptCollection, match="not of a collection"):
        DeltaStorage.open(f"delta:{tmp_path}/theirs")
    with pytest.raises(ConflictError, match="Delta table"):
        DeltaStorage.create(f"delta:{tmp_path}/theirs", Metadata())


def test_a_folder_of_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("One")
    with pytest.raises(ConflictError, match="other files"):
        DeltaStorage.create(f"delta:{tmp_path}", Metadata())
    with pytest.raises(CollectionNotFound, match="it is a file"):
        DeltaStorage.open(f"delta:{tmp_path}/one.txt")
    assert [each.name for each in tmp_path.iterdir()] == ["one.txt"]


def test_a_making_that_was_broken_off_is_no_collection_and_can_be_done_again(
    storage: DeltaStorage,
) -> None:
    for path in _folder(storage.location).glob("_delta_log/*1.json"):
        path.unlink()
    with pytest.raises(CollectionNotFound, match="broken off"):
        DeltaStorage.open(storage.location)
    again = DeltaStorage.create(storage.location, Metadata(title="Again"))
    with again.snapshot() as view:
        assert view.metadata().title == "Again"


def test_features_that_we_do_not_know_are_refused_by_name(storage: DeltaStorage) -> None:
    log = _folder(storage.location) / "_delta_log/00000000000000000002.json"
    log.write_text(
        '{"protocol":{"minReaderVersion":3,"minWriterVersion":7,'
        '"readerFeatures":["deletionVectors"],"writerFeatures":["deletionVectors"]}}\n'
    )
    with pytest.raises(StorageError, match="deletionVectors"):
        DeltaStorage.open(storage.location)


@pytest.mark.slow
def test_without_the_packages_it_is_said_what_to_install(tmp_path: Path) -> None:
    script = (
        "import sys; sys.modules['deltalake'] = None\n"
        "from collectionlib.storage.locations import open_storage\n"
        "open_storage(sys.argv[1])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "s3://bucket/x"], check=False, capture_output=True, text=True
    )
    assert re.search(rf"{MissingExtra.__name__}.*pip install 'collectionlib\[lake\]'", done.stderr)


@pytest.mark.slow
def test_nothing_of_it_is_loaded_by_others(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from collectionlib import Collection\n"
        "Collection.create(sys.argv[1] + '/c.db').close()\n"
        "assert not {'deltalake', 'obstore', 'arro3'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", script, tmp_path], check=True)


def test_a_collection_is_copied_to_and_fro(tmp_path: Path) -> None:
    from collectionlib.copying import copy_collection

    with Collection.create("memory:", title="C") as original:
        with original.transaction() as batch:
            for each in (FULL, named("other")):
                batch.put(each)
        with Collection.create(f"delta:{tmp_path}/copy") as copy:
            assert copy_collection(original, copy).entries == 2
            assert list(copy) == list(original)


@pytest.mark.parametrize(
    ("query", "narrowed"),
    [
        ("category:A", ["one", "two"]),
        ("category:A zebra", ["one", "two"]),
        ("category:A or zebra", ["one", "three", "two"]),
        ("not category:A", ["three"]),
        ("category:nowhere", []),
        ("lang:DE", ["one"]),
        ('tag="it\'s"', ["one"]),
        ("not tag=x", ["three", "two"]),
        ("length<3", ["two"]),
        ("created<1905", ["one", "two"]),
        ("created>=1901 or title=three", ["one", "three", "two"]),
        ("title:t", ["one", "three", "two"]),
    ],
)
def test_the_engine_keeps_out_what_a_query_cannot_mean(
    tmp_path: Path, query: str, narrowed: list[str]
) -> None:
    storage = DeltaStorage.create(f"delta:{tmp_path}/t", Metadata())
    entries = [
        evolve(named("one"), category=("A", "b/c"), language="de-CH", tags=("x", "it's"),
               created="1901-02"),
        evolve(named("two"), category=("A",), body="\u00e9\u00e9",
               created="1900-05-03T23:00:00-05:00"),
        named("three"),
    ]  # fmt: skip
    put_all(storage, entries)
    predicate = parse(query)
    with storage.snapshot() as view:
        assert isinstance(view, DeltaSnapshot)
        asked = narrowing(predicate, view.terms) or "TRUE"
        found = [
            title
            for batch in Table.open(storage.location).scan(
                ("title",), f"kind = 'entry' AND ({asked})"
            )
            for title in plain(batch.column("title"))
        ]
        assert sorted(found) == narrowed
        meant = {entry.title for entry in entries if matches(predicate, entry)}
        assert {entry.title for entry in view.scan(predicate)} == meant
        assert meant <= set(found)


# --- what may be wrong in a table, and what is said ----------------------------------------------


def _append(storage: DeltaStorage, **columns: list[str]) -> None:
    write_deltalake(
        _folder(storage.location), pl.DataFrame(columns), mode="append", schema_mode="merge"
    )


def test_documents_and_metadata_that_are_no_json_are_named(storage: DeltaStorage) -> None:
    put_all(storage, [FULL])
    _append(storage, kind=["document"], id=["seen"], value=["{"])
    with storage.snapshot() as view:
        assert view.get(FULL.id) == FULL
        with pytest.raises(CorruptCollection, match="seen"):
            view.document("seen")
    _append(storage, kind=["category"], id=["Puns"], value=['{"titel": 1}'])
    with storage.snapshot() as view, pytest.raises(CorruptCollection, match="Puns"):
        view.categories()


@pytest.mark.parametrize("seconds_of_a_row", [-1.0, 4e-5, 1e6])
def test_entries_that_are_asked_for_one_by_one_come_from_a_copy_in_the_end(
    storage: DeltaStorage, monkeypatch: pytest.MonkeyPatch, seconds_of_a_row: float
) -> None:
    for name, seconds in {"_SECONDS_OF_A_ROW": seconds_of_a_row, "_LEAST_SECONDS": -1}.items():
        monkeypatch.setattr(f"collectionlib.storage.delta.snapshot.{name}", seconds)
    lots = [[named(f"{lot} {number}") for number in range(20)] for lot in range(2)]
    for lot in lots:
        put_all(storage, lot)
    with storage.snapshot() as view:
        assert [view.get(entry.id) for entry in lots[0]] == lots[0]
        nobody = entry_id("nobody")
        assert view.several([nobody, lots[1][0].id, nobody]) == {lots[1][0].id: lots[1][0]}
        with pytest.raises(EntryNotFound):
            view.get(nobody)
        view.close()
        assert view.get(lots[0][0].id) == lots[0][0]
    # The name of a file begins with the newest revision in it.
    min(_folder(storage.location).glob("kind=entry/*")).unlink()
    with storage.snapshot() as view:
        with pytest.raises(CorruptCollection):
            [view.get(entry.id) for entry in lots[0]]
        if seconds_of_a_row < 0:
            # What the copy has is read all the same.
            assert [view.get(entry.id) for entry in lots[1]] == lots[1]


def test_without_room_for_a_copy_the_table_is_asked_for_each_entry(
    storage: DeltaStorage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in "_SECONDS_OF_A_ROW", "_LEAST_SECONDS":
        monkeypatch.setattr(f"collectionlib.storage.delta.snapshot.{name}", -1)
    entries = [named(str(number)) for number in range(20)]
    put_all(storage, entries)
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", lambda: [f"{tmp_path}/nowhere"])
    monkeypatch.setenv("TMPDIR", f"{tmp_path}/nowhere")
    with storage.snapshot() as view:
        assert [view.get(entry.id) for entry in entries] == entries
        # Another order than that of the files does need room.
        with pytest.raises(StorageError, match=r"nowhere: a temporary copy .* TMPDIR"):
            [*view.scan(order=Order((SortBy("title"),)))]


def test_damaged_rows_are_passed_over_in_any_order_and_told_at_the_end(
    storage: DeltaStorage,
) -> None:
    put_all(storage, [FULL, named("one")])
    _append(storage, kind=["entry"], id=[entry_id("x")], language=["?"])
    order = Order((SortBy("title"),))
    with storage.snapshot() as view:
        found = view.scan(order=order)
        assert {next(found), next(found)} == {FULL, named("one")}
        with pytest.raises(CorruptCollection, match=entry_id("x")):
            next(found)


def test_an_entry_of_which_another_program_has_written_two_rows_is_named(
    storage: DeltaStorage,
) -> None:
    put_all(storage, [FULL, named("one")])
    _append(storage, kind=["entry"], id=[FULL.id], title=["Its twin"])
    order = Order((SortBy("title"),))
    with storage.snapshot() as view:
        for found in view.scan(), view.scan(parse("not title=x")), view.scan(order=order):
            there = [next(found), next(found)]
            assert sorted(each.id for each in there) == sorted([FULL.id, named("one").id])
            with pytest.raises(CorruptCollection, match=f"its entry {FULL.id} has 2 rows"):
                next(found)
        assert [each.id for each in view.scan(limit=9)] == [*islice(view.ids(), 2)]
        assert len([*view.scan(after=next(view.ids()), limit=9)]) == 1
        assert [damage.remedy for damage in view.damages()] == [
            "remove those that are not to be there with the program that wrote them"
        ]


@pytest.mark.skipif(not shutil.which("setpriv"), reason="no setpriv, to be nobody special with")
def test_a_folder_that_may_not_be_touched_is_no_matter_of_credentials(tmp_path: Path) -> None:
    put_all(DeltaStorage.create(f"delta:{tmp_path}/t", Metadata()), [named("one")])
    (tmp_path / "t/_delta_log").chmod(0o500)
    (tmp_path / "t/kind=entry").chmod(0)
    tmp_path.chmod(0o500)
    powers = "-dac_override,-dac_read_search"
    ours = [sys.executable, "-m", "collectionlib"]
    if os.geteuid() == 0:
        ours = ["setpriv", f"--bounding-set={powers}", f"--inh-caps={powers}", *ours]
    try:
        for options in (["init", "delta:new"], ["-L", "delta:t", "list"]):
            done = subprocess.run(
                [*ours, *options], cwd=tmp_path, capture_output=True, text=True, check=False
            )
            assert done.returncode == 1
            assert done.stderr.endswith("; see that you may read and write there\n"), done.stderr
    finally:
        tmp_path.chmod(0o700)
        (tmp_path / "t/kind=entry").chmod(0o700)


def test_messages_of_the_driver_keep_what_is_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s3cret+value")
    error = OSError("GET with s3cret+value failed: no bucket here")
    assert reason_of(error) == "GET with … failed: no bucket here"
    said = str(meaning_of(OSError("something odd"), "delta:a", "written"))
    assert said.startswith("delta:a could not be written and is as it was: something odd; ")
    assert isinstance(meaning_of(OSError("NoSuchBucket"), "s3://a/b", "read"), CollectionNotFound)
    said = str(meaning_in("a.parquet", OSError("No space left on device"), "delta:a"))
    assert said.startswith("a.parquet could not be read: No space left on device; ")

    class Theirs(Exception):
        pass

    with pytest.raises(Theirs), translated("delta:a"):
        raise Theirs


def test_a_query_that_the_engine_does_not_take_is_answered_all_the_same(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    storage = DeltaStorage.create(f"delta:{tmp_path}/t", Metadata())
    put_all(storage, [evolve(named("one"), language="de"), named("two")])
    nested: Predicate = Equals("lang", "de")
    for depth in range(60):
        nested = (AllOf, AnyOf)[depth % 2]((Equals("title", "one"), nested))
    with storage.snapshot() as view, caplog.at_level("DEBUG", "collectionlib"):
        assert [entry.title for entry in view.scan(nested)] == ["one"]
    assert "recursion limit exceeded" in caplog.text
