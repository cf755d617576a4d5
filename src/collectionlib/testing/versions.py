"""Formats of other versions, and damage. What these are, only the back end knows: `Place` says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ..errors import CorruptCollection, NewerFormat, StorageError
from ..model import Entry
from ..storage.base import Storage
from .place import Place, all_entries, named, put_all, tree

__all__ = ["VersionTests"]


class VersionTests:
    """What an older version has kept is read; a newer one's is left alone; damage is named."""

    def test_a_newer_format_is_refused_and_left_alone(self, place: Place) -> None:
        if place.make_newer is None:
            pytest.skip("the place does not say how a newer format looks")
        storage = place.fresh()
        put_all(storage, [named("one")])
        storage.close()
        place.make_newer(storage.location)
        before = _contents(place, storage.location)
        with pytest.raises(NewerFormat) as raised:
            place.storage.open(storage.location)
        assert storage.location in str(raised.value)
        with pytest.raises(NewerFormat), storage.transaction() as batch:
            batch.put(named("two"))
        with pytest.raises(NewerFormat), storage.snapshot() as view:
            view.metadata()
        assert _contents(place, storage.location) == before

    def test_what_earlier_versions_have_kept_is_read(self, place: Place) -> None:
        if not place.samples:
            pytest.skip("the place has no samples of earlier formats")
        for number, (sample, expected) in enumerate(place.samples):
            storage = place.storage.open(_restored(place, sample, number))
            _check_equal(storage, expected)
            # Writing may bring the format up to date, and loses nothing.
            put_all(storage, [named("new")])
            storage = place.reopened(storage)
            with storage.transaction() as batch:
                batch.delete(named("new").id)
            _check_equal(place.reopened(storage), expected)

    def test_damage_is_named_and_the_rest_is_readable(self, place: Place) -> None:
        if not place.damages:
            pytest.skip("the place does not say how damage looks")
        entries = {entry.id: entry for entry in map(_entry, range(12))}
        for name, damage in place.damages.items():
            storage = place.fresh()
            put_all(storage, entries.values())
            storage.close()
            damage.make(storage.location)
            before = place.state_of(storage.location)
            found, errors = _read(place, storage.location)
            assert errors, f"{name}: nobody was told"
            for error in errors:
                assert error.remedy, f"{name}: what is to be done is not said"
                assert error.path.startswith(storage.location), f"{name}: the place is not named"
            assert {entry.id: entry for entry in found}.items() <= entries.items(), name
            if damage.lost is not None:
                assert len(found) == len(entries) - damage.lost, name
            after = place.state_of(storage.location)
            assert after == before, f"{name}: reading has changed something"


def _contents(place: Place, location: str) -> object:
    """What a collection holds; of files all but locks, which say who wanted to write last."""
    if not place.is_of_files:
        return place.state_of(location)
    path = place.path(location)
    return {
        name: (path / name).read_bytes()
        for name in tree(path)
        if (path / name).is_file() and "lock" not in name
    }


def _restored(place: Place, sample: Path, number: int) -> str:
    """The location at which a sample has been put."""
    if place.restore is not None:
        location = place.new_location()
        place.restore(sample, location)
        return location
    copy = place.folder / f"{number}-{sample.name}"
    if sample.is_dir():
        shutil.copytree(sample, copy)
    else:
        shutil.copy(sample, copy)
    return str(copy)


def _entry(number: int) -> Entry:
    return named(f"entry {number}", category=("Even", "Odd")[number % 2 :][:1])


def _read(place: Place, location: str) -> tuple[list[Entry], list[CorruptCollection]]:
    """What can be read of a damaged collection, and what is said of the rest."""
    found: list[Entry] = []
    try:
        storage = place.storage.open(location)
        with storage.snapshot() as view:
            errors = list(view.damages())
            found.extend(view.scan())
    except CorruptCollection as error:
        return found, [error, *error.others]
    return found, errors


def _check_equal(storage: Storage, expected: Storage) -> None:
    try:
        assert all_entries(storage) == all_entries(expected)
    except StorageError as error:
        pytest.fail(f"{storage.location} cannot be read: {error}")
    with storage.snapshot() as view, expected.snapshot() as same:
        assert view.metadata() == same.metadata()
        assert view.categories() == same.categories()
        assert view.documents() == same.documents()
        for name in view.documents():
            assert view.document(name) == same.document(name)
