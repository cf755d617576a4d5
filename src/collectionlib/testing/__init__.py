"""What the author of a storage runs: the conformance suite, and strategies for Hypothesis.

Needs ``pip install 'collectionlib[testing]'``. A back end passes when a subclass of
`StorageTests` with one fixture passes under pytest:

    from collectionlib.testing import Place, StorageTests

    class TestMyStorage(StorageTests):
        @pytest.fixture
        def place(self, tmp_path):
            return Place(MyStorage, tmp_path, "jokes-{}.mine")

The groups (`fidelity`, `atomicity`, `isolation`, `conflicts`, `selection`, `streaming`, `opening`,
`versions`, `history`) can be had one by one. `versions` asks the `Place` for what only the back end
knows: how a newer format looks, where samples of older ones are, how a collection can be damaged.
`history` passes over a back end that keeps no log.

Locations need not be paths, and writers need not wait for each other: a server has

    Place(MyServer, tmp_path, lambda number: f"mine://localhost/jokes-{number}",
          is_of_files=False)

Then what looks at files is skipped; where the class says ``many_writers = True``, `conflicts` takes
the place of what tries the lock.
``COLLECTIONLIB_FAULTS`` is the number of moments at which each kind of fault is tried, 40 unless
set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .storage import (
        AtomicityTests,
        ConflictTests,
        Damage,
        FidelityTests,
        HistoryTests,
        IsolationTests,
        OpeningTests,
        Place,
        SelectionTests,
        StorageTests,
        StreamingTests,
        VersionTests,
    )

__all__ = [
    "AtomicityTests",
    "ConflictTests",
    "Damage",
    "FidelityTests",
    "HistoryTests",
    "IsolationTests",
    "OpeningTests",
    "Place",
    "SelectionTests",
    "StorageTests",
    "StreamingTests",
    "VersionTests",
]


def __getattr__(name: str) -> object:
    # On first use: the processes that the suite starts by the hundred need neither pytest nor
    # Hypothesis.
    if name in __all__:
        from . import storage

        return getattr(storage, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
