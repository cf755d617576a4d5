import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectionlib import Collection, Entry, Metadata
from collectionlib.errors import ExportError, OutputExists
from collectionlib.publishing.formats.json import JsonExporter
from collectionlib.publishing.output import export
from collectionlib.testing import strategies


def test_every_export_opens_as_a_collection_with_the_same_entries(make, tmp_path: Path) -> None:
    path = tmp_path / "book.json"

    @settings(max_examples=30)
    @given(st.lists(strategies.entries(), max_size=5, unique_by=lambda entry: entry.id))
    def check(entries: list[Entry]) -> None:
        path.write_bytes(make(entries, Metadata(title="Book"), exporter=JsonExporter()))
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
