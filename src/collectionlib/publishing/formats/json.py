"""JSON: the anthology as a collection, which opens as one again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, ClassVar

from attrs import frozen

from ...codec import encode_json
from ...storage.json_document import Header, is_export, write_document
from ..anthology import Anthology
from .base import Entries

__all__ = ["JsonExporter"]


@frozen
class JsonExporter:
    """Writes the JSON document that the JSON storage keeps, with the mark of an export.

    Args:
        pretty: indent everything by two blanks, for people; else an entry a line, which streams
            and diffs. Both open as a collection.
    """

    pretty: bool = False
    suffixes: ClassVar[tuple[str, ...]] = (".json",)
    kind: ClassVar[str] = "an export to JSON"

    def export(self, anthology: Anthology, entries: Entries, out: BinaryIO) -> None:
        """Write the anthology; the parts are the categories of the entries."""
        header = Header(anthology.metadata, anthology.categories)
        lines = _lines(anthology, entries)
        write_document(out, header, lines, exported=True, pretty=self.pretty)

    def recognises(self, file: BinaryIO) -> bool:
        """Whether the file is an export; a collection that somebody keeps is none."""
        return is_export(file)


def _lines(anthology: Anthology, entries: Entries) -> Iterator[bytes]:
    return (encode_json(entries.get(outline.id)) for outline in anthology.walk())
