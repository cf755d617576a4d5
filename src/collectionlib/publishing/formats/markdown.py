"""Markdown: the anthology in one file, as pandoc reads it, with a metadata block."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import zip_longest
from pathlib import Path
from typing import Any, BinaryIO, ClassVar

import msgspec
from attrs import define, frozen

from ...errors import RenderError, StorageError
from ...markup import markdown, parse
from ...markup.blocks import Block, Break, Emphasis, Heading, Paragraph, Text
from ...markup.embedding import embedded, notes_in
from ...model import Entry, Metadata
from ...storage.directory import DirectoryStorage
from ...storage.directory.generation import OWN_FOLDER
from ..anthology import Anthology, EntryOutline, Part
from .base import Entries

__all__ = ["MarkdownExporter"]

_LOWEST = 6
_GENERATOR = b"\ngenerator: collectionlib\n"


@frozen
class MarkdownExporter:
    """Writes CommonMark with footnotes and tables: parts and entries are headings.

    The metadata stand in a block of YAML before it, under the names that pandoc knows. A folder
    holds a file an entry instead, each with its own front matter.
    """

    suffixes: ClassVar[tuple[str, ...]] = (".md", ".markdown")
    kind: ClassVar[str] = "an anthology in Markdown"

    def export(self, anthology: Anthology, entries: Entries, out: BinaryIO) -> None:
        """Write the anthology; each entry is read when its turn has come.

        Raises:
            RenderError: an entry cannot be rendered.
        """
        pieces = _Writer(entries).pieces(anthology)
        separator = ""
        for piece in pieces:
            out.write(f"{separator}{piece}\n".encode())
            separator = "\n"

    def export_folder(self, anthology: Anthology, entries: Entries, folder: Path) -> None:
        """Write a file an entry, in folders for the categories: a collection in a folder.

        Raises:
            OSError: it cannot be written.
        """
        try:
            self._write_folder(anthology, entries, folder)
        except StorageError as error:
            # It lies beside the folder that was asked for: whoever knows that one tells of it.
            if isinstance(error.__cause__, OSError):
                raise error.__cause__ from None
            raise

    def _write_folder(self, anthology: Anthology, entries: Entries, folder: Path) -> None:
        storage = DirectoryStorage.create(str(folder), anthology.metadata)
        with closing(storage), storage.transaction() as batch:
            for category in anthology.categories:
                batch.set_category(category)
            for outline in anthology.walk():
                batch.put(entries.get(outline.id))
        # What it was written by differs between two exports, and is not needed any more.
        shutil.rmtree(folder / OWN_FOLDER)

    def recognises(self, file: BinaryIO) -> bool:
        """Whether the file begins with a metadata block of ours."""
        head = file.read(65_536).partition(b"\n---\n")[0] + b"\n"
        return head.startswith(b"---\n") and _GENERATOR in head


@define
class _Writer:
    """Writes a book; ``notes`` is how many there were so far, for each has a number of its own."""

    entries: Entries
    notes: int = 0

    def pieces(self, anthology: Anthology) -> Iterator[str]:
        yield _metadata_block(anthology.metadata)
        yield from self.texts(anthology.entries, 1)
        for part in anthology.parts:
            yield from self.part(part, 1)

    def part(self, part: Part, level: int) -> Iterator[str]:
        yield markdown.render([_heading(part.title, level)])
        if part.opening:
            blocks = parse(part.opening.body, part.opening.markup)
            yield markdown.render(
                embedded(blocks, heading_offset=min(level, _LOWEST), note_offset=self.notes)
            )
            self.notes += notes_in(blocks)
        yield from self.texts(part.entries, level + 1)
        for below in part.parts:
            yield from self.part(below, level + 1)

    def texts(self, outlines: Sequence[EntryOutline], level: int) -> Iterator[str]:
        for outline, following in zip_longest(outlines, outlines[1:]):
            text = markdown.render(self.text(self.entries.get(outline.id), outline.title, level))
            if text:
                yield text
            if following is not None and not following.title:
                # Nothing else would tell where the next one begins.
                yield markdown.render([Break()])

    def text(self, entry: Entry, title: str, level: int) -> Iterator[Block]:
        if title:
            yield _heading(title, level)
        if entry.contributors:
            byline = ", ".join(contributor.name for contributor in entry.contributors)
            yield Paragraph((Emphasis((Text(byline),)),))
        try:
            blocks = parse(entry.body, entry.markup)
            yield from embedded(blocks, heading_offset=min(level, _LOWEST), note_offset=self.notes)
        except RecursionError as error:
            raise RenderError(entry.id, str(error)) from error
        self.notes += notes_in(blocks)


def _heading(title: str, level: int) -> Heading:
    return Heading(min(level, _LOWEST), (Text(title),))


def _metadata_block(metadata: Metadata) -> str:
    """What pandoc makes title pages and books of; JSON is YAML too (YAML 1.2 §1.3)."""
    values: dict[str, Any] = {
        "title": metadata.title,
        "subtitle": metadata.subtitle,
        "author": [one.name for one in metadata.contributors if one.role == "aut"],
        "contributor": [
            {"role": one.role, "text": one.name}
            for one in metadata.contributors
            if one.role != "aut"
        ],
        "date": metadata.published,
        "lang": metadata.language if metadata.language != "und" else None,
        "publisher": metadata.publisher,
        "rights": metadata.rights,
        "description": metadata.description,
        "subject": [subject.term for subject in metadata.subjects],
        "identifier": metadata.id,
    }
    lines = [
        f"{name}: {msgspec.json.encode(value).decode()}" for name, value in values.items() if value
    ]
    return "\n".join(["---", *lines, "generator: collectionlib", "---"])
