"""The EPUB: valid, whole, the same every time; and every trap of EbookLib 0.20, by name."""

import io
import os
import re
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from collectionlib import (
    Category,
    Collection,
    Contributor,
    Entry,
    Metadata,
    Series,
    Subject,
    import_texts,
)
from collectionlib.copying import copy_collection
from collectionlib.errors import ExportError
from collectionlib.identity import entry_id
from collectionlib.markup import parse
from collectionlib.markup.blocks import words
from collectionlib.publishing.anthology import arrange
from collectionlib.publishing.filing import first_letter
from collectionlib.publishing.formats.epub import EpubExporter
from collectionlib.publishing.formats.epub.archive import EpubArchive
from collectionlib.publishing.output import export, export_to_stream
from collectionlib.publishing.pages.layout import FULL_PAGE
from collectionlib.publishing.pages.writing import script_of
from collectionlib.testing import strategies

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


def _entry(name: str, **values: object) -> Entry:
    return Entry(id=entry_id(name), **{"title": name, "body": f"The text of {name}.", **values})


ODD = [
    _entry("empty title", title="", body="A text without a title."),
    _entry("blank title", title="   ", body="A text with a blank one."),
    _entry("empty body", title="No text", body=""),
    _entry("blank body", title="Blank text", body=" \n\n\t\n"),
    _entry("nothing", title="", body=""),
    _entry("markup", title='<b>&amp; "it\'s" ]]>', body="<script>alert(1)</script> & ]]> \"'"),
    _entry("deep", category=tuple(str(level) for level in range(40))),
    _entry("names", category=("a/b", "..", "CON"), title="CON"),
    _entry("rtl", title="שלום", body="שָׁלוֹם עֲלֵיכֶם", language="he"),
    _entry("urdu", title="سلام", body="سلام", language="ur-Arab"),
    _entry("zh", title="春曉", body="　　春眠不覺曉，\n　　處處聞啼鳥。", language="zh-Hant"),
    _entry("verse", body="  Two lines,\n    one further in.\n\n  Another stanza,\n  shorter."),
    _entry("break", body="Before.\n\n* * *\n\nAfter."),
    _entry("art", body="  +----+\n  |    |    |\n  +----+    |"),
    _entry("signs", body="\u00ad\u200b\u200e\u2060\ufeff \U0001f468\u200d\U0001f469 \U000e0067"),
    _entry("line ends", body="a\r\nb\rc\x85d\u2028e\u2029f"),
    _entry("md", markup="markdown", body="# H\n\n*a* **b** `c` [d](https://e.example/?a=1&b=2)"),
    _entry("links", markup="markdown", body="[a](b.html) [c](#d) [e](javascript:f) ![g](h.png)"),
    _entry("html", markup="markdown", body="<img src=x onerror=y>\n\n<script>z</script>"),
    _entry("lists", markup="markdown", body="1. a\n2. b\n\n   c\n\n- d\n  - e\n\n> f\n\n    g"),
    _entry("ruby", markup="markdown", body="{漢字|かんじ}です"),
    _entry("levels", markup="markdown", body="###### deep\n\n# high", category=("a", "b", "c")),
    _entry("long", title="word " * 100, body="x" * 3000),
]
FULL = Metadata(
    id="urn:uuid:00000000-0000-4000-8000-000000000000",
    title="Everything & more <odd>",
    subtitle='A "subtitle"',
    description="Two lines,\nand more.\n\nA second paragraph.",
    language="en",
    contributors=(
        Contributor(name="Lu Xun", sort_name="Lu, Xun"),
        Contributor(name="Lu Xun", role="trl"),
        Contributor(name="Another & Co."),
    ),
    publisher="A <Publisher>",
    published="2019-05",
    rights="CC0-1.0",
    identifiers=("urn:isbn:9780306406157", "https://doi.org/10.1000/182"),
    series=Series(title="A series", position="2"),
)


