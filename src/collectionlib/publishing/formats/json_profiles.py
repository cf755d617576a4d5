"""JSON that other programs know: JSON Feed 1.1, and JSON-LD in the words of schema.org."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO, ClassVar

import msgspec
from attrs import frozen

from ...markup import html, parse
from ...model import Contributor, Entry, Metadata
from ..anthology import Anthology
from .base import Entries
from .html.syntax import as_html

__all__ = ["JsonFeedExporter", "JsonLdExporter"]


@frozen
class JsonFeedExporter:
    """Writes a feed by JSON Feed 1.1, the entries as HTML."""

    suffixes: ClassVar[tuple[str, ...]] = ()
    kind: ClassVar[str] = "a JSON Feed"

    def export(self, anthology: Anthology, entries: Entries, out: BinaryIO) -> None:
        """Write the feed, an item a line."""
        metadata = anthology.metadata
        head = _known(
            version="https://jsonfeed.org/version/1.1",
            title=metadata.title,
            description=metadata.description,
            language=metadata.language,
            authors=[{"name": one.name} for one in metadata.contributors],
        )
        found = (entries.get(outline.id) for outline in anthology.walk())
        _write(out, head, "items", (_item(entry) for entry in found))

    def recognises(self, file: BinaryIO) -> bool:
        """Whether the file begins as a feed of ours does."""
        return file.read(60).startswith(b'{"version":"https://jsonfeed.org/version/1.1"')


def _item(entry: Entry) -> dict[str, Any]:
    # Either HTML or text has to be there, even if it is empty (JSON Feed 1.1, "Items").
    return _known(
        id=entry.id,
        external_url=_address(entry),
        title=entry.title,
        language=entry.language,
        authors=[{"name": one.name} for one in entry.contributors],
        tags=[*entry.tags],
        date_published=_moment(entry),
        date_modified=entry.modified.isoformat() if entry.modified else None,
    ) | {"content_html": _page(entry)}


def _page(entry: Entry) -> str:
    blocks = parse(entry.body, entry.markup)
    return as_html(html.render(blocks, note_prefix=f"{entry.id}-"))


def _moment(entry: Entry) -> str | None:
    """When it was written, if the second is known, else when it came into the collection."""
    if entry.created and "T" in entry.created:
        return entry.created
    return entry.added.isoformat() if entry.added else None


@frozen
class JsonLdExporter:
    """Writes a collection and its works as schema.org describes them."""

    suffixes: ClassVar[tuple[str, ...]] = ()
    kind: ClassVar[str] = "a JSON-LD document"

    def export(self, anthology: Anthology, entries: Entries, out: BinaryIO) -> None:
        """Write the collection, a work a line."""
        head = {"@context": "https://schema.org", "@type": "Collection"}
        found = (entries.get(outline.id) for outline in anthology.walk())
        _write(out, head | _about(anthology.metadata), "hasPart", map(_work, found))

    def recognises(self, file: BinaryIO) -> bool:
        """Whether the file begins as a document of ours does."""
        return file.read(80).startswith(b'{"@context":"https://schema.org","@type":"Collection"')


def _about(metadata: Metadata) -> dict[str, Any]:
    return _known(
        **{"@id": metadata.id},
        name=metadata.title,
        alternativeHeadline=metadata.subtitle,
        description=metadata.description,
        inLanguage=metadata.language,
        datePublished=metadata.published,
        publisher={"@type": "Organization", "name": metadata.publisher}
        if metadata.publisher
        else None,
        license=metadata.rights,
        identifier=[*metadata.identifiers],
        about=[subject.term for subject in metadata.subjects],
        **_people(metadata.contributors),
    )


def _work(entry: Entry) -> dict[str, Any]:
    return _known(
        **{"@type": "CreativeWork"},
        identifier=entry.id,
        name=entry.title,
        text=entry.body,
        encodingFormat="text/markdown" if entry.markup == "markdown" else "text/plain",
        inLanguage=entry.language,
        genre=" / ".join(entry.category) or None,
        keywords=[*entry.tags],
        dateCreated=entry.created,
        license=entry.rights,
        isBasedOn=_address(entry),
        **_people(entry.contributors),
    )


# MARC relators that schema.org has a property for.
_ROLES = {"aut": "author", "trl": "translator", "edt": "editor", "ill": "illustrator"}


def _people(contributors: tuple[Contributor, ...]) -> dict[str, Any]:
    people: dict[str, Any] = {}
    for one in contributors:
        person = _known(**{"@type": "Person"}, name=one.name, alternateName=one.alternate_name)
        people.setdefault(_ROLES.get(one.role, "contributor"), []).append(person)
    return people


def _address(entry: Entry) -> str | None:
    uri = entry.source.uri if entry.source else None
    return uri if uri and uri.startswith(("http://", "https://")) else None


def _known(**values: Any) -> dict[str, Any]:
    """The values that say something."""
    return {name: value for name, value in values.items() if value}


def _write(out: BinaryIO, head: dict[str, Any], name: str, items: Iterator[dict[str, Any]]) -> None:
    """An object whose last member is a long list, an item a line."""
    out.write(msgspec.json.encode(head)[:-1] + b',"%s":[' % name.encode())
    separator = b"\n"
    for item in items:
        out.write(separator + msgspec.json.encode(item))
        separator = b",\n"
    out.write(b"\n]}\n")
