"""What a transaction of a folder collects before it is committed, and finds of a committed one."""

from pathlib import Path

import pytest

from collectionlib.errors import StorageError
from collectionlib.storage.directory.generation import MANIFEST, Generation
from collectionlib.storage.directory.staging import Staging


def _staging(folder: Path) -> Staging:
    (folder / "new").mkdir(parents=True)
    return Staging("jokes/", folder)


def test_each_file_has_the_next_number(tmp_path: Path) -> None:
    staging = _staging(tmp_path / "12")
    assert [staging.keep(b"one"), staging.keep(b"two")] == [0, 1]
    with staging.keeping() as (number, out):
        out.write(b"three")
    assert number == 2
    assert staging.keep(b"four") == 3
    assert [staging.kept(each) for each in range(4)] == [b"one", b"two", b"three", b"four"]


def test_what_is_abandoned_is_gone_and_what_is_gone_already_too(tmp_path: Path) -> None:
    staging = _staging(tmp_path / "12")
    staging.keep(b"one")
    staging.abandon()
    assert list(tmp_path.iterdir()) == []
    staging.abandon()


def test_a_file_that_cannot_be_written_names_the_collection(tmp_path: Path) -> None:
    staging = _staging(tmp_path / "12")
    staging.abandon()
    with pytest.raises(StorageError) as raised:
        staging.keep(b"one")
    assert raised.value.location == "jokes/"


def test_a_generation_has_the_number_of_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "12"
    folder.mkdir()
    (folder / MANIFEST).write_bytes(b'{"puts":{"a.txt":0},"replaced":{"a.txt":3}}')
    found = Generation.load(folder)
    assert found.number == 12
    assert (found.new("a.txt"), found.old("a.txt")) == (folder / "new/0", folder / "old/3")
    assert found.manifest.touches("a.txt")
    assert not found.manifest.touches("b.txt")
    assert not found.applied
