import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings

from collectionlib.codec import decode_json, encode_json, from_plain, json_schema, to_plain
from collectionlib.errors import InvalidValueError
from collectionlib.identity import entry_id
from collectionlib.model import Category, Entry, Metadata
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


def test_the_committed_schema_is_the_one_of_the_model() -> None:
    assert json.loads(SCHEMA.read_text("utf-8")) == json_schema(), (
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


@pytest.mark.parametrize("data", [b"{", b"[]", b"\xff", b"", b'{"id": "\\ud800"}'])
def test_what_is_no_json_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidValueError):
        decode_json(data, Entry)
