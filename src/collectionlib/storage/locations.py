"""From a location such as ``jokes/``, ``jokes.json`` or ``memory:`` to a back end."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

from ..errors import ConflictError, InvalidValueError
from ..model import Metadata
from .base import Storage

__all__ = ["create_storage", "find_storage", "open_storage"]

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+):", re.IGNORECASE)
_FOLDER = ("directory", "DirectoryStorage")
_USUAL = {
    ".db": ("sqlite", "SqliteStorage"),
    ".sqlite": ("sqlite", "SqliteStorage"),
    ".json": ("json_file", "JsonStorage"),
}
"""Our own back ends by ending: looking for all that are installed takes longer than most of what
is then done."""


def find_storage(location: str) -> type[Storage]:
    """The back end that a location is for: by scheme, by suffix, else a folder.

    Raises:
        ConflictError: no back end knows the scheme, or the location is a file of no kind that
            one knows.
        InvalidValueError: it is empty.

    >>> find_storage("jokes.json").__name__, find_storage("jokes/").__name__
    ('JsonStorage', 'DirectoryStorage')
    """
    if not location.strip():
        raise InvalidValueError("location", location, "is empty: name a folder, *.db or *.json")
    scheme = _SCHEME.match(location)
    is_folder = location.endswith("/") or Path(location).is_dir()
    suffix = Path(location).suffix.lower()
    if not scheme and (usual := _FOLDER if is_folder else _USUAL.get(suffix)):
        return _ours(*usual)
    from .. import plugins

    back_ends: dict[str, type[Storage]] = plugins.load_all("storage")
    if scheme:
        for back_end in back_ends.values():
            if scheme[1].lower() in back_end.schemes:
                return back_end
        # A letter and a colon is a drive, not a scheme; so is a name with a colon that exists.
        if "//" in location:
            raise ConflictError(
                f"no storage is known for {location}: see 'collectionlib plugins'",
                location=location,
            )
    if not is_folder:
        for back_end in back_ends.values():
            if suffix in back_end.suffixes:
                return back_end
        if Path(location).is_file():
            raise ConflictError(
                f"{location} is a file, but no collection: import it into one with "
                f"'collectionlib -L COLLECTION import {location}'",
                location=location,
            )
    return _ours(*_FOLDER)


def _ours(module: str, name: str) -> type[Storage]:
    back_end: type[Storage] = getattr(import_module(f"{__package__}.{module}"), name)
    return back_end


def create_storage(location: str, metadata: Metadata) -> Storage:
    """Make an empty collection at a location.

    Raises:
        ConflictError: something is there already.
    """
    return find_storage(location).create(location, metadata)


def open_storage(location: str) -> Storage:
    """Open the collection at a location.

    Raises:
        CollectionNotFound: there is none.
        NewerFormat: a later version wrote it.
    """
    return find_storage(location).open(location)
