"""Front and back matter that a publisher gives as files: dedication, epigraph, preface and more."""

from __future__ import annotations

from pathlib import Path

from attrs import frozen

from ..errors import ExportError
from ..model import Markup

__all__ = ["Matter", "read_matter"]

LARGEST = 16 * 1024 * 1024
"""Bytes of a text; a longer one is no preface, but a device, or the wrong file."""

_MARKDOWN = (".md", ".markdown")


@frozen
class Matter:
    """A text of the publisher's, in plain text or CommonMark.

    A heading of the first level that it begins with is its title.
    """

    body: str
    markup: Markup = "plain"


def read_matter(path: str | Path) -> Matter:
    """Read a file: CommonMark if it is called ``.md``, else plain text; in UTF-8.

    Raises:
        ExportError: it cannot be read, is too large, is not UTF-8, or is empty.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise ExportError(f"{path} cannot be read: {error.strerror}") from error
    if len(data) > LARGEST:
        raise ExportError(f"{path} is too large: such a text has at most {LARGEST:,} bytes")
    try:
        body = data.decode("utf-8-sig").strip("\r\n")
    except UnicodeDecodeError as error:
        raise ExportError(f"{path} is not UTF-8: save it in that encoding") from error
    if not body.strip():
        raise ExportError(f"{path} is empty: write a text into it, or leave it out")
    return Matter(body, "markdown" if path.suffix.lower() in _MARKDOWN else "plain")
