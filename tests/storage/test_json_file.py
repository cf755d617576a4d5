import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.storage.kept import FORMATS, KEPT

from collectionlib.errors import ConflictError, CorruptCollection, NewerFormat
from collectionlib.identity import entry_id
from collectionlib.model import Category, Entry, Metadata
from collectionlib.storage.json_file import JsonStorage
from collectionlib.testing import Damage, Place, StorageTests
from collectionlib.testing.place import named


def _edited(old: bytes, new: bytes) -> Callable[[str], object]:
    """A change of the first place at which something stands."""

    def edit(location: str) -> None:
        data = Path(location).read_bytes()
        assert old in data
        Path(location).write_bytes(data.replace(old, new, 1))

    return edit


def _cut(length: int) -> Callable[[str], object]:
    return lambda location: os.truncate(location, Path(location).stat().st_size - length)


def _written(data: bytes) -> Callable[[str], object]:
    return lambda location: Path(location).write_bytes(data)


class TestJsonStorage(StorageTests):
    @pytest.fixture
    def place(self, tmp_path: Path) -> Place:
        return Place(
            JsonStorage,
            tmp_path,
            "collection-{}.json",
            make_newer=_edited(b'{"schema_version":1', b'{"schema_version":2'),
            samples=[(FORMATS / "1/collection.json", KEPT)],
            damages={
                "no JSON": Damage(_written(b"no JSON at all"), lost=12),
                "empty": Damage(_written(b""), lost=12),
                "cut in an entry": Damage(_cut(9), lost=1),
                "cut before the end": Damage(_cut(4)),
                "a bad line": Damage(_edited(b'"title":"entry 1"', b'"title"'), lost=1),
                "an unknown key": Damage(
                    _edited(b'"title":"entry 1"', b'"titel":"entry 1"'), lost=1
                ),
                "no UTF-8": Damage(_edited(b"The text", b"The t\xebxt"), lost=1),
                "an id twice": Damage(
                    _edited(named("entry 3").id.encode(), named("entry 1").id.encode()), lost=1
                ),
            },
        )


@pytest.fixture
def jokes(tmp_path: Path) -> JsonStorage:
    storage = JsonStorage.create(str(tmp_path / "jokes.json"), Metadata(title="Jokes"))
    with storage.transaction() as batch:
        batch.set_category(Category(path=("B",), position=1))
        batch.set_category(Category(path=("A",), position=2))
        for name in ("one", "two", "three"):
            batch.put(Entry(id=entry_id(name), title=name, body="x\ny", category=("A",)))
    return storage


def _titles(storage: JsonStorage) -> set[str]:
    with storage.snapshot() as view:
        return {entry.title for entry in view.scan()}


@pytest.mark.parametrize("indent", [None, 2])
def test_a_document_in_another_layout_opens_too(jokes: JsonStorage, indent: int | None) -> None:
    path = Path(jokes.location)
    document = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(dict(reversed(document.items())), indent=indent), "utf-8")
    again = JsonStorage.open(jokes.location)
    assert _titles(again) == {"one", "two", "three"}
    with again.transaction() as batch:
        batch.delete(entry_id("one"))
    assert _titles(again) == {"two", "three"}
    with again.snapshot() as view:
        assert [category.path for category in view.categories()] == [("B",), ("A",)]


def test_one_bad_line_is_named_and_the_rest_is_readable(jokes: JsonStorage) -> None:
    path = Path(jokes.location)
    lines = path.read_text("utf-8").split("\n")
    bad = next(number for number, line in enumerate(lines, start=1) if '"two"' in line)
    lines[bad - 1] = '{"id": "broken",'
    path.write_text("\n".join(lines), "utf-8")
    found = []
    with jokes.snapshot() as view:
        with pytest.raises(CorruptCollection) as raised:
            found.extend(entry.title for entry in view.scan())
        assert view.get(entry_id("three")).title == "three"
    assert set(found) == {"one", "three"}
    assert raised.value.line == bad
    before = path.read_bytes()
    with pytest.raises(CorruptCollection), jokes.transaction() as batch:
        batch.put(Entry(id=entry_id("four")))
    assert path.read_bytes() == before, "what could still be mended is not dropped"


@pytest.mark.parametrize("cut", [10, 40, 80])
def test_a_file_that_is_cut_off_is_no_whole_one(jokes: JsonStorage, cut: int) -> None:
    path = Path(jokes.location)
    path.write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(CorruptCollection) as raised, jokes.snapshot() as view:
        list(view.scan())
    assert raised.value.line


def test_an_id_that_stands_twice_is_named(jokes: JsonStorage) -> None:
    path = Path(jokes.location)
    text = path.read_text("utf-8")
    path.write_text(text.replace(entry_id("two"), entry_id("one")), "utf-8")
    with pytest.raises(CorruptCollection, match="already"), jokes.snapshot() as view:
        list(view.scan())


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ('{"schema_version": 99, "entries": []}', NewerFormat),
        ('{"entries": []}', CorruptCollection),
        ("[]", CorruptCollection),
        ("", CorruptCollection),
        ("{", CorruptCollection),
        ('{"schema_version": 1, "metadata": {"titel": "x"}, "entries": []}', CorruptCollection),
    ],
)
def test_what_is_no_document_of_ours(tmp_path: Path, text: str, error: type[Exception]) -> None:
    path = tmp_path / "jokes.json"
    path.write_text(text)
    with pytest.raises(error):
        JsonStorage.open(str(path))
    assert path.read_text() == text


def test_somebody_s_file_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_text("{}")
    with pytest.raises(ConflictError):
        JsonStorage.create(str(path), Metadata())
    assert path.read_text() == "{}"
    assert list(tmp_path.iterdir()) == [path]


def test_entries_stand_in_reading_order_one_a_line(jokes: JsonStorage) -> None:
    with jokes.transaction() as batch:
        batch.put(Entry(id=entry_id("b"), title="b", category=("B",)))
    lines = Path(jokes.location).read_text("utf-8").splitlines()
    titles = [json.loads(line.rstrip(","))["title"] for line in lines if line.startswith('{"id"')]
    assert titles == ["b", "one", "three", "two"]


def test_what_a_killed_writer_has_left_goes_with_the_next(jokes: JsonStorage) -> None:
    path = Path(jokes.location)
    leftover = path.with_name(f".{path.name}.writing-abc")
    other = path.with_name(".other.json.writing-abc")
    leftover.write_text("half")
    other.write_text("half")
    with jokes.transaction() as batch:
        batch.delete(entry_id("one"))
    assert not leftover.exists()
    assert other.exists()
