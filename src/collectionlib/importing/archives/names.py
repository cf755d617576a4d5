"""What the members of an archive are called: in which encoding, and whether that may be."""

from __future__ import annotations

import re
from collections.abc import Iterable

from attrs import define, field, frozen

from ...errors import DecodingError, UnsafeSource
from ..decoding import decode
from ..places import Notice, printable_name

__all__ = ["Encoding", "Gate", "encoding_of", "is_ascii"]

_LONGEST_NAME = 4096
_LONGEST_SAMPLE = 65_536
_DRIVE = re.compile(r"[A-Za-z]:")
_MAC = "__MACOSX"

# The letters with accents of code page 437, most of which are those of 850 too, and of Latin 1.
_LETTERS_OF_DOS = frozenset([*range(0x80, 0x9B), *range(0xA0, 0xA6), 0xE1])
_LETTERS_OF_LATIN = frozenset([*range(0xC0, 0xD7), *range(0xD8, 0xF7), *range(0xF8, 0x100)])
_FEW = 1 / 3
"""How many of the letters of a name in a Latin script have an accent, at most."""

_LATIN = re.compile(rb"[A-Za-z\x80-\xff]")
_ASCII_ENDING = re.compile(rb"\.[\x21-\x2d\x30-\x7e]{1,10}$")


@frozen
class Encoding:
    """In which encoding names are.

    Args:
        name: of the codec.
        evidence: what speaks for it, in words; empty where there is no doubt.
    """

    name: str
    evidence: str = ""

    def read(self, raw: bytes) -> str:
        r"""A name; bytes that are none of the encoding are printed ``\xNN`` later.

        >>> Encoding("cp866").read(b"\x8f\xe3\xe8\xaa\xa8\xad.txt")
        'Пушкин.txt'
        """
        try:
            return raw.decode(self.name)
        except UnicodeDecodeError:
            return raw.decode("ascii", "surrogateescape")


def is_ascii(raw: bytes) -> bool:
    """Whether a name is the same in all encodings; escapes of ISO 2022 are not."""
    return raw.isascii() and b"\x1b" not in raw


def encoding_of(names: Iterable[bytes], *, otherwise: str) -> Encoding:
    """The encoding of the names of an archive that do not say in which they are.

    UTF-8 where all of them are; for names of Latin letters with few accents code page 437, as
    the zip format has it, or Windows-1252; else what decoding finds in all of them together.

    Args:
        names: that are not ASCII.
        otherwise: the encoding where nothing can be told.

    >>> encoding_of([name.encode("cp866") for name in ("Сказки", "Стихи")], otherwise="cp437").name
    'cp866'
    """
    sample = b""
    for raw in names:
        words = b" ".join(
            part for part in _ASCII_ENDING.sub(b"", raw).split(b"/") if not is_ascii(part)
        )
        sample += words + b"\n"
        if len(sample) > _LONGEST_SAMPLE:
            break
    try:
        sample.decode("utf-8")
    except UnicodeDecodeError:
        return _of_letters(sample) or _of_decoding(sample, otherwise)
    return Encoding("utf-8")


def _of_letters(sample: bytes) -> Encoding | None:
    letters = _LATIN.findall(sample)
    high = [ord(letter) for letter in letters if not letter.isascii()]
    if len(high) > len(letters) * _FEW:
        return None
    evidence = "Latin letters with few accents"
    if _LETTERS_OF_DOS.issuperset(high):
        return Encoding("cp437", evidence)
    return Encoding("cp1252", evidence) if _LETTERS_OF_LATIN.issuperset(high) else None


def _of_decoding(sample: bytes, otherwise: str) -> Encoding:
    try:
        found = decode(sample, "names")
    except DecodingError:
        return Encoding(otherwise, "nothing speaks for another")
    return Encoding(found.encoding, found.evidence)


@define
class Gate:
    """Lets in the members whose names may be those of texts, each name once.

    Args:
        uri: of the archive.
    """

    uri: str
    _seen: set[str] = field(factory=set)
    _passed_over: set[str] = field(factory=set)

    def admit(self, name: str) -> tuple[str, ...] | Notice | UnsafeSource | None:
        r"""The names of the folders and of the file, as they can be printed.

        Returns:
            Those; or why the member stays out; `None` where that was said already.

        >>> Gate("a.zip").admit("./one/two.txt")
        ('one', 'two.txt')
        >>> Gate("a.zip").admit("../one.txt").reason
        'its path leads out of the archive'
        """
        shown = self.shown(name)
        if len(name) > _LONGEST_NAME:
            reason = f"its path is longer than {_LONGEST_NAME:,} characters"
            return UnsafeSource(shown, reason)
        if name.startswith("/") or _DRIVE.match(name) or ".." in name.split("/"):
            return UnsafeSource(shown, "its path leads out of the archive")
        parts = tuple(printable_name(part) for part in name.split("/") if part not in ("", "."))
        if not parts:
            return UnsafeSource(shown, "it has no name")
        for place, part in enumerate(parts):
            if part.startswith(".") or part == _MAC:
                return self._pass_over(parts[: place + 1])
        path = "/".join(parts)
        if path in self._seen:
            return UnsafeSource(f"{self.uri}/{path}", "another file in the archive has that name")
        self._seen.add(path)
        return parts

    def shown(self, name: str) -> str:
        """The uri of a member, whatever its name."""
        cut = name if len(name) <= 200 else name[:199] + "…"
        return f"{self.uri}/{printable_name(cut)}"

    def _pass_over(self, parts: tuple[str, ...]) -> Notice | None:
        path = "/".join(parts)
        if path in self._passed_over:
            return None
        self._passed_over.add(path)
        what = "what macOS adds" if parts[-1] == _MAC else "hidden"
        return Notice(f"{self.uri}/{path}", f"{what}, passed over")
