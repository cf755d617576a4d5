"""JSON Lines: an entry a line, for data frames, data sets and jq."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, BinaryIO, ClassVar

import msgspec
from attrs import Attribute, field, fields, frozen

from ...codec import decode_json, encode_json, to_plain
from ...errors import InvalidValueError
from ...model import Entry
from ..anthology import Anthology
from .base import Entries

__all__ = ["JsonLinesExporter"]

_LONGEST_LINE = 16 * 1024 * 1024


def _check_fields(exporter: object, attribute: Attribute[Any], names: tuple[str, ...]) -> None:
    known = [one.name for one in fields(Entry)]
    for name in names:
        if name.partition(".")[0] not in known:
            raise InvalidValueError("fields", name, f"are {', '.join(known)}, and not")


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

    fields: tuple[str, ...] = field(default=(), converter=tuple, validator=_check_fields)
    suffixes: ClassVar[tuple[str, ...]] = (".jsonl", ".ndjson")
    kind: ClassVar[str] = "an export to JSON Lines"

    def export(self, anthology: Anthology, entries: Entries, out: BinaryIO) -> None:
        """Write the entries, one at a time, in the order of the book."""
        for outline in anthology.walk():
            entry = entries.get(outline.id)
            out.write((self._chosen(entry) if self.fields else encode_json(entry)) + b"\n")

    def _chosen(self, entry: Entry) -> bytes:
        plain = to_plain(entry)
        return msgspec.json.encode({name: _value(plain, name) for name in self.fields})

    def recognises(self, file: BinaryIO) -> bool:
        """Whether the first line is an entry, with an id that only we make."""
        try:
            decode_json(file.readline(_LONGEST_LINE), Entry)
        except (ValueError, TypeError):
            return False
        return True


def _value(plain: Mapping[str, Any], name: str) -> Any:
    found: Any = plain
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found
