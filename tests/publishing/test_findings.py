"""What the pre-flight says, to the letter, of a zip file, a package or contents that are wrong."""

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from tests.publishing.sound_book import (
    OPF,
    UID,
    Members,
    make_page,
    sound_book,
    swapped,
    write_book,
)

from collectionlib.publishing.verification import verify

NAV, NCX, CSS = "EPUB/nav.xhtml", "EPUB/toc.ncx", "EPUB/style.css"
ENCRYPTION = "META-INF/encryption.xml"
LINE = b'<li><a href="p1.xhtml#a">One</a></li>'


def _found(path: Path, **options: str) -> set[tuple[str, str]]:
    return {(found.code, found.message) for found in verify(path, **options)}  # type: ignore[arg-type]


# --- the zip file -------------------------------------------------------------------------------


def _written(path: Path, first: zipfile.ZipInfo, data: bytes = b"application/epub+zip") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr(first, data)
        for name, member in sound_book().items():
            book.writestr(name, member)
    return path


def _mimetype(*, method: int = zipfile.ZIP_STORED, extra: bytes = b"") -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("mimetype")
    info.compress_type, info.extra = method, extra
    return info


@pytest.mark.parametrize(
    ("first", "data", "message"),
    [
        (_mimetype(method=zipfile.ZIP_DEFLATED), b"application/epub+zip", "it is compressed"),
        (_mimetype(extra=struct.pack("<HHH", 0x9999, 2, 0)), b"application/epub+zip",
         "it has an extra field"),
        (_mimetype(), b"application/zip", "it is not 'application/epub+zip'"),
        (_mimetype(), b"application/epub+zip\n", "it is not 'application/epub+zip'"),
        (zipfile.ZipInfo("other"), b"", "the first member is not 'mimetype'"),
    ],
)  # fmt: skip
def test_the_first_member_is_looked_at(
    tmp_path: Path, first: zipfile.ZipInfo, data: bytes, message: str
) -> None:
    assert ("container-mimetype", message) in _found(_written(tmp_path / "book.epub", first, data))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("EPUB/../a.txt", "is no plain path"),
        ("/a.txt", "is no plain path"),
        ("EPUB//a.txt", "is no plain path"),
        ("EPUB/a|b", "has a character that names may not have, '|'"),
        ("EPUB/a./b", "has a part that ends in a full stop"),
        ("EPUB/" + "ä" * 128, "has a part of more than 255 bytes"),
    ],
)
def test_a_name_that_does_not_work_everywhere_is_found(
    tmp_path: Path, name: str, reason: str
) -> None:
    path = write_book(tmp_path / "book.epub", sound_book() | {name: b"x"})
    assert ("container-name", f"the name {reason}") in _found(path)


def test_other_packing_is_found(tmp_path: Path) -> None:
    path = write_book(tmp_path / "book.epub", sound_book())
    with zipfile.ZipFile(path, "a", zipfile.ZIP_LZMA) as book:
        book.writestr("EPUB/a.txt", b"x")
    assert ("container-method", "it is packed by another method than Deflate") in _found(path)


def test_a_member_that_the_zip_file_encrypts_is_found_and_not_read(tmp_path: Path) -> None:
    path = write_book(tmp_path / "book.epub", sound_book())
    data = bytearray(path.read_bytes())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.rindex(mark)
        data[start + flags] |= 1
    path.write_bytes(data)
    assert ("container-encrypted", "it is encrypted by the zip file") in _found(path)


# --- the package, and what it names -------------------------------------------------------------

ITEM = b'<item id="x" href="x.txt" media-type="text/plain"/></manifest>'


def _refined(what: bytes) -> Callable[[Members], None]:
    return swapped(b"</metadata>", what + b"</metadata>")


