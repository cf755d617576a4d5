"""The text of messages: charsets, encoded words (RFC 2047), format=flowed (RFC 3676)."""

from __future__ import annotations

import binascii
import codecs
import re

from ...errors import DecodingError
from ..decoding import decode

__all__ = ["decoded", "flowed", "words_of"]

_WORD = re.compile(r"=\?([^?*\s]{1,60})(?:\*[^?\s]{0,60})?\?([bBqQ])\?([^?]*)\?=")
_QUOTED = re.compile(rb"=([0-9A-Fa-f]{2})")
# Names that stand for more than they say: what mail programs really write.
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949",
          "iso8859-1": "cp1252", "iso2022_jp": "iso2022_jp_ext", "big5": "big5hkscs",
          "tis-620": "cp874", "iso8859-9": "cp1254"}  # fmt: skip
# Not charsets of mail, and slow or surprising as such.
_REFUSED = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape",
                      "unicode_escape", "raw_unicode_escape", "undefined", "mbcs"})  # fmt: skip


def decoded(data: bytes, charset: str | None, source: str) -> tuple[str, str, str | None]:
    r"""Bytes as text.

    Args:
        data: of a part of a message.
        charset: what the message says they are in.
        source: for messages.

    Returns:
        The text, the name of the codec, and what is to be doubted of it.

    >>> decoded("Привет".encode("koi8-r"), "koi8-r", "in.mbox")
    ('Привет', 'koi8-r', None)
    >>> decoded("Привет".encode(), "iso-8859-1", "in.mbox")[:2]
    ('Привет', 'utf-8')
    """
    if data.isascii() and b"\x1b" not in data and not _is_stateful(charset):
        return data.decode("ascii"), "us-ascii", None
    name = _codec(charset)
    if name and not _lies(data, name):
        for codec in filter(None, (_WIDER.get(name), name)):
            try:
                return data.decode(codec), codec, None
            except UnicodeError:
                continue
    said = f"it says that it is in {charset}, which does not fit" if charset else None
    try:
        found = decode(data, source)
    except DecodingError:
        text = data.decode(name or "utf-8", "replace")
        return text, name or "utf-8", f"{said or 'no charset fits'}: U+FFFD stands in it"
    doubts = "; ".join(found.doubts()) or f"read as {found.encoding}"
    return found.text, found.encoding, f"{said}: {doubts}" if said else None


def _codec(charset: str | None) -> str | None:
    if not charset:
        return None
    try:
        info = codecs.lookup(charset.strip("'\" "))
    except (LookupError, ValueError):
        return None
    is_text = getattr(info, "_is_text_encoding", True)
    return info.name if is_text and info.name not in _REFUSED else None


def _is_stateful(charset: str | None) -> bool:
    name = _codec(charset) or ""
    return name.startswith(("utf-7", "utf_7", "hz", "iso2022", "utf-16", "utf-32"))


def _lies(data: bytes, name: str) -> bool:
    """Whether bytes are UTF-8 where a charset of single bytes is said."""
    if name == "utf-8" or not name.startswith(("ascii", "iso8859", "cp125", "koi8", "mac")):
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def words_of(text: str, source: str) -> str:
    """The words of a header, with those that are encoded (RFC 2047) as text.

    >>> words_of("=?iso-8859-1?q?Caf=E9?= =?utf-8?b?w6k=?= (x)", "in.mbox")
    'Caféé (x)'
    """
    pieces: list[str] = []
    run: tuple[str, bytes] | None = None
    place = 0
    for found in _WORD.finditer(text):
        between = text[place : found.start()]
        data = _word_bytes(found[2].lower(), found[3])
        if run and not between.strip() and run[0].lower() == found[1].lower():
            # A character may begin in one word and end in the next.
            run = (run[0], run[1] + data)
        else:
            if run:
                pieces.append(decoded(run[1], run[0], source)[0])
            if not run or between.strip():
                pieces.append(_raw(between, source))
            run = (found[1], data)
        place = found.end()
    if run:
        pieces.append(decoded(run[1], run[0], source)[0])
    return "".join([*pieces, _raw(text[place:], source)])


def _word_bytes(kind: str, text: str) -> bytes:
    data = text.encode("utf-8", "surrogateescape")
    if kind == "q":
        return _QUOTED.sub(lambda found: bytes([int(found[1], 16)]), data.replace(b"_", b" "))
    try:
        return binascii.a2b_base64(data + b"=" * (-len(data) % 4))
    except binascii.Error:
        return data


def _raw(text: str, source: str) -> str:
    """Bytes that stand in a header as they are."""
    if text.isascii():
        return text
    return decoded(text.encode("utf-8", "surrogateescape"), None, source)[0]


def flowed(text: str, *, delete_blank: bool = False) -> str:
    r"""Text whose lines go on where they end in a blank, with one line a paragraph.

    Args:
        text: in format=flowed.
        delete_blank: whether the blank goes (``DelSp=yes``).

    >>> flowed("Be \nwell.\n>So \n> be it.\n-- \nAnn")
    'Be well.\n> So be it.\n-- \nAnn'
    """
    lines: list[tuple[int, list[str]]] = []
    goes_on = False
    for line in text.split("\n"):
        words = line.lstrip(">")
        depth = len(line) - len(words)
        words = words.removeprefix(" ")
        is_signature = words == "-- "
        if goes_on and not is_signature and lines[-1][0] == depth:
            lines[-1][1].append(words)
        else:
            lines.append((depth, [words]))
        goes_on = words.endswith(" ") and not is_signature
        if goes_on and delete_blank:
            lines[-1][1][-1] = words[:-1]
    return "\n".join(
        (f"{'>' * depth} " if depth else "") + "".join(parts) for depth, parts in lines
    )
