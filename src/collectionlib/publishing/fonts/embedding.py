"""A font file as it stands in a book."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from hashlib import blake2b
from pathlib import Path
from typing import Literal, TypeAlias

from attrs import field, frozen

from .files import family_of, open_font, read_file, told_as_a_font_error
from .licences import Font, FontLicence, read_licence

__all__ = ["EmbeddedFont", "FontUse", "embed", "font_rules"]

FontUse: TypeAlias = Literal["serif", "sans-serif", "monospace"]

_INVISIBLE = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs", "Co", "Cn", "Cs"})
_NAME = re.compile(r"[^A-Za-z0-9]+")
_ITALIC, _OBLIQUE = 0x0001, 0x0200
_MONOSPACED, _SANS = 9, range(11, 16)


@frozen
class EmbeddedFont:
    """A font as it is put into a book.

    Args:
        name: of its file, of ASCII letters: ``ebgaramond-400-3f9a2c1e.otf``.
        data: the file.
        media_type: ``font/ttf`` or ``font/otf`` (EPUB 3.3 §3.2).
        family: by which the style sheet asks for it.
        style: ``normal`` or ``italic``.
        weight: ``400``, or ``100 900`` for a font that has all between.
        use: for running text with or without serifs, or for what is preformatted.
        licence: what is to be said of it in the colophon.
        is_subset: whether glyphs were left out.
        is_renamed: whether it has another name, since it was changed and its own is reserved.
        missing: characters of the text that it has not.
        css: its ``@font-face`` rule.
    """

    name: str
    data: bytes = field(repr=False)
    media_type: str
    family: str
    style: str
    weight: str
    use: FontUse
    licence: FontLicence
    is_subset: bool
    is_renamed: bool
    missing: frozenset[str] = field(repr=False)
    css: str = field(repr=False)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the user should know, each a sentence: missing characters, script by script."""
        from fontTools.unicodedata import script, script_name

        found: dict[str, list[str]] = {}
        for one in sorted(self.missing):
            found.setdefault(script_name(script(one)), []).append(one)
        return tuple(
            f"{self.licence.family} has not all characters of this book: {len(ones)} of the script "
            f"{name.replace('_', ' ')} are missing, such as {' '.join(ones[:5])}; "
            "give a font for them too, or leave them to the reader's"
            for name, ones in sorted(found.items())
        )


def embed(
    path: str | Path,
    characters: Iterable[str],
    *,
    index: int | None = None,
    folder: str = "fonts",
) -> EmbeddedFont:
    """A font with the characters of a book, as its licence allows it.

    Args:
        path: a file of TrueType, OpenType, WOFF or WOFF2, or a collection of fonts (``.ttc``).
        characters: all that are in the book, in any order; strings of several are taken apart.
        index: which font of a collection, from 0.
        folder: where it will lie, seen from the style sheet.

    Raises:
        FontError: the file is no font, broken, or may not be embedded.
        MissingExtra: fontTools is not installed, or Brotli, which a WOFF2 needs.
    """
    path = Path(path)
    wanted = frozenset(character for text in characters for character in text)
    data = read_file(path)
    with told_as_a_font_error(path):
        font = open_font(data, path, index)
        return _embedded(font, data, wanted, path, folder)


def _embedded(
    font: Font, data: bytes, wanted: AbstractSet[str], path: Path, folder: str
) -> EmbeddedFont:
    from . import subsetting

    own_family = family_of(font)
    licence = read_licence(font, own_family, str(path))
    available = font.getBestCmap() or {}
    missing = _missing(wanted, available)
    style, weight, use = _style(font), _weight(font), _use(font)
    family = own_family
    renamed = False
    if licence.may_subset:
        if "fvar" in font:
            font = subsetting.pin_axes(font)
        subsetting.subset_to(font, subsetting.needed(wanted, available))
        renamed = bool(licence.reserved_names)
        if renamed:
            family = subsetting.new_name(own_family)
            subsetting.rename(font, (own_family, *licence.reserved_names), family)
        data = subsetting.bytes_of(font)
    elif data[:4] in (b"wOFF", b"wOF2", b"ttcf"):
        data = subsetting.bytes_of(font)
    ending = "otf" if data[:4] == b"OTTO" else "ttf"
    name = _file_name(family, style, weight, data, ending)
    return EmbeddedFont(
        name=name,
        data=data,
        media_type=f"font/{ending}",
        family=family,
        style=style,
        weight=weight,
        use=use,
        licence=licence,
        is_subset=licence.may_subset,
        is_renamed=renamed,
        missing=missing,
        css=_rule(family, style, weight, f"{folder}/{name}" if folder else name),
    )


