"""Collections that are there, and such that are not."""

from __future__ import annotations

import pytest

from ..errors import CollectionNotFound, ConflictError
from ..identity import entry_id
from ..model import Metadata
from .place import Place, all_entries, named, put_all, tree

__all__ = ["OpeningTests"]


class OpeningTests:
    """Nothing is made, and nothing written over, that nobody asked for."""

    def test_a_missing_collection_is_not_found_and_not_made(self, place: Place) -> None:
        if not place.outlives:
            pytest.skip("a collection in memory is made by opening it")
        location = place.new_location()
        with pytest.raises(CollectionNotFound) as raised:
            place.storage.open(location)
        assert location in str(raised.value)
        with pytest.raises(CollectionNotFound):
            place.storage.open(location)
        assert not (place.is_of_files and place.path(location).exists())

    def test_a_collection_is_not_made_twice(self, place: Place) -> None:
        if not place.outlives:
            pytest.skip("a collection in memory has no place")
        storage = place.fresh()
        put_all(storage, [named("one")])
        with pytest.raises(ConflictError):
            place.storage.create(storage.location, Metadata())
        assert len(all_entries(storage)) == 1

    def test_reading_writes_nothing(self, place: Place) -> None:
        storage = place.fresh()
        put_all(storage, [named("one"), named("two", category=("A",))])
        storage = place.reopened(storage)
        before = _everything(place, storage.location)
        with storage.snapshot() as view:
            list(view.scan())
            view.get(entry_id("one"))
            view.categories()
            view.metadata()
            view.document("none")
        assert _everything(place, storage.location) == before


def _everything(place: Place, location: str) -> object:
    """Of files whatever lies in the folder, beside the collection too."""
    return tree(place.folder) if place.is_of_files else place.state_of(location)
