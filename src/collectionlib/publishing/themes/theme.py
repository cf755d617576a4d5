"""A theme: how a book looks, and what its few special pages say in which order."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from attrs import define, evolve, field

from ...errors import ThemeError
from .folders import ThemeFolder
from .pages import ThemePage

if TYPE_CHECKING:  # they bring libraries that are loaded when a book is made
    from .style_sheets import Asset, StyleSheet
    from .templates import Templates

__all__ = ["STYLE_SHEETS", "RendersPages", "Theme"]

STYLE_SHEETS = ("structure.css", "style.css", "scripts.css", "vertical.css", "additions.css")
"""The files that a theme's style sheet consists of, in order; later rules go before earlier."""


class RendersPages(Protocol):
    """What makes fragments of pages: a theme, or what writes those of a theme in other words."""

    def render(self, page: ThemePage, *, language: str = "und") -> str:
        """A page as a fragment; see `Theme.render`."""
        ...


@define(slots=False, frozen=True)
class Theme:
    """How a book looks.

    Themes are made by `load_theme`.

    Args:
        name: by which it is asked for.
        description: in a sentence.
        folders: its own, then that of the theme that it stands on, and so on; each file is that
            of the first folder that has it.
        additions: style sheets of the user, each a folder and a name.
    """

    name: str
    description: str
    folders: Sequence[ThemeFolder] = field(repr=False)
    additions: tuple[tuple[ThemeFolder, str], ...] = ()

    def style_sheet(self) -> str:
        """The CSS for all pages; ``html.vertical`` in it sets vertical text.

        Raises:
            ThemeError: a style sheet is missing, malformed, or asks for what a book cannot have.
        """
        return self._style_sheet.text

    def assets(self) -> Sequence[Asset]:
        """The files that the style sheet needs, named as it names them: they go beside it.

        Raises:
            ThemeError: as `style_sheet`.
        """
        return self._style_sheet.assets

    def render(self, page: ThemePage, *, language: str = "und") -> str:
        """A page as an XHTML fragment, for the body of a page that binds ``epub`` as a prefix.

        Args:
            page: what is to be said.
            language: BCP 47 tag of the book, in templates ``language``.

        Raises:
            ThemeError: a template fails, or makes what is not well formed.

        >>> from collectionlib.publishing.themes import DedicationPage, Fragment, load_theme
        >>> print(
        ...     load_theme("classic").render(
        ...         DedicationPage("For", Fragment("<p>For A &amp; B</p>"))
        ...     )
        ... )
        <section class="dedication" epub:type="dedication" role="doc-dedication" aria-label="For">
        <p>For A &amp; B</p>
        </section>
        <BLANKLINE>
        """
        return self._templates.render(page, language)

    def with_css(self, path: str | Path) -> Theme:
        """This theme with the rules of a style sheet after its own.

        Raises:
            ThemeError: there is no such file, or what `style_sheet` raises.
        """
        path = Path(path)
        folder = ThemeFolder(str(path.parent), path.parent)
        if folder.find(path.name) is None:
            raise ThemeError(str(path), "there is no such style sheet")
        theme = evolve(self, additions=(*self.additions, (folder, path.name)))
        theme.style_sheet()
        return theme

    @cached_property
    def _style_sheet(self) -> StyleSheet:
        from .style_sheets import merged, read_style_sheet

        sheets = [self._own_style_sheet(name) for name in STYLE_SHEETS]
        sheets += [read_style_sheet(folder, name) for folder, name in self.additions]
        return merged(filter(None, sheets), self.name)

    def _own_style_sheet(self, name: str) -> StyleSheet | None:
        from .style_sheets import read_style_sheet, trusted_style_sheet

        for folder in self.folders:
            read = trusted_style_sheet if folder.is_ours else read_style_sheet
            sheet = read(folder, name)
            if sheet:
                return sheet
        if name == "style.css":
            reason = 'has no style.css: write it, or say base = "classic" in theme.toml'
            raise ThemeError(self.name, reason)
        return None

    @cached_property
    def _templates(self) -> Templates:
        from .templates import Templates

        return Templates(self.folders)

    def check(self) -> None:
        """Read every file of the theme, so that what is wrong is told before a book is begun.

        Raises:
            ThemeError: a file is missing or malformed.
        """
        from .pages import TEMPLATES

        self.style_sheet()
        for template in TEMPLATES:
            self._templates.check(template)
