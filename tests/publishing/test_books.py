"""What stands around the texts of a book: matter, contents, index, ledger, metadata, volumes."""

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from collectionlib import (
    Category,
    Collection,
    Contributor,
    Entry,
    Metadata,
    Series,
    Source,
    Subject,
    import_texts,
)
from collectionlib.errors import ExportError, InvalidValueError
from collectionlib.identity import entry_id
from collectionlib.publishing.formats.epub import EpubExporter
from collectionlib.publishing.matter import Matter, read_matter
from collectionlib.publishing.output import export, export_volumes
from collectionlib.publishing.pages.contents import LONGEST_LIST
from collectionlib.publishing.verification import verify
from collectionlib.publishing.volumes import VolumeSize
from collectionlib.publishing.wording import wording

OPF = {"o": "http://www.idpf.org/2007/opf", "dc": "http://purl.org/dc/elements/1.1/"}
XHTML = {"h": "http://www.w3.org/1999/xhtml"}


def _entry(name: str, **values: object) -> Entry:
    return Entry(id=entry_id(name), **{"title": name, "body": f"The text of {name}.", **values})


AUTHORS = [
    Contributor(name="Lu Xun", sort_name="Lu, Xun", alternate_name="魯迅"),
    Contributor(name="Émile Zola", sort_name="Zola, Émile"),
]
TEXTS = [
    _entry("Éclair", contributors=(AUTHORS[1],), rights="CC-BY-4.0", category=("A", "B", "C")),
    _entry("zebra", contributors=(AUTHORS[0],), rights="CC0-1.0", category=("A",)),
    _entry("Apple", contributors=tuple(AUTHORS), source=Source(uri="archive/apple.txt")),
    _entry("10 wishes", rights="https://example.org/licence"),
]
MATTER = {
    "dedication": Matter("For all."),
    "epigraph": Matter("> A word.\n\n— Somebody", "markdown"),
    "preface": Matter("# Before you read\n\nSome *words*.", "markdown"),
    "about_authors": Matter("They wrote."),
}


def _headings(page) -> list[str]:
    return ["".join(h.itertext()) for h in page.iterfind(".//h:h1", XHTML)]


@pytest.mark.slow
def test_front_and_back_matter_stand_in_the_order_of_a_book(make_epub, epubcheck, tmp_path) -> None:
    book = make_epub(TEXTS, Metadata(title="Book"), exporter=EpubExporter(index=True, **MATTER))
    assert [name.split("-")[0].removesuffix(".xhtml") for name in book.spine] == [
        "cover", "title", "copyright", "dedication", "epigraph", "nav", "preface", "text/0001",
        "text/0002",
        "about", "sources", "index", "index", "colophon",
    ]  # fmt: skip
    assert _headings(book.page("preface.xhtml")) == ["Before you read"]
    assert _headings(book.page("dedication.xhtml")) == []
    path = tmp_path / "matter.epub"
    path.write_bytes(book.data)
    assert epubcheck(path) == []


def test_the_contents_lead_to_everything_that_has_a_place(make_epub) -> None:
    book = make_epub(TEXTS, exporter=EpubExporter(index=True, **MATTER))
    links = book.page("nav.xhtml").findall(".//h:nav[@id='toc']//h:a", XHTML)
    assert ["".join(link.itertext()) for link in links] == [
        "Before you read", "10 wishes", "Apple", "A", "zebra", "B", "C", "Éclair",
        "About the authors", "Sources and rights", "Index: Authors", "Index: Titles", "Colophon",
    ]  # fmt: skip
    for link in links:
        name, _, fragment = link.get("href").partition("#")
        page = book.page(name)
        assert not fragment or page.xpath(f"//*[@id='{fragment}']")


def test_the_depth_of_the_contents_is_independent_of_the_files(make_epub) -> None:
    flat = make_epub(TEXTS, exporter=EpubExporter(toc_depth=1, split="entry"))
    labels = [
        link.text for link in flat.page("nav.xhtml").iterfind(".//h:nav[@id='toc']//h:a", XHTML)
    ]
    assert labels == ["10 wishes", "Apple", "A", "Sources and rights", "Colophon"]
    assert sum(name.startswith("text/") for name in flat.spine) == len(TEXTS) + 2
    ncx = flat.page("toc.ncx")
    assert len(ncx.findall(".//{*}navPoint")) == len(labels)


def test_a_file_an_entry_or_a_category(make_epub) -> None:
    def articles(split: str) -> list[int]:
        book = make_epub(TEXTS, exporter=EpubExporter(split=split))
        pages = [name for name in book.spine if name.startswith("text/")]
        return [len(book.page(name).findall(".//h:article", XHTML)) for name in pages]

    assert articles("auto") == [2, 2]
    assert articles("category") == [2, 1, 0, 1]
    assert articles("entry") == [1, 1, 0, 1, 0, 1]


