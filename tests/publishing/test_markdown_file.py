"""One Markdown file: what pandoc, and we, read of it."""

import io
import re
import resource
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectionlib import Category, Collection, Contributor, Entry, Metadata
from collectionlib._yaml import load
from collectionlib.errors import ExportError
from collectionlib.identity import entry_id
from collectionlib.markup import markdown, parse
from collectionlib.markup.blocks import Heading, Note, words
from collectionlib.publishing.formats.markdown import MarkdownExporter
from collectionlib.publishing.output import export, export_to_stream
from collectionlib.testing import strategies

NOTED = "A word.[^a]\n\n### Deep\n\n[^a]: A note."
ENTRIES = [
    Entry(id=entry_id("1"), title="One *star*", body=NOTED, markup="markdown"),
    Entry(id=entry_id("2"), title="Two", body=NOTED, markup="markdown", category=("Part",)),
    Entry(id=entry_id("3"), body="1. No list.\n\n  Verse\n   of two", category=("Part", "Below")),
    Entry(id=entry_id("4"), body="# No heading", category=("Part", "Below"),
          contributors=(Contributor(name="Lu_Xun_"),)),
]  # fmt: skip
METADATA = Metadata(
    title='A "title": #1', language="en", contributors=(Contributor(name="魯迅"),), rights="CC0-1.0"
)
SAID = [Category(path=("Part",), description="About *it*.")]


def test_titles_are_headings_and_notes_have_numbers_of_their_own(make) -> None:
    text = make(ENTRIES, METADATA, SAID, MarkdownExporter()).decode()
    head, _, body = text.removeprefix("---\n").partition("\n---\n")
    assert load(head) == {
        "title": 'A "title": #1', "author": ["魯迅"], "lang": "en", "rights": "CC0-1.0",
        "identifier": load(head)["identifier"], "generator": "collectionlib",
    }  # fmt: skip
    blocks = markdown.parse(body)
    headings = [(b.level, " ".join(words([b]))) for b in blocks if isinstance(b, Heading)]
    assert headings == [
        (1, "One *star*"), (2, "Deep"), (1, "Part"), (2, "Two"), (3, "Deep"), (2, "Below"),
    ]  # fmt: skip
    assert sum(isinstance(block, Note) for block in blocks) == 2
    said = " ".join(words(blocks))
    assert "About *it*." in said
    assert "1. No list. Verse of two Lu_Xun_ # No heading" in said


def test_its_own_files_are_recognised_and_others_are_not(make) -> None:
    exporter = MarkdownExporter()
    assert exporter.recognises(io.BytesIO(make(ENTRIES, METADATA, exporter=exporter)))
    assert not exporter.recognises(
        io.BytesIO(b"---\ntitle: mine\n---\n\ngenerator: collectionlib\n")
    )
    assert not exporter.recognises(io.BytesIO(b"# Mine\n"))


@pytest.mark.slow
@settings(max_examples=50)
@given(st.lists(strategies.entries(), max_size=4, unique_by=lambda entry: entry.id))
def test_every_word_of_every_text_is_there(entries: list[Entry]) -> None:
    out = io.BytesIO()
    with Collection.create("memory:", title="T") as texts:
        with texts.transaction() as batch:
            for entry in entries:
                batch.put(entry)
        export_to_stream(texts, out, MarkdownExporter())
    body = out.getvalue().decode().partition("\n---\n")[2]
    found = "".join(words(markdown.parse(body)))
    for entry in entries:
        for block in parse(entry.body, entry.markup):
            assert "".join(words([block])) in found


def test_pandoc_reads_it(make, tmp_path: Path) -> None:
    pandoc = shutil.which("pandoc")
    if pandoc is None:
        pytest.skip("pandoc is not installed")
    path = tmp_path / "book.md"
    path.write_bytes(make(ENTRIES, METADATA, SAID, MarkdownExporter()))
    html = subprocess.run(
        [pandoc, "--standalone", "--to", "html", path], check=True, capture_output=True, text=True
    ).stdout
    assert html.count('class="footnote-ref"') == 2
    assert "<title>A “title”: #1</title>" in html.replace("&quot;", '"')


def test_a_folder_has_a_file_for_each_text_and_is_a_collection(tmp_path: Path) -> None:
    metadata = Metadata(title="Wishes", language="en")
    texts = [
        Entry(id=entry_id("1"), title="One", body="A *text*.", markup="markdown", category=("A",)),
        Entry(id=entry_id("2"), title="Two", body="Another.", category=("A", "B"), tags=("t",)),
    ]
    with Collection.create("memory:", metadata=metadata) as collection:
        with collection.transaction() as batch:
            for entry in texts:
                batch.put(entry)
            batch.set_category(Category(path=("A",), description="Of A."))
        for name in ("one", "two"):
            export(collection, f"{tmp_path}/{name}/", to="markdown")
        export(collection, tmp_path / "one", "title:Two", to="markdown")
        export(collection, tmp_path / "one", to="markdown")
    files = _files(tmp_path / "one")
    assert files == _files(tmp_path / "two")
    assert files.keys() == {".collectionlib-export", "collection.toml", "A/One.md", "A/B/Two.txt"}
    with Collection.open(tmp_path / "one") as again, again.snapshot() as view:
        assert list(again) == texts
        assert view.categories()[0].description == "Of A."


def test_a_disk_that_is_full_names_the_folder_that_was_asked_for(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with Collection.create("memory:", title="Wishes") as collection:
        with collection.transaction() as batch:
            batch.put(ENTRIES[0])
        resource.setrlimit(resource.RLIMIT_FSIZE, (1, hard))
        try:
            with pytest.raises(ExportError) as caught:
                export(collection, f"{tmp_path}/texts/", to="markdown")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert re.match(
        rf"{re.escape(str(tmp_path))}/texts/? could not be written: ", str(caught.value)
    )
    assert [*tmp_path.iterdir()] == []


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
