"""A collection in JSON gives its entries back as they were; what is damaged is named."""

import io
import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collectionlib import Category, Collection, Entry, Metadata, Source, import_texts
from collectionlib.codec import encode_json
from collectionlib.curating.categories import rename_category
from collectionlib.errors import ParseError
from collectionlib.identity import entry_id
from collectionlib.importing.draft import Draft
from collectionlib.importing.formats.collection_json import CollectionImporter
from collectionlib.importing.pipeline import ImportReport
from collectionlib.importing.sources import SourceFile
from collectionlib.publishing.formats.json import JsonExporter
from collectionlib.publishing.output import export_to_stream
from collectionlib.testing import strategies


def exported(entries: Iterable[Entry], metadata: Metadata | None = None) -> bytes:
    out = io.BytesIO()
    with Collection.create("memory:", metadata=metadata or Metadata(title="Jokes")) as texts:
        with texts.transaction() as batch:
            for entry in entries:
                batch.put(entry)
        export_to_stream(texts, out, JsonExporter())
    return out.getvalue()


def parsed(data: bytes) -> list[Draft]:
    source = SourceFile("shelf/jokes.json", data)
    assert CollectionImporter().recognises(source)
    return list(CollectionImporter().parse(source))


def imported(path: Path, texts: Collection) -> ImportReport:
    return import_texts(texts, path)


def _entry(name: str, **values: Any) -> Entry:
    return Entry(id=entry_id(name), title=name, body=f"Text of {name}.", **values)


FULL = [
    _entry("one", source=Source(uri="archive/one.txt", sha256="a" * 64, changes=("newlines",)),
           attributes={"a": [1, {"b": None}]}, category=("Puns", "Short")),
    _entry("two", tags=("x", "y"), created="1850"),
]  # fmt: skip


@pytest.mark.parametrize("layout", ["ours", "indented", "minified", "lines"])
def test_entries_come_back_as_they_were(tmp_path: Path, layout: str) -> None:
    data = exported(FULL)
    if layout == "indented":
        data = json.dumps(json.loads(data), indent=2).encode()
    elif layout == "minified":
        data = json.dumps(json.loads(data)).encode()
    elif layout == "lines":
        data = b"\n\n".join(map(encode_json, FULL))
    path = tmp_path / "jokes.json"
    path.write_bytes(data)
    with Collection.create("memory:") as texts:
        report = imported(path, texts)
        assert (report.added, report.rejected, report.warnings) == (2, (), ())
        assert sorted(texts, key=lambda entry: entry.title) == FULL
        again = imported(path, texts)
        assert (again.added, again.updated, again.unchanged) == (0, 0, 2)


@pytest.mark.slow
@settings(max_examples=20, suppress_health_check=list(HealthCheck))
@given(st.lists(strategies.entries(), min_size=1, unique_by=lambda entry: entry.id))
def test_any_entries_come_back(entries: list[Entry]) -> None:
    drafts = parsed(exported(entries))
    assert {draft.id: draft.entry for draft in drafts} == {entry.id: entry for entry in entries}


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_damaged_entry_is_named_with_its_line_and_the_rest_is_read(place: int) -> None:
    entries = sorted((_entry(name) for name in "abc"), key=lambda entry: entry.title)
    lines = exported(entries).split(b"\n")
    first = next(number for number, line in enumerate(lines) if line.startswith(b'{"id"'))
    lines[first + place] = lines[first + place].replace(b'"title":"', b'"titel":"')
    drafts = parsed(b"\n".join(lines))
    assert len(drafts) == 2
    warnings = [warning for draft in drafts for warning in draft.warnings]
    assert len(warnings) == 1
    assert warnings[0].startswith(
        f"line {first + place + 1}: the entry is damaged and was left out"
    )
    (removal,) = [removal for draft in drafts for removal in draft.removed]
    assert f"Text of {'abc'[place]}." in removal.text


def test_a_document_that_is_cut_off_says_so() -> None:
    data = exported(FULL)
    drafts = parsed(data[: data.rindex(b"]}")])
    assert len(drafts) == 2
    assert "it is cut off" in drafts[-1].warnings[0]
    with pytest.raises(ParseError, match=r"no JSON|no entry"):
        parsed(data[:-60].replace(b"}", b" "))


def test_later_versions_are_refused() -> None:
    data = exported(FULL).replace(b'"schema_version":1', b'"schema_version":99')
    with pytest.raises(ParseError, match=r"format version 99.*update collectionlib"):
        parsed(data)


