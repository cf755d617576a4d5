"""A drawn cover as PNG, for shops that want one: shaped and painted by resvg."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from html import unescape
from importlib.resources import files
from pathlib import Path
from typing import Any

from ...errors import ExportError, MissingExtra
from . import Cover

__all__ = ["as_png"]

_TEXT = re.compile(r"<text[^>]*>([^<]*)</text>")
_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/Library/Fonts",
    "/System/Library/Fonts",
    "C:/Windows/Fonts",
)


def as_png(
    cover: Cover, fonts: Sequence[Path] = (), *, size: tuple[int, int] | None = None
) -> Cover:
    """The same cover as PNG.

    The letters come from the fonts that are given, then from the ones that are installed with us
    (Latin, Greek and Cyrillic), and only where these lack a letter from those of the system: so
    the bytes are the same on every machine but for scripts that need the system's fonts.

    Args:
        cover: an SVG of ours.
        fonts: files to take letters from.
        size: width and height in pixels, the cover's own unless given.

    Raises:
        MissingExtra: resvg is not installed.
        ExportError: no font has a letter of the title; the sentence names it.
    """
    try:
        import resvg_py
    except ImportError as error:
        raise MissingExtra("a cover as PNG", "cover") from error
    svg = cover.data.decode()
    width, height = size or (cover.width, cover.height)
    used = [*map(Path, fonts), *_own_fonts()]
    letters = _letters(svg)
    missing = letters - _covered(used, letters)
    for path in _system_fonts() if missing else ():
        if more := _covered_if_sound(path, missing):
            used.append(path)
            missing -= more
        if not missing:
            break
    if missing:
        named = "".join(sorted(missing))[:20]
        raise ExportError(
            f"no font at hand has the letters {named!r} of the cover ({_name(min(missing))}): "
            "give one with --font, or a finished cover with --cover"
        )
    data = resvg_py.svg_to_bytes(
        svg_string=svg,
        font_files=[str(path) for path in used],
        serif_family="Source Serif Pro",
        skip_system_fonts=True,
        width=width,
        height=height,
    )
    return Cover(bytes(data), "image/png", width, height)


def _name(letter: str) -> str:
    """What Unicode calls a letter, the script first."""
    return unicodedata.name(letter, f"U+{ord(letter):04X}")


def _letters(svg: str) -> set[str]:
    """What is set in an SVG of ours and has to be in a font: not blanks, not signs of direction."""
    text = unescape("".join(_TEXT.findall(svg)))
    return {c for c in text if not c.isspace() and unicodedata.category(c) not in ("Cf", "Mn")}


def _covered(files: Iterable[Path], letters: set[str]) -> set[str]:
    """Those of the letters that are in one of the fonts.

    Raises:
        ExportError: a file is no font.
    """
    from fontTools.ttLib import TTCollection, TTFont, TTLibError

    found: set[str] = set()
    for path in files:
        try:
            if path.suffix.lower() in (".ttc", ".otc"):
                with TTCollection(path, lazy=True) as collection:
                    fonts = list(collection.fonts)
                    found |= _of(fonts[0], letters) if fonts else set()
            else:
                with TTFont(path, lazy=True) as font:
                    found |= _of(font, letters)
        except (OSError, TTLibError, AssertionError, ValueError) as error:
            raise ExportError(f"{path} cannot be read as a font: {error}") from error
    return found


def _covered_if_sound(path: Path, letters: set[str]) -> set[str]:
    try:
        return _covered([path], letters)
    except ExportError:
        # Of the system's fonts one may be broken; that is nobody's business here.
        return set()


def _of(font: Any, letters: set[str]) -> set[str]:
    known = font.getBestCmap() or {}
    return {letter for letter in letters if ord(letter) in known}


def _own_fonts() -> Iterator[Path]:
    """The fonts that come with the extra."""
    for name in ("Regular", "Semibold", "It"):
        found = files("font_source_serif_pro").joinpath("files", f"SourceSerifPro-{name}.ttf")
        yield Path(str(found))


def _system_fonts() -> list[Path]:
    """The fonts of the system, those with serifs first, in an order that does not change."""
    found = [
        path
        for folder in _FOLDERS
        for path in Path(folder).rglob("*")
        if path.suffix.lower() in (".ttf", ".otf", ".ttc", ".otc")
    ]

    def rank(path: Path) -> tuple[bool, bool, str]:
        name = path.name.lower()
        return "serif" not in name, "regular" not in name, path.as_posix()

    return sorted(found, key=rank)
