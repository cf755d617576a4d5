"""Books: texts where the contents say, nothing lost, nothing dangerous; and our own come back."""

import io
import re
import zipfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collectionlib import Category, Collection, Contributor, Entry, Metadata, import_texts
from collectionlib.errors import IngestError, ParseError, UnsafeSource
from collectionlib.identity import entry_id
from collectionlib.importing.draft import Draft, Removal
from collectionlib.importing.formats.epub import EpubImporter
from collectionlib.importing.pipeline import ImportReport
from collectionlib.importing.sources import SourceFile
from collectionlib.markup import html, markdown, parse, plain
from collectionlib.markup.blocks import words
from collectionlib.markup.rendered import is_reversible, read
from collectionlib.publishing.formats.epub import EpubExporter
from collectionlib.publishing.output import export_to_stream
from collectionlib.testing import strategies

CONTAINER = """<?xml version="1.0"?><container version="1.0"
xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile
full-path="OPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"""
METADATA = """<dc:title>Fables</dc:title><dc:language>en-GB</dc:language>
<dc:creator id="a">Aesop</dc:creator><meta refines="#a" property="file-as">Aesopus</meta>
<dc:contributor id="t">V. S. Jones</dc:contributor>
<meta refines="#t" property="role" scheme="marc:relators">trl</meta>
<dc:rights>CC0-1.0</dc:rights><dc:date>1912-05-01T00:00:00Z</dc:date>
<dc:publisher>Heinemann</dc:publisher>"""


def page(body: str, kind: str = "") -> str:
    return (
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">'
        f'<head><title>Page</title></head><body epub:type="{kind}">{body}</body></html>'
    )


def nav(items: str) -> str:
    return page(f'<nav epub:type="toc"><h1>Contents</h1><ol>{items}</ol></nav>')


def item(href: str, title: str, below: str = "") -> str:
    inner = f"<ol>{below}</ol>" if below else ""
    return f'<li><a href="{href}">{title}</a>{inner}</li>'


def book(
    pages: dict[str, str | bytes],
    metadata: str = METADATA,
    spine: Iterable[str] | None = None,
    others: dict[str, str | bytes] | None = None,
) -> bytes:
    """An EPUB with these pages in the folder OPS; one named nav.xhtml is the contents."""

    def entry(name: str) -> str:
        kind = "application/x-dtbncx+xml" if name.endswith(".ncx") else "application/xhtml+xml"
        properties = ' properties="nav"' if name == "nav.xhtml" else ""
        return f'<item id="i-{name}" href="{name}" media-type="{kind}"{properties}/>'

    names = [name for name in pages if not name.endswith(".ncx")] if spine is None else spine
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/">{metadata}</metadata>'
        f"<manifest>{''.join(map(entry, pages))}</manifest>"
        f"<spine>{''.join(f'<itemref idref={chr(34)}i-{n}{chr(34)}/>' for n in names)}</spine>"
        "</package>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        archive.writestr("META-INF/container.xml", CONTAINER)
        archive.writestr("OPS/book.opf", package)
        for name, content in pages.items():
            archive.writestr(f"OPS/{name}", content)
        for name, content in (others or {}).items():
            archive.writestr(name, content)
    return out.getvalue()


def parsed(data: bytes) -> list[Draft]:
    source = SourceFile("shelf/book.epub", data)
    assert EpubImporter().recognises(source)
    return list(EpubImporter().parse(source))


def told(drafts: list[Draft]) -> list[tuple[tuple[str, ...] | None, str | None, str]]:
    return [(draft.category, draft.title, draft.body) for draft in drafts]


