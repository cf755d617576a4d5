"""Generations: how a folder of plain files changes as a whole, and how readers keep their moment.

A transaction is a generation. It is staged in a folder of its own, and exists from the moment at
which that folder is renamed to the next number: that is the commit. Then its files are put in
their places, and what they replace is kept beside them.

    .collectionlib/
      staging/            a transaction that is being collected; nobody looks at it
      rubbish/            generations that nobody needs any more
      generations/
        7/                committed
          manifest.json   what it puts where, what it removes
          new/3           a file that is not in its place yet
          old/3           what stood at the place before
          applied         everything is in its place

What a path held in generation G is known at any moment:

| a generation is | and the path | then the path holds |
|---|---|---|
| at most G, its file still in ``new`` | is put by it | that file |
| at most G, its file moved | is put by it | what is in the place |
| at most G, not applied | is removed by it | nothing |
| after G, ``old`` is there | is put or removed by it | the file in ``old`` of the first such |
| after G, ``old`` is not there | stood there before | what is in the place: not replaced yet |
| after G | did not stand there before | nothing |

A writer links what it replaces to ``old`` before it replaces it, so that what was read from the
place is right unless ``old`` is there afterwards. Readers write nothing: a crash is repaired by
the next writer, and until then they see through it by this table.
Generations go when no reader holds the shared lock on the folder.

What a person has changed by hand between the commit and the repair is not lost: an edited file
that was to be replaced stays beside the new one, an edited file that was to be removed stays.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import msgspec

from ...errors import CorruptCollection, StorageError
from ..durable import confirm, sync_files, sync_folder, why_not_written, writing
from .generation import APPLIED, MANIFEST, OWN_FOLDER, Generation, Manifest, Stamp
from .staging import Staging
from .view import View

if sys.platform != "win32":
    import fcntl

__all__ = ["Generations"]


class Generations:
    """The generations of one collection.

    Args:
        location: its folder, as the user said it.
    """

    def __init__(self, location: str) -> None:
        self.location = location
        self.root: Path = Path(location)
        self._own = self.root / OWN_FOLDER
        self._folder = self._own / "generations"
        self._staging = self._own / "staging"
        self._rubbish = self._own / "rubbish"

    def numbers(self) -> tuple[int, ...]:
        """Those that are there, ascending."""
        try:
            names = [path.name for path in self._folder.iterdir()]
        except FileNotFoundError:
            return ()
        return tuple(sorted(int(name) for name in names if name.isdigit()))

    def load(self, number: int) -> Generation:
        """A generation, by its number.

        Raises:
            CorruptCollection: what it does cannot be read.
        """
        folder = self._folder / str(number)
        try:
            return Generation.load(folder)
        except (FileNotFoundError, msgspec.DecodeError, UnicodeDecodeError) as error:
            raise CorruptCollection(
                f"a transaction that was kept cannot be read ({error})",
                location=self.location,
                path=str(folder / MANIFEST),
                remedy=f"take the texts that you miss from {folder}, and take that folder away",
            ) from error

    def committed(self, number: int) -> bool:
        """Whether there is a generation of that number."""
        return os.path.exists(f"{self._folder}/{number}")  # noqa: PTH110 - asked for each file

    @contextmanager
    def reading(self) -> Iterator[View]:
        """A view of the collection as it is now; while it is open nothing it needs goes."""
        descriptor = os.open(self.root, os.O_RDONLY)
        try:
            _share(descriptor)
            yield View(self, max(self.numbers(), default=0))
        finally:
            os.close(descriptor)

    # --- writing: only under the writer's lock --------------------------------------------------

    def repair(self) -> None:
        """Put in place what a crash has left half-way, and take away what it has staged."""
        for folder in (self._staging, self._rubbish):
            shutil.rmtree(folder, ignore_errors=True)
        for number in self.numbers():
            generation = self.load(number)
            if not generation.applied:
                self._apply(generation)
        self._forget()

    def stage(self) -> Staging:
        """A new transaction, to be collected."""
        with writing(self.location):
            (self._staging / "new").mkdir(parents=True)
        return Staging(self.location, self._staging)

    def commit(self, staging: Staging) -> None:
        """Make a staged transaction the next generation; then it is done, whatever happens.

        Raises:
            StorageError: it could not be written; or it is kept, but not everything is in its
                place yet.
        """
        with writing(self.location):
            number = self._commit(staging)
        try:
            self._apply(self.load(number))
            self._forget()
        except OSError as error:
            raise StorageError(
                f"{self.location} has kept what was written, but not all files are in their places "
                f"({why_not_written(error)}); the next command that writes puts them there",
                location=self.location,
            ) from error

    def _commit(self, staging: Staging) -> int:
        paths = (*staging.puts, *staging.removes)
        # Strings, not paths: this is done for each of a hundred thousand files.
        standing = [path for path in paths if os.path.lexists(f"{self.root}/{path}")]
        manifest = Manifest(
            puts=staging.puts,
            removes=staging.removes & set(standing),
            replaced={path: number for number, path in enumerate(standing)},
            stamps={path: _stamp(self.root / path) for path in standing},
        )
        (staging.folder / "old").mkdir()
        (staging.folder / MANIFEST).write_bytes(msgspec.json.encode(manifest))
        sync_files([*staging.files(), staging.folder / MANIFEST])
        for folder in (staging.folder / "new", staging.folder / "old", staging.folder):
            sync_folder(folder)
        self._folder.mkdir(exist_ok=True)
        number = max(self.numbers(), default=0) + 1
        staging.folder.rename(self._folder / str(number))
        confirm(self._folder, self._own)
        return number

    def _apply(self, generation: Generation) -> None:
        """Put everything in its place; it may have been begun before."""
        manifest = generation.manifest
        folders: set[str] = set()
        for path, number in manifest.puts.items():
            folder = path.rpartition("/")[0]
            if folder not in folders:
                self._make_folder(self.root / folder)
                folders.add(folder)
            place = f"{self.root}/{path}"
            if os.path.lexists(place) and generation.new(path).exists():
                _step_aside(Path(place), manifest.stamps.get(path))
                if path in manifest.replaced:
                    _keep(Path(place), generation.old(path))
            with suppress(FileNotFoundError):
                # It is in its place already where a crash came in between.
                os.replace(f"{generation.folder}/new/{number}", place)  # noqa: PTH105
        for path in manifest.removes:
            old_place = self.root / path
            if _is_unchanged(old_place, manifest.stamps.get(path)):
                _keep(old_place, generation.old(path))
                old_place.unlink(missing_ok=True)
        for touched in self._folders_of((*manifest.puts, *manifest.removes)):
            sync_folder(touched)
        (generation.folder / APPLIED).touch()
        sync_folder(generation.folder)
        for path in manifest.removes:
            self._remove_empty_folders((self.root / path).parent)

    def _make_folder(self, folder: Path) -> None:
        if folder.is_dir():
            return
        self._make_folder(folder.parent)
        _step_aside(folder, None)
        folder.mkdir()

    def _folders_of(self, paths: Iterable[str]) -> set[Path]:
        """The folders that lead to paths, as far as they are there."""
        folders = {self.root}
        for name in {path.rpartition("/")[0] for path in paths}:
            folder = self.root / name
            while folder not in folders and folder.exists():
                folders.add(folder)
                folder = folder.parent
        return folders

    def _remove_empty_folders(self, folder: Path) -> None:
        while folder != self.root:
            try:
                folder.rmdir()
            except OSError:
                return
            folder = folder.parent

    def _forget(self) -> None:
        """Take away the generations that are applied, unless a reader may need them."""
        numbers = self.numbers()
        if not numbers:
            return
        descriptor = os.open(self.root, os.O_RDONLY)
        try:
            if not _is_alone(descriptor):
                return
            # Renamed first: half a generation would be a mystery to who comes next, and readers
            # need not wait until all is deleted.
            self._rubbish.mkdir(exist_ok=True)
            for number in numbers:
                (self._folder / str(number)).rename(self._rubbish / str(number))
        finally:
            os.close(descriptor)
        shutil.rmtree(self._rubbish, ignore_errors=True)


def _share(descriptor: int) -> None:
    """Say that a folder is being read, for as long as the descriptor is open."""
    # Windows has no such lock on folders: there a reader may lose what a writer takes away.
    if sys.platform != "win32":
        fcntl.flock(descriptor, fcntl.LOCK_SH)


def _is_alone(descriptor: int) -> bool:
    """Whether nobody reads a folder; nobody will until the descriptor is closed."""
    if sys.platform != "win32":
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def _stamp(place: Path) -> Stamp:
    found = place.lstat()
    return (found.st_size, found.st_mtime_ns)


def _is_unchanged(place: Path, stamp: Stamp | None) -> bool:
    """Whether what stands at a place is what stood there at the commit."""
    try:
        return _stamp(place) == stamp
    except (FileNotFoundError, NotADirectoryError):
        return stamp is None


def _step_aside(place: Path, stamp: Stamp | None) -> None:
    """Rename what a person has put at a place since the commit."""
    if _is_unchanged(place, stamp) or not os.path.lexists(place):
        return
    for number in count(1):
        aside = place.with_name(f"{place.stem} (by hand {number}){place.suffix}")
        if not os.path.lexists(aside):
            place.rename(aside)
            return


def _keep(place: Path, old: Path) -> None:
    with suppress(FileExistsError, FileNotFoundError):
        try:
            os.link(place, old, follow_symlinks=False)
        except OSError as error:
            if isinstance(error, FileExistsError | FileNotFoundError):
                raise
            # A file system without hard links; nobody is to read half a copy.
            copy = old.with_suffix(".copy")
            shutil.copy2(place, copy, follow_symlinks=False)
            copy.replace(old)
