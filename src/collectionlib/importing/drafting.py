"""From a file to its entries: recognise, parse, clean, identify."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import sha256

from attrs import frozen

from ..errors import (
    DecodingError,
    IngestError,
    InvalidValueError,
    UnknownPlugin,
    UnrecognisedFormat,
)
from ..identity import CategoryPath, EntryId, entry_id
from ..model import Entry, Source
from .cleaning import clean
from .draft import Draft
from .formats.base import Importer
from .sources import SourceFile

__all__ = ["Drafting"]


@frozen(kw_only=True)
class Drafting:
    """How the texts of files become entries.

    Args:
        importers: by name.
        format: name of the one to use; `None` lets each file decide.
        category: what stands in front of every entry's category.
        language: of entries whose importer tells none.
        rights: of entries whose importer tells none.
        added: moment of the import.
    """

    importers: Mapping[str, Importer]
    format: str | None = None
    category: CategoryPath = ()
    language: str | None = None
    rights: str | None = None
    added: datetime | None = None

    def entries(self, source: SourceFile) -> Iterator[Entry]:
        """The entries of a file, in order.

        Raises:
            IngestError: the file cannot be read as text, or not in the format.
        """
        occurrences: dict[str, int] = {}
        for draft in self._importer(source).parse(source):
            try:
                yield self._entry(source, clean(draft), occurrences)
            except InvalidValueError as error:
                raise IngestError(source.uri, str(error)) from error

    def _importer(self, source: SourceFile) -> Importer:
        if self.format is not None:
            if self.format not in self.importers:
                raise UnknownPlugin("importer", self.format, self.importers)
            return self.importers[self.format]
        recognised: list[tuple[float, Importer]] = []
        no_text: DecodingError | None = None
        for importer in self.importers.values():
            try:
                recognition = importer.recognises(source)
            except DecodingError as error:
                # A book or a mailbox is recognised by its bytes.
                no_text = error
                continue
            if recognition:
                recognised.append((recognition.confidence, importer))
        if not recognised:
            raise no_text or UnrecognisedFormat(source.uri, "no importer knows what it is")
        return max(recognised, key=lambda pair: pair[0])[1]

    def _entry(self, source: SourceFile, draft: Draft, occurrences: dict[str, int]) -> Entry:
        category = source.category if draft.category is None else draft.category
        return Entry(
            id=_identify(source, draft, occurrences),
            title=_title_of_name(source) if draft.title is None else draft.title,
            body=draft.body,
            markup=draft.markup,
            category=(*self.category, *category),
            contributors=draft.contributors,
            language=draft.language or self.language,
            tags=draft.tags,
            created=draft.created,
            added=self.added,
            rights=draft.rights or self.rights,
            source=_source(source, draft),
            attributes=draft.attributes,
        )


def _identify(source: SourceFile, draft: Draft, occurrences: dict[str, int]) -> EntryId:
    if source.named and not draft.many:
        return entry_id(source.uri)
    start, end = draft.span or (0, len(source.text))
    raw = source.text[start:end] if draft.raw is None else draft.raw
    normalised = " ".join(raw.split())
    occurrences[normalised] = occurrences.get(normalised, 0) + 1
    return entry_id(source.uri, normalised, str(occurrences[normalised]))


def _title_of_name(source: SourceFile) -> str:
    if not source.named:
        return ""
    stem = source.stem
    return stem if " " in stem else stem.replace("_", " ").strip() or stem


def _source(source: SourceFile, draft: Draft) -> Source:
    start, length, data = _bytes_of(source, draft)
    return Source(
        uri=source.uri,
        start=start,
        length=length,
        sha256=sha256(data).hexdigest(),
        encoding=draft.encoding or source.decoded.encoding,
        changes=draft.changes,
        site=draft.site,
    )


def _bytes_of(source: SourceFile, draft: Draft) -> tuple[int | None, int | None, bytes]:
    """Where a draft begins in its file, how long it is there, and what tells its state."""
    if draft.span is None:
        return None, None, source.data if draft.raw is None else draft.raw.encode()
    first, last = draft.span
    text = source.text[first:last] if draft.raw is None else draft.raw
    if not source.decoded.stateless:
        return None, None, text.encode()
    start = source.decoded.place_of(first)
    end = source.decoded.place_of(last)
    return start, end - start, source.data[start:end] if draft.raw is None else text.encode()
