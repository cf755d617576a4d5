"""Files that survive a crash: written beside, synced, and put in place as a whole."""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import BinaryIO

from ..errors import CollectionError, StorageError

__all__ = [
    "confirm",
    "hold",
    "is_stream",
    "mode_of",
    "prefix_of",
    "real_path",
    "remove_abandoned",
    "remove_leftovers",
    "remover_of_abandoned",
    "replacing",
    "replacing_together",
    "sync_files",
    "sync_folder",
    "why_not_written",
    "writing",
]

_MANY = 64
_SYNCS_AT_ONCE = 16
_WRITING = ".writing-"
_ABANDONED = 60.0
"""Seconds after which what nobody holds is taken for left behind, not for just begun."""
_REMEDIES: Mapping[int | None, str] = {
    errno.ENOSPC: "make room there, and do it again",
    errno.EDQUOT: "make room there, and do it again",
    errno.EACCES: "see that you may write there",
    errno.EPERM: "see that you may write there",
    errno.EROFS: "see that you may write there",
    errno.ENOENT: "make the folder that it is to lie in",
    errno.ENOTDIR: "choose a place in a folder",
    errno.EEXIST: "choose a place in a folder",
    errno.EISDIR: "name a file in it",
    errno.ENAMETOOLONG: "choose a shorter name",
    errno.ELOOP: "mend the link, which leads round in a circle",
}


class _UnconfirmedError(OSError):
    """What was written is in its place, but the disk has not said that it will stay there."""


@contextmanager
def writing(location: str) -> Iterator[None]:
    """Translate what the operating system says while a collection is written.

    Only for what is undone when it fails, or to be confirmed (see `confirm`): the sentence says
    which.

    Raises:
        StorageError: the collection could not be written.
    """
    try:
        yield
    except CollectionError:
        raise
    except _UnconfirmedError as error:
        raise StorageError(
            f"{location} was written, but the disk has not confirmed it: {why_not_written(error)}",
            location=location,
        ) from error
    except OSError as error:
        raise StorageError(
            f"{location} could not be written and is as it was: {why_not_written(error)}",
            location=location,
        ) from error


def why_not_written(error: OSError) -> str:
    """What the operating system says, and what to do about it.

    >>> why_not_written(OSError(errno.ENOSPC, "No space left on device"))
    'No space left on device; make room there, and do it again'
    """
    remedy = _REMEDIES.get(error.errno, "do it again, and have a look at the disk")
    return f"{error.strerror or error}; {remedy}"


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file to write, which takes the place of ``path`` when the block ends.

    It is written beside the other one, where it may be read again, synced, and renamed. After an
    exception it is gone, and what was at ``path`` is as it was. A link is kept, and what it
    points to replaced. Into a pipe or a terminal what is written goes at once: there is nothing
    to be replaced.

    Raises:
        OSError: the file cannot be written, or not be put in place.
    """
    with replacing_together() as begin, begin(path) as out:
        yield out


@contextmanager
def replacing_together() -> Iterator[Callable[[Path], AbstractContextManager[BinaryIO]]]:
    """As `replacing`, for several files: none takes its place before the block ends.

    Each is closed when it is written, so that there may be more of them than a process may open.
    """
    replacements: list[_Replacement] = []

    @contextmanager
    def begin(path: Path) -> Iterator[BinaryIO]:
        if is_stream(path):
            with path.open("wb") as out:
                yield out
            return
        replacements.append(_Replacement(real_path(path)))
        with replacements[-1].open() as out:
            yield out

    try:
        yield begin
        for each in replacements:
            each.put()
        confirm(*dict.fromkeys(each.folder for each in replacements))
    except BaseException:
        for each in replacements:
            each.discard()
        raise


class _Replacement:
    """A file beside another one, whose place it is to take."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self._descriptor, name = _made_beside(target)
        self._path = Path(name)

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        with os.fdopen(self._descriptor, "w+b") as out:
            hold(self._descriptor)
            yield out
            out.flush()
            self._path.chmod(mode_of(self._target))
            os.fsync(out.fileno())

    def put(self) -> None:
        self._path.replace(self._target)

    @property
    def folder(self) -> Path:
        return self._target.parent

    def discard(self) -> None:
        # Why there is something to be discarded matters more than whether it can be.
        with suppress(OSError):
            self._path.unlink(missing_ok=True)


