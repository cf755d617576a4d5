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

A writer links what it replaces to ``old`` before it replaces it, so that between a look at
``old`` and a second one after reading the place nothing can slip through. Readers write nothing:
a crash is repaired by the next writer, and until then they see through it by this table.
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
from typing import BinaryIO, Self

import msgspec
from attrs import define, field, frozen

from ...errors import CorruptCollection, StorageError
from ..durable import confirm, sync_files, sync_folder, why_not_written, writing

if sys.platform != "win32":
    import fcntl

__all__ = ["DOCUMENTS", "OWN_FOLDER", "Generations", "Staging", "View", "printable", "unreadable"]

OWN_FOLDER = ".collectionlib"
"""What is ours in the folder of a collection, and no entry."""

DOCUMENTS = f"{OWN_FOLDER}/documents"
"""Where the named documents are."""

_MANIFEST = "manifest.json"
_APPLIED = "applied"

_Stamp = tuple[int, int]
"""Size and time of the last change (ns): others when a file has been changed by hand."""


class _Manifest(msgspec.Struct):
    """What a generation does.

    Args:
        puts: paths, relative to the collection, with the number of the file.
        removes: paths.
        replaced: those of them at which something stood before, with the number under which
            it is kept.
        stamps: of the files that stood there, to tell a later change by hand.
    """

    puts: dict[str, int] = {}
    removes: set[str] = set()
    replaced: dict[str, int] = {}
    stamps: dict[str, _Stamp] = {}

    def touches(self, path: str) -> bool:
        return path in self.puts or path in self.removes


@frozen
class _Generation:
    """A committed generation on disk."""

    number: int
    folder: Path
    manifest: _Manifest

    @classmethod
    def load(cls, folder: Path) -> Self:
        data = (folder / _MANIFEST).read_bytes()
        return cls(int(folder.name), folder, msgspec.json.decode(data, type=_Manifest))

    def new(self, path: str) -> Path:
        return self.folder / "new" / str(self.manifest.puts[path])

    def old(self, path: str) -> Path:
        return self.folder / "old" / str(self.manifest.replaced[path])

    @property
    def applied(self) -> bool:
        return (self.folder / _APPLIED).exists()


