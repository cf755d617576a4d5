"""The pre-flight: what it finds in broken books, beside what epubcheck finds in them."""

import json
import re
import shutil
import struct
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.publishing.sound_book import (
    OPF,
    PNG,
    Members,
    make_page,
    sound_book,
    swapped,
    write_book,
)

from collectionlib import Collection, Contributor, Entry, Metadata, export, import_texts
from collectionlib.errors import ExportError
from collectionlib.identity import entry_id
from collectionlib.publishing.verification import CODES, verify

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/reference/verify.md"
CASES = Path(__file__).with_name("verification")


def test_nothing_is_wrong_with_a_sound_book(tmp_path: Path, epubcheck) -> None:
    path = write_book(tmp_path / "sound.epub", sound_book())
    assert verify(path) == []
    assert epubcheck(path) == []


# --- pages --------------------------------------------------------------------------------------

# A page for each defect, all in one book: epubcheck takes seconds for a book, and none for a page.
DEFECTS = {
    "ill.xhtml": (b"<html><p></html>", "page-xml"),
    "title.xhtml": (make_page("<p>x</p>", title=""), "page-title"),
    "twice.xhtml": (make_page('<p id="x">a</p><p id="x">b</p>'), "id-duplicate"),
    "element.xhtml": (make_page("<p><font>x</font></p>"), "element-unknown"),
    "center.xhtml": (make_page("<center>x</center>"), "element-unknown"),
    "block.xhtml": (make_page("<p>a <div>b</div></p>"), "element-nesting"),
    "heading.xhtml": (make_page("<h2><p>b</p></h2>"), "element-nesting"),
    "links.xhtml": (
        make_page('<p><a href="p1.xhtml">a <a href="p1.xhtml">b</a></a></p>'),
        "element-nesting",
    ),
    "item.xhtml": (make_page("<ul><p>b</p></ul>"), "element-nesting"),
    "li.xhtml": (make_page("<div><li>b</li></div>"), "element-nesting"),
    "cell.xhtml": (make_page("<table><td>b</td></table>"), "element-nesting"),
    "align.xhtml": (make_page('<p align="center">b</p>'), "attribute-obsolete"),
    "file.xhtml": (make_page('<p><a href="gone.xhtml">b</a></p>'), "link-file"),
    "fragment.xhtml": (make_page('<p><a href="p1.xhtml#gone">b</a></p>'), "link-fragment"),
    "own.xhtml": (make_page('<p><a href="#gone">b</a></p>'), "link-fragment"),
    "image.xhtml": (make_page('<p><img src="gone.png" alt="b"/></p>'), "resource-missing"),
    "remote.xhtml": (
        make_page('<p><img src="https://e.example/a.png" alt="b"/></p>'),
        "resource-remote",
    ),
    "script.xhtml": (make_page("<p>x</p><script>var a = 1;</script>"), "manifest-properties"),
    "svg.xhtml": (make_page('<svg xmlns="http://www.w3.org/2000/svg"/>'), "manifest-properties"),
    "style.xhtml": (
        make_page("<p>x</p>", head='<link rel="stylesheet" href="gone.css"/>'),
        "resource-missing",
    ),
    "doctype.xhtml": (
        make_page("<p>x</p>").replace(
            b"<!DOCTYPE html>",
            b'<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" '
            b'"http://www.w3.org/TR/xhtml11/DTD/xhtml11.dtd">',
        ),
        "page-doctype",
    ),
    "root.xhtml": (
        b'<?xml version="1.0"?>\n<div xmlns="http://www.w3.org/1999/xhtml">x</div>',
        "page-xml",
    ),
    "lang.xhtml": (make_page('<p lang="e_n">x</p>'), "language-tag"),
    "unlisted.xhtml": (make_page('<p><img src="b.png" alt="b"/></p>'), "resource-unlisted"),
}  # fmt: skip
OURS_ALONE = {
    "bare.xhtml": (make_page('<p><img src="a.png"/></p>'), "image-alt"),
    "mute.xhtml": (make_page("<h1></h1>"), "heading-empty"),
    "jump.xhtml": (make_page("<h1>a</h1><h3>b</h3>"), "heading-order"),
    "silent.xhtml": (
        make_page("<p>x</p>").replace(b' lang="en" xml:lang="en"', b""),
        "page-language",
    ),
    "fixed.xhtml": (make_page('<p style="position: fixed">x</p>'), "css-fixed"),
}


def _table() -> dict[str, tuple[bytes, set[str]]]:
    """The pages of the table, with the codes of the errors in each."""
    table = tomllib.loads((CASES / "pages.toml").read_text("utf-8"))
    pages: dict[str, tuple[bytes, set[str]]] = {}
    for place, cases in table.items():
        for codes, markup in cases.items():
            for each in markup:
                page = make_page(each) if place == "body" else make_page("<p>x</p>", head=each)
                wanted = set() if codes == "sound" else set(codes.split())
                pages[f"t{len(pages)}.xhtml"] = page, wanted
    return pages


