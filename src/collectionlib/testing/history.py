"""The log: whatever was done can be taken back, and what is taken back is as it was."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias, cast

import pytest
from attrs import evolve, frozen
from hypothesis import given
from hypothesis import strategies as st

from ..errors import ConflictError, OperationNotFound
from ..identity import EntryId, entry_id
from ..model import Category, Entry, JSONValue, Metadata
from ..storage.base import Batch, Storage
from ..storage.history.operations import PREFERENCE, KeepsLog, Operation
from ..storage.history.reading import operations
from ..storage.history.undoing import undo
from .place import Place, all_entries, named, put_all
from .strategies import entries as any_entries

__all__ = ["HistoryTests"]

_NAMES = ("a", "b", "c")
_EXAMPLES = 15
"""Each makes a collection of its own, and several states of it."""


@frozen
class _State:
    entries: Mapping[EntryId, Entry]
    categories: tuple[Category, ...]
    metadata: Metadata
    documents: Mapping[str, JSONValue]


def _state(storage: Storage) -> _State:
    """Everything that a storage holds, but for what says how much its log keeps."""
    with storage.snapshot() as view:
        names = [name for name in view.documents() if name != PREFERENCE]
        return _State(
            {each.id: each for each in view.scan()},
            view.categories(),
            view.metadata(),
            {name: view.document(name) for name in names},
        )


def _operations(storage: Storage) -> int:
    with storage.snapshot() as view:
        return len(operations(view))


_Step: TypeAlias = Callable[[Batch, "set[EntryId]"], None]


def _steps() -> st.SearchStrategy[_Step]:
    """Anything that a batch can do, told which entries there are."""
    ids = st.sampled_from([entry_id(name) for name in _NAMES])
    paths = st.sampled_from([("A",), ("A", "B"), ("C",)])
    positions = st.none() | st.integers(0, 3)
    values = st.none() | st.booleans() | st.lists(st.integers(0, 3), max_size=2)

    def put(own_id: EntryId, entry: Entry) -> _Step:
        def step(batch: Batch, there: set[EntryId]) -> None:
            batch.put(evolve(entry, id=own_id))
            there.add(own_id)

        return step

    def delete(own_id: EntryId) -> _Step:
        def step(batch: Batch, there: set[EntryId]) -> None:
            if own_id in there:
                batch.delete(own_id)
                there.remove(own_id)

        return step

    return (
        st.builds(put, ids, any_entries())
        | st.builds(delete, ids)
        | st.builds(Category, path=paths, position=positions).map(
            lambda category: lambda batch, _: batch.set_category(category)
        )
        | paths.map(lambda path: lambda batch, _: batch.forget_category(path))
        | st.sampled_from(["One", "Two"]).map(
            lambda title: lambda batch, _: batch.set_metadata(Metadata(title=title))
        )
        | values.map(lambda value: lambda batch, _: batch.set_document("seen", value))
    )


class HistoryTests:
    """Each transaction is recorded with its inverse, where a back end keeps a log."""

    # Not for all tests of the class: it is one with the other groups in `StorageTests`.
    @pytest.fixture
    def logged_place(self, place: Place) -> Place:
        """The place of a back end that keeps a log."""
        with place.fresh().snapshot() as view:
            if not isinstance(view, KeepsLog):
                pytest.skip("this back end keeps no log")
        return place

    def test_undoing_everything_step_by_step_gives_each_former_state(
        self, logged_place: Place
    ) -> None:
        @logged_place.thorough(_EXAMPLES)
        @given(st.lists(st.lists(_steps(), min_size=1, max_size=4), min_size=1, max_size=5))
        def check(blocks: list[list[_Step]]) -> None:
            storage = logged_place.fresh()
            states = [_state(storage)]
            there: set[EntryId] = set()
            for steps in blocks:
                with storage.operation(Operation("a block")) as batch:
                    for step in steps:
                        step(batch, there)
                if _operations(storage) < len(states):
                    assert _state(storage) == states[-1], "a change was not recorded"
                else:
                    states.append(_state(storage))
            storage = logged_place.reopened(storage)
            *earlier, last = states
            for state in reversed(earlier):
                undo(storage)
                assert _state(storage) == state
            if earlier:
                undo(storage, to=len(earlier))
                assert _state(storage) == last
            with pytest.raises(OperationNotFound):
                undo(storage, 99)

        check()

    def test_the_log_says_what_was_done_and_to_how_many(self, logged_place: Place) -> None:
        storage = logged_place.fresh()
        put_all(storage, [named("a"), named("b")])
        with storage.operation(Operation("tidy up")) as batch:
            batch.put(named("a", body="Changed."))
            batch.put(named("b"))
            batch.put(named("c"))
            batch.delete(entry_id("b"))
            batch.set_document("seen", 1)
        with logged_place.reopened(storage).snapshot() as view:
            newest, first = operations(view)
        assert (first.number, first.label, first.added) == (1, "", 2)
        assert (newest.number, newest.label) == (2, "tidy up")
        assert (newest.added, newest.changed, newest.removed, newest.documents) == (1, 1, 1, 1)

    def test_transactions_of_one_run_are_undone_together(self, logged_place: Place) -> None:
        storage = logged_place.fresh()
        for name in _NAMES:
            with storage.operation(Operation("all", run="1")) as batch:
                batch.put(named(name))
        put_all(storage, [named("other")])
        assert undo(storage, 1).removed == len(_NAMES)
        assert all_entries(storage) == {entry_id("other"): named("other")}

    def test_what_changes_nothing_is_not_recorded(self, logged_place: Place) -> None:
        storage = logged_place.fresh()
        put_all(storage, [named("a")])
        put_all(storage, [named("a")])
        with storage.transaction() as batch:
            batch.set_document("seen", None)
        with storage.snapshot() as view:
            assert len(operations(view)) == 1

    def test_undoing_is_undone_by_its_number(self, logged_place: Place) -> None:
        storage = logged_place.fresh()
        put_all(storage, [named("a")])
        put_all(storage, [named("a", body="Changed.")])
        assert undo(storage).number == 3
        assert undo(storage).number == 4
        undo(storage, 4)
        undo(storage, 3)
        assert all_entries(storage) == {entry_id("a"): named("a", body="Changed.")}

    def test_a_later_change_stands_in_the_way_unless_it_may_be_lost(
        self, logged_place: Place
    ) -> None:
        storage = logged_place.fresh()
        put_all(storage, [named("a"), named("b")])
        put_all(storage, [named("a", body="Two.")])
        put_all(storage, [named("a", body="Three.")])
        before = _state(storage)
        with pytest.raises(ConflictError) as raised:
            undo(storage, 2)
        assert entry_id("a") in str(raised.value)
        assert _state(storage) == before
        assert undo(storage, 2, force=True).conflicts == (f"entry {entry_id('a')}",)
        assert all_entries(storage)[entry_id("a")] == named("a")

    def test_of_a_document_only_the_keys_that_were_changed_are_put_back(
        self, logged_place: Place
    ) -> None:
        storage = logged_place.fresh()
        for value in ({"a": 1}, {"a": 1, "b": None}, {"a": 1, "b": None, "c": 3}):
            with storage.operation(Operation("import")) as batch:
                batch.set_document("seen", cast("JSONValue", value))

        def seen() -> JSONValue:
            with storage.snapshot() as view:
                return view.document("seen")

        undo(storage, 2)
        assert seen() == {"a": 1, "c": 3}
        undo(storage, 4)
        assert seen() == {"a": 1, "b": None, "c": 3}
        undo(storage, 1)
        undo(storage, 2)
        assert seen() == {"c": 3}
        with storage.transaction() as batch:
            batch.set_document("seen", {"c": 4, "d": 5})
        with pytest.raises(ConflictError, match="document seen"):
            undo(storage, 3)
        assert undo(storage, 3, force=True).conflicts == ("document seen",)
        assert seen() == {"d": 5}

    def test_a_dry_run_says_the_same_and_writes_nothing(self, logged_place: Place) -> None:
        storage = logged_place.fresh()
        put_all(storage, [named("a"), named("b")])
        before = _state(storage)
        planned = undo(storage, dry_run=True)
        assert _state(storage) == before
        assert evolve(undo(storage), number=None) == planned

    def test_as_many_operations_are_kept_as_the_collection_says(self, logged_place: Place) -> None:
        storage = logged_place.fresh()
        with storage.transaction() as batch:
            batch.set_document(PREFERENCE, {"operations": 2})
        for name in _NAMES:
            put_all(storage, [named(name)])
        with logged_place.reopened(storage).snapshot() as view:
            assert [each.number for each in operations(view)] == [3, 2]
        with pytest.raises(OperationNotFound):
            undo(storage, to=0)
        undo(storage, to=1)
        assert all_entries(storage) == {entry_id("a"): named("a")}
        with storage.transaction() as batch:
            batch.set_document(PREFERENCE, {"operations": 0})
        put_all(storage, [named("b")])
        with storage.snapshot() as view:
            assert operations(view) == []
