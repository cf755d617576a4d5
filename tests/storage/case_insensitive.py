"""A file system in user space that does not tell apart what differs only in case or form.

As those of macOS and Windows, it keeps names as they were first written, and finds them by any
other spelling. To try it: ``python tests/storage/case_insensitive.py FOLDER MOUNTPOINT``.
"""

import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, ClassVar
from unicodedata import normalize

from mfusepy import FUSE, Operations


def _key(name: str) -> str:
    return normalize("NFC", normalize("NFC", name).casefold())


class CaseInsensitive(Operations):
    """Passes everything on to a folder, with names found as they are spelt there."""

    use_ns = True

    def __init__(self, root: Path) -> None:
        self._root = root

    def _real(self, path: str) -> str:
        """Where a path leads: the spelling that is there, else the one that was asked for."""
        real = self._root
        for name in Path(path.lstrip("/")).parts:
            others = [] if os.path.lexists(real / name) or not real.is_dir() else os.listdir(real)
            real /= next((other for other in others if _key(other) == _key(name)), name)
        return str(real)

    def __getattribute__(self, name: str) -> Any:
        simple = object.__getattribute__(self, "_SIMPLE").get(name)
        return partial(self._call, simple) if simple else object.__getattribute__(self, name)

    _SIMPLE: ClassVar[dict[str, Callable[..., Any]]] = {
        "chmod": os.chmod,
        "mkdir": os.mkdir,
        "readlink": os.readlink,
        "rmdir": os.rmdir,
        "unlink": os.unlink,
    }

    def _call(self, function: Callable[..., Any], path: str, *rest: Any) -> Any:
        return function(self._real(path), *rest) or 0

    def getattr(self, path: str, fh: int | None = None) -> dict[str, Any]:
        found = os.fstat(fh) if fh is not None else os.lstat(self._real(path))
        names = ("mode", "nlink", "uid", "gid", "size")
        stat = {f"st_{name}": getattr(found, f"st_{name}") for name in names}
        return stat | {f"st_{x}time": getattr(found, f"st_{x}time_ns") for x in "acm"}

    def readdir(self, path: str, fh: int) -> list[str]:
        return [".", "..", *os.listdir(self._real(path))]

    def rename(self, old: str, new: str) -> int:
        source, target = self._real(old), self._real(new)
        if source == target:
            target = str(Path(target).with_name(Path(new).name))
        os.rename(source, target)
        return 0

    def link(self, target: str, source: str) -> int:
        os.link(self._real(source), self._real(target))
        return 0

    def symlink(self, target: str, source: str) -> int:
        os.symlink(source, self._real(target))
        return 0

    def open(self, path: str, flags: int) -> int:
        return os.open(self._real(path), flags)

    def create(self, path: str, mode: int, fi: Any = None) -> int:
        # The kernel has looked before, and found no other spelling.
        return os.open(self._real(path), os.O_RDWR | os.O_CREAT, mode)

    def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
        return os.pread(fh, size, offset)

    def write(self, path: str, data: bytes, offset: int, fh: int) -> int:
        return os.pwrite(fh, data, offset)

    def truncate(self, path: str, length: int, fh: int | None = None) -> int:
        os.truncate(self._real(path) if fh is None else fh, length)
        return 0

    def fsync(self, path: str, datasync: int, fh: int) -> int:
        os.fsync(fh)
        return 0

    def release(self, path: str, fh: int) -> int:
        os.close(fh)
        return 0

    def utimens(self, path: str, times: tuple[int, int] | None = None) -> int:
        os.utime(self._real(path), ns=times)
        return 0


if __name__ == "__main__":
    FUSE(CaseInsensitive(Path(sys.argv[1])), sys.argv[2], foreground=True)