PACKAGES: dict[str, tuple[Callable[[Members], None], str, str]] = {
    "root": (lambda m: m.update({OPF: b"<x/>"}), "package-xml", "its root is no 'package'"),
    "version 2": (swapped(b'version="3.0"', b'version="2.0"'), "package-old",
                  "the version is 2.0; EPUB 3 has replaced it"),
    "version 4": (swapped(b'version="3.0"', b'version="4.0"'), "package-version",
                  "the version is '4.0', not '3.0'"),
    "media type": (swapped(b"oebps-package+xml", b"xml", "META-INF/container.xml"), "container-xml",
                   "the media type of 'EPUB/package.opf' is not application/oebps-package+xml"),
    "two dates": (_refined(b"<dc:date>2019</dc:date><dc:date>2020</dc:date>"), "package-repeated",
                  "there are 2 dates"),
    "no date": (_refined(b"<dc:date>May</dc:date>"), "package-date", "'May' is no date of W3CDTF"),
    "refines a place": (_refined(b'<meta refines="x.txt" property="role">a</meta>'),
                        "package-refines", "'x.txt' is no id of this document"),
    "silent": (_refined(b"<dc:creator> </dc:creator>"), "package-empty", "'creator' says nothing"),
    "language": (_refined(b'<dc:creator xml:lang="b_d">A</dc:creator>'), "package-language",
                 "'b_d' is no BCP 47 language tag"),
    "no identifier": (swapped(UID.encode(), b" "), "package-identifier",
                      "the identifier says nothing"),
    "isbn": (_refined(b"<dc:identifier>urn:isbn:9780000000000</dc:identifier>"), "package-isbn",
             "'urn:isbn:9780000000000' is no ISBN"),
    "no id": (swapped(b'<item id="png"', b"<item"), "manifest-id", "an item has no id"),
    "no file": (swapped(b'href="a.png"', b'href="a.png#b"'), "manifest-href",
                "'a.png#b' is no file"),
    "no url": (swapped(b'href="a.png"', b'href="a b.png"'), "link-address",
               "'a b.png' is no URL"),
    "no type": (swapped(b'"image/png"', b'"png"'), "manifest-media-type",
                "'png' is no media type"),
    "outside": (swapped(b'href="a.png"', b'href="../../a.png"'), "manifest-missing", ""),
    "two covers": (
        lambda m: m.update({OPF: m[OPF].replace(b'type="image/png"',
                            b'type="image/png" properties="cover-image"').replace(
                            b'type="text/css"', b'type="text/css" properties="cover-image"')}),
        "manifest-cover", "2 items are the cover"),
    "a cover of text": (swapped(b'type="text/css"', b'type="text/css" properties="cover-image"'),
                        "manifest-cover", "'EPUB/style.css' is no image"),
    "no spine": (lambda m: m.update({OPF: m[OPF].replace(b'<spine toc="ncx">', b"<x>").replace(
                 b"</spine>", b"</x>")}), "spine-empty", "there is no spine"),
    "twice": (swapped(b'<itemref idref="i0"/>', b'<itemref idref="i0"/><itemref idref="i0"/>'),
              "spine-item", "'i0' stands twice"),
    "not linear": (swapped(b'<itemref idref="i0"/>', b'<itemref idref="i0" linear="no"/>'),
                   "spine-empty", "it has no linear item"),
    "no toc": (swapped(b'<spine toc="ncx">', b"<spine>"), "spine-ncx", "'toc' is missing"),
    "fallback": (swapped(b'<item id="png"', b'<item id="png" fallback="gone"'),
                 "manifest-fallback", "the fallback 'gone' is nowhere"),
    "circle": (swapped(b'<item id="png"', b'<item id="png" fallback="png"'),
               "manifest-fallback", "the fallback 'png' leads back"),
    "unknown part": (swapped(b"</spine>", b"</spine><tail/>"), "package-structure",
                     "a package has no 'tail'"),
    "order of parts": (swapped(b"<metadata", b"<manifest/><metadata"), "package-structure",
                       "its parts stand in the order manifest, metadata, manifest, spine"),
    "part twice": (swapped(b"</spine>", b"</spine><spine/>"), "package-structure",
                   "it has 'spine' 2 times"),
    "link": (_refined(b'<link rel="record"/>'), "package-structure",
             "a link has no 'rel' or no 'href'"),
    "guide": (swapped(b"</spine>", b'</spine><guide><reference href="gone.xhtml"/></guide>'),
              "link-file", "'gone.xhtml' is not there"),
    "guide to nowhere": (swapped(b"</spine>", b'</spine><guide><reference href="//["/></guide>'),
                         "link-file", "'//[' is not there"),
    "encrypted": (lambda m: m.update({ENCRYPTION: b'<encryption><CipherReference URI="gone"/>'
                                                  b"</encryption>"}), "container-xml",
                  "'gone', which is said to be encrypted, is not there"),
    "not said": (swapped(b'"schema:accessibilityHazard"', b'"schema:other"'),
                 "accessibility-metadata", "schema:accessibilityHazard is not said"),
    "no ruby": (swapped(b">structuralNavigation<", b">rubyAnnotations<"), "accessibility-truth",
                "rubyAnnotations is said, and there is no ruby"),
}  # fmt: skip


