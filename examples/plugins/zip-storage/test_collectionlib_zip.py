"""What the author of a storage runs: the promises of every storage, but for one."""

import json
import zipfile
from pathlib import Path

import pytest
from collectionlib_zip import ABOUT, ZipStorage

from collectionlib.testing import (
    AtomicityTests,
    Damage,
    FidelityTests,
    IsolationTests,
    OpeningTests,
    Place,
    SelectionTests,
    VersionTests,
)


def make_newer(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(ABOUT, json.dumps({"format": 2}))


class TestZipStorage(
    FidelityTests, AtomicityTests, IsolationTests, SelectionTests, OpeningTests, VersionTests
):
    """`StreamingTests` is left out: it reads all into memory, and says so."""

    @pytest.fixture
    def place(self, tmp_path: Path) -> Place:
        return Place(
            ZipStorage,
            tmp_path,
            "texts-{}.textzip",
            make_newer=make_newer,
            damages={"no zip": Damage(lambda path: path.write_bytes(b"no zip"), lost=12)},
        )
