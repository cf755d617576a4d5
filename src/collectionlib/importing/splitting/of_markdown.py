"""Markdown, divided at its headings: each piece takes along the notes that it refers to."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from attrs import Factory, field, frozen

from ...markup.markdown_places import Definition, Places, places, referred_labels
from .pieces import Lines, Piece
from .sections import sections

__all__ = ["MarkdownPiece", "divide_markdown", "with_notes"]

# The lines as the parser of Markdown counts them.
_LINE = re.compile("[^\r\n\x85\u2028\u2029]*(?:\r\n|[\r\n\x85\u2028\u2029]|$)")
_BLANK_LINES = re.compile(r"\A(?:[ \t]*[\r\n])+")


@frozen
class MarkdownPiece:
    """A text of a Markdown file that holds many.

    Args:
        piece: where it stands, its title, and the parts that it stands in.
        body: it alone, with the notes and addresses that it refers to, wherever they stood.
        moved: whether some of them stood elsewhere, or went where they are wanted.
        removed: definitions in it that have no effect, since their label had one before.
    """

    piece: Piece
    body: str
    moved: bool = False
    removed: tuple[str, ...] = ()


def divide_markdown(text: str, depth: int | None) -> tuple[MarkdownPiece, ...]:
    r"""The texts of a Markdown file, each of which begins with a heading.

    Args:
        text: the file, without front matter.
        depth: the level of the headings that begin a text; those above it name the parts that
            the texts stand in. `None` is the highest level that has more than one heading.

    >>> text = "# Wishes\n\n## One\n\nBe well[^1].\n\n## Two\n\nLive.\n\n[^1]: Or better.\n"
    >>> for each in divide_markdown(text, None):
    ...     print(each.piece.category, each.piece.title, repr(each.body))
    ('Wishes',) One 'Be well[^1].\n\n[^1]: Or better.'
    ('Wishes',) Two 'Live.'
    """
    found = places(text)
    if not found.headings:
        return ()
    lines = _lines(text)
    pieces = tuple(sections(lines, found.headings, depth or _depth(found)))
    return tuple(_Distribution(lines, found.definitions, pieces).pieces())


def with_notes(text: str, pieces: Sequence[Piece]) -> tuple[MarkdownPiece, ...]:
    r"""Pieces of a Markdown file, however they were found, each with what it refers to.

    >>> text = "[One].\n***\nTwo.\n\n[one]: /one\n"
    >>> [each.body for each in with_notes(text, [Piece(0, 7, 0), Piece(11, 30, 11)])]
    ['[One].\n\n[one]: /one', 'Two.']
    """
    return tuple(_Distribution(_lines(text), places(text).definitions, pieces).pieces())


def _lines(text: str) -> Lines:
    raw = [match[0] for match in _LINE.finditer(text) if match[0]]
    return Lines(text, raw, [line.strip() for line in raw], [*accumulate(map(len, raw), initial=0)])


def _depth(found: Places) -> int:
    levels = Counter(heading.level for heading in found.headings)
    return min((level for level, number in levels.items() if number > 1), default=min(levels))


@frozen
class _Distribution:
    """The definitions of a file, which go to the pieces that refer to them."""

    lines: Lines
    definitions: Sequence[Definition]
    divided: Sequence[Piece]
    _first: dict[str, Definition] = field(
        init=False,
        default=Factory(
            lambda self: {each.label: each for each in self.definitions if each.counts},
            takes_self=True,
        ),
    )

    def pieces(self) -> Iterator[MarkdownPiece]:
        """Each with its own definitions; one that nobody refers to stays where it is."""
        inside = [self._inside(piece) for piece in self.divided]
        wanted = [
            self._referred(self._left(piece, within))
            for piece, within in zip(self.divided, inside, strict=True)
        ]
        idle = self._first.keys() - frozenset().union(*wanted)
        for piece, within, labels in zip(self.divided, inside, wanted, strict=True):
            stay = [each for each in within if each.counts and each.label in labels | idle]
            come = [
                each for label, each in self._first.items() if label in labels and each not in stay
            ]
            yield self._made(piece, [each for each in within if each not in stay], come)

    def _made(
        self, piece: Piece, leave: Sequence[Definition], come: Sequence[Definition]
    ) -> MarkdownPiece:
        own = _trimmed(self._left(piece, leave))
        notes = "".join(self._text(each) for each in come).strip("\r\n")
        return MarkdownPiece(
            piece,
            body="\n\n".join(filter(None, (own, notes))),
            moved=bool(leave or come),
            removed=tuple(self._text(each).strip() for each in leave if not each.counts),
        )

    def _referred(self, text: str) -> frozenset[str]:
        """The labels that a text refers to, by way of its notes too."""
        found: set[str] = set()
        new = self._first.keys() & referred_labels(text)
        while new:
            found |= new
            notes = "".join(self._text(self._first[label]) for label in new)
            new = (self._first.keys() & referred_labels(notes)) - found
        return frozenset(found)

    def _inside(self, piece: Piece) -> list[Definition]:
        def place(definition: Definition) -> int:
            return self.lines.starts[definition.first]

        first = bisect_left(self.definitions, piece.body, key=place)
        end = bisect_left(self.definitions, piece.end, key=place)
        return list(self.definitions[first:end])

    def _left(self, piece: Piece, cut: Iterable[Definition]) -> str:
        parts, start = [], piece.body
        for each in cut:
            parts.append(self.lines.text[start : self.lines.starts[each.first]])
            start = self.lines.starts[each.end]
        return "".join([*parts, self.lines.text[start : piece.end]])

    def _text(self, definition: Definition) -> str:
        first, end = (self.lines.starts[at] for at in (definition.first, definition.end))
        return self.lines.text[first:end]


def _trimmed(text: str) -> str:
    """Without the blank lines around it; blanks that begin a line stay."""
    return _BLANK_LINES.sub("", text).rstrip()
