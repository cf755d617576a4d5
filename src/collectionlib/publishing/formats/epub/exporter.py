"""The exporter: from an anthology to an EPUB."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import BinaryIO, ClassVar

from attrs import frozen

from ...._clock import source_date
from ....errors import ExportError
from ....model import Entry
from ...anthology import Anthology
from ...cover import Cover
from ...devices import device
from ...fonts import EmbeddedFont, font_rules
from ...pages.book import BookPages, first_of_each, theme_of
from ...pages.layout import Layout, Page, lay_out
from ...pages.matter_pages import MatterPage
from ...pages.options import PageOptions
from ...pages.pictures import LARGEST, Pictures
from ...pages.text_pages import TextPages
from ..base import Entries
from ..streams import rewritable
from .accessibility import accessibility
from .archive import EpubArchive
from .documents import document
from .navigation import Landmark, nav_page, ncx
from .package import Package
from .records import record

__all__ = ["EpubExporter"]

UNKNOWN_DATE = datetime(1980, 1, 1, tzinfo=UTC)
"""``dcterms:modified`` of a book whose data tell no date, or an earlier one: zip's first."""


@frozen(kw_only=True)
class EpubExporter(PageOptions):
    """Writes EPUB 3.3.

    The same anthology gives the same bytes: dates are those of ``SOURCE_DATE_EPOCH``, else of
    the last change that the data tell of.

    Args:
        png_cover: whether the drawn cover is a PNG; it is one where the device takes no SVG.
        device: for which the book is made, a name of `collectionlib.publishing.devices`.
        fast: compress with zlib-ng: other bytes of the same members, in a quarter of the time.

    All other options are those of `PageOptions`.
    """

    suffixes: ClassVar[tuple[str, ...]] = (".epub",)
    kind: ClassVar[str] = "an EPUB"

    png_cover: bool = False
    device: str = "generic"
    fast: bool = False

    def export(self, anthology: Anthology, entries: Entries, out: BinaryIO) -> None:
        """Write the book; each entry is read when its page is written.

        Raises:
            RenderError: an entry cannot be rendered.
            ExportError: the book cannot be made as it was asked for.
            MissingExtra: what was asked for needs something that is not installed.
        """
        modified = max(source_date() or anthology.modified or UNKNOWN_DATE, UNKNOWN_DATE)
        with rewritable(out) as file, EpubArchive(file, modified, fast=self.fast) as archive:
            _Book(self, anthology, Package(archive)).write(entries, modified)
        most = device(self.device).most_bytes
        if most and archive.size > most:
            self.tell(
                f"the book has {archive.size:,} bytes; {self.device} takes at most {most:,}: "
                "divide it with --volume-size"
            )

    def recognises(self, file: BinaryIO) -> bool:
        """Whether the file is a zip whose first member says that it is an EPUB."""
        try:
            with zipfile.ZipFile(file) as archive:
                return archive.read("mimetype").strip() == b"application/epub+zip"
        except (zipfile.BadZipFile, KeyError):
            return False