def test_items_begin_at_fragments_and_go_on_over_pages() -> None:
    data = book(
        {
            "nav.xhtml": nav(
                item("a.xhtml#one", "One") + item("a.xhtml#two", "Two") + item("c.xhtml", "Three")
            ),
            "a.xhtml": page(
                '<p>Before.</p><section><h2 id="one">One</h2><p>First.</p>'
                '<div><p id="two">Second, <i>here</i>.</p></div></section>'
            ),
            "b.xhtml": page("<p>Still second.</p>"),
            "c.xhtml": page("<h1>Three</h1><p>Third.</p>"),
            "d.xhtml": page("<p>Behind.</p>"),
        }
    )
    drafts = parsed(data)
    assert told(drafts) == [
        ((), "", "Before."),
        ((), "One", "First."),
        ((), "Two", "Second, *here*.\n\nStill second."),
        ((), "Three", "Third.\n\nBehind."),
    ]
    assert "Contents One Two Three" in drafts[0].removed[0].text.replace("\n", " ")


def test_nested_items_are_categories() -> None:
    below = item("a.xhtml#f", "The Fox") + item("a.xhtml#w", "The Wolf")
    data = book(
        {
            "nav.xhtml": nav(
                item("a.xhtml", "Part I", below) + "<li><span>Part II</span><ol>"
                + item("b.xhtml", "The Owl") + "</ol></li>"
            ),
            "a.xhtml": page(
                '<h1>Part I</h1><p>A word before.</p><h2 id="f">The Fox</h2><p>Fox.</p>'
                '<h2 id="w">The Wolf</h2><p>Wolf.</p>'
            ),
            "b.xhtml": page("<h2>The Owl</h2><p>Owl.</p>"),
        }
    )  # fmt: skip
    assert told(parsed(data)) == [
        (("Part I",), "Part I", "A word before."),
        (("Part I",), "The Fox", "Fox."),
        (("Part I",), "The Wolf", "Wolf."),
        (("Part II",), "The Owl", "Owl."),
    ]


NCX = """<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap>
<navPoint><navLabel><text>Part</text></navLabel><content src="a.xhtml"/>
<navPoint><navLabel><text>One</text></navLabel><content src="a.xhtml#one"/></navPoint>
</navPoint></navMap></ncx>"""


def test_epub_2_has_its_contents_in_the_ncx() -> None:
    pages = {"toc.ncx": NCX, "a.xhtml": page('<h1>Part</h1><h2 id="one">One</h2><p>Text.</p>')}
    (draft,) = parsed(book(pages))
    assert (draft.category, draft.title, draft.body) == (("Part",), "One", "Text.")
    assert [removal.text for removal in draft.removed] == ["Part", "One"]


def test_without_contents_each_page_of_the_spine_is_a_text() -> None:
    pages = {"a.xhtml": page("<h1>One</h1><p>1</p>"), "b.xhtml": page("<p>2</p>")}
    assert told(parsed(book(pages))) == [((), "One", "1"), ((), "", "2")]


def test_what_the_book_says_counts_for_each_text() -> None:
    (draft,) = parsed(book({"a.xhtml": page("<p>Text.</p>")}))
    assert draft.language == "en-GB"
    assert draft.contributors == (
        Contributor(name="Aesop", sort_name="Aesopus"),
        Contributor(name="V. S. Jones", role="trl"),
    )
    assert (draft.rights, draft.created, draft.site) == (
        "CC0-1.0",
        "1912-05-01T00:00:00Z",
        "Fables",
    )
    assert draft.attributes == {"book": {"publisher": "Heinemann"}}
    assert (draft.encoding, draft.many, draft.span) == ("utf-8", True, None)


def test_structure_becomes_markdown_and_paragraphs_stay_plain() -> None:
    body = (
        "<h1>Title</h1><p>A <b>bold</b>\n  word,<br/>and <code>a*b</code>.</p>"
        "<blockquote><p>Quote.</p></blockquote><ol start='3'><li>Three<ul><li>deep</li></ul></li>"
        "</ol><p><ruby>漢<rt>かん</rt>字<rt>じ</rt></ruby></p><hr/><pre>  a\n b</pre>"
        "<table><tr><td>1</td><td>2</td></tr></table><p><img src='x.png' alt='A fox'/></p>"
        "<p>a <a href='https://e.example/'>link</a> and <a href='#n'>a note</a></p>"
        "<script>no()</script>"
    )
    (draft,) = parsed(book({"a.xhtml": page(body)}))
    assert draft.title == "Title"
    assert draft.body == (
        "A **bold** word,\\\nand `a*b`.\n\n> Quote.\n\n3. Three\n\n   - deep\n\n{漢|かん}{字|じ}"
        "\n\n---\n\n```\n  a\n b\n```\n\n1\n\n2\n\n![A fox](<x.png>)\n\n"
        "a [link](<https://e.example/>) and a note"
    )
    (draft,) = parsed(book({"a.xhtml": page("<p>春眠\n  不覺曉</p><p>1 * 2 &lt; 3&nbsp;!</p>")}))
    assert (draft.markup, draft.body) == ("plain", "春眠不覺曉\n\n1 * 2 < 3\xa0!")


