"""What is in the folder: every entry's file, without the bodies."""

from __future__ import annotations

import os
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from attrs import define, field, frozen

from ...errors import CorruptCollection, EntryNotFound, InvalidValueError
from ...identity import CategoryPath, EntryId, entry_id, natural_key
from ...model import Entry, Markup
from ...query import ReadingKey, ReadingOrder
from .about import About
from .folder_names import SUFFIXES, category_of, hashed_folder, plain_folder
from .front_matter import (
    FrontMatter,
    FrontMatterError,
    entry_of,
    read_front_matter,
    stated_category,
)
from .generations import View

__all__ = ["Outline", "Place"]

_HEAD = 4096
"""Bytes in which most front matters end."""

_MARKUPS: Mapping[str, Markup] = {suffix: markup for markup, suffix in SUFFIXES.items()}


@frozen
class Place:
    """An entry's file, and what its place in reading order depends on.

    Args:
        path: of the file, relative to the collection.
        id: of the entry.
        stated_id: as the file says; another one where the file is a copy made by hand.
        category: of the entry.
        reading_key: to sort by.
    """

    path: str
    id: EntryId
    stated_id: EntryId
    category: CategoryPath
    reading_key: ReadingKey


class Outline:
    """All entries of a view, without their bodies."""

    def __init__(self, view: View, location: str) -> None:
        self.view = view
        self.location = location

    @cached_property
    def about(self) -> About:
        return About.read(self.view, self.location)

    @cached_property
    def order(self) -> ReadingOrder:
        return ReadingOrder(self.about.categories)

    @cached_property
    def _found(self) -> _Found:
        return _walk(self.view.generations.root)

    @cached_property
    def paths(self) -> list[str]:
        """The files of entries; of two that say the same id, the first one has it.

        A copy made by hand usually has the longer name.
        """
        paths = filter(_is_entry, self.view.paths(self._found.files))
        return sorted(paths, key=lambda path: (len(path.rpartition("/")[2]), natural_key(path)))

    @property
    def folders(self) -> AbstractSet[str]:
        """The folders that are there, whatever is in them."""
        return self._found.folders

    @property
    def files(self) -> AbstractSet[str]:
        """All that is there and no folder, entries or not."""
        return self._found.files | self._found.others

    @cached_property
    def damages(self) -> list[CorruptCollection]:
        """What cannot be read; known once `places` is."""
        return []

    @cached_property
    def places(self) -> dict[EntryId, Place]:
        places: dict[EntryId, Place] = {}
        for path in self.paths:
            try:
                place = self._place(path, places)
            except CorruptCollection as error:
                self.damages.append(error)
                continue
            if place is not None:
                places[place.id] = place
        return places

    def _place(self, path: str, others: Mapping[EntryId, Place]) -> Place | None:
        front = self._head(path)
        if front is None:
            return None
        entry = self._entry(path, front)
        stated_id = entry.id
        if stated_id in others:
            entry = self._entry(path, front, own_id=_id_of(path))
        return Place(path, entry.id, stated_id, entry.category, self.order.key(entry))

    def copies(self, entry_ids: AbstractSet[EntryId]) -> list[Place]:
        """The hand-made copies of entries: they say the id of another one."""
        places = self.places.values()
        return [place for place in places if place.stated_id in entry_ids - {place.id}]

    def read(self, place: Place) -> Entry:
        """The entry of a place."""
        front = self._whole(place.path)
        if front is None:
            raise EntryNotFound(place.id, location=self.location)
        return self._entry(place.path, front, own_id=place.id)

    def _head(self, path: str) -> FrontMatter | None:
        """What a file says, without its body."""
        data = self.view.read(path, _HEAD)
        if data is None:
            return None
        if not data.startswith((b"---", b"\xef\xbb\xbf---")):
            return FrontMatter({}, "")
        end = data.find(b"\n---\n")
        return self._whole(path) if end < 0 else self._parsed(path, data[: end + 5])

    def _whole(self, path: str) -> FrontMatter | None:
        data = self.view.read(path)
        return None if data is None else self._parsed(path, data)

    def _parsed(self, path: str, data: bytes) -> FrontMatter:
        try:
            return read_front_matter(data)
        except FrontMatterError as error:
            raise self._damage(path, str(error), error.line) from error

    def _entry(self, path: str, front: FrontMatter, own_id: EntryId | None = None) -> Entry:
        folder, _, name = path.rpartition("/")
        stem, dot, ending = name.rpartition(".")
        if own_id is None and front.values.get("id") is None:
            own_id = _id_of(path)
        if own_id is not None:
            front = FrontMatter({**front.values, "id": own_id}, front.body)
        try:
            return entry_of(
                front,
                name=_printable(stem),
                markup=_MARKUPS[f"{dot}{ending.lower()}"],
                category=_category(folder, front),
            )
        except InvalidValueError as error:
            raise self._damage(path, str(error)) from error

    def _damage(self, path: str, reason: str, line: int | None = None) -> CorruptCollection:
        return CorruptCollection(
            reason,
            location=self.location,
            path=str(Path(self.location, _printable(path))),
            line=line,
            remedy="mend the file with an editor, or take it out",
        )


@define
class _Found:
    """What is in a folder and not hidden, relative to the root.

    Args:
        files: regular files, and links to such ones in the collection.
        folders: not those that are links.
        others: links that are not followed, sockets and the like.
    """

    files: set[str] = field(factory=set)
    folders: set[str] = field(factory=set)
    others: set[str] = field(factory=set)


def _walk(root: Path) -> _Found:
    found = _Found()
    folders = [""]
    while folders:
        folder = folders.pop()
        with suppress(FileNotFoundError), os.scandir(root / folder) as items:
            for item in items:
                path = f"{folder}/{item.name}" if folder else item.name
                if item.name.startswith("."):
                    continue
                if item.is_dir(follow_symlinks=False):
                    folders.append(path)
                    found.folders.add(path)
                elif item.is_file(follow_symlinks=False) or _leads_inside(root, path):
                    found.files.add(path)
                else:
                    found.others.add(path)
    return found


def _leads_inside(root: Path, path: str) -> bool:
    """Whether a link leads to a file of the collection."""
    target = (root / path).resolve()
    return target.is_file() and target.is_relative_to(root.resolve())


def _is_entry(path: str) -> bool:
    name = path.rpartition("/")[2]
    return (
        Path(name).suffix.lower() in _MARKUPS
        and not name.startswith((".", "#", "~"))
        and not any(part.startswith(".") for part in path.split("/"))
    )


def _id_of(path: str) -> EntryId:
    return entry_id("directory", path)


def _printable(text: str) -> str:
    # Bytes of a name that are not UTF-8 are lone surrogates, which are no text.
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _category(folder: str, front: FrontMatter) -> CategoryPath:
    """The category of a file: its folder's, unless that stands for what the file says."""
    stated = stated_category(front)
    if stated and all(stated) and folder in (plain_folder(stated), hashed_folder(stated)):
        return stated
    return category_of(_printable(folder))
