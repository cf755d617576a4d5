"""What the files of a large collection say in their front matters, kept in the user's cache.

A listing of a hundred thousand files would have to open each of them. What was read of a file is
good as long as size, times and inode are the same; but a file that was changed a moment ago may be
changed again without any of them telling, because the clock of a file system ticks slowly. What is
that young is not kept. So nothing depends on the index but speed: it may be deleted at any time,
and is never in the folder of the collection.

``COLLECTIONLIB_CACHE`` names another folder for it; empty, there is none.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple, TypeAlias

import msgspec
from platformdirs import user_cache_path

from ...identity import EntryId

__all__ = ["Index", "Record", "Stamp"]

Stamp: TypeAlias = tuple[int, int, int, int]
"""Size in bytes, times of the last change of contents and of anything (ns), inode."""

_VERSION = 1
_SMALLEST = 500
"""Files of a collection for which an index is worth its while."""
_YOUNG = 2_000_000_000
"""Nanoseconds: no file system in use has a clock that ticks more slowly (FAT: 2 s)."""


class Record(NamedTuple):
    """What is known of a file.

    Args:
        stamp: of the file when it was read.
        id: that the file says, or that its path gives.
        category: of the entry.
        place_key: what it is sorted by within its category.
        start: byte in its source.
    """

    stamp: Stamp
    id: EntryId
    category: tuple[str, ...]
    place_key: str
    start: int


class _Kept(msgspec.Struct, array_like=True):
    version: int
    root: str
    records: dict[str, Record]


class Index:
    """The records of one collection.

    Args:
        root: its folder.
        files: how many files there are.
    """

    def __init__(self, root: Path, files: int) -> None:
        self._root = str(root.resolve())
        self._path = _path_for(self._root) if files >= _SMALLEST else None
        self._kept: Mapping[str, Record] = self._load()
        self._now: dict[str, Record] = {}
        self._fresh = 0

    def _load(self) -> Mapping[str, Record]:
        if self._path is None:
            return {}
        try:
            kept = msgspec.msgpack.decode(self._path.read_bytes(), type=_Kept)
        except (OSError, msgspec.DecodeError, msgspec.ValidationError):
            return {}
        return kept.records if (kept.version, kept.root) == (_VERSION, self._root) else {}

    def get(self, path: str, stamp: Stamp) -> Record | None:
        """What was read of a file, `None` where it is not known or may have changed."""
        record = self._kept.get(path)
        if record is None or record.stamp != stamp:
            return None
        self._now[path] = record
        return record

    def note(self, path: str, record: Record) -> None:
        """Keep what was read of a file, unless the file is too young."""
        if self._path is not None and max(record.stamp[1:3]) + _YOUNG < time.time_ns():
            self._now[path] = record
            self._fresh += 1

    def save(self) -> None:
        """Write it, where enough has changed; a cache that cannot be written is none."""
        gone = len(self._kept) - (len(self._now) - self._fresh)
        if self._path is None or self._fresh + gone <= len(self._kept) // 100:
            return
        data = msgspec.msgpack.encode(_Kept(_VERSION, self._root, self._now))
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=self._path.parent)
            try:
                with os.fdopen(descriptor, "wb") as out:
                    out.write(data)
                Path(name).replace(self._path)
            except OSError:
                Path(name).unlink(missing_ok=True)


def _path_for(root: str) -> Path | None:
    chosen = os.environ.get("COLLECTIONLIB_CACHE")
    if chosen == "":
        return None
    folder = Path(chosen) if chosen else user_cache_path("collectionlib")
    return folder / "directory" / blake2b(os.fsencode(root), digest_size=12).hexdigest()
