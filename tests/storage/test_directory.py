from pathlib import Path

import pytest

from collectionlib.storage.directory import DirectoryStorage
from collectionlib.testing import Place, StorageTests


class TestDirectoryStorage(StorageTests):
    @pytest.fixture
    def place(self, tmp_path: Path) -> Place:
        return Place(DirectoryStorage, tmp_path)
