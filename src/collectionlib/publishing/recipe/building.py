"""From a recipe to its files: chosen once, bound once, all written before any is replaced."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO, cast

from attrs import evolve, field, frozen

from ...collection import Collection
from ...errors import ExportError, OutputExists
from ...identity import EntryId
from ...model import Entry, Metadata
from ...storage.base import Snapshot
from ...storage.durable import is_stream, remover_of_abandoned, sync_files
from ..anthology import Anthology
from ..folders import seal
from ..formats.base import Entries, Exporter, WritesFolder
from ..metadata import with_said
from ..output import explained, outputs_together, writing_folder, writing_output
from ..sections import bind, divided
from ..volumes import divide, volume_metadata, volume_path
from .choosing import Choice, choose
from .lock import Change, Ingredients, changes, is_lock, lock_path, output_digest, read_lock
from .outputs import Output, outputs
from .rules import Recipe
from .texts import SetTexts

__all__ = [
    "SILENT",
    "Built",
    "Difference",
    "Telling",
    "build",
    "differences",
    "plan",
    "write_preview",
]


def _ignore(*_: object) -> None:
    pass


@frozen
class Built:
    """What came of a build.

    Args:
        choice: which entries stand where.
        files: that were written, or would be, with how many entries are in each; none where there
            is no entry.
    """

    choice: Choice
    files: tuple[tuple[Path, int], ...]


@frozen
class Difference:
    """What a rebuild would give.

    Args:
        same: whether it gives the same bytes, and the files are as they were built.
        changes: what is not as it was.
    """

    same: bool
    changes: tuple[Change, ...]


@frozen
class Telling:
    """Who is told what while a book is built.

    Args:
        warn: of what the book leaves out, in a sentence each.
        progress: of each entry that is read: the file, its number, and how many there are.
    """

    warn: Callable[[str], None] = _ignore
    progress: Callable[[Path, int, int], None] = _ignore


SILENT = Telling()
"""Nobody is told anything."""


def plan(recipe: Recipe, collection: Collection, telling: Telling = SILENT) -> Built:
    """What a build would write; nothing is written.

    Raises:
        CollectionError: as for `build`.
    """
    with collection.snapshot() as view:
        job = _Job.of(recipe, view, collection.location, telling)
        return Built(job.choice, tuple((path, len(book)) for path, _, book, _ in job.books()))


def build(
    recipe: Recipe, collection: Collection, *, force: bool = False, telling: Telling = SILENT
) -> Built:
    """Write all files of a recipe, and its lock file, of one moment of the collection.

    No file is replaced before all are complete.

    Args:
        recipe: see `collectionlib.publishing.recipe.load_recipe`.
        collection: where the entries are.
        force: replace whatever files are there.
        telling: who is told what.

    Raises:
        RecipeError: the recipe cannot be followed.
        EntryNotFound: it names an id that no entry has.
        MissingRights: it wants the rights of every entry, and some do not say them.
        ExportError: a file cannot be written.
    """
    lock = lock_path(recipe.path)
    with (
        collection.snapshot() as view,
        explained(lock),
        outputs_together() as begin,
        ExitStack() as folders,
    ):
        job = _Job.of(recipe, view, collection.location, telling)
        if not job.choice.entries:
            return Built(job.choice, ())
        if lock.exists() and not force and not is_lock(lock):
            raise OutputExists(str(lock), "a lock file")
        written: list[tuple[Path, int]] = []
        tidy = remover_of_abandoned()
        for path, output, book, entries in job.books():
            with explained(path):
                path.parent.mkdir(parents=True, exist_ok=True)
            counted = _counted(entries, path, book, telling)
            if output.is_folder:
                folder = folders.enter_context(writing_folder(collection, path, force=force))
                _export_folder(output, book, counted, folder)
                job.ingredients.note_folder(path, folder, len(book))
            else:
                with writing_output(
                    collection, path, output.exporter, force=force, begin=begin, tidy=tidy
                ) as file:
                    _export(output, book, counted, file)
                    job.ingredients.note_output(path, file, len(book))
            written.append((path, len(book)))
        # It is put in place last: a lock file speaks of files that are there.
        with begin(lock) as out:
            out.write(job.ingredients.encoded())
        return Built(job.choice, tuple(written))


def write_preview(
    recipe: Recipe, collection: Collection, out: BinaryIO, *, page: Callable[[Exporter], Exporter]
) -> None:
    """Write the book of a recipe, in one, as a page that can be looked at.

    Args:
        recipe: whose first file says how the book looks.
        collection: where the entries are.
        out: a binary stream to write to.
        page: gives the exporter of such a page for the one of that file.

    Raises:
        CollectionError: as for `build`.
    """
    with collection.snapshot() as view:
        job = _Job.of(recipe, view, collection.location, SILENT)
        book, entries = bind(job.choice.root, job.metadata, job.texts)
        page(job.outputs[0].exporter).export(book, entries, out)


def differences(recipe: Recipe, collection: Collection, telling: Telling = SILENT) -> Difference:
    """What a rebuild would change, by the lock file beside the recipe; nothing is written there.

    Raises:
        ExportError: there is no lock file, or it is damaged.
        CollectionError: as for `build`.
    """
    old = read_lock(recipe.path)
    with collection.snapshot() as view:
        job = _Job.of(recipe, view, collection.location, telling)
        for path, output, book, entries in job.books():
            counted = _counted(entries, path, book, telling)
            if output.is_folder:
                with tempfile.TemporaryDirectory() as folder:
                    _export_folder(output, book, counted, Path(folder))
                    job.ingredients.note_folder(path, Path(folder), len(book))
                continue
            with tempfile.TemporaryFile() as file:
                _export(output, book, counted, cast("BinaryIO", file))
                job.ingredients.note_output(path, cast("BinaryIO", file), len(book))
        new = job.ingredients.document()
    touched = [*_touched(recipe, old)]
    same = old.get("outputs") == new["outputs"]
    return Difference(same and not touched, (*(() if same else changes(old, new)), *touched))


def _touched(recipe: Recipe, old: dict[str, Any]) -> Iterator[Change]:
    """The files that are not as they were built."""
    for name, said in old.get("outputs", {}).items():
        path = recipe.folder / name
        if not (path.is_dir() if name.endswith("/") else path.is_file()):
            yield Change("output", name, "missing")
        elif output_digest(path) != said["sha256"]:
            yield Change("output", name, "edited")


@frozen
class _Job:
    """A book that is being built."""

    recipe: Recipe
    choice: Choice
    metadata: Metadata
    outputs: list[Output]
    texts: SetTexts
    ingredients: Ingredients
    view: Snapshot

    @classmethod
    def of(cls, recipe: Recipe, view: Snapshot, location: str, telling: Telling) -> _Job:
        files = outputs(recipe, telling.warn)
        choice = choose(recipe, view, location)
        for warning in choice.warnings:
            telling.warn(warning)
        metadata = with_said(view.metadata(), recipe.book)
        texts = SetTexts(view, recipe.text, metadata.language)
        ingredients = Ingredients(recipe, metadata, choice.root)
        return cls(recipe, choice, metadata, files, texts, ingredients, view)

    def books(self) -> Iterator[tuple[Path, Output, Anthology, Entries]]:
        """Each file to write, with its output, its book and its entries."""
        noted = evolve(self.texts, entries=_Noted(self.view, self.ingredients))
        book, entries = bind(self.choice.root, self.metadata, noted)
        entries = evolve(entries, entries=self.texts)
        for output in self.outputs:
            if is_stream(output.path):
                raise ExportError(
                    f"{output.path} is a pipe or a device, and a recipe writes files, whose "
                    "digests it keeps: name a file, or write the pipe with 'collectionlib export'"
                )
            volumes = list(divide(book, output.size)) if output.size else []
            if len(volumes) <= 1:
                yield output.path, output, book, entries
                continue
            about = evolve(self.metadata, language=book.metadata.language)
            for number, part in enumerate(divided(self.choice.root, volumes), start=1):
                volume, own = bind(part, volume_metadata(about, number), self.texts)
                yield volume_path(output.path, number, len(volumes)), output, volume, own


@frozen
class _Noted:
    """Entries that are noted for the lock file when they are read."""

    entries: Entries
    ingredients: Ingredients

    def get(self, entry_id: EntryId) -> Entry:
        entry = self.entries.get(entry_id)
        self.ingredients.note(entry)
        return entry


@frozen
class _Counted:
    """Entries that tell how far their reader has come."""

    entries: Entries
    tell: Callable[[int], None]
    numbers: list[int] = field(factory=lambda: [0])

    def get(self, entry_id: EntryId) -> Entry:
        self.numbers[0] += 1
        self.tell(self.numbers[0])
        return self.entries.get(entry_id)


def _counted(entries: Entries, path: Path, book: Anthology, telling: Telling) -> Entries:
    total = len(book)
    return _Counted(entries, lambda number: telling.progress(path, number, total))


def _export(output: Output, book: Anthology, entries: Entries, file: BinaryIO) -> None:
    output.exporter.export(book, entries, file)
    file.flush()


def _export_folder(output: Output, book: Anthology, entries: Entries, folder: Path) -> None:
    assert isinstance(output.exporter, WritesFolder)
    output.exporter.export_folder(book, entries, folder)
    seal(folder)
    sync_files([folder, *folder.rglob("*")])
