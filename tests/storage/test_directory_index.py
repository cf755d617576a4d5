"""The index of a large folder: it makes listing fast, and nothing depends on it."""

import os
import sys
import time
from pathlib import Path

import pytest

from collectionlib.identity import entry_id
from collectionlib.model import Category, Entry, Metadata
from collectionlib.storage.directory import DirectoryStorage
from collectionlib.storage.directory import index as index_module

FILES = 40
opened: list[str] = []
sys.addaudithook(
    lambda event, arguments: (
        opened.append(str(arguments[0]))
        if event == "open" and str(arguments[0]).endswith(".txt")
        else None
    )
)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COLLECTIONLIB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(index_module, "_SMALLEST", 5)
    return tmp_path / "cache"


@pytest.fixture
def jokes(tmp_path: Path, cache: Path) -> DirectoryStorage:
    storage = DirectoryStorage.create(str(tmp_path / "jokes"), Metadata(title="Jokes"))
    with storage.transaction() as batch:
        for number in range(FILES):
            batch.put(Entry(id=entry_id(str(number)), title=f"T{number:02}", category=("A", "B")))
    return storage


def _titles(storage: DirectoryStorage) -> list[str]:
    with storage.snapshot() as view:
        return [entry.title for entry in view.scan()]


def _count(storage: DirectoryStorage) -> int:
    with storage.snapshot() as view:
        return len(view)


def _grown_old(storage: DirectoryStorage) -> None:
    """Wait until no file is too young for the index, and let it be made."""
    time.sleep(2.1)
    assert _count(storage) == FILES


@pytest.mark.slow
def test_files_that_have_not_changed_are_not_opened_again(
    jokes: DirectoryStorage, cache: Path
) -> None:
    _grown_old(jokes)
    opened.clear()
    assert _count(jokes) == FILES
    with jokes.snapshot() as view:
        assert view.category_counts() == {("A", "B"): FILES}
        assert len(list(view.ids())) == FILES
    assert opened == []
    assert len(list(cache.rglob("*"))) == 2, "one file in one folder"


@pytest.mark.slow
def test_nothing_of_it_is_in_the_collection_and_it_may_go(
    jokes: DirectoryStorage, cache: Path
) -> None:
    before = sorted(Path(jokes.location).rglob("*"))
    _grown_old(jokes)
    assert sorted(Path(jokes.location).rglob("*")) == before
    (index,) = (path for path in cache.rglob("*") if path.is_file())
    for damage in (b"", b"\xff" * 100, index.read_bytes()[:-3]):
        index.write_bytes(damage)
        assert _count(jokes) == FILES
    index.unlink()
    assert _count(jokes) == FILES


@pytest.mark.slow
def test_an_edit_of_the_same_size_in_the_same_tick_is_noticed(jokes: DirectoryStorage) -> None:
    path = Path(jokes.location, "A/B/T07.txt")
    text = path.read_text()
    for number in range(200):
        path.write_text(text.replace("T07", f"{number:03}"))
        assert f"{number:03}" in _titles(jokes)


@pytest.mark.slow
def test_an_edit_that_keeps_size_and_time_is_noticed(jokes: DirectoryStorage) -> None:
    _grown_old(jokes)
    path = Path(jokes.location, "A/B/T07.txt")
    before = path.stat()
    path.write_text(path.read_text().replace(entry_id("7"), entry_id("x")))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    with jokes.snapshot() as view:
        assert view.known([entry_id("7"), entry_id("x")]) == {entry_id("x")}


@pytest.mark.slow
def test_renames_removals_and_new_files_are_noticed(jokes: DirectoryStorage) -> None:
    _grown_old(jokes)
    folder = Path(jokes.location, "A/B")
    (folder / "T01.txt").rename(folder.parent / "moved.txt")
    (folder / "T02.txt").unlink()
    (folder / "new.txt").write_text("New.")
    with jokes.snapshot() as view:
        assert view.category_counts() == {("A", "B"): FILES - 1, ("A",): 1}
        assert view.get(entry_id("1")).category == ("A",)


@pytest.mark.slow
def test_a_copy_is_another_entry_with_and_without_the_index(jokes: DirectoryStorage) -> None:
    folder = Path(jokes.location, "A/B")
    (folder / "T01 copy.txt").write_bytes((folder / "T01.txt").read_bytes())
    time.sleep(2.1)
    for _ in range(2):
        with jokes.snapshot() as view:
            ids = list(view.ids())
        assert len(ids) == len(set(ids)) == FILES + 1


@pytest.mark.slow
def test_positions_that_change_later_count(jokes: DirectoryStorage) -> None:
    (Path(jokes.location) / "root.txt").write_text("Root.")
    with jokes.transaction() as batch:
        batch.put(Entry(id=entry_id("z"), title="Z", category=("Z",)))
    time.sleep(2.1)
    assert _titles(jokes)[-1] == "Z"
    with jokes.transaction() as batch:
        batch.set_category(Category(path=("Z",), position=1))
    assert _titles(jokes)[:2] == ["root", "Z"]


@pytest.mark.slow
def test_writers_and_old_snapshots_agree_with_it(jokes: DirectoryStorage) -> None:
    _grown_old(jokes)
    with jokes.snapshot() as view:
        with jokes.transaction() as batch:
            batch.put(Entry(id=entry_id("3"), title="Changed"))
            batch.delete(entry_id("4"))
        assert {entry.title for entry in view.scan()} == {f"T{n:02}" for n in range(FILES)}
    assert set(_titles(jokes)) == {f"T{n:02}" for n in range(FILES)} - {"T03", "T04"} | {"Changed"}


@pytest.mark.slow
def test_without_a_cache_there_is_none(
    jokes: DirectoryStorage, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLLECTIONLIB_CACHE", "")
    _grown_old(jokes)
    assert not cache.exists()
    monkeypatch.setenv("COLLECTIONLIB_CACHE", "/proc/nowhere")
    assert _count(jokes) == FILES
