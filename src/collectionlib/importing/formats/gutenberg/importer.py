"""A book of Project Gutenberg as drafts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import frozen

from ....errors import ParseError
from ....model import JSONValue
from ...draft import Draft, Removal
from ...sources import SourceFile
from ...wrapping import wrap_width
from ..base import Recognition
from .bodies import Notation, body_of, notation_of
from .chunks import Chunk, chunks_of
from .division import Chapters, Division, divide_book
from .frame import Frame, find_frame
from .header import Header, read_header
from .surroundings import Piece

__all__ = ["GutenbergImporter"]

_RECOGNISED = Recognition(0.95, "the marks of Project Gutenberg around a book")


@frozen
class GutenbergImporter:
    r"""Reads plain-text books of Project Gutenberg: a story, a poem or an essay is an entry.

    Args:
        chapters: ``headings`` makes one entry of a novel or a play, ``entries`` one of each
            chapter or act.

    >>> text = "Title: Wishes\n\nAuthor: Ann Ex\n\n"
    >>> text += "*** START OF THE PROJECT GUTENBERG EBOOK WISHES ***\n\nBe _well_.\n"
    >>> source = SourceFile("wishes.txt", text.encode())
    >>> [(d.title, d.body, d.contributors[0].name) for d in GutenbergImporter().parse(source)]
    [('Wishes', 'Be *well*.', 'Ann Ex')]
    """

    chapters: Chapters = "headings"

    def recognises(self, source: SourceFile) -> Recognition | None:
        """A START line or the end of the small print, as Project Gutenberg has them."""
        return _RECOGNISED if find_frame(source.text) else None

    def parse(self, source: SourceFile) -> Iterator[Draft]:
        """The texts of the book, in order.

        Raises:
            ParseError: there is no mark of where the book begins.
        """
        text = source.text
        frame = find_frame(text)
        if frame is None:
            raise ParseError(
                source.uri,
                "no line says where the book begins, such as '*** START OF THE PROJECT GUTENBERG "
                "EBOOK …'; take --format plain for a text without one",
            )
        header = read_header(text[: frame.start])
        chunks = tuple(chunks_of(text, frame.start, frame.end))
        title = header.title or source.stem
        division = divide_book(chunks, title, self.chapters)
        book = _Book(source, frame, header, title, chunks, division)
        yield from book.drafts()


@frozen
class _Book:
    source: SourceFile
    frame: Frame
    header: Header
    title: str
    chunks: Sequence[Chunk]
    division: Division

    def drafts(self) -> Iterator[Draft]:
        inside = self.source.text[self.frame.start : self.frame.end]
        notation = notation_of(inside, wrap_width(inside))
        kept = [piece for piece in self.division.pieces if not piece.change]
        empty = self._empty(many=len(kept) > 1)
        pending = self._removed()
        for piece in kept:
            draft = self._draft(piece, notation, empty)
            # What belongs to no text stands in the first.
            yield draft.but(
                changes=tuple(dict.fromkeys((*(r.change for r in pending), *draft.changes))),
                removed=(*pending, *draft.removed),
                evidence=(self.frame.evidence, self.division.evidence) if pending else (),
                warnings=self.division.warnings if pending else (),
            )
            pending = ()

    def _removed(self) -> tuple[Removal, ...]:
        text, chunks = self.source.text, self.chunks
        taken = [
            Removal(piece.change, text[chunks[piece.first].start : chunks[piece.end - 1].end])
            for piece in self.division.pieces
            if piece.change
        ]
        header = Removal("gutenberg-header", text[: self.frame.start])
        footer = Removal("gutenberg-footer", text[self.frame.end :])
        return (header, *taken, *([footer] if footer.text.strip() else []))

    def _empty(self, *, many: bool) -> Draft:
        """What all texts of the book have in common."""
        header = self.header
        category = self.source.category
        return Draft(
            body="",
            contributors=header.contributors,
            language=header.language,
            rights=header.rights,
            site=self.title,
            attributes={"gutenberg": dict(header.attributes)}
            if header.attributes
            else dict[str, JSONValue](),
            many=many,
            category=(*category, self.title) if many else category,
        )

    def _draft(self, piece: Piece, notation: Notation, empty: Draft) -> Draft:
        chunks = self.chunks
        body = body_of(chunks[piece.body : piece.end], self.division.headings, notation)
        heading = " ".join(chunk.words for chunk in chunks[piece.first : piece.body])
        attributes = dict(empty.attributes)
        if heading and heading != piece.title:
            attributes["heading"] = heading
        category = empty.category or ()
        return empty.but(
            body=body.text,
            title=piece.title,
            markup=body.markup,
            category=(*category, piece.part) if piece.part else category,
            attributes=attributes,
            wrap_width=notation.width if body.markup == "plain" else None,
            span=(chunks[piece.first].start, chunks[piece.end - 1].end),
            changes=body.changes,
            removed=body.removed,
        )