def is_stream(path: Path) -> bool:
    """Whether a path is a pipe, a terminal or the like: what is written into, never replaced."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode) or stat.S_ISSOCK(mode) or stat.S_ISBLK(mode)


def _made_beside(target: Path) -> tuple[int, str]:
    # Only writers need it, and readers are to begin soon.
    import tempfile

    return tempfile.mkstemp(prefix=prefix_of(target), dir=target.parent)


@contextmanager
def temporary_path(target: Path) -> Iterator[Path]:
    """A name beside a file for what is to take its place; what is left there at the end goes."""
    descriptor, name = _made_beside(target)
    os.close(descriptor)
    path = Path(name)
    try:
        path.chmod(mode_of(target))
        yield path
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def remove_leftovers(path: Path) -> None:
    """Take away what killed writers of a file have left beside it; only when nobody writes it."""
    prefix = prefix_of(path)
    for other in path.parent.iterdir():
        if other.name.startswith(prefix):
            other.unlink(missing_ok=True)


def real_path(path: Path) -> Path:
    """Where a link leads; of links in a circle, and of what is none, the path itself."""
    # Not `Path.resolve`, which raises a `RuntimeError` for a circle.
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def remove_abandoned(path: Path) -> None:
    """Take away what killed writers have left beside an output, though others may write it."""
    remover_of_abandoned()(path)


def remover_of_abandoned() -> Callable[[Path], None]:
    """`remove_abandoned` for many outputs: each folder is looked through once."""
    found: dict[Path, dict[str, list[Path]]] = {}

    def remove(path: Path) -> None:
        target = real_path(path)
        if target.parent not in found:
            found[target.parent] = _left_in(target.parent)
        for other in found[target.parent].pop(prefix_of(target), ()):
            with suppress(OSError):
                if _is_abandoned(other):
                    _remove(other)

    return remove


def _left_in(folder: Path) -> dict[str, list[Path]]:
    """What stands in a folder that is, or was, to take a place there, by `prefix_of` the place."""
    left: dict[str, list[Path]] = {}
    with suppress(OSError), os.scandir(folder) as found:
        for each in found:
            prefix, mark, _ = each.name.rpartition(_WRITING)
            if mark:
                left.setdefault(f"{prefix}{mark}", []).append(Path(each.path))
    return left


def _remove(path: Path) -> None:
    if path.is_dir():
        import shutil

        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _is_abandoned(path: Path) -> bool:
    if time.time() - path.stat().st_mtime < _ABANDONED:
        return False
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return hold(descriptor)
    finally:
        os.close(descriptor)


def hold(descriptor: int) -> bool:
    """Hold a file or folder while it is open; whether nobody else does, as far as can be told."""
    try:
        import fcntl
    except ImportError:  # Windows removes no file that is open
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # somebody holds it, or the file system has no locks
        return False
    return True


def prefix_of(target: Path) -> str:
    """How the names begin under which a file or folder is written, beside the one it replaces."""
    return f".{target.name[:60]}{_WRITING}"


def mode_of(target: Path, new: int = 0o666) -> int:
    """The permissions of what is replaced, else those of something new.

    Args:
        target: what is replaced.
        new: what is asked for where nothing is there; the user's mask takes from it.
    """
    try:
        return target.stat().st_mode & 0o7777
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return new & ~mask


def confirm(*folders: Path) -> None:
    """Make a commit survive a crash: its new name, by the folders that lead to it.

    Raises:
        OSError: one that `writing` tells apart: what was written can be seen, and is there as
            long as nothing crashes.
    """
    try:
        for folder in folders:
            sync_folder(folder)
    except OSError as error:
        raise _UnconfirmedError(error.errno, error.strerror) from error


def sync_folder(path: Path) -> None:
    """Make the names in a folder survive a crash."""
    _sync(path)


def sync_files(paths: Iterable[Path]) -> None:
    """Make the contents of files of one file system survive a crash.

    Many of them are synced with the whole file system at once where it can do that, which is
    six times faster than one by one.
    """
    all_paths = list(paths)
    sync_file_system = _syncfs()
    if len(all_paths) >= _MANY and sync_file_system:
        sync_file_system(all_paths[0])
        return
    # Only writers need it, and readers are to begin soon.
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(min(_SYNCS_AT_ONCE, max(len(all_paths), 1))) as pool:
        list(pool.map(_sync, all_paths))


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@cache
def _syncfs() -> Callable[[Path], None] | None:
    """Linux's syncfs(2), which the standard library does not offer; `None` elsewhere."""
    import ctypes

    try:
        function = ctypes.CDLL(None, use_errno=True).syncfs
    except (AttributeError, OSError, TypeError):
        return None

    def sync_file_system(path: Path) -> None:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            if function(descriptor) != 0:
                number = ctypes.get_errno()
                raise OSError(number, os.strerror(number), str(path))
        finally:
            os.close(descriptor)

    return sync_file_system
