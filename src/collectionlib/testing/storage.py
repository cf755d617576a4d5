"""The promises of a storage, as tests: each group is one of `collectionlib.storage.base`.

Hypothesis runs inside plain tests: a property that is a method of a shared class would be one
property with several executors.
"""

from __future__ import annotations

from .atomicity import AtomicityTests
from .conflicts import ConflictTests
from .fidelity import FidelityTests
from .history import HistoryTests
from .isolation import IsolationTests
from .opening import OpeningTests
from .place import Damage, Place
from .selection import SelectionTests
from .streaming import StreamingTests
from .versions import VersionTests

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


class StorageTests(
    FidelityTests,
    AtomicityTests,
    IsolationTests,
    ConflictTests,
    SelectionTests,
    StreamingTests,
    OpeningTests,
    VersionTests,
    HistoryTests,
):
    """Subclass this with a fixture ``place`` that gives a `Place`."""
