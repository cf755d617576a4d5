"""The nodes that a body consists of.

A body is a tuple of blocks, a block holds inlines or other blocks. Nodes are frozen and say
what a thing is, never what it looks like.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, TypeAlias

from attrs import frozen

__all__ = [
    "Alignment",
    "Block",
    "Break",
    "Cell",
    "Code",
    "Emphasis",
    "Figure",
    "Heading",
    "Inline",
    "LineBreak",
    "Link",
    "ListBlock",
    "Note",
    "NoteReference",
    "Paragraph",
    "Preformatted",
    "Quote",
    "Ruby",
    "Strong",
    "Table",
    "Text",
    "Verse",
    "words",
]

# --- inlines ------------------------------------------------------------------------------------


@frozen
class Text:
    """Characters."""

    text: str


@frozen
class LineBreak:
    """The end of a line that is kept."""


@frozen
class Emphasis:
    """Stressed words, set in italics where a script has them."""

    children: tuple[Inline, ...]


@frozen
class Strong:
    """Important words, set in bold."""

    children: tuple[Inline, ...]


@frozen
class Code:
    """Characters that are meant to the letter."""

    text: str


@frozen
class Link:
    """Words that lead to an address."""

    href: str
    children: tuple[Inline, ...]


@frozen
class Ruby:
    """Characters with their reading beside them."""

    base: str
    reading: str


@frozen
class NoteReference:
    """The place in the text that a `Note` of this number, from 1, belongs to."""

    number: int


Inline: TypeAlias = Text | LineBreak | Emphasis | Strong | Code | Link | Ruby | NoteReference
"""What stands in a line."""

# --- blocks -------------------------------------------------------------------------------------


@frozen
class Paragraph:
    """Running text; a `LineBreak` in it is kept, as in dialogue."""

    children: tuple[Inline, ...]


@frozen
class Heading:
    """A heading inside an entry; ``level`` 1 is the highest below the entry's title."""

    level: int
    children: tuple[Inline, ...]


@frozen
class Verse:
    """Lines that are indented, each with its indentation: a stanza."""

    lines: tuple[tuple[Inline, ...], ...]


@frozen
class Quote:
    """What somebody else says."""

    blocks: tuple[Block, ...]


@frozen
class ListBlock:
    """A list; ``start`` is its first number, `None` for bullets."""

    items: tuple[tuple[Block, ...], ...]
    start: int | None = None


@frozen
class Break:
    """A break between scenes; ``mark`` is how the source wrote it, or nothing."""

    mark: str = ""


@frozen
class Preformatted:
    """Lines whose blanks matter: drawings, code, columns as they were typed."""

    text: str


@frozen
class Figure:
    """A picture of its own; ``source`` is its address, ``alternative`` says what it shows."""

    source: str
    alternative: str = ""


Cell: TypeAlias = tuple[Inline, ...]
"""What stands in a cell of a table, on one line."""

Alignment: TypeAlias = Literal["", "left", "center", "right"]
"""Where the words of a column stand; empty where the source does not say it."""


@frozen
class Table:
    """Rows of cells, all of the same length.

    Args:
        head: the headings of the columns; cells without words where there are none.
        rows: below it.
        alignments: of the columns.
    """

    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    alignments: tuple[Alignment, ...]

    @classmethod
    def of(
        cls,
        head: Sequence[Cell],
        rows: Sequence[Sequence[Cell]],
        alignments: Sequence[Alignment] = (),
    ) -> Table:
        """A table whose rows are filled up with cells without words.

        >>> Table.of([(Text("a"),)], [[(Text("b"),), (Text("c"),)]]).head
        ((Text(text='a'),), ())
        """
        width = max(len(head), len(alignments), *map(len, rows))
        full = [(*row, *[()] * (width - len(row))) for row in (head, *rows)]
        rest: list[Alignment] = [""] * (width - len(alignments))
        return cls(full[0], tuple(full[1:]), (*alignments, *rest))


@frozen
class Note:
    """A footnote or an endnote.

    Parsers number notes in the order in which the text refers to them, and put them at its end.
    """

    number: int
    blocks: tuple[Block, ...]


Block: TypeAlias = (
    Paragraph | Heading | Verse | Quote | ListBlock | Break | Preformatted | Figure | Table | Note
)
"""What a body is a sequence of."""


def words(blocks: Iterable[Block]) -> list[str]:
    """The words of blocks in order: what no rendering may lose.

    >>> words([Heading(1, (Text("A wish"),)), Paragraph((Text("Be"), LineBreak(), Text("well.")))])
    ['A', 'wish', 'Be', 'well.']
    """
    return " ".join(_texts(blocks)).split()


def _texts(nodes: Iterable[Block | Inline]) -> Iterator[str]:
    """One string for each run of characters that no line or block border divides."""
    run = ""
    for node in nodes:
        match node:
            case Text(text) | Code(text):
                run += text
            case Ruby(base, reading):
                run += base + reading
            case Emphasis(children) | Strong(children) | Link(_, children):
                inner = list(_texts(children))
                if inner:
                    run += inner[0]
                    if len(inner) > 1:
                        yield run
                        yield from inner[1:-1]
                        run = inner[-1]
            case NoteReference():
                pass
            case _:
                yield run
                run = ""
                yield from _block_texts(node)
    yield run


def _block_texts(node: Block | LineBreak) -> Iterator[str]:
    match node:
        case Paragraph(children) | Heading(_, children):
            yield from _texts(children)
        case Verse(lines):
            for line in lines:
                yield from _texts(line)
        case Quote(blocks) | Note(_, blocks):
            yield from _texts(blocks)
        case ListBlock(items):
            for item in items:
                yield from _texts(item)
        case Break(mark):
            yield mark
        case Preformatted(text):
            yield text
        case Table(head, rows):
            for row in (head, *rows):
                for cell in row:
                    yield from _texts(cell)
        case Figure(_, alternative):
            yield alternative
        case LineBreak():
            pass
