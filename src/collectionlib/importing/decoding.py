"""Bytes to text, with the evidence for the encoding.

In this order: the encoding that was asked for; a byte order mark; ISO 2022 escapes; UTF-8, if
the whole file is; and then the detector, over the whole file. Bytes that are no text are
refused.
"""

from __future__ import annotations

import codecs
import re

import chardet
from attrs import define, evolve, field

from ..errors import DecodingError, InvalidValueError

__all__ = ["Decoded", "decode"]

LEAST_CONFIDENCE = 0.05
"""Below this the detector's guess is none."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ISO_2022 = re.compile(rb"\x1b(?:\$[@AB]|\$\([A-DO-Q]|\([IJ]|\$\)C)")
_ISO_2022_CODECS = ("iso2022_jp_2", "iso2022_jp_3", "iso2022_kr")
_ANSI_ESCAPE = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]")
# What text files hold of control characters: backspace (overstrike), tab, line ends, form feed,
# end of file of DOS, escape.
_BINARY = bytes({*range(0x20)} - {0x08, 0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x1A, 0x1B})
_STATEFUL = ("iso2022", "hz", "utf-7", "utf_7")


@define(slots=False)
class Decoded:
    """A text, and how it was read.

    Args:
        text: without a byte order mark.
        encoding: name of the codec.
        evidence: what speaks for it, in words.
        confidence: of the detector, from 0 to 1; `None` where there was no guessing.
        start: bytes before the text: those of the mark.
        stateless: whether each part of the text encodes to the bytes that it was read from.
    """

    text: str
    encoding: str
    evidence: str
    confidence: float | None = None
    start: int = 0
    stateless: bool = True
    _last: tuple[int, int] = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        self._last = (0, self.start)

    def place_of(self, character: int) -> int:
        """The byte of the file at which a character of the text begins."""
        # Texts are asked for in order: what was counted once is not counted again.
        known, place = self._last if self._last[0] <= character else (0, self.start)
        place += len(self.text[known:character].encode(self.encoding))
        self._last = (character, place)
        return place


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
    decoded = (
        _as_asked(data, source, encoding)
        if encoding
        else _by_mark(data, source)
        or _as_iso_2022(data)
        or _as_utf_8(data, source)
        or _as_detected(data, source)
    )
    return _checked(decoded, data)


def _checked(decoded: Decoded, data: bytes) -> Decoded:
    """Decoded, with the truth about whether its parts can be found again in the bytes."""
    if decoded.encoding in ("utf-8", "ascii"):
        return decoded
    stateless = (
        not decoded.encoding.startswith(_STATEFUL)
        and decoded.text.encode(decoded.encoding, "replace") == data[decoded.start :]
    )
    return evolve(decoded, stateless=stateless)


def _as_asked(data: bytes, source: str, encoding: str) -> Decoded:
    try:
        name = codecs.lookup(encoding).name
        text = data.decode(encoding)
    except LookupError as error:
        raise InvalidValueError("encoding", encoding, "is not the name of one") from error
    except UnicodeDecodeError as error:
        raise DecodingError(
            source, f"it is not in {encoding}: byte {error.start} does not fit ({error.reason})"
        ) from error
    return Decoded(text.removeprefix("\ufeff"), name, "as asked", start=_mark_length(data, text))


def _mark_length(data: bytes, text: str) -> int:
    if not text.startswith("\ufeff"):
        return 0
    return next((len(mark) for mark, _ in _MARKS if data.startswith(mark)), 0)


def _by_mark(data: bytes, source: str) -> Decoded | None:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                text = data[len(mark) :].decode(encoding)
            except UnicodeDecodeError as error:
                raise DecodingError(
                    source,
                    f"it begins with the mark of {encoding}, but byte {error.start + len(mark)} "
                    f"does not fit ({error.reason})",
                ) from error
            return Decoded(text, encoding, "byte order mark", start=len(mark))
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
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    # Text in UTF-16 that has no mark can be valid UTF-8 full of NUL: the detector looks at it.
    if b"\0" in data:
        return None
    controls = len(data) - len(data.translate(None, _BINARY))
    if controls > len(data) / 50:
        raise DecodingError(source, f"it is no text: {controls} of {len(data)} bytes are controls")
    return Decoded(text, "ascii" if data.isascii() else "utf-8", "valid UTF-8")


def _as_detected(data: bytes, source: str) -> Decoded:
    # Escapes of terminals are no letters, and mislead the statistics.
    sample = _ANSI_ESCAPE.sub(b"", data)
    guesses = chardet.detect_all(sample, max_bytes=len(sample) + 1, prefer_superset=True)
    if guesses[0]["encoding"] is None:
        kind = guesses[0].get("mime_type") or "unknown"
        raise DecodingError(source, f"it is no text, but {kind}")
    for guess in guesses:
        name, confidence = guess["encoding"], guess["confidence"]
        if name is None or confidence < LEAST_CONFIDENCE:
            continue
        try:
            encoding = codecs.lookup(name).name
            text = data.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            continue
        if "\0" in text:
            continue
        evidence = f"detector, confidence {confidence:.2f}"
        return Decoded(text.removeprefix("\ufeff"), encoding, evidence, confidence)
    raise DecodingError(source, "its encoding cannot be told: name it with --encoding")