def test_an_id_that_stands_twice_loses_no_text(tmp_path: Path) -> None:
    own = FULL[1]
    path = tmp_path / "jokes.jsonl"
    other = encode_json(own).replace(b"Text of", b"Another text of")
    path.write_bytes(encode_json(own) + b"\n" + other + b"\n")
    with Collection.create("memory:") as texts:
        report = imported(path, texts)
        assert {entry.body for entry in texts} == {own.body, "Another text of two."}
    assert report.added == 2
    assert "line 2: another entry has the id" in "".join(parsed(path.read_bytes())[1].warnings)


def test_what_is_said_of_the_collection_is_noted() -> None:
    (draft,) = parsed(exported(FULL[:1], Metadata(title="Jokes", language="en")))
    assert draft.evidence == ("the collection 'Jokes'",)
    assert draft.warnings == ()


def test_other_json_is_left_to_others() -> None:
    for value in ('[{"text": "x"}]', '{"id": "0chgm9qjpmfdsafq", "joke": "x"}', '{"id": 1}',
                  '{"schema_version": 1, "sources": 3}', "{"):  # fmt: skip
        assert CollectionImporter().recognises(SourceFile("a.json", value.encode())) is None


def test_it_wins_over_json_in_general(tmp_path: Path) -> None:
    path = tmp_path / "jokes.json"
    path.write_bytes(exported(FULL))
    with Collection.create("memory:") as texts:
        imported(path, texts)
        assert {entry.id for entry in texts} == {entry.id for entry in FULL}


@settings(max_examples=100, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_document_with_wrong_bytes_is_read_or_refused(data: st.DataObject) -> None:
    whole = bytearray(exported(FULL))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(20, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with suppress(ParseError):
        for draft in CollectionImporter().parse(SourceFile("shelf/jokes.json", bytes(whole))):
            assert draft.entry is not None


def test_what_is_said_of_the_collection_and_its_categories_comes_along(tmp_path: Path) -> None:
    out = io.BytesIO()
    said = Category(path=("Puns",), description="All of them.")
    with Collection.create("memory:", title="Jokes") as texts:
        with texts.transaction() as batch:
            batch.put(FULL[0])
            batch.set_category(said)
        export_to_stream(texts, out, JsonExporter())
    (draft,) = parsed(out.getvalue())
    assert draft.about is not None
    assert draft.about.metadata.title == "Jokes"
    (tmp_path / "jokes.json").write_bytes(out.getvalue())
    with Collection.create("memory:") as texts:
        import_texts(texts, tmp_path / "jokes.json")
        assert texts.metadata.title == "Jokes"
    with Collection.create("memory:", title="Mine") as texts:
        with texts.transaction() as batch:
            batch.set_category(Category(path=("Puns",), description="Mine."))
        import_texts(texts, tmp_path / "jokes.json")
        assert texts.metadata.title == "Mine"
        with texts.snapshot() as view:
            assert view.categories() == (Category(path=("Puns",), description="Mine."),)


def test_what_is_said_of_a_category_that_was_renamed_does_not_come_back(tmp_path: Path) -> None:
    out = io.BytesIO()
    with Collection.create("memory:") as texts:
        with texts.transaction() as batch:
            batch.put(FULL[0])
            for path in (("Puns",), ("Puns", "Empty"), ("Other",)):
                batch.set_category(Category(path=path, description="Said."))
        export_to_stream(texts, out, JsonExporter())
    (tmp_path / "jokes.json").write_bytes(out.getvalue())

    def described(texts: Collection) -> set[tuple[str, ...]]:
        with texts.snapshot() as view:
            return {category.path for category in view.categories()}

    with Collection.create(tmp_path / "shelf.db") as shelf:
        imported(tmp_path / "jokes.json", shelf)
        assert described(shelf) == {("Puns",), ("Puns", "Empty"), ("Other",)}
        rename_category(shelf, ("Puns",), ("Jests",))
        imported(tmp_path / "jokes.json", shelf)
        assert described(shelf) == {("Jests",), ("Jests", "Empty"), ("Other",)}
        assert [entry.category for entry in shelf] == [("Jests", "Short")]


def test_what_stands_behind_a_collection_is_told_and_kept_in_the_report() -> None:
    data = exported([_entry("a")], Metadata())
    (draft,) = parsed(data + b"More.")
    assert draft.body == "Text of a."
    assert any("behind the end of the collection stands more" in each for each in draft.warnings)
    assert [each.text for each in draft.removed] == ["More."]
    assert parsed(exported([])) == []
