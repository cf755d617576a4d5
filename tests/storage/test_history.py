"""The logs of the back ends: what each keeps, loses and refuses in its own way."""

import gzip
import random
import shutil
import sqlite3
import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.storage.kept import FORMATS

from collectionlib import Collection
from collectionlib.curating.editing import edit_entries
from collectionlib.errors import ConflictError, CorruptCollection, OperationNotFound
from collectionlib.identity import entry_id
from collectionlib.importing.pipeline import import_texts
from collectionlib.model import Category, Entry, JSONValue
from collectionlib.storage.base import EVERYTHING
from collectionlib.storage.history.documents import without
from collectionlib.storage.history.operations import LONGEST_LABEL, Operation
from collectionlib.storage.history.recording import MOST_BYTES, Kept, outdated
from collectionlib.testing import faults
from collectionlib.testing.place import all_entries, named

_LONG = 40_000
_LONG_TEXTS = 600
LOCATIONS = ["jokes", "jokes.db", "jokes.json"]


@pytest.fixture(params=LOCATIONS)
def jokes(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Collection]:
    with Collection.create(tmp_path / request.param, title="Jokes") as collection:
        yield collection


def _put(collection: Collection, *entries: Entry) -> None:
    with collection.transaction() as batch:
        for entry in entries:
            batch.put(entry)