TABLE = _table()


@pytest.fixture(scope="module")
def broken(tmp_path_factory, epubcheck):
    """A book of pages with a defect each: what we say of each, and which errors epubcheck finds."""
    pages = {name: data for name, (data, _) in {**DEFECTS, **OURS_ALONE, **TABLE}.items()}
    members = sound_book(pages) | {"EPUB/b.png": PNG}
    path = write_book(tmp_path_factory.mktemp("broken") / "pages.epub", members)
    ours: dict[str, set[str]] = {}
    for finding in verify(path):
        ours.setdefault(Path(finding.path or "").name, set()).add(finding.code)
    theirs: dict[str, set[str]] = {}
    for message in epubcheck(path):
        if message["severity"] in ("ERROR", "FATAL"):
            for place in message["locations"]:
                theirs.setdefault(Path(place["path"]).name, set()).add(message["ID"])
    return ours, theirs


@pytest.mark.slow
@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_of_a_page_is_found_by_us_and_by_epubcheck(broken, name: str) -> None:
    ours, theirs = broken
    assert ours[name] == {DEFECTS[name][1]}
    assert theirs.get(name)


@pytest.mark.parametrize("name", TABLE)
def test_we_and_epubcheck_agree_on_which_pages_have_errors(broken, name: str) -> None:
    ours, theirs = broken
    page, wanted = TABLE[name]
    errors = {code for code in ours.get(name, ()) if CODES[code][0] == "error"}
    assert (errors, bool(theirs.get(name))) == (wanted, bool(wanted)), page.decode()


@pytest.mark.parametrize("name", OURS_ALONE)
def test_what_spoils_a_page_without_breaking_a_rule_is_found_by_us(broken, name: str) -> None:
    ours, theirs = broken
    assert ours[name] == {OURS_ALONE[name][1]}
    assert name not in theirs


# --- container and package ----------------------------------------------------------------------


def _gone(name: str) -> Callable[[Members], None]:
    return lambda members: members.pop(name) and None


BOOKS: dict[str, tuple[Callable[[Members], None], str]] = {
    "no container": (_gone("META-INF/container.xml"), "container-xml"),
    "package not there": (_gone(OPF), "container-xml"),
    "ill-formed package": (swapped(b"</spine>", b""), "package-xml"),
    "no identifier": (swapped(b'id="uid"', b'id="other"'), "package-identifier"),
    "no title": (swapped(b"<dc:title>Title</dc:title>", b""), "package-title"),
    "no language": (swapped(b"<dc:language>en</dc:language>", b""), "package-language"),
    "wrong language": (swapped(b">en<", b">english_language<"), "package-language"),
    "no modified": (swapped(b'"dcterms:modified"', b'"dcterms:created"'), "package-modified"),
    "wrong modified": (swapped(b"2026-01-01T00:00:00Z", b"yesterday"), "package-modified"),
    "nothing refined": (
        swapped(b"</metadata>", b'<meta refines="#x" property="role">aut</meta></metadata>'),
        "package-refines",
    ),
    "id twice": (swapped(b'id="png"', b'id="css"'), "manifest-id"),
    "file twice": (
        swapped(b"<manifest>", b'<manifest><item id="q" href="a.png" media-type="image/png"/>'),
        "manifest-href",
    ),
    "file missing": (_gone("EPUB/style.css"), "manifest-missing"),
    "no picture": (lambda m: m.update({"EPUB/a.png": b"GIF89a"}), "manifest-media-type"),
    "no nav": (swapped(b' properties="nav"', b""), "manifest-nav"),
    "nothing in the spine": (swapped(b'<itemref idref="i0"/>', b""), "spine-empty"),
    "spine of nothing": (swapped(b'idref="i0"', b'idref="i9"'), "spine-item"),
    "a picture in the spine": (swapped(b'idref="i0"', b'idref="png"'), "manifest-fallback"),
    "no ncx": (swapped(b'toc="ncx"', b'toc="css"'), "spine-ncx"),
    "toc missing": (swapped(b'epub:type="toc"', b'epub:type="lot"', "EPUB/nav.xhtml"), "nav-toc"),
    "empty list": (
        swapped(b'<li><a href="p1.xhtml#a">One</a></li>', b"", "EPUB/nav.xhtml"),
        "nav-structure",
    ),
    "silent link": (swapped(b">One</a>", b"></a>", "EPUB/nav.xhtml"), "nav-structure"),
    "broken link": (swapped(b"p1.xhtml#a", b"p1.xhtml#b", "EPUB/nav.xhtml"), "link-fragment"),
    "other uid": (swapped(b"000000000001", b"000000000002", "EPUB/toc.ncx"), "ncx-uid"),
    "font missing": (
        lambda m: m.update({"EPUB/style.css": b"@font-face { src: url(gone.otf); }"}),
        "css-missing",
    ),
    "an entity of another file": (
        swapped(
            b"<!DOCTYPE html>", b'<!DOCTYPE html [<!ENTITY x SYSTEM "x.txt">]>', "EPUB/p1.xhtml"
        ),
        "page-xml",
    ),
    "an entity of another file, in the package": (
        swapped(b"<package", b'<!DOCTYPE package [<!ENTITY x SYSTEM "x.txt">]><package'),
        "package-xml",
    ),
    "name with a colon": (lambda m: m.update({"EPUB/a:b.txt": b"x"}), "container-name"),
}


