import io
import json
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from collectionlib import Collection, Entry, Metadata
from collectionlib.publishing.formats.json import JsonExporter
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
