"""The lock file of a build: what went in and what came out, as digests; and what differs."""

from __future__ import annotations

import hashlib
import platform
import zlib
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from attrs import define, field, frozen

from ..._clock import source_date
from ...codec import to_plain
from ...errors import ExportError
from ...identity import EntryId
from ...model import Entry, Metadata
from ..folders import files_of
from ..sections import Section
from .rules import Recipe

__all__ = [
    "Change",
    "Ingredients",
    "changes",
    "digest_of",
    "is_lock",
    "lock_path",
    "output_digest",
    "read_lock",
]

SCHEMA_VERSION = 1
_PACKAGES = ("collectionlib", "ebooklib", "markdown-it-py", "lxml", "pillow", "fonttools")
"""Packages whose versions may show in the bytes."""

_SHORT = 8
_PIECE = 1 << 20


def lock_path(recipe: Path) -> Path:
    """Where the lock file of a recipe lies.

    >>> lock_path(Path("books/anthology.toml")).as_posix()
    'books/anthology.lock.json'
    """
    return recipe.with_name(f"{recipe.stem}.lock.json")


@define
class Ingredients:
    """What goes into a build, noted while it is made; `document` is what the lock file holds.

    Args:
        recipe: of the build.
        metadata: of the book.
        root: the tree.
    """

    recipe: Recipe
    metadata: Metadata
    root: Section
    outputs: dict[str, Mapping[str, Any]] = field(factory=dict)
    _entries: dict[EntryId, Mapping[str, str]] = field(factory=dict)

    def note(self, entry: Entry) -> None:
        """Note the fields of an entry, as the collection has it."""
        self._entries[entry.id] = _digests(to_plain(entry))

    def note_output(self, path: Path, file: BinaryIO, entries: int) -> None:
        """Note a file that is complete; it is read from its beginning."""
        file.seek(0)
        whole = hashlib.sha256()
        while piece := file.read(_PIECE):
            whole.update(piece)
        self._note(path, "", whole.hexdigest(), file.tell(), entries)

    def note_folder(self, path: Path, folder: Path, entries: int) -> None:
        """Note a folder that is complete, wherever it is written."""
        sizes = (each.stat().st_size for each in folder.rglob("*") if each.is_file())
        self._note(path, "/", output_digest(folder), sum(sizes), entries)

    def _note(self, path: Path, end: str, digest: str, size: int, entries: int) -> None:
        folder = self.recipe.folder
        shown = (path.relative_to(folder) if path.is_relative_to(folder) else path).as_posix()
        self.outputs[shown + end] = {"sha256": digest, "bytes": size, "entries": entries}

    def document(self) -> dict[str, Any]:
        """All of it, as plain data."""
        recipe = self.recipe
        moment = source_date()
        return {
            "schema_version": SCHEMA_VERSION,
            "versions": _versions(),
            "source_date": moment.isoformat() if moment else None,
            "recipe": _sha256(recipe.path),
            "files": {path: digest_of(recipe.folder / path) for path in recipe.used},
            "outputs": self.outputs,
            "book": _digests(to_plain(self.metadata)),
            "parts": list(_parts(self.root, ())),
            "entries": self._entries,
        }

    def encoded(self) -> bytes:
        """The lock file: each part and entry on a line, so that it can be compared."""
        document = self.document()
        parts, entries = document.pop("parts"), document.pop("entries")
        head = msgspec.json.format(msgspec.json.encode(document), indent=1).removesuffix(b"\n}")
        parted = b",\n  ".join(map(msgspec.json.encode, parts))
        lines = b",\n  ".join(
            msgspec.json.encode(entry_id) + b":" + msgspec.json.encode(fields)
            for entry_id, fields in entries.items()
        )
        return (
            head
            + b',\n "parts": [\n  '
            + parted
            + b'\n ],\n "entries": {\n  '
            + lines
            + b"\n }\n}\n"
        )


