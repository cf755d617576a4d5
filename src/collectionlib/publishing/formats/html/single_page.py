"""One page that holds everything: it can be sent, kept, and opened anywhere."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from hashlib import sha256

from ...anthology import Anthology
from ...fonts import EmbeddedFont, font_rules
from ...pages.book import BookPages, theme_of
from ...pages.facts import Facts
from ...pages.layout import Layout, lay_out
from ...pages.matter_pages import MatterPage
from ...pages.options import PageOptions
from ...pages.pictures import Picture, Pictures
from ...pages.text_pages import TextPages
from ..base import Entries
from .frame import Frame, Sheet, resource
from .inlined import data_address, style_sheet_with
from .sections import contents_of_book, is_behind_contents, section_of
from .syntax import HtmlTheme

__all__ = ["SinglePage"]

_MANY = 200
"""Entries above which those that cannot be seen are not set."""


class SinglePage:
    """A page that is being written.

    Args:
        options: of the exporter.
        anthology: the outline.
        entries: where the bodies are read.
    """

    def __init__(self, options: PageOptions, anthology: Anthology, entries: Entries) -> None:
        self._options = options
        self._anthology = anthology
        self._entries = entries
        self._theme = theme_of(options)

    def pieces(self) -> Iterator[str]:
        """The page, piece by piece; each entry is read when its turn has come."""
        pages = self._pages()
        if not self._options.fonts:
            return self._written(pages, [])
        # Which characters a font needs is known when all is written, but its rule stands above.
        for piece in self._written(pages, []):
            pages.facts.note_page(piece)
        return self._written(self._pages(), pages.embedded_fonts())

    def _pages(self) -> BookPages:
        return BookPages(self._options, self._anthology, self._theme, name_of="#{}".format)

    def _written(self, pages: BookPages, fonts: Sequence[EmbeddedFont]) -> Iterator[str]:
        frame = Frame(self._anthology.metadata, pages.words, pages.vertical)
        layout = lay_out(self._anthology, "never", lambda _: "")
        cover = pages.cover()
        front = list(pages.front(data_address(cover.data, cover.media_type) if cover else None))
        back = list(self._back(pages, layout, fonts))
        yield frame.before(self._sheet(fonts))
        yield from (section_of(page) for page in front if not is_behind_contents(page))
        yield contents_of_book(pages, layout, front, back)
        yield from (section_of(page) for page in front if is_behind_contents(page))
        texts = self._texts(pages, layout)
        for page in layout.pages:
            yield from texts.pieces(page)
        yield from map(section_of, back)
        yield frame.after()

    def _back(
        self, pages: BookPages, layout: Layout, fonts: Sequence[EmbeddedFont]
    ) -> Iterator[MatterPage]:
        """The pages behind the texts, which the contents name before these are written."""
        if pages.facts.keeps_credits:
            for outline in self._anthology.walk():
                entry, place = self._entries.get(outline.id), layout.entries[outline.id]
                pages.facts.note_entry(entry, outline.label, place)
        yield from pages.back()
        yield from pages.colophon(fonts)

    def _texts(self, pages: BookPages, layout: Layout) -> TextPages:
        return TextPages(
            self._anthology,
            layout,
            self._entries,
            pages.words,
            Pictures(self._options.pictures, self._options.tell, address_of=_held),
            Facts(),
            HtmlTheme(self._theme),
            syntax="html",
        )

    def _sheet(self, fonts: Sequence[EmbeddedFont]) -> Sheet:
        files = {each.name: data_address(each.data, each.media_type)
                 for each in self._theme.assets()} | {
            f"fonts/{each.name}": data_address(each.data, each.media_type) for each in fonts
        }  # fmt: skip
        css = self._theme.style_sheet() + (font_rules(fonts) if fonts else "")
        script = resource("page.js")
        digest = b64encode(sha256(f"\n{script}".encode()).digest()).decode()
        return Sheet(
            title=self._anthology.metadata.title,
            policy=f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; "
            "img-src data:; font-src data:; base-uri 'none'; form-action 'none'",
            head=f"<style>\n{resource('page.css')}\n{style_sheet_with(css, files)}</style>\n"
            f"<script>\n{script}</script>\n",
            classes=("long",) if len(self._anthology) > _MANY else (),
        )


def _held(picture: Picture) -> str:
    return data_address(picture.path.read_bytes(), picture.media_type)
