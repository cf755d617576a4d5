"""Random queries over random entries: the database answers as the evaluator does."""

from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collectionlib.model import Entry, Metadata
from collectionlib.query import (
    AllOf,
    AnyOf,
    Equals,
    Matches,
    Not,
    Order,
    Predicate,
    ReadingOrder,
    matches,
    parse,
    sort_key,
)
from collectionlib.storage.sqlite import SqliteStorage
from collectionlib.testing import strategies
from collectionlib.testing.place import named, put_all

_Query = tuple[Predicate, Order]


@pytest.mark.slow
def test_the_database_finds_and_sorts_as_the_evaluator_does(tmp_path: Path) -> None:
    numbers = count()

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(strategies.small_entries(), max_size=8, unique_by=lambda entry: entry.id),
        st.lists(st.tuples(strategies.predicates(), strategies.orders()), min_size=10, max_size=20),
    )
    def check(entries: list[Entry], queries: list[_Query]) -> None:
        storage = SqliteStorage.create(str(tmp_path / f"{next(numbers)}.db"), Metadata(title="T"))
        put_all(storage, entries)
        with storage.snapshot() as view:
            for predicate, order in queries:
                expected = _expected(entries, predicate, order)
                assert list(view.scan(predicate, order)) == expected
                assert list(view.scan(predicate, order, limit=2)) == expected[:2]
                assert view.count(predicate) == len(expected)

    check()


def _expected(entries: list[Entry], predicate: Predicate, order: Order) -> list[Entry]:
    chosen = [entry for entry in entries if matches(predicate, entry)]
    return sorted(chosen, key=lambda entry: sort_key(entry, order, ReadingOrder()))


@pytest.fixture
def storage(tmp_path: Path) -> SqliteStorage:
    storage = SqliteStorage.create(str(tmp_path / "texts.db"), Metadata(title="T"))
    put_all(storage, [named(name) for name in ("one", "two", "three")])
    return storage


def test_more_terms_than_the_database_takes_are_evaluated(storage: SqliteStorage) -> None:
    one = named("one").id
    others = tuple(Equals("id", f"{number:016}") for number in range(6_000))
    with storage.snapshot() as view:
        assert [entry.id for entry in view.scan(AnyOf((*others, Equals("id", one))))] == [one]
        assert view.count(Not(AnyOf(others[:4_000]))) == 3
        assert view.count(AllOf(tuple(map(Not, others[:4_000])))) == 3


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("not title~^t", {"one"}),
        ("not (title~o or title~t)", set()),
        ("not (title~o title~t)", {"one", "three"}),
        ("title:one or title~^two", {"one", "two"}),
        ("length<99999999999999999999999", {"one", "two", "three"}),
    ],
)
def test_an_expression_anywhere_in_a_query_is_left_to_the_evaluator(
    storage: SqliteStorage, query: str, names: set[str]
) -> None:
    with storage.snapshot() as view:
        assert {entry.title for entry in view.scan(parse(query))} == names
        assert view.count(parse(query)) == len(names)


def test_an_expression_is_counted_by_the_evaluator(storage: SqliteStorage) -> None:
    with storage.snapshot() as view:
        assert view.count(Matches("title", "^t")) == 2
