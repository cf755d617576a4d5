import io
import json
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectionlib import Collection, Contributor, Entry, Metadata, Source
from collectionlib.codec import decode_json, json_schema
from collectionlib.errors import ExportError, InvalidValueError, OutputExists
from collectionlib.publishing.formats.json import JsonExporter
from collectionlib.publishing.formats.json_lines import JsonLinesExporter
from collectionlib.publishing.formats.json_profiles import JsonFeedExporter, JsonLdExporter
from collectionlib.publishing.output import export, export_to_stream
from collectionlib.testing import strategies


@pytest.mark.slow
def test_every_export_opens_as_a_collection_with_the_same_entries(make, tmp_path: Path) -> None:
    path = tmp_path / "book.json"

    @settings(max_examples=30)
    @given(st.lists(strategies.entries(), max_size=5, unique_by=lambda entry: entry.id))
    def check(entries: list[Entry]) -> None:
        for pretty in (False, True):
            exporter = JsonExporter(pretty=pretty)
            path.write_bytes(make(entries, Metadata(title="Book"), exporter=exporter))
            assert exporter.recognises(io.BytesIO(path.read_bytes()))
            with Collection.open(str(path)) as book:
                assert {entry.id: entry for entry in book} == {entry.id: entry for entry in entries}
                assert book.metadata.title == "Book"

    check()


def test_it_is_one_json_value_with_an_entry_a_line(make) -> None:
    entries = [Entry(id=f"{number:016}", title=f"{number}") for number in range(3)]
    data = make(entries, exporter=JsonExporter())
    assert [entry["title"] for entry in json.loads(data)["entries"]] == ["0", "1", "2"]
    assert sum(line.startswith(b'{"id"') for line in data.splitlines()) == 3
    assert JsonExporter().recognises(io.BytesIO(data))
    assert not JsonExporter().recognises(io.BytesIO(b'{"name": "somebody\'s"}'))


def test_a_collection_is_not_replaced_by_an_export_but_an_export_is(tmp_path: Path) -> None:
    kept = tmp_path / "kept.json"
    with Collection.create(kept, title="Kept") as collection:
        with collection.transaction() as batch:
            batch.put(Entry.new(title="Precious", body="Text."))
        before = kept.read_bytes()
        for force in (False, True):
            with pytest.raises(ExportError, match="is the collection"):
                export(collection, kept, "title:nothing", force=force)
        link = tmp_path / "link.json"
        link.symlink_to(kept)
        with pytest.raises(ExportError, match="is the collection"):
            export(collection, link, force=True)
    with Collection.create("memory:") as other:
        with pytest.raises(OutputExists):
            export(other, kept)
        assert kept.read_bytes() == before
        book = tmp_path / "book.json"
        export(other, book)
        export(other, book)
        with Collection.open(book) as opened, opened.transaction() as batch:
            batch.put(Entry.new(title="Written", body="Text."))
        with pytest.raises(OutputExists):
            export(other, book)
        export(other, book, force=True)


def test_pretty_is_what_json_calls_indented(make) -> None:
    entries = [Entry(id=f"{number:016}", title="a", body="b\nc") for number in range(2)]
    for given_entries in (entries, []):
        data = make(given_entries, exporter=JsonExporter(pretty=True)).decode()
        if given_entries:
            assert data == json.dumps(json.loads(data), indent=2, ensure_ascii=False) + "\n"


@pytest.mark.slow
@settings(max_examples=30)
@given(st.lists(strategies.entries(), max_size=5, unique_by=lambda entry: entry.id))
def test_a_line_is_an_entry_by_the_published_schema(entries: list[Entry]) -> None:
    out = io.BytesIO()
    with Collection.create("memory:") as texts:
        with texts.transaction() as batch:
            for entry in entries:
                batch.put(entry)
        export_to_stream(texts, out, JsonLinesExporter())
    lines = out.getvalue().splitlines()
    assert {entry.id: entry for entry in (decode_json(line, Entry) for line in lines)} == {
        entry.id: entry for entry in entries
    }
    assert JsonLinesExporter().recognises(io.BytesIO(out.getvalue())) == bool(entries)


