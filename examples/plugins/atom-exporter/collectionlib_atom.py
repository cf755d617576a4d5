"""An anthology as an Atom feed (RFC 4287), for readers of news."""

from datetime import UTC, datetime
from typing import BinaryIO, ClassVar
from uuid import NAMESPACE_URL, uuid5
from xml.sax.saxutils import XMLGenerator

from attrs import frozen

from collectionlib import Entry
from collectionlib.markup import html, parse
from collectionlib.publishing.anthology import Anthology
from collectionlib.publishing.formats.base import Entries

NAMESPACE = "http://www.w3.org/2005/Atom"
UNKNOWN = datetime(1980, 1, 1, tzinfo=UTC)


@frozen
class AtomExporter:
    """Writes a feed.

    Args:
        author: who is named where nobody else is.
    """

    author: str = "Unknown"
    suffixes: ClassVar[tuple[str, ...]] = (".atom",)
    kind: ClassVar[str] = "an Atom feed"

    def export(self, anthology: Anthology, entries: Entries, out: BinaryIO) -> None:
        """Write the feed; each entry is read when its turn has come."""
        about = anthology.metadata
        xml = XMLGenerator(out, "utf-8")
        xml.startDocument()
        xml.startElement("feed", {"xmlns": NAMESPACE, "xml:lang": about.language or "und"})
        _head(xml, about.id or "", about.title, anthology.modified)
        _people(xml, [one.name for one in about.contributors] or [self.author])
        for outline in anthology.walk():
            _entry(xml, entries.get(outline.id), outline.label)
        xml.endElement("feed")
        xml.endDocument()

    def recognises(self, file: BinaryIO) -> bool:
        """Whether the file begins as a feed does."""
        return f'<feed xmlns="{NAMESPACE}"'.encode() in file.read(200)


def _entry(xml: XMLGenerator, entry: Entry, label: str) -> None:
    xml.startElement("entry", {"xml:lang": entry.language} if entry.language else {})
    _head(xml, uuid5(NAMESPACE_URL, entry.id).urn, label, entry.modified or entry.added)
    _people(xml, [one.name for one in entry.contributors])
    content = html.render(parse(entry.body, entry.markup), note_prefix=f"{entry.id}-")
    _element(xml, "content", content, {"type": "html"})
    xml.endElement("entry")


def _head(xml: XMLGenerator, own_id: str, title: str, moment: datetime | None) -> None:
    _element(xml, "id", own_id)
    _element(xml, "title", title)
    _element(xml, "updated", (moment or UNKNOWN).isoformat())


def _people(xml: XMLGenerator, names: list[str]) -> None:
    for name in names:
        xml.startElement("author", {})
        _element(xml, "name", name)
        xml.endElement("author")


def _element(
    xml: XMLGenerator, name: str, text: str, attributes: dict[str, str] | None = None
) -> None:
    xml.startElement(name, attributes or {})
    xml.characters(text)
    xml.endElement(name)
