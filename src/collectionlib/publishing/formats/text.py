"""Plain text: an anthology to be read and printed as it is, in UTF-8."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import BinaryIO, ClassVar, Literal, TypeAlias, get_args

from attrs import field, frozen
from attrs.validators import ge, in_, optional

from ...errors import RenderError
from ...markup import parse, plain
from ...markup.wrapping import width_of, wrap
from ...model import Entry
from ..anthology import Anthology, EntryOutline, Part, SourceOutline
from .base import Entries

__all__ = ["NARROWEST", "LineEnd", "TextExporter"]

_SIGNATURE = "Made with collectionlib."
_BETWEEN = "\n\n        * * *\n\n"
_RULES = ("=", "-", "~")
_DEEPEST_INDENT = 4


NARROWEST = 20
"""Columns of the narrowest page."""

LineEnd: TypeAlias = Literal["lf", "crlf"]
"""How lines end: as on Unix, or as on Windows."""


@frozen
class TextExporter:
    """Writes title, contents, parts, entries and a colophon, one after the other.

    Args:
        width: columns after which running text is broken, at least 20; a wide character takes
            two. Verse, tables and drawings stay as they are. `None` breaks nothing.
        line_ends: ``lf``, or ``crlf`` as Windows and old printers have it.
    """

    width: int | None = field(default=None, validator=optional(ge(NARROWEST)))
    line_ends: LineEnd = field(default="lf", validator=in_(get_args(LineEnd)))
    suffixes: ClassVar[tuple[str, ...]] = (".txt",)
    kind: ClassVar[str] = "a plain-text anthology"

    def export(self, anthology: Anthology, entries: Entries, out: BinaryIO) -> None:
        """Write the book; each entry is read when its turn has come.

        Raises:
            RenderError: an entry cannot be rendered.
        """
        pieces = _Writer(anthology, entries, self.width).pieces()
        if self.line_ends == "crlf":
            pieces = (piece.replace("\n", "\r\n") for piece in pieces)
        out.writelines(piece.encode() for piece in pieces)

    def recognises(self, file: BinaryIO) -> bool:
        """Whether the file ends with the line that ours end with."""
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 200))
        return file.read().rstrip().endswith(_SIGNATURE.encode())


@frozen
class _Writer:
    anthology: Anthology
    entries: Entries
    width: int | None

    def pieces(self) -> Iterator[str]:
        anthology = self.anthology
        yield self.title_page()
        yield f"\n\n{_underlined('Contents', 1)}\n"
        yield from self.contents(anthology.entries, anthology.parts, 0)
        yield from self.texts(anthology.entries)
        for part in anthology.parts:
            yield from self.part(part, 0)
        yield f"\n\n\n{_underlined('Colophon', 0)}\n{_colophon(anthology)}"

    def wrapped(self, line: str, *, indent: str = "") -> str:
        return line if self.width is None else wrap(line, self.width, indent=indent)

    def title_page(self) -> str:
        metadata = self.anthology.metadata
        lines = [
            self.heading(metadata.title, 0),
            metadata.subtitle or "",
            *(contributor.name for contributor in metadata.contributors),
            metadata.publisher or "",
            metadata.published or "",
        ]
        return "\n".join(line for line in lines if line)

    def heading(self, title: str, depth: int) -> str:
        return _underlined(self.wrapped(title), depth)

    def contents(
        self, entries: Sequence[EntryOutline], parts: Sequence[Part], depth: int
    ) -> Iterator[str]:
        # Deeper than that, a narrow page would have no place for words.
        indent = "  " * min(depth, _DEEPEST_INDENT)
        hanging = f"{indent}    "
        for outline in entries:
            yield f"{self.wrapped(indent + (outline.label or '…'), indent=hanging)}\n"
        for part in parts:
            yield f"{self.wrapped(indent + part.title, indent=hanging)}\n"
            yield from self.contents(part.entries, part.parts, depth + 1)

    def part(self, part: Part, depth: int) -> Iterator[str]:
        yield f"\n\n\n{self.heading(part.title, depth)}"
        if part.opening:
            blocks = parse(part.opening.body, part.opening.markup)
            yield f"\n{plain.render(blocks, width=self.width)}\n"
        yield from self.texts(part.entries)
        for below in part.parts:
            yield from self.part(below, depth + 1)

    def texts(self, outlines: Sequence[EntryOutline]) -> Iterator[str]:
        separator = "\n\n"
        for outline in outlines:
            yield separator
            yield self.text(self.entries.get(outline.id), outline.title)
            separator = _BETWEEN

    def text(self, entry: Entry, title: str) -> str:
        try:
            blocks = parse(entry.body, entry.markup)
            body = plain.render(blocks, width=self.width).rstrip("\n")
        except RecursionError as error:
            raise RenderError(entry.id, str(error)) from error
        head = [self.heading(title, 2)] if title else []
        if entry.contributors:
            byline = ", ".join(contributor.name for contributor in entry.contributors)
            head.append(f"{self.wrapped(byline)}\n")
        return "\n".join([*head, body])


def _underlined(title: str, depth: int) -> str:
    rule = _RULES[min(depth, len(_RULES) - 1)]
    longest = max(map(width_of, title.split("\n")))
    return f"{title}\n{rule * max(longest, 3)}\n"


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
