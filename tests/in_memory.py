"""Where files cost nothing."""

from __future__ import annotations

import shutil

_MEMORY = "/dev/shm"
_ROOM = 4 * 1024**3


def folder_in_memory() -> str | None:
    """A folder in memory, if there is room for all that tests write at a time."""
    try:
        return _MEMORY if shutil.disk_usage(_MEMORY).free > _ROOM else None
    except OSError:
        return None
