"""Files that survive a crash: written beside, synced, and put in place as a whole."""

from __future__ import annotations

import ctypes
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import BinaryIO

__all__ = ["remove_leftovers", "replacing", "sync_files", "sync_folder"]

_MANY = 64
_SYNCS_AT_ONCE = 16


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file to write, which takes the place of ``path`` when the block ends.

    It is written beside the other one, synced, and renamed. After an exception it is gone, and
    what was at ``path`` is as it was. A link is kept, and what it points to replaced.

    Raises:
        OSError: the file cannot be written, or not be put in place.
    """
    target = path.resolve() if path.is_symlink() else path
    descriptor, name = tempfile.mkstemp(prefix=_prefix(target), dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as out:
            yield out
            out.flush()
            Path(name).chmod(_mode(target))
            os.fsync(out.fileno())
        Path(name).replace(target)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(name).unlink()
        raise
    sync_folder(target.parent)


def remove_leftovers(path: Path) -> None:
    """Take away what killed writers of a file have left beside it; only when nobody writes it."""
    prefix = _prefix(path)
    for other in path.parent.iterdir():
        if other.name.startswith(prefix):
            other.unlink(missing_ok=True)


def _prefix(target: Path) -> str:
    return f".{target.name[:60]}.writing-"


def _mode(target: Path) -> int:
    """The permissions of the file that is replaced, else those of a new one."""
    try:
        return target.stat().st_mode & 0o7777
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


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
