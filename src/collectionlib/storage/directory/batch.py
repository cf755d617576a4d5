"""A transaction on a folder: files are staged as they come, and get their places at the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property
from itertools import chain, count
from typing import cast

import msgspec
import tomlkit
from attrs import frozen

from ...errors import EntryNotFound
from ...identity import CategoryPath, EntryId, format_category_path
from ...model import Category, Entry, JSONValue
from ..collecting import CollectingBatch
from ..front_matter import SUFFIXES, written
from ..history.changes import NOTHING, UNREADABLE, Change, digest_of
from ..history.files import Record
from ..history.operations import PREFERENCE, Operation, kept_operations
from ..history.recording import Recorder
from .about import ABOUT, about_with
from .folder_names import (
    category_of,
    disambiguated,
    file_name,
    hashed_folder,
    name_key,
    plain_folder,
)
from .generation import DOCUMENTS
from .log import DirectoryLog
from .outline import Outline, Place
from .staging import Staging

__all__ = ["DirectoryBatch"]


@frozen
class _Draft:
    """A staged entry.

    Args:
        number: of its file.
        digest: of the entry.
        folder: that it is to stand in.
        suffix: that its name is to have.
        name: that it is to have without the suffix, where it has no place yet.
        path: that it is to have again, where it is put back to the letter.
    """

    number: int
    digest: str
    folder: str
    suffix: str
    name: str
    path: str | None = None


class DirectoryBatch(CollectingBatch):
    """Changes: files are staged as they come, and get their places at the end."""

    def __init__(self, staging: Staging, before: Outline, location: str) -> None:
        super().__init__(location)
        self._staging = staging
        self._before = before
        self._location = location
        self._drafts: dict[EntryId, _Draft] = {}
        self._deleted: set[EntryId] = set()
        self._places: dict[CategoryPath, tuple[str, bool]] = {}

    def put(self, entry: Entry) -> None:
        folder, says_category = self._place(entry.category)
        data = written(entry, with_category=not says_category)
        self._discard(entry.id)
        self._deleted.discard(entry.id)
        self._drafts[entry.id] = _Draft(
            number=self._keep(data),
            digest=digest_of(entry),
            folder=folder,
            suffix=SUFFIXES[entry.markup],
            name=file_name(entry),
        )

    def restore(self, change: Change) -> None:
        own_id = EntryId(change.key)
        path, text = msgspec.json.decode(change.before, type=tuple[str, str])
        entry, stated_id = self._before.parsed(path, text, own_id)
        if stated_id not in (None, own_id):
            # A copy that a person has made: beside its original it has an id of its own.
            self.put(entry)
            return
        self._discard(own_id)
        self._deleted.discard(own_id)
        folder, _, name = path.rpartition("/")
        stem, dot, ending = name.rpartition(".")
        number = self._keep(text.encode())
        self._drafts[own_id] = _Draft(
            number, digest_of(entry), folder, f"{dot}{ending}", stem, path
        )

    def _keep(self, data: bytes) -> int:
        with self.block.step():
            return self._staging.keep(data)

    def _discard(self, entry_id: EntryId) -> bool:
        with self.block.step():
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

    # --- the end --------------------------------------------------------------------------------

    def finish(self, operation: Operation) -> None:
        """Give everything that is staged its place, and write the log."""
        with self.block.step():
            self._place_entries()
            self._place_about()
            self._place_documents()
            self._record(operation)

    def _place_documents(self) -> None:
        for name, value in self._documents.items():
            path = f"{DOCUMENTS}/{name}.json"
            if value is None:
                self._staging.removes.add(path)
            else:
                self._staging.puts[path] = self._staging.keep(msgspec.json.encode(value))

    def _place_entries(self) -> None:
        self._part_from_copies()
        self._free_restored()
        places = self._before.places
        gone, taken = self._gone(), self._taken()
        for own_id, draft in self._drafts.items():
            if own_id in places and places[own_id].path not in gone:
                path = places[own_id].path
            else:
                path = draft.path or _free_path(own_id, draft, taken)
                taken.add(name_key(path))
            self._staging.puts[path] = draft.number
        self._staging.removes |= gone - self._staging.puts.keys()

    def _gone(self) -> set[str]:
        """The places that entries leave, for others to take."""
        places = self._before.places
        moved = {
            own_id
            for own_id, draft in self._drafts.items()
            if own_id in places and not _stays(places[own_id].path, draft)
        }
        return {places[own_id].path for own_id in self._deleted | moved}

    def _taken(self) -> set[str]:
        """The places that nothing else can have."""
        gone = {name_key(path) for path in self._gone()}
        return self._files - gone | self._folders.keys()

    def _free_restored(self) -> None:
        """Write anew what cannot have its former place, since that says something of it."""
        taken = self._taken()
        for own_id, draft in list(self._drafts.items()):
            place = self._before.places.get(own_id)
            if draft.path is None or (place is not None and place.path == draft.path):
                continue
            if name_key(draft.path) in taken:
                text = self._staging.kept(draft.number).decode()
                self.put(self._before.parsed(draft.path, text, own_id)[0])

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
        data = about_with(
            tomlkit.parse(about.text),
            self._metadata or about.metadata,
            [category for category in self._said_later().values() if category is not None],
        )
        self._staging.puts[ABOUT] = self._staging.keep(data)

    def _said(self) -> dict[CategoryPath, Category | None]:
        return {category.path: category for category in self._before.about.categories}

    def _said_later(self) -> dict[CategoryPath, Category | None]:
        return {**self._said(), **self._categories}

    # --- the log --------------------------------------------------------------------------------

    def _record(self, operation: Operation) -> None:
        """Stage the record of everything that has a place now."""
        kept = kept_operations(self._documents.get(PREFERENCE, self._document(PREFERENCE)))
        with Record(self._location, self._staging.folder) as record:
            if kept:
                self._record_all(record.recorder)
            log = DirectoryLog(self._before.view, self._location)
            changed = record.recorder.finish(operation)
            new = log.stage(record, operation, self._staging) if changed else None
            if changed or PREFERENCE in self._documents:
                log.forget(kept, new, self._staging)

    def _record_all(self, recorder: Recorder) -> None:
        if self._categories:
            recorder.add_values("category", _by_name(self._said()), _by_name(self._said_later()))
        if self._metadata is not None:
            before = self._before.about.metadata
            recorder.add_values("metadata", {"": before}, {"": self._metadata})
        documents = {name: self._document(name) for name in self._documents}
        recorder.add_values("document", documents, self._documents)
        paths = {number: path for path, number in self._staging.puts.items()}
        for own_id, draft in self._drafts.items():
            self._record_entry(recorder, own_id, draft, paths[draft.number])
        for own_id in self._deleted:
            before_text, _ = self._former(self._before.places[own_id])
            recorder.add("entry", own_id, before_text, "")

    def _record_entry(self, recorder: Recorder, own_id: EntryId, draft: _Draft, path: str) -> None:
        place = self._before.places.get(own_id)
        if place is None:
            recorder.add("entry", own_id, NOTHING, draft.digest)
            return
        before, data = self._former(place)
        if place.path != path or data != self._staging.kept(draft.number):
            recorder.add("entry", own_id, before, draft.digest)

    def _former(self, place: Place) -> tuple[bytes, bytes | None]:
        """What the log keeps of an entry's file, and what stands in it."""
        data = self._before.view.read(place.path)
        try:
            text = None if data is None else data.decode()
        except UnicodeDecodeError:
            # A person has spoilt it in this moment.
            text = None
        return (UNREADABLE if text is None else msgspec.json.encode((place.path, text))), data

    def _document(self, name: str) -> JSONValue:
        data = self._before.view.read(f"{DOCUMENTS}/{name}.json")
        try:
            return None if data is None else cast("JSONValue", msgspec.json.decode(data))
        except msgspec.DecodeError:
            return None


def _by_name(said: Mapping[CategoryPath, Category | None]) -> dict[str, Category | None]:
    return {format_category_path(path): category for path, category in said.items()}


def _with_ancestors(folder: str) -> Iterator[str]:
    """A folder and those that it lies in, without the root."""
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]


def _stays(path: str, draft: _Draft) -> bool:
    """Whether an entry's file keeps its place; a new title alone does not move it."""
    if draft.path is not None:
        return path == draft.path
    return path.rpartition("/")[0] == draft.folder and path.endswith(draft.suffix)


def _free_path(entry_id: EntryId, draft: _Draft, taken: AbstractSet[str]) -> str:
    prefix = f"{draft.folder}/" if draft.folder else ""
    names = chain(
        (draft.name, disambiguated(draft.name, entry_id)),
        (disambiguated(draft.name, f"{entry_id} {number}") for number in count(2)),
    )
    paths = (f"{prefix}{name}{draft.suffix}" for name in names)
    return next(path for path in paths if name_key(path) not in taken)