def test_notes_on_a_page_of_their_own_stand_with_what_refers_to_them() -> None:
    def reference(number: int) -> str:
        return f'<a href="end.xhtml#n{number}" id="r{number}" epub:type="noteref">{number}</a>'

    def note(number: int, words: str, where: str) -> str:
        back = f'<a href="{where}#r{number}" role="doc-backlink">\u21a9</a>'
        return f'<li id="n{number}" epub:type="endnote"><p>{words} {back}</p></li>'

    notes = note(1, "Of <i>old</i>.", "1.xhtml") + note(2, "Of late.", "2.xhtml")
    lonely = '<li id="n3" epub:type="endnote"><p>Of nobody.</p></li>'
    first = f"<h2>One</h2><p>A fox{reference(1)} came.</p><p>It went.</p>"
    pages = {
        "nav.xhtml": nav(
            item("1.xhtml", "One") + item("2.xhtml", "Two") + item("end.xhtml", "Endnotes")
        ),
        "1.xhtml": page(first),
        "2.xhtml": page(f'<h2 id="n2">Two</h2><div><p>A hen{reference(2)} too.</p></div>'),
        "end.xhtml": page(f"<section><h2>Endnotes</h2><ol>{notes}</ol></section>"),
    }
    fox, hen = "A fox[^1] came.\n\nIt went.\n\n[^1]: Of *old*.", "A hen[^1] too.\n\n[^1]: Of late."
    drafts = parsed(book(pages))
    assert told(drafts) == [((), "One", fox), ((), "Two", hen)]
    assert "notes of other pages that stand with their texts: 2" in drafts[0].evidence
    assert Removal("part-heading", "Endnotes") in drafts[0].removed
    pages["end.xhtml"] = pages["end.xhtml"].replace("</ol>", f"{lonely}</ol>")
    assert told(parsed(book(pages)))[2:] == [((), "Endnotes", "1. Of nobody.")]


def test_cover_title_page_and_contents_are_no_texts_but_not_lost() -> None:
    data = book(
        {
            "cover.xhtml": page('<img src="c.png" alt=""/>', "cover"),
            "title.xhtml": page('<section epub:type="titlepage"><h1>Fables</h1></section>'),
            "nav.xhtml": nav(item("title.xhtml", "Title page") + item("a.xhtml", "One")),
            "a.xhtml": page("<p>Text.</p>"),
            "empty.xhtml": page("<p> </p>"),
        }
    )
    (draft,) = parsed(data)
    assert draft.title == "One"
    removed = [(removal.change, removal.text) for removal in draft.removed]
    assert removed == [
        ("front-matter", "Fables"),
        ("front-matter", "Contents Title page One"),
    ]


def test_what_is_wrong_is_named_and_the_rest_is_read() -> None:
    data = book(
        {
            "nav.xhtml": nav(
                item("A.XHTML", "One") + item("b.xhtml#gone", "Two")
                + item("missing.xhtml", "Three") + item("../../../etc/passwd", "Four")
                + item("https://e.example/", "Five") + item("b.xhtml", "Six")
            ),
            "a.xhtml": "<html><body><p>Broken <b>page<p>A & B&eacute;</body>",
            "b.xhtml": page("<p>Second.</p>"),
        }
    )  # fmt: skip
    drafts = parsed(data)
    assert told(drafts) == [((), "One", "Broken **page**\n\nA & Bé"), ((), "Two", "Second.")]
    warnings = "\n".join(drafts[0].warnings)
    for sentence in (
        "OPS/A.XHTML is named OPS/a.xhtml",
        "OPS/a.xhtml is no well-formed XML: read as HTML",
        "has no place 'gone'",
        "OPS/missing.xhtml is missing",
        "leads out of the book",
        "'Six' begins where 'Two' does",
    ):
        assert sentence in warnings


