"""The exporter: from an anthology to a page, or to a folder of pages."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO, ClassVar

from attrs import frozen

from ...anthology import Anthology
from ...pages.options import PageOptions
from ..base import Entries
from .frame import SIGNATURE
from .single_page import SinglePage
from .website import Website

__all__ = ["HtmlExporter"]

_HEAD = 1_000


@frozen(kw_only=True)
class HtmlExporter(PageOptions):
    """Writes HTML that needs no network: one page that holds everything, or a website in a folder.

    Args:
        draws_cover: whether a cover is drawn where none is given; a page begins well without.

    All other options are those of `PageOptions`. ``split`` is about the pages of a website.
    """

    suffixes: ClassVar[tuple[str, ...]] = (".html", ".htm")
    kind: ClassVar[str] = "a page of ours"

    draws_cover: bool = False

    def export(self, anthology: Anthology, entries: Entries, out: BinaryIO) -> None:
        """Write one page; each entry is read when its turn has come.

        Raises:
            RenderError: an entry cannot be rendered.
            ThemeError: something is wrong with the theme.
            MissingExtra: fonts need something that is not installed.
        """
        page = SinglePage(self, anthology, entries)
        out.writelines(piece.encode() for piece in page.pieces())

    def export_folder(self, anthology: Anthology, entries: Entries, folder: Path) -> None:
        """Write a website; ``index.html`` is its first page.

        Raises:
            RenderError: an entry cannot be rendered.
            ThemeError: something is wrong with the theme.
            MissingExtra: fonts need something that is not installed.
        """
        Website(self, anthology, entries, folder).write()

    def recognises(self, file: BinaryIO) -> bool:
        """Whether the file begins as a page of ours does."""
        return SIGNATURE.encode() in file.read(_HEAD)
