"""SQLite without an index of words; quickly imported by the processes that tests start."""

from typing import Any

from collectionlib.model import Metadata
from collectionlib.storage.sqlite import SqliteStorage


class UnindexedStorage(SqliteStorage):
    @classmethod
    def create(cls, location: str, metadata: Metadata, **_: Any) -> "UnindexedStorage":
        super().create(location, metadata, index_words=False)
        return cls(location)
