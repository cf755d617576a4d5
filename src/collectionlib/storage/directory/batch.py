"""A transaction on a folder: files are staged as they come, and get their places at the end."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import cached_property
from itertools import chain, count

import msgspec
import tomlkit
from attrs import frozen

from ...errors import EntryNotFound
from ...identity import CategoryPath, EntryId
from ...model import Category, Entry, JSONValue, Metadata
from ..base import Batch
from ..documents import check_document
from .about import ABOUT, about_with
from .folder_names import (
    SUFFIXES,
    category_of,
    disambiguated,
    file_name,
    hashed_folder,
    name_key,
    plain_folder,
)
from .front_matter import written
from .generations import DOCUMENTS, Staging
from .outline import Outline

__all__ = ["DirectoryBatch"]


@frozen
class _Draft:
    """A staged entry: the number of its file, and what its place depends on."""

    number: int
    name: str
    suffix: str
    folder: str


class DirectoryBatch(Batch):
    """Changes: files are staged as they come, and get their places at the end."""

    def __init__(self, staging: Staging, before: Outline, location: str) -> None:
        self._staging = staging
        self._before = before
        self._location = location
        self._drafts: dict[EntryId, _Draft] = {}
        self._deleted: set[EntryId] = set()
        self._metadata: Metadata | None = None
        self._categories: dict[CategoryPath, Category | None] = {}
        self._documents: dict[str, JSONValue] = {}
        self._places: dict[CategoryPath, tuple[str, bool]] = {}

    def put(self, entry: Entry) -> None:
        self._discard(entry.id)
        self._deleted.discard(entry.id)
        folder, says_category = self._place(entry.category)
        data = written(entry, with_category=not says_category)
        self._drafts[entry.id] = _Draft(
            number=self._staging.keep(data),
            name=file_name(entry),
            suffix=SUFFIXES[entry.markup],
            folder=folder,
        )

    def _discard(self, entry_id: EntryId) -> bool:
        draft = self._drafts.pop(entry_id, None)
        if draft is not None:
            self._staging.discard(draft.number)
        return draft is not None

    def delete(self, entry_id: EntryId) -> None:
        was_put = self._discard(entry_id)
        stood = entry_id in self._before.places and entry_id not in self._deleted
        if not was_put and not stood:
            raise EntryNotFound(entry_id, location=self._location)
        if entry_id in self._before.places:
            self._deleted.add(entry_id)

    def set_category(self, category: Category) -> None:
        self._categories[category.path] = category

    def forget_category(self, path: CategoryPath) -> None:
        self._categories[path] = None

    def set_metadata(self, metadata: Metadata) -> None:
        self._metadata = metadata

    def set_document(self, name: str, value: JSONValue) -> None:
        self._documents[name] = check_document(name, value)

    # --- where things go ------------------------------------------------------------------------

    @cached_property
    def _folders(self) -> dict[str, str]:
        """The folders that are there, by what they have in common with others."""
        return {name_key(folder): folder for folder in self._before.folders}

    @cached_property
    def _files(self) -> set[str]:
        """What is there and no folder, as far as it has something in common with others."""
        return {name_key(path) for path in self._before.files}

    def _place(self, category: CategoryPath) -> tuple[str, bool]:
        """The folder of a category, and whether its name says the category."""
        if category not in self._places:
            folder = self._folder(category)
            self._places[category] = folder, category_of(folder) == category
        return self._places[category]

    def _folder(self, category: CategoryPath) -> str:
        """The folder of a category: of its name, unless another one has that on some system."""
        folder = plain_folder(category)
        if folder is None or not all(self._is_free(part) for part in _with_ancestors(folder)):
            folder = hashed_folder(category)
        for part in _with_ancestors(folder):
            self._folders.setdefault(name_key(part), part)
        return folder

    def _is_free(self, folder: str) -> bool:
        key = name_key(folder)
        return self._folders.get(key, folder) == folder and key not in self._files

    def finish(self) -> None:
        """Give everything that is staged its place."""
        self._place_entries()
        self._place_about()
        for name, value in self._documents.items():
            path = f"{DOCUMENTS}/{name}.json"
            if value is None:
                self._staging.removes.add(path)
            else:
                self._staging.puts[path] = self._staging.keep(msgspec.json.encode(value))

    def _place_entries(self) -> None:
        self._part_from_copies()
        places = self._before.places
        moved = {
            entry_id
            for entry_id, draft in self._drafts.items()
            if entry_id in places and not _stays(places[entry_id].path, draft)
        }
        gone = {places[entry_id].path for entry_id in self._deleted | moved}
        taken = self._files - {name_key(path) for path in gone} | self._folders.keys()
        for own_id, draft in self._drafts.items():
            if own_id in places and own_id not in moved:
                path = places[own_id].path
            else:
                path = _free_path(own_id, draft, taken)
                taken.add(name_key(path))
            self._staging.puts[path] = draft.number
        self._staging.removes |= gone - self._staging.puts.keys()

    def _part_from_copies(self) -> None:
        """Let hand-made copies say their own ids: those of what they copy may become free."""
        changed = self._deleted | self._drafts.keys()
        for copy in self._before.copies(changed):
            if copy.id not in changed:
                self.put(self._before.read(copy))

    def _place_about(self) -> None:
        if self._metadata is None and not self._categories:
            return
        about = self._before.about
        before = {category.path: category for category in about.categories}
        after: dict[CategoryPath, Category | None] = {**before, **self._categories}
        data = about_with(
            tomlkit.parse(about.text),
            self._metadata or about.metadata,
            [category for category in after.values() if category is not None],
        )
        self._staging.puts[ABOUT] = self._staging.keep(data)


def _with_ancestors(folder: str) -> Iterator[str]:
    """A folder and those that it lies in, without the root."""
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]


def _stays(path: str, draft: _Draft) -> bool:
    """Whether an entry's file keeps its place; a new title alone does not move it."""
    return path.rpartition("/")[0] == draft.folder and path.endswith(draft.suffix)


def _free_path(entry_id: EntryId, draft: _Draft, taken: AbstractSet[str]) -> str:
    prefix = f"{draft.folder}/" if draft.folder else ""
    names = chain(
        (draft.name, disambiguated(draft.name, entry_id)),
        (disambiguated(draft.name, f"{entry_id} {number}") for number in count(2)),
    )
    paths = (f"{prefix}{name}{draft.suffix}" for name in names)
    return next(path for path in paths if name_key(path) not in taken)
