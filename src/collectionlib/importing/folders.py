"""The files of a folder and of those below it, in natural order."""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar, cast

from attrs import evolve, frozen

from ..errors import UnsafeSource
from ..identity import CategoryPath, natural_key
from .places import (
    Found,
    Notice,
    SourcePlace,
    printable_name,
    unreadable,
)

__all__ = [
    "HIDDEN",
    "INDEX_OF_STRFILE",
    "LOOK",
    "OWN",
    "checked",
    "has_pages",
    "in_depth",
    "is_look",
    "is_strfile_index",
    "walk_folder",
]

F = TypeVar("F")

HIDDEN = "hidden, passed over"
OWN = "what is being written, passed over"
LOOK = "how the pages beside it look and act, no text; passed over"
_PAGES = (".html", ".htm", ".xhtml")
_LOOKS = (".css", ".js", ".mjs")
INDEX_OF_STRFILE = "an index of strfile, passed over"


@frozen
class _Folder:
    """A folder that is to be looked into.

    Args:
        path: where it is.
        real: the same without links.
        uri: as of the places in it.
        category: of the files in it.
        is_site: whether there are pages in it, or in a folder above.
    """

    path: Path
    real: str
    uri: str
    category: CategoryPath
    is_site: bool = False

    def below(self, name: str) -> _Folder:
        shown = printable_name(name)
        return _Folder(
            self.path / name,
            os.path.join(self.real, name),  # noqa: PTH118 - a thousand levels deep
            f"{self.uri}/{shown}",
            (*self.category, shown),
            self.is_site,
        )


def walk_folder(path: Path, uri: str, own: frozenset[str]) -> Iterator[Found]:
    """The files of a folder and of those below it, however deep.

    Args:
        path: of the folder.
        uri: what the uris of the places in it begin with.
        own: files and folders to pass over: their paths, without links.
    """
    root = _Folder(path, os.path.realpath(path), uri, ())
    return in_depth(root, lambda folder: _listed(folder, own), _Folder)


def in_depth(root: F, listed: Callable[[F], Iterator[Found | F]], kind: type[F]) -> Iterator[Found]:
    """What there is in a folder, with what there is in the folders in it in their place.

    Args:
        root: the folder.
        listed: what there is in one.
        kind: of the folders.
    """
    # Not by recursion: folders may lie deeper than functions may call each other.
    stack = [listed(root)]
    while stack:
        found = next(stack[-1], None)
        if found is None:
            stack.pop()
        elif isinstance(found, kind):
            stack.append(listed(found))
        else:
            yield cast(Found, found)


def _listed(folder: _Folder, own: frozenset[str]) -> Iterator[Found | _Folder]:
    """What there is in a folder, in natural order."""
    if folder.real in own:
        yield Notice(folder.uri, OWN)
        return
    try:
        with os.scandir(folder.path) as entries:
            listed = [(entry.name, _is_folder(entry), entry.is_symlink()) for entry in entries]
    except OSError as error:
        yield unreadable(folder.uri, error, "the folder")
        return
    listed.sort(key=lambda each: natural_key(each[0]))
    if has_pages(name for name, _, _ in listed):
        folder = evolve(folder, is_site=True)
    for name, is_folder, is_link in listed:
        if name.startswith("."):
            yield Notice(f"{folder.uri}/{printable_name(name)}", HIDDEN)
        elif not is_folder:
            yield _file(folder, name, own, is_link=is_link)
        elif is_link:
            uri = f"{folder.uri}/{printable_name(name)}"
            yield Notice(uri, "a link to a folder, not followed")
        else:
            yield folder.below(name)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        # A link in a circle, or to where we may not look: reading it says so.
        return False


def _file(folder: _Folder, name: str, own: frozenset[str], *, is_link: bool) -> Found:
    path = folder.path / name
    uri = f"{folder.uri}/{printable_name(name)}"
    if own:
        real = os.path.realpath(path) if is_link else os.path.join(folder.real, name)  # noqa: PTH118
        if real in own:
            return Notice(uri, OWN)
    if folder.is_site and is_look(name):
        return Notice(uri, LOOK)
    if reason := companion_of_fortunes(path):
        return Notice(uri, reason)
    return checked(path, uri, folder.category)


def has_pages(names: Iterable[str]) -> bool:
    """Whether there are pages of a website among files."""
    return any(name.lower().endswith(_PAGES) for name in names)


def is_look(name: str) -> bool:
    """Whether a file beside pages says how they look and act."""
    return name.lower().endswith(_LOOKS)


def checked(path: Path, uri: str, category: CategoryPath = ()) -> Found:
    """The place of a file, if it is a regular one."""
    try:
        status = path.stat()
    except OSError as error:
        return unreadable(uri, error)
    if not stat.S_ISREG(status.st_mode):
        return UnsafeSource(uri, "it is no regular file")
    return SourcePlace(path, uri, category, status.st_size)


_INDEX_HEADER = 24
"""Bytes that an index of ``strfile(1)`` begins with: five numbers and the separator."""


def companion_of_fortunes(path: Path) -> str | None:
    """Why a file beside a fortune file holds no text of its own; `None` where it does.

    An index is told by its header and its size, a second name of the same file by where it leads.
    """
    if not path.name.endswith((".dat", ".u8")):
        return None
    try:
        fortunes = path.with_suffix("")
        if not fortunes.is_file() or not path.is_file():
            return None
        if path.suffix == ".u8":
            same = path.samefile(fortunes)
            return "another name of the fortune file, passed over" if same else None
        with path.open("rb") as file:
            header = file.read(_INDEX_HEADER)
        size = path.stat().st_size
    except OSError:
        return None
    return INDEX_OF_STRFILE if is_strfile_index(header, size) else None


def is_strfile_index(data: bytes, size: int) -> bool:
    """Whether a file of that size that begins with these bytes is an index of ``strfile(1)``."""
    header = data[:_INDEX_HEADER]
    if len(header) < _INDEX_HEADER:
        return False
    version, count, longest, shortest = struct.unpack(">4I", header[:16])
    is_index = version in (1, 2) and shortest <= longest and header[21:] == bytes(3)
    return is_index and size == _INDEX_HEADER + 4 * (count + 1)
