"""The package: items, manifest, spine and metadata through EbookLib, written our way.

EbookLib 0.20 keeps the package document (OPF). What it does with pages is left out, because it
parses each of them three times, drops text that is in no element, and writes errors to a log:
our items give their finished content when they are written, and our writer hands it to our own
zip layer.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import BinaryIO

from ebooklib import epub

from ....model import Metadata
from .archive import EpubArchive
from .pages import is_right_to_left

__all__ = ["Package"]

_XHTML = "application/xhtml+xml"


class _Page(epub.EpubHtml):  # type: ignore[misc]  # EbookLib has no types
    """An item whose content is made when it is written, and is not touched."""

    def __init__(self, uid: str, name: str, title: str, content: Callable[[], str]) -> None:
        super().__init__(uid=uid, file_name=name, title=title, media_type=_XHTML)
        self._make = content

    def get_content(self, default: object = None) -> bytes:
        return self._make().encode()


class _Contents(_Page):
    """The contents page: the only item with the property ``nav``."""

    def __init__(self, content: Callable[[], str]) -> None:
        super().__init__("nav", "nav.xhtml", "Contents", content)
        self.properties = ["nav"]


class _File(epub.EpubItem):  # type: ignore[misc]  # EbookLib has no types
    """An item that is no page."""

    def __init__(self, uid: str, name: str, media_type: str, content: Callable[[], str]) -> None:
        super().__init__(uid=uid, file_name=name, media_type=media_type)
        self._make = content

    def get_content(self, default: object = None) -> bytes:
        return self._make().encode()


class _Writer(epub.EpubWriter):  # type: ignore[misc]  # EbookLib has no types
    """EbookLib's writer over our archive; what it cannot write is an error."""

    def __init__(self, archive: EpubArchive, book: epub.EpubBook, modified: datetime) -> None:
        options = {"epub3_pages": False, "epub3_landmark": False, "mtime": modified}
        super().__init__("", book, options)
        self.out = archive

    def write(self) -> None:
        self._write_container()
        self._write_opf()
        self._write_items()


class Package:
    """A book that is being put together: pages in the order of the spine, then written at once.

    Args:
        metadata: with id, title and language.
    """

    def __init__(self, metadata: Metadata) -> None:
        self._book = epub.EpubBook()
        self._describe(metadata)

    def _describe(self, metadata: Metadata) -> None:
        book = self._book
        # The generator's name would change with every version of EbookLib.
        book.metadata.clear()
        book.add_metadata("OPF", "generator", "", {"name": "generator", "content": "collectionlib"})
        book.set_identifier(metadata.id or "")
        book.set_title(metadata.title)
        book.set_language(metadata.language or "und")
        book.direction = "rtl" if is_right_to_left(metadata.language or "und") else None
        for number, contributor in enumerate(metadata.contributors, start=1):
            element = "creator" if contributor.role == "aut" else "contributor"
            own_id = f"contributor-{number}"
            book.add_metadata("DC", element, contributor.name, {"id": own_id})
            self._refine(own_id, "role", contributor.role, scheme="marc:relators")
            if contributor.sort_name:
                self._refine(own_id, "file-as", contributor.sort_name)
        self._describe_more(metadata)

    def _refine(self, refined: str, name: str, value: str, **others: str) -> None:
        attributes = {"refines": f"#{refined}", "property": name, **others}
        self._book.add_metadata(None, "meta", value, attributes)

    def _describe_more(self, metadata: Metadata) -> None:
        for element, value in (
            ("publisher", metadata.publisher),
            ("date", _date(metadata.published)),
            ("rights", metadata.rights),
            ("description", metadata.description),
        ):
            if value and value.strip():
                self._book.add_metadata("DC", element, value)
        for identifier in metadata.identifiers:
            self._book.add_metadata("DC", "identifier", identifier)
        for subject in metadata.subjects:
            self._book.add_metadata("DC", "subject", subject.term)

    def add_contents(self, content: Callable[[], str]) -> None:
        """Add the contents page."""
        self._add_to_spine(_Contents(content))

    def add_page(self, uid: str, name: str, title: str, content: Callable[[], str]) -> None:
        """Add a page; its content is asked for when it is written."""
        self._add_to_spine(_Page(uid, name, title, content))

    def _add_to_spine(self, page: _Page) -> None:
        self._book.add_item(page)
        # The item itself and not its id, which would be searched for among all items.
        self._book.spine.append(page)

    def add_file(self, uid: str, name: str, media_type: str, content: Callable[[], str]) -> None:
        """Add a file that is no page."""
        self._book.add_item(_File(uid, name, media_type, content))

    def write(self, out: BinaryIO, modified: datetime) -> None:
        """Write the book.

        Raises:
            ExportError: two members have one name.
        """
        with EpubArchive(out, modified) as archive:
            _Writer(archive, self._book, modified).write()


def _date(published: str | None) -> str | None:
    """The date as W3C-DTF has it, which knows no years before the first."""
    return None if published is None or published.startswith(("-", "0000")) else published
