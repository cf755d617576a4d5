"""The JSON document of a collection, and its entries one a line: each is given back as it was."""

from __future__ import annotations

import io
from collections.abc import Iterator

import msgspec
from attrs import define, evolve, field, fields, frozen

from ...codec import decode_json
from ...errors import CorruptCollection, InvalidValueError, NewerFormat, ParseError
from ...identity import entry_id, is_entry_id
from ...model import Entry
from ...storage.json_document import Header, is_document, read_header, read_lines
from ..draft import About, Draft, Removal
from ..sources import SourceFile
from .base import Recognition

__all__ = ["CollectionImporter"]

_KEYS = frozenset(each.name for each in fields(Entry))
_DAMAGED = "damaged-entry"


@frozen
class CollectionImporter:
    r"""Reads what ``collectionlib export`` writes as JSON, and entries in JSON Lines.

    An entry keeps its id, its source and every other field. One that is damaged is left out, with
    a warning that names its line; its text stands in the report of the import.

    >>> line = b'{"id":"0chgm9qjpmfdsafq","title":"One","body":"Be well."}\n'
    >>> [draft.entry.title for draft in CollectionImporter().parse(SourceFile("a.jsonl", line))]
    ['One']
    """

    def recognises(self, source: SourceFile) -> Recognition | None:
        """The beginning of a collection's document; or a first line that is an entry."""
        if _is_document(source.data):
            return Recognition(0.95, "a collection in JSON")
        return Recognition(0.95, "entries in JSON Lines") if _is_lines(source.data) else None

    def parse(self, source: SourceFile) -> Iterator[Draft]:
        """The entries in order.

        Raises:
            ParseError: it is no collection, or a later version of collectionlib wrote it.
        """
        read = _Entries(source.uri)
        held: Draft | None = None
        for draft in read.drafts(source.data):
            if held is not None:
                yield held
            held = draft
        if held is None:
            if read.warnings:
                raise ParseError(source.uri, f"no entry of it can be read: {read.warnings[0]}")
            return
        # What was found wrong behind the last entry stands with it.
        yield held.but(
            warnings=(*held.warnings, *read.warnings),
            removed=(*held.removed, *read.removed),
        )


def _is_document(data: bytes) -> bool:
    return is_document(io.BytesIO(data)) and b'"entries"' in data


def _is_lines(data: bytes) -> bool:
    first = data[: 1024 * 1024].lstrip().partition(b"\n")[0]
    if not first.startswith(b'{"'):
        return False
    try:
        value = msgspec.json.decode(first)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    own = value.get("id") if isinstance(value, dict) else None
    return isinstance(own, str) and is_entry_id(own) and value.keys() <= _KEYS


@define
class _Entries:
    """The entries of a file, and what was wrong since the last of them.

    Args:
        uri: of the file.
    """

    uri: str
    warnings: list[str] = field(factory=list)
    removed: list[Removal] = field(factory=list)
    _about: About | None = None
    _evidence: list[str] = field(factory=list)
    _seen: set[str] = field(factory=set)

    def drafts(self, data: bytes) -> Iterator[Draft]:
        lines = self._document(data) if _is_document(data) else _lines(data)
        for place, content in lines:
            try:
                entry = decode_json(content, Entry)
            except InvalidValueError as error:
                self.warnings.append(f"{place}: the entry is damaged and was left out: {error}")
                self.removed.append(Removal(_DAMAGED, content.decode("utf-8", "replace")))
                continue
            if entry.id in self._seen:
                self.warnings.append(
                    f"{place}: another entry has the id {entry.id}, so this one got its own"
                )
                entry = evolve(entry, id=entry_id(self.uri, content.decode(), place))
            self._seen.add(entry.id)
            draft = _draft(entry)
            yield draft.but(
                evidence=tuple(self._evidence),
                warnings=tuple(self.warnings),
                removed=tuple(self.removed),
                about=self._about,
            )
            self._about = None
            self._evidence.clear()
            self.warnings.clear()
            self.removed.clear()

    def _document(self, data: bytes) -> Iterator[tuple[str, bytes]]:
        """The entries of a document in any layout, each with its place in words."""
        file = io.BytesIO(data)
        try:
            header, lines = read_header(file, self.uri)
        except NewerFormat as error:
            reason = (
                f"it has format version {error.found}, and this collectionlib reads up to "
                f"{error.supported}: update collectionlib to import it"
            )
            raise ParseError(self.uri, reason) from error
        except CorruptCollection as error:
            place = f"line {error.line}: " if error.line else ""
            raise ParseError(self.uri, f"{place}{error.reason}; {error.remedy}") from error
        self._note(header)
        number = 0
        try:
            for line, content in read_lines(lines, self.uri):
                number += 1
                # A document in another layout was laid out anew: its lines are not the file's.
                yield f"line {line.number}" if lines is file else f"entry {number}", content
        except CorruptCollection as error:
            self.warnings.append(f"line {error.line}: {error.reason}: entries may be missing")
        if lines is file and (rest := file.read(1024 * 1024).strip()):
            self.warnings.append("behind the end of the collection stands more, which was left out")
            self.removed.append(Removal("behind-the-end", rest.decode("utf-8", "replace")))

    def _note(self, header: Header) -> None:
        if header.metadata.title:
            self._evidence.append(f"the collection {header.metadata.title!r}")
        self._about = About(header.metadata, header.categories)


def _lines(data: bytes) -> Iterator[tuple[str, bytes]]:
    for number, line in enumerate(io.BytesIO(data), start=1):
        if content := line.strip():
            yield f"line {number}", content


def _draft(entry: Entry) -> Draft:
    return Draft(
        entry=entry,
        id=entry.id,
        body=entry.body,
        title=entry.title,
        markup=entry.markup,
        category=entry.category,
        contributors=entry.contributors,
        language=entry.language,
        tags=entry.tags,
        created=entry.created,
        rights=entry.rights,
        attributes=entry.attributes,
        many=True,
        encoding="utf-8",
    )
