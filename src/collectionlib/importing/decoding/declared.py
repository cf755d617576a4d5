"""Encodings that a page or an XML document says of itself."""

from __future__ import annotations

import codecs
import re

from .decoded import Decoded

__all__ = ["as_declared", "declared_encoding"]

# HTML looks at the first 1024 bytes (HTML Standard §13.2.3.2); pages of the wild are wordier.
_LOOKED_AT = 8192
_XML = re.compile(rb"\A\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z][\w.:\-]{1,39})[\"']")
_META = re.compile(
    rb"<meta\s[^>]{0,300}?charset\s*=\s*[\"']?\s*([A-Za-z][\w.:\-]{1,39})", re.IGNORECASE
)

# What a name means on the web (Encoding Standard §4.2): for most the larger set that programs
# write under that name. Where a byte does not fit into it, the set of the name itself may do.
_CODECS = {
    "iso8859-1": ("cp1252", "iso8859-1"),
    "ascii": ("cp1252",),
    "iso8859-9": ("cp1254", "iso8859-9"),
    "iso8859-11": ("cp874", "iso8859-11"),
    "tis-620": ("cp874", "tis-620"),
    "gb2312": ("gb18030",),
    "gbk": ("gb18030",),
    "shift_jis": ("cp932", "shift_jisx0213"),
    "euc_kr": ("cp949",),
    "big5": ("big5hkscs", "cp950"),
    "euc_jp": ("euc_jp", "euc_jis_2004"),
}
_KNOWN = frozenset(
    {
        *_CODECS,
        *(f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)),
        *(f"cp{page}" for page in (437, 850, 852, 866, 874, 932, 949, 950)),
        *(f"cp{page}" for page in range(1250, 1259)),
        *("koi8-r", "koi8-u", "mac-cyrillic", "mac-roman", "gb18030", "big5hkscs"),
        *("utf-8", "iso2022_jp"),
    }
)
_ALIASES = {
    "x-sjis": "shift_jis",
    "x-gbk": "gbk",
    "x-euc-jp": "euc_jp",
    "x-mac-cyrillic": "mac-cyrillic",
    "macintosh": "mac-roman",
    "windows-31j": "cp932",
    "iso-8859-8-i": "iso8859-8",
    "windows-874": "cp874",
}


def declared_encoding(data: bytes) -> str | None:
    """The name that a page or an XML document gives, as it is written; `None` where it has none.

    >>> declared_encoding(b"<html><meta charset='windows-1251'>")
    'windows-1251'
    >>> declared_encoding(b"A text about <meta charset=latin-1>.") is None
    True
    """
    start = data[:_LOOKED_AT].removeprefix(codecs.BOM_UTF8)
    if not start.lstrip().startswith(b"<"):
        return None
    found = _XML.match(start) or _META.search(start)
    return found[1].decode("ascii") if found else None


def as_declared(data: bytes) -> Decoded | None:
    """The text in the encoding that it declares, if every byte fits.

    UTF-16 and UTF-32 cannot be declared in bytes that are read like ASCII, and are not believed.

    >>> as_declared("<meta charset='windows-1251'><p>Анекдот".encode("cp1251")).text[-7:]
    'Анекдот'
    """
    name = declared_encoding(data)
    if name is None:
        return None
    try:
        codec = codecs.lookup(_ALIASES.get(name.lower(), name)).name
    except LookupError:
        return None
    if codec not in _KNOWN:
        return None
    for encoding in _CODECS.get(codec, (codec,)):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return Decoded(text, encoding, f"declared by the text itself as {name}")
    return None
