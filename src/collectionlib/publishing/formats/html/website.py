"""A folder that is a website: pages of a size that loads fast, and an index to search them by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ....model import Entry
from ...anthology import Anthology
from ...fonts import EmbeddedFont, font_rules
from ...pages.book import BookPages, theme_of
from ...pages.layout import Layout, Page, lay_out
from ...pages.matter_pages import MatterPage
from ...pages.options import PageOptions
from ...pages.pictures import Pictures
from ...pages.text_pages import TextPages
from ..base import Entries
from .frame import Frame, Sheet, resource
from .search import SearchIndex, text_of
from .sections import contents_of_book, is_behind_contents, section_of
from .syntax import HtmlTheme

__all__ = ["Website"]

_HOME = "index.html"
# A file has no origin of its own that 'self' could mean.
_POLICY = (
    "default-src 'none'; style-src 'self' file:; script-src 'self' file:; img-src 'self' file:; "
    "font-src 'self' file:; base-uri 'none'; form-action 'none'"
)


class Website:
    """A website that is being written: first its texts, then what depends on them.

    Args:
        options: of the exporter.
        anthology: the outline.
        entries: where the bodies are read.
        folder: where it goes, empty.
    """

    def __init__(
        self, options: PageOptions, anthology: Anthology, entries: Entries, folder: Path
    ) -> None:
        self._options = options
        self._anthology = anthology
        self._entries = entries
        self._folder = folder
        self._theme = theme_of(options)
        self._pages = BookPages(options, anthology, self._theme, "{}.html".format)
        self._frame = Frame(anthology.metadata, self._pages.words, self._pages.vertical)

    def write(self) -> None:
        """Write all files."""
        layout = lay_out(self._anthology, self._options.split, "text/{:04}.html".format)
        cover = self._pages.cover()
        if cover:
            self._put(cover.name, cover.data)
        front = list(self._pages.front(cover.name if cover else None))
        parts = self._write_texts(layout)
        back = list(self._pages.back())
        for page in (*front, *back):
            self._pages.facts.note_page(page.body)
        fonts = self._pages.embedded_fonts()
        back += self._pages.colophon(fonts)
        own = [page for page in front if page.kind == "preface"]
        for page in (*own, *back):
            self._begin(page.name, page.title, [section_of(page)])
        self._write_home(layout, front, back)
        self._finish([_HOME, *_names(own), *_names(layout.pages), *_names(back)])
        self._write_look(fonts)
        script = f'document.documentElement.dataset.parts = "{parts}";\n{resource("page.js")}'
        self._put("page.js", script.encode())

    def _write_texts(self, layout: Layout) -> int:
        """Write the pages of the texts, their pictures and the index; how many parts that has."""
        pictures = Pictures(self._options.pictures, self._options.tell)
        texts = TextPages(
            self._anthology,
            layout,
            self._entries,
            self._pages.words,
            pictures,
            self._pages.facts,
            HtmlTheme(self._theme),
            syntax="html",
        )
        (self._folder / "search").mkdir()
        index = SearchIndex(self._folder / "search")
        for page in layout.pages:
            self._begin(page.name, page.title, self._indexed(texts, page, index))
        index.close()
        for picture in pictures:
            self._put(picture.name, picture.path.read_bytes())
        return index.parts

    def _indexed(self, texts: TextPages, page: Page, index: SearchIndex) -> Iterator[str]:
        """The pieces of a page; what is in them is noted, and taken into the index."""
        piece = ""

        def note(entry: Entry, _untold: str | None) -> None:
            place = f"{page.name}#entry-{entry.id}"
            index.add(place, entry.title.strip() or entry.label, text_of(piece))

        for piece in texts.pieces(page, note):
            self._pages.facts.note_page(piece)
            yield piece

    def _write_home(
        self, layout: Layout, front: Sequence[MatterPage], back: Sequence[MatterPage]
    ) -> None:
        """Write the first page: title page, contents, and what is in small print."""
        before = [section_of(page) for page in front if not is_behind_contents(page)]
        behind = [section_of(page) for page in front if page.kind == "copyright-page"]
        contents = contents_of_book(self._pages, layout, front, back)
        self._begin(_HOME, "", [*before, contents, *behind])

    def _begin(self, name: str, title: str, pieces: Iterable[str]) -> None:
        """Write a page up to the end of its text; what follows it is not known yet."""
        root = "../" * name.count("/")
        sheet = Sheet(
            title=title,
            policy=_POLICY,
            head=f'<link rel="stylesheet" href="{root}style.css">\n'
            f'<script src="{root}page.js"></script>\n',
            root=root,
            home=_HOME,
        )
        path = self._place(name)
        with path.open("w", encoding="utf-8", newline="\n") as out:
            out.write(self._frame.before(sheet))
            out.writelines(pieces)

    def _finish(self, names: Sequence[str]) -> None:
        """Write the ends of the pages, which lead on to one another."""
        for number, name in enumerate(names):
            root = "../" * name.count("/")
            previous = f"{root}{names[number - 1]}" if number else None
            following = f"{root}{names[number + 1]}" if number + 1 < len(names) else None
            with self._place(name).open("a", encoding="utf-8", newline="\n") as out:
                out.write(self._frame.after(previous, following))

    def _write_look(self, fonts: Sequence[EmbeddedFont]) -> None:
        rules = font_rules(fonts) if fonts else ""
        css = f"{resource('page.css')}\n{self._theme.style_sheet()}{rules}"
        self._put("style.css", css.encode())
        for asset in self._theme.assets():
            self._put(asset.name, asset.data)
        for font in fonts:
            self._put(f"fonts/{font.name}", font.data)

    def _put(self, name: str, data: bytes) -> None:
        self._place(name).write_bytes(data)

    def _place(self, name: str) -> Path:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


def _names(pages: Iterable[MatterPage | Page]) -> list[str]:
    return [page.name for page in pages]