@pytest.mark.parametrize("name", PACKAGES)
def test_what_is_wrong_with_a_package_is_said(tmp_path: Path, name: str) -> None:
    change, code, message = PACKAGES[name]
    _expect(tmp_path, change, code, message)


def _expect(tmp_path: Path, change: Callable[[Members], object], code: str, message: str) -> None:
    members = sound_book()
    change(members)
    found = _found(write_book(tmp_path / "book.epub", members))
    assert any(code == each and message in said for each, said in found), found


def test_pictures_are_named_where_accessibility_says_otherwise(tmp_path: Path) -> None:
    members = sound_book({"p2.xhtml": make_page('<h1>Two</h1><p><img src="a.png"/></p>')})
    members[OPF] = (
        members[OPF]
        .replace(b'accessMode">visual', b'accessMode">auditory')
        .replace(b">structuralNavigation<", b">alternativeText<")
    )
    found = _found(write_book(tmp_path / "book.epub", members))
    assert ("accessibility-truth", "there are images, and accessMode says nothing visual") in found
    assert ("accessibility-truth", "alternativeText is said, and an image has none") in found


# --- the contents -------------------------------------------------------------------------------


def _contents(new: bytes) -> Callable[[Members], None]:
    return swapped(LINE, new, NAV)


def _nav(kind: str, inside: str) -> Callable[[Members], None]:
    return swapped(b"</nav>", f'</nav><nav epub:type="{kind}">{inside}</nav>'.encode(), NAV)


LIST = "<ol><li><a {}href='p1.xhtml'>One</a></li></ol>"
POINT = (
    b"<navPoint id='n1'><navLabel><text>One</text></navLabel><content src='p1.xhtml#a'/></navPoint>"
)

CONTENTS: dict[str, tuple[Callable[[Members], None], str, str]] = {
    "two lists of pages": (
        swapped(b"</nav>", b"</nav>" + b'<nav epub:type="page-list"></nav>' * 2, NAV),
        "nav-structure", "2 of its 'nav' elements are 'page-list'"),
    "another element": (_nav("lot", "<h2>T</h2><p>x</p>" + LIST.format("")), "nav-structure",
                        "'p' is neither a heading nor the list"),
    "silent heading": (_nav("lot", "<h2> </h2>" + LIST.format("")), "nav-structure",
                       "its heading says nothing"),
    "no heading": (_nav("lot", LIST.format("")), "nav-structure", "it has no heading"),
    "no list": (_nav("page-list", ""), "nav-structure", "it has 0 lists"),
    "no kind": (_nav("landmarks", LIST.format("")), "nav-structure", "a landmark is of no kind"),
    "landmark twice": (
        _nav("landmarks", "<ol><li><a epub:type='toc' href='p1.xhtml'>A</a></li>"
                          "<li><a epub:type='toc' href='p1.xhtml'>B</a></li></ol>"),
        "nav-structure", "the landmark 'toc' stands twice"),
    "no link": (_contents(b"<li>One</li>"), "nav-structure", "a line begins with no link"),
    "no place": (_contents(b"<li><a>One</a></li>"), "nav-structure", "a link leads nowhere"),
    "alone": (_contents(b"<li><span>One</span></li>"), "nav-structure",
              "a line leads nowhere, and has none below it"),
    "more": (_contents(LINE.replace(b"</li>", b"<b>x</b></li>")), "nav-structure",
             "a line holds more than a link and a list"),
    "network": (_contents(b'<li><a href="https://example.org/">One</a></li>'), "nav-structure",
                "'https://example.org/' is on the network"),
    "no point": (swapped(POINT, b"", NCX), "ncx-structure", "it has no navPoint in a navMap"),
    "no label": (swapped(b"<navLabel><text>One</text></navLabel>", b"", NCX), "ncx-structure",
                 "'navPoint' has no label or no content"),
    "no id of a point": (swapped(b" id='n1'", b"", NCX), "ncx-structure", "a navPoint has no id"),
    "no order": (swapped(b" id='n1'", b" id='n1' playOrder='x'", NCX), "ncx-structure",
                 "the playOrder is 'x', no number"),
    "one order": (
        swapped(POINT, POINT.replace(b" id='n1'", b" id='n1' playOrder='1'")
                + POINT.replace(b" id='n1'", b" id='n2' playOrder='1'").replace(b"#a", b""), NCX),
        "ncx-structure", "two places have the playOrder 1"),
    "gone": (swapped(b"p1.xhtml#a", b"gone.xhtml", NCX), "link-file", "'gone.xhtml' is not there"),
    "no address": (swapped(b"p1.xhtml#a", b"//[", NCX), "link-file", "'//[' is not there"),
    "no page": (swapped(b"p1.xhtml#a", b"a.png", NCX), "link-unlisted",
                "'EPUB/a.png' is no page"),
    "no fragment": (swapped(b"p1.xhtml#a", b"p1.xhtml#b", NCX), "link-fragment",
                    "'EPUB/p1.xhtml' has no id 'b'"),
}  # fmt: skip


