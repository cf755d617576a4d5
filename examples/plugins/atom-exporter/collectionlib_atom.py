"""An anthology as an Atom feed (RFC 4287), for readers of news."""

from datetime import UTC, datetime
from typing import BinaryIO, ClassVar
from uuid import NAMESPACE_URL, uuid5
from xml.sax.saxutils import escape, quoteattr

from attrs import frozen

from collectionlib import Contributor, Entry
from collectionlib.markup import html, parse
from collectionlib.publishing.anthology import Anthology
from collectionlib.publishing.formats.base import Entries

BEGINNING = '<feed xmlns="http://www.w3.org/2005/Atom"'
UNKNOWN = datetime(1980, 1, 1, tzinfo=UTC)


@frozen
class AtomExporter:
    """Writes a feed; ``author`` is named where nobody else is."""

    author: str = "Unknown"
    suffixes: ClassVar[tuple[str, ...]] = (".atom",)
    kind: ClassVar[str] = "an Atom feed"

    def export(self, anthology: Anthology, entries: Entries, out: BinaryIO) -> None:
        about = anthology.metadata
        people = about.contributors or (Contributor(name=self.author),)
        out.write(f"{BEGINNING} xml:lang={quoteattr(about.language or 'und')}>\n".encode())
        out.write(_head(about.id or "", about.title, anthology.modified, people).encode())
        out.writelines(_entry(entries.get(one.id), one.label) for one in anthology.walk())
        out.write(b"</feed>\n")

    def recognises(self, file: BinaryIO) -> bool:
        return file.read(len(BEGINNING)) == BEGINNING.encode()


def _entry(entry: Entry, label: str) -> bytes:
    own_id, moment = uuid5(NAMESPACE_URL, entry.id).urn, entry.modified or entry.added
    head = _head(own_id, label, moment, entry.contributors)
    body = html.render(parse(entry.body, entry.markup), note_prefix=f"{entry.id}-")
    start = f"<entry xml:lang={quoteattr(entry.language or 'und')}>"
    return f'{start}\n{head}<content type="html">{escape(body)}</content>\n</entry>\n'.encode()


def _head(own_id: str, title: str, moment: datetime | None, people: tuple[Contributor, ...]) -> str:
    named = "".join(f"<author><name>{escape(one.name)}</name></author>\n" for one in people)
    head = f"<id>{escape(own_id)}</id>\n<title>{escape(title)}</title>\n{named}"
    return f"{head}<updated>{(moment or UNKNOWN).isoformat()}</updated>\n"
