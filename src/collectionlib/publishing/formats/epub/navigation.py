"""The ways into the book: the contents page (EPUB 3.3 §7), and the NCX for old readers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from ...anthology import Anthology, EntryOutline, Part
from .layout import Layout
from .pages import document, escape

__all__ = ["nav_page", "ncx"]


def nav_page(anthology: Anthology, layout: Layout) -> str:
    """The contents page, with the landmarks."""
    metadata = anthology.metadata
    items = "".join(_nav_items(anthology.entries, anthology.parts, layout, iter(layout.parts)))
    start = layout.pages[0].name if layout.pages else "colophon.xhtml"
    body = (
        '<nav epub:type="toc" role="doc-toc" id="toc" aria-label="Contents">\n'
        f"<h1>Contents</h1>\n<ol>\n{items}"
        '<li><a href="colophon.xhtml">Colophon</a></li>\n</ol>\n</nav>\n'
        '<nav epub:type="landmarks" id="landmarks" hidden="hidden" aria-label="Landmarks">\n<ol>\n'
        '<li><a epub:type="titlepage" href="title.xhtml">Title page</a></li>\n'
        '<li><a epub:type="toc" href="nav.xhtml#toc">Contents</a></li>\n'
        f'<li><a epub:type="bodymatter" href="{start}">Text</a></li>\n'
        "</ol>\n</nav>\n"
    )
    return document("Contents", body, metadata.language or "und", kind="frontmatter")


def _nav_items(
    entries: tuple[EntryOutline, ...],
    parts: tuple[Part, ...],
    layout: Layout,
    numbers: Iterator[int],
) -> Iterator[str]:
    for outline in entries:
        label = escape(outline.label) or "…"
        yield f'<li><a href="{layout.entries[outline.id]}">{label}</a></li>\n'
    for part in parts:
        yield f'<li><a href="{layout.parts[next(numbers)]}">{escape(part.title)}</a>\n<ol>\n'
        yield from _nav_items(part.entries, part.parts, layout, numbers)
        yield "</ol>\n</li>\n"


def ncx(anthology: Anthology, layout: Layout) -> str:
    """The contents as EPUB 2 has them (OPF 2.0.1 §2.4.1)."""
    metadata = anthology.metadata
    points = "".join(
        _points(anthology.entries, anthology.parts, layout, iter(layout.parts), count(1))
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" version="2005-1" '
        f'xml:lang="{escape(metadata.language or "und")}">\n'
        f'<head>\n<meta name="dtb:uid" content="{escape(metadata.id or "")}"/>\n</head>\n'
        f"<docTitle><text>{escape(metadata.title)}</text></docTitle>\n<navMap>\n{points}"
        '<navPoint id="colophon-point"><navLabel><text>Colophon</text></navLabel>'
        '<content src="colophon.xhtml"/></navPoint>\n</navMap>\n</ncx>\n'
    )


def _points(
    entries: tuple[EntryOutline, ...],
    parts: tuple[Part, ...],
    layout: Layout,
    numbers: Iterator[int],
    points: Iterator[int],
) -> Iterator[str]:
    for outline in entries:
        yield _point(next(points), outline.label or "…", layout.entries[outline.id])
        yield "</navPoint>\n"
    for part in parts:
        yield _point(next(points), part.title, layout.parts[next(numbers)])
        yield from _points(part.entries, part.parts, layout, numbers, points)
        yield "</navPoint>\n"


def _point(number: int, label: str, place: str) -> str:
    return (
        f'<navPoint id="point-{number}"><navLabel><text>{escape(label)}</text></navLabel>'
        f'<content src="{place}"/>'
    )
