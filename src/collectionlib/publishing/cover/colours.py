"""Colours of a cover, chosen by the id of the collection: hue and tone vary, contrast does not."""

from __future__ import annotations

import math
from hashlib import blake2b

from attrs import frozen

__all__ = ["Palette", "contrast", "palette"]

_GROUND = (0.36, 0.075)
_SECOND = (0.46, 0.085)
_INK = (0.965, 0.015)
"""Lightness and chroma in OKLCH; with these every hue gives a contrast above 7."""


@frozen
class Palette:
    """Colours as ``#rrggbb``, and a number to choose an ornament by.

    Args:
        ground: of the whole cover.
        second: of ornaments on it.
        ink: of letters.
        number: from 0 to 65,535.
    """

    ground: str
    second: str
    ink: str
    number: int


def palette(seed: str) -> Palette:
    """The colours for a seed.

    >>> palette("urn:uuid:1").ground == palette("urn:uuid:1").ground
    True
    """
    digest = blake2b(seed.encode(), digest_size=4).digest()
    hue = int.from_bytes(digest[:2], "big") / 65536 * 360
    return Palette(
        ground=_hex(*_GROUND, hue),
        second=_hex(*_SECOND, (hue + 18) % 360),
        ink=_hex(*_INK, (hue + 60) % 360),
        number=int.from_bytes(digest[2:], "big"),
    )


def _hex(lightness: float, chroma: float, hue: float) -> str:
    """OKLCH to sRGB (CSS Color 4 §9.4); what lies outside is brought to the border."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    return "#" + "".join(f"{round(255 * _gamma(value)):02x}" for value in linear)


def _gamma(value: float) -> float:
    value = min(1.0, max(0.0, value))
    return 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055


def contrast(one: str, other: str) -> float:
    """The contrast of two colours (WCAG 2.1, relative luminance).

    >>> round(contrast("#000000", "#ffffff"))
    21
    """
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [
        v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (red, green, blue)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
