"""Documents of other programs, which are no texts, though one of them is made of characters."""

from __future__ import annotations

__all__ = ["document_of"]

_OFFICE = "a document of Word or another program of Office"
_BEGINNINGS = (
    (b"%PDF-", "a PDF"),
    (rb"{\rtf", "a document in RTF"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OFFICE),
)
_ZIP = b"PK\x03\x04"
_OPEN_DOCUMENT = b"mimetypeapplication/vnd.oasis.opendocument."
_OPEN_XML = b"[Content_Types].xml"
_KINDLE = (b"BOOKMOBI", b"TEXtREAd")
_PLACE_OF_KIND = 60  # of a Palm database, which a book for the Kindle is


def document_of(data: bytes) -> str | None:
    r"""The kind of document that a file is, in words; `None` where it is none that is known.

    >>> document_of(b"%PDF-1.7 ..."), document_of(rb"{\rtf1\ansi Be well.}"), document_of(b"Hi!")
    ('a PDF', 'a document in RTF', None)
    """
    for beginning, kind in _BEGINNINGS:
        if data.startswith(beginning):
            return kind
    if data.startswith(_ZIP):
        if _OPEN_DOCUMENT in data[:200]:
            return "an OpenDocument, as LibreOffice writes it"
        return _OFFICE if _OPEN_XML in data else None
    return "a book for the Kindle" if data[_PLACE_OF_KIND:].startswith(_KINDLE) else None
