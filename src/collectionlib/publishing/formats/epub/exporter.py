"""The exporter: from an anthology to an EPUB."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from functools import partial
from importlib.resources import files
from typing import BinaryIO, ClassVar

from attrs import frozen

from ...._clock import source_date
from ...anthology import Anthology
from ..base import Entries
from .layout import Layout, lay_out
from .navigation import nav_page, ncx
from .package import Package
from .pages import colophon_page, text_page, title_page

__all__ = ["EpubExporter"]

UNKNOWN_DATE = datetime(1980, 1, 1, tzinfo=UTC)
"""``dcterms:modified`` of a book whose data tell no date, or an earlier one: zip's first."""


@frozen
class EpubExporter:
    """Writes EPUB 3.3.

    The same anthology gives the same bytes: dates are those of ``SOURCE_DATE_EPOCH``, else of
    the last change that the data tell of.
    """

    suffixes: ClassVar[tuple[str, ...]] = (".epub",)
    kind: ClassVar[str] = "an EPUB"

    def export(self, anthology: Anthology, entries: Entries, out: BinaryIO) -> None:
        """Write the book; each entry is read when its page is written.

        Raises:
            RenderError: an entry cannot be rendered.
        """
        layout = lay_out(anthology)
        modified = max(source_date() or anthology.modified or UNKNOWN_DATE, UNKNOWN_DATE)
        _package(anthology, layout, entries).write(out, modified)

    def recognises(self, file: BinaryIO) -> bool:
        """Whether the file is a zip whose first member says that it is an EPUB."""
        try:
            with zipfile.ZipFile(file) as archive:
                return archive.read("mimetype").strip() == b"application/epub+zip"
        except (zipfile.BadZipFile, KeyError):
            return False


def _package(anthology: Anthology, layout: Layout, entries: Entries) -> Package:
    package = Package(anthology.metadata)
    package.add_page(
        "title-page", "title.xhtml", anthology.metadata.title, partial(title_page, anthology)
    )
    package.add_contents(partial(nav_page, anthology, layout))
    for page in layout.pages:
        package.add_page(
            f"text-{page.number}",
            page.name,
            page.title,
            partial(text_page, page, anthology, entries),
        )
    package.add_page("colophon", "colophon.xhtml", "Colophon", partial(colophon_page, anthology))
    package.add_file("ncx", "toc.ncx", "application/x-dtbncx+xml", partial(ncx, anthology, layout))
    package.add_file("style", "style.css", "text/css", _style_sheet)
    return package


def _style_sheet() -> str:
    return files("collectionlib.publishing.formats.epub").joinpath("style.css").read_text("utf-8")
