"""The pre-flight of a book: what is wrong with any EPUB, with codes and places.

`book` is the file as an archive, `container` how it is packed; `package` reads the package
document, `structure` looks at its shape, `vocabularies` has the names it may use; `pages` looks at
XHTML, with what `html`, `attributes` and `content_model` know of it, and `style_sheets` at CSS;
`navigation` at the ways in, `accessibility` at what is said of it, `shops` at what a shop accepts.
`epubcheck` runs the validator of that name on top. `findings` has all codes.
"""

from __future__ import annotations

from pathlib import Path

from ..devices import device as device_of
from .accessibility import check_accessibility
from .book import Book
from .container import check_container
from .findings import CODES, Finding, Severity
from .navigation import check_navigation
from .package import check_package
from .pages import Pages
from .shops import check_device

__all__ = ["CODES", "Finding", "Severity", "verify"]


def verify(path: str | Path, *, device: str | None = None) -> list[Finding]:
    """Look at an EPUB as shops and readers do, and say what is wrong.

    Args:
        path: of the file.
        device: for which shop, a name of `collectionlib.publishing.devices`.

    Returns:
        What was found, by place.

    Raises:
        ExportError: the file cannot be read.
        InvalidValueError: there is no such device.
    """
    wanted = device_of(device) if device else None
    book = Book(Path(path))
    if not book.open():
        return book.findings
    try:
        check_container(book)
        package = check_package(book)
        if package is not None:
            pages = Pages(book, package)
            pages.check()
            check_navigation(book, package)
            check_accessibility(book, package, pages)
            if wanted:
                check_device(book, package, wanted)
    finally:
        book.close()
    return sorted(
        dict.fromkeys(book.findings),
        key=lambda f: (f.path or "", f.line or 0, f.column or 0, f.code),
    )
