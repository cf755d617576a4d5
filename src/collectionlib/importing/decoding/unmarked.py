"""Encodings of Unicode that say nothing of themselves: UTF-8, UTF-16 without a mark."""

from __future__ import annotations

import re
import unicodedata

from .decoded import Decoded, decode_with_gaps

__all__ = ["as_nearly_utf_8", "as_utf_8", "as_utf_16"]

_MULTIBYTE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_PER_GAP = 4
"""Characters of several bytes for each bad byte, at least: other encodings hold some by chance."""

# What stands in texts of all scripts, and in the other byte order would be rare characters of
# some script of its own.
_EVERYWHERE = re.compile("[\t\n\r -~\u3000-\u3002\uff01\uff0c\uff1a\uff1f]")
_ODD_CATEGORIES = ("Cn", "Co", "Cc")
_LEAST_EVERYWHERE = 1 / 50
_MOST_ODD = 1 / 50


def as_utf_8(data: bytes) -> Decoded | None:
    """The text, if the whole file is UTF-8."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return Decoded(text, "ascii" if data.isascii() else "utf-8", "valid UTF-8")


def as_nearly_utf_8(data: bytes) -> Decoded | None:
    """The text, if all but a few bytes of the file are UTF-8."""
    found = decode_with_gaps(data, "utf-8")
    if found is None:
        return None
    text, gaps = found
    characters = sum(1 for _ in _MULTIBYTE.finditer(data))
    if characters < _PER_GAP * len(gaps):
        return None
    return Decoded(text, "utf-8", f"UTF-8 but for {len(gaps)} of its bytes", gaps=gaps)


def as_utf_16(data: bytes) -> Decoded | None:
    """The text, if the file is UTF-16 without a mark, in either byte order.

    Blanks, line ends and digits tell: in the wrong order none are left. A text without any, such
    as a line of Chinese, is for the detector.
    """
    # Without a zero byte there is no blank, no digit and no line end in it.
    if b"\0" not in data or len(data) % 2:
        return None
    found = [
        (share, text, encoding)
        for encoding in ("utf-16-le", "utf-16-be")
        if (text := _plain_utf_16(data, encoding))
        and (share := len(_EVERYWHERE.findall(text)) / len(text)) >= _LEAST_EVERYWHERE
    ]
    if not found:
        return None
    share, text, encoding = max(found)
    evidence = f"blanks, digits and line ends: {share:.0%} of it in this byte order"
    return Decoded(text, encoding, evidence)


def _plain_utf_16(data: bytes, encoding: str) -> str | None:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    odd = sum(
        1
        for character in text
        if character not in "\t\n\r\f\x1a\x1b"
        and unicodedata.category(character) in _ODD_CATEGORIES
    )
    return text if odd <= len(text) * _MOST_ODD and "\0" not in text else None
