"""A text as a part of a larger one: its headings stand lower, its notes are numbered on."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve, frozen

from .blocks import (
    Block,
    Emphasis,
    Heading,
    Inline,
    Link,
    ListBlock,
    Note,
    NoteReference,
    Paragraph,
    Quote,
    Strong,
    Table,
    Verse,
)
from .outline import Outline

__all__ = ["embedded", "notes_in"]

_LOWEST = 6


def embedded(
    blocks: Iterable[Block], *, heading_offset: int, note_offset: int
) -> tuple[Block, ...]:
    r"""Blocks as they stand below a heading, behind notes of other texts.

    Args:
        blocks: of the text.
        heading_offset: levels to add to those of headings, as in `html.render`.
        note_offset: how many notes were before.

    >>> from collectionlib.markup import markdown
    >>> blocks = markdown.parse("# A[^1]\n\n[^1]: b")
    >>> print(markdown.render(embedded(blocks, heading_offset=2, note_offset=5)))
    ### A[^6]
    <BLANKLINE>
    [^6]: b
    """
    return _Embedding(heading_offset, note_offset, Outline()).blocks(blocks)


def notes_in(blocks: Iterable[Block]) -> int:
    r"""The highest number of a note; 0 where there is none.

    >>> from collectionlib.markup import markdown
    >>> notes_in(markdown.parse("a[^x]\n\n[^x]: b"))
    1
    """
    return max((block.number for block in blocks if isinstance(block, Note)), default=0)


@frozen
class _Embedding:
    heading_offset: int
    note_offset: int
    outline: Outline

    def blocks(self, blocks: Iterable[Block]) -> tuple[Block, ...]:
        return tuple(map(self.block, blocks))

    def block(self, block: Block) -> Block:
        match block:
            case Heading():
                level = min(_LOWEST, self.outline.depth(block) + self.heading_offset)
                return Heading(level, self.inlines(block.children))
            case Paragraph():
                return Paragraph(self.inlines(block.children))
            case Verse():
                return Verse(tuple(map(self.inlines, block.lines)))
            case Quote():
                return Quote(self.blocks(block.blocks))
            case ListBlock():
                return ListBlock(tuple(map(self.blocks, block.items)), block.start)
            case Note():
                return Note(block.number + self.note_offset, self.blocks(block.blocks))
            case Table():
                rows = tuple(tuple(map(self.inlines, row)) for row in block.rows)
                head = tuple(map(self.inlines, block.head))
                return Table(head, rows, block.alignments)
            case _:
                return block

    def inlines(self, inlines: Iterable[Inline]) -> tuple[Inline, ...]:
        return tuple(map(self.inline, inlines))

    def inline(self, node: Inline) -> Inline:
        match node:
            case NoteReference():
                return NoteReference(node.number + self.note_offset)
            case Emphasis() | Strong() | Link():
                return evolve(node, children=self.inlines(node.children))
            case _:
                return node
