"""What an entry holds in each field."""

from datetime import UTC, datetime

import pytest

from collectionlib.errors import InvalidValueError
from collectionlib.identity import entry_id
from collectionlib.model import Contributor, Entry, JSONValue, Source
from collectionlib.query import fields
from collectionlib.query.fields import check_field, close_to, first_value, is_attribute, values

FIELDS = (
    "id", "title", "text", "category", "author", "lang", "tag", "created", "added", "modified",
    "rights", "source", "length",
)  # fmt: skip
FULL = Entry(
    id=entry_id("one"),
    title="One",
    body="Body.",
    category=("A", "B"),
    contributors=(Contributor(name="Lu Xun", sort_name="Xun, Lu"), Contributor(name="Li Bai")),
    language="zh",
    tags=("short", "old"),
    created="1925-05",
    added=datetime(2026, 3, 1, 10, tzinfo=UTC),
    modified=datetime(2026, 3, 2, 10, 0, 0, 500_000, tzinfo=UTC),
    rights="CC0-1.0",
    source=Source(uri="a.zip", member="one.txt", site="Jokes"),
)


def test_each_field_has_its_values() -> None:
    assert fields() == FIELDS
    assert {field: [*values(FULL, field)] for field in FIELDS} == {
        "id": [entry_id("one")],
        "title": ["One"],
        "text": ["Body."],
        "category": ["A", "B"],
        "author": ["Lu Xun", "Li Bai"],
        "lang": ["zh"],
        "tag": ["short", "old"],
        "created": ["1925-05"],
        "added": ["2026-03-01T10:00:00+00:00"],
        "modified": ["2026-03-02T10:00:00.500000+00:00"],
        "rights": ["CC0-1.0"],
        "source": ["a.zip", "a.zip/one.txt", "Jokes"],
        "length": ["5"],
    }
    empty = Entry(id=entry_id("two"))
    held = {field: found for field in FIELDS if (found := [*values(empty, field)])}
    assert held == {"id": [empty.id], "title": [""], "text": [""], "length": ["0"]}


def test_an_entry_is_filed_under_the_first_value() -> None:
    assert first_value(FULL, "author") == "Xun, Lu"
    assert first_value(FULL, "tag") == "short"
    assert first_value(Entry(id=entry_id("two")), "author") == ""
    assert first_value(Entry(id=entry_id("two")), "tag") == ""


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (None, []),
        ("a", ["a"]),
        (4, ["4"]),
        (1.5, ["1.5"]),
        (True, ["true"]),
        (False, ["false"]),
        (["a", ["b", None, "c"], "d"], ["a", "b", "c", "d"]),
        ({"x": "a", "y": {"z": ["b", "c"]}, "v": "d"}, ["a", "b", "c", "d"]),
    ],
)
def test_an_attribute_has_the_values_in_it_one_by_one(value: JSONValue, found: list[str]) -> None:
    entry = Entry(id=entry_id("one"), attributes={"mood": value, "other": "x"})
    assert [*values(entry, "attr.mood")] == found


@pytest.mark.parametrize(
    ("field", "expected"), [("attr.mood", True), ("attr.", False), ("attr", False), ("id", False)]
)
def test_an_attribute_has_a_name(field: str, *, expected: bool) -> None:
    assert is_attribute(field) is expected


def test_what_is_no_field_is_refused_with_those_there_are() -> None:
    assert check_field("id") == "id"
    with pytest.raises(InvalidValueError) as refused:
        check_field("attr.")
    assert str(refused.value) == f"field is none of {', '.join(FIELDS)}, attr.NAME: 'attr.'"


@pytest.mark.parametrize(
    ("name", "question"),
    [("titel", "did you mean title?"), ("TITEL", "did you mean title?"), ("colour", "")],
)
def test_the_field_that_was_probably_meant(name: str, question: str) -> None:
    assert close_to(name, FIELDS) == question
