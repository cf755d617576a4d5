"""One generation: what a transaction does to the files, and where that is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Self

import msgspec
from attrs import field, frozen

__all__ = ["APPLIED", "DOCUMENTS", "MANIFEST", "OWN_FOLDER", "Generation", "Manifest", "Stamp"]

OWN_FOLDER = ".collectionlib"
"""What is ours in the folder of a collection, and no entry."""

DOCUMENTS = f"{OWN_FOLDER}/documents"
"""Where the named documents are."""

MANIFEST = "manifest.json"
"""The name of the file that says what a generation does."""

APPLIED = "applied"
"""The name of the file that says that everything of it is in its place."""

Stamp = tuple[int, int]
"""Size and time of the last change (ns): others when a file has been changed by hand."""


@frozen
class Manifest:
    """What a generation does.

    Args:
        puts: paths, relative to the collection, with the number of the file.
        removes: paths.
        replaced: those of them at which something stood before, with the number under which
            it is kept.
        stamps: of the files that stood there, to tell a later change by hand.
    """

    puts: dict[str, int] = field(factory=dict)
    removes: set[str] = field(factory=set)
    replaced: dict[str, int] = field(factory=dict)
    stamps: dict[str, Stamp] = field(factory=dict)

    def touches(self, path: str) -> bool:
        return path in self.puts or path in self.removes


@frozen
class Generation:
    """A committed generation on disk."""

    number: int
    folder: Path
    manifest: Manifest

    @classmethod
    def load(cls, folder: Path) -> Self:
        data = (folder / MANIFEST).read_bytes()
        return cls(int(folder.name), folder, msgspec.json.decode(data, type=Manifest))

    def new(self, path: str) -> Path:
        return self.folder / "new" / str(self.manifest.puts[path])

    def old(self, path: str) -> Path:
        return self.folder / "old" / str(self.manifest.replaced[path])

    @property
    def applied(self) -> bool:
        return (self.folder / APPLIED).exists()
