"""What the maker of a font allows: the bits of OpenType, and the names that OFL reserves."""

from __future__ import annotations

import re
from typing import Any, TypeAlias

from attrs import frozen

from ...errors import FontError

__all__ = ["Font", "FontLicence", "read_licence"]

Font: TypeAlias = Any
"""A ``TTFont`` of fontTools, whose tables get their fields as they are read: no type has them."""

# OpenType 1.9.1, OS/2, fsType.
_RESTRICTED = 0x0002
_PREVIEW_AND_PRINT = 0x0004
_EDITABLE = 0x0008
_NO_SUBSETTING = 0x0100
_BITMAPS_ONLY = 0x0200

_COPYRIGHT, _TRADEMARK, _LICENCE, _LICENCE_URL = 0, 7, 13, 14
_OFL = re.compile(
    r"SIL Open Font Licen[cs]e|openfontlicense\.org|scripts\.sil\.org/OFL", re.IGNORECASE
)
_NO_RESERVED = re.compile(r"(?:no|without(?: any)?) reserved font names?", re.IGNORECASE)
_RESERVED = re.compile(
    r"reserved font names?\b(?!\s*\((?:s|RFN))[:\s,]*(?:is |are )?([^\n.;()]+)", re.IGNORECASE
)
_QUOTED = re.compile(r"[\"“”'‘’„«»]([^\"“”'‘’„«»]+)[\"“”'‘’„«»]")


@frozen
class FontLicence:
    """What a font says of its licence: for the colophon.

    Args:
        family: the name of the family before anything was done to it.
        copyright: whose it is.
        licence: the words of the licence, or nothing.
        url: where the licence is to be read, or nothing.
        may_subset: whether glyphs may be left out.
        reserved_names: which a changed font may not bear (SIL OFL 1.1, condition 3).
    """

    family: str
    copyright: str = ""
    licence: str = ""
    url: str = ""
    may_subset: bool = True
    reserved_names: tuple[str, ...] = ()


def read_licence(font: Font, family: str, path: str) -> FontLicence:
    """What the font says.

    Raises:
        FontError: it says that it may not be embedded, or as bitmaps only.
    """
    flags = font["OS/2"].fsType if "OS/2" in font else 0
    _refuse(flags, font["OS/2"].version if "OS/2" in font else 0, path)
    texts = {number: _text(font, number) for number in (0, 7, 10, 13, 14)}
    said = "\n".join(texts.values())
    return FontLicence(
        family=family,
        copyright=texts[_COPYRIGHT],
        licence=texts[_LICENCE],
        url=texts[_LICENCE_URL],
        may_subset=not flags & _NO_SUBSETTING,
        reserved_names=_reserved(said) if _OFL.search(said) else (),
    )


def _refuse(flags: int, version: int, path: str) -> None:
    allowed = flags & (_PREVIEW_AND_PRINT | _EDITABLE)
    # Before version 3 several bits could be set, of which the least restrictive holds.
    if flags & _RESTRICTED and not (version < 3 and allowed):
        raise FontError(
            path,
            "its licence bits forbid embedding (OS/2.fsType 2): "
            "ask its maker for a licence for e-books, or take another font",
        )
    if flags & _BITMAPS_ONLY:
        raise FontError(
            path,
            "its licence bits allow bitmaps only (OS/2.fsType 0x200), which no book can use: "
            "take another font",
        )


def _text(font: Font, number: int) -> str:
    if "name" not in font:
        return ""
    text = font["name"].getDebugName(number)
    return " ".join(text.split()) if text else ""


def _reserved(said: str) -> tuple[str, ...]:
    """The reserved names, as they are said in the copyright: in quotes, or after the words."""
    names: list[str] = []
    for found in _RESERVED.finditer(_NO_RESERVED.sub("", said)):
        words = found[1]
        names += _QUOTED.findall(words) or re.split(r",| and ", words)
    kept = (name.strip(" \t\"“”'‘’,.") for name in names)
    return tuple(dict.fromkeys(name for name in kept if name and len(name) <= 60))