def _missing(wanted: AbstractSet[str], available: Iterable[int]) -> frozenset[str]:
    has = {chr(point) for point in available}
    return frozenset(
        one
        for one in wanted - has
        if unicodedata.category(one) not in _INVISIBLE
        # A letter with its mark is put together of both.
        and not has.issuperset(unicodedata.normalize("NFD", one))
        and not "\ufe00" <= one <= "\ufe0f"
    )


def _style(font: Font) -> str:
    slanted = font["OS/2"].fsSelection & (_ITALIC | _OBLIQUE) or font["head"].macStyle & 2
    return "italic" if slanted else "normal"


def _weight(font: Font) -> str:
    for axis in font["fvar"].axes if "fvar" in font else ():
        if axis.axisTag == "wght":
            return f"{_bounded(axis.minValue)} {_bounded(axis.maxValue)}"
    return str(_bounded(font["OS/2"].usWeightClass))


def _bounded(weight: float) -> int:
    # CSS Fonts 4 §2.2. Some old fonts count from 1 to 9.
    weight = weight * 100 if 0 < weight < 10 else weight
    return int(min(max(weight or 400, 1), 1000))


def _use(font: Font) -> FontUse:
    panose = font["OS/2"].panose
    if ("post" in font and font["post"].isFixedPitch) or panose.bProportion == _MONOSPACED:
        return "monospace"
    sans = panose.bSerifStyle in _SANS or font["OS/2"].sFamilyClass >> 8 == 8
    return "sans-serif" if sans else "serif"


def _file_name(family: str, style: str, weight: str, data: bytes, ending: str) -> str:
    words = _NAME.sub("", family).lower() or "font"
    parts = [words, weight.replace(" ", "-"), *(["italic"] if style == "italic" else [])]
    check = blake2b(data, digest_size=4).hexdigest()  # two fonts never share a name
    return f"{'-'.join(parts)}-{check}.{ending}"


def _rule(family: str, style: str, weight: str, address: str) -> str:
    return (
        "@font-face {\n"
        f"  font-family: {_quoted(family)};\n"
        f"  font-style: {style};\n"
        f"  font-weight: {weight};\n"
        f'  src: url("{address}");\n'
        "}\n"
    )


def _quoted(family: str) -> str:
    """A family's name as CSS has it in quotes (CSS Syntax 3 §4.3.5)."""
    kept = "".join(f"\\{ord(one):x} " if one in '"\\<' or not one.isprintable() else one
                   for one in family)  # fmt: skip
    return f'"{kept}"'


def font_rules(fonts: Sequence[EmbeddedFont]) -> str:
    """The CSS by which a book uses its fonts, each for what it is made for.

    Running text asks for the families in the order given, so that a second one serves where the
    first has no glyph; fonts of fixed width are for what is preformatted. It belongs behind the
    style sheet of the theme.
    """
    rules = [font.css for font in fonts]
    text = _families(font for font in fonts if font.use != "monospace")
    if text:
        generic = next(font.use for font in fonts if font.use != "monospace")
        rules.append(f"body {{ font-family: {', '.join((*text, generic))}; }}\n")
    fixed = _families(font for font in fonts if font.use == "monospace")
    if fixed:
        rules.append(f"pre, code {{ font-family: {', '.join((*fixed, 'monospace'))}; }}\n")
    return "\n".join(rules)


def _families(fonts: Iterable[EmbeddedFont]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_quoted(font.family) for font in fonts))
