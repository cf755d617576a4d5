"""Pages and websites: what is in them, what is replaced, what can be read back."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import html as pages

from collectionlib import Category, Collection, Entry, Metadata, export, import_texts
from collectionlib.errors import ExportError, ThemeError
from collectionlib.identity import entry_id
from collectionlib.markup import parse
from collectionlib.markup.blocks import words
from collectionlib.publishing.cover import Cover
from collectionlib.publishing.folders import LIST
from collectionlib.publishing.formats.html import HtmlExporter
from collectionlib.publishing.formats.html.inlined import style_sheet_with
from collectionlib.publishing.formats.html.syntax import as_html
from collectionlib.storage.durable_folders import exchange

GIF = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"  # noqa: E501


def _entry(name: str, **values: object) -> Entry:
    return Entry(id=entry_id(name), **{"title": name, "body": f"The text of {name}.", **values})


TEXTS = [
    _entry("Loose"),
    _entry("Blessing", category=("Blessings",), language="de"),
    _entry("Deep", category=("Blessings", "Birth"), rights="CC0-1.0"),
    _entry("Joke", category=("Jokes",), body="One,\ntwo.\n\nThree."),
]


@pytest.fixture
def texts():
    metadata = Metadata(title="A book", language="en")
    with Collection.create("memory:", metadata=metadata) as collection:
        with collection.transaction() as batch:
            for entry in TEXTS:
                batch.put(entry)
            batch.set_category(Category(path=("Jokes",), description="To laugh."))
        yield collection


def _page(path: Path) -> pages.HtmlElement:
    return pages.fromstring(path.read_bytes())


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_page_needs_nothing_beside_it(texts, tmp_path: Path) -> None:
    export(texts, tmp_path / "book.html")
    page = _page(tmp_path / "book.html")
    assert [a.get("id") for a in page.iter("article")] == [f"entry-{e.id}" for e in texts]
    assert not page.xpath("//link | //script[@src] | //*[@src[not(starts-with(., 'data:'))]]")
    assert not page.xpath("//@*[contains(name(), 'epub')]")
    for link in page.xpath("//a/@href"):
        assert page.xpath(f"//*[@id='{link.removeprefix('#')}']"), link


def test_every_link_of_a_website_leads_somewhere(texts, tmp_path: Path) -> None:
    exporter = HtmlExporter(split="entry", index=True, ledger=True)
    export(texts, f"{tmp_path}/site/", to=exporter)
    site = tmp_path / "site"
    found = {path: _page(path) for path in site.rglob("*.html")}
    assert len(found) > 6
    for path, page in found.items():
        for address in page.xpath("//a/@href | //link/@href | //script/@src"):
            name, _, anchor = address.partition("#")
            target = (path.parent / name).resolve() if name else path
            assert target.is_file(), address
            assert not anchor or found[target].xpath(f"//*[@id='{anchor}']"), address
    ways = {path.name: page.xpath("//nav[@class='pager']/a/@rel") for path, page in found.items()}
    assert ways["index.html"] == ["next"]
    assert ways["colophon.html"] == ["prev"]
    assert ways["0002.html"] == ["prev", "next"]


def test_a_part_that_goes_on_says_its_name_again(texts, tmp_path: Path) -> None:
    with texts.transaction() as batch:
        batch.put(_entry("Joke 2", category=("Jokes",)))
    export(texts, f"{tmp_path}/site/", to=HtmlExporter(split="entry"))
    titles = [
        page.xpath("string(//*[@class='part-title'])")
        for page in map(_page, sorted((tmp_path / "site/text").iterdir()))
    ]
    assert titles[-2:] == ["Jokes", "Jokes"]


def test_the_same_texts_give_the_same_bytes(texts, tmp_path: Path) -> None:
    for name in ("one", "two"):
        export(texts, tmp_path / f"{name}.html")
        export(texts, f"{tmp_path}/{name}/", to="html")
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()
    assert _files(tmp_path / "one") == _files(tmp_path / "two")


def test_pictures_fonts_and_covers_go_into_the_page(texts, tmp_path: Path) -> None:
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive/dot.gif").write_bytes(GIF)
    (tmp_path / "archive/a.md").write_text("# A\n\n![A dot](dot.gif)\n")
    theme = tmp_path / "theme"
    theme.mkdir()
    (theme / "theme.toml").write_text('base = "classic"')
    (theme / "style.css").write_text('hr { background: url("dot.gif") } /* </style> */')
    (theme / "dot.gif").write_bytes(GIF)
    import_texts(texts, tmp_path / "archive")
    options = {
        "pictures": {"archive": tmp_path / "archive"},
        "theme": str(theme),
        "cover": Cover(GIF, "image/jpeg", 1, 1),
    }
    export(texts, tmp_path / "book.html", to=HtmlExporter(**options))
    page = (tmp_path / "book.html").read_text("utf-8")
    assert page.count("data:image/gif;base64,R0lGODlh") == 2
    assert page.count("data:image/jpeg;base64,R0lGODlh") == 1
    assert page.count("</style>") == 1
    export(texts, f"{tmp_path}/site/", to=HtmlExporter(**options))
    names = _files(tmp_path / "site").keys()
    assert {"cover.jpg", "dot.gif", "images/0001.gif"} <= names


@pytest.mark.slow
def test_a_font_goes_into_the_page_with_the_characters_of_the_book(texts, tmp_path: Path) -> None:
    pytest.importorskip("fontTools")
    serif = pytest.importorskip("font_source_serif_pro")
    font = next(Path(serif.__file__).parent.rglob("*Regular.ttf"))
    export(texts, tmp_path / "book.html", to=HtmlExporter(fonts=(font,)))
    page = (tmp_path / "book.html").read_text("utf-8")
    assert "@font-face" in page
    assert 'url("data:font/ttf;base64,' in page
    assert "Source Serif" in _page(tmp_path / "book.html").xpath("string(//*[@id='colophon'])")
    export(texts, f"{tmp_path}/site/", to=HtmlExporter(fonts=(font,)))
    assert any(name.startswith("fonts/") for name in _files(tmp_path / "site"))


def test_what_is_wrong_with_a_theme_leaves_nothing_behind(texts, tmp_path: Path) -> None:
    for output in ("book.html", "site/"):
        with pytest.raises(ThemeError):
            export(texts, f"{tmp_path}/{output}", to=HtmlExporter(theme="baroque"))
    assert list(tmp_path.iterdir()) == []


def test_a_page_is_read_back_text_by_text(texts, tmp_path: Path) -> None:
    export(texts, tmp_path / "book.html")
    export(texts, f"{tmp_path}/site/", to="html")
    for source in ("book.html", "site"):
        with Collection.create("memory:") as back:
            report = import_texts(back, tmp_path / source)
            found = {entry.title: entry for entry in back}
        # What stands between the texts, such as what is said of a part, is kept as a text.
        found.pop("A book", None)
        assert (found.keys(), report.rejected) == ({entry.title for entry in TEXTS}, ())
        for entry in TEXTS:
            back_again = found[entry.title]
            blocks = parse(back_again.body, back_again.markup)
            assert words(blocks) == words(parse(entry.body, entry.markup)), entry.title
            assert entry.category == back_again.category[-len(entry.category) or 9 :]


# --- folders ------------------------------------------------------------------------------------


def test_a_website_is_replaced_as_a_whole(texts, tmp_path: Path) -> None:
    site = tmp_path / "site"
    export(texts, f"{site}/", to=HtmlExporter(split="entry"))
    site.chmod(0o750)
    export(texts, site, to="html")
    assert len(list((site / "text").iterdir())) == 3
    assert site.stat().st_mode & 0o777 == 0o750
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_what_was_added_or_changed_by_hand_is_not_lost(texts, tmp_path: Path) -> None:
    site = tmp_path / "site"
    export(texts, f"{site}/", to="html")
    (site / ".DS_Store").write_bytes(b"looked at")
    export(texts, f"{site}/", to="html")
    for name, change in (("CNAME", "added"), ("index.html", "changed")):
        with (site / name).open("a") as file:
            file.write("example.org")
        before = _files(site)
        with pytest.raises(ExportError, match=f"{name} was {change} since"):
            export(texts, f"{site}/", to="html")
        assert _files(site) == before
        export(texts, f"{site}/", to="html", force=True)
    assert "CNAME" not in _files(site)


def test_a_folder_of_somebody_else_is_never_replaced(texts, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/note.txt").write_text("Keep me.")
    for force in (False, True):
        with pytest.raises(ExportError, match="no folder that an export has written"):
            export(texts, f"{tmp_path}/mine/", to="html", force=force)
    assert _files(tmp_path) == {"mine/note.txt": b"Keep me."}
    (tmp_path / "empty").mkdir()
    export(texts, tmp_path / "empty", to="html")
    assert (tmp_path / "empty/index.html").is_file()
    with pytest.raises(ExportError, match="a folder was to be written"):
        export(texts, f"{tmp_path}/mine/note.txt/", to="html")


def test_a_collection_is_not_replaced_by_its_own_website(tmp_path: Path) -> None:
    with Collection.create(tmp_path / "site/texts.db", title="T") as texts:
        with texts.transaction() as batch:
            batch.put(TEXTS[0])
        (tmp_path / "site" / LIST).write_text("")
        with pytest.raises(ExportError, match="holds the collection"):
            export(texts, tmp_path / "site", to="html", force=True)
    texts = Collection.create(tmp_path / "jokes", title="T")
    with texts, pytest.raises(ExportError, match="lies in the collection"):
        export(texts, f"{tmp_path}/jokes/site/", to="html")


def test_a_link_to_a_website_is_kept(texts, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "site").symlink_to("real")
    export(texts, tmp_path / "site", to="html")
    assert (tmp_path / "site").is_symlink()
    assert (tmp_path / "real/index.html").is_file()


def test_a_format_of_one_file_is_no_folder(texts, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="an EPUB is one file"):
        export(texts, f"{tmp_path}/site/", to="epub")


KILLED = """
import os, signal, sys
from collectionlib import Collection, export
from collectionlib.publishing.formats.html import HtmlExporter
class Killed(HtmlExporter):
    def export_folder(self, anthology, entries, folder):
        super().export_folder(anthology, entries, folder)
        os.kill(os.getpid(), signal.SIGKILL)