def test_a_book_of_everything_odd_is_valid(make, epubcheck, tmp_path: Path) -> None:
    said = [Category(path=("a",), title="A title", description="About a.\n\n* * *\n\nMore.")]
    path = tmp_path / "odd.epub"
    path.write_bytes(make(ODD, FULL, said))
    assert epubcheck(path) == []


def test_books_of_whatever_the_model_accepts_are_valid(make, epubcheck, tmp_path: Path) -> None:
    books: list[bytes] = []

    # Without shrinking: forty entries of everything would shrink for minutes.
    @settings(max_examples=8, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(
        st.lists(strategies.entries(), min_size=20, max_size=40, unique_by=lambda e: e.id),
        strategies.metadata(),
    )
    def collect(entries: list[Entry], metadata: Metadata) -> None:
        books.append(make(entries, metadata))

    collect()
    # One check takes seconds: the largest books hold the most.
    for number, book in enumerate(sorted(books, key=len, reverse=True)[:3]):
        path = tmp_path / f"{number}.epub"
        path.write_bytes(book)
        assert epubcheck(path) == []


@pytest.mark.parametrize("entries", [[], [_entry("one")]], ids=["none", "one"])
def test_the_smallest_books_are_valid(make, epubcheck, tmp_path: Path, entries) -> None:
    path = tmp_path / "small.epub"
    path.write_bytes(make(entries, Metadata()))
    assert epubcheck(path) == []


def test_real_texts_in_many_languages_are_valid_and_whole(
    corpora: Path, make_epub, epubcheck, tmp_path: Path
) -> None:
    names = ("zh/tang300", "ru/adv", "de/sprichworte", "bg/bgproverb", "min/riddles",
             "en/ascii-art", "fortunes-debian-hints/ar/debian-hints", "pl/haiku")  # fmt: skip
    texts = Collection.create("memory:")
    import_texts(texts, *(corpora / "fortunes" / name for name in names))
    book = make_epub(texts, Metadata(title="Fortunes"))
    path = tmp_path / "fortunes.epub"
    path.write_bytes(book.data)
    assert epubcheck(path) == []
    _check_whole(book, list(texts))


def _check_whole(book, entries: list[Entry]) -> None:
    articles = {article.get("id"): article for article in book.articles()}
    assert len(articles) == len(entries)
    for entry in entries:
        found = "".join(articles[f"entry-{entry.id}"].itertext()).split()
        expected = words(parse(entry.body, entry.markup))
        assert "".join(found).endswith("".join(expected))
        head = "".join(found).removesuffix("".join(expected))
        assert head.startswith("".join(entry.title.split()))
        names = "".join(head.removeprefix("".join(entry.title.split())))
        for contributor in entry.contributors:
            assert "".join(contributor.name.split()) in names
        assert bool(names) == bool(entry.contributors)


def test_every_character_of_every_entry_is_in_the_book(make_epub) -> None:
    _check_whole(make_epub(ODD), ODD)


def test_entries_stand_in_reading_order(make_epub) -> None:
    entries = [_entry(f"{n}", category=(f"Part {n % 3}",), source=None) for n in range(30)]
    book = make_epub(entries)
    order = [article.get("id").removeprefix("entry-") for article in book.articles()]
    assert order == [
        entry.id for entry in sorted(entries, key=lambda e: (e.category, int(e.title)))
    ]


def test_contents_lead_to_every_part_and_entry(make_epub) -> None:
    entries = [_entry(f"{n}", category=("A", f"B{n % 2}")[: n % 3]) for n in range(9)]
    book = make_epub(entries)
    targets = {
        f"{name}#{element.get('id')}"
        for name in book.spine
        for element in book.page(name).iter()
        if element.get("id")
    }
    nav = book.page("nav.xhtml")
    hrefs = [a.get("href") for a in nav.iter("{*}a")]
    ncx = [c.get("src") for c in book.page("toc.ncx").iter("{*}content")]
    for href in (*hrefs, *ncx):
        assert href in targets or href in book.spine
    assert sum("#entry-" in href for href in hrefs) == len(entries)
    assert sum("#entry-" in src for src in ncx) == len(entries)


def test_a_category_that_holds_all_and_is_called_as_the_book_is_is_no_part(make_epub) -> None:
    tales = [_entry(f"Tale {n}", category=("Tales", "Old")) for n in range(2)]
    named, other = (make_epub(tales, Metadata(title=title)) for title in ("Tales", "Stories"))
    assert [link.text for link in _contents(named)][:2] == ["Old", "Tale 0"]
    assert [link.text for link in _contents(other)][:3] == ["Tales", "Old", "Tale 0"]
    said = [Category(path=("Tales",), description="All of them.")]
    assert _contents(make_epub(tales, Metadata(title="Tales"), said))[0].text == "Tales"
    tales.append(_entry("Not a tale"))
    assert "Tales" in [link.text for link in _contents(make_epub(tales, Metadata(title="Tales")))]


def _contents(book) -> list:
    return [*book.page("nav.xhtml").find(".//{*}nav").iter("{*}a")]


def test_rights_that_all_texts_have_are_said_once_and_not_counted(make_epub) -> None:
    free = [_entry(f"Wish {n}", rights="CC0-1.0") for n in range(2)]
    words = "".join(make_epub(free).page("copyright.xhtml").itertext())
    assert "CC0-1.0" in words
    assert "2" not in words.replace("CC0-1.0", "")
    counted = "".join(make_epub([*free, _entry("Other")]).page("copyright.xhtml").itertext())
    assert "2" in counted.replace("CC0-1.0", "")


def test_short_entries_share_a_file_and_long_books_are_divided(make_epub) -> None:
    short = make_epub([_entry(f"{n}") for n in range(500)])
    assert sum(name.startswith("text/") for name in short.spine) == 1
    long = make_epub([_entry(f"{n}", body="x " * (FULL_PAGE // 8)) for n in range(9)])
    assert sum(name.startswith("text/") for name in long.spine) == 3


def test_languages_and_directions_are_marked(make_epub) -> None:
    book = make_epub(ODD, Metadata(title="Book", language="en"))
    found = {a.get("id"): (a.get("lang"), a.get("dir")) for a in book.articles()}
    assert found[f"entry-{entry_id('rtl')}"] == ("he", "rtl")
    assert found[f"entry-{entry_id('urdu')}"] == ("ur-Arab", "rtl")
    assert found[f"entry-{entry_id('zh')}"] == ("zh-Hant", None)
    assert found[f"entry-{entry_id('md')}"] == (None, None)
    hebrew = make_epub([_entry("rtl", language="he")])
    assert hebrew.page("nav.xhtml").get("dir") == "rtl"
    spine = hebrew.package.find("{*}spine")
    assert spine.get("page-progression-direction") == "rtl"


# --- the same bytes -----------------------------------------------------------------------------

_BUILD = """
import os, sys
from collectionlib.cli.running import main
os.umask(int(os.environ["MASK"], 8))
main(["-q", "-L", sys.argv[1], "export", sys.argv[2], "--index", "--profile", sys.argv[3]])
"""
_MACHINES = (
    {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C.UTF-8", "MASK": "022"},
    {"PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo", "LC_ALL": "C", "MASK": "077"},
    {"PYTHONHASHSEED": "3", "TZ": "Pacific/Marquesas", "LC_ALL": "POSIX", "MASK": "000"},
    {"PYTHONHASHSEED": "4", "PYTHONOPTIMIZE": "2", "TZ": "America/St_Johns", "MASK": "022"},
)


@pytest.mark.slow
@pytest.mark.parametrize("device", ["generic", "kindle"])
def test_a_book_has_the_same_bytes_on_any_machine_and_from_any_storage(
    corpora: Path, tmp_path: Path, device: str
) -> None:
    stores = [tmp_path / name for name in ("folder", "texts.json", "texts.db")]
    with Collection.create("memory:", metadata=FULL) as texts:
        import_texts(texts, corpora / "fortunes/zh/tang300", clock=lambda: MOMENT)
        with texts.transaction() as batch:
            batch.set_category(Category(path=("a",), title="A title", description="About a."))
            for entry in ODD:
                batch.put(entry)
        for store in stores:
            with Collection.create(store) as kept:
                copy_collection(texts, kept)
        made = [tmp_path / "memory.epub"]
        export(texts, made[0], to=EpubExporter(index=True, device=device))
    for number, machine in enumerate(_MACHINES):
        store = stores[number % len(stores)]
        made.append(tmp_path / f"{number}.epub")
        subprocess.run(
            [sys.executable, "-c", _BUILD, store, made[-1], device],
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), **machine},
            check=True,
        )
    assert {path.read_bytes() == made[0].read_bytes() for path in made} == {True}


def test_members_have_one_date_and_one_kind(make_epub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    members = make_epub([_entry("one")]).archive.infolist()
    assert members[0].filename == "mimetype"
    assert members[0].compress_type == zipfile.ZIP_STORED
    assert {member.date_time for member in members} == {(2023, 11, 14, 22, 13, 20)}
    assert {(m.create_system, m.external_attr, m.extra) for m in members} == {
        (3, 0o100644 << 16, b"")
    }


def test_the_identifier_comes_from_the_content(make_epub) -> None:
    def identifier(*entries: Entry) -> str:
        return make_epub(entries).package.find(".//{*}identifier").text

    one = identifier(_entry("one"))
    assert one.startswith("urn:uuid:")
    assert one == identifier(_entry("one"))
    assert one != identifier(_entry("one", body="Another text."))


# --- the traps of EbookLib ----------------------------------------------------------------------


def test_text_outside_of_elements_is_not_dropped(make_epub) -> None:
    book = make_epub([_entry("one", body="bare < text & more\nlines")])
    assert "bare < text & more" in "".join(next(book.articles()).itertext())


def test_a_page_is_written_as_it_was_rendered_and_parsed_by_nobody(
    make, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ebooklib import epub

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("EbookLib parses a page")

    monkeypatch.setattr(epub, "parse_html_string", fail)
    assert make([_entry("one")])


def test_items_are_not_searched_for_by_id(make, monkeypatch: pytest.MonkeyPatch) -> None:
    from ebooklib import epub

    def fail(*_: object) -> None:
        raise AssertionError("EbookLib scans all items for an id")

    monkeypatch.setattr(epub.EpubBook, "get_item_with_id", fail)
    assert make([_entry("one")])


class _Full(io.BytesIO):
    """A disk that is full after a while."""

    def write(self, data: bytes) -> int:  # type: ignore[override]
        if self.tell() > 2000:
            raise OSError(28, "No space left on device")
        return super().write(data)


def test_a_write_error_is_raised_and_not_swallowed() -> None:
    texts = Collection.create("memory:")
    with texts.transaction() as batch:
        for number in range(50):
            batch.put(_entry(str(number), body=os.urandom(300).hex()))
    with texts.snapshot() as view:
        book = arrange(view.scan(), view.metadata())
        with pytest.raises(OSError, match="No space left"):
            EpubExporter().export(book, view, _Full())


def test_the_moment_of_change_is_utc(make_epub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    book = make_epub([_entry("one", modified=MOMENT)])
    (modified,) = [
        meta.text
        for meta in book.package.iter("{*}meta")
        if meta.get("property") == "dcterms:modified"
    ]
    assert modified == "2026-01-01T00:00:00Z"


def test_two_authors_have_two_ids(make_epub) -> None:
    package = make_epub(ODD, FULL).package
    ids = [element.get("id") for element in package.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    creators = [element.text for element in package.iter("{*}creator")]
    assert creators == ["Lu Xun", "Another & Co."]


def test_file_names_need_no_encoding(make_epub) -> None:
    book = make_epub([_entry("ä b#c%", category=("ü / ?",))])
    for name in book.archive.namelist():
        assert name.isascii()
        assert not set(name) & set(' #%?"<>\\')


def test_a_member_of_the_same_name_is_refused() -> None:
    with EpubArchive(io.BytesIO(), MOMENT) as archive:
        archive.writestr("a", "1")
        with pytest.raises(ExportError, match="'a'"):
            archive.writestr("a", "2")


def test_no_page_list_is_made(make_epub) -> None:
    nav = make_epub(ODD).page("nav.xhtml")
    kinds = [n.get("{http://www.idpf.org/2007/ops}type") for n in nav.iter("{*}nav")]
    assert kinds == ["toc", "landmarks"]


# --- memory -------------------------------------------------------------------------------------


class _Made:
    """Entries that are made when they are asked for, so that only the exporter holds any."""

    def __init__(self, number: int) -> None:
        self.ids = [entry_id(str(n)) for n in range(number)]

    def get(self, wanted: str) -> Entry:
        return Entry(id=wanted, title="Title", body="Some words of a text. " * 70)

    def __iter__(self) -> Iterator[Entry]:
        return map(self.get, self.ids)


def _peak(number: int) -> int:
    entries = _Made(number)
    tracemalloc.start()
    try:
        with Path(os.devnull).open("wb") as out:
            EpubExporter().export(arrange(entries, Metadata(title="Many")), entries, out)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.slow
def test_memory_depends_on_the_outline_and_not_on_the_bodies() -> None:
    few, many = _peak(1_000), _peak(5_000)
    bodies = 4_000 * 22 * 70
    assert many - few < bodies


@pytest.mark.slow
def test_a_book_that_is_imported_and_exported_again_is_the_same(corpora: Path, tmp_path) -> None:
    first, second = tmp_path / "first.epub", tmp_path / "second.epub"
    said = Category(path=("fortunes", "zh"), title="Chinese", description="Old\n\nand new.")
    with Collection.create("memory:", metadata=FULL) as texts:
        import_texts(
            texts,
            *(corpora / "fortunes" / name for name in ("zh/tang300", "de/sprichworte")),
            *(corpora / "aozora",),
            rights="CC0-1.0",
        )
        with texts.transaction() as batch:
            batch.set_category(said)
            for entry in ODD:
                batch.put(entry)
        entries = list(texts)
        export(texts, first)
    with Collection.create("memory:") as again:
        import_texts(again, first, clock=lambda: None)
        shown = {entry.id: entry for entry in again}
        export(again, second)
    for entry in entries:
        back = shown.pop(entry.id)
        assert back.title.strip() == entry.title.strip()
        assert (back.category, back.contributors, back.language, back.rights) == (
            entry.category, entry.contributors, entry.language, entry.rights,
        )  # fmt: skip
        assert parse(back.body, back.markup) == parse(entry.body, entry.markup)
    assert not shown
    assert _members(second) == _members(first)
    assert second.read_bytes() == first.read_bytes()


def _members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as book:
        return {name: book.read(name) for name in book.namelist()}


def test_what_is_said_in_part_only_is_written_without_the_rest() -> None:
    out = io.BytesIO()
    about = Metadata(
        title="Wishes", id="urn:x:1", identifiers=("urn:x:1", "urn:x:2"),
        series=Series(title="Shelf"), subjects=(Subject(term="Kind words"),),
    )  # fmt: skip
    with Collection.create("memory:", metadata=about) as texts:
        with texts.transaction() as batch:
            batch.put(Entry(id=entry_id("one"), title="…", body="123"))
        export_to_stream(texts, out, EpubExporter())
    with zipfile.ZipFile(out) as book:
        (name,) = (each for each in book.namelist() if each.endswith(".opf"))
        package = book.read(name).decode()
    identifiers = re.findall(r"<dc:identifier[^>]*>([^<]*)<", package)
    assert identifiers == ["urn:x:1", "urn:x:2"]
    assert ">Shelf<" in package
    assert "group-position" not in package
    assert ">Kind words<" in package
    assert "authority" not in package


def test_what_has_no_letter_is_filed_nowhere_and_of_no_script() -> None:
    assert [first_letter(text) for text in ("… !", "", "Ωmega")] == ["", "", "Ω"]
    assert [script_of(text) for text in ("12 …", "", "ꙮ ж")] == ["Zyyy", "Zyyy", "Cyrl"]
