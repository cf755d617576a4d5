"""The promises of a storage, as tests.

Each group is a promise of `collectionlib.storage.base` made executable. Hypothesis runs inside
plain tests: a property that is a method of a shared class would be one property with several
executors.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from attrs import define, evolve, field
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ..errors import (
    CollectionLocked,
    CollectionNotFound,
    ConflictError,
    EntryNotFound,
    InvalidValueError,
)
from ..identity import EntryId, entry_id
from ..model import Category, Entry, JSONValue, Metadata, Source
from ..query import AllOf, Predicate, ReadingOrder, SortBy, matches, sort_key
from ..storage.base import Snapshot, Storage
from . import strategies, victim

__all__ = ["Place", "StorageTests"]

_KILLS = 24
_thorough = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@define
class Place:
    """Where the suite may make collections.

    Args:
        storage: the back end's class.
        folder: a temporary folder.
        pattern: names of locations in it, with ``{}`` for a number.
        outlives: whether a collection is still there after its process; memory's is not.
    """

    storage: type[Storage]
    folder: Path
    pattern: str = "collection-{}"
    outlives: bool = True
    _numbers: Iterator[int] = field(factory=count)

    def new_location(self) -> str:
        """A location where nothing is."""
        return str(self.folder / self.pattern.format(next(self._numbers)))

    def fresh(self, metadata: Metadata | None = None) -> Storage:
        """An empty collection at a location of its own."""
        return self.storage.create(self.new_location(), metadata or Metadata(title="Test"))

    def reopened(self, storage: Storage) -> Storage:
        """The same collection, opened again; a storage of memory is the collection."""
        if not self.outlives:
            return storage
        storage.close()
        return self.storage.open(storage.location)


def _put(storage: Storage, entries: Iterable[Entry]) -> None:
    with storage.transaction() as batch:
        for entry in entries:
            batch.put(entry)


def _all(storage: Storage) -> dict[EntryId, Entry]:
    with storage.snapshot() as view:
        return {entry.id: entry for entry in view.scan()}


def _entry(name: str, **values: Any) -> Entry:
    return evolve(Entry(id=entry_id(name), title=name, body=f"The text of {name}.\n"), **values)


def _tree(folder: Path) -> dict[str, tuple[int, int]]:
    """Every file below a folder with its size and the moment of its last change."""
    return {
        str(path.relative_to(folder)): (path.lstat().st_size, path.lstat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
    }


class StorageTests:
    """Subclass this with a fixture ``place`` that gives a `Place`."""

    # --- fidelity: what is read equals what was written -----------------------------------------

    def test_every_entry_comes_back_equal(self, place: Place) -> None:
        @_thorough
        @given(st.lists(strategies.entries(), max_size=4, unique_by=lambda entry: entry.id))
        def check(entries: list[Entry]) -> None:
            storage = place.fresh()
            _put(storage, entries)
            assert _all(place.reopened(storage)) == {entry.id: entry for entry in entries}

        check()

    def test_metadata_comes_back_equal(self, place: Place) -> None:
        @_thorough
        @given(strategies.metadata(), strategies.metadata())
        def check(first: Metadata, second: Metadata) -> None:
            storage = place.fresh(first)
            with storage.snapshot() as view:
                assert view.metadata() == first
            with storage.transaction() as batch:
                batch.set_metadata(second)
            with place.reopened(storage).snapshot() as view:
                assert view.metadata() == second

        check()

    def test_categories_come_back_equal(self, place: Place) -> None:
        @_thorough
        @given(st.lists(strategies.described_categories(), max_size=3, unique_by=lambda c: c.path))
        def check(categories: list[Category]) -> None:
            storage = place.fresh()
            with storage.transaction() as batch:
                for category in categories:
                    batch.set_category(category)
            with place.reopened(storage).snapshot() as view:
                kept = {category.path: category for category in view.categories()}
            assert kept == {category.path: category for category in categories}

        check()

    def test_titles_that_differ_only_in_case_or_form_stay_apart(self, place: Place) -> None:
        titles = ("Cafe", "cafe", "CAFE", "Café", "Cafe\u0301", "CON", "con.", "a/b", "a:b", "..")
        entries = [
            Entry(id=entry_id(f"{depth}{title}"), title=title, category=(title,) * depth)
            for title in titles
            for depth in (0, 1, 2)
        ]
        storage = place.fresh()
        _put(storage, entries)
        assert _all(place.reopened(storage)) == {entry.id: entry for entry in entries}

    def test_documents_come_back_equal_and_can_be_removed(self, place: Place) -> None:
        value: JSONValue = {"archive": "0" * 64, "nested": [1, 2.5, None, True, "一\u0000"]}
        storage = place.fresh()
        with storage.transaction() as batch:
            batch.set_document("origins", value)
            batch.set_document("gone", [])
        with storage.transaction() as batch:
            batch.set_document("gone", None)
        with place.reopened(storage).snapshot() as view:
            assert view.document("origins") == value
            assert view.document("gone") is None
            assert view.document("never") is None

    def test_a_document_with_an_odd_name_is_refused(self, place: Place) -> None:
        storage = place.fresh()
        with pytest.raises(InvalidValueError), storage.transaction() as batch:
            batch.set_document("../escape", 1)

    # --- changes --------------------------------------------------------------------------------

    def test_an_entry_of_the_same_id_is_replaced(self, place: Place) -> None:
        storage = place.fresh()
        _put(storage, [_entry("one")])
        changed = _entry("one", title="Changed", body="Another text.", category=("Moved",))
        _put(storage, [changed])
        assert _all(place.reopened(storage)) == {changed.id: changed}

    def test_the_last_put_of_a_block_wins(self, place: Place) -> None:
        storage = place.fresh()
        with storage.transaction() as batch:
            batch.put(_entry("one"))
            batch.put(_entry("one", body="Last."))
        assert _all(storage)[entry_id("one")].body == "Last."

    def test_a_removed_entry_is_gone(self, place: Place) -> None:
        storage = place.fresh()
        _put(storage, [_entry("one"), _entry("two")])
        with storage.transaction() as batch:
            batch.delete(entry_id("one"))
            batch.put(_entry("three"))
            batch.delete(entry_id("three"))
        assert list(_all(place.reopened(storage))) == [entry_id("two")]

    def test_what_is_not_there_is_not_found(self, place: Place) -> None:
        storage = place.fresh()
        missing = entry_id("missing")
        with storage.snapshot() as view:
            with pytest.raises(EntryNotFound) as raised:
                view.get(missing)
            with pytest.raises(EntryNotFound):
                list(view.scan(after=missing))
        assert raised.value.entry_id == missing
        with pytest.raises(EntryNotFound), storage.transaction() as batch:
            batch.delete(missing)

    def test_an_entry_can_move_to_and_fro(self, place: Place) -> None:
        storage = place.fresh()
        for category in ((), ("A",), ("A", "B"), ("a",), ()):
            _put(storage, [_entry("one", category=category)])
            assert _all(place.reopened(storage))[entry_id("one")].category == category

    # --- atomicity: the whole block or nothing --------------------------------------------------

    def test_an_exception_discards_the_block(self, place: Place) -> None:
        storage = place.fresh()
        _put(storage, [_entry("one")])
        with pytest.raises(RuntimeError), storage.transaction() as batch:
            batch.put(_entry("one", body="Changed."))
            batch.put(_entry("two"))
            batch.set_metadata(Metadata(title="Changed"))
            batch.set_document("changed", 1)
            raise RuntimeError
        storage = place.reopened(storage)
        assert _all(storage) == {entry_id("one"): _entry("one")}
        with storage.snapshot() as view:
            assert view.metadata().title == "Test"
            assert view.document("changed") is None
        _put(storage, [_entry("two")])
        assert len(_all(storage)) == 2

    def test_nothing_can_be_seen_before_the_end(self, place: Place) -> None:
        storage = place.fresh()
        with storage.transaction() as batch:
            batch.put(_entry("one"))
            assert _all(storage) == {}
        assert len(_all(storage)) == 1

    def test_a_killed_writer_leaves_the_whole_block_or_nothing(self, place: Place) -> None:
        if not place.outlives:
            pytest.skip("a collection in memory ends with its process")
        before = [_entry(f"old {number}") for number in range(victim.NEW_ENTRIES)]
        kept = {entry.id: entry for entry in before}
        duration = self._let_live(place, before)
        outcomes = set()
        for kill in range(_KILLS):
            storage = place.fresh()
            _put(storage, before)
            said = _run_and_kill(storage, duration * 1.2 * kill / _KILLS)
            storage = place.reopened(storage)
            found = _all(storage)
            with storage.snapshot() as view:
                whole = view.document("victim") is not None
            outcomes.add(whole)
            assert whole or "done" not in said
            if whole:
                assert all(found.get(new.id) == new for new in victim.new_entries())
                assert len(found) == len(kept) + victim.NEW_ENTRIES - victim.REMOVED_ENTRIES
            else:
                assert found == kept
            # The next writer carries on whatever it finds.
            _put(storage, [_entry("afterwards")])
            assert _all(place.reopened(storage)) == {
                **found,
                entry_id("afterwards"): _entry("afterwards"),
            }
        assert outcomes == {True, False}, "the kills did not fall on both sides of the commit"

    def _let_live(self, place: Place, before: list[Entry]) -> float:
        """Seconds that an undisturbed victim takes for its block."""
        storage = place.fresh()
        _put(storage, before)
        with _victim(storage) as process:
            assert process.stdout is not None
            process.stdout.readline()
            start = time.monotonic()
            assert process.stdout.readline() == "done\n"
            return time.monotonic() - start

    # --- isolation: one writer, readers undisturbed ---------------------------------------------

    def test_a_snapshot_keeps_its_moment(self, place: Place) -> None:
        storage = place.fresh()
        before = [_entry(f"entry {number}", category=("A",)) for number in range(20)]
        _put(storage, before)
        with storage.snapshot() as view:
            scan = view.scan()
            seen = [next(scan)]
            with storage.transaction() as batch:
                for entry in before[:10]:
                    batch.put(evolve(entry, body="Changed.", category=("B",)))
                for entry in before[10:]:
                    batch.delete(entry.id)
                batch.put(_entry("new"))
            seen += scan
            assert {entry.id: entry for entry in seen} == {entry.id: entry for entry in before}
            assert [view.get(entry.id) for entry in before] == before
        after = _all(storage)
        assert len(after) == 11
        assert all(after[entry.id].body == "Changed." for entry in before[:10])

    def test_readers_see_one_state_or_the_other_during_writes(self, place: Place) -> None:
        storage = place.fresh()
        names = [f"entry {number}" for number in range(12)]
        _put(storage, [_entry(name, body="0") for name in names])
        torn: list[set[str]] = []
        stop = threading.Event()

        def read() -> None:
            reader = place.storage.open(storage.location) if place.outlives else storage
            while not stop.is_set():
                bodies = {entry.body for entry in _all(reader).values()}
                if len(bodies) != 1:
                    torn.append(bodies)

        thread = threading.Thread(target=read)
        thread.start()
        try:
            for state in range(1, 15):
                _put(storage, [_entry(name, body=str(state)) for name in names])
        finally:
            stop.set()
            thread.join()
        assert not torn

    def test_a_second_writer_waits(self, place: Place) -> None:
        storage = place.fresh()
        other = place.storage.open(storage.location) if place.outlives else storage
        entered = threading.Event()

        def write() -> None:
            with other.transaction() as batch:
                batch.put(_entry("second"))
            entered.set()

        with storage.transaction() as batch:
            thread = threading.Thread(target=write)
            thread.start()
            assert not entered.wait(0.3)
            batch.put(_entry("first"))
        thread.join()
        assert set(_all(storage)) == {entry_id("first"), entry_id("second")}

    def test_a_writer_inside_a_writer_is_told_who_holds_it(self, place: Place) -> None:
        storage = place.fresh()
        with storage.transaction() as batch:
            start = time.monotonic()
            with pytest.raises(CollectionLocked) as raised, storage.transaction():
                pass
            assert time.monotonic() - start < 5, "a thread that waits for itself waits in vain"
            batch.put(_entry("one"))
        assert raised.value.holder
        assert len(_all(storage)) == 1

    def test_the_lock_of_a_dead_writer_does_not_block(self, place: Place) -> None:
        if not place.outlives:
            pytest.skip("a collection in memory ends with its process")
        storage = place.fresh()
        _put(storage, [_entry("one")])
        with _holding(storage) as process:
            process.kill()
            process.wait()
        _put(storage, [_entry("two")])
        assert len(_all(storage)) == 2

    # --- selection: every back end chooses and sorts as the reference does ----------------------

    def test_queries_find_what_the_reference_finds(self, place: Place) -> None:
        @_thorough
        @given(
            st.lists(strategies.small_entries(), max_size=8, unique_by=lambda entry: entry.id),
            st.lists(strategies.predicates(), min_size=1, max_size=6),
        )
        def check(entries: list[Entry], predicates: list[Predicate]) -> None:
            storage = place.fresh()
            _put(storage, entries)
            with storage.snapshot() as view:
                for predicate in predicates:
                    expected = _expected(entries, view, predicate, ())
                    assert list(view.scan(predicate)) == expected
                    assert view.count(predicate) == len(expected)

        check()

    def test_order_is_category_position_then_source_then_id(self, place: Place) -> None:
        storage = place.fresh()
        entries = [
            _entry(f"{category}{uri}", category=(category,), source=Source(uri=uri, start=start))
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
        _put(storage, [_entry(name) for name in ("one", "two", "three")])
        with storage.snapshot() as view:
            assert len(view) == 3
            one = entry_id("one")
            assert view.known([one, entry_id("missing")]) == {one}
            assert list(view.ids(one[:6])) == [one]
            assert list(view.ids()) == [entry.id for entry in view.scan()]

    # --- places ---------------------------------------------------------------------------------

    def test_a_missing_collection_is_not_found_and_not_made(self, place: Place) -> None:
        if not place.outlives:
            pytest.skip("a collection in memory is made by opening it")
        location = place.new_location()
        with pytest.raises(CollectionNotFound) as raised:
            place.storage.open(location)
        assert location in str(raised.value)
        assert not Path(location).exists()

    def test_a_collection_is_not_made_twice(self, place: Place) -> None:
        if not place.outlives:
            pytest.skip("a collection in memory has no place")
        storage = place.fresh()
        _put(storage, [_entry("one")])
        with pytest.raises(ConflictError):
            place.storage.create(storage.location, Metadata())
        assert len(_all(storage)) == 1

    def test_reading_writes_nothing(self, place: Place) -> None:
        storage = place.fresh()
        _put(storage, [_entry("one"), _entry("two", category=("A",))])
        storage = place.reopened(storage)
        before = _tree(place.folder)
        with storage.snapshot() as view:
            list(view.scan())
            view.get(entry_id("one"))
            view.categories()
            view.metadata()
            view.document("none")
        assert _tree(place.folder) == before


def _expected(
    entries: list[Entry], view: Snapshot, predicate: Predicate, order: tuple[SortBy, ...]
) -> list[Entry]:
    reading_order = ReadingOrder(view.categories())
    chosen = [entry for entry in entries if matches(predicate, entry)]
    return sorted(chosen, key=lambda entry: sort_key(entry, order, reading_order))


# --- other processes ----------------------------------------------------------------------------


@contextmanager
def _victim(storage: Storage) -> Iterator[subprocess.Popen[str]]:
    name = f"{type(storage).__module__}:{type(storage).__qualname__}"
    command = [sys.executable, "-m", victim.__name__, name, storage.location]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def _run_and_kill(storage: Storage, delay: float) -> str:
    """What a victim said before it was killed, ``delay`` seconds after it was ready."""
    with _victim(storage) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        time.sleep(delay)
        process.kill()
        return said + process.stdout.read()


_HOLD = """
import sys
from importlib import import_module
module, name, location = sys.argv[1:]
storage = getattr(import_module(module), name).open(location)
with storage.transaction():
    print("holding", flush=True)
    sys.stdin.read()
"""


@contextmanager
def _holding(storage: Storage) -> Iterator[subprocess.Popen[str]]:
    """A process that is inside a transaction until it is killed or its input ends."""
    kind = type(storage)
    command = [sys.executable, "-c", _HOLD, kind.__module__, kind.__qualname__, storage.location]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "holding\n"
            yield process
        finally:
            process.kill()
