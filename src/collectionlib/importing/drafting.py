"""From a file to its entries: recognise, parse, clean, identify."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from attrs import evolve, frozen

from .. import _construction
from .._checks import LINE_BREAK, is_language, own_copy
from ..errors import (
    DecodingError,
    IngestError,
    InvalidValueError,
    UnknownPlugin,
    UnrecognisedFormat,
)
from ..identity import CategoryPath, EntryId, entry_id
from ..model import Entry, Source
from . import languages
from .cleaning import DEFAULT, Transform, clean
from .draft import Draft
from .edits import fingerprint
from .formats.base import Importer, Recognition
from .profile import Profile
from .sources import SourceFile

__all__ = ["AUTO", "Drafted", "Drafting", "Recognised"]

AUTO = "auto"
"""The language that is to be found out."""


@frozen
class Recognised:
    """The importer that was chosen for a file, and what spoke for it.

    Args:
        format: its name.
        importer: that one.
        reason: why, in words.
    """

    format: str
    importer: Importer
    reason: str


@frozen
class Drafted:
    """An entry, with the draft that it was made of.

    Args:
        entry: to be kept.
        draft: after cleaning: what was removed from it, and why it was taken so.
    """

    entry: Entry
    draft: Draft


@frozen(kw_only=True)
class Drafting:
    """How the texts of files become entries.

    Args:
        importers: by name.
        format: name of the one to use; `None` lets each file decide.
        transforms: that make clean texts, by name, in order.
        category: what stands in front of every entry's category.
        language: of entries whose importer tells none; ``auto`` finds out where it is sure.
        rights: of entries whose importer tells none.
        added: moment of the import.
        profile: what is known about the archive.

    Raises:
        UnknownPlugin: there is no importer ``format``.
    """

    importers: Mapping[str, Importer]
    format: str | None = None
    transforms: Mapping[str, Transform] = DEFAULT
    category: CategoryPath = ()
    language: str | None = None
    rights: str | None = None
    added: datetime | None = None
    profile: Profile | None = None

    def __attrs_post_init__(self) -> None:
        if self.format is not None and self.format not in self.importers:
            raise UnknownPlugin("importer", self.format, self.importers)
        if self.language == AUTO:
            languages.require_detector()
        elif self.language is not None and not is_language(self.language):
            reason = f"is no BCP 47 language tag such as 'en' or 'zh-Hant', nor {AUTO}"
            raise InvalidValueError("language", self.language, reason)
        # What all entries are to have is refused at once, not with each of them.
        Entry(id=EntryId("0" * 16), category=self.category, rights=self.rights)

    def recognised(self, source: SourceFile) -> Recognised:
        """The importer for a file.

        Raises:
            DecodingError: it is no text, and no importer knows it by its bytes.
            UnrecognisedFormat: no importer knows what it is.
        """
        if self.format is not None:
            return Recognised(self.format, self.importers[self.format], "it was asked for")
        best: tuple[Recognition, str] | None = None
        no_text: DecodingError | None = None
        for name, importer in self.importers.items():
            try:
                recognition = importer.recognises(source)
            except DecodingError as error:
                # A book or a mailbox is recognised by its bytes.
                no_text = error
                continue
            if recognition and (best is None or recognition.confidence > best[0].confidence):
                best = recognition, name
        if best is None:
            raise no_text or UnrecognisedFormat(source.uri, "no importer knows what it is")
        recognition, name = best
        return Recognised(name, self.importers[name], recognition.reason)

    def drafted(self, source: SourceFile, importer: Importer) -> Iterator[Drafted]:
        """The entries of a file, in order.

        Raises:
            IngestError: the file cannot be read as text, or not in the format.
        """
        occurrences: dict[EntryId, int] = {}
        try:
            drafts = (self._cleaned(draft, source) for draft in importer.parse(source))
            told = _with_languages(drafts) if self.language == AUTO else drafts
            for place, draft in enumerate(told):
                yield Drafted(self._entry(source, draft, place, occurrences), draft)
        except InvalidValueError as error:
            raise IngestError(source.uri, str(error)) from error

    def _cleaned(self, draft: Draft, source: SourceFile) -> Draft:
        if draft.id or draft.entry:
            # What is an entry already was cleaned, or made by hand, and is as it is to be.
            return draft
        prepared = self.profile.prepare(draft, source) if self.profile else draft
        return clean(prepared, self.transforms)

    def _entry(
        self, source: SourceFile, draft: Draft, place: int, occurrences: dict[EntryId, int]
    ) -> Entry:
        if draft.entry is not None:
            return self._kept(draft.entry)
        category = source.category if draft.category is None else draft.category
        fields: dict[str, Any] = {
            "title": _title_of_name(source, draft) if draft.title is None else _line(draft.title),
            "body": draft.body,
            "markup": draft.markup,
            "category": (*self.category, *category),
            "contributors": draft.contributors,
            "language": draft.language or (None if self.language == AUTO else self.language),
            "tags": tuple(dict.fromkeys(draft.tags)),
            "created": draft.created,
            "rights": draft.rights or self.rights,
            "attributes": own_copy(draft.attributes),
        }
        return _construction.entry(
            id=_identify(source, draft, occurrences),
            added=self.added,
            source=_source(source, draft, place, _fingerprint(fields)),
            **fields,
        )

    def _kept(self, entry: Entry) -> Entry:
        """An entry as it is, where the options of the import say nothing else."""
        return evolve(
            entry,
            category=(*self.category, *entry.category),
            language=entry.language or (None if self.language == AUTO else self.language),
            rights=entry.rights or self.rights,
        )


def _with_languages(drafts: Iterable[Draft]) -> Iterator[Draft]:
    """Drafts with the language of each that tells none, where it is sure."""
    there = list(drafts)
    untold = [draft.body for draft in there if draft.language is None and draft.entry is None]
    common = languages.detect_common(untold) if len(untold) > 1 else None
    for draft in there:
        if draft.language is not None or draft.entry is not None:
            yield draft
            continue
        found = common.of(draft.body) if common else languages.detect(draft.body)
        if found is None:
            yield draft
        else:
            evidence = (*draft.evidence, f"language {found.tag}: {found.evidence}")
            yield draft.but(language=found.tag, evidence=evidence)


def _fingerprint(fields: dict[str, Any]) -> str | None:
    try:
        return fingerprint(fields)
    except (TypeError, ValueError):
        # What an importer of somebody else's has put there the entry will refuse.
        return None


def _identify(source: SourceFile, draft: Draft, occurrences: dict[EntryId, int]) -> EntryId:
    if draft.id is not None:
        return draft.id
    if source.named and not draft.many:
        return entry_id(source.uri)
    if draft.raw is None:
        start, end = draft.span or (0, len(source.text))
        raw = source.text[start:end]
    else:
        raw = draft.raw
    normalised = " ".join(raw.split())
    first = entry_id(source.uri, normalised, "1")
    times = occurrences[first] = occurrences.get(first, 0) + 1
    return first if times == 1 else entry_id(source.uri, normalised, str(times))


def _line(title: str) -> str:
    """A title whose columns or lines are one line, as a title has to be."""
    return " ".join(title.split()) if LINE_BREAK.search(title) else title


def _title_of_name(source: SourceFile, draft: Draft) -> str:
    # The name of a file is not the title of each of its many texts.
    if not source.named or draft.many:
        return ""
    stem = source.stem
    return stem if " " in stem else stem.replace("_", " ").strip() or stem


def _source(source: SourceFile, draft: Draft, place: int, imported: str | None) -> Source:
    start, length, data = _bytes_of(source, draft)
    if start is None and draft.many:
        # The texts of a file stay in its order, where no bytes of it can be pointed at too.
        start = place
    return _construction.source(
        uri=source.uri,
        member=source.member,
        start=start,
        length=length,
        sha256=sha256(data).hexdigest(),
        encoding=draft.encoding or source.decoded.encoding,
        changes=draft.changes,
        site=draft.site,
        imported=imported,
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
