"""Every back end chooses and sorts as the reference does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import TypeAlias

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from ..errors import EntryNotFound
from ..identity import EntryId, entry_id
from ..model import Category, Entry, Metadata, Source
from ..query import AllOf, Order, Predicate, ReadingOrder, SortBy, leaves, matches, sort_key
from ..storage.base import Batch, Snapshot, Storage, plan_of
from ..storage.memory import MemoryStorage
from . import strategies
from .place import Place, named, put_all

__all__ = ["SelectionTests"]

_Change: TypeAlias = Callable[[Batch], object]


class _Abandoned(Exception):
    """What a block is abandoned with."""


def _changes() -> st.SearchStrategy[_Change]:
    """A few entries and categories again and again, so that changes meet."""
    names = st.sampled_from([entry_id(str(number)) for number in range(6)])
    paths = st.sampled_from([("A",), ("a",), ("A", "2"), ("A", "10"), ("É",), ("E\u0301",)])
    titles = st.sampled_from(["", "One", "one", "Two", "a/b", "CON", "é", "e\u0301"])
    puts = st.builds(Entry, id=names, title=titles, category=st.just(()) | paths,
                     markup=st.sampled_from(["plain", "markdown"]),
                     body=st.sampled_from(["", "a", "%", "Some words."]))  # fmt: skip
    categories = st.builds(Category, path=paths, position=st.none() | st.integers(-2, 2))
    documents = st.tuples(st.sampled_from(["a", "b"]), st.none() | st.integers(0, 9))
    return (
        puts.map(lambda entry: lambda batch: batch.put(entry))
        | names.map(lambda own: lambda batch: _delete(batch, own))
        | categories.map(lambda category: lambda batch: batch.set_category(category))
        | paths.map(lambda path: lambda batch: batch.forget_category(path))
        | documents.map(lambda pair: lambda batch: batch.set_document(*pair))
        | titles.map(lambda title: lambda batch: batch.set_metadata(Metadata(title=title)))
    )


def _delete(batch: Batch, own: EntryId) -> None:
    with suppress(EntryNotFound):
        batch.delete(own)


class SelectionTests:
    """Queries and orders mean what `collectionlib.query` says they mean."""

    def test_queries_find_what_the_reference_finds(self, place: Place) -> None:
        @place.thorough()
        @given(
            st.lists(strategies.small_entries(), max_size=8, unique_by=lambda entry: entry.id),
            st.lists(
                st.tuples(strategies.predicates(), strategies.orders()), min_size=1, max_size=6
            ),
        )
        def check(entries: list[Entry], queries: list[tuple[Predicate, Order]]) -> None:
            storage = place.fresh()
            put_all(storage, entries)
            with storage.snapshot() as view:
                for predicate, order in queries:
                    expected = _expected(entries, view, predicate, order)
                    assert list(view.scan(predicate, order)) == expected
                    assert view.count(predicate) == len(expected)
                    assert _planned(view, predicate) == Counter(leaves(predicate))

        check()

    def test_order_is_category_position_then_source_then_id(self, place: Place) -> None:
        storage = place.fresh()
        entries = [
            named(f"{category}{uri}", category=(category,), source=Source(uri=uri, start=start))
            for category in ("第十章", "第二章", "B", "a", "10", "2")
            for uri, start in (("x/10.txt", None), ("x/2.txt", 5), ("x/2.txt", 30), ("x y", None))
        ]
        entries = [evolve(e, id=entry_id(str(n))) for n, e in enumerate(entries)]
        with storage.transaction() as batch:
            batch.set_category(Category(path=("a",), position=2))
            batch.set_category(Category(path=("B",), position=1))
            for entry in reversed(entries):
                batch.put(entry)
        with place.reopened(storage).snapshot() as view:
            found = list(view.scan())
            assert found == _expected(entries, view, AllOf(()), ())
            assert [e.category[0] for e in found][::4] == ["B", "a", "2", "10", "第二章", "第十章"]
            for order in ((SortBy("title", descending=True),), (SortBy("length"), SortBy("id"))):
                expected = _expected(entries, view, AllOf(()), order)
                assert list(view.scan(order=order)) == expected
                after = expected[7].id
                assert list(view.scan(order=order, after=after)) == expected[8:]

    def test_ids_can_be_asked_for_without_their_entries(self, place: Place) -> None:
        storage = place.fresh()
        put_all(storage, [named(name) for name in ("one", "two", "three")])
        with storage.snapshot() as view:
            assert len(view) == 3
            one = entry_id("one")
            assert view.known([one, entry_id("missing")]) == {one}
            assert list(view.ids(one[:6])) == [one]
            assert list(view.ids()) == [entry.id for entry in view.scan()]

    def test_it_goes_through_any_history_as_memory_does(self, place: Place) -> None:
        class Beside(_Beside):
            def __init__(self) -> None:
                super().__init__(place)

        run_state_machine_as_test(
            Beside,
            settings=settings(place.thorough(12), stateful_step_count=25),
        )


class _Beside(RuleBasedStateMachine):
    """A storage and one in memory, of which the same is asked."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self.storage = place.fresh()
        self.model: Storage = MemoryStorage.create("memory:", Metadata(title="Test"))

    @rule(changes=st.lists(_changes(), min_size=1, max_size=5), abandoned=st.booleans())
    def write(self, *, changes: list[_Change], abandoned: bool) -> None:
        for storage in (self.storage, self.model):
            with suppress(_Abandoned), storage.transaction() as batch:
                for change in changes:
                    change(batch)
                if abandoned:
                    raise _Abandoned

    @rule()
    def reopen(self) -> None:
        self.storage = self.place.reopened(self.storage)

    @rule(
        predicate=strategies.predicates(),
        order=strategies.orders(),
        limit=st.none() | st.integers(0, 3),
    )
    def look(self, predicate: Predicate, order: tuple[SortBy, ...], limit: int | None) -> None:
        with self.storage.snapshot() as view, self.model.snapshot() as expected:
            assert list(view.scan(predicate, order, limit=limit)) == list(
                expected.scan(predicate, order, limit=limit)
            )

    @invariant()
    def agrees(self) -> None:
        with self.storage.snapshot() as view, self.model.snapshot() as expected:
            found = list(view.scan())
            assert found == list(expected.scan())
            assert len(view) == len(found)
            assert view.categories() == expected.categories()
            assert view.metadata() == expected.metadata()
            assert view.category_counts() == expected.category_counts()
            assert view.documents() == expected.documents()
            for name in view.documents():
                assert view.document(name) == expected.document(name)

    def teardown(self) -> None:
        self.storage.close()


def _planned(view: Snapshot, predicate: Predicate) -> Counter[Predicate]:
    """The parts of a predicate that a storage says somebody decides."""
    plan = plan_of(view, predicate)
    return Counter((*plan.indexed, *plan.translated, *plan.evaluated))


def _expected(
    entries: list[Entry], view: Snapshot, predicate: Predicate, order: tuple[SortBy, ...]
) -> list[Entry]:
    reading_order = ReadingOrder(view.categories())
    chosen = [entry for entry in entries if matches(predicate, entry)]
    return sorted(chosen, key=lambda entry: sort_key(entry, order, reading_order))
