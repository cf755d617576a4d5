"""The metadata of the package (EPUB 3.3 §5.5), through EbookLib's book."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec
from ebooklib import epub

from ....codec import to_plain
from ....model import Category, Contributor, Metadata, Subject
from ...pages.writing import is_right_to_left, script_of

__all__ = ["add_properties", "add_record", "describe"]

_GENERATOR = "collectionlib"
# The importer reads the same name; importing and publishing do not know each other.
_RECORD = "collectionlib-collection"
_SCHEMES = {
    "bisac": "BISAC",
    "thema": "https://ns.editeur.org/thema/",
    "bic": "BIC",
    "ddc": "DDC",
    "lcsh": "LCSH",
    "lcc": "LCC",
    "clc": "CLC",
    "udc": "UDC",
}
_MOST_LANGUAGES = 10


class Description:
    """What is said of a book in its package.

    Args:
        book: EbookLib's.
        metadata: with id, title and language.
    """

    def __init__(self, book: epub.EpubBook, metadata: Metadata) -> None:
        self._book = book
        self._metadata = metadata

    def write(self, languages: Iterable[str]) -> None:
        """Say it all."""
        book, metadata = self._book, self._metadata
        language = metadata.language or "und"
        # The generator's name would change with every version of EbookLib.
        book.metadata.clear()
        book.add_metadata("OPF", "generator", "", {"name": "generator", "content": _GENERATOR})
        book.set_identifier(metadata.id or "")
        self._titles()
        book.set_language(language)
        for other in languages:
            if other != language:
                book.add_metadata("DC", "language", other)
        book.direction = "rtl" if is_right_to_left(language) else None
        for number, contributor in enumerate(metadata.contributors, start=1):
            self._contributor(contributor, f"contributor-{number}")
        self._plain_values()
        for number, subject in enumerate(metadata.subjects, start=1):
            self._subject(subject, f"subject-{number}")
        if metadata.series:
            self._meta("belongs-to-collection", metadata.series.title, id="series")
            self._refine("series", "collection-type", "series")
            if metadata.series.position:
                self._refine("series", "group-position", metadata.series.position)

    def _titles(self) -> None:
        metadata = self._metadata
        self._book.add_metadata("DC", "title", metadata.title, {"id": "main-title"})
        self._book.title = metadata.title
        self._refine("main-title", "title-type", "main")
        if metadata.subtitle:
            self._book.add_metadata("DC", "title", metadata.subtitle, {"id": "subtitle"})
            self._refine("subtitle", "title-type", "subtitle")

    def _contributor(self, contributor: Contributor, own_id: str) -> None:
        element = "creator" if contributor.role == "aut" else "contributor"
        self._book.add_metadata("DC", element, contributor.name, {"id": own_id})
        self._refine(own_id, "role", contributor.role, scheme="marc:relators")
        if contributor.sort_name:
            self._refine(own_id, "file-as", contributor.sort_name)
        if alternate := contributor.alternate_name:
            tag = {"{http://www.w3.org/XML/1998/namespace}lang": f"und-{script_of(alternate)}"}
            self._refine(own_id, "alternate-script", alternate, **tag)

    def _plain_values(self) -> None:
        metadata = self._metadata
        for element, value in (
            ("publisher", metadata.publisher),
            ("date", _date(metadata.published)),
            ("rights", metadata.rights),
            ("description", metadata.description),
            ("source", metadata.source),
        ):
            if value and value.strip():
                self._book.add_metadata("DC", element, value)
        for identifier in metadata.identifiers:
            if identifier != metadata.id:
                self._book.add_metadata("DC", "identifier", identifier)

    def _subject(self, subject: Subject, own_id: str) -> None:
        self._book.add_metadata("DC", "subject", subject.term, {"id": own_id})
        # Each needs the other (EPUB 3.3, D.3.2).
        if subject.scheme and subject.code:
            scheme = _SCHEMES.get(subject.scheme.lower(), subject.scheme)
            self._refine(own_id, "authority", scheme)
            self._refine(own_id, "term", subject.code)

    def _meta(self, name: str, value: str, **attributes: str) -> None:
        self._book.add_metadata(None, "meta", value, {"property": name, **attributes})

    def _refine(self, refined: str, name: str, value: str, **others: str) -> None:
        self._meta(name, value, refines=f"#{refined}", **others)


def describe(book: epub.EpubBook, metadata: Metadata, languages: Iterable[str] = ()) -> None:
    """Put the metadata of a collection into EbookLib's book.

    Args:
        book: an empty one.
        metadata: with id, title and language.
        languages: those of the texts, the most frequent first.
    """
    Description(book, metadata).write(list(languages)[:_MOST_LANGUAGES])


def add_record(book: epub.EpubBook, metadata: Metadata, categories: Iterable[Category]) -> None:
    """Keep the collection's metadata and categories whole, for those who import the book."""
    record = {"metadata": to_plain(metadata), "categories": [to_plain(c) for c in categories]}
    content = msgspec.json.encode(record).decode()
    book.add_metadata("OPF", _RECORD, "", {"name": _RECORD, "content": content})


def add_properties(book: epub.EpubBook, properties: Iterable[tuple[str, str]]) -> None:
    """Say more of the book, by property and value."""
    for name, value in properties:
        book.add_metadata(None, "meta", value, {"property": name})


def _date(published: str | None) -> str | None:
    """The date as W3C-DTF has it, which knows no years before the first."""
    if published is None or re.match(r"-|0000", published):
        return None
    return published