NAV, NCX, P1, CSS = "EPUB/nav.xhtml", "EPUB/toc.ncx", "EPUB/p1.xhtml", "EPUB/style.css"
CONTAINER = "META-INF/container.xml"


def _all(*changes: Callable[[Members], object]) -> Callable[[Members], None]:
    def change(members: Members) -> None:
        for each in changes:
            each(members)

    return change


def _cut(start: bytes, end: bytes, name: str = OPF, new: bytes = b"") -> Callable[[Members], None]:
    def change(members: Members) -> None:
        before, _, rest = members[name].partition(start)
        assert end in rest
        members[name] = before + new + rest.partition(end)[2]

    return change


def _in(tag: bytes, markup: bytes, name: str = OPF) -> Callable[[Members], None]:
    """With markup at the end of an element."""
    return swapped(b"</" + tag + b">", markup + b"</" + tag + b">", name)


def _css(rules: bytes) -> Callable[[Members], None]:
    return lambda members: members.update({CSS: rules})


def _old(members: Members) -> None:
    """The same book in EPUB 2."""
    lines = [line for line in members[OPF].split(b"\n") if b"<meta property" not in line]
    text = b"\n".join(line for line in lines if b'id="nav"' not in line)
    text = text.replace(b'version="3.0"', b'version="2.0"').replace(b'properties="nav"/>', b"")
    del members[NAV]
    members[OPF] = text
    page = members[P1].replace(b' lang="en" xml:lang', b" xml:lang")
    page = page.replace(b' xmlns:epub="http://www.idpf.org/2007/ops"', b"")
    doctype = (
        b'<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" '
        b'"http://www.w3.org/TR/xhtml11/DTD/xhtml11.dtd">'
    )
    members[P1] = page.replace(b"<!DOCTYPE html>", doctype)
    members[NCX] = members[NCX].replace(b"<navPoint id='n1'>", b"<navPoint id='n1' playOrder='1'>")


_FONT = b"@font-face { font-family: a; src: url(https://e.example/a.otf); }"
_LANDMARK = b'<nav epub:type="landmarks"><h2>L</h2><ol>%s</ol></nav>'
_POINT = b"<navLabel><text>x</text></navLabel><content src='p1.xhtml'/></navPoint>"

# Books in which neither we nor epubcheck find an error.
SOUND: dict[str, Callable[[Members], None]] = {
    "as it is": lambda m: None,
    "EPUB 2": _old,
    "EPUB 2 with an entity of its DTD": _all(_old, swapped(b"Text.", b"a&nbsp;b", P1)),
    "a guide": _in(
        b"package", b'<guide><reference type="toc" title="x" href="nav.xhtml"/></guide>'
    ),
    "a font of the network, declared": _all(
        _css(_FONT),
        swapped(b'"text/css"', b'"text/css" properties="remote-resources"'),
        _in(b"manifest", b'<item id="f" href="https://e.example/a.otf" media-type="font/otf"/>'),
    ),
    "an address in a string and a comment": _css(b"/* url(a) */ p { content: 'url(b)'; }"),
    "rules in UTF-16": lambda m: m.update({CSS: "p{}".encode("utf-16")}),
    "rules from another file": _all(
        _css(b"@import 'b.css';"),
        lambda m: m.update({"EPUB/b.css": b"p{}"}),
        _in(b"manifest", b'<item id="b" href="b.css" media-type="text/css"/>'),
    ),
    "a script, declared": _all(
        swapped(b"</body>", b"<script>1</script></body>", P1),
        swapped(b'href="p1.xhtml"', b'href="p1.xhtml" properties="scripted"'),
    ),
    "a file that nobody shows": _all(
        lambda m: m.update({"EPUB/a.bin": b"x"}),
        _in(b"manifest", b'<item id="x" href="a.bin" media-type="application/x-foo"/>'),
    ),
    "a name with a blank, encoded": _all(
        lambda m: m.update({"EPUB/a b.png": PNG}),
        _in(b"manifest", b'<item id="x" href="a%20b.png" media-type="image/png"/>'),
    ),
    "an untyped nav": _in(b"body", b"<nav><p>x</p></nav>", NAV),
    "something in META-INF": lambda m: m.update({"META-INF/x.txt": b"x"}),
}