def _digests(plain: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: hashlib.blake2b(
            msgspec.json.encode(value, order="sorted"), digest_size=_SHORT
        ).hexdigest()
        for name, value in plain.items()
        if name != "id"
    }


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version(), "zlib": zlib.ZLIB_RUNTIME_VERSION}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _parts(section: Section, above: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    yield {"path": list(above), "entries": list(section.ids)}
    for each in section.sections:
        yield from _parts(each, (*above, each.title))


def digest_of(path: Path) -> str:
    """The digest of a file, or of all files of a folder with their names."""
    if not path.is_dir():
        return _sha256(path)
    whole = hashlib.sha256()
    for each in sorted(path.rglob("*")):
        if each.is_file():
            whole.update(f"{each.relative_to(path).as_posix()}\0{_sha256(each)}\0".encode())
    return whole.hexdigest()


def output_digest(path: Path) -> str:
    """The digest of an output as a lock file has it: of a folder, of the files that we write."""
    if not path.is_dir():
        return _sha256(path)
    whole = hashlib.sha256()
    for name, digest in files_of(path):
        whole.update(f"{name}\0{digest}\0".encode())
    return whole.hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# --- comparing ----------------------------------------------------------------------------------


@frozen
class Change:
    """Something that is not as it was when the lock file was written.

    Args:
        what: ``output``, ``recipe``, ``file``, ``version``, ``date``, ``book``, ``entry`` or
            ``part``.
        name: which one: its path, id, name; empty where there is only one.
        how: ``changed``, ``added`` or ``removed``; of an output also ``missing`` and
            ``edited``, where its file is not what was built.
        fields: of an entry, those that have changed.
    """

    what: str
    name: str
    how: str
    fields: tuple[str, ...] = ()


def is_lock(path: Path) -> bool:
    """Whether a file is one that a build has written beside a recipe."""
    try:
        found = msgspec.json.decode(path.read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and {"schema_version", "recipe", "outputs"} <= found.keys()


def read_lock(recipe: Path) -> dict[str, Any]:
    """The lock file of a recipe.

    Raises:
        ExportError: there is none, or it is damaged or newer than we are.
    """
    path = lock_path(recipe)
    try:
        found: dict[str, Any] = msgspec.json.decode(path.read_bytes())
        newer = found["schema_version"] > SCHEMA_VERSION
    except FileNotFoundError as error:
        raise ExportError(
            f"{path} is not there: 'collectionlib build {recipe}' writes it"
        ) from error
    except OSError as error:
        raise ExportError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ExportError(f"{path} is damaged: build {recipe} again with --force") from error
    if newer:
        raise ExportError(f"{path} is of a later collectionlib: update this one, or build again")
    return found


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """What differs between two documents of lock files, the causes before the outputs."""
    found = [
        Change(what, "", "changed")
        for what, key in (("recipe", "recipe"), ("date", "source_date"))
        if old.get(key) != new.get(key)
    ]
    found += _of_mapping("version", old.get("versions", {}), new["versions"])
    found += _of_mapping("file", old.get("files", {}), new["files"])
    found += _of_mapping("book", old.get("book", {}), new["book"])
    found += _of_entries(old, new)
    found += _of_mapping("output", old.get("outputs", {}), new["outputs"])
    return found


def _of_mapping(what: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for name in dict.fromkeys((*old, *new)):
        if name not in new:
            yield Change(what, name, "removed")
        elif name not in old:
            yield Change(what, name, "added")
        elif old[name] != new[name]:
            yield Change(what, name, "changed")


def _of_entries(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    before: Mapping[str, Mapping[str, str]] = old.get("entries", {})
    after: Mapping[str, Mapping[str, str]] = new["entries"]
    for change in _of_mapping("entry", before, after):
        if change.how == "changed":
            one, other = before[change.name], after[change.name]
            fields = (
                name for name in dict.fromkeys((*one, *other)) if one.get(name) != other.get(name)
            )
            yield Change("entry", change.name, "changed", tuple(fields))
        else:
            yield change
    places, now = _places(old), _places(new)
    for part in dict.fromkeys((*places, *now)):
        both = [one for one in places.get(part, ()) if one in after]
        both_now = [one for one in now.get(part, ()) if one in before]
        if part not in places or part not in now:
            yield Change("part", " / ".join(part), "added" if part in now else "removed")
        elif both != both_now:
            yield Change("part", " / ".join(part), "changed")


def _places(document: Mapping[str, Any]) -> dict[tuple[str, ...], list[str]]:
    return {tuple(part["path"]): part["entries"] for part in document.get("parts", ())}
