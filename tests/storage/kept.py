"""What every collection in ``tests/data/formats`` holds, in whatever format it is kept."""

import json
from pathlib import Path

from collectionlib.codec import from_plain
from collectionlib.model import Category, Entry, Metadata
from collectionlib.storage.memory import MemoryStorage

FORMATS = Path(__file__).parents[1] / "data/formats"


def _kept() -> MemoryStorage:
    plain = json.loads((FORMATS / "content.json").read_bytes())
    storage = MemoryStorage.create("memory:", from_plain(plain["metadata"], Metadata))
    with storage.transaction() as batch:
        for category in plain["categories"]:
            batch.set_category(from_plain(category, Category))
        for entry in plain["entries"]:
            batch.put(from_plain(entry, Entry))
        for name, value in plain["documents"].items():
            batch.set_document(name, value)
    return storage


KEPT = _kept()