BOOKS |= {
    "version 4": (swapped(b'version="3.0"', b'version="4.0"'), "package-version"),
    "no version": (swapped(b'version="3.0" ', b""), "package-version"),
    "another namespace": (swapped(b"2007/opf", b"2007/op"), "package-xml"),
    "an unknown part": (_in(b"package", b"<wonder/>"), "package-structure"),
    "no metadata": (_cut(b"<metadata", b"</metadata>"), "package-title"),
    "no manifest": (_cut(b"<manifest>", b"</manifest>"), "package-xml"),
    "no spine": (_cut(b"<spine", b"</spine>"), "spine-empty"),
    "a link without rel": (_in(b"metadata", b'<link href="p1.xhtml"/>'), "package-structure"),
    "an unknown attribute": (swapped(b"<manifest", b'<manifest a="1"'), "package-attribute"),
    "no name": (swapped(b'id="png"', b'id="1png"'), "package-attribute"),
    "up": (swapped(b"<spine", b'<spine page-progression-direction="up"'), "package-attribute"),
    "maybe": (swapped(b"<itemref", b'<itemref linear="maybe"'), "package-attribute"),
    "a property of an item": (
        swapped(b'href="p1.xhtml"', b'href="p1.xhtml" properties="wonder"'), "package-property"
    ),
    "a prefix of an item": (
        swapped(b'href="p1.xhtml"', b'href="p1.xhtml" properties="w:onder"'), "package-property"
    ),
    "a property of the spine": (
        swapped(b"<itemref", b'<itemref properties="wonder"'), "package-property"
    ),
    "a property of metadata": (
        _in(b"metadata", b'<meta property="wonder">x</meta>'), "package-property"
    ),
    "no property": (_in(b"metadata", b'<meta property="">x</meta>'), "package-property"),
    "nothing said": (_in(b"metadata", b'<meta property="dcterms:source"/>'), "package-empty"),
    "nobody": (_in(b"metadata", b"<dc:creator></dc:creator>"), "package-empty"),
    "two dates": (
        _in(b"metadata", b"<dc:date>2020</dc:date><dc:date>2021</dc:date>"), "package-repeated"
    ),
    "language of the package": (
        swapped(b"<package", b'<package xml:lang="x_y"'), "package-language"
    ),
    "a fallback to itself": (
        swapped(b'id="png" ', b'id="png" fallback="png" '), "manifest-fallback"
    ),
    "a fallback to nothing": (
        swapped(b'id="png" ', b'id="png" fallback="gone" '), "manifest-fallback"
    ),
    "a picture that nobody knows": (
        _all(
            lambda m: m.update({"EPUB/a.tiff": b"II*\0"}),
            _in(b"manifest", b'<item id="x" href="a.tiff" media-type="image/tiff"/>'),
            swapped(b"Text.", b'<img src="a.tiff" alt="x"/>', P1),
        ),
        "resource-foreign",
    ),
    "no media type": (swapped(b"image/png", b"png"), "manifest-media-type"),
    "the package in itself": (
        _in(
            b"manifest",
            b'<item id="x" href="package.opf" media-type="application/oebps-package+xml"/>',
        ),
        "manifest-href",
    ),
    "a fragment of a file": (swapped(b"a.png", b"a.png#x"), "manifest-href"),
    "a picture of the network": (
        _in(b"manifest", b'<item id="x" href="https://e.example/a.png" media-type="image/png"/>'),
        "resource-remote",
    ),
    "no overlay": (
        swapped(b'href="p1.xhtml"', b'href="p1.xhtml" media-overlay="x"'), "manifest-overlay"
    ),
    "a guide to nothing": (
        _in(b"package", b'<guide><reference type="toc" title="x" href="gone.xhtml"/></guide>'),
        "link-file",
    ),
    "another container": (swapped(b"xmlns:container", b"xmlns:x", CONTAINER), "container-xml"),
    "container of version 2": (swapped(b'"1.0" ', b'"2.0" ', CONTAINER), "container-xml"),
    "encryption of nothing": (
        lambda m: m.update({"META-INF/encryption.xml": b"<x"}), "container-xml"
    ),
    "a page in Latin-1": (
        lambda m: m.update({P1: m[P1].replace(b'"utf-8"', b'"iso-8859-1"')}), "page-encoding"
    ),
    "rules in Latin-1": (_css(b'@charset "iso-8859-1"; p{}'), "css-encoding"),
    "rules that are none": (_css(b"p { color: red; } } h1 {"), "css-syntax"),
    "a declaration that is none": (_css(b"p { color red }"), "css-syntax"),
    "direction in rules": (_css(b"p { direction: rtl; }"), "css-direction"),
    "rules that are not there": (_css(b'@import "gone.css";'), "css-missing"),
    "a picture of the network in rules": (
        _css(b"p { background: url(https://e.example/a.png); }"), "resource-remote"
    ),
    "a font of the network, undeclared": (_css(_FONT), "manifest-properties"),
    "contents of the network": (
        swapped(b"p1.xhtml#a", b"https://e.example/", NAV), "nav-structure"
    ),
    "a paragraph in the contents": (swapped(b"<ol>", b"<p>x</p><ol>", NAV), "nav-structure"),
    "a list without a heading": (
        _in(b"body", b'<nav epub:type="lot"><ol><li><a href="p1.xhtml">x</a></li></ol></nav>', NAV),
        "nav-structure",
    ),
    "a landmark of no kind": (
        _in(b"body", _LANDMARK % b'<li><a href="p1.xhtml">x</a></li>', NAV), "nav-structure"
    ),
    "a landmark twice": (
        _in(b"body", _LANDMARK % (b'<li><a epub:type="toc" href="p1.xhtml">x</a></li>' * 2), NAV),
        "nav-structure",
    ),
    "an NCX of nothing": (_cut(b"<navMap>", b"</navMap>", NCX, b"<navMap/>"), "ncx-structure"),
    "a place without a label": (_cut(b"<navLabel>", b"</navLabel>", NCX), "ncx-structure"),
    "a place without an id": (swapped(b" id='n1'", b"", NCX), "ncx-structure"),
    "two places of one order": (
        _all(
            swapped(b"id='n1'", b"id='n1' playOrder='1'", NCX),
            _in(b"navMap", b"<navPoint id='n2' playOrder='1'>" + _POINT, NCX),
        ),
        "ncx-structure",
    ),
    "an NCX that leads to a picture": (swapped(b"p1.xhtml#a", b"a.png", NCX), "link-unlisted"),
    "an NCX that nobody names": (swapped(b' toc="ncx"', b""), "spine-ncx"),
    "EPUB 2 with a guide to nothing": (
        _all(_old, _in(b"package", b'<guide><reference type="x" title="x" href="gone"/></guide>')),
        "link-file",
    ),
}  # fmt: skip

