"""Files and folders that are replaced as a whole, and what killed writers leave."""

import os
import time
from contextlib import suppress
from pathlib import Path

import pytest

from collectionlib.storage.durable import hold, prefix_of, remove_abandoned
from collectionlib.storage.durable_folders import exchange, replacing_folder


def test_what_is_left_behind_goes_and_what_is_held_or_new_stays(tmp_path: Path) -> None:
    target = tmp_path / "book.epub"
    names = ("old", "new", "held", "folder")
    old, new, held, folder = (tmp_path / f"{prefix_of(target)}{name}" for name in names)
    for path in (old, new, held):
        path.write_bytes(b"half")
    folder.mkdir()
    (folder / "page.html").write_bytes(b"half")
    for path in (old, held, folder):
        os.utime(path, (time.time() - 3_600,) * 2)
    descriptor = os.open(held, os.O_RDONLY)
    try:
        assert hold(descriptor)
        remove_abandoned(target)
    finally:
        os.close(descriptor)
    assert {*tmp_path.iterdir()} == {new, held}
    remove_abandoned(tmp_path / "nowhere/book.epub")


def test_folders_change_places_or_stay(tmp_path: Path) -> None:
    new, old = tmp_path / "new", tmp_path / "old"
    for folder in (new, old):
        folder.mkdir()
        (folder / folder.name).write_bytes(b"")
    exchange(new, old)
    assert [*old.iterdir()] == [old / "new"]
    assert [*new.iterdir()] == [new / "old"]
    with pytest.raises(FileNotFoundError):
        exchange(tmp_path / "absent", old)
    assert [*old.iterdir()] == [old / "new"]


@pytest.mark.parametrize("is_there", [True, False])
def test_a_folder_that_stepped_aside_for_one_that_never_came_is_back(
    tmp_path: Path, is_there: bool
) -> None:
    target = tmp_path / "site"
    aside = tmp_path / ".site.replaced"
    aside.mkdir()
    (aside / "index.html").write_text("before")
    if is_there:
        target.mkdir()
        (target / "index.html").write_text("after")
    with suppress(ZeroDivisionError), replacing_folder(target) as folder:
        (folder / "index.html").write_text("half")
        raise ZeroDivisionError
    assert (target / "index.html").read_text() == ("after" if is_there else "before")
    assert [*tmp_path.iterdir()] == [target]
