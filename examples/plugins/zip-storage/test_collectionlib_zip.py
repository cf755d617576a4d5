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


def make_newer(location: str) -> None:
    with zipfile.ZipFile(location, "w") as archive:
        archive.writestr(ABOUT, json.dumps({"format": 2}))


def spoil(location: str) -> None:
    Path(location).write_bytes(b"no zip")


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
            damages={"no zip": Damage(spoil, lost=12)},
        )
