"""Plain text: an anthology to be read and printed as it is, in UTF-8."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator, Sequence
from typing import BinaryIO, ClassVar

from attrs import frozen

from ...errors import RenderError
from ...markup import parse, plain
from ...model import Entry
from ..anthology import Anthology, EntryOutline, Part, SourceOutline
from .base import Entries

__all__ = ["TextExporter"]

_SIGNATURE = "Made with collectionlib."
_BETWEEN = "\n\n        * * *\n\n"
_RULES = ("=", "-", "~")


@frozen
class TextExporter:
    """Writes title, contents, parts, entries and a colophon, one after the other."""

    suffixes: ClassVar[tuple[str, ...]] = (".txt",)
    kind: ClassVar[str] = "a plain-text anthology"

    def export(self, anthology: Anthology, entries: Entries, out: BinaryIO) -> None:
        """Write the book; each entry is read when its turn has come."""
        out.writelines(piece.encode() for piece in _pieces(anthology, entries))

    def recognises(self, file: BinaryIO) -> bool:
        """Whether the file ends with the line that ours end with."""
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 200))
        return file.read().rstrip().endswith(_SIGNATURE.encode())


def _pieces(anthology: Anthology, entries: Entries) -> Iterator[str]:
    yield _title_page(anthology)
    yield f"\n\n{_underlined('Contents', 1)}\n"
    yield from _contents(anthology.entries, anthology.parts, 0)
    yield from _entries(anthology.entries, entries)
    for part in anthology.parts:
        yield from _part(part, entries, 0)
    yield f"\n\n\n{_underlined('Colophon', 0)}\n{_colophon(anthology)}"


def _underlined(title: str, depth: int) -> str:
    rule = _RULES[min(depth, len(_RULES) - 1)]
    return f"{title}\n{rule * max(_width(title), 3)}\n"


def _width(line: str) -> int:
    """Columns that a line takes on a terminal: East Asian wide characters take two."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in line
    )


def _title_page(anthology: Anthology) -> str:
    metadata = anthology.metadata
    lines = [
        _underlined(metadata.title, 0),
        metadata.subtitle or "",
        *(contributor.name for contributor in metadata.contributors),
        metadata.publisher or "",
        metadata.published or "",
    ]
    return "\n".join(line for line in lines if line)


def _contents(entries: Sequence[EntryOutline], parts: Sequence[Part], depth: int) -> Iterator[str]:
    indent = "  " * depth
    for outline in entries:
        yield f"{indent}{outline.label or '…'}\n"
    for part in parts:
        yield f"{indent}{part.title}\n"
        yield from _contents(part.entries, part.parts, depth + 1)


def _part(part: Part, entries: Entries, depth: int) -> Iterator[str]:
    yield f"\n\n\n{_underlined(part.title, depth)}"
    if part.category.description:
        yield f"\n{plain.render(plain.parse(part.category.description))}\n"
    yield from _entries(part.entries, entries)
    for below in part.parts:
        yield from _part(below, entries, depth + 1)


def _entries(outlines: Sequence[EntryOutline], entries: Entries) -> Iterator[str]:
    separator = "\n\n"
    for outline in outlines:
        yield separator
        yield _entry(entries.get(outline.id), outline.title)
        separator = _BETWEEN


def _entry(entry: Entry, title: str) -> str:
    byline = ", ".join(contributor.name for contributor in entry.contributors)
    try:
        body = plain.render(parse(entry.body, entry.markup)).rstrip("\n")
    except RecursionError as error:
        raise RenderError(entry.id, str(error)) from error
    head = [_underlined(title, 2)] if title else []
    if byline:
        head.append(f"{byline}\n")
    return "\n".join([*head, body])


def _colophon(anthology: Anthology) -> str:
    metadata = anthology.metadata
    lines = [metadata.rights or "", metadata.id or "", *metadata.identifiers]
    if anthology.sources:
        lines += ["", "Sources:", *(f"  {_source(source)}" for source in anthology.sources)]
    return "\n".join([*(line for line in lines), "", _SIGNATURE, ""])


def _source(source: SourceOutline) -> str:
    origin = f"{source.site}: " if source.site else ""
    number = f" ({source.entries})" if source.entries > 1 else ""
    return f"{origin}{source.uri}{number}"
