from pathlib import Path

import pytest

from collectionlib.storage.json_file import JsonStorage
from collectionlib.testing import Place, StorageTests


class TestJsonStorage(StorageTests):
    @pytest.fixture
    def place(self, tmp_path: Path) -> Place:
        return Place(JsonStorage, tmp_path, "collection-{}.json")