def test_lines_have_the_fields_that_were_asked_for(make) -> None:
    entries = [
        Entry(id="0" * 16, title="a", source=Source(uri="a.txt")),
        Entry(id="1" * 16, attributes={"x": {"y": 1}}),
    ]
    fields = ("id", "source.uri", "attributes.x.y", "title")
    data = make(entries, exporter=JsonLinesExporter(fields))
    assert {tuple(json.loads(line).items()) for line in data.splitlines()} == {
        (("id", "0" * 16), ("source.uri", "a.txt"), ("attributes.x.y", None), ("title", "a")),
        (("id", "1" * 16), ("source.uri", None), ("attributes.x.y", 1), ("title", None)),
    }
    with pytest.raises(InvalidValueError, match="nowhere"):
        JsonLinesExporter(("nowhere",))


def test_a_document_has_the_fields_that_were_asked_for(make) -> None:
    entries = [Entry(id=f"{number:016}", title="a") for number in range(2)]
    for pretty in (False, True):
        exporter = JsonExporter(pretty=pretty, fields=("title", "source.uri"))
        data = make(entries, Metadata(title="Book"), exporter=exporter)
        document = json.loads(data)
        assert document["fields"] == ["title", "source.uri"]
        assert document["entries"] == [{"title": "a", "source.uri": None}] * 2
        jsonschema.validate(document, json_schema())
        assert exporter.recognises(io.BytesIO(data))
    with pytest.raises(InvalidValueError, match="nowhere"):
        JsonExporter(fields=("nowhere",))


def test_a_feed_has_what_json_feed_1_1_asks_for(make) -> None:
    entry = Entry(
        id="0" * 16, title="A", body="*b*[^1]\n\n[^1]: c", markup="markdown", tags=("t",),
        language="en", added=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), source=Source(uri="https://e.example/a"),
        contributors=(Contributor(name="N"),),
    )  # fmt: skip
    data = make([entry], Metadata(title="Feed", id="urn:x:y"), exporter=JsonFeedExporter())
    feed = json.loads(data)
    assert (feed["version"], feed["title"]) == ("https://jsonfeed.org/version/1.1", "Feed")
    (item,) = feed["items"]
    assert item["content_html"].startswith("<p><em>b</em>")
    del item["content_html"]
    assert item == {
        "id": "0" * 16, "title": "A", "language": "en", "tags": ["t"],
        "authors": [{"name": "N"}], "external_url": "https://e.example/a",
        "date_published": "2026-01-02T03:04:05+00:00",
    }  # fmt: skip
    assert JsonFeedExporter().recognises(io.BytesIO(data))
    assert not JsonFeedExporter().recognises(io.BytesIO(b"{}"))
    assert json.loads(make([], exporter=JsonFeedExporter()))["items"] == []


def test_a_feed_keeps_the_lines_that_a_drawing_begins_with(make) -> None:
    entry = Entry(id="0" * 16, body="```\n\n  *\n ***\n```\n\nA<br/>b", markup="markdown")
    (item,) = json.loads(make([entry], exporter=JsonFeedExporter()))["items"]
    # A browser leaves out the first line feed in it (HTML §13.1.2.5).
    assert item["content_html"].startswith("<pre>\n\n  *\n ***</pre>")


def test_linked_data_speaks_as_schema_org(make) -> None:
    entry = Entry(
        id="0" * 16, title="A", body="b", category=("P", "Q"), rights="CC0-1.0",
        contributors=(Contributor(name="N", role="trl"), Contributor(name="M", role="com")),
    )  # fmt: skip
    data = make([entry], Metadata(title="Works", id="urn:x:y"), exporter=JsonLdExporter())
    document = json.loads(data)
    assert document["@context"] == "https://schema.org"
    assert (document["@type"], document["@id"], document["name"]) == (
        "Collection", "urn:x:y", "Works",
    )  # fmt: skip
    assert document["hasPart"] == [{
        "@type": "CreativeWork", "identifier": "0" * 16, "name": "A", "text": "b",
        "encodingFormat": "text/plain", "genre": "P / Q", "license": "CC0-1.0",
        "translator": [{"@type": "Person", "name": "N"}],
        "contributor": [{"@type": "Person", "name": "M"}],
    }]  # fmt: skip
    assert JsonLdExporter().recognises(io.BytesIO(data))
