"""The whole block or nothing."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable, Iterator

import pytest

from ..errors import StorageError
from ..identity import entry_id
from ..model import Category, Entry, Metadata
from ..storage.base import Batch, Storage
from ..storage.history.operations import KeepsLog
from ..storage.history.reading import operations
from . import faults, victim
from .place import Place, all_entries, named, put_all
from .processes import living_victim, run_and_kill, victim_command

__all__ = ["AtomicityTests"]

_KILLS = 24
_FAULTS = 40


class AtomicityTests:
    """A transaction is there as a whole or not at all, whatever happens to the writer."""

    def test_an_exception_discards_the_block(self, place: Place) -> None:
        storage = place.fresh()
        put_all(storage, [named("one")])
        with pytest.raises(RuntimeError), storage.transaction() as batch:
            batch.put(named("one", body="Changed."))
            batch.put(named("two"))
            batch.set_metadata(Metadata(title="Changed"))
            batch.set_document("changed", 1)
            raise RuntimeError
        storage = place.reopened(storage)
        assert all_entries(storage) == {entry_id("one"): named("one")}
        with storage.snapshot() as view:
            assert view.metadata().title == "Test"
            assert view.document("changed") is None
        put_all(storage, [named("two")])
        assert len(all_entries(storage)) == 2

    def test_a_batch_takes_nothing_when_its_block_has_ended(self, place: Place) -> None:
        storage = place.fresh()
        with storage.transaction() as batch:
            batch.put(named("one"))
        with pytest.raises(RuntimeError), storage.transaction() as discarded:
            raise RuntimeError
        for late in batch, discarded:
            for change in _changes(late):
                with pytest.raises(StorageError):
                    change()
        assert all_entries(place.reopened(storage)) == {entry_id("one"): named("one")}

    def test_nothing_can_be_seen_before_the_end(self, place: Place) -> None:
        storage = place.fresh()
        with storage.transaction() as batch:
            batch.put(named("one"))
            assert all_entries(storage) == {}
        assert len(all_entries(storage)) == 1

    def test_a_writer_killed_at_any_time_leaves_the_whole_block_or_nothing(
        self, place: Place
    ) -> None:
        _skip_where_nothing_outlives(place)
        duration = self._let_live(place)
        outcomes = set()
        kills = place.part_of(_KILLS)
        for delay in [*(duration * 1.2 * kill / kills for kill in range(kills)), None]:
            storage = _begun(place)
            said = run_and_kill(storage, delay)
            whole = _check_whole_or_nothing(place.reopened(storage), place)
            assert whole or "done" not in said
            outcomes.add(whole)
        assert outcomes == {True, False}, "the kills did not fall on both sides of the commit"

    def _let_live(self, place: Place) -> float:
        """Seconds that an undisturbed victim takes for its block."""
        with living_victim(_begun(place)) as process:
            assert process.stdout is not None
            process.stdout.readline()
            start = time.monotonic()
            assert process.stdout.readline() == "done\n"
            return time.monotonic() - start

    @pytest.mark.parametrize("error", [None, errno.ENOSPC, errno.EIO])
    def test_a_fault_at_any_system_call_leaves_the_whole_block_or_nothing(
        self, place: Place, error: int | None
    ) -> None:
        _skip_where_nothing_outlives(place)
        if not place.is_of_files:
            pytest.skip("its files are not changed by the process of the writer")
        if reason := faults.why_unsupported():
            pytest.skip(reason)
        storage = _begun(place)
        calls = faults.run(victim_command(storage), below=place.folder).writes
        outcomes = set()
        for at in _spread(calls, place.part_of(_FAULTS)):
            storage = _begun(place)
            # ENOSPC is even, EIO odd: so each call is tried once and for good.
            lasts = error is not None and (at + error) % 2 == 0
            fault = faults.Fault(at=at, error=error, persistent=lasts)
            outcome = faults.run(victim_command(storage), fault, below=place.folder)
            whole = _check_whole_or_nothing(place.reopened(storage), place)
            assert whole or outcome.status != 0, f"call {at} failed, and nobody was told"
            said = outcome.stderr.decode()
            assert outcome.status in (0, 1, -9), said
            told_wrongly = "is as it was" if whole else "was written, but"
            assert told_wrongly not in said, f"after call {at}: {said}"
            outcomes.add(whole)
        assert outcomes == {True, False}, "the faults did not fall on both sides of the commit"


def _changes(batch: Batch) -> Iterator[Callable[[], None]]:
    """One of each kind."""
    yield lambda: batch.put(named("two"))
    yield lambda: batch.delete(entry_id("one"))
    yield lambda: batch.set_category(Category(path=("Changed",)))
    yield lambda: batch.forget_category(("Changed",))
    yield lambda: batch.set_metadata(Metadata(title="Changed"))
    yield lambda: batch.set_document("changed", 1)


def _skip_where_nothing_outlives(place: Place) -> None:
    if not place.outlives:
        pytest.skip("a collection in memory ends with its process")


def _spread(calls: int, usual: int) -> list[int]:
    """Some of the calls, from the first to the last."""
    number = min(int(os.environ.get("COLLECTIONLIB_FAULTS", usual)), calls)
    return sorted({1 + round(n * (calls - 1) / max(number - 1, 1)) for n in range(number)})


def _begun(place: Place) -> Storage:
    """A collection for a victim."""
    storage = place.fresh()
    put_all(storage, _before())
    storage.close()
    return storage


def _before() -> list[Entry]:
    return [named(f"old {number}") for number in range(victim.NEW_ENTRIES)]


def _check_whole_or_nothing(storage: Storage, place: Place) -> bool:
    """Whether the victim's block is there as a whole; if not, nothing of it is."""
    kept = {entry.id: entry for entry in _before()}
    found = all_entries(storage)
    with storage.snapshot() as view:
        whole = view.document("victim") is not None
        assert list(view.damages()) == []
        if isinstance(view, KeepsLog):
            assert len(operations(view)) == (2 if whole else 1), "the log is of another state"
    if whole:
        assert all(found.get(new.id) == new for new in victim.new_entries())
        assert len(found) == len(kept) + victim.NEW_ENTRIES - victim.REMOVED_ENTRIES
        new = {entry.id for entry in victim.new_entries()}
        assert all(kept[own] == entry for own, entry in found.items() if own not in new)
    else:
        assert found == kept
    # The next writer carries on whatever it finds.
    put_all(storage, [named("afterwards")])
    later = place.reopened(storage)
    assert all_entries(later) == {**found, entry_id("afterwards"): named("afterwards")}
    later.close()
    return whole
