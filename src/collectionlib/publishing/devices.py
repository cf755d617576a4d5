"""What shops and their readers accept: one table, with where each figure is from."""

from __future__ import annotations

from attrs import frozen

from ..errors import InvalidValueError

__all__ = ["DEVICES", "Device", "device"]

_RASTER = ("image/jpeg", "image/png")
_ANY = (*_RASTER, "image/svg+xml")
_MEGABYTE = 1024 * 1024


@frozen(kw_only=True)
class Device:
    """What a shop accepts, and its readers show.

    Args:
        name: as options have it.
        cover_types: media types of the cover's image.
        drawn_cover: width and height in pixels in which a cover is drawn for it.
        least_cover: pixels of the shorter side of a cover.
        most_image_pixels: of an image inside the book, `None` for any number.
        most_image_bytes: of an image inside the book, `None` for any number.
        most_bytes: of the whole book, `None` for any number.
        ncx_depth: levels of the NCX that are shown, `None` for any number.
        unsupported_css: properties that are passed over, or spoil the page.
        source: the document that says so.
    """

    name: str
    cover_types: tuple[str, ...] = _ANY
    drawn_cover: tuple[int, int] = (1600, 2560)
    least_cover: int = 500
    most_image_pixels: int | None = None
    most_image_bytes: int | None = None
    most_bytes: int | None = None
    ncx_depth: int | None = None
    unsupported_css: tuple[str, ...] = ()
    source: str


DEVICES: tuple[Device, ...] = (
    Device(name="generic", source="EPUB 3.3, §3.2 (core media types)"),
    Device(
        name="kindle",
        cover_types=_RASTER,
        least_cover=625,
        most_image_bytes=5 * _MEGABYTE,
        most_bytes=650 * _MEGABYTE,
        ncx_depth=2,
        unsupported_css=("position", "filter", "animation", "transition", "columns"),
        source="Amazon Kindle Publishing Guidelines: 4.1, 4.2 (covers), 5.2 (NCX), 17 (CSS)",
    ),
    Device(
        name="kobo",
        cover_types=_RASTER,
        most_image_bytes=5 * _MEGABYTE,
        ncx_depth=3,
        unsupported_css=("position",),
        source="Kobo EPUB Guidelines (kobolabs/epub-spec): Image Formatting, Cover Images, TOC",
    ),
    Device(
        name="apple",
        cover_types=_RASTER,
        drawn_cover=(1560, 2496),
        least_cover=1400,
        most_image_pixels=4_000_000,
        most_bytes=2 * 1024 * _MEGABYTE,
        unsupported_css=("position",),
        source="Apple Books for Authors: Prepare your book; Asset Guide: Book Cover Art",
    ),
)


def device(name: str) -> Device:
    """The device of that name.

    Raises:
        InvalidValueError: there is none.

    >>> device("kindle").ncx_depth
    2
    """
    for known in DEVICES:
        if known.name == name:
            return known
    names = ", ".join(known.name for known in DEVICES)
    raise InvalidValueError("device", name, f"is none of {names}")