# What we and epubcheck see differently: in the documents as a table, by these names.
DIFFERENT: dict[str, Callable[[Members], None]] = {
    "30 February": swapped(b"2026-01-01T", b"2026-02-30T"),
    "`u\\72l(gone.png)` in CSS": _css(b"p { background: u\\72l(gone.png); }"),
    "a heading in `address`": swapped(b"</body>", b"<address><h2>x</h2></address></body>", P1),
    "HTML 5 in EPUB 2": _all(_old, swapped(b"<p>Text.</p>", b"<section><p>x</p></section>", P1)),
    "a `collection` of no manifest": _in(
        b"package", b'<collection role="index"><link href="p1.xhtml"/></collection>'
    ),
    "an unknown `role`": swapped(b"<p>", b'<p role="wonder">', P1),
    "`meta` in the body": swapped(b"</body>", b'<meta charset="utf-8"/></body>', P1),
    "the encoding said twice": swapped(
        b"</head>",
        b'<meta charset="utf-8"/><meta http-equiv="Content-Type" '
        b'content="text/html; charset=utf-8"/></head>',
        P1,
    ),
    "a block of CSS that is not closed": swapped(b"</head>", b"<style>p{</style></head>", P1),
}


@pytest.fixture(scope="module")
def judged(tmp_path_factory, epubcheck):
    """Each book: the codes that we find, whether we find errors, and whether epubcheck does."""
    changes = {**SOUND, **{name: change for name, (change, _) in BOOKS.items()}, **DIFFERENT}
    folder = tmp_path_factory.mktemp("books")
    books: dict[str, Path] = {}
    for number, (name, change) in enumerate(changes.items()):
        members = sound_book()
        change(members)
        books[name] = write_book(folder / f"{number}.epub", members)
    theirs = {path: epubcheck(path) for path in books.values()}
    judgements = {}
    for name, path in books.items():
        ours = verify(path)
        judgements[name] = (
            {finding.code for finding in ours},
            any(finding.severity == "error" for finding in ours),
            any(message["severity"] in ("ERROR", "FATAL") for message in theirs[path]),
        )
    return judgements


