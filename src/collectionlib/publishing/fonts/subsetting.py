"""A font with only what a text needs, as the same bytes each time."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from hashlib import blake2b
from io import BytesIO
from typing import Any

from fontTools import subset
from fontTools.varLib import instancer

from .licences import Font

__all__ = ["bytes_of", "needed", "new_name", "pin_axes", "rename", "subset_to"]

# It remarks on tables that nobody needs; where no program listens, Python would print that.
logging.getLogger("fontTools").addHandler(logging.NullHandler())

# What a reader puts in by itself: hyphens at line ends, numbers and bullets of lists, blanks, and
# the circle that carries a mark without a letter.
_ALWAYS = frozenset(map(ord, " \u00a0-\u00ad\u2010\u2011…0123456789.•◦▪\u25cc\u200c\u200d"))

# Beyond those that are on by default or that a language asks for: figures and small capitals
# that a theme may choose, and readings.
_FEATURES = ("hkna", "lnum", "onum", "pnum", "ruby", "smcp", "tnum", "vkna", "zero")

_FAMILY, _UNIQUE, _FULL, _POSTSCRIPT, _TYPOGRAPHIC = 1, 3, 4, 6, 16
_NAMES = (_FAMILY, _UNIQUE, _FULL, _POSTSCRIPT, _TYPOGRAPHIC, 18, 20, 21, 25)
_KEPT_NAMES = (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 14, 16, 17, 25)


def needed(characters: AbstractSet[str], available: Iterable[int]) -> set[int]:
    """The code points to keep: those of the text, and what shaping may put in their place."""
    wanted = {ord(one) for one in characters}
    wanted |= {ord(part) for one in characters for part in unicodedata.normalize("NFD", one)}
    # Capitals of which small ones are made by a theme.
    wanted |= {ord(one.upper()) for one in characters if len(one.upper()) == 1}
    wanted |= _ALWAYS
    # A letter and a mark are drawn by the one glyph for both, where the font has it.
    composed = {
        point
        for point in available
        if len(parts := unicodedata.normalize("NFD", chr(point))) > 1
        and all(ord(part) in wanted for part in parts)
    }
    return wanted | composed


def subset_to(font: Font, points: AbstractSet[int]) -> None:
    """Leave out of the font all glyphs that the code points do not lead to."""
    options: Any = subset.Options()
    options.layout_features = [*options.layout_features, *_FEATURES]
    options.name_IDs = [*_KEPT_NAMES, *_named_instances(font)]
    options.name_languages = ["*"]
    options.notdef_outline = True  # a missing character is seen as one
    options.recalc_timestamp = False
    options.harfbuzz_repacker = False  # the same bytes, whether that is installed or not
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=points)
    subsetter.subset(font)


def _named_instances(font: Font) -> list[int]:
    return [record.nameID for record in font["name"].names if record.nameID > 255]


def pin_axes(font: Font) -> Font:
    """Leave of a variable font's axes the weight alone: what a book of text makes use of."""
    pinned = {axis.axisTag: None for axis in font["fvar"].axes if axis.axisTag != "wght"}
    if not pinned:
        return font
    return instancer.instantiateVariableFont(font, pinned, inplace=True)


def new_name(family: str) -> str:
    """A name for a changed font, the same for all styles of a family.

    >>> new_name("Gentium")
    'Excerpt 40fb714e'
    """
    return f"Excerpt {blake2b(family.encode(), digest_size=4).hexdigest()}"


def rename(font: Font, old: Iterable[str], new: str) -> None:
    """Take the reserved names out of what a font is called (SIL OFL 1.1, condition 3)."""
    forms = {form for name in old for form in (name, name.replace(" ", ""))}
    reserved = re.compile(
        "|".join(map(re.escape, sorted(forms, key=len, reverse=True))), re.IGNORECASE
    )
    compact = new.replace(" ", "")

    def changed(text: str, *, closed: bool) -> str:
        return reserved.sub(compact if closed else new, text)

    for record in font["name"].names:
        if record.nameID in _NAMES:
            closed = record.nameID in (_POSTSCRIPT, 20, 25)
            record.string = changed(record.toUnicode(), closed=closed)
    if "CFF " in font:
        cff = font["CFF "].cff
        cff.fontNames = [changed(name, closed=True) for name in cff.fontNames]
        for top in cff.topDictIndex:
            for key in ("FullName", "FamilyName"):
                if value := getattr(top, key, None):
                    setattr(top, key, changed(value, closed=False))


def bytes_of(font: Font) -> bytes:
    """The font as a file of TrueType or OpenType, which every reader takes.

    Without compression of its own: the book compresses it, and old readers and Kindle know
    neither WOFF nor WOFF2.
    """
    font.flavor = None
    out = BytesIO()
    font.save(out, reorderTables=True)
    return out.getvalue()