class _Book:
    """A book that is being written: first its texts, then what depends on them.

    Args:
        options: of the exporter.
        anthology: the outline.
        package: where it goes.
    """

    def __init__(self, options: EpubExporter, anthology: Anthology, package: Package) -> None:
        self._options = options
        self._anthology = anthology
        self._package = package
        self._theme = theme_of(options)
        self._pages = BookPages(options, anthology, self._theme)
        self._facts = self._pages.facts
        self._device = device(options.device)
        self._look_at_css()

    def write(self, entries: Entries, modified: datetime) -> None:
        layout = lay_out(self._anthology, self._options.split)
        texts = self._write_texts(layout, entries)
        cover = self._cover()
        if cover:
            self._facts.has_pictures = True
            self._package.add(
                "cover-image", cover.name, cover.data, cover.media_type, ("cover-image",)
            )
        front, back = (
            list(self._pages.front(cover.name if cover else None)),
            list(self._pages.back()),
        )
        for page in (*front, *back):
            self._facts.note_page(page.body)
        fonts = self._pages.embedded_fonts()
        back += self._pages.colophon(fonts)
        for page in (*front, *back):
            self._package.add(page.uid, page.name, self._matter_page(page))
        self._write_contents(layout, front, back)
        self._write_look(fonts)
        before = [page.uid for page in front if page.kind != "preface"]
        preface = [page.uid for page in front if page.kind == "preface"]
        self._package.close(
            self._anthology.metadata,
            spine=[*before, "nav", *preface, *texts, *(page.uid for page in back)],
            modified=modified,
            categories=self._anthology.categories,
            languages=[tag for tag, _ in self._anthology.languages],
            properties=accessibility(
                self._anthology.metadata, self._facts, has_index=self._options.index
            ),
            old_cover="cover-image" if cover else None,
            vertical=self._pages.vertical,
        )

    def _write_texts(self, layout: Layout, entries: Entries) -> list[str]:
        """Write the pages of the texts, and their pictures; the ids in order."""
        most = self._device.most_image_bytes or LARGEST
        pictures = Pictures(self._options.pictures, self._options.tell, most)
        pages = TextPages(
            self._anthology,
            layout,
            entries,
            self._pages.words,
            pictures,
            self._facts,
            self._theme,
        )
        uids = []
        for page in layout.pages:
            uids.append(f"text-{page.number}")
            self._package.add(uids[-1], page.name, self._text_page(pages, page))
        for number, picture in enumerate(pictures, start=1):
            data = picture.path.read_bytes()
            self._package.add(f"image-{number}", picture.name, data, picture.media_type)
        return uids

    def _text_page(self, pages: TextPages, page: Page) -> str:
        records: list[str] = []

        def note(entry: Entry, untold: str | None) -> None:
            records.append(record(entry, untold))

        finished = document(
            page.title,
            "".join(pages.pieces(page, note)),
            self._pages.language,
            kind="bodymatter",
            style="../style.css",
            head="".join(records),
            vertical=self._pages.vertical,
        )
        self._facts.note_page(finished)
        return finished

    def _matter_page(self, page: MatterPage) -> str:
        kind = "backmatter" if page.back else "frontmatter"
        return document(
            page.title, page.body, self._pages.language, kind=kind, vertical=self._pages.vertical
        )

    def _cover(self) -> Cover | None:
        options = self._options
        if options.cover:
            self._look_at_cover(options.cover)
        drawn = self._pages.cover()
        if options.cover or drawn is None:
            return options.cover
        if not options.png_cover and drawn.media_type in self._device.cover_types:
            return drawn
        from ...cover.raster import as_png

        return as_png(drawn, options.fonts, size=self._device.drawn_cover)

    def _look_at_cover(self, cover: Cover) -> None:
        """Refuse a cover that the device cannot show, and tell of one that is too small."""
        wanted, kind = self._device, cover.media_type.removeprefix("image/")
        if cover.media_type not in wanted.cover_types:
            raise ExportError(
                f"{wanted.name} takes no cover as {kind}: give {_one_of(wanted.cover_types)}"
            )
        if min(cover.width, cover.height) < wanted.least_cover:
            self._options.tell(
                f"the cover has {cover.width} × {cover.height} pixels; {wanted.name} wants "
                f"{wanted.least_cover} on the shorter side"
            )
        most = wanted.most_image_pixels
        if most and cover.width * cover.height > most:
            self._options.tell(f"the cover has more pixels than {wanted.name} takes: {most:,}")

    def _look_at_css(self) -> None:
        css = self._theme.style_sheet() if self._device.unsupported_css else ""
        for name in self._device.unsupported_css:
            if re.search(rf"(?<![\w-]){name}(?:-[a-z-]+)?\s*:", css):
                self._options.tell(f"{self._device.name} does not show the CSS property {name!r}")

    def _write_contents(
        self, layout: Layout, front: Sequence[MatterPage], back: Sequence[MatterPage]
    ) -> None:
        metadata, words = self._anthology.metadata, self._pages.words
        items = self._pages.contents(layout, front, back)
        start = layout.pages[0].name if layout.pages else (back or front)[0].name
        landmarks = [
            Landmark("titlepage", words["title-page"], "title.xhtml"),
            Landmark("toc", words["contents"], "nav.xhtml#toc"),
            Landmark("bodymatter", words["text"], start),
        ]
        landmarks += [
            Landmark(page.kind, page.title, page.name)
            for page in first_of_each([*front, *back])
            if page.kind in ("cover", "copyright-page", "preface", "index", "colophon")
        ]
        contents = words["contents"]
        page = nav_page(metadata, contents, items, landmarks, vertical=self._pages.vertical)
        self._package.add("nav", "nav.xhtml", page, properties=("nav",))
        old = ncx(metadata, items, self._device.ncx_depth)
        self._package.add("ncx", "toc.ncx", old, "application/x-dtbncx+xml")

    def _write_look(self, fonts: list[EmbeddedFont]) -> None:
        """Write the style sheet, and what it needs."""
        rules = font_rules(fonts) if fonts else ""
        self._package.add("style", "style.css", f"{self._theme.style_sheet()}{rules}", "text/css")
        for number, asset in enumerate(self._theme.assets(), start=1):
            self._package.add(f"asset-{number}", asset.name, asset.data, asset.media_type)
        for number, font in enumerate(fonts, start=1):
            self._package.add(f"font-{number}", f"fonts/{font.name}", font.data, font.media_type)


def _one_of(media_types: tuple[str, ...]) -> str:
    return " or ".join(each.removeprefix("image/").upper() for each in media_types)
