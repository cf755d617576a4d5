"""Pictures of the texts that go into the book: found in the folders of their sources, checked.

Nothing is ever fetched. What cannot be taken in is told, and its words stand in the book.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from attrs import define, field, frozen

from ...model import Entry

__all__ = ["Picture", "Pictures"]

LARGEST = 20 * 1024 * 1024
"""Bytes of the largest picture that is taken into a book."""

_KINDS: tuple[tuple[bytes, int, str, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", 0, "image/png", ".png"),
    (b"\xff\xd8\xff", 0, "image/jpeg", ".jpg"),
    (b"GIF87a", 0, "image/gif", ".gif"),
    (b"GIF89a", 0, "image/gif", ".gif"),
    (b"WEBP", 8, "image/webp", ".webp"),
)
"""How pictures of the core media types begin (EPUB 3.3 §3.2); SVG can hold scripts."""


@frozen
class Picture:
    """A picture as it lies in the book."""

    name: str
    media_type: str
    path: Path


def _nothing(_message: str) -> None:
    pass


def _beside_the_texts(picture: Picture) -> str:
    """Seen from a page of texts, which lies in a folder of its own."""
    return f"../{picture.name}"


@define
class Pictures:
    """The pictures of a book.

    Args:
        folders: what was imported, by the name of its origin.
        tell: told of each picture that could not be taken in, and why.
        most_bytes: of a picture.
        address_of: what a page calls a picture by.
    """

    folders: Mapping[str, Path] = field(factory=dict)
    tell: Callable[[str], None] = _nothing
    most_bytes: int = LARGEST
    address_of: Callable[[Picture], str] = _beside_the_texts
    _found: dict[Path, Picture | None] = field(factory=dict)

    def __iter__(self) -> Iterator[Picture]:
        return (picture for picture in self._found.values() if picture is not None)

    def resolver(self, entry: Entry) -> Callable[[str], str | None]:
        """From an address in an entry's text to the place of the picture, seen from its page."""
        if not self.folders or entry.source is None:
            return _no_picture
        uri = entry.source.uri

        def resolve(address: str) -> str | None:
            path = self._path(uri, address)
            if path is None:
                self.tell(f"{uri}: the picture {address} is not in the folder that was imported")
                return None
            picture = self._picture(path, uri, address)
            return self.address_of(picture) if picture else None

        return resolve

    def _path(self, uri: str, address: str) -> Path | None:
        origin, _, inner = uri.partition("/")
        root = self.folders.get(origin)
        parts = urlsplit(address)
        if root is None or parts.scheme or parts.netloc or not parts.path:
            return None
        own = unquote(parts.path)
        joined = (
            own.lstrip("/")
            if own.startswith("/")
            else posixpath.join(posixpath.dirname(inner), own)
        )
        path = (root / posixpath.normpath(joined)).resolve()
        return path if path.is_relative_to(root.resolve()) and path.is_file() else None

    def _picture(self, path: Path, uri: str, address: str) -> Picture | None:
        if path not in self._found:
            self._found[path], reason = _checked(path, 1 + len(self._found), self.most_bytes)
            if reason:
                self.tell(f"{uri}: the picture {address} was left out: {reason}")
        return self._found[path]


def _checked(path: Path, number: int, most_bytes: int) -> tuple[Picture | None, str]:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(16)
    except OSError as error:
        return None, f"it cannot be read ({error.strerror})"
    if size > most_bytes:
        return None, f"it has {size:,} bytes; the most are {most_bytes:,}"
    for begins, offset, media_type, ending in _KINDS:
        if head[offset : offset + len(begins)] == begins:
            return Picture(f"images/{number:04}{ending}", media_type, path), ""
    return None, "it is no PNG, JPEG, GIF or WebP"


def _no_picture(_address: str) -> None:
    """Nothing is known of where pictures are: what it shows stands there in words."""