def test_a_list_too_long_for_the_contents_becomes_one_of_ranges(make_epub) -> None:
    number = LONGEST_LIST + 30
    entries = [_entry(f"Text {n}", category=("All",)) for n in range(1, number + 1)]
    book = make_epub(entries)
    toc = book.page("nav.xhtml").findall(".//h:nav[@id='toc']//h:a", XHTML)
    labels = [link.text for link in toc]
    assert labels[:3] == ["All", "1–100 · Text 1", "101–200 · Text 101"]
    assert labels[-2:] == ["401–430 · Text 401", "Colophon"]
    assert toc[2].get("href").endswith(f"#entry-{entry_id('Text 101')}")


def test_ranges_of_an_alphabetical_list_bear_its_words(make_epub) -> None:
    entries = [_entry(f"Word {n:04}") for n in range(LONGEST_LIST + 1)]
    labels = [
        link.text
        for link in make_epub(entries).page("nav.xhtml").iterfind(".//h:nav[@id='toc']//h:a", XHTML)
    ]
    assert labels[0] == "Word 0000 – Word 0099"


def test_the_index_files_under_letters_and_by_sort_names(make_epub) -> None:
    book = make_epub(TEXTS, exporter=EpubExporter(index=True))
    authors, titles = book.page("index-1.xhtml"), book.page("index-2.xhtml")
    assert [h.text for h in authors.iterfind(".//h:h2", XHTML)] == ["L", "Z"]
    assert [h.text for h in titles.iterfind(".//h:h2", XHTML)] == ["0–9", "A", "E", "Z"]
    assert [a.text for a in titles.iterfind(".//h:a", XHTML)] == [
        "10 wishes", "Apple", "Éclair", "zebra",
    ]  # fmt: skip


def test_the_ledger_says_author_source_and_licence_of_each(make_epub) -> None:
    rows = [
        [cell.xpath("string()") for cell in row]
        for row in make_epub(TEXTS).page("sources-1.xhtml").iterfind(".//h:tbody/h:tr", XHTML)
    ]
    assert rows == [
        ["10 wishes", "", "", "https://example.org/licence"],
        ["Apple", "Lu Xun (魯迅), Émile Zola", "archive/apple.txt", ""],
        ["zebra", "Lu Xun (魯迅)", "", "CC0-1.0"],
        ["Éclair", "Émile Zola", "", "CC-BY-4.0"],
    ]
    assert not any(name.startswith("sources") for name in make_epub([_entry("x")]).spine)


def test_the_package_says_all_that_is_known(make_epub) -> None:
    metadata = Metadata(
        title="Book", subtitle="Of all", language="en", contributors=tuple(AUTHORS),
        series=Series(title="Row", position="3"), source="https://example.org/",
        subjects=(
            Subject(term="Jokes", scheme="Thema", code="WHJ"),
            Subject(term="HUMOR / Form / Jokes & Riddles", scheme="BISAC", code="HUM004000"),
        ),
    )  # fmt: skip
    french = _entry("Un", language="fr")
    package = make_epub([french, _entry("One")], metadata).package
    said = {
        (meta.get("property"), meta.get("refines")): meta.text
        for meta in package.iterfind("o:metadata/o:meta", OPF)
    }
    assert said["alternate-script", "#contributor-1"] == "魯迅"
    assert said["file-as", "#contributor-2"] == "Zola, Émile"
    assert said["title-type", "#subtitle"] == "subtitle"
    assert said["belongs-to-collection", None] == "Row"
    assert said["group-position", "#series"] == "3"
    assert said["authority", "#subject-1"] == "https://ns.editeur.org/thema/"
    assert said["term", "#subject-1"] == "WHJ"
    assert said["authority", "#subject-2"] == "BISAC"
    assert said["term", "#subject-2"] == "HUM004000"
    assert said["dcterms:conformsTo", None] == "EPUB Accessibility 1.1 - WCAG 2.1 Level AA"
    languages = [each.text for each in package.iterfind("o:metadata/dc:language", OPF)]
    assert languages == ["en", "fr"]
    assert package.findtext("o:metadata/dc:source", None, OPF) == "https://example.org/"


def test_the_words_of_a_book_are_those_of_its_language(make_epub) -> None:
    keys = wording("en").keys()
    for tag in ("de", "zh", "zh-Hant", "ar", "ja"):
        assert wording(tag).keys() == keys
    book = make_epub(TEXTS, Metadata(title="書", language="ja"))
    assert _headings(book.page("nav.xhtml")) == ["目次"]


def test_vertical_text_needs_a_language_that_has_it(make_epub) -> None:
    for language, expected in (("ja", "vertical"), ("en", None)):
        exporter = EpubExporter(vertical=True)
        book = make_epub(TEXTS, Metadata(title="Book", language=language), exporter=exporter)
        assert book.page("text/0001.xhtml").get("class") == expected
        direction = book.package.find("o:spine", OPF).get("page-progression-direction")
        assert direction == ("rtl" if expected else None)


# --- pictures -----------------------------------------------------------------------------------


def _png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\x00\x80")
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


