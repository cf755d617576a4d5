"""Many writers at once: what they change apart is kept, and what they change both is a conflict."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

import pytest
from attrs import evolve

from ..errors import ConflictError
from ..identity import entry_id
from ..model import Category, Entry, Metadata
from ..storage.base import Batch, Storage
from ..storage.history.operations import KeepsLog
from ..storage.history.reading import operations
from ..storage.history.undoing import undo
from .place import Place, all_entries, named, put_all
from .processes import counting

__all__ = ["ConflictTests"]

_Change: TypeAlias = Callable[[Batch], object]

_PROCESSES, _TIMES = 3, 8
_A = entry_id("a")


def _puts(body: str) -> _Change:
    return lambda batch: batch.put(named("a", body=body))


def _removes(batch: Batch) -> None:
    batch.delete(_A)


# What one transaction does, what another does meanwhile, and what both did it to.
_ON_ENTRIES: dict[str, tuple[_Change, _Change]] = {
    "change and change": (_puts("One."), _puts("Two.")),
    "change and remove": (_puts("One."), _removes),
    "remove and change": (_removes, _puts("Two.")),
}
_ON_OTHERS: dict[str, tuple[Callable[[str], _Change], str]] = {
    "a document": (lambda value: lambda batch: batch.set_document("seen", value), "seen"),
    "a category": (
        lambda value: lambda batch: batch.set_category(Category(path=("A", "B"), title=value)),
        "A/B",
    ),
    "the metadata": (
        lambda value: lambda batch: batch.set_metadata(Metadata(title=value)),
        "metadata",
    ),
}


class ConflictTests:
    """Transactions beside each other, where a back end has many writers."""

    # Not for all tests of the class: it is one with the other groups in `StorageTests`.
    @pytest.fixture
    def shared_place(self, place: Place) -> Place:
        """The place of a back end with many writers."""
        if not place.many_writers:
            pytest.skip("one writer waits for the other")
        return place

    def test_what_is_changed_apart_is_kept(self, shared_place: Place) -> None:
        storage, other = _opened_twice(shared_place, [named("a"), named("b"), named("c")])
        with storage.transaction() as batch:
            batch.put(named("a", body="One."))
            put_all(other, [named("b", body="Two."), named("new")])
            with other.transaction() as meanwhile:
                meanwhile.delete(entry_id("c"))
                meanwhile.set_document("seen", 1)
            batch.put(named("newer"))
        assert all_entries(shared_place.reopened(storage)) == {
            each.id: each
            for each in (named("a", body="One."), named("b", body="Two."), named("new"),
                         named("newer"))
        }  # fmt: skip

    @pytest.mark.parametrize("changes", _ON_ENTRIES.values(), ids=_ON_ENTRIES)
    def test_an_entry_that_another_has_changed_meanwhile_is_a_conflict(
        self, shared_place: Place, changes: tuple[_Change, _Change]
    ) -> None:
        storage, other = _opened_twice(shared_place, [named("a")])
        mine, theirs = changes
        self._check_conflict(shared_place, storage, other, mine, theirs, named=_A)

    def test_an_entry_that_both_add_is_a_conflict(self, shared_place: Place) -> None:
        storage, other = _opened_twice(shared_place, [])
        self._check_conflict(shared_place, storage, other, _puts("One."), _puts("Two."), named=_A)

    @pytest.mark.parametrize("thing", _ON_OTHERS)
    def test_anything_else_that_both_change_is_a_conflict(
        self, shared_place: Place, thing: str
    ) -> None:
        storage, other = _opened_twice(shared_place, [])
        change, name = _ON_OTHERS[thing]
        self._check_conflict(shared_place, storage, other, change("One"), change("Two"), named=name)

    def _check_conflict(
        self,
        place: Place,
        storage: Storage,
        other: Storage,
        mine: _Change,
        theirs: _Change,
        *,
        named: str,
    ) -> None:
        """Theirs is done as a whole in the middle of mine, and stays; mine is not done at all."""
        expected: object = None
        with pytest.raises(ConflictError) as raised, storage.transaction() as batch:
            batch.put(_INNOCENT)
            with other.transaction() as meanwhile:
                theirs(meanwhile)
            expected = _whole(other)
            mine(batch)
        assert named in str(raised.value), "what stands in the way is not named"
        assert _whole(place.reopened(storage)) == expected
        with other.transaction() as again:
            again.put(_INNOCENT)
        assert all_entries(other)[_INNOCENT.id] == _INNOCENT

    def test_what_was_read_in_a_transaction_is_not_written_over_another_s_change(
        self, shared_place: Place
    ) -> None:
        storage, other = _opened_twice(shared_place, [named("a")])
        read = named("a")
        with pytest.raises(ConflictError), storage.transaction() as batch:
            with storage.snapshot() as view:
                assert view.get(_A) == read
            put_all(other, [evolve(read, title="Theirs")])
            batch.put(evolve(read, body="Mine."))
        assert all_entries(storage) == {_A: evolve(read, title="Theirs")}

    def test_what_another_abandons_is_no_conflict(self, shared_place: Place) -> None:
        storage, other = _opened_twice(shared_place, [named("a")])
        with storage.transaction() as batch:
            with pytest.raises(RuntimeError), other.transaction() as meanwhile:
                meanwhile.put(named("a", body="Two."))
                raise RuntimeError
            batch.put(named("a", body="One."))
        assert all_entries(storage) == {_A: named("a", body="One.")}

    def test_a_category_that_both_fill_is_none(self, shared_place: Place) -> None:
        storage, other = _opened_twice(shared_place, [])
        mine, theirs = named("a", category=("A", "B")), named("b", category=("A", "B"))
        with storage.transaction() as batch:
            batch.put(mine)
            put_all(other, [theirs])
            with other.transaction() as meanwhile:
                meanwhile.set_category(Category(path=("A",), position=1))
        assert all_entries(storage) == {mine.id: mine, theirs.id: theirs}
        with storage.snapshot() as view:
            assert view.category_counts() == {("A", "B"): 2}

    def test_writers_in_many_processes_lose_no_change(self, shared_place: Place) -> None:
        if not shared_place.outlives:
            pytest.skip("a collection in memory is nobody else's")
        storage = shared_place.fresh()
        put_all(storage, [named("a", body="0")])
        times = max(2, shared_place.part_of(_TIMES))
        counting(storage, _A, processes=_PROCESSES, times=times)
        assert all_entries(storage)[_A].body == str(_PROCESSES * times)
        assert len(all_entries(storage)) == 1 + _PROCESSES * times

    def test_the_log_has_both_and_each_can_be_undone(self, shared_place: Place) -> None:
        storage, other = _opened_twice(shared_place, [])
        with storage.snapshot() as view:
            if not isinstance(view, KeepsLog):
                pytest.skip("this back end keeps no log")
        with storage.transaction() as batch:
            batch.put(named("a"))
            put_all(other, [named("b")])
        with storage.snapshot() as view:
            assert [each.number for each in operations(view)] == [2, 1]
        undo(storage, 1)
        assert all_entries(storage) == {_A: named("a")}
        undo(other, 2)
        assert all_entries(storage) == {}


_INNOCENT = named("innocent")
"""What nobody else touches."""


def _opened_twice(place: Place, entries: Iterable[Entry]) -> tuple[Storage, Storage]:
    """A collection of entries, opened by two."""
    storage = place.fresh()
    put_all(storage, entries)
    return storage, place.storage.open(storage.location) if place.outlives else storage


def _whole(storage: Storage) -> object:
    """What a storage holds, to be compared."""
    with storage.snapshot() as view:
        return (
            list(view.scan()),
            view.categories(),
            view.metadata(),
            {name: view.document(name) for name in view.documents()},
        )
