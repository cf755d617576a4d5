from pathlib import Path

import pytest

from collectionlib.storage.delta import DeltaStorage
from collectionlib.testing import Place, StorageTests


class TestDeltaStorage(StorageTests):
    @pytest.fixture
    def place(self, tmp_path: Path) -> Place:
        return Place(
            DeltaStorage,
            tmp_path,
            pattern=f"delta:{tmp_path}/collection-{{}}".format,
            many_writers=True,
            share=0.3,
        )