def test_pictures_of_the_sources_go_into_the_book(tmp_path, make_epub, epubcheck) -> None:
    folder = tmp_path / "archive"
    (folder / "img").mkdir(parents=True)
    (folder / "img/a b.png").write_bytes(_png())
    (folder / "text.png").write_bytes(b"no picture")
    (tmp_path / "secret.png").write_bytes(_png())
    body = (
        "![A dot](../img/a%20b.png)\n\n![Again](/img/a%20b.png)\n\n![None](text.png)\n\n"
        "![Out](../../secret.png)\n\n![Far](https://example.org/x.png)\n\n![](gone.png)"
    )
    entry = _entry("P", body=body, markup="markdown", source=Source(uri="archive/sub/p.md"))
    told: list[str] = []
    exporter = EpubExporter(pictures={"archive": folder}, tell=told.append)
    book = make_epub([entry], exporter=exporter)
    page = book.page("text/0001.xhtml")
    pictures = page.findall(".//h:img", XHTML)
    assert [(p.get("src"), p.get("alt")) for p in pictures] == [
        ("../images/0001.png", "A dot"), ("../images/0001.png", "Again"),
    ]  # fmt: skip
    assert [p.text for p in page.iterfind(".//h:p[@class='figure']", XHTML)][:3] == [
        "None", "Out", "Far",
    ]  # fmt: skip
    assert len(told) == 4
    assert book.archive.read("EPUB/images/0001.png") == _png()
    path = tmp_path / "pictures.epub"
    path.write_bytes(book.data)
    assert epubcheck(path) == []


# --- volumes ------------------------------------------------------------------------------------


def test_volumes_hold_each_entry_once_and_know_their_series(tmp_path: Path) -> None:
    output = tmp_path / "book.epub"
    said = Category(path=("A",), description="About A.")
    with Collection.create("memory:", title="Book") as texts:
        with texts.transaction() as batch:
            batch.set_category(said)
            for entry in TEXTS:
                batch.put(entry)
        volumes = export_volumes(texts, output, size=VolumeSize(entries=3))
        assert [path.name for path, _ in volumes] == ["book-1.epub", "book-2.epub"]
        assert [len(book) for _, book in volumes] == [3, 1]
        assert len({book.metadata.id for _, book in volumes}) == 2
        assert [book.metadata.series for _, book in volumes] == [
            Series(title="Book", position="1"), Series(title="Book", position="2"),
        ]  # fmt: skip
        assert not output.exists()
        one = export_volumes(texts, output, size=VolumeSize(bytes=10_000))
        assert [path.name for path, _ in one] == ["book.epub"]
        whole = tmp_path / "whole.epub"
        export(texts, whole)
        assert whole.read_bytes() == output.read_bytes()


def test_no_volume_is_replaced_before_all_are_written(tmp_path: Path) -> None:
    (tmp_path / "book-1.epub").write_bytes(b"")
    (tmp_path / "book-2.epub").write_text("a letter to a friend")
    with Collection.create("memory:", title="Book") as texts:
        with texts.transaction() as batch:
            for entry in TEXTS:
                batch.put(entry)
        with pytest.raises(ExportError, match="book-2"):
            export_volumes(texts, tmp_path / "book.epub", size=VolumeSize(entries=2))
    assert (tmp_path / "book-1.epub").read_bytes() == b""
    assert sorted(path.name for path in tmp_path.iterdir()) == ["book-1.epub", "book-2.epub"]


@pytest.mark.parametrize("size", ["", "0", "-3", "ten", "5TB", "1.5MB"])
def test_a_size_that_is_none_is_refused(size: str) -> None:
    with pytest.raises(InvalidValueError, match="volume size"):
        VolumeSize.parse(size)


# --- bytes --------------------------------------------------------------------------------------


def test_fast_compression_gives_the_same_members(make) -> None:
    def members(data: bytes) -> list[tuple[str, bytes]]:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            assert book.testzip() is None
            return [(name, book.read(name)) for name in book.namelist()]

    assert members(make(TEXTS, exporter=EpubExporter(fast=True))) == members(make(TEXTS))


def test_matter_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "latin.txt").write_bytes(b"Caf\xe9")
    (tmp_path / "empty.md").write_text(" \n")
    for name, reason in (
        ("latin.txt", "UTF-8"),
        ("empty.md", "empty"),
        ("gone.md", "cannot be read"),
    ):
        with pytest.raises(ExportError, match=f"{name}.*{reason}"):
            read_matter(tmp_path / name)


def test_notes_have_ids_of_their_own_and_come_back(make_epub, epubcheck, tmp_path: Path) -> None:
    body = "A word[^1] of **it**.[^2]\n\n[^1]: The first.\n\n[^2]: > The second."
    texts = [_entry(name, body=body, markup="markdown") for name in ("One", "Two")]
    preface = Matter(f"# Before\n\n{body}", "markdown")
    book = make_epub(texts, Metadata(title="Book"), exporter=EpubExporter(preface=preface))
    page = book.page("text/0001.xhtml")
    notes = page.findall(".//h:aside", XHTML)
    assert len({note.get("id") for note in notes}) == len(notes) == 4
    path = tmp_path / "notes.epub"
    path.write_bytes(book.data)
    assert epubcheck(path) == []
    assert {finding.code for finding in verify(path)} <= {"heading-order"}
    with Collection.create("memory:") as again:
        import_texts(again, path)
        assert [(entry.body, entry.markup) for entry in again] == [(body, "markdown")] * 2
