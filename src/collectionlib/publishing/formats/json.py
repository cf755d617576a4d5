"""JSON: the anthology as a collection, which opens as one again."""

from __future__ import annotations

from typing import BinaryIO, ClassVar

from attrs import field, frozen

from ...storage.json_document import Header, is_export, write_document
from ..anthology import Anthology
from .base import Entries
from .columns import check_fields, encoded

__all__ = ["JsonExporter"]


@frozen
class JsonExporter:
    """Writes the JSON document that the JSON storage keeps, with the mark of an export.

    Args:
        pretty: indent everything by two blanks, for people; else an entry a line, which streams
            and diffs. Both open as a collection.
        fields: which to write of each entry, in this order, and ``null`` where an entry has no
            value: ``("id", "title", "source.uri")``. What lacks the others opens as no collection.
            All that have a value, where none is given.

    Raises:
        InvalidValueError: an entry has no such field.
    """

    pretty: bool = False
    fields: tuple[str, ...] = field(default=(), converter=tuple, validator=check_fields)
    suffixes: ClassVar[tuple[str, ...]] = (".json",)
    kind: ClassVar[str] = "an export to JSON"

    def export(self, anthology: Anthology, entries: Entries, out: BinaryIO) -> None:
        """Write the anthology; the parts are the categories of the entries."""
        header = Header(anthology.metadata, anthology.categories)
        lines = (encoded(entries.get(outline.id), self.fields) for outline in anthology.walk())
        write_document(out, header, lines, exported=True, fields=self.fields, pretty=self.pretty)

    def recognises(self, file: BinaryIO) -> bool:
        """Whether the file is an export; a collection that somebody keeps is none."""
        return is_export(file)
