"""What the package says of accessibility, beside what is in the book (EPUB Accessibility 1.1)."""

from __future__ import annotations

from .book import Book
from .package import Package
from .pages import Pages

__all__ = ["check_accessibility"]

_WANTED = (
    "schema:accessMode", "schema:accessibilityFeature", "schema:accessibilityHazard",
    "schema:accessModeSufficient",
)  # fmt: skip


def check_accessibility(book: Book, package: Package, pages: Pages) -> None:
    """Look whether the metadata are there, and true."""
    if package.version != "3.0":
        return
    said = package.properties
    for name in _WANTED:
        if name not in said:
            book.add("accessibility-metadata", f"{name} is not said", package.name)
    modes = said.get("schema:accessMode", [])
    if pages.has_images and modes and "visual" not in modes:
        book.add(
            "accessibility-truth",
            "there are images, and accessMode says nothing visual",
            package.name,
        )
    features = set(said.get("schema:accessibilityFeature", []))
    for feature, element in (("ruby", "rubyAnnotations"),):
        if element in features and feature not in pages.features:
            book.add(
                "accessibility-truth", f"{element} is said, and there is no ruby", package.name
            )
    if pages.has_bare_images and "alternativeText" in features:
        book.add(
            "accessibility-truth", "alternativeText is said, and an image has none", package.name
        )
    if "tableOfContents" in features and package.nav is None:
        book.add("accessibility-truth", "tableOfContents is said, and there is none", package.name)
