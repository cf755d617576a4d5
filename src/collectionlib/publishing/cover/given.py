"""The image that a publisher gives for a cover: looked at before it goes into a book."""

from __future__ import annotations

import io
import math
import re
import warnings
from pathlib import Path

import lxml.etree as etree

from ...errors import ExportError
from . import Cover

__all__ = ["read_cover"]

LARGEST = 50 * 1024 * 1024
"""Bytes of the largest file that is looked at."""

MOST_PIXELS = 100_000_000
_LEAST, _MOST = 1, 100_000
"""Pixels of a side of an SVG."""

_FORMATS = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png"}
"""What Pillow calls them; MPO is a JPEG of a camera with a second image behind the first."""

_ORIENTATION, _UPRIGHT = 0x0112, 1
"""The tag of EXIF (2.32, §4.6.4), and the value that turns nothing."""

_SVG = "{http://www.w3.org/2000/svg}"
_ACTIVE = frozenset({"script", "foreignObject", "iframe", "audio", "video", "handler"})
_MOVING = frozenset({"animate", "animateMotion", "animateTransform", "set"})
_IMAGE_DATA = re.compile(r"data:image/(png|jpeg|gif|webp)[;,]", re.IGNORECASE)
_ADDRESS = ("href", "{http://www.w3.org/1999/xlink}href", "src")
_REMOTE_IN_STYLE = re.compile(
    r"url\(\s*['\"]?(?!\s*['\"]?(#|data:))|@import|image-set\(|\\[0-9a-f]", re.IGNORECASE
)
"""An escape (``u\\72l``) counts: nobody who draws writes one, and it could hide the others."""
_DECLARATION = re.compile(rb"<!(ENTITY|ATTLIST|ELEMENT|NOTATION)")
_LENGTH = re.compile(r"\s*([0-9]*\.?[0-9]+)\s*(px|pt|pc|in|cm|mm)?\s*")
_PIXELS = {
    None: 1.0,
    "px": 1.0,
    "pt": 4 / 3,
    "pc": 16.0,
    "in": 96.0,
    "cm": 96 / 2.54,
    "mm": 9.6 / 2.54,
}


def read_cover(path: str | Path) -> Cover:
    """Read the image of a cover: JPEG, PNG or SVG, by what it holds and not by its name.

    A raster image is decoded as a whole, so that one that is cut short is found here and not by
    a reader. An SVG may neither do anything nor fetch anything.

    Raises:
        ExportError: it cannot be read, is damaged, of another kind, too large, or an SVG that
            holds scripts or refers to something outside.
    """
    path = Path(path)
    try:
        # A device has no size, and need not come to an end.
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise ExportError(f"{path} cannot be read: {error.strerror}") from error
    if len(data) > LARGEST:
        raise ExportError(f"{path} is too large: a cover has at most {LARGEST:,} bytes")
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return _svg(path, data)
    return _raster(path, data)


def _raster(path: Path, data: bytes) -> Cover:
    from PIL import Image, UnidentifiedImageError

    kinds = "JPEG, PNG or SVG"
    try:
        with warnings.catch_warnings():
            # Its warnings, of a large image or a doubtful tag, are ours to give.
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as image:
                width, height = image.size
                if width * height > MOST_PIXELS:
                    raise ExportError(
                        f"{path} has {width} × {height} pixels: 1600 × 2560 is enough"
                    )
                image.load()
                kind, mode = image.format or "", image.mode
                is_animated = kind == "PNG" and getattr(image, "n_frames", 1) > 1
                orientation = image.getexif().get(_ORIENTATION, _UPRIGHT)
    except UnidentifiedImageError as error:
        raise ExportError(f"{path} is no {kinds}: give a cover in one of these") from error
    except Image.DecompressionBombError as error:
        raise ExportError(f"{path} has too many pixels: make it smaller") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise ExportError(f"{path} is damaged ({error}): save it anew") from error
    if is_animated:
        raise ExportError(f"{path} is animated: give a cover that stands still")
    if mode in ("CMYK", "YCCK"):
        raise ExportError(f"{path} is in CMYK, which readers show wrongly: save it in RGB")
    if orientation in range(2, 9):
        raise ExportError(
            f"{path} is turned by its EXIF orientation ({orientation}), which many readers pass "
            "over: save it upright"
        )
    return Cover(data, _FORMATS[kind], width, height)


def _svg(path: Path, data: bytes) -> Cover:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ExportError(f"{path} is no well-formed SVG: {error}") from error
    if root.tag != f"{_SVG}svg":
        raise ExportError(f"{path} is no JPEG, PNG or SVG: give a cover in one of these")
    if _declares(root):
        raise ExportError(f"{path} declares entities or attributes: save it as plain SVG")
    if _fetches_style_sheet(root):
        raise ExportError(f"{path} refers to a style sheet outside: save it as plain SVG")
    for element in root.iter(etree.Element):
        if reason := _unsafe(element):
            raise ExportError(
                f"{path}, line {element.sourceline}: {reason}, which a cover may not: save it as "
                "plain SVG, with its images embedded"
            )
    width, height = _size(root)
    if not all(_LEAST <= length <= _MOST for length in (width, height)):
        raise ExportError(
            f"{path} says no size from {_LEAST} to {_MOST:,}: give it a viewBox, or a width and a "
            "height in px"
        )
    return Cover(data, "image/svg+xml", round(width), round(height))


def _declares(root: etree._Element) -> bool:
    """Whether its own DTD declares something: an entity, or an attribute with a value."""
    tree = root.getroottree()
    if tree.docinfo.internalDTD is None:
        return False
    return _DECLARATION.search(etree.tostring(tree, encoding="utf-8")) is not None


def _fetches_style_sheet(root: etree._Element) -> bool:
    before = root.itersiblings(etree.PI, preceding=True)
    return any(node.target == "xml-stylesheet" for node in before)


def _unsafe(element: etree._Element) -> str | None:
    name = etree.QName(element).localname
    if name in _ACTIVE:
        return f"it holds <{name}>"
    if name in _MOVING:
        return f"it moves (<{name}>)"
    for key, value in element.attrib.items():
        local = etree.QName(str(key)).localname
        if local.lower().startswith("on"):
            return f"it does something ({local})"
        if local == "base":
            return "it moves its own address (xml:base)"
        if key in _ADDRESS and not _stays_inside(str(value).strip()):
            return f"it refers to {str(value)[:80]!r}"
        if _REMOTE_IN_STYLE.search(str(value)) and local != "d":
            return f"it refers to something outside in its {local}"
    if name == "style" and _REMOTE_IN_STYLE.search("".join(element.itertext())):
        return "its style sheet refers to something outside"
    return None


def _stays_inside(address: str) -> bool:
    """An SVG inside the SVG would have to be looked at in turn; no program that draws makes one."""
    return address.startswith("#") or _IMAGE_DATA.match(address) is not None


def _size(root: etree._Element) -> tuple[float, float]:
    box = root.get("viewBox", "").replace(",", " ").split()
    try:
        width, height = map(float, box[2:]) if len(box) == 4 else (math.nan, math.nan)
    except ValueError:
        width = height = math.nan
    if math.isfinite(width) and math.isfinite(height):
        return width, height
    return _pixels(root.get("width")), _pixels(root.get("height"))


def _pixels(length: str | None) -> float:
    found = _LENGTH.fullmatch(length or "")
    return float(found[1]) * _PIXELS[found[2]] if found else 0.0