@pytest.mark.slow
@pytest.mark.parametrize("name", BOOKS)
def test_a_defect_of_a_book_is_found_by_us_and_by_epubcheck(judged, name: str) -> None:
    codes, _, theirs = judged[name]
    assert BOOKS[name][1] in codes
    # This one is a warning of both: other programs write such dates.
    assert theirs or CODES[BOOKS[name][1]][0] == "warning"


@pytest.mark.parametrize("name", SOUND)
def test_neither_finds_an_error_in_a_sound_book(judged, name: str) -> None:
    _, ours, theirs = judged[name]
    assert (ours, theirs) == (False, False)


@pytest.mark.parametrize("name", DIFFERENT)
def test_where_we_differ_from_epubcheck_the_documents_say_so(judged, name: str) -> None:
    _, ours, theirs = judged[name]
    assert ours is not theirs
    cells = ["error" if found else "nothing" for found in (ours, theirs)]
    assert f"| {name} | {cells[0]} | {cells[1]} |" in PAGE.read_text("utf-8")


def test_a_zip_that_is_none_of_an_epub_is_found(tmp_path: Path) -> None:
    def codes(path: Path) -> set[str]:
        return {finding.code for finding in verify(path)}

    path = tmp_path / "book.epub"
    assert "container-mimetype" in codes(write_book(path, sound_book(), first=""))
    path.write_bytes(b"no zip")
    assert codes(path) == {"container-zip"}
    write_book(path, sound_book())
    path.write_bytes(path.read_bytes()[:-100])
    assert codes(path) == {"container-zip"}
    write_book(path, sound_book() | {"EPUB/A.PNG": PNG})
    assert "container-duplicate" in codes(path)
    whole = bytearray(write_book(path, sound_book()).read_bytes())
    with zipfile.ZipFile(path) as book:
        info = book.getinfo("EPUB/p1.xhtml")
    whole[info.header_offset + 60] ^= 0xFF
    path.write_bytes(whole)
    assert "container-crc" in codes(path)


def test_names_and_the_beginning_of_a_zip_are_looked_at_to_the_byte(tmp_path: Path) -> None:
    path = tmp_path / "book.epub"
    whole = write_book(path, sound_book() | {"EPUB/\xe9.txt": b"x"}).read_bytes()

    def codes(old: bytes, new: bytes) -> set[str]:
        path.write_bytes(whole.replace(old, new))
        return {finding.code for finding in verify(path) if finding.severity == "error"}

    assert codes(b"", b"") == set()
    name = "EPUB/\xe9.txt".encode()
    assert "container-name" in codes(name, b"EPUB/\xff\xfe.txt")
    assert codes(name, b"EPUB/ab\0txt") == {"container-name"}
    path.write_bytes(b"#!/bin/sh\n" + whole)
    assert {finding.code for finding in verify(path) if finding.severity == "error"} == {
        "container-zip"
    }


@pytest.mark.parametrize("places", [(8,), (10,), (8, 10)], ids=["on the disk", "of all", "both"])
@pytest.mark.parametrize("wrong", [-1, 1])
def test_a_false_number_of_members_is_found(
    tmp_path: Path, places: tuple[int, ...], wrong: int
) -> None:
    path = write_book(tmp_path / "book.epub", sound_book())
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as book:
        members = len(book.infolist())
    for place in places:
        struct.pack_into("<H", data, len(data) - 22 + place, members + wrong)
    path.write_bytes(data)
    said = [finding.message for finding in verify(path) if finding.code == "container-zip"]
    assert f"it says that it has {members + wrong} members, not {members}" in said


@pytest.mark.slow
def test_the_number_of_members_of_a_zip_of_64_bits_is_right(tmp_path: Path) -> None:
    path = tmp_path / "book.epub"
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("mimetype", "application/epub+zip")
        for name, data in sound_book().items():
            book.writestr(name, data)
        for number in range(0x10000):
            book.writestr(f"EPUB/{number}.txt", "")
    assert "container-zip" not in {finding.code for finding in verify(path)}


def test_what_cannot_be_read_at_all_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="cannot be read"):
        verify(tmp_path / "gone.epub")
    with pytest.raises(ExportError, match="cannot be read"):
        verify(tmp_path)


def test_a_paragraph_of_11_megabytes_is_no_fault(tmp_path: Path) -> None:
    page = make_page(f"<p>{'word ' * 2_200_000}</p>")
    assert verify(write_book(tmp_path / "long.epub", sound_book({"long.xhtml": page}))) == []


