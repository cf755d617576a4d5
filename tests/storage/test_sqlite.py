from pathlib import Path

import pytest

from collectionlib.storage.sqlite import SqliteStorage
from collectionlib.testing import Place, StorageTests


class TestSqliteStorage(StorageTests):
    @pytest.fixture
    def place(self, tmp_path: Path) -> Place:
        return Place(SqliteStorage, tmp_path, pattern="collection-{}.db")
