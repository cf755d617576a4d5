from pathlib import Path

import pytest

from collectionlib.storage.memory import MemoryStorage
from collectionlib.testing import Place, StorageTests


class TestMemoryStorage(StorageTests):
    @pytest.fixture
    def place(self, tmp_path: Path) -> Place:
        return Place(MemoryStorage, tmp_path, "memory:{}", outlives=False)
