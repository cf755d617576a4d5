"""A font file as it is given: which kind it is, whether it is sound, which font of a collection."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from io import BytesIO
from pathlib import Path

from ...errors import FontError, MissingExtra
from .licences import Font

__all__ = ["family_of", "open_font", "read_file", "told_as_a_font_error"]

LARGEST_FONT = 100_000_000
"""Bytes that a font file may have; those for all of Chinese have 25 million."""

_KINDS = {
    b"\x00\x01\x00\x00": "ttf",
    b"true": "ttf",
    b"OTTO": "otf",
    b"wOFF": "woff",
    b"wOF2": "woff2",
    b"ttcf": "ttc",
}
_NEEDED_TABLES = ("head", "hhea", "hmtx", "maxp", "name", "cmap", "OS/2")


def read_file(path: Path) -> bytes:
    """The bytes of a font file.

    Raises:
        FontError: it cannot be read, or is too large.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FONT + 1)
    except OSError as error:
        raise FontError(str(path), f"cannot be read: {error.strerror}") from error
    if len(data) > LARGEST_FONT:
        raise FontError(str(path), f"has more than {LARGEST_FONT // 1_000_000} MB")
    return data


@contextmanager
def told_as_a_font_error(path: Path) -> Iterator[None]:
    """Whatever a broken font does to what works with it is raised as a `FontError`."""
    try:
        yield
    except (FontError, MissingExtra):
        raise
    # What is wrong with a broken font shows as whatever was done with it.
    except Exception as error:
        words = " ".join(str(error).split()) or type(error).__name__
        raise FontError(str(path), f"is a broken font: {words[:200]}") from error


def open_font(data: bytes, path: Path, index: int | None) -> Font:
    """The font in the file, with the tables that it needs.

    Raises:
        FontError: the file is no font, or one of several has to be chosen by ``index``.
        MissingExtra: fontTools is not installed, or Brotli, which a WOFF2 needs.
    """
    kind = _KINDS.get(data[:4])
    if kind is None:
        raise FontError(str(path), "is no font: give a file of TrueType, OpenType, WOFF or WOFF2")
    try:
        from fontTools.ttLib import TTCollection, TTFont

        if kind == "woff2":
            import_module("brotli")  # fontTools asks for it too late, and in other words
    except ModuleNotFoundError as error:
        raise MissingExtra("--font", "fonts") from error
    _check_size(data, kind, path)
    if kind != "ttc":
        if index:
            raise FontError(str(path), f"is one font: there is no font {index} in it")
        return _checked(TTFont(BytesIO(data), recalcTimestamp=False, lazy=False), path)
    fonts = TTCollection(BytesIO(data), recalcTimestamp=False, lazy=True).fonts
    if index is None or not 0 <= index < len(fonts):
        listed = ", ".join(f"{number}: {_full_name(font)}" for number, font in enumerate(fonts))
        raise FontError(
            str(path), f"holds {len(fonts)} fonts, of which one is to be chosen: {listed}"
        )
    return _checked(
        TTFont(BytesIO(data), recalcTimestamp=False, fontNumber=index, lazy=False), path
    )


def _check_size(data: bytes, kind: str, path: Path) -> None:
    # WOFF 1.0 §3 and WOFF 2.0 §4.1 both say there how large it is when it is unfolded.
    unfolded = int.from_bytes(data[16:20], "big") if kind in ("woff", "woff2") else 0
    if unfolded > LARGEST_FONT:
        reason = f"would unfold to more than {LARGEST_FONT // 1_000_000} MB"
        raise FontError(str(path), reason)


def _checked(font: Font, path: Path) -> Font:
    missing = [tag for tag in _NEEDED_TABLES if tag not in font]
    if missing:
        raise FontError(str(path), f"is a broken font: it has no table {', '.join(missing)}")
    if not any(tag in font for tag in ("glyf", "CFF ", "CFF2")):
        raise FontError(str(path), "has no outlines, only bitmaps or drawings: take another font")
    return font


def _full_name(font: Font) -> str:
    return font["name"].getDebugName(4) or family_of(font)


def family_of(font: Font) -> str:
    """The name of the family, as people choose it."""
    name = font["name"]
    words = name.getBestFamilyName() or name.getDebugName(6) or "Unnamed"
    return " ".join(words.split())
