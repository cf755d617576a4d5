"""The container: the names of the members, how they are packed, and the first of them (OCF)."""

from __future__ import annotations

import re
import unicodedata
import zipfile
from pathlib import Path

from .book import Book

__all__ = ["check_container"]

MIMETYPE = b"application/epub+zip"
_FORBIDDEN = re.compile(r'["*:<>?\\|\x00-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff\ue000-\uf8ff]')


def check_container(book: Book) -> None:
    """Look at the names and the first member."""
    infos = book.archive.infolist()
    if not _begins_as_zip(book.path):
        book.add("container-zip", "something stands before its first member")
    _check_mimetype(book, infos)
    folded: dict[str, str] = {}
    for info in infos:
        name = info.filename
        if info.flag_bits & 1:
            book.add("container-encrypted", "it is encrypted by the zip file", name)
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            book.add("container-method", "it is packed by another method than Deflate", name)
        # What stands behind a NUL is no part of the name for some, and is for others.
        if reason := _unusable(info.orig_filename):
            book.add("container-name", f"the name {reason}", name)
        key = unicodedata.normalize("NFC", name).casefold()
        if key in folded:
            book.add("container-duplicate", f"{folded[key]!r} has the same name", name)
        folded.setdefault(key, name)


def _check_mimetype(book: Book, infos: list[zipfile.ZipInfo]) -> None:
    if not infos or infos[0].filename != "mimetype":
        book.add("container-mimetype", "the first member is not 'mimetype'", "mimetype")
        return
    first = infos[0]
    if first.compress_type != zipfile.ZIP_STORED:
        book.add("container-mimetype", "it is compressed", "mimetype")
    if first.extra or _has_extra(book.path):
        book.add("container-mimetype", "it has an extra field", "mimetype")
    if book.read("mimetype") != MIMETYPE:
        book.add("container-mimetype", f"it is not {MIMETYPE.decode()!r}", "mimetype")


def _unusable(name: str) -> str | None:
    parts = name.rstrip("/").split("/")
    if name.startswith("/") or ".." in parts or "." in parts or "" in parts:
        return "is no plain path"
    if found := _FORBIDDEN.search(name):
        return f"has a character that names may not have, {found[0]!r}"
    if any(part.endswith(".") for part in parts):
        return "has a part that ends in a full stop"
    if any(len(part.encode("utf-8", "replace")) > 255 for part in parts):
        return "has a part of more than 255 bytes"
    return None


def _begins_as_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"PK"


def _has_extra(path: Path) -> bool:
    """Whether the first local header has an extra field, which the directory need not tell."""
    with path.open("rb") as file:
        head = file.read(30)
    return len(head) == 30 and head[:4] == b"PK\x03\x04" and head[28:30] != b"\0\0"
