"""The package: items, manifest, spine and metadata through EbookLib, written our way.

EbookLib 0.20 keeps the package document (OPF). What it does with pages is left out, because it
parses each of them three times, drops text that is in no element, and writes errors to a log: our
members go to our own zip layer as soon as they are finished, and EbookLib's writer adds the
package document at the end, when everything is known that it says.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ebooklib import epub

from ....model import Category, Metadata
from .archive import EpubArchive
from .description import add_properties, add_record, describe

__all__ = ["Package"]

XHTML = "application/xhtml+xml"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


class _Item(epub.EpubItem):  # type: ignore[misc]  # EbookLib has no types
    """An item of the manifest; its content is in the archive already."""

    is_linear = True

    def __init__(self, uid: str, name: str, media_type: str, properties: Iterable[str]) -> None:
        super().__init__(uid=uid, file_name=name, media_type=media_type)
        self.properties = list(properties)


class _Writer(epub.EpubWriter):  # type: ignore[misc]  # EbookLib has no types
    """EbookLib's writer over our archive; what it cannot write is an error."""

    def __init__(self, archive: EpubArchive, book: epub.EpubBook, modified: datetime) -> None:
        options = {"epub3_pages": False, "epub3_landmark": False, "mtime": modified}
        super().__init__("", book, options)
        self.out = archive

    def write(self) -> None:
        self._write_container()
        self._write_opf()

    def _write_opf_metadata(self, root: Any) -> None:
        # The language of what the package itself says; Ace asks for it.
        root.set(_XML_LANG, self.book.language)
        super()._write_opf_metadata(root)


class Package:
    """A book whose members are written one by one, and its package document at the end.

    Args:
        archive: where the members go.
        folder: in which they lie.
    """

    def __init__(self, archive: EpubArchive) -> None:
        self._archive = archive
        self._items: dict[str, _Item] = {}
        self._book = epub.EpubBook()

    def add(
        self,
        uid: str,
        name: str,
        content: str | bytes,
        media_type: str = XHTML,
        properties: Iterable[str] = (),
    ) -> None:
        """Write a member.

        Raises:
            ExportError: there is one of that name.
        """
        stored = media_type.startswith("image/") and media_type != "image/svg+xml"
        self._archive.write(f"{self._book.FOLDER_NAME}/{name}", content, compressed=not stored)
        self._items[uid] = _Item(uid, name, media_type, properties)

    def close(
        self,
        metadata: Metadata,
        *,
        spine: Iterable[str],
        modified: datetime,
        categories: Iterable[Category] = (),
        languages: Iterable[str] = (),
        properties: Iterable[tuple[str, str]] = (),
        old_cover: str | None = None,
        vertical: bool = False,
    ) -> None:
        """Write the package document.

        Args:
            metadata: of the book, with id, title and language.
            spine: ids of the pages in reading order.
            modified: the last change, in UTC.
            categories: those that something is said about.
            languages: of the texts.
            properties: what is said besides, of accessibility above all.
            old_cover: id of the cover's image, for readers of EPUB 2.
            vertical: whether pages follow from right to left for that reason.
        """
        book = self._book
        describe(book, metadata, languages)
        add_record(book, metadata, categories)
        add_properties(book, properties)
        if old_cover:
            book.add_metadata("OPF", "cover", "", {"name": "cover", "content": old_cover})
        if vertical:
            book.direction = "rtl"
        for item in self._items.values():
            book.add_item(item)
        # The items themselves and not their ids, which would be searched for among all items.
        book.spine.extend(self._items[uid] for uid in spine)
        _Writer(self._archive, book, modified).write()