@pytest.mark.parametrize("name", CONTENTS)
def test_what_is_wrong_with_the_contents_is_said(tmp_path: Path, name: str) -> None:
    change, code, message = CONTENTS[name]
    _expect(tmp_path, change, code, message)


def test_contents_in_another_order_than_the_book_are_found(tmp_path: Path) -> None:
    members = sound_book({"p2.xhtml": make_page("<h1>Two</h1>")})
    members[NAV] = members[NAV].replace(LINE, b'<li><a href="p2.xhtml">Two</a></li>' + LINE)
    found = _found(write_book(tmp_path / "book.epub", members))
    assert ("nav-order", "'p1.xhtml#a' stands before what precedes it") in found


# --- what shops take ----------------------------------------------------------------------------


def _picture(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("1", (width, height)).save(out, "PNG")
    return out.getvalue()


def _with_cover(data: bytes, media_type: bytes = b"image/png") -> Members:
    members = sound_book() | {"EPUB/a.png": data}
    members[OPF] = members[OPF].replace(
        b'media-type="image/png"', b'media-type="' + media_type + b'" properties="cover-image"'
    )
    return members


@pytest.mark.parametrize(
    ("device", "members", "code", "message"),
    [
        ("kindle", sound_book(), "device-cover", "there is no cover, which kindle wants"),
        ("kindle", _with_cover(_picture(600, 900)), "device-cover",
         "it has 600 × 900 pixels; kindle wants 625 on the shorter side"),
        ("apple", _with_cover(_picture(2001, 2000)), "device-image",
         "it has 4,002,000 pixels; apple takes 4,000,000"),
        ("kobo", _with_cover(_picture(600, 900) + bytes(5 * 1024 * 1024)), "device-image",
         "takes 5,242,880"),
        ("kindle", _with_cover(b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"image/svg+xml"),
         "device-cover", "kindle takes no cover as image/svg+xml"),
        ("kindle", sound_book() | {CSS: b"p { position: fixed }"}, "device-css",
         "kindle does not show 'position'"),
        ("kindle", sound_book() | {CSS: b"p { list-style-position: inside }"}, "device-cover", ""),
    ],
    ids=["no cover", "small", "many pixels", "many bytes", "drawn", "css", "another property"],
)  # fmt: skip
def test_what_a_shop_does_not_take_is_said(
    tmp_path: Path, device: str, members: Members, code: str, message: str
) -> None:
    found = _found(write_book(tmp_path / "book.epub", members), device=device)
    assert any(code == each and message in said for each, said in found), found
    is_about_css = any(each == "device-css" for each, _ in found)
    assert is_about_css is (code == "device-css")


def test_levels_that_a_shop_does_not_show_are_counted(tmp_path: Path) -> None:
    members = sound_book()
    point = POINT
    for number in range(2, 5):
        inner = point.replace(b"n1", f"m{number}".encode(), 1)
        point = POINT.replace(b"n1", f"n{number}".encode()).replace(
            b"</navPoint>", inner + b"</navPoint>"
        )
    members[NCX] = members[NCX].replace(POINT, point)
    path = write_book(tmp_path / "book.epub", members)
    assert ("device-ncx", "it has 4 levels; kindle shows 2") in _found(path, device="kindle")


def test_a_cover_that_is_no_picture_has_no_size_to_be_refused(tmp_path: Path) -> None:
    path = write_book(tmp_path / "book.epub", _with_cover(b"\x89PNG\r\n\x1a\n"))
    assert not any(code == "device-cover" for code, _ in _found(path, device="kindle"))
