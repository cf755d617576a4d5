"""What a shop accepts, beside what is in the book."""

from __future__ import annotations

import io
import re

from ..devices import Device
from .book import Book, Element
from .package import Item, Package

__all__ = ["check_device"]


def check_device(book: Book, package: Package, device: Device) -> None:
    """Look whether the shop takes the book."""
    size = book.path.stat().st_size
    if device.most_bytes and size > device.most_bytes:
        book.add("device-size", f"it has {size:,} bytes; {device.name} takes {device.most_bytes:,}")
    if package.cover is None:
        book.add("device-cover", f"there is no cover, which {device.name} wants", package.name)
    for item in package.items.values():
        if item.media_type.startswith("image/") and item.name in book.names:
            _check_image(book, device, item, is_cover=item is package.cover)
        elif item.media_type == "text/css":
            css = (book.read(item.name) or b"").decode("utf-8", "replace")
            for name in device.unsupported_css:
                if re.search(rf"(?<![\w-]){name}\s*:", css):
                    book.add("device-css", f"{device.name} does not show {name!r}", item.name)
    if device.ncx_depth and package.ncx is not None:
        root = book.xml(package.ncx.name, "page-xml")
        depth = _depth(root) if root is not None else 0
        if depth > device.ncx_depth:
            book.add(
                "device-ncx",
                f"it has {depth} levels; {device.name} shows {device.ncx_depth}",
                package.ncx.name,
            )


def _check_image(book: Book, device: Device, item: Item, *, is_cover: bool) -> None:
    if is_cover and item.media_type not in device.cover_types:
        book.add("device-cover", f"{device.name} takes no cover as {item.media_type}", item.name)
    size = book.names[item.name].file_size
    if device.most_image_bytes and size > device.most_image_bytes:
        book.add(
            "device-image",
            f"it has {size:,} bytes; {device.name} takes {device.most_image_bytes:,}",
            item.name,
        )
    if item.media_type not in ("image/jpeg", "image/png"):
        return
    width, height = _pixels(book.read(item.name) or b"")
    if is_cover and width and min(width, height) < device.least_cover:
        book.add(
            "device-cover",
            f"it has {width} × {height} pixels; {device.name} wants {device.least_cover} on the "
            "shorter side",
            item.name,
        )
    if device.most_image_pixels and width * height > device.most_image_pixels:
        book.add(
            "device-image",
            f"it has {width * height:,} pixels; {device.name} takes {device.most_image_pixels:,}",
            item.name,
        )


def _pixels(data: bytes) -> tuple[int, int]:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data), formats=["JPEG", "PNG"]) as image:
            return image.size
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return 0, 0


def _depth(root: Element) -> int:
    return max(
        (
            1 + sum(1 for _ in point.iterancestors("{*}navPoint"))
            for point in root.iter("{*}navPoint")
        ),
        default=0,
    )
