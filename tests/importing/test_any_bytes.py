"""Whatever the bytes: a source gives entries, or one sentence that says why not."""

import io
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectionlib import plugins
from collectionlib.errors import IngestError
from collectionlib.importing.drafting import Drafting
from collectionlib.importing.pipeline import configured
from collectionlib.importing.reading import Reader
from collectionlib.importing.sources import SourceFile

FORMATS = plugins.names("importer")
IMPORTERS = configured({name: plugins.load("importer", name)() for name in FORMATS}, {})


def _book() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        book.writestr("mimetype", "application/epub+zip")
        book.writestr(
            "META-INF/container.xml",
            '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="b.opf"/></rootfiles></container>',
        )
        book.writestr(
            "b.opf",
            '<package xmlns="http://www.idpf.org/2007/opf"><metadata/><manifest>'
            '<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/></manifest>'
            '<spine><itemref idref="a"/></spine></package>',
        )
        book.writestr("a.xhtml", "<html><body><h1>One</h1><p>Text.</p></body></html>")
    return out.getvalue()


# ruff: noqa: ISC004 - long samples
SAMPLES = [
    _book(),
    "題\n名\n\n-----------------------\n【テキスト中に現れる記号について】\n-----------------------\n"
    "　漢字《かんじ》［＃「漢字」に傍点］\n底本：「x」\n".encode("cp932"),
    b'{"schema_version":1,\n"metadata":{},\n"entries":[\n{"id":"0chgm9qjpmfdsafq","body":"x"}\n]}',
    b'[{"title":"a","text":"b"},{"q":"c","a":"d"}]',
    b'{"text":"a"}\n{"text":"b"}\n',
    b'title;text\n"a";"b\nc"\n',
    b"One.\n\t\t-- Ann\n%\n_\x08a\x1b[1mTwo.\n%\n",
    b"One.\n---- a,b\nTwo.\n---- c\n",
    b"*** START OF THE PROJECT GUTENBERG EBOOK X ***\n\nCONTENTS\n\n I. One\n II. Two\n\n\n\n"
    b"I. ONE\n\n"
    b"Text.\n\n\n\nII. TWO\n\nText.\n\n*** END OF THE PROJECT GUTENBERG EBOOK X ***\n",
    b"<!DOCTYPE html><html><head><title>A</title></head><body><article><h2>B</h2><p>C<br>D"
    b"</article><article><h2>E</h2><ul><li>F</ul><table><tr><td>G</table></article></body>",
    b"From a Mon Jan  1 00:00:00 2001\nFrom: Ann <a@b.example>\nSubject: =?utf-8?q?A?=\n"
    b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\nText\n--x--\n",
    b"---\ntitle: A\ntags: [b, c]\n---\n# A\n\n*Text*.\n",
    b"<rss><channel><title>A</title><item><title>B</title><category>C</category><description>"
    b"&lt;p>D&lt;/p></description></item></channel></rss>",
    '<?xml version="1.0"?><Tanach><tanach><book><names><name>P</name></names><c n="1"><v n="1">'
    "<w>דָּבָר</w></v></c></book></tanach></Tanach>".encode(),
    "Chapter 1\n\nText.\n\nChapter 2\n\nMore.\n\nQ: Why?\nA: So.\n".encode("utf-16"),
]


@st.composite
def sources(draw: st.DrawFn) -> bytes:
    data = bytearray(draw(st.sampled_from(SAMPLES) | st.binary(max_size=300)))
    for _ in range(draw(st.integers(0, 6))):
        place = draw(st.integers(0, len(data)))
        piece = draw(
            st.binary(max_size=8) | st.sampled_from([b"<", b"\n%\n", b"\0", b"]", b"\x1b$B"])
        )
        data[place : place + draw(st.integers(0, 12))] = piece
    return bytes(data)


def _read(data: bytes, name: str, *, asked: str | None) -> None:
    drafting = Drafting(importers=IMPORTERS, format=asked, added=datetime(2026, 1, 1, tzinfo=UTC))
    sentence = ""
    try:
        reading = Reader(drafting=drafting, account=True)._read(SourceFile(f"a/{name}", data))
        assert all(entry.id for entry in reading.entries)
    except (IngestError, RecursionError) as error:
        sentence = str(error)
    assert "\n" not in sentence


@settings(deadline=None)
@given(sources(), st.sampled_from(["x", "x.txt", "x.json", "x.csv", "x.md", "x.html", "x.xml"]))
def test_any_source_is_taken_for_what_it_is(data: bytes, name: str) -> None:
    _read(data, name, asked=None)


@pytest.mark.slow
@pytest.mark.parametrize("asked", FORMATS)
@settings(deadline=None, max_examples=60)
@given(data=sources())
def test_any_source_in_any_format(asked: str, data: bytes) -> None:
    _read(data, "x.txt", asked=asked)
