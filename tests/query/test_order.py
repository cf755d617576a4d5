"""What entries and their categories are sorted by."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectionlib.identity import CategoryPath, entry_id, natural_key
from collectionlib.model import Category, Entry, Source
from collectionlib.query import ReadingOrder, SortBy, place_key, place_keys, sort_key
from collectionlib.query.order import value_key

ONE, TWO = sorted((entry_id("one"), entry_id("two")))


def test_an_entry_has_the_place_of_its_source_or_of_its_title() -> None:
    entries = [
        Entry(id=ONE, title="Without"),
        Entry(id=ONE, title="x", source=Source(uri="a/2.txt")),
        Entry(id=ONE, title="y", source=Source(uri="b.zip", member="2.txt")),
        Entry(id=ONE, title="z", source=Source(uri="b.zip", member="10.txt")),
    ]
    places = ["Without", "a/2.txt", "b.zip/2.txt", "b.zip/10.txt"]
    keys = [natural_key(place) for place in places]
    assert [place_key(each.title, each.source) for each in entries] == keys
    assert place_keys(entries) == keys
    again = [entries[2], entries[0], entries[2], entries[1], entries[0]]
    assert place_keys(again) == [keys[2], keys[0], keys[2], keys[1], keys[0]]
    assert place_keys([]) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Entry(id=ONE, body="1"), Entry(id=TWO, body="2")),
        (Entry(id=TWO, title="2.txt"), Entry(id=ONE, source=Source(uri="10.txt"))),
        (Entry(id=TWO, source=Source(uri="a")), Entry(id=ONE, source=Source(uri="a", start=1))),
        (Entry(id=ONE, source=Source(uri="a")), Entry(id=TWO, source=Source(uri="a", start=0))),
        (
            Entry(id=TWO, source=Source(uri="a", start=2, length=1)),
            Entry(id=ONE, source=Source(uri="a", start=10, length=1)),
        ),
        (Entry(id=TWO, title="b"), Entry(id=ONE, title="a", category=("A",))),
    ],
)
def test_reading_order_within_a_category(first: Entry, second: Entry) -> None:
    order = ReadingOrder()
    assert order.key(first) < order.key(second)
    assert sort_key(first, (), order) < sort_key(second, (), order)


@pytest.mark.parametrize("again", [False, True])
def test_categories_come_by_position_then_by_name_and_parents_first(*, again: bool) -> None:
    ordered: list[CategoryPath] = [
        (),
        ("Z",),
        ("Y",),
        ("Y", "B", "b"),
        ("Y", "B", "b", "last"),
        ("Y", "A"),
        ("Y", "A", "10"),
        ("2",),
        ("10",),
        ("10", "B"),
    ]
    positions = {("Z",): -1, ("Y",): 2**63 - 1, ("Y", "B"): 7}
    order = ReadingOrder(Category(path=path, position=at) for path, at in positions.items())
    asked = ordered if again else ordered[::-1]
    keys = {path: order.category_key(path) for path in asked}
    assert sorted(ordered, key=keys.__getitem__) == ordered
    assert [len(keys[path]) for path in ordered] == [len(path) for path in ordered]
    assert all(keys[path][: len(path[:-1])] == order.category_key(path[:-1]) for path in ordered)


def test_a_category_may_lie_deeper_than_functions_may_call_each_other() -> None:
    path = tuple(str(depth) for depth in range(2_000))
    assert len(ReadingOrder().category_key(path)) == 2_000


_NUMBERS = ["-1e300", "-10", "-2.0000000000000004", "-2", "-1e-300", "0", "1e-300", "1.5",
            "9", "10", "9007199254740992", "9007199254740993", "1e300"]  # fmt: skip


def test_numbers_are_sorted_as_exactly_as_they_are_written() -> None:
    keys = [value_key("attr.n", number) for number in _NUMBERS]
    assert all(one < other for one, other in pairwise(keys))
    assert keys[-1] < value_key("attr.n", "a")
    assert value_key("title", "10") > value_key("title", "9")


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(-9, 9))
def test_numbers_are_sorted_as_they_compare(one: float, other: float) -> None:
    keys = [value_key("attr.n", repr(number)) for number in (one, other)]
    assert one == other or (keys[0] < keys[1]) is (one < other)


@pytest.mark.parametrize(
    ("field", "earlier", "later"),
    [
        ("added", "2026-01-01T01:00:00+02:00", "2026-01-01T00:00:00+00:00"),
        ("modified", "2026-01-01T01:00:00+02:00", "2026-01-01T00:00:00+00:00"),
        # Dates of texts count as the clock showed them there.
        ("created", "2026-01-01T00:00:00Z", "2026-01-01T01:00:00+02:00"),
    ],
)
def test_moments_are_sorted_by_time(field: str, earlier: str, later: str) -> None:
    assert value_key(field, earlier) < value_key(field, later)


def test_equals_of_an_order_that_descends_come_in_reading_order_and_the_missing_last() -> None:
    tags = {"none 2": (), "b2": ("b",), "none 1": (), "b1": ("b",), "a": ("a",)}
    entries = [Entry(id=entry_id(title), title=title, tags=own) for title, own in tags.items()]
    for descending, expected in [
        (True, ["b1", "b2", "a", "none 1", "none 2"]),
        (False, ["a", "b1", "b2", "none 1", "none 2"]),
    ]:
        order = (SortBy("tag", descending=descending),)
        found = sorted(entries, key=lambda each: sort_key(each, order, ReadingOrder()))
        assert [each.title for each in found] == expected
