"""Readers that nobody disturbs, and one writer at a time where a back end has no more."""

from __future__ import annotations

import socket
import threading
import time

import pytest
from attrs import evolve

from ..errors import CollectionLocked
from ..identity import entry_id
from ..query import SortBy
from ..storage.base import LOCK_TIMEOUT
from .place import Place, all_entries, named, put_all
from .processes import holding, reading

__all__ = ["IsolationTests"]


class IsolationTests:
    """Readers keep their moment, a second writer waits; of many writers, see `conflicts`."""

    def test_a_snapshot_keeps_its_moment(self, place: Place) -> None:
        storage = place.fresh()
        before = [named(f"entry {number}", category=("A",)) for number in range(20)]
        put_all(storage, before)
        with storage.snapshot() as view:
            scan = view.scan()
            seen = [next(scan)]
            with storage.transaction() as batch:
                for entry in before[:10]:
                    batch.put(evolve(entry, body="Changed.", category=("B",)))
                for entry in before[10:]:
                    batch.delete(entry.id)
                batch.put(named("new"))
            seen += scan
            assert {entry.id: entry for entry in seen} == {entry.id: entry for entry in before}
            assert [view.get(entry.id) for entry in before] == before
        after = all_entries(storage)
        assert len(after) == 11
        assert all(after[entry.id].body == "Changed." for entry in before[:10])

    def test_a_scan_need_not_be_read_to_its_end(self, place: Place) -> None:
        storage = place.fresh()
        entries = [named(f"entry {number}") for number in range(20)]
        put_all(storage, entries)
        with storage.snapshot() as view:
            given_up = [view.scan(), view.scan(order=(SortBy("title"),)), view.ids()]
            for each in given_up:
                next(each)
            assert len(list(view.scan())) == len(entries)
        given_up.clear()
        assert len(all_entries(storage)) == len(entries)

    def test_readers_see_one_state_or_the_other_during_writes(self, place: Place) -> None:
        storage = place.fresh()
        names = [f"entry {number}" for number in range(12)]
        put_all(storage, [named(name, body="0") for name in names])
        torn: list[set[str]] = []
        stop = threading.Event()

        def read() -> None:
            reader = place.storage.open(storage.location) if place.outlives else storage
            while not stop.is_set():
                bodies = {each.body for each in all_entries(reader).values()}
                if len(bodies) != 1:
                    torn.append(bodies)

        thread = threading.Thread(target=read)
        thread.start()
        try:
            for state in range(1, 3 + place.part_of(12)):
                put_all(storage, [named(name, body=str(state)) for name in names])
        finally:
            stop.set()
            thread.join()
        assert not torn

    def test_readers_in_other_processes_see_one_state_or_the_other(self, place: Place) -> None:
        if not place.outlives:
            pytest.skip("a collection in memory is nobody else's")
        storage = place.fresh()
        names = [f"entry {number}" for number in range(40)]
        put_all(storage, [named(name, body="0") for name in names])
        with reading(storage, len(names)) as seen:
            for state in range(1, 3 + place.part_of(12)):
                put_all(storage, [named(name, body=str(state)) for name in names])
        assert "torn" not in seen
        assert len(set(seen)) > 1, "the reader has seen no change"
        assert seen == sorted(seen, key=int), "a reader has seen an older state after a newer one"

    def test_a_second_writer_waits(self, place: Place) -> None:
        _skip_where_many_write(place)
        storage = place.fresh()
        other = place.storage.open(storage.location) if place.outlives else storage
        entered = threading.Event()

        def write() -> None:
            with other.transaction() as batch:
                batch.put(named("second"))
            entered.set()

        with storage.transaction() as batch:
            thread = threading.Thread(target=write)
            thread.start()
            assert not entered.wait(0.3)
            batch.put(named("first"))
        thread.join()
        assert set(all_entries(storage)) == {entry_id("first"), entry_id("second")}

    def test_a_writer_inside_a_writer_is_told_who_holds_it(self, place: Place) -> None:
        _skip_where_many_write(place)
        storage = place.fresh()
        with storage.transaction() as batch:
            start = time.monotonic()
            with pytest.raises(CollectionLocked) as raised, storage.transaction():
                pass
            assert time.monotonic() - start < 5, "a thread that waits for itself waits in vain"
            batch.put(named("one"))
        assert raised.value.holder
        assert len(all_entries(storage)) == 1

    def test_a_writer_in_another_process_is_waited_for_and_then_named(self, place: Place) -> None:
        _skip_where_many_write(place)
        if not place.outlives:
            pytest.skip("a collection in memory is nobody else's")
        storage = place.fresh()
        with holding(storage) as process:
            start = time.monotonic()
            with pytest.raises(CollectionLocked) as raised, storage.transaction():
                pass
            assert time.monotonic() - start > LOCK_TIMEOUT / 2
            assert str(process.pid) in raised.value.holder
            assert socket.gethostname() in raised.value.holder
        put_all(storage, [named("one")])
        assert len(all_entries(storage)) == 1

    def test_the_lock_of_a_dead_writer_does_not_block(self, place: Place) -> None:
        if not place.outlives:
            pytest.skip("a collection in memory ends with its process")
        storage = place.fresh()
        put_all(storage, [named("one")])
        with holding(storage) as process:
            process.kill()
            process.wait()
        put_all(storage, [named("two")])
        assert len(all_entries(storage)) == 2


def _skip_where_many_write(place: Place) -> None:
    if place.many_writers:
        pytest.skip("writers do not wait for each other")
