"""Bytes to text, with the evidence for the encoding.

In this order: the encoding that was asked for; a byte order mark; ISO 2022 escapes; UTF-16 that
has no mark; UTF-8, if the whole file is, or all but a few bytes; the encoding that a page or an XML
document declares, if the whole file is in it; and then the detector, over the whole file. A few bad
bytes do not change the encoding: U+FFFD stands for them, and `Decoded.gaps` says where. Bytes that
are no text are refused, and so are documents of other programs, be they made of characters.
"""

from __future__ import annotations

import codecs
import re

from attrs import evolve

from ...errors import DecodingError, InvalidValueError
from .declared import as_declared
from .decoded import Decoded, Gap, decode_with_gaps
from .detection import as_detected
from .documents import document_of
from .unmarked import as_nearly_utf_8, as_utf_8, as_utf_16

__all__ = ["Decoded", "Gap", "decode"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_OF_NO_FILES = ("idna", "punycode", "undefined")
_ISO_2022 = re.compile(rb"\x1b(?:\$[@AB]|\$\([A-DO-Q]|\([IJ]|\$\)C)")
_ISO_2022_CODECS = ("iso2022_jp_2", "iso2022_jp_3", "iso2022_kr")
# What text files hold of control characters: backspace (overstrike), tab, line ends, form feed,
# end of file of DOS, escape.
_BINARY = bytes({*range(0x20)} - {0x08, 0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x1A, 0x1B})


def decode(data: bytes, source: str, encoding: str | None = None) -> Decoded:
    """Read bytes as text.

    Args:
        data: the whole file.
        source: its name, for messages.
        encoding: name of the codec to use; `None` finds out.

    Raises:
        DecodingError: the bytes are no text, or in no encoding that can be told.
        InvalidValueError: there is no codec ``encoding``.

    >>> decode("Ĉu vi?".encode("utf-16"), "one.txt").encoding
    'utf-16-le'
    """
    if document := document_of(data):
        raise DecodingError(
            source,
            f"it is no text, but {document}: save it as EPUB, HTML or plain text, with the program "
            "that made it, or with LibreOffice, calibre or pandoc",
        )
    decoded = (
        _as_asked(data, source, encoding)
        if encoding
        else _by_mark(data, source)
        or _as_iso_2022(data)
        or as_utf_16(data)
        or _as_utf_8(data, source)
        or as_declared(data)
        or as_detected(data, source)
    )
    if decoded.encoding in ("utf-8", "ascii") and not decoded.gaps:
        return decoded
    return evolve(decoded, stateless=decoded.encodes_back(data))


def _as_asked(data: bytes, source: str, encoding: str) -> Decoded:
    gaps: tuple[Gap, ...] = ()
    try:
        name = codecs.lookup(encoding).name
    except (LookupError, ValueError) as error:
        raise InvalidValueError("encoding", encoding, "is not the name of one") from error
    if name in _OF_NO_FILES:
        raise InvalidValueError("encoding", encoding, "is not one that texts are in")
    try:
        text = data.decode(name)
    except LookupError as error:
        # A codec that makes bytes of bytes, or text of text.
        raise InvalidValueError("encoding", encoding, "is not one that texts are in") from error
    except UnicodeDecodeError as error:
        found = decode_with_gaps(data, name)
        if found is None:
            raise DecodingError(
                source, f"it is not in {encoding}: byte {error.start} does not fit ({error.reason})"
            ) from error
        text, gaps = found
    start = _mark_length(data, text)
    text = text.removeprefix("\ufeff") if start else text
    return Decoded(text, name, "as asked", start=start, gaps=gaps)


def _mark_length(data: bytes, text: str) -> int:
    if not text.startswith("\ufeff"):
        return 0
    return next((len(mark) for mark, _ in _MARKS if data.startswith(mark)), 0)


def _by_mark(data: bytes, source: str) -> Decoded | None:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            found = decode_with_gaps(data, encoding, len(mark))
            if found is None:
                raise DecodingError(
                    source, f"it begins with the mark of {encoding}, but much of it does not fit"
                )
            text, gaps = found
            return Decoded(text, encoding, "byte order mark", start=len(mark), gaps=gaps)
    return None


def _as_iso_2022(data: bytes) -> Decoded | None:
    if not _ISO_2022.search(data):
        return None
    for encoding in _ISO_2022_CODECS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return Decoded(text, encoding, "ISO 2022 escapes")
    return None


def _as_utf_8(data: bytes, source: str) -> Decoded | None:
    # Text in UTF-16 that has no mark can be valid UTF-8 full of NUL: the detector looks at it.
    if b"\0" in data:
        return None
    decoded = as_utf_8(data) or as_nearly_utf_8(data)
    controls = len(data) - len(data.translate(None, _BINARY))
    if decoded and controls > len(data) / 50:
        raise DecodingError(source, f"it is no text: {controls} of {len(data)} bytes are controls")
    return decoded