class Generations:
    """The generations of one collection.

    Args:
        location: its folder, as the user said it.
    """

    def __init__(self, location: str) -> None:
        self.location = location
        self.root = Path(location)
        self._own = self.root / OWN_FOLDER
        self._folder = self._own / "generations"

    def numbers(self) -> tuple[int, ...]:
        """Those that are there, ascending."""
        try:
            names = [path.name for path in self._folder.iterdir()]
        except FileNotFoundError:
            return ()
        return tuple(sorted(int(name) for name in names if name.isdigit()))

    def load(self, number: int) -> _Generation:
        """A generation, by its number.

        Raises:
            CorruptCollection: what it does cannot be read.
        """
        folder = self._folder / str(number)
        try:
            return _Generation.load(folder)
        except (FileNotFoundError, msgspec.DecodeError, UnicodeDecodeError) as error:
            raise CorruptCollection(
                f"a transaction that was kept cannot be read ({error})",
                location=self.location,
                path=str(folder / _MANIFEST),
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
        for name in ("staging", "rubbish"):
            shutil.rmtree(self._own / name, ignore_errors=True)
        for number in self.numbers():
            generation = self.load(number)
            if not generation.applied:
                self._apply(generation)
        self._forget()

    def stage(self) -> Staging:
        """A new transaction, to be collected."""
        folder = self._own / "staging"
        with writing(self.location):
            (folder / "new").mkdir(parents=True)
        return Staging(self.location, folder)

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
        manifest = _Manifest(
            puts=staging.puts,
            removes=staging.removes & set(standing),
            replaced={path: number for number, path in enumerate(standing)},
            stamps={path: _stamp(self.root / path) for path in standing},
        )
        (staging.folder / "old").mkdir()
        (staging.folder / _MANIFEST).write_bytes(msgspec.json.encode(manifest))
        sync_files([*staging.files(), staging.folder / _MANIFEST])
        for folder in (staging.folder / "new", staging.folder / "old", staging.folder):
            sync_folder(folder)
        self._folder.mkdir(exist_ok=True)
        number = max(self.numbers(), default=0) + 1
        staging.folder.rename(self._folder / str(number))
        confirm(self._folder, self._own)
        return number

    def _apply(self, generation: _Generation) -> None:
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
        (generation.folder / _APPLIED).touch()
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
            rubbish = self._own / "rubbish"
            rubbish.mkdir(exist_ok=True)
            for number in numbers:
                (self._folder / str(number)).rename(rubbish / str(number))
        finally:
            os.close(descriptor)
        shutil.rmtree(rubbish, ignore_errors=True)


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


def _stamp(place: Path) -> _Stamp:
    found = place.lstat()
    return (found.st_size, found.st_mtime_ns)


def _is_unchanged(place: Path, stamp: _Stamp | None) -> bool:
    """Whether what stands at a place is what stood there at the commit."""
    try:
        return _stamp(place) == stamp
    except (FileNotFoundError, NotADirectoryError):
        return stamp is None


def _step_aside(place: Path, stamp: _Stamp | None) -> None:
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
            # A file system without hard links.
            shutil.copy2(place, old, follow_symlinks=False)


@define
class Staging:
    """A transaction that is being collected."""

    location: str
    folder: Path
    puts: dict[str, int] = field(factory=dict)
    removes: set[str] = field(factory=set)
    _count: int = 0

    def keep(self, data: bytes) -> int:
        """Write a file that will have a place later; the number is its name."""
        number = self._count
        self._count += 1
        with writing(self.location), open(f"{self.folder}/new/{number}", "wb", 0) as out:  # noqa: PTH123
            # Unbuffered: one call, unless the disk takes less at a time.
            rest = memoryview(data)
            while rest:
                rest = rest[out.write(rest) :]
        return number

    @contextmanager
    def keeping(self) -> Iterator[tuple[int, BinaryIO]]:
        """A file to be written piece by piece that will have a place later, and its number."""
        number = self._count
        self._count += 1
        with writing(self.location), self._new(number).open("wb") as out:
            yield number, out

    def kept(self, number: int) -> bytes:
        """What such a file holds."""
        return self._new(number).read_bytes()

    def _new(self, number: int) -> Path:
        return self.folder / "new" / str(number)

    def discard(self, number: int) -> None:
        """Take a file away that will have no place."""
        self._new(number).unlink()

    def files(self) -> Iterator[Path]:
        """The files that will have a place."""
        return (self._new(number) for number in self.puts.values())

    def abandon(self) -> None:
        """Take everything away."""
        shutil.rmtree(self.folder, ignore_errors=True)


@define
class View:
    """What the files of a collection held in one generation."""

    generations: Generations
    generation: int
    _known: dict[int, _Generation] = field(init=False)
    _latest: int = field(init=False)
    _pending: tuple[_Generation, ...] = field(init=False)

    def __attrs_post_init__(self) -> None:
        numbers = self.generations.numbers()
        self._known = {number: self.generations.load(number) for number in numbers}
        self._latest = max(self._known, default=self.generation)
        # Those that this moment includes, but that are not yet in their places.
        self._pending = tuple(
            generation
            for number, generation in sorted(self._known.items())
            if number <= self.generation and not generation.applied
        )

    def _refresh(self) -> int:
        """Learn of the generations that have been committed since; how many are known."""
        # They are numbered without a gap, and none goes while this one reads.
        while self.generations.committed(self._latest + 1):
            self._latest += 1
            self._known[self._latest] = self.generations.load(self._latest)
        return self._latest

    def _later(self) -> list[_Generation]:
        """The generations after this moment, the first one first."""
        return [own for number, own in sorted(self._known.items()) if number > self.generation]

    def read(self, path: str, size: int = -1) -> bytes | None:
        """What a path held, at most ``size`` bytes of it; `None` where nothing stood there.

        Raises:
            CorruptCollection: something stands there that cannot be read.
        """
        try:
            return self._read_settled(path, size)
        except OSError as error:
            location = self.generations.location
            raise unreadable(location, path, error.strerror or str(error)) from error

    def _read_settled(self, path: str, size: int) -> bytes | None:
        while True:
            known = self._latest
            data = self._read(path, size)
            # What was read from the place may have been put there since.
            if self._refresh() != known:
                continue
            if known == self.generation or self._read(path, size, only_kept=True) in (None, data):
                return data

    def _read(self, path: str, size: int, *, only_kept: bool = False) -> bytes | None:
        for generation in self._later():
            if generation.manifest.touches(path):
                if path not in generation.manifest.replaced:
                    return None
                kept = _read(generation.old(path), size)
                if kept is not None or only_kept:
                    return kept
                break
        if only_kept:
            return None
        for generation in reversed(self._pending):
            if path in generation.manifest.puts:
                new = _read(generation.new(path), size)
                return new if new is not None else _read(f"{self.generations.root}/{path}", size)
            if path in generation.manifest.removes:
                return None
        return _read(f"{self.generations.root}/{path}", size)

    def opened(self, path: str) -> BinaryIO | None:
        """A file that is put once and never replaced, to be read piece by piece."""
        self._refresh()
        place = self.generations.root / path
        touching = [own for own in self._known.values() if own.manifest.touches(path)]
        new = [own.new(path) for own in touching if path in own.manifest.puts]
        old = [own.old(path) for own in touching if path in own.manifest.replaced]
        # Looked for once more where it may have been put meanwhile.
        for candidate in (place, *new, *old, place):
            with suppress(FileNotFoundError):
                return candidate.open("rb")
        return None

    def unsettled(self) -> set[str]:
        """The paths at which something else may stand now than at this moment."""
        self._refresh()
        manifests = [each.manifest for each in (*self._pending, *self._later())]
        return {path for manifest in manifests for path in (*manifest.puts, *manifest.removes)}

    def paths(self, now: set[str]) -> set[str]:
        """The paths at which something stood, from those that a walk has found since."""
        self._refresh()
        paths = set(now)
        for generation in self._pending:
            paths |= generation.manifest.puts.keys()
            paths -= generation.manifest.removes
        for generation in reversed(self._later()):
            paths -= generation.manifest.puts.keys()
            paths |= generation.manifest.replaced.keys()
        return paths


def unreadable(location: str, path: str, why: str) -> CorruptCollection:
    """The damage of a file or folder that is there and cannot be read."""
    return CorruptCollection(
        f"it cannot be read ({why})",
        location=location,
        path=str(Path(location, printable(path))),
        remedy="make it readable, or take it out",
    )


def printable(name: str) -> str:
    """A path as text: bytes of it that are not UTF-8 are lone surrogates, which are none."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _read(path: str | Path, size: int) -> bytes | None:
    try:
        with open(path, "rb", 0) as file:  # noqa: PTH123 - a string, for its speed
            return file.read(size)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