ENCRYPTION = """<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"
xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData><enc:EncryptionMethod
Algorithm="{}"/></enc:EncryptedData></encryption>"""


def test_a_protected_book_is_refused_and_one_with_hidden_fonts_is_not() -> None:
    pages = {"a.xhtml": page("<p>Text.</p>")}
    fonts = ENCRYPTION.format("http://www.idpf.org/2008/embedding")
    assert parsed(book(pages, others={"META-INF/encryption.xml": fonts}))
    for method in ("http://www.w3.org/2001/04/xmlenc#aes128-cbc", ""):
        drm = ENCRYPTION.format(method)
        with pytest.raises(IngestError, match=r"encrypted \(DRM\)"):
            parsed(book(pages, others={"META-INF/encryption.xml": drm}))


@pytest.mark.slow
def test_what_unfolds_to_more_than_a_book_is_refused() -> None:
    with pytest.raises(UnsafeSource, match="unfolds to more"):
        parsed(book({"a.xhtml": b" " * (65 * 1024 * 1024)}))


def test_entities_that_unfold_without_end_unfold_nowhere() -> None:
    bomb = '<!DOCTYPE html [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY c "&b;&b;">]>' + page(
        "<p>Text &c;</p>"
    )
    (draft,) = parsed(book({"a.xhtml": bomb}))
    assert draft.body == "Text &c;"


@pytest.mark.parametrize("depth", [200, 300, 5_000])
def test_deep_pages_lose_no_word(depth: int) -> None:
    body = "<blockquote><ul><li><b>" * depth + "Deep." + "</b></li></ul></blockquote>" * depth
    (draft,) = parsed(book({"a.xhtml": page(f"<p>First.</p>{body}<p>Last.</p>")}))
    found = words(parse(draft.body, draft.markup))
    assert [word for word in found if word in ("First.", "Deep.", "Last.")] == [
        "First.", "Deep.", "Last.",
    ]  # fmt: skip


def test_damaged_books_give_one_sentence() -> None:
    whole = book({"a.xhtml": page("<p>Some text.</p>" * 50)})
    with pytest.raises(ParseError, match="zip file is damaged"):
        parsed(whole[:-300])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
    with pytest.raises(ParseError, match="no package document"):
        parsed(out.getvalue())


