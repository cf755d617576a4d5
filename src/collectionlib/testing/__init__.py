"""What the author of a storage runs: the conformance suite, and strategies for Hypothesis.

Needs ``pip install 'collectionlib[testing]'``. A back end passes when a subclass of
`StorageTests` with one fixture passes under pytest:

    from collectionlib.testing import Place, StorageTests

    class TestMyStorage(StorageTests):
        @pytest.fixture
        def place(self, tmp_path):
            return Place(MyStorage, tmp_path, "jokes-{}.mine")
"""

from __future__ import annotations

from .storage import Place, StorageTests

__all__ = ["Place", "StorageTests"]
