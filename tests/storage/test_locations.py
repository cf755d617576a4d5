"""Which back end a location is for, and what is said of those that are none."""

from pathlib import Path

import pytest

from collectionlib import Collection
from collectionlib.errors import CollectionNotFound, ConflictError, InvalidValueError
from collectionlib.storage.directory import DirectoryStorage
from collectionlib.storage.json_file import JsonStorage
from collectionlib.storage.locations import find_storage
from collectionlib.storage.sqlite import SqliteStorage


def test_folders_endings_and_schemes_tell_the_back_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("jokes.db").mkdir()
    Path("c:jokes").mkdir()
    Path("c:one.txt").write_text("A text.")
    assert find_storage("wishes.sqlite") is SqliteStorage
    assert find_storage("wishes.json") is JsonStorage
    # A folder is one, whatever its name.
    assert find_storage("jokes.db") is DirectoryStorage
    assert find_storage("c:jokes") is DirectoryStorage
    assert find_storage("c:new/") is DirectoryStorage
    assert find_storage("c:new.db") is SqliteStorage
    # What comes before a colon need not be a scheme.
    assert find_storage("jokes:new.db") is SqliteStorage
    assert find_storage("jokes:old/") is DirectoryStorage
    with pytest.raises(ConflictError, match="is a file, but no collection: import it"):
        find_storage("c:one.txt")
    with pytest.raises(ConflictError, match="no storage is known for made-up://x"):
        find_storage("made-up://x")
    with pytest.raises(InvalidValueError, match="name a folder"):
        find_storage(" ")


def test_a_folder_or_a_file_of_the_wrong_kind_is_no_collection(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("A text.")
    with pytest.raises(CollectionNotFound, match="it is a folder"):
        JsonStorage.open(str(tmp_path))
    with pytest.raises(ConflictError, match="file"):
        Collection.create(tmp_path / "file/", title="T")
    with pytest.raises(CollectionNotFound):
        Collection.open(tmp_path / "nowhere/")


def test_a_collection_in_a_folder_that_goes_is_not_found(tmp_path: Path) -> None:
    storage = DirectoryStorage.create(str(tmp_path / "a"), Collection.create("memory:").metadata)
    (tmp_path / "a").rename(tmp_path / "b")
    with pytest.raises(CollectionNotFound), storage.snapshot():
        pass
    (tmp_path / "b/collection.toml").unlink()
    with pytest.raises(CollectionNotFound, match=r"collection\.toml"):
        DirectoryStorage.open(str(tmp_path / "b"))
