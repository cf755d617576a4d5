"""Where texts come from: files, folders, archives, globs and standard input.

`find_roots` turns what the user named into roots, `walk` finds the files of one, in natural
order. A file that cannot be a source is yielded as the error that says why, one that is passed
over on purpose as a `Notice`, so that every file is accounted for.
"""

from __future__ import annotations

import glob
import os
import sys
from collections.abc import Iterable, Iterator
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from attrs import define

from ..errors import IngestError, InvalidValueError
from ..identity import natural_key
from ..objects import ObjectUrl, StoreError, is_object_url, is_url
from ..objects.stores import StoredObject, find
from .archives import DEFAULT_LIMITS, Limits, name_of, unpacked
from .folders import checked, walk_folder
from .object_folders import walk_objects
from .places import (
    LARGEST_FILE,
    Found,
    Notice,
    SourceFile,
    SourcePlace,
    printable_name,
    too_large,
    unreadable,
)

__all__ = [
    "Found",
    "Notice",
    "Root",
    "SourceFile",
    "SourcePlace",
    "find_roots",
    "printable_name",
    "walk",
]

STANDARD_INPUT = "-"
SMALL = 16 * 1024**2
"""Bytes of an object up to which it is asked for once: it is not looked at before."""


@define(frozen=True, slots=False)
class Root:
    """What the user named to be imported.

    Args:
        path: a file or a folder, an object of a bucket or the URL of what would be a folder of
            them; `None` is standard input.
        name: how its origin is called unless another one has that name.
    """

    path: Path | StoredObject | ObjectUrl | None
    name: str

    @property
    def fingerprint(self) -> str:
        """A hash of where it is, to know the same root again; nothing of the path is kept."""
        if isinstance(self.path, StoredObject):
            place = str(self.path.url)
        elif isinstance(self.path, ObjectUrl):
            place = str(self.path).rstrip("/")
        else:
            place = os.path.realpath(self.path) if self.path else STANDARD_INPUT
        return sha256(place.encode("utf-8", "surrogateescape")).hexdigest()

    @cached_property
    def standard_input(self) -> bytes:
        """What stands on standard input. It can be read but once, and an import may walk twice."""
        return sys.stdin.buffer.read(LARGEST_FILE + 1)


def find_roots(sources: list[str]) -> list[Root]:
    """The roots that the user's words stand for.

    Args:
        sources: paths of files and folders, globs (where no file has that very name), ``-``, URLs
            of objects (``s3://``, ``gs://``, ``az://``, ``file://``).

    Raises:
        IngestError: there is no such file or object, or it may not be looked at.
        InvalidValueError: it is empty, a URL of another kind, or one with credentials in it.
        MissingExtra: a URL, and obstore is not installed.
        StorageError: the object store cannot be reached.
    """
    roots: list[Root] = []
    for source in sources:
        if source == STANDARD_INPUT:
            roots.append(Root(None, "stdin"))
        elif not source:
            raise InvalidValueError("source", source, "is empty: name a file or folder")
        elif is_url(source):
            roots.append(_root_at(ObjectUrl.parse(source)))
        elif os.path.lexists(source):
            roots.append(_root(Path(source)))
        elif matched := sorted(glob.glob(source, recursive=True), key=natural_key):  # noqa: PTH207
            roots.extend(_root(Path(path)) for path in matched)
        else:
            raise IngestError(source, "there is no such file or folder")
    return roots


def _root_at(url: ObjectUrl) -> Root:
    try:
        found = find(url)
        name = name_of(found, url.name) if isinstance(found, StoredObject) else url.name
    except StoreError as error:
        raise IngestError(str(url), error.reason) from error
    return Root(found, printable_name(name))


def _root(path: Path) -> Root:
    # "." and ".." have no name of their own.
    name = path.name or os.path.basename(os.path.realpath(path)) or "root"  # noqa: PTH119
    return Root(path, printable_name(name_of(path, name)))


def walk(
    root: Root,
    origin: str,
    *,
    without: Iterable[str | Path] = (),
    limits: Limits = DEFAULT_LIMITS,
) -> Iterator[Found]:
    """The files of a root, and in place of an archive those that are in it.

    Args:
        root: where to look.
        origin: the name that their uris begin with.
        without: files and folders, and URLs, to pass over: the collection that is imported into,
            the book that is written.
        limits: how much may be in an archive.
    """
    if root.path is None:
        found = _from_standard_input(root, origin)
        yield from unpacked(found, limits, is_root=True)
    elif isinstance(root.path, ObjectUrl):
        urls = [str(path) for path in without if is_object_url(str(path))]
        own = frozenset(str(ObjectUrl.parse(url)).rstrip("/") for url in urls)
        for found in walk_objects(root.path, origin, own):
            yield from _unless_small(found, limits)
    elif isinstance(root.path, StoredObject):
        place = SourcePlace(root.path, origin, (), root.path.size)
        yield from unpacked(place, limits, is_root=True)
    elif root.path.is_dir():
        # Also those that are not there yet.
        own = frozenset(os.path.realpath(path) for path in without)
        for found in walk_folder(root.path, origin, own):
            yield from unpacked(found, limits)
    else:
        yield from unpacked(checked(root.path, origin), limits, is_root=True)


def _unless_small(found: Found, limits: Limits) -> Iterator[Found]:
    """What is in a large archive; a small one is opened by whoever reads it."""
    if isinstance(found, SourcePlace) and found.size <= SMALL:
        yield found
    else:
        yield from unpacked(found, limits)


def _from_standard_input(root: Root, origin: str) -> Found:
    try:
        data = root.standard_input
    except (OSError, MemoryError) as error:
        return unreadable(origin, error)
    if len(data) > LARGEST_FILE:
        return too_large(origin)
    return SourcePlace(None, origin, (), len(data), data=data)
