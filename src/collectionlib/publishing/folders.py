"""A folder as an output: replaced as a whole, and only if all that is in it came from us.

A folder may hold what nobody can make again. So each that is written has a list of its files with
what was in them, as ``sha256sum`` writes one; a folder without that list is never replaced, and
one in which something was added or changed by hand only when that is asked for.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from hashlib import file_digest
from pathlib import Path

from ..errors import ExportError

__all__ = ["LIST", "check_folder", "files_of", "is_folder", "seal"]

LIST = ".collectionlib-export"
"""The name of the list of files."""

_LITTER = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
"""What systems leave in folders that were looked at."""


def is_folder(output: str | os.PathLike[str]) -> bool:
    """Whether an output is to be a folder: one that is there, or that ends as one.

    >>> is_folder("site/"), is_folder("site.html")
    (True, False)
    """
    name = os.fspath(output)
    return name.endswith(("/", os.sep)) or Path(name).is_dir()


def seal(folder: Path) -> None:
    """Write the list of all files into a folder that is complete."""
    lines = [f"{digest}  {name}\n" for name, digest in files_of(folder)]
    (folder / LIST).write_text("".join(lines), "utf-8", newline="\n")


def check_folder(path: Path, *, force: bool) -> None:
    """Refuse to replace what is not ours.

    Args:
        path: of the folder; it may not be there.
        force: whether what was added and changed by hand may go.

    Raises:
        ExportError: it is a file, a folder of somebody else's, or one with somebody else's files.
    """
    if not path.exists() or (path.is_dir() and not any(path.iterdir())):
        return
    if not path.is_dir():
        raise ExportError(f"{path} is a file, and a folder was to be written: choose another name")
    listed = _listed(path)
    if listed is None:
        raise ExportError(
            f"{path} is no folder that an export has written, and none other is replaced, "
            "--force or not: choose a folder that is empty or not there"
        )
    if force:
        return
    for name, digest in files_of(path):
        if listed.get(name) != digest:
            what = "changed" if name in listed else "added"
            raise ExportError(
                f"{path / name} was {what} since the folder was written: take it out, or give "
                "--force to lose it"
            )


def _listed(path: Path) -> dict[str, str] | None:
    """The files that were written with their digests; `None` where there is no list of ours."""
    try:
        lines = (path / LIST).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


def files_of(folder: Path) -> Iterator[tuple[str, str]]:
    """The names of all files with their digests, in order, but for the list itself."""
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            yield path.relative_to(folder).as_posix(), "a link"
        elif path.is_file() and path.name not in (LIST, *_LITTER):
            with path.open("rb") as file:
                yield path.relative_to(folder).as_posix(), file_digest(file, "sha256").hexdigest()
