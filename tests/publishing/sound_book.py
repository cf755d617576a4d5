"""A book in which nothing is wrong, to be made wrong in one way."""

import zipfile
from collections.abc import Callable
from pathlib import Path

OPF = "EPUB/package.opf"
UID = "urn:uuid:00000000-0000-4000-8000-000000000001"
Members = dict[str, bytes]

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU"
    b"\x00\x00\x00\nIDATx\x9cch\x00\x00\x00\x82\x00\x81\xddC\xbf\x92\x00\x00\x00\x00IEND\xaeB`\x82"
)


def make_page(body: str, title: str = "A page", head: str = "") -> bytes:
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n'
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" '
        f'lang="en" xml:lang="en"><head><title>{title}</title>{head}</head>\n'
        f"<body>\n{body}\n</body></html>\n"
    ).encode()


def sound_book(pages: dict[str, bytes] | None = None) -> Members:
    """The members of a book in which nothing is wrong; of further pages each is in the spine."""
    pages = {"p1.xhtml": make_page('<h1 id="a">One</h1><p>Text.</p>'), **(pages or {})}
    items = "".join(
        f'<item id="i{n}" href="{name}" media-type="application/xhtml+xml"/>\n'
        for n, name in enumerate(pages)
    )
    refs = "".join(f'<itemref idref="i{n}"/>' for n in range(len(pages)))
    return {
        "META-INF/container.xml": (
            b'<?xml version="1.0"?>\n'
            b'<container version="1.0" '
            b'xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
            b'<rootfiles><rootfile full-path="EPUB/package.opf" '
            b'media-type="application/oebps-package+xml"/></rootfiles></container>'
        ),
        OPF: (
            '<?xml version="1.0" encoding="utf-8"?>\n<package xmlns="http://www.idpf.org/2007/opf" '
            'version="3.0" unique-identifier="uid">\n'
            '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
            f'<dc:identifier id="uid">{UID}</dc:identifier>\n<dc:title>Title</dc:title>\n'
            "<dc:language>en</dc:language>\n"
            '<meta property="dcterms:modified">2026-01-01T00:00:00Z</meta>\n'
            '<meta property="schema:accessMode">textual</meta>\n'
            '<meta property="schema:accessMode">visual</meta>\n'
            '<meta property="schema:accessModeSufficient">textual</meta>\n'
            '<meta property="schema:accessibilityFeature">structuralNavigation</meta>\n'
            '<meta property="schema:accessibilityHazard">none</meta>\n</metadata>\n<manifest>\n'
            '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" '
            'properties="nav"/>\n'
            '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>\n'
            '<item id="css" href="style.css" media-type="text/css"/>\n'
            '<item id="png" href="a.png" media-type="image/png"/>\n'
            f'{items}</manifest>\n<spine toc="ncx">{refs}</spine>\n</package>\n'
        ).encode(),
        "EPUB/nav.xhtml": make_page(
            '<nav epub:type="toc" id="toc"><ol><li><a href="p1.xhtml#a">One</a></li></ol></nav>'
        ),
        "EPUB/toc.ncx": (
            '<?xml version="1.0"?>\n<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" '
            f'version="2005-1"><head><meta name="dtb:uid" content="{UID}"/></head>'
            "<docTitle><text>Title</text></docTitle><navMap><navPoint id='n1'><navLabel><text>One"
            "</text></navLabel><content src='p1.xhtml#a'/></navPoint></navMap></ncx>"
        ).encode(),
        "EPUB/style.css": b"p { margin: 0; }\n",
        "EPUB/a.png": PNG,
        **{f"EPUB/{name}": data for name, data in pages.items()},
    }


def write_book(path: Path, members: Members, first: str = "mimetype") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        if first:
            book.writestr(first, "application/epub+zip", zipfile.ZIP_STORED)
        for name, data in members.items():
            book.writestr(name, data)
    return path


def swapped(old: bytes, new: bytes, name: str = OPF) -> Callable[[Members], None]:
    def change(members: Members) -> None:
        assert old in members[name]
        members[name] = members[name].replace(old, new, 1)

    return change
