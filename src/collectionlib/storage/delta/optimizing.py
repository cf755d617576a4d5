"""Putting the files of the table in order: few, by id, and none that nobody needs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import pairwise

import obstore
from deltalake import CommitProperties

from ..base import Optimized
from .committing import COMMIT_INFO
from .failures import translated
from .making import check_writable
from .rows import KINDS
from .staging import is_staged
from .table import DataFile, Table

__all__ = ["optimize"]

_FILE_BYTES = 128 * 1024 * 1024
"""Bytes of a file of entries, compressed: few requests, and several for many readers."""

_SURELY_SMALL = 8 * 1024 * 1024
"""Bytes of a file in which an entry is found soon, however they lie."""

_MEMORY = 1024 * 1024 * 1024
"""Bytes beyond which sorting goes through temporary files."""

_INFO = CommitProperties(custom_metadata={COMMIT_INFO: {"optimize": True}})
_SURELY_ABANDONED = timedelta(hours=24)
"""Age from which a file that no version has is no longer one that is about to be committed."""


def optimize(table: Table, *, keep: timedelta, dry_run: bool) -> Optimized:
    """Sort the entries by id in few files, join the others, and delete what nobody needs.

    Args:
        table: at its newest version.
        keep: for how long older versions stay readable.
        dry_run: only say what would be done.

    Raises:
        StorageError: another writer was in the way, or the store cannot be reached.
    """
    check_writable(table)
    files = table.files()
    size = sum(file.size for file in files)
    steps = list(_joining(files))
    if not dry_run:
        _join(table, files)
        table = Table.open(table.location)
        files = table.files()
    useless = _delete_old(table, keep, dry_run=dry_run)
    if useless:
        steps.append(f"delete {_files(len(useless))} that no version of the last {_days(keep)} has")
    if steps and not dry_run:
        with translated(table.location, "written"):
            table.delta.update_incremental()
            table.delta.create_checkpoint()
            table.delta.cleanup_metadata()
    return Optimized(
        steps=tuple(steps), size_before=size, size_after=sum(file.size for file in files)
    )


def _joining(files: Sequence[DataFile]) -> Iterable[str]:
    """What is to be done with the files of each kind."""
    for kind in KINDS:
        own = [file for file in files if file.kind == kind]
        if kind == "entry" and not _are_in_order(own):
            yield f"sort the entries of {_files(len(own))} by id"
        elif kind != "entry" and len(own) > 1:
            yield f"join {_files(len(own))} of the kind {kind}"


def _are_in_order(files: Sequence[DataFile]) -> bool:
    """Whether no two files have ids of the same range, and there are no more than need be.

    Nor may a large one lie as it was written by us: in the order in which the entries came.
    """
    if any(file.size > _SURELY_SMALL and is_staged(file) for file in files):
        return False
    ranges = sorted(file.ids for file in files if file.ids is not None)
    if len(ranges) < len(files):
        return False
    few = 1 + sum(file.size for file in files) // (_FILE_BYTES // 2)
    return len(files) <= few and all(one[1] < other[0] for one, other in pairwise(ranges))


def _join(table: Table, files: Sequence[DataFile]) -> None:
    for kind in KINDS:
        own = [file for file in files if file.kind == kind]
        with translated(table.location, "written"):
            if kind == "entry" and not _are_in_order(own):
                table.delta.optimize.z_order(
                    ["id"],
                    partition_filters=[("kind", "=", kind)],
                    target_size=_FILE_BYTES,
                    max_spill_size=_MEMORY,
                    commit_properties=_INFO,
                )
            elif kind != "entry" and len(own) > 1:
                table.delta.optimize.compact(
                    partition_filters=[("kind", "=", kind)], commit_properties=_INFO
                )


def _delete_old(table: Table, keep: timedelta, *, dry_run: bool) -> list[str]:
    """The files that are deleted, or would be."""
    with translated(table.location, "written"):
        listed = obstore.list(table.store)
        there = {each["path"] for chunk in listed for each in chunk}
        # Of those that versions had, some may be gone already.
        useless = [path for path in _vacuum(table, keep, dry_run=True) if path in there]
        if useless and not dry_run:
            _vacuum(table, keep, dry_run=False)
    return useless


def _vacuum(table: Table, keep: timedelta, *, dry_run: bool) -> list[str]:
    return table.delta.vacuum(
        retention_hours=int(keep / timedelta(hours=1)),
        dry_run=dry_run,
        enforce_retention_duration=False,
        # What no version has may be about to be committed, unless it is old.
        full=keep >= _SURELY_ABANDONED,
        commit_properties=_INFO,
    )


def _files(number: int) -> str:
    return f"{number} file" if number == 1 else f"{number} files"


def _days(keep: timedelta) -> str:
    hours = int(keep / timedelta(hours=1))
    return f"{hours // 24} days" if hours >= 48 and hours % 24 == 0 else f"{hours} hours"
