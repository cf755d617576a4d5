"""Folders that are replaced as a whole: written beside, synced, and exchanged for the old one."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .durable import confirm, hold, mode_of, prefix_of, real_path, sync_files

__all__ = ["exchange", "replacing_folder"]

_NO_CHOICE = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP)
_AT_FDCWD = -100
_SWAP = 2
"""RENAME_EXCHANGE of Linux, and RENAME_SWAP of macOS."""
_ASIDE = "replaced"
_NEW = "new"


@contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """A folder to write into, which takes the place of ``path`` when the block ends.

    It is written beside the other one, synced, and exchanged for it in one step where the system
    can do that. After an exception it is gone, and what was at ``path`` is as it was. A link is
    kept, and the folder that it points to is replaced.

    Raises:
        OSError: the folder cannot be written, or not be put in place.
    """
    target = real_path(path)
    _bring_back(target)
    around = Path(tempfile.mkdtemp(prefix=prefix_of(target), dir=target.parent))
    descriptor = _opened(around)
    # It is the one around it that is held: what is written may want to hold its own folder.
    folder = around / _NEW
    try:
        folder.mkdir()
        yield folder
        folder.chmod(mode_of(target, 0o777))
        sync_files([folder, *folder.rglob("*")])
        if target.exists():
            exchange(folder, target)
        else:
            folder.rename(target)
        confirm(target.parent)
    finally:
        # After the exchange the old one is in it.
        shutil.rmtree(around, ignore_errors=True)
        if descriptor is not None:
            os.close(descriptor)


def exchange(new: Path, old: Path) -> None:
    """Let two folders change their names.

    Where the system cannot do that at once, the old one steps aside first; the next who writes it
    brings it back, if this process is killed in between.

    Raises:
        OSError: they could not; then both are where they were.
    """
    if _exchanged_at_once(new, old):
        return
    aside = _aside(old)
    old.rename(aside)
    try:
        new.rename(old)
    except BaseException:
        aside.rename(old)
        raise
    aside.rename(new)


def _exchanged_at_once(new: Path, old: Path) -> bool:
    function = _renaming()
    if function is None:
        return False
    if function(os.fsencode(new), os.fsencode(old)) == 0:
        return True
    number = ctypes.get_errno()
    if number in _NO_CHOICE:
        return False
    raise OSError(number, os.strerror(number), str(old))


def _renaming() -> Callable[[bytes, bytes], int] | None:
    """renameat2(2) of Linux, renamex_np(2) of macOS; the standard library has neither."""
    try:
        library = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            return lambda one, other: library.renamex_np(one, other, _SWAP)
        swap = library.renameat2
    except (AttributeError, OSError, TypeError):
        return None
    return lambda one, other: swap(_AT_FDCWD, one, _AT_FDCWD, other, _SWAP)


def _bring_back(target: Path) -> None:
    """Put a folder in its place that stepped aside for one that never came."""
    aside = _aside(target)
    if aside.exists() and not target.exists():
        aside.rename(target)
    elif aside.exists():
        shutil.rmtree(aside, ignore_errors=True)


def _aside(target: Path) -> Path:
    return target.with_name(f".{target.name[:60]}.{_ASIDE}")


def _opened(folder: Path) -> int | None:
    """The folder, held as long as it is open, so that nobody takes it for left behind."""
    with suppress(OSError):  # Windows opens no folder
        descriptor = os.open(folder, os.O_RDONLY)
        hold(descriptor)
        return descriptor
    return None
