"""The protocol of an exporter."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO, Protocol, runtime_checkable

from ...identity import EntryId
from ...model import Entry
from ..anthology import Anthology

__all__ = ["Entries", "Exporter", "RecognisesOutput", "WritesFolder"]


class Entries(Protocol):
    """Where an exporter reads entries again, one at a time; a storage's snapshot is one."""

    def get(self, entry_id: EntryId) -> Entry:
        """The entry of that id."""
        ...


class Exporter(Protocol):
    """Writes an anthology in one format.

    A class with these members, registered in the entry-point group
    ``collectionlib.exporters``, is an exporter; it needs nothing from this package. Options are
    its own frozen fields, each with a default, so that it can be made without arguments.
    """

    suffixes: tuple[str, ...]
    """Endings of the files that it writes, with the dot."""

    def export(self, anthology: Anthology, entries: Entries, out: BinaryIO) -> None:
        """Write the anthology.

        Args:
            anthology: what goes in, in order; it holds ids and titles, no bodies.
            entries: where the bodies are read.
            out: a binary stream to write to; it may not be seekable.

        Raises:
            ExportError: the anthology cannot be written in this format.
        """
        ...


@runtime_checkable
class RecognisesOutput(Protocol):
    """What an exporter may offer besides: telling a file of its own kind, to replace it."""

    kind: str
    """What it writes, for messages, with its article: ``an EPUB``."""

    def recognises(self, file: BinaryIO) -> bool:
        """Whether the file is of the kind that this exporter writes."""
        ...


@runtime_checkable
class WritesFolder(Protocol):
    """What an exporter may offer besides: writing a folder of files instead of one file."""

    def export_folder(self, anthology: Anthology, entries: Entries, folder: Path) -> None:
        """Write the anthology.

        The folder takes the place of the old one when it is complete, so this need not care.

        Args:
            anthology: what goes in, in order; it holds ids and titles, no bodies.
            entries: where the bodies are read.
            folder: where the files go; it is there, and empty.

        Raises:
            ExportError: the anthology cannot be written in this format.
        """
        ...
