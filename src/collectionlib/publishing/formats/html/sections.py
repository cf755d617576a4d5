"""The pages around the texts as sections of a page, and the contents."""

from __future__ import annotations

from collections.abc import Sequence

from ...pages.book import BookPages
from ...pages.contents import contents_lines
from ...pages.layout import Layout
from ...pages.matter_pages import MatterPage
from ...pages.writing import escape
from .syntax import as_html

__all__ = ["contents_of_book", "is_behind_contents", "section_of"]


def is_behind_contents(page: MatterPage) -> bool:
    """Whether a page of the front matter is read after the contents, or in small print."""
    return page.kind in ("copyright-page", "preface")


def section_of(page: MatterPage) -> str:
    """A page of front or back matter, to stand on a page of the web."""
    return f'<div class="matter" id="{page.uid}">\n{as_html(page.body)}</div>\n'


def contents_of_book(
    pages: BookPages, layout: Layout, front: Sequence[MatterPage], back: Sequence[MatterPage]
) -> str:
    """The contents of the book, with links to all that has a line of its own."""
    lines = "".join(contents_lines(pages.contents(layout, front, back)))
    title = escape(pages.words["contents"])
    return (
        '<nav class="contents" id="contents" role="doc-toc" aria-labelledby="contents-title">\n'
        f'<h2 id="contents-title">{title}</h2>\n<ol>\n{lines}</ol>\n</nav>\n'
    )
