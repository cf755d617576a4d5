import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings

from collectionlib.codec import decode_json, encode_json, from_plain, json_schema, to_plain
from collectionlib.errors import InvalidValueError
from collectionlib.identity import entry_id
from collectionlib.model import Category, Entry, Metadata, Subject
from collectionlib.testing import strategies

SCHEMA = Path(__file__).parents[1] / "docs/reference/collection.schema.json"
_validator = jsonschema.Draft202012Validator(json_schema())


@settings(deadline=None)
@given(strategies.entries())
def test_an_entry_through_json_is_the_entry(entry: Entry) -> None:
    line = encode_json(entry)
    assert decode_json(line, Entry) == entry
    assert b"\n" not in line
    assert json.loads(line) == to_plain(entry)


@settings(deadline=None)
@given(strategies.metadata())
def test_metadata_through_json_are_the_metadata(metadata: Metadata) -> None:
    assert decode_json(encode_json(metadata), Metadata) == metadata


@settings(deadline=None)
@given(strategies.described_categories())
def test_a_category_through_json_is_the_category(category: Category) -> None:
    assert decode_json(encode_json(category), Category) == category


@pytest.mark.slow
@settings(deadline=None)
@given(strategies.entries(), strategies.metadata(), strategies.described_categories())
def test_what_is_written_meets_the_schema(
    entry: Entry, metadata: Metadata, category: Category
) -> None:
    document = {
        "schema_version": 1,
        "metadata": to_plain(metadata),
        "categories": [to_plain(category)],
        "documents": {},
        "entries": [to_plain(entry)],
    }
    _validator.validate(document)


def test_the_committed_schema_is_what_the_module_prints() -> None:
    command = [sys.executable, "-m", "collectionlib.codec"]
    printed = subprocess.run(command, check=True, capture_output=True).stdout
    assert json.loads(printed) == json_schema()
    assert SCHEMA.read_bytes() == printed, (
        "renew it: python -m collectionlib.codec > docs/reference/collection.schema.json"
    )


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Entry lacks the keys: 'id'"),
        ({"id": 1}, "Entry.id"),
        ({"id": entry_id("a"), "titel": "x"}, "not known: 'titel'"),
        ({"id": entry_id("a"), "title": 5}, "Entry.title is not text: 5"),
        ({"id": entry_id("a"), "tags": "abc"}, "Entry.tags"),
        ({"id": entry_id("a"), "added": "soon"}, "ISO 8601"),
        ({"id": entry_id("a"), "contributors": [{"nam": "x"}]}, "contributors[0]"),
        ({"id": entry_id("a"), "contributors": [5]}, "contributors[0]"),
        ({"id": entry_id("a"), "source": {"uri": ""}}, "Source.uri is empty"),
        ({"id": entry_id("a"), "markup": "html"}, "markup"),
        ([], "no object"),
    ],
)
def test_what_is_no_entry_is_refused_with_the_place(data: object, words: str) -> None:
    with pytest.raises(InvalidValueError) as raised:
        from_plain(data, Entry)  # type: ignore[arg-type]
    assert words in str(raised.value)


@pytest.mark.parametrize(
    ("data", "cls", "sentence"),
    [
        ([], Entry, "Entry is no object: []"),
        ({"path": ["a"], "titel": 1, "depth": 2}, Category,
         "Category has keys that are not known: 'depth, titel'"),
        ({}, Category, "Category lacks the keys: 'path'"),
        ({"scheme": "BISAC"}, Subject, "Subject lacks the keys: 'term'"),
        ({"series": {"x": 1}}, Metadata,
         ("Metadata is not well formed (required field missing @ Metadata.series.title; "
          "extra fields found (x) @ Metadata.series): {'series': {'x': 1}}")),
    ],
)  # fmt: skip
def test_the_sentence_says_what_is_wrong_and_where(data: object, cls: type, sentence: str) -> None:
    with pytest.raises(InvalidValueError) as raised:
        from_plain(data, cls)  # type: ignore[arg-type]
    assert str(raised.value) == sentence


def test_what_is_nested_too_deeply_is_refused_with_its_id() -> None:
    deep: dict[str, object] = {}
    for _ in range(5_000):
        deep = {"a": deep}
    with pytest.raises(InvalidValueError) as raised:
        from_plain({"id": "0chgm9qjpmfdsafq", "attributes": deep}, Entry)
    assert str(raised.value) == "Entry is nested too deeply: '0chgm9qjpmfdsafq'"
    _take_apart(deep)


def _take_apart(deep: dict[str, object]) -> None:
    # Python would take it away by functions that call each other.
    while deep:
        deep = deep.pop("a")  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("data", "start"),
    [
        (b"{", "Entry is no JSON (Input data was truncated): b'{'"),
        (b"", "Entry is no JSON ("),
        (b"\xff", "Entry is no JSON ("),
        (b'{"id": "\\ud800"}', "Entry is no JSON ("),
        (
            "x" * 99,
            f"Entry is no JSON (JSON is malformed: invalid character (byte 0)): {'x' * 40!r}",
        ),
        (b"[]", "Entry is no JSON object: []"),
        ("[" * 100_000, f"Entry is nested too deeply: {'[' * 40!r}"),
    ],
)
def test_what_is_no_json_is_refused(data: bytes | str, start: str) -> None:
    with pytest.raises(InvalidValueError) as raised:
        decode_json(data, Entry)
    assert str(raised.value).startswith(start)


def test_an_entry_keeps_nothing_of_the_data_that_it_was_made_of() -> None:
    data = {"id": entry_id("a"), "tags": ["x"], "attributes": {"list": [1], "dict": {"a": 1}}}
    entry = from_plain(data, Entry)
    data["tags"].append("y")  # type: ignore[attr-defined]
    data["attributes"]["list"].append(2)  # type: ignore[index]
    data["attributes"]["dict"]["b"] = 2  # type: ignore[index]
    data["attributes"]["new"] = 3  # type: ignore[index]
    assert entry.tags == ("x",)
    assert entry.attributes == {"list": [1], "dict": {"a": 1}}