def test_entities_do_not_unfold(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE html [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
    )
    page = make_page("<p>&j;</p>").replace(b"<!DOCTYPE html>", f"{bomb}]>".encode())
    path = write_book(tmp_path / "bomb.epub", sound_book({"bomb.xhtml": page}))
    verify(path)


# --- books of ours and of others ----------------------------------------------------------------


@pytest.mark.slow
def test_nothing_is_wrong_with_books_of_ours(corpora: Path, tmp_path: Path) -> None:
    path = tmp_path / "book.epub"
    metadata = Metadata(title="Book", language="en", contributors=(Contributor(name="A"),))
    with Collection.create("memory:", metadata=metadata) as texts:
        import_texts(texts, corpora / "fortunes/zh", corpora / "aozora", corpora / "hebrew")
        export(texts, path)
    assert {finding.severity for finding in verify(path)} <= {"note"}
    for device in ("kobo", "apple", "kindle"):
        noted = {finding.code for finding in verify(path, device=device)} - {"heading-order"}
        # The drawn cover is SVG unless the book is made for a shop; the theme has columns of names.
        assert noted <= {"device-cover", "device-ncx", "device-css"}
        assert "device-cover" in noted


def test_of_the_samples_of_the_w3c_we_say_what_epubcheck_does_and_what_the_documents_add(
    corpora: Path, tmp_path: Path, epubcheck
) -> None:
    samples = sorted((corpora / "epub").glob("w3c-*.epub"))
    added = set()
    for sample in samples:
        path = tmp_path / sample.name
        shutil.copyfile(sample, path)
        theirs = epubcheck(path)
        assert not [each for each in theirs if each["severity"] in ("ERROR", "FATAL", "WARNING")]
        ours = verify(path)
        assert not [finding for finding in ours if finding.severity == "error"], path.name
        added |= {finding.code for finding in ours}
    codes = ", ".join(f"`{code}`" for code in sorted(added))
    said = " ".join(PAGE.read_text("utf-8").split())
    assert f"{len(samples)} samples of the W3C (`epub-tests`)" in said
    assert f"we add {codes}" in said


# --- the command --------------------------------------------------------------------------------


def _command(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "collectionlib", "verify", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_the_command_names_code_and_place_and_exits_with_4(tmp_path: Path) -> None:
    members = sound_book({"p2.xhtml": make_page('<p>\n<a href="gone.xhtml">x</a></p>')})
    path = write_book(tmp_path / "broken.epub", members)
    done = _command("--no-epubcheck", path)
    assert done.returncode == 4
    assert done.stdout.splitlines() == [
        "EPUB/p2.xhtml",
        "         6  error    'EPUB/gone.xhtml' is not there  [link-file]",
    ]
    assert done.stderr == "1 error, 0 warnings, 0 notes\n"
    (line,) = _command("--no-epubcheck", "--json", path).stdout.splitlines()
    assert json.loads(line)["code"] == "link-file"
    good = write_book(tmp_path / "good.epub", sound_book())
    done = _command("--no-epubcheck", good)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "nothing is wrong\n")
    assert _command(tmp_path / "gone.epub").returncode == 1


@pytest.mark.slow
def test_epubcheck_runs_on_top(tmp_path: Path, epubcheck) -> None:
    members = sound_book()
    swapped(b"<dc:title>Title</dc:title>", b"")(members)
    done = _command("--json", write_book(tmp_path / "broken.epub", members))
    codes = {json.loads(line)["code"] for line in done.stdout.splitlines()}
    assert "package-title" in codes
    assert any(code.startswith("epubcheck:RSC") for code in codes)


def test_all_codes_are_in_the_documents_and_used() -> None:
    text = PAGE.read_text("utf-8")
    for code, (severity, rule) in CODES.items():
        assert f"| `{code}` | {severity} | {rule} |" in text
    room = ROOT / "src/collectionlib/publishing/verification"
    source = "".join(path.read_text("utf-8") for path in room.glob("*.py"))
    used = set(re.findall(r'"([a-z]+-[a-z-]+)"', source))
    assert set(CODES) - used <= {"epubcheck"}


def test_an_entry_of_ours_that_is_odd_is_sound(tmp_path: Path) -> None:
    path = tmp_path / "odd.epub"
    body = "# A\n\n### C\n\n![x](y.png)\n\n[a](https://e.example/ä?b=c&d#é) <p>x</p>"
    with Collection.create("memory:", title="Odd") as texts:
        with texts.transaction() as batch:
            batch.put(Entry(id=entry_id("x"), title="<x>", body=body, markup="markdown"))
        export(texts, path)
    assert {finding.code for finding in verify(path)} <= {"heading-order"}


# --- what strangers' books hold -------------------------------------------------------------------


def _codes(path: Path, members: Members) -> set[str]:
    return {finding.code for finding in verify(write_book(path, members))}


ODD_PAGES = {
    "languages": (make_page('<p lang="de" xml:lang="fr">x</p>'), "language-tag"),
    "no body": (make_page("").replace(b"<body>\n\n</body>", b""), "element-nesting"),
    "no place": (make_page('<p><img src="http://[" alt="b"/></p>'), "resource-missing"),
    "media": (make_page('<audio src="https://e.example/a.mp3"></audio>'), "manifest-properties"),
    "sheet": (
        make_page("<p>x</p>", head='<link rel="alternate stylesheet" href="style.css"/>'),
        "attribute-missing",
    ),
    "meta": (make_page("<p>x</p>", head='<meta name="author"/>'), "attribute-missing"),
    "css place": (
        make_page("<p>x</p>", head='<style>p { background: url("http://[") }</style>'),
        "css-missing",
    ),
    "css function": (
        make_page("<p>x</p>", head='<style>p { background: image-set("gone.png" 1x) }</style>'),
        "css-missing",
    ),
    "css in brackets": (
        make_page("<p>x</p>", head='<style>p { --a: [url("gone.png")] }</style>'),
        "css-missing",
    ),
    "css beside the manifest": (
        make_page("<p>x</p>", head='<style>p { background: url("toc.css") }</style>'),
        "resource-unlisted",
    ),
    "css without an end": (
        make_page("<p>x</p>", head=f"<style>{'p { margin: 0 }' * 80_000}</style>"),
        "container-size",
    ),
    "font": (
        make_page(
            "<p>x</p>",
            head="<style>@font-face { font-family: A; src: url(https://e.example/a.woff2) }"
            "</style>",
        ),
        "manifest-properties",
    ),
}


@pytest.mark.parametrize("case", ODD_PAGES)
def test_what_is_odd_in_a_page_is_found(tmp_path: Path, case: str) -> None:
    page, code = ODD_PAGES[case]
    members = sound_book({"odd.xhtml": page}) | {"EPUB/toc.css": b"p { margin: 0 }"}
    assert code in _codes(tmp_path / "a.epub", members)


def test_what_readers_need_not_know_may_stand_in_drawings_and_new_elements(tmp_path: Path) -> None:
    body = (
        "<x-new>One.</x-new><p>"
        '<svg xmlns="http://www.w3.org/2000/svg"><a xmlns="urn:x">b</a></svg></p>'
    )
    members = sound_book({"odd.xhtml": make_page(body)})
    swapped(b'href="odd.xhtml"', b'properties="svg" href="odd.xhtml"')(members)
    assert "element-unknown" not in _codes(tmp_path / "a.epub", members)


ODD_PACKAGES: dict[str, tuple[Callable[[Members], None], str]] = {
    "no use of a property": (
        swapped(b'<item id="i0"', b'<item properties="svg scripted" id="i0"'),
        "manifest-properties",
    ),
    "fallback in a ring": (
        swapped(
            b"</manifest>",
            b'<item id="a" href="a.bin" media-type="x/a" fallback="b"/>'
            b'<item id="b" href="b.bin" media-type="x/b" fallback="a"/></manifest>',
        ),
        "manifest-fallback",
    ),
    "contents that are none": (
        swapped(
            b'<meta property="schema:accessibilityFeature">structuralNavigation</meta>',
            b'<meta property="schema:accessibilityFeature">tableOfContents</meta>',
        ),
        "accessibility-truth",
    ),
    "a container that is none": (
        swapped(b"</container>", b"", "META-INF/container.xml"),
        "container-xml",
    ),
    "a list that is none": (swapped(b"</ncx>", b"", "EPUB/toc.ncx"), "page-xml"),
    "a place in the contents that is none": (
        swapped(b"p1.xhtml#a", b"http://[", "EPUB/nav.xhtml"),
        "link-file",
    ),
}


@pytest.mark.parametrize("case", ODD_PACKAGES)
def test_what_is_odd_in_a_package_is_found(tmp_path: Path, case: str) -> None:
    members = sound_book()
    change, code = ODD_PACKAGES[case]
    change(members)
    if code == "accessibility-truth":
        swapped(b' properties="nav"', b"")(members)
    assert code in _codes(tmp_path / "a.epub", members)


def test_of_very_many_alike_the_first_are_listed(tmp_path: Path) -> None:
    body = "".join(f'<p><a href="#gone{number}">x</a></p>' for number in range(1_500))
    path = write_book(tmp_path / "a.epub", sound_book({"odd.xhtml": make_page(body)}))
    found = [each for each in verify(path) if each.code == "link-fragment"]
    assert len(found) == 1_001
    (rest,) = (each for each in found if not each.message.startswith("'EPUB/odd.xhtml' has no id"))
    assert rest.message == "there are more than 1,000 of these; the others are not listed"
    assert found[0].to_plain()["path"] == "EPUB/odd.xhtml"


def test_more_elements_than_can_be_looked_into_are_said(tmp_path: Path) -> None:
    many = make_page("<p>" + "<b/>" * 2_100_000 + "</p>")
    assert "container-size" in _codes(tmp_path / "a.epub", sound_book({"odd.xhtml": many}))
