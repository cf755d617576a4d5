"""Encodings that have to be guessed: by the detector, and by which characters are common."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import chardet

from ...errors import DecodingError
from .decoded import SURE, Decoded, decode_with_gaps

__all__ = ["as_detected"]

LEAST_CONFIDENCE = 0.05
"""Below this the detector's guess is none."""

_ANSI_ESCAPE = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]")
_TAG = re.compile(rb"<[^<>]*>")
_ALTERNATIVES = 6
_ASCII = bytes(range(0x80))

# The bytes of the common characters of each encoding, as its standard puts them together:
# level 1 of the Chinese characters, kana, hangul syllables, punctuation, frames.
_COMMON: Mapping[str, re.Pattern[bytes]] = {
    "gb18030": re.compile(rb"[\xa1-\xa3\xa9\xb0-\xd7][\xa1-\xfe]"),
    "big5": re.compile(rb"[\xa1-\xa3\xa4-\xc6\xf9][\x40-\x7e\xa1-\xfe]"),
    "euc_kr": re.compile(rb"[\xa1-\xa3\xa6\xb0-\xc8][\xa1-\xfe]"),
    "euc_jp": re.compile(rb"[\xa1-\xa5\xa8\xb0-\xcf][\xa1-\xfe]"),
    "cp932": re.compile(rb"[\x81-\x84\x88-\x97][\x40-\x7e\x80-\xfc]|[\xa6-\xdf]"),
}
_LEAST_COMMON = 0.95
_LEAST_HIGH = 40
_MOSTLY_COMMON = 0.8
_CONFIDENCE_OF_COMMON = 0.5


def as_detected(data: bytes, source: str) -> Decoded:
    """The text in the most likely encoding.

    Raises:
        DecodingError: the bytes are no text, or nothing is likely enough.
    """
    guesses = _guesses(data)
    if guesses[0]["encoding"] is None:
        kind = guesses[0].get("mime_type") or "unknown"
        raise DecodingError(source, f"it is no text, but {kind}")
    decoded = list(_decoded(data, guesses))
    best = _but_for_gaps(data) or (decoded[0] if decoded else _by_common_characters(data))
    if best is None:
        raise DecodingError(source, "its encoding cannot be told: name it with --encoding")
    if best.confidence is not None and best.confidence < SURE:
        best.alternative = next((one.encoding for one in decoded if one.text != best.text), None)
    return best


def _guesses(data: bytes) -> list[Mapping[str, Any]]:
    # Escapes of terminals are no letters, and mislead the statistics.
    sample = _without_tags(_ANSI_ESCAPE.sub(b"", data))
    return [*chardet.detect_all(sample, max_bytes=len(sample) + 1, prefer_superset=True)]


def _without_tags(data: bytes) -> bytes:
    """The words of a page: its tags are ASCII, and take three quarters of the confidence away."""
    is_page = data[:100].lstrip().startswith(b"<") and b"\0" not in data
    return _TAG.sub(b" ", data) if is_page else data


def _but_for_gaps(data: bytes) -> Decoded | None:
    """The text in an encoding of East Asia that the detector excludes for a few bad bytes."""
    for encoding in _COMMON:
        found = decode_with_gaps(data, encoding)
        if found is None or not found[1] or _share_of_common(data, encoding) < _MOSTLY_COMMON:
            continue
        text, gaps = found
        places = [0, *(place for gap in gaps for place in (gap.start, gap.start + gap.length))]
        kept = b"".join(
            data[start:end]
            for start, end in zip(places[::2], [*places[1::2], len(data)], strict=True)
        )
        likeliest = _guesses(kept)[0]
        name, confidence = likeliest["encoding"], likeliest["confidence"]
        if name and codecs.lookup(name).name == encoding and confidence >= LEAST_CONFIDENCE:
            evidence = f"detector, confidence {confidence:.2f}, but for {len(gaps)} of its bytes"
            return Decoded(text, encoding, evidence, confidence, gaps=gaps)
    return None


def _decoded(data: bytes, guesses: Iterable[Mapping[str, Any]]) -> Iterator[Decoded]:
    """The texts that the guesses give, the likeliest first."""
    found = 0
    for guess in guesses:
        name, confidence = guess["encoding"], guess["confidence"]
        if name is None or confidence < LEAST_CONFIDENCE:
            continue
        try:
            encoding = codecs.lookup(name).name
            read = decode_with_gaps(data, encoding)
        except LookupError:
            continue
        if read is None or "\0" in read[0]:
            continue
        text, gaps = read
        evidence = f"detector, confidence {confidence:.2f}"
        yield Decoded(text.removeprefix("\ufeff"), encoding, evidence, confidence, gaps=gaps)
        found += 1
        if found == _ALTERNATIVES or confidence >= SURE:
            return


def _by_common_characters(data: bytes) -> Decoded | None:
    """The text in the encoding of East Asia in which nearly all of it is common characters.

    Frames, tables and markup mislead the detector, which looks at how often characters follow
    each other.
    """
    found = []
    for encoding in _COMMON:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        share = _share_of_common(data, encoding)
        if share >= _LEAST_COMMON and len(_high(data)) >= _LEAST_HIGH:
            found.append((share, encoding, text))
    if not found:
        return None
    share, encoding, text = max(found)
    evidence = f"{share:.0%} of its characters are common ones of this encoding"
    return Decoded(text, encoding, evidence, _CONFIDENCE_OF_COMMON)


def _share_of_common(data: bytes, encoding: str) -> float:
    """How many of the bytes beyond ASCII belong to common characters."""
    common = b"".join(_COMMON[encoding].findall(data))
    return len(_high(common)) / max(len(_high(data)), 1)


def _high(data: bytes) -> bytes:
    return data.translate(None, _ASCII)
