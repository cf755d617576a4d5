"""Nothing of a text is lost on its way into a book, nor on the way back."""

import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from lxml import etree
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from collectionlib import Collection, Entry, export, import_texts
from collectionlib.markup import parse

pytestmark = pytest.mark.slow

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
_MARKDOWN.use(footnote_plugin, inline=False)
_RUBY = re.compile(r"\{(?!\s)([^{|}]+)(?<!\s)\|(?!\s)([^{|}]+)(?<!\s)\}")
_BRACE = "\ue000"  # one that was escaped, and so is no ruby


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _characters(entry: Entry) -> str:
    """The body without blanks, as a reader sees it; read without our parser."""
    if entry.markup == "plain":
        return _squeezed(entry.body)
    shown = "".join(_shown(_MARKDOWN.parse(entry.body), entry.body.split("\n")))
    return _squeezed(_RUBY.sub(r"\1\2", shown).replace(_BRACE, "{"))


def _shown(tokens: Sequence[Token], lines: Sequence[str]) -> Iterator[str]:
    for token in tokens:
        if token.type in ("inline", "image"):
            yield from _shown(token.children or (), lines)
        elif token.type == "text_special":
            yield token.content.replace("{", _BRACE)
        elif token.type == "hr" and token.map:
            mark = lines[token.map[0]].strip()
            yield mark if mark != "---" else ""
        elif token.type == "footnote_ref":
            yield str(token.meta["id"] + 1)
        elif token.type in ("text", "code_inline", "code_block", "fence"):
            yield token.content


def test_every_character_of_every_text_is_in_the_book_in_order(corpus) -> None:
    entries = corpus.entries
    texts = list(corpus.texts())
    assert [found for found, _ in texts] == [entry.id for entry in entries]
    for entry, (_, text) in zip(entries, texts, strict=True):
        body = _characters(entry)
        assert text.endswith(body), entry.id
        title, head = _squeezed(entry.title), text.removesuffix(body)
        assert head.startswith(title), entry.id
        names = head.removeprefix(title)
        assert bool(names) == bool(entry.contributors), entry.id
        assert all(_squeezed(one.name) in names for one in entry.contributors), entry.id


def test_every_file_with_texts_is_in_the_book(corpus, manifest) -> None:
    folder = corpus.name.removeprefix("corpus ")
    files = {
        path
        for path, truth in manifest.items()
        if path.startswith(f"{folder}/") and truth.get("expected_entries")
    }
    assert files <= {entry.source.uri for entry in corpus.entries if entry.source}


def test_a_book_that_is_read_back_and_written_again_is_the_same(corpus, tmp_path: Path) -> None:
    second = tmp_path / "second.epub"
    with Collection.create("memory:") as again:
        report = import_texts(again, corpus.path, clock=lambda: None)
        assert report.rejected == ()
        back = {entry.id: entry for entry in again}
        export(again, second)
    for entry in corpus.entries:
        found = back.pop(entry.id)
        assert _facts(found) == _facts(entry)
        assert parse(found.body, found.markup) == parse(entry.body, entry.markup), entry.id
    assert not back
    assert _members(second) == _members(corpus.path)
    assert second.read_bytes() == corpus.path.read_bytes()


def _facts(entry: Entry) -> tuple[object, ...]:
    return (
        entry.id, entry.title.strip(), entry.category, entry.contributors, entry.language,
        entry.rights,
    )  # fmt: skip


def _members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as book:
        return {name: book.read(name) for name in book.namelist()}


@pytest.mark.parametrize("name", ["hebrew", "standardebooks/aesop-fables"])
def test_texts_of_one_file_stand_in_its_order(corpora: Path, tmp_path: Path, name: str) -> None:
    if name == "hebrew":
        titles = [f"Proverbs {chapter}" for chapter in range(1, 32)]
    else:
        page = etree.parse(corpora / name / "fables.xhtml")
        headings = page.iterfind(".//{*}article/{*}h2[1]")
        titles = [" ".join("".join(heading.itertext()).split()) for heading in headings]
    with Collection.create("memory:") as texts:
        import_texts(texts, corpora / name)
        found = [entry.title for entry in texts]
    assert found == titles
