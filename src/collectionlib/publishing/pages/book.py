"""What a book is made of, by its options: theme, pages around the texts, contents, fonts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from ..anthology import Anthology
from ..cover import Cover
from ..themes import RendersPages, Theme, load_theme
from ..wording import Wording, wording
from .contents import ContentsItem, contents_of
from .facts import Facts
from .layout import Layout
from .matter_pages import MatterPage, MatterPages
from .options import PageOptions
from .writing import is_right_to_left, may_be_vertical

if TYPE_CHECKING:  # it brings a library that is loaded when there are fonts
    from ..fonts import EmbeddedFont

__all__ = ["BookPages", "first_of_each", "theme_of"]


def theme_of(options: PageOptions) -> Theme:
    """The theme that is asked for, with the style sheet behind it.

    Raises:
        ThemeError: there is no such theme, or something is wrong with it.
    """
    theme = load_theme(options.theme)
    return theme.with_css(options.css) if options.css else theme


class BookPages:
    """The pages around the texts of a book, and the ways to all of them.

    Args:
        options: what was asked for.
        anthology: the outline of the book.
        theme: what makes fragments of the pages.
        name_of: where a page is, by its id.
    """

    def __init__(
        self,
        options: PageOptions,
        anthology: Anthology,
        theme: RendersPages,
        name_of: Callable[[str], str] = "{}.xhtml".format,
    ) -> None:
        self._options = options
        self._anthology = anthology
        self.language: str = anthology.metadata.language or "und"
        self.words: Wording = wording(self.language)
        self.vertical: bool = options.vertical and may_be_vertical(self.language)
        self.matter: MatterPages = MatterPages(anthology, self.words, theme, name_of)
        self._has_ledger = bool(anthology.rights) if options.ledger is None else options.ledger
        self.facts: Facts = Facts(
            keeps_credits=self._has_ledger or options.index,
            keeps_characters=bool(options.fonts),
        )

    def cover(self) -> Cover | None:
        """The one that is given, else one that is drawn; `None` where none is wanted."""
        if self._options.cover or not self._options.draws_cover:
            return self._options.cover
        from ..cover.drawing import draw

        metadata = self._anthology.metadata
        return draw(metadata, seed=metadata.id or "", right_to_left=is_right_to_left(self.language))

    def front(self, cover: str | None) -> Iterator[MatterPage]:
        """What stands before the texts.

        Args:
            cover: where its image is.
        """
        options, matter = self._options, self.matter
        if cover:
            yield matter.cover(cover)
        yield matter.title_page()
        if page := matter.copyright_page():
            yield page
        if options.dedication:
            yield matter.given("dedication", options.dedication)
        if options.epigraph:
            yield matter.given("epigraph", options.epigraph)
        if options.preface:
            yield matter.given("preface", options.preface)

    def back(self) -> Iterator[MatterPage]:
        """What stands after the texts, but for the colophon; when they are written."""
        options, matter = self._options, self.matter
        if options.about_authors:
            yield matter.given("about-authors", options.about_authors, back=True)
        if self._has_ledger:
            yield from matter.ledger(self.facts.credits)
        if options.index:
            yield from matter.index(self.facts.credits)

    def colophon(self, fonts: Sequence[EmbeddedFont]) -> Iterator[MatterPage]:
        """The last page, if there is one; it says what there is to be said of the fonts."""
        own = self._options.colophon
        if fonts and (own or not self._options.has_colophon):
            self._options.tell("the licences of the fonts are said nowhere in the book: say them")
        if own:
            yield self.matter.given("colophon", own, back=True)
        elif self._options.has_colophon:
            yield self.matter.colophon([_said_of(font) for font in fonts])

    def contents(
        self, layout: Layout, front: Sequence[MatterPage], back: Sequence[MatterPage]
    ) -> list[ContentsItem]:
        """The lines of the contents."""
        items = [ContentsItem(page.title, page.name) for page in front if page.kind == "preface"]
        items += contents_of(self._anthology, layout, self._options.toc_depth)
        items += [ContentsItem(page.title, page.name) for page in first_of_each(back)]
        return items

    def embedded_fonts(self) -> list[EmbeddedFont]:
        """The fonts with the characters of the book; what is to be said of them is told."""
        if not self._options.fonts:
            return []
        from ..fonts import embed

        characters = self.facts.characters
        fonts = [embed(path, characters) for path in self._options.fonts]
        for font in fonts:
            for warning in font.warnings:
                self._options.tell(warning)
        return fonts


def _said_of(font: EmbeddedFont) -> str:
    """A font's name and licence, for the colophon."""
    licence = font.licence
    return ": ".join(
        filter(None, (licence.family, licence.copyright, licence.licence, licence.url))
    )


def first_of_each(pages: Sequence[MatterPage]) -> list[MatterPage]:
    """The pages that have an item of their own in the contents: of a long list the first one."""
    titles: dict[str, MatterPage] = {}
    for page in pages:
        titles.setdefault(page.title, page)
    return list(titles.values())
