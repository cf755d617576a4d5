"""A folder on a file system that does not tell apart ``One.txt`` and ``one.TXT``."""

import ctypes.util
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from collectionlib.identity import entry_id
from collectionlib.model import Entry, Metadata
from collectionlib.storage.directory import DirectoryStorage
from collectionlib.testing import FidelityTests, OpeningTests, Place

FILE_SYSTEM = Path(__file__).with_name("case_insensitive.py")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (ctypes.util.find_library("fuse") and os.access("/dev/fuse", os.W_OK)),
        reason="no file system in user space can be made: there is no libfuse, or no /dev/fuse",
    ),
]


@pytest.fixture(scope="module")
def mounted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    below, mounted = (tmp_path_factory.mktemp(name) for name in ("below", "mounted"))
    with subprocess.Popen([sys.executable, FILE_SYSTEM, below, mounted]) as process:
        for _ in range(500):
            if os.path.ismount(mounted):
                break
            time.sleep(0.02)
        else:
            process.kill()
            pytest.fail("the file system has not been mounted")
        yield mounted
        subprocess.run(["fusermount", "-u", mounted], check=True)


# What is chosen does not depend on names of files, and takes minutes through Python.
class TestDirectoryThatDoesNotTellCaseApart(FidelityTests, OpeningTests):
    @pytest.fixture
    def place(self, mounted: Path, request: pytest.FixtureRequest) -> Place:
        folder = mounted / request.node.name
        folder.mkdir()
        return Place(DirectoryStorage, folder)


def test_it_is_such_a_file_system(mounted: Path) -> None:
    (mounted / "Café.txt").write_text("one")
    assert (mounted / "CAFE\u0301.TXT").read_text() == "one"
    (mounted / "Café.txt").rename(mounted / "café.txt")
    assert "café.txt" in {path.name for path in mounted.iterdir()}


def test_files_that_people_have_made_are_not_written_over(mounted: Path) -> None:
    root = mounted / "jokes"
    storage = DirectoryStorage.create(str(root), Metadata(title="Jokes"))
    (root / "PUNS").mkdir()
    (root / "PUNS/ONE.TXT").write_text("By hand.\n")
    (root / "two.TXT").mkdir()
    with storage.transaction() as batch:
        batch.put(Entry(id=entry_id("one"), title="One", body="1\n", category=("Puns",)))
        batch.put(Entry(id=entry_id("two"), title="Two", body="2\n"))
    with storage.transaction() as batch:
        batch.put(Entry(id=entry_id("one"), title="One", body="1\n", category=("puns",)))
    with DirectoryStorage.open(str(root)).snapshot() as view:
        found = {(entry.category, entry.body) for entry in view.scan()}
    assert found == {(("PUNS",), "By hand."), (("puns",), "1\n"), ((), "2\n")}
