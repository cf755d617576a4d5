"""Random queries over random entries: the database answers as the evaluator does."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.postgres_server import Server

from collectionlib.identity import entry_id
from collectionlib.model import Contributor, Entry, Metadata, Source
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
    parse_order,
    sort_key,
)
from collectionlib.storage.base import Storage, plan_of
from collectionlib.storage.delta import DeltaStorage
from collectionlib.storage.postgres import PostgresStorage
from collectionlib.storage.sqlite import SqliteStorage
from collectionlib.testing import strategies
from collectionlib.testing.place import named, put_all

_Query = tuple[Predicate, Order]


@pytest.fixture(params=["sqlite", "postgres", "delta"])
def create(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Storage]:
    """What makes an empty collection in a database."""
    metadata = Metadata(title="T")
    numbers = count()
    if request.param == "delta":
        return lambda: DeltaStorage.create(f"delta:{tmp_path}/{next(numbers)}", metadata)
    if request.param == "sqlite":
        return lambda: SqliteStorage.create(str(tmp_path / f"{next(numbers)}.db"), metadata)
    server: Server = request.getfixturevalue("postgres")
    return lambda: PostgresStorage.create(server.new_location(), metadata)


@pytest.mark.slow
def test_the_database_finds_and_sorts_as_the_evaluator_does(
    create: Callable[[], Storage], request: pytest.FixtureRequest
) -> None:
    # A table takes its time for each of its commits and questions.
    examples = 15 if "delta" in request.node.name else 60

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(strategies.small_entries(), max_size=8, unique_by=lambda entry: entry.id),
        st.lists(st.tuples(strategies.predicates(), strategies.orders()), min_size=10, max_size=20),
    )
    def check(entries: list[Entry], queries: list[_Query]) -> None:
        storage = create()
        put_all(storage, entries)
        with storage.snapshot() as view:
            for predicate, order in queries:
                expected = _expected(entries, predicate, order)
                assert list(view.scan(predicate, order)) == expected
                assert list(view.scan(predicate, order, limit=2)) == expected[:2]
                for entry in expected[:1]:
                    assert list(view.scan(predicate, order, after=entry.id)) == expected[1:]
                assert view.count(predicate) == len(expected)

    check()


def _expected(entries: list[Entry], predicate: Predicate, order: Order) -> list[Entry]:
    chosen = [entry for entry in entries if matches(predicate, entry)]
    return sorted(chosen, key=lambda entry: sort_key(entry, order, ReadingOrder()))


@pytest.fixture
def storage(create: Callable[[], Storage]) -> Storage:
    storage = create()
    put_all(storage, [named(name) for name in ("one", "two", "three")])
    return storage


@pytest.mark.slow
def test_more_terms_than_the_database_takes_are_evaluated(storage: Storage) -> None:
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
    storage: Storage, query: str, names: set[str]
) -> None:
    with storage.snapshot() as view:
        assert {entry.title for entry in view.scan(parse(query))} == names
        assert view.count(parse(query)) == len(names)


def test_an_expression_is_counted_by_the_evaluator(storage: Storage) -> None:
    with storage.snapshot() as view:
        assert view.count(Matches("title", "^t")) == 2


PAGE = Path(__file__).parents[2] / "docs/reference/query.md"
# The first column of the table of terms, but for expressions and for signs that stand alone.
TERMS = [
    term
    for row in re.findall(r"^\| (`.*?) \| ", PAGE.read_text("utf-8"), re.MULTILINE)
    for term in re.findall("`([^`]+)`", row)
    if len(term) > 2 and "~" not in term
]


@pytest.mark.parametrize("term", TERMS)
def test_sqlite_decides_every_term_of_the_reference_itself(tmp_path: Path, term: str) -> None:
    storage = SqliteStorage.create(str(tmp_path / "a.db"), Metadata(title="T"))
    for query in (term, f"not ({term})", f"({term}) or lion"):
        with storage.snapshot() as view:
            assert plan_of(view, parse(query)).evaluated == ()


@pytest.mark.parametrize("query", ["title~^The", '~"colou?r"', "not title~a"])
def test_an_expression_is_what_sqlite_does_not_decide(tmp_path: Path, query: str) -> None:
    storage = SqliteStorage.create(str(tmp_path / "a.db"), Metadata(title="T"))
    with storage.snapshot() as view:
        plan = plan_of(view, parse(f"tag:x {query}"))
    assert (len(plan.indexed), len(plan.evaluated)) == (1, 1)


ENTRIES = [
    Entry(
        id=entry_id("lion"), title="The Lion", body="A lion[^1].\n\n[^1]: Old.\n\n![A](a.png)",
        markup="markdown", category=("Fables", "Old"), contributors=(Contributor(name="Æsop"),),
        language="en-GB", tags=("kind", "été"), created="1912-05", rights="© Ånn",
        added=datetime(2024, 5, 1, tzinfo=UTC), modified=datetime(2024, 6, 1, tzinfo=UTC),
        source=Source(uri="archive/ïle/1.txt", member="ïle/1.txt", site="Sité"),
        attributes={"mood": "sad", "year": 1912, "list": ["a", "b"], "empty": ""},
    ),
    Entry(
        id=entry_id("fox"), title="fox & Crow", body="A short text 祝福.", category=("Fables",),
        contributors=(Contributor(name="Jones", role="trl"),), language="zh", tags=("kind",),
        created="2024-02-03", rights="CC0-1.0", added=datetime(2023, 1, 1, tzinfo=UTC),
        source=Source(uri="archive/2.txt"), attributes={"mood": "glad", "year": 7},
    ),
    Entry(id=entry_id("bare"), body="Nothing is known of it."),
]  # fmt: skip
QUERIES = [
    *TERMS,
    "has:tag", "has:author", "has:category", "has:notes", "has:pictures", "has:attributes",
    "has:attr.mood", "has:rights", "has:source", "has:added", "category*=fab",
    "category:Fables/Old",
    "category:=Fables", "tag*=K", "author*=æSOP", "rights*=å", "source*=ÏLE", "source:archive/*",
    "title:=fox", "title<m", "attr.mood:sad", "attr.mood*=A", "attr.year>10", "attr.list:b",
    "attr.year<2000-01-01",
    "created>1950", "added<2024", "modified>2024-05-15", "length<20", "lang:en", "福", "not été",
    "tag~^k", "id:0", "text:short or title:lion", "not (has:tag or has:attr.year)",
]  # fmt: skip
ORDERS = [
    "title", "-title", "length", "-created", "added", "modified", "author", "tag", "category",
    "lang", "rights", "source", "attr.mood", "-attr.year", "id",
]  # fmt: skip


def test_every_term_and_order_is_what_the_evaluator_says(create: Callable[[], Storage]) -> None:
    storage = create()
    put_all(storage, ENTRIES)
    with storage.snapshot() as view:
        for query in QUERIES:
            predicate = parse(query)
            expected = _expected(ENTRIES, predicate, Order())
            assert list(view.scan(predicate)) == expected, query
            assert view.count(predicate) == len(expected), query
            plan = plan_of(view, predicate)
            assert {*plan.indexed, *plan.translated, *plan.evaluated}, query
        for text in ORDERS:
            order = parse_order(text)
            expected = _expected(ENTRIES, AllOf(()), order)
            assert list(view.scan(order=order)) == expected, text
            after = expected[0].id
            assert list(view.scan(order=order, after=after)) == expected[1:], text
        assert view.tag_counts() == {"kind": 2, "été": 1}
        many = AnyOf(tuple(Equals("tag", f"tag {number}") for number in range(1_200)))
        assert view.count(many) == 0
        assert view.count(Not(many)) == 3
