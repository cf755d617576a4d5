"""JSON Lines: an entry a line, for data frames, data sets and jq."""

from __future__ import annotations

from typing import BinaryIO, ClassVar

from attrs import field, frozen

from ...codec import decode_json
from ...model import Entry
from ..anthology import Anthology
from .base import Entries
from .columns import check_fields, encoded

__all__ = ["JsonLinesExporter"]

_LONGEST_LINE = 16 * 1024 * 1024


@frozen
class JsonLinesExporter:
    """Writes entries as JSON Lines: UTF-8, one object a line.

    Args:
        fields: which to write, in this order, and ``null`` where an entry has no value, so that
            all lines have the same columns: ``("id", "title", "source.uri")``. All that have a
            value, under the names of the model, where none is given.

    Raises:
        InvalidValueError: an entry has no such field.
    """

    fields: tuple[str, ...] = field(default=(), converter=tuple, validator=check_fields)
    suffixes: ClassVar[tuple[str, ...]] = (".jsonl", ".ndjson")
    kind: ClassVar[str] = "an export to JSON Lines"

    def export(self, anthology: Anthology, entries: Entries, out: BinaryIO) -> None:
        """Write the entries, one at a time, in the order of the book."""
        found = (entries.get(outline.id) for outline in anthology.walk())
        out.writelines(encoded(entry, self.fields) + b"\n" for entry in found)

    def recognises(self, file: BinaryIO) -> bool:
        """Whether the first line is an entry, with an id that only we make."""
        try:
            decode_json(file.readline(_LONGEST_LINE), Entry)
        except (ValueError, TypeError):
            return False
        return True
