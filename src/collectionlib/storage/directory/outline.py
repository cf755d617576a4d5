"""What is in the folder: every entry's file, without the bodies."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property, lru_cache
from pathlib import Path

from attrs import define, evolve, field, frozen

from ...errors import CorruptCollection, EntryNotFound, InvalidValueError, RepeatedId
from ...identity import CategoryPath, EntryId, entry_id, natural_key
from ...model import Entry, Markup
from ...query import ReadingKey, ReadingOrder, place_key
from ..front_matter import (
    SUFFIXES,
    FrontMatter,
    FrontMatterError,
    entry_of,
    read_front_matter,
    stated_category,
)
from .about import About
from .folder_names import category_of, hashed_folder, plain_folder
from .index import Index, Record, Stamp
from .view import View, printable, unreadable

__all__ = ["Outline", "Place"]

_HEAD = 4096
"""Bytes in which most front matters end."""

NO_STAMP: Stamp = (0, 0, 0, 0)
"""Of what is not known by its stamp; `Index` keeps nothing of it."""

_MARKUPS: Mapping[str, Markup] = {suffix: markup for markup, suffix in SUFFIXES.items()}
_ENDINGS = tuple(_MARKUPS)


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
        """The files of entries, in any order."""
        return [path for path in self.view.paths(set(self._found.files)) if _is_entry(path)]

    @property
    def folders(self) -> AbstractSet[str]:
        """The folders that are there, whatever is in them."""
        return self._found.folders

    @property
    def files(self) -> AbstractSet[str]:
        """All that is there and no folder, entries or not."""
        return self._found.files.keys() | self._found.others.keys()

    @cached_property
    def damages(self) -> list[CorruptCollection]:
        """What cannot be read; known once `places` is."""
        return [unreadable(self.location, *folder) for folder in self._found.closed.items()]

    def missed(self) -> Iterator[CorruptCollection]:
        """What stands where an entry's file could stand, and holds none: empty files, links, pipes.

        A person may have put it there, so that reading passes over it; but where the file of an
        entry was cut or replaced, nothing else tells of it.
        """
        for path, (size, *_) in self._found.files.items():
            if _is_entry(path) and not size and self.view.read(path, 1) == b"":
                yield self._damage(path, "it is empty", remedy="write a text, or take it out")
        for path, kind in self._found.others.items():
            if _is_entry(path):
                yield self._damage(path, f"it is {kind}", remedy="take it out")
        filled = {path.rpartition("/")[0] for path in self.files | self.folders}
        for path in self.folders - filled:
            if _is_entry(path):
                yield self._damage(path, "it is an empty folder", remedy="take it out")

    @cached_property
    def places(self) -> dict[EntryId, Place]:
        places: dict[EntryId, Place] = {}
        index = Index(self.view.generations.root, len(self.paths))
        # The walk came after this moment began: what has been put in its place since is not it.
        unsettled = self.view.unsettled()
        for path in self.paths:
            stamp = NO_STAMP if path in unsettled else self._found.files.get(path, NO_STAMP)
            try:
                record = self._record(path, stamp, index)
                if record is not None:
                    self._give(places, path, record)
            except CorruptCollection as error:
                self.damages.append(error)
        index.save()
        return places

    def _record(self, path: str, stamp: Stamp, index: Index) -> Record | None:
        if stamp != NO_STAMP and (known := index.get(path, stamp)):
            return known
        front = self._head(path)
        if front is None:
            return None
        record = _recorded(stamp, self._entry(path, front))
        if stamp != NO_STAMP:
            index.note(path, record)
        return record

    def _give(self, places: dict[EntryId, Place], path: str, record: Record) -> None:
        """Give a file its place; of two that say the same id, the copy gets another one."""
        other = places.get(record.id)
        if other is not None and _originality(other.path) < _originality(path):
            own = self._place(path, record, _id_of(path))
        else:
            own = self._place(path, record, record.id)
            if other is not None:
                copy = evolve(other, id=_id_of(other.path))
                places[copy.id] = evolve(copy, reading_key=(*other.reading_key[:-1], copy.id))
        places[own.id] = own

    def _place(self, path: str, record: Record, own_id: EntryId) -> Place:
        category = self.order.category_key(record.category)
        key = (category, record.place_key, record.start, own_id)
        return Place(path, own_id, record.id, record.category, key)

    def copies(self, entry_ids: AbstractSet[EntryId]) -> list[Place]:
        """The hand-made copies of entries: they say the id of another one."""
        places = self.places.values()
        return [place for place in places if place.stated_id in entry_ids - {place.id}]

    def repeated(self) -> Iterator[RepeatedId]:
        """The hand-made copies: each is known by another id than it says."""
        for place in self.places.values():
            if place.stated_id != place.id:
                original = self.places[place.stated_id].path
                yield RepeatedId(
                    f"it says the id {place.stated_id}, as {printable(original)} does, "
                    f"and is known as {place.id}",
                    location=self.location,
                    path=str(Path(self.location, printable(place.path))),
                    remedy="take the line with the id out of it, or let check --fix do so",
                    entry_id=place.id,
                )

    def read(self, place: Place) -> Entry:
        """The entry of a place."""
        front = self._whole(place.path)
        if front is None:
            raise EntryNotFound(place.id, location=self.location)
        return self._entry(place.path, front, own_id=place.id)

    def parsed(self, path: str, text: str, own_id: EntryId) -> tuple[Entry, EntryId | None]:
        """The entry that a file was, from its path and its text, and the id that it says."""
        front = self._parsed(path, text.encode())
        return self._entry(path, front, own_id=own_id), front.values.get("id")

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
                name=printable(stem),
                markup=_MARKUPS[f"{dot}{ending.lower()}"],
                category=_category(folder, front),
            )
        except InvalidValueError as error:
            raise self._damage(path, str(error)) from error

    def _damage(
        self,
        path: str,
        reason: str,
        line: int | None = None,
        remedy: str = "mend the file with an editor, or take it out",
    ) -> CorruptCollection:
        return CorruptCollection(
            reason,
            location=self.location,
            path=str(Path(self.location, printable(path))),
            line=line,
            remedy=remedy,
        )


@define
class _Found:
    """What is in a folder and not hidden, relative to the root.

    Args:
        files: regular files, and links to such ones in the collection; a link has no stamp of
            its own.
        folders: not those that are links.
        others: links that are not followed, sockets and the like, with what they are.
        closed: folders that cannot be looked into, with the reason.
    """

    files: dict[str, Stamp] = field(factory=dict)
    folders: set[str] = field(factory=set)
    others: dict[str, str] = field(factory=dict)
    closed: dict[str, OSError] = field(factory=dict)


def _walk(root: Path) -> _Found:
    found = _Found()
    folders = [""]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(root / folder) as items:
                for item in items:
                    if not item.name.startswith("."):
                        _note(item, f"{folder}/{item.name}".lstrip("/"), root, found, folders)
        except FileNotFoundError:
            continue
        except OSError as error:
            found.closed[folder] = error
    return found


def _note(item: os.DirEntry[str], path: str, root: Path, found: _Found, folders: list[str]) -> None:
    if item.is_dir(follow_symlinks=False):
        folders.append(path)
        found.folders.add(path)
    elif item.is_file(follow_symlinks=False):
        found.files[path] = _stamp(item)
    elif _leads_inside(root, path):
        found.files[path] = NO_STAMP
    else:
        found.others[path] = "a link" if item.is_symlink() else "no regular file"


def _stamp(item: os.DirEntry[str]) -> Stamp:
    try:
        found = item.stat(follow_symlinks=False)
    except FileNotFoundError:
        return NO_STAMP
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


def _recorded(stamp: Stamp, entry: Entry) -> Record:
    source = entry.source
    return Record(
        stamp=stamp,
        id=entry.id,
        category=entry.category,
        place_key=place_key(entry.title, source),
        start=(source.start if source else None) or 0,
    )


def _originality(path: str) -> tuple[int, str]:
    """What tells an original from a copy made by hand, which usually has the longer name."""
    return len(path.rpartition("/")[2]), natural_key(path)


def _leads_inside(root: Path, path: str) -> bool:
    """Whether a link leads to a file of the collection."""
    try:
        target = (root / path).resolve(strict=True)
    except (OSError, RuntimeError):  # it leads nowhere, or to itself
        return False
    return target.is_file() and target.is_relative_to(root.resolve())


def _is_entry(path: str) -> bool:
    return (
        path.lower().endswith(_ENDINGS)
        and not path.rpartition("/")[2].startswith((".", "#", "~"))
        and not path.startswith(".")
        and "/." not in path
    )


def _id_of(path: str) -> EntryId:
    return entry_id("directory", path)


def _category(folder: str, front: FrontMatter) -> CategoryPath:
    """The category of a file: its folder's, unless that stands for what the file says."""
    stated = stated_category(front)
    if stated and all(stated) and folder in (plain_folder(stated), hashed_folder(stated)):
        return stated
    return _category_of(folder)


@lru_cache(maxsize=4096)
def _category_of(folder: str) -> CategoryPath:
    return category_of(printable(folder))