def _files(root: Path) -> dict[str, bytes]:
    """What people see of a collection in a folder."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and ".collectionlib" not in path.parts
    }


# --- all of them --------------------------------------------------------------------------------


def test_a_label_is_one_line_that_anything_can_hold() -> None:
    label = Operation("import \udcff\n" + "x" * 1_000).label
    assert label.startswith("import \\udcff ")
    assert len(label.encode()) <= LONGEST_LABEL + 2


def test_the_oldest_operations_go_as_wholes_and_the_newest_never() -> None:
    kept = [Kept(1, 1, 5), Kept(2, 2, 5), Kept(2, 3, 5), Kept(3, 4, 5)]
    assert outdated(kept, 3) == []
    assert outdated(kept, 2) == kept[:1]
    assert outdated(kept, 1) == kept[:3]
    large = [Kept(1, 1, 1), Kept(2, 2, MOST_BYTES - 1), Kept(3, 3, MOST_BYTES)]
    assert outdated(large, 100) == large[:2]
    assert outdated([*large, Kept(4, 4, 1)], 100) == large


def test_a_collection_in_memory_has_nothing_to_undo() -> None:
    with Collection.create("memory:") as collection:
        _put(collection, named("one"))
        assert collection.log() == []
        with pytest.raises(OperationNotFound):
            collection.undo()


@pytest.mark.slow
def test_an_interrupted_undoing_is_there_as_a_whole_or_not_at_all(
    jokes: Collection, tmp_path: Path
) -> None:
    if reason := faults.why_unsupported():
        pytest.skip(reason)
    _put(jokes, *(named(str(n)) for n in range(30)))
    edit_entries(jokes, "text:text", lambda entry: evolve(entry, tags=("x",), category=("C",)))
    edited = all_entries(jokes.storage)
    location = Path(jokes.location)
    suffix = location.suffix
    code = "import sys; from collectionlib import Collection as C; C.open(sys.argv[1]).undo()"
    command = [sys.executable, "-c", code]
    outcomes = set()
    calls = 0
    for number in range(6):
        copy = tmp_path / f"copy-{number}{suffix}"
        _copy(location, copy)
        at = 1 + round((number - 1) * (calls - 1) / 4) if number else 0
        fault = faults.Fault(at=at, error=None) if number else None
        done = faults.run([*command, str(copy)], fault, below=tmp_path)
        calls = calls or done.writes
        with Collection.open(copy) as found:
            undone = len(found.log()) == 3
            entries = all_entries(found.storage)
            assert all(entry.tags == (() if undone else ("x",)) for entry in entries.values())
            assert len(entries) == len(edited)
            outcomes.add(undone)
            if not undone:
                found.undo()
                assert not any(entry.tags for entry in found)
    assert outcomes == {True, False}


def _copy(source: Path, target: Path) -> None:
    for path in source.parent.glob(f"*{source.name}*"):
        if path.name.endswith((".lock", "-wal", "-shm")):
            continue
        copy = target.with_name(path.name.replace(source.name, target.name))
        (shutil.copytree if path.is_dir() else shutil.copy)(path, copy)


def test_two_imports_at_one_moment_are_two_operations(
    jokes: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1500000000")
    (tmp_path / "texts").mkdir()
    for name in ("one", "two"):
        (tmp_path / f"texts/{name}.txt").write_text(f"The text of {name}.")
        import_texts(jokes, tmp_path / "texts")
    assert [each.added for each in jokes.log()] == [1, 1]


def test_an_older_import_is_undone_though_others_have_noted_their_origins(
    jokes: Collection, tmp_path: Path
) -> None:
    for name in ("one", "two", "three"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "text.txt").write_text(f"The text of {name}.")
    import_texts(jokes, tmp_path / "one")
    alone = _origins(jokes)
    import_texts(jokes, tmp_path / "two")
    both = _origins(jokes)
    import_texts(jokes, tmp_path / "three")
    jokes.undo(2)
    assert {entry.body for entry in jokes} == {"The text of one.", "The text of three."}
    assert _origins(jokes).keys() == {"one", "three"}
    jokes.undo(3)
    assert _origins(jokes) == alone
    # Another folder of that name gets it, since nobody has it any more.
    (tmp_path / "two").rename(tmp_path / "elsewhere")
    (tmp_path / "two").mkdir()
    (tmp_path / "two/text.txt").write_text("Somebody else's.")
    import_texts(jokes, tmp_path / "two")
    assert _origins(jokes).keys() == {"one", "two"}
    with pytest.raises(ConflictError):
        jokes.undo(4)
    jokes.undo(6)
    jokes.undo(4)
    assert _origins(jokes) == both
    jokes.undo(1)
    jokes.undo(2)
    assert (list(jokes), _origins(jokes)) == ([], {})


def _origins(collection: Collection) -> dict[str, object]:
    with collection.snapshot() as view:
        return cast("dict[str, object]", view.document("origins") or {})


@pytest.mark.slow
@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.integers(0, 1)), min_size=3, max_size=5))
@settings(max_examples=30, deadline=None)
def test_a_document_loses_what_one_operation_did_and_nothing_else(
    values: list[dict[str, int]],
) -> None:
    with TemporaryDirectory() as place, Collection.create(Path(place, "a.json")) as collection:
        kept: list[dict[str, int]] = [{}]
        for value in values:
            with collection.transaction() as batch:
                batch.set_document("seen", cast("JSONValue", value))
            if value != kept[-1] or len(kept) == 1:
                kept.append(value)
        for number in range(1, len(kept)):
            before, after, last = kept[number - 1], kept[number], kept[-1]
            mine = {key for key in "abc" if before.get(key) != after.get(key)}
            in_the_way = {
                key for key in mine if last.get(key) not in (before.get(key), after.get(key))
            }
            with collection.snapshot() as view:
                left = without(view, "seen", view.document("seen"), [number])  # type: ignore[arg-type]
            assert left is not None
            assert left.has_conflict == bool(in_the_way)
            mended = {key: value for key, value in last.items() if key not in mine}
            mended |= {key: before[key] for key in mine if key in before}
            assert (left.value or {}) == mended


@pytest.mark.slow
@pytest.mark.parametrize("removes", [False, True])
def test_memory_does_not_grow_with_what_is_undone(jokes: Collection, *, removes: bool) -> None:
    with jokes.transaction() as batch:
        for number in range(_LONG_TEXTS):
            body = random.Random(number).randbytes(_LONG // 2).hex()
            batch.put(Entry(id=entry_id(str(number)), title=f"Entry {number}", body=body))
    edit_entries(jokes, EVERYTHING, lambda entry: None if removes else evolve(entry, language="en"))
    tracemalloc.start()
    done = jokes.undo()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (done.restored if removes else done.changed) == _LONG_TEXTS
    # A batch waits until it has 4 MB; ids and places are remembered.
    assert peak < _LONG_TEXTS * _LONG / 2


# --- a folder -----------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Collection]:
    with Collection.create(tmp_path / "folder", title="Folder") as collection:
        yield collection


def test_files_that_a_person_has_laid_out_come_back_to_the_letter(folder: Collection) -> None:
    root = Path(folder.location)
    (root / "Puns").mkdir()
    (root / "Puns/mine.txt").write_text("---\n# a comment\ntags: [a,\n  b]\n---\nA pun.\n\n")
    (root / "bare.md").write_text("Only *text*.")
    _put(folder, named("three", category=("Puns",)))
    before = _files(root)
    for edit in (
        lambda entry: evolve(entry, language="en"),
        lambda entry: evolve(entry, category=("Elsewhere",)),
        lambda _: None,
    ):
        edit_entries(folder, EVERYTHING, edit)
        assert _files(root) != before
        folder.undo()
        assert _files(root) == before


def test_a_hand_edit_stands_in_the_way_of_undoing_what_came_before(folder: Collection) -> None:
    _put(folder, named("one"), named("two"))
    edit_entries(folder, "title:one", lambda entry: evolve(entry, language="en"))
    path = Path(folder.location, "one.txt")
    path.write_text(path.read_text().replace("The text", "My text"))
    with pytest.raises(ConflictError, match=entry_id("one")):
        folder.undo()
    assert "My text" in path.read_text()
    folder.undo(force=True)
    assert "The text" in path.read_text()


def test_an_entry_whose_place_was_taken_comes_back_at_another(folder: Collection) -> None:
    root = Path(folder.location)
    (root / "one.txt").write_text("Without a title of its own.")
    (entry,) = folder
    edit_entries(folder, "title:one", lambda _: None)
    (root / "one.txt").write_text("---\nid: 0chgm9qjpmfdsafq\n---\nSomebody else's.")
    folder.undo()
    assert {each.id: each.body for each in folder} == {
        entry.id: "Without a title of its own.",
        "0chgm9qjpmfdsafq": "Somebody else's.",
    }
    assert folder.get(entry.id).title == "one"


def _damage(collection: Collection, number: int) -> None:
    """Make the record of a transaction unreadable, in whatever the collection is kept."""
    location = Path(collection.location)
    if location.suffix == ".db":
        with closing(sqlite3.connect(location)) as database, database:
            database.execute("UPDATE log SET moment = 'then' WHERE number = ?", (number,))
        return
    folder = location / ".collectionlib" if location.is_dir() else location.parent
    (record,) = folder.rglob(f"*.{number}.jsonl.gz")
    record.write_bytes(gzip.compress(b'{"number":'))


@pytest.mark.parametrize("kept_in", ["folder", "json_file", "database"])
def test_a_record_that_is_damaged_is_named_and_the_others_are_undone(
    kept_in: str, request: pytest.FixtureRequest
) -> None:
    collection: Collection = request.getfixturevalue(kept_in)
    for name in ("one", "two", "three"):
        _put(collection, named(name))
    _damage(collection, 2)
    assert [(each.number, bool(each.damage)) for each in collection.log()] == [
        (3, False), (2, True), (1, False),
    ]  # fmt: skip
    with collection.snapshot() as view:
        assert [str(each) for each in view.damages()] == [collection.log()[1].damage]
    collection.undo()
    with pytest.raises(CorruptCollection, match="2"):
        collection.undo()
    with pytest.raises(CorruptCollection, match="2"):
        collection.undo(to=1)
    collection.undo(1)
    assert [each.title for each in collection] == ["two"]
    _damage(collection, 5)
    _put(collection, named("four"))
    assert [each.number for each in collection.log()] == [6, 5, 4, 3, 2, 1]


# --- a JSON file --------------------------------------------------------------------------------


@pytest.fixture
def json_file(tmp_path: Path) -> Iterator[Collection]:
    with Collection.create(tmp_path / "jokes.json", title="Jokes") as collection:
        yield collection


def _without_number(path: Path) -> bytes:
    first, rest = path.read_bytes().split(b"\n", 1)
    return first.split(b',"log"')[0].rstrip(b",") + b"\n" + rest


def test_a_json_file_is_the_same_after_undoing_but_for_the_number(json_file: Collection) -> None:
    path = Path(json_file.location)
    with json_file.transaction() as batch:
        batch.put(named("one", category=("A",)))
        batch.set_category(Category(path=("A",), title="Ah"))
        batch.set_document("seen", [1])
    # As a person would write it.
    path.write_bytes(path.read_bytes().replace(b'"title":"one"', b'"title": "one" '))
    before = _without_number(path)
    with json_file.transaction() as batch:
        batch.put(named("one", body="Changed."))
        batch.put(named("two"))
        batch.set_category(Category(path=("A",), position=3))
        batch.set_document("seen", None)
    json_file.undo()
    assert _without_number(path) == before
    json_file.undo(3)
    assert {entry.body for entry in json_file} == {"Changed.", "The text of two.\n"}


def test_a_json_file_that_was_put_back_has_the_log_of_its_moment(json_file: Collection) -> None:
    path = Path(json_file.location)
    _put(json_file, named("one"))
    copy = path.read_bytes()
    _put(json_file, named("two"))
    _put(json_file, named("three"))
    path.write_bytes(copy)
    assert [each.number for each in json_file.log()] == [1]
    _put(json_file, named("four"))
    assert [each.number for each in json_file.log()] == [2, 1]
    json_file.undo()
    assert all_entries(json_file.storage) == {entry_id("one"): named("one")}


def test_a_copy_of_a_json_file_begins_without_a_log(json_file: Collection, tmp_path: Path) -> None:
    _put(json_file, named("one"))
    shutil.copy(json_file.location, tmp_path / "copy.json")
    with Collection.open(tmp_path / "copy.json") as copy:
        assert copy.log() == []
        _put(copy, named("two"))
        copy.undo()
        assert all_entries(copy.storage) == {entry_id("one"): named("one")}


# --- a database ---------------------------------------------------------------------------------


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Collection]:
    with Collection.create(tmp_path / "jokes.db", title="Jokes") as collection:
        yield collection


def _executed(collection: Collection, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(collection.location)) as connection, connection:
        connection.execute(statement, values)


def test_what_another_program_has_changed_stands_in_the_way(database: Collection) -> None:
    _put(database, named("one"))
    edit_entries(database, "title:one", lambda entry: evolve(entry, language="en"))
    _executed(database, "UPDATE entries SET rights = 'CC0-1.0'")
    with pytest.raises(ConflictError):
        database.undo()
    database.undo(force=True)
    assert list(database) == [named("one")]


def test_a_spoilt_row_that_was_removed_is_not_made_up(database: Collection) -> None:
    _put(database, named("one"), named("two"))
    _executed(database, "UPDATE entries SET attributes = '[' WHERE id = ?", entry_id("one"))
    with database.transaction() as batch:
        batch.delete(entry_id("one"))
        batch.delete(entry_id("two"))
    with pytest.raises(ConflictError, match=entry_id("one")):
        database.undo()
    assert database.undo(force=True).conflicts == (f"entry {entry_id('one')}",)
    assert list(database) == [named("two")]


def test_an_older_database_has_an_empty_log_until_it_is_written_to(tmp_path: Path) -> None:
    shutil.copy(FORMATS / "1/collection.db", tmp_path / "old.db")
    before = (tmp_path / "old.db").stat()
    with Collection.open(tmp_path / "old.db") as old:
        assert old.log() == []
        assert (tmp_path / "old.db").stat() == before
        entries = list(old)
        _put(old, named("one"))
        assert old.undo().removed == 1
        assert list(old) == entries


def test_removing_many_entries_and_putting_some_again_is_one_block(database: Collection) -> None:
    entries = [named(str(n)) for n in range(20)]
    _put(database, *entries)
    with database.transaction() as batch:
        for entry in entries:
            batch.delete(entry.id)
        batch.put(evolve(entries[0], body="Again."))
        batch.delete(entries[0].id)
        batch.put(evolve(entries[1], body="Again."))
    assert [entry.body for entry in database] == ["Again."]
    database.undo()
    assert sorted(database, key=lambda entry: entry.id) == sorted(
        entries, key=lambda entry: entry.id
    )


def test_what_has_been_undone_or_never_was_is_not_undone(jokes: Collection) -> None:
    _put(jokes, named("one"))
    number = jokes.log()[0].number
    jokes.undo()
    with pytest.raises(OperationNotFound, match=f"operation {number} has been undone already"):
        jokes.undo(number)
    last = jokes.log()[0].number
    with pytest.raises(OperationNotFound):
        jokes.undo(to=last)
    with pytest.raises(OperationNotFound):
        jokes.undo(last + 7)


def test_metadata_and_documents_of_any_kind_are_undone(jokes: Collection) -> None:
    with jokes.transaction() as batch:
        batch.set_metadata(evolve(jokes.metadata, title="Wishes"))
        batch.set_document("list", [1])
    with jokes.transaction() as batch:
        batch.set_document("list", {"a": 1})
    first, second = (each.number for each in reversed([*jokes.log()][:2]))
    with jokes.snapshot() as view:
        # It was no object, and what it became is not what the log says.
        assert without(view, "list", {"a": 1}, [second]) is None  # type: ignore[arg-type]
        assert without(view, "list", [1], [first]) is None  # type: ignore[arg-type]
        assert without(view, "list", {"b": 1}, [second]) is None  # type: ignore[arg-type]
        assert without(view, "none", None, [second]) is None  # type: ignore[arg-type]
    with pytest.raises(ConflictError):
        jokes.undo(first)
    jokes.undo(to=first - 1)
    with jokes.snapshot() as view:
        assert (view.metadata().title, view.document("list")) == ("Jokes", None)