with Collection.open(sys.argv[1]) as texts:
    export(texts, sys.argv[2], to=Killed(split="entry"))
"""


@pytest.mark.slow
def test_a_killed_export_leaves_the_old_website_and_the_next_one_tidies_up(tmp_path: Path) -> None:
    with Collection.create(tmp_path / "texts.db", title="T") as texts:
        with texts.transaction() as batch:
            for entry in TEXTS:
                batch.put(entry)
        export(texts, f"{tmp_path}/site/", to="html")
        before = _files(tmp_path / "site")
        arguments = [str(tmp_path / "texts.db"), f"{tmp_path}/site/"]
        done = subprocess.run([sys.executable, "-c", KILLED, *arguments], check=False)
        assert done.returncode < 0
        assert _files(tmp_path / "site") == before
        [left] = tmp_path.glob(".site.*")
        os.utime(left, (0, 0))
        export(texts, f"{tmp_path}/site/", to="html")
    assert not list(tmp_path.glob(".site.*"))


def test_folders_change_their_names(tmp_path: Path) -> None:
    for name in ("new", "old"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "name").write_text(name)
    exchange(tmp_path / "new", tmp_path / "old")
    assert (tmp_path / "old/name").read_text() == "new"
    assert (tmp_path / "new/name").read_text() == "old"


def test_a_folder_that_stepped_aside_for_nothing_is_brought_back(texts, tmp_path: Path) -> None:
    export(texts, f"{tmp_path}/site/", to="html")
    (tmp_path / "site").rename(tmp_path / ".site.replaced")
    with pytest.raises(ThemeError):
        export(texts, f"{tmp_path}/site/", to=HtmlExporter(theme="baroque"))
    assert (tmp_path / "site/index.html").is_file()


# --- syntax -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("xhtml", "html"),
    [
        ("<p/>", "<p></p>"),
        ('<a id="x"/>&#160;&amp;<br/>', '<a id="x"></a>\xa0&amp;<br>'),
        ('<section epub:type="toc" class="a &quot;b">]]&gt;</section>',
         '<section class="a &quot;b">]]&gt;</section>'),
        ("<!-- a --><![CDATA[<b>]]><pre>\n\nx</pre>", "&lt;b&gt;<pre>\n\n\nx</pre>"),
    ],
)  # fmt: skip
def test_xhtml_is_written_as_html_has_it(xhtml: str, html: str) -> None:
    assert as_html(xhtml) == html


@pytest.mark.parametrize(
    "css", ["a{b:url(x.gif)}", "a{b:url('./x.gif')}", 'a{b:image-set("x.gif" 1x)}']
)
def test_files_of_a_style_sheet_are_put_into_it(css: str) -> None:
    assert "data:,1" in style_sheet_with(css, {"x.gif": "data:,1"})
    assert "x.gif" in style_sheet_with(css, {"y.gif": "data:,1"})