@pytest.mark.slow
@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_book_with_wrong_bytes_is_read_or_refused(data: st.DataObject) -> None:
    whole = bytearray(
        book({"nav.xhtml": nav(item("a.xhtml#x", "X")), "a.xhtml": page("<p id='x'>Text</p>" * 9)})
    )
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(100, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with suppress(IngestError):
        for draft in EpubImporter().parse(SourceFile("shelf/book.epub", bytes(whole))):
            parse(draft.body, draft.markup)


@pytest.mark.slow
@settings(max_examples=150)
@given(
    st.lists(
        st.sampled_from(
            ["<p>", "</p>", "<ul>", "</ul>", "<li>", "</li>", "<b>", "</b>", "<blockquote>",
             "</blockquote>", "<ruby>", "<rt>", "</rt>", "</ruby>", "<pre>", "</pre>", "<br/>",
             "<code>", "</code>", "<h2>", "</h2>", "<td>", "<a href='http://e.example'>", "</a>",
             " ", "\n", "x1 ", "x2", "漢\n", "x3\t", "<img alt='x4'/>", "<rp>"]
        )
    )
)  # fmt: skip
def test_no_word_of_any_html_is_lost(pieces: list[str]) -> None:
    source = "".join(pieces)
    text = "".join(" x4 " if "x4" in piece else piece for piece in pieces if piece[0] != "<"
                   or "x4" in piece)  # fmt: skip
    drafts = parsed(book({"a.xhtml": f"<html><body><p>x0</p>{source}</body>"}))
    found = "".join(
        "".join([draft.title or "", *words(parse(draft.body, draft.markup))]) for draft in drafts
    )
    if "<rp>" not in pieces:
        wanted = "x0" + "".join(text.split())
        assert sorted(found.replace("|", "")) == sorted(wanted) or "http" in found


def test_conformance_books_of_the_w3c(corpora: Path, manifest: dict[str, dict[str, Any]]) -> None:
    paths = [path for path in manifest if path.startswith("epub/")]
    assert paths
    for path in paths:
        drafts = parsed((corpora / path).read_bytes())
        assert {draft.site for draft in drafts} == {manifest[path]["expected_book_title"]}
        spine = manifest[path]["expected_spine_items"]
        assert any(f"{spine} pages in its spine" in each for each in drafts[0].evidence), path
        # The navigation document is in the spine of all that have more than one page.
        assert len(drafts) == max(1, spine - 1), path


# --- our own ------------------------------------------------------------------------------------


def exported(entries: Iterable[Entry], metadata: Metadata, said: Iterable[Category] = ()) -> bytes:
    out = io.BytesIO()
    with Collection.create("memory:", metadata=metadata) as texts:
        with texts.transaction() as batch:
            for entry in entries:
                batch.put(entry)
            for category in said:
                batch.set_category(category)
        export_to_stream(texts, out, EpubExporter())
    return out.getvalue()


def imported(path: Path, texts: Collection) -> ImportReport:
    # An encoding is for files of text; a book has its own.
    return import_texts(texts, path, encoding="latin-1")


_KEPT = (
    "id",
    "title",
    "category",
    "contributors",
    "language",
    "tags",
    "created",
    "rights",
    "markup",
)


def check_same(found: Iterable[Entry], entries: Iterable[Entry]) -> None:
    by_id = {entry.id: entry for entry in found}
    entries = list(entries)
    assert by_id.keys() == {entry.id for entry in entries}
    for entry in entries:
        for name in _KEPT:
            assert getattr(by_id[entry.id], name) == getattr(entry, name)
        own = by_id[entry.id].body
        assert parse(own, entry.markup) == parse(entry.body, entry.markup)


MARKDOWN = (
    "# H\n\n## H2\n\n*a* **b** `c` [d](https://e.example/?a=1&b=2)",
    "[a](b.html) ![g](h.png)\n\n![f](f.png)",
    "1. a\n2. b\n\n   c\n\n- d\n  - e\n\n> f\n\n    g",
    "{漢字|かんじ}です\\\n  x\n\n* * *\n\n⁂\n\n&#32;a\\\n&#32;b",
    "###### deep\n\n# high",
    "- \n- [x](https://e.example)\n-  > q",
    "**「強調」**&#12391;す `` ` `` &nbsp; x",
)


def test_our_own_books_come_back(tmp_path: Path) -> None:
    entries = [
        Entry(
            id=entry_id(f"{place}"), title=f" T {place} " if place % 2 else "", body=body,
            markup="markdown", category=("a", "b/c", "..")[: place % 4], tags=("x", "y, z"),
            contributors=(Contributor(name="Ann & Co.", role="trl", sort_name="Co."),)
            if place % 3 else (),
            language="de", created="1850", rights="CC0-1.0",
        )
        for place, body in enumerate(MARKDOWN)
    ]  # fmt: skip
    said = [Category(path=("a",), title="Another title", description="About it.")]
    path = tmp_path / "own.epub"
    path.write_bytes(exported(entries, Metadata(title="Wishes", language="en"), said))
    with Collection.create("memory:") as texts:
        report = imported(path, texts)
        assert (report.added, report.rejected, report.warnings) == (len(entries), (), ())
        check_same(texts, entries)
        assert texts.metadata.title == "Wishes"
        with texts.snapshot() as view:
            assert view.categories() == tuple(said)
        again = imported(path, texts)
        assert (again.added, again.updated, again.unchanged) == (0, 0, len(entries))


def test_a_book_does_not_tell_where_its_texts_are_from() -> None:
    private = Entry(id=entry_id("x"), body="Text.", attributes={"mail": "ann@example.org"})
    data = exported([private], Metadata(title="One"))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        text = archive.read("EPUB/text/0001.xhtml").decode()
    assert "collectionlib-entry" in text
    assert "ann@example.org" not in text
    # Its title, its label, and the text itself, once.
    assert text.count("Text.") == 3


@pytest.mark.slow
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(st.lists(strategies.entries(), max_size=6, unique_by=lambda entry: entry.id))
def test_any_entries_come_back(entries: list[Entry]) -> None:
    drafts = parsed(exported(entries, Metadata(title="Any")))
    check_same(
        [
            Entry(
                id=draft.id, title=draft.title, body=draft.body, markup=draft.markup,
                category=draft.category, contributors=draft.contributors, language=draft.language,
                tags=draft.tags, created=draft.created, rights=draft.rights,
            )
            for draft in drafts
        ],
        entries,
    )  # fmt: skip


_PIECES = st.sampled_from(
    ["*", "**", "_", "`", "\n", "\n\n", "# ", "> ", "- ", "1. ", "    ", "a", "漢", " ", "\\",
     "[x](https://e.example)", "![p](q)", "{漢|かん}", "* * *", "---", "<b>", "&", "&#32;", "\t"]
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=200)
@given(st.lists(_PIECES, max_size=24).map("".join), st.sampled_from([plain, markdown]))
def test_what_was_rendered_is_read_back(body: str, notation: Any) -> None:
    from lxml import etree

    blocks = notation.parse(body)
    if is_reversible(blocks, heading_offset=2, link=html.safe_address):
        page = f"<body>{html.render(blocks, heading_offset=2)}</body>"
        assert read(etree.fromstring(page), heading_offset=2) == blocks


def test_a_book_of_ours_is_whole_after_another_program_has_packed_it() -> None:
    entry = Entry(id=entry_id("x"), title="One", body="Text,\n  kept.")
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(exported([entry], Metadata(title="One")))) as old,
        zipfile.ZipFile(out, "w") as new,
    ):
        for name in reversed(old.namelist()):
            new.writestr(name, old.read(name))
    (draft,) = parsed(out.getvalue())
    assert (draft.id, draft.body) == (entry.id, entry.body)


