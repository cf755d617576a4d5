"""The ways into the book: the contents page (EPUB 3.3 §7), and the NCX for old readers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count

from attrs import frozen

from ....model import Metadata
from ...pages.contents import ContentsItem, contents_lines
from ...pages.writing import escape
from .documents import document

__all__ = ["Landmark", "nav_page", "ncx"]


@frozen
class Landmark:
    """A place that readers lead to: its ``epub:type``, what it is called, where it is."""

    kind: str
    label: str
    place: str


def nav_page(
    metadata: Metadata,
    title: str,
    items: Sequence[ContentsItem],
    landmarks: Sequence[Landmark],
    *,
    vertical: bool = False,
) -> str:
    """The contents page, with the landmarks."""
    marks = "".join(
        f'<li><a epub:type="{mark.kind}" href="{mark.place}">{escape(mark.label)}</a></li>\n'
        for mark in landmarks
    )
    label = escape(title)
    body = (
        f'<nav epub:type="toc" role="doc-toc" id="toc" aria-labelledby="toc-title">\n'
        f'<h1 id="toc-title">{label}</h1>\n<ol>\n{"".join(contents_lines(items))}</ol>\n</nav>\n'
        '<nav epub:type="landmarks" id="landmarks" hidden="hidden" aria-label="Landmarks">\n'
        f"<ol>\n{marks}</ol>\n</nav>\n"
    )
    return document(title, body, metadata.language or "und", kind="frontmatter", vertical=vertical)


def ncx(metadata: Metadata, items: Sequence[ContentsItem], depth: int | None = None) -> str:
    """The contents as EPUB 2 has them (OPF 2.0.1 §2.4.1), down to a depth."""
    if depth is not None:
        items = tuple(_cut(items, depth))
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" version="2005-1" '
        f'xml:lang="{escape(metadata.language or "und")}">\n'
        f'<head>\n<meta name="dtb:uid" content="{escape(metadata.id or "")}"/>\n'
        f'<meta name="dtb:depth" content="{_depth(items)}"/>\n'
        '<meta name="dtb:totalPageCount" content="0"/>\n'
        '<meta name="dtb:maxPageNumber" content="0"/>\n</head>\n'
        f"<docTitle><text>{escape(metadata.title)}</text></docTitle>\n"
        f"<navMap>\n{''.join(_points(items, count(1)))}</navMap>\n</ncx>\n"
    )


def _cut(items: Sequence[ContentsItem], depth: int) -> Iterator[ContentsItem]:
    for item in items:
        below = tuple(_cut(item.items, depth - 1)) if depth > 1 else ()
        yield ContentsItem(item.label, item.place, below)


def _depth(items: Sequence[ContentsItem]) -> int:
    # Most items have nothing below them.
    deeper = [_depth(item.items) for item in items if item.items]
    return 1 + max(deeper, default=0) if items else 0


def _points(items: Sequence[ContentsItem], numbers: Iterator[int]) -> Iterator[str]:
    for item in items:
        number = next(numbers)
        yield (
            f'<navPoint id="point-{number}" playOrder="{number}"><navLabel>'
            f"<text>{escape(item.label)}</text></navLabel>"
            f'<content src="{item.place}"/>'
        )
        if item.items:
            yield from _points(item.items, numbers)
        yield "</navPoint>\n"