def test_a_missing_record_does_not_lose_the_text() -> None:
    entries = [Entry(id=entry_id(name), title=name, body=f"Text of {name}.") for name in "ab"]
    data = exported(entries, Metadata(title="One"))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            changed = old.read(name).replace(b'"id":"' + entries[0].id.encode(), b"-")
            new.writestr(name, changed)
    drafts = parsed(out.getvalue())
    assert [draft.body for draft in drafts] == ["Text of a.", "Text of b."]
    assert "damaged" in "".join(drafts[0].warnings)


# --- books that others made ---------------------------------------------------------------------


def changed(data: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """A book with other bytes in its members; `None` leaves one out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            if (content := change(name, old.read(name))) is not None:
                new.writestr(name, content)
    return out.getvalue()


def test_a_zip_file_is_a_book_only_where_it_says_so() -> None:
    def zipped(*members: tuple[str, bytes]) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, data in members:
                archive.writestr(name, data)
        return out.getvalue()

    def is_book(data: bytes) -> bool:
        return EpubImporter().recognises(SourceFile("a.zip", data)) is not None

    late = zipped(("a.txt", b"Text."), ("mimetype", b"application/epub+zip\n"))
    assert is_book(late)
    assert not is_book(late[:-30])
    assert not is_book(zipped(("a.txt", b"Text.")))
    assert not is_book(zipped(("a.txt", b"Text."), ("mimetype", b"x" * 101)))
    assert not is_book(b"Text.")


def test_a_damaged_page_is_left_out_and_named() -> None:
    data = book({"a.xhtml": page("<p>First.</p>" * 20), "b.xhtml": page("<p>Second.</p>")})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        start = archive.getinfo("OPS/a.xhtml").header_offset + 60
    (draft,) = parsed(data[:start] + b"\xff" * 8 + data[start + 8 :])
    assert draft.body == "Second."
    assert any("OPS/a.xhtml is damaged and was left out" in each for each in draft.warnings)


def test_a_page_with_a_password_refuses_the_book() -> None:
    data = bytearray(book({"a.xhtml": page("<p>First.</p>")}))
    # The flag in the table of contents: what reads the bytes asks for a password.
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        place = next(
            at for at, info in enumerate(archive.infolist()) if info.filename == "OPS/a.xhtml"
        )
    at = -1
    for _ in range(place + 1):
        at = data.index(b"PK\x01\x02", at + 1)
    data[at + 8] |= 1
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        data[archive.getinfo("OPS/a.xhtml").header_offset + 6] |= 1
    with pytest.raises(IngestError, match=r"OPS/a\.xhtml needs a password: unpack the book"):
        parsed(bytes(data))


def test_more_members_than_any_book_has_are_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
    # 100,001 lines of contents for the same member: what opens it has not looked at one yet.
    data = out.getvalue()
    start, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    lines = data[start:end] * 100_001
    tail = bytearray(data[end:])
    tail[8:12] = b"\xff" * 4
    tail[12:16] = len(lines).to_bytes(4, "little")
    with pytest.raises(UnsafeSource, match="100001 files, more than any book"):
        list(EpubImporter().parse(SourceFile("a.epub", data[:start] + lines + bytes(tail))))


def test_a_book_without_a_spine_or_a_container_is_read_in_order() -> None:
    pages = {"nav.xhtml": nav(""), "a.xhtml": page("<p>One.</p>"), "b.xhtml": page("<p>Two.</p>")}
    drafts = parsed(book(pages, spine=["gone.xhtml"]))
    assert [draft.body for draft in drafts] == ["One.", "Two."]
    assert any("names no page that is there" in each for each in drafts[0].warnings)
    bare = changed(
        book(pages), lambda name, data: None if name == "META-INF/container.xml" else data
    )
    assert [draft.body for draft in parsed(bare)] == ["One.", "Two."]
    moved = changed(book(pages), lambda _, data: data.replace(b"OPS/book.opf", b"OPS/x.opf"))
    assert [draft.body for draft in parsed(moved)] == ["One.", "Two."]


def test_a_package_that_is_no_well_formed_xml_is_read_as_far_as_can_be() -> None:
    data = book({"a.xhtml": page("<p>One.</p>")})
    broken = changed(data, lambda name, content: content.replace(b"</spine>", b""))
    (draft,) = parsed(broken)
    assert draft.body == "One."
    assert any("OPS/book.opf is no well-formed XML" in each for each in draft.warnings)


def test_a_book_of_which_nothing_can_be_read_says_why() -> None:
    with pytest.raises(ParseError, match=r"no text can be read of it: .*; OPS/a\.xhtml is no text"):
        parsed(book({"a.xhtml": bytes(range(256)) * 8}))


def test_the_guide_of_epub_2_says_which_pages_are_no_texts() -> None:
    pages = {"a.xhtml": page("<p>By hand.</p>"), "b.xhtml": page("<p>Text.</p>")}
    guide = (
        b'<guide><reference type="Title-Page" href="a.xhtml#x"/>'
        b'<reference type="cover" href="gone.xhtml"/></guide></package>'
    )
    data = changed(book(pages), lambda _, content: content.replace(b"</package>", guide))
    (draft,) = parsed(data)
    assert draft.body == "Text."
    assert draft.removed == (Removal("front-matter", "By hand."),)
    assert draft.warnings == ()


def test_who_made_the_file_and_who_is_named_twice_are_no_authors() -> None:
    metadata = (
        "<dc:title> </dc:title><dc:title>Fables</dc:title><dc:language>en</dc:language>"
        '<dc:creator>Aesop</dc:creator><dc:creator>Aesop</dc:creator><dc:contributor id="c">'
        'calibre</dc:contributor><meta refines="#c" property="role">bkp</meta>'
    )
    (draft,) = parsed(book({"a.xhtml": page("<p>Text.</p>")}, metadata))
    assert [each.name for each in draft.contributors] == ["Aesop"]
    assert "'Fables' by Aesop" in draft.evidence[0]


def test_contents_that_lead_nowhere_give_way_to_the_next_best() -> None:
    ncx = (
        '<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/">{}</ncx>'.format  # the format's own
    )
    point = '<navPoint><navLabel><text>{}</text></navLabel><content src="{}"/></navPoint>'.format
    pages = {
        "nav.xhtml": page("<p>No list.</p>"),
        "toc.ncx": ncx(f"<navMap>{point('First', 'a.xhtml')}</navMap>"),
        "a.xhtml": page("<p>One.</p>"),
    }
    assert told(parsed(book(pages))) == [((), "First", "One.")]
    pages["nav.xhtml"] = nav("<li><span>Nothing</span></li>")
    assert told(parsed(book(pages))) == [((), "First", "One.")]
    pages["toc.ncx"] = ncx(f"<navMap>{point('First', 'gone.xhtml')}</navMap>")
    drafts = parsed(book(pages))
    assert [draft.body for draft in drafts] == ["One."]
    assert "divided by the spine" in drafts[0].evidence


def test_a_link_deep_in_its_item_is_the_item_and_one_to_nowhere_is_passed_over() -> None:
    pages = {
        "nav.xhtml": nav('<li><b><a href="a.xhtml">One</a></b></li>' + item("http://[", "Bad")),
        "a.xhtml": page("<p>Text.</p>"),
    }
    assert told(parsed(book(pages))) == [((), "One", "Text.")]


def test_a_picture_that_no_words_describe_is_told() -> None:
    (draft,) = parsed(book({"a.xhtml": page('<p>Text.<img src="fox.png"/></p>')}))
    assert draft.body == "Text."
    assert "pictures that no words describe were left out" in draft.warnings


def test_front_matter_ends_the_text_before_it() -> None:
    pages = {
        "nav.xhtml": nav(item("a.xhtml", "One")),
        "a.xhtml": page("<p>One.</p>"),
        "title.xhtml": page("<p>Fables.</p>", "titlepage"),
        "b.xhtml": page("<p>Two.</p>"),
    }
    drafts = parsed(book(pages, spine=["a.xhtml", "title.xhtml", "b.xhtml", "gone.xhtml"]))
    assert [draft.body for draft in drafts] == ["One.", "Two."]
    assert drafts[0].removed == (Removal("front-matter", "Fables."),)


def test_a_reference_to_what_is_no_note_moves_nothing() -> None:
    links = (
        '<a href="b.xhtml#x" epub:type="noteref">1</a><a href="#own" epub:type="noteref">2</a>'
        '<a href="gone.xhtml#x" epub:type="noteref">3</a><a href="b.xhtml#n" '
        'epub:type="noteref">4</a>'
    )
    pages = {
        "a.xhtml": page(f"<p>A fox{links}.</p>"),
        "b.xhtml": page(
            '<p id="x">No note.</p><aside id="n" epub:type="footnote"><p>A note.</p></aside>Rest.'
        ),
    }
    fox, other = (draft.body for draft in parsed(book(pages)))
    assert "A note." in fox
    assert "No note." in other
    assert "Rest." in other


def test_what_a_book_of_ours_keeps_may_be_damaged_and_its_texts_stay() -> None:
    entries = [Entry(id=entry_id(name), title=name, body=f"Text of {name}.") for name in "ab"]
    data = exported(entries, Metadata(title="One"))

    def without_record(_name: str, content: bytes) -> bytes:
        return re.sub(rb'(name="collectionlib-collection" content=")[^"]*', rb"\1{", content)

    drafts = parsed(changed(data, without_record))
    assert [draft.body for draft in drafts] == ["Text of a.", "Text of b."]
    assert drafts[0].about is None

    def with_others_id(_name: str, content: bytes) -> bytes:
        return content.replace(
            b'id="entry-' + entries[0].id.encode(), b'id="entry-0000000000000000'
        )

    drafts = parsed(changed(data, with_others_id))
    assert sorted(draft.body for draft in drafts) == ["Text of a.", "Text of b."]
    assert any("does not hold it" in each for each in drafts[0].warnings)
