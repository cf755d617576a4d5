"""Plain text, the notation that most archives are in, to blocks and back.

The grammar is small, and none of it is Markdown:

- A blank line, one of whitespace only, ends a block. Every kind of newline ends a line.
- A line break inside a block is kept.
- A block whose lines are all indented is `Verse`. It is `Preformatted` where its columns matter,
  and a `Paragraph` where it is one line or has lines too long for verse.
- A block without indentation is `Preformatted` where most of its lines have wide gaps or it is
  drawn; else it is a `Paragraph`.
- A block of one line that holds only marks such as ``* * *`` or ``⁂`` is a `Break`, if other
  blocks stand before and after it.

Whitespace at the beginning, inside and at the end of lines stays in the blocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import count
from typing import assert_never

from attrs import frozen

from .blocks import (
    Block,
    Break,
    Code,
    Emphasis,
    Figure,
    Heading,
    Inline,
    LineBreak,
    Link,
    ListBlock,
    Note,
    NoteReference,
    Paragraph,
    Preformatted,
    Quote,
    Ruby,
    Strong,
    Table,
    Text,
    Verse,
)
from .layout import columns_matter, is_break, is_verse, with_line_feeds
from .table import columns

__all__ = ["parse", "render"]

_BLANK_LINES = re.compile(r"\n\s*\n")
_LINE_BREAK = LineBreak()

# --- reading ------------------------------------------------------------------------------------


def parse(text: str) -> tuple[Block, ...]:
    r"""Read plain text.

    >>> parse("Roses are red,\nviolets are blue.\n\n* * *\n\n  Sugar\n    is sweet.")
    (Paragraph(children=(Text(text='Roses are red,'), LineBreak(), Text(text='violets are blue.'))),
     Break(mark='* * *'),
     Verse(lines=((Text(text='  Sugar'),), (Text(text='    is sweet.'),))))
    """
    chunks = _chunks(with_line_feeds(text))
    last = len(chunks) - 1
    return tuple(
        Break(chunk) if 0 < place < last and is_break(chunk) else _block(chunk)
        for place, chunk in enumerate(chunks)
    )


def _chunks(text: str) -> list[str]:
    """The runs of lines that blank lines divide, without blank lines around them."""
    body = text.lstrip()
    if not body:
        return []
    margin = text[: len(text) - len(body)].rpartition("\n")[2]
    text = margin + body
    body = text.rstrip()
    tail = text[len(body) :].partition("\n")[0]
    return _BLANK_LINES.split(body + tail)


def _block(chunk: str) -> Block:
    if "\n" not in chunk:
        return Paragraph((Text(chunk),))
    if columns_matter(chunk):
        return Preformatted(chunk)
    lines = chunk.split("\n")
    if chunk[0].isspace() and is_verse(lines):
        return Verse(tuple([(Text(line),) for line in lines]))
    return Paragraph(_broken(lines))


def _broken(lines: list[str]) -> tuple[Inline, ...]:
    children: list[Inline] = [_LINE_BREAK] * (2 * len(lines) - 1)
    children[::2] = map(Text, lines)
    return tuple(children)


# --- writing ------------------------------------------------------------------------------------


def render(blocks: Iterable[Block], *, width: int | None = None) -> str:
    """Write blocks as plain text, a blank line between them.

    What `parse` made is written as it was, except for the number of blank lines. Other nodes are
    written for a reader: stressed words as they are, a reading in parentheses behind its base, an
    address in angle brackets behind its words, a quote indented by four blanks, a note behind its
    number in brackets, and a break without a mark as three asterisks.

    Args:
        blocks: what to write.
        width: columns after which running text is broken (see `wrapping`); verse, tables and
            lines whose blanks matter stay as they are. `None` breaks nothing.

    >>> print(render([Heading(1, (Text("A wish"),)), Quote((Paragraph((Text("Be well."),)),))]))
    A wish
    <BLANKLINE>
        Be well.
    >>> print(render([Paragraph((Text("Be well, all of you."),))], width=12))
    Be well, all
    of you.
    """
    return _Writer(width).blocks(blocks)


_NARROWEST = 20
"""Columns that quotes in quotes leave for words at least."""


@frozen
class _Writer:
    """Writes blocks for lines of ``width`` columns, or of any length."""

    width: int | None

    def blocks(self, blocks: Iterable[Block]) -> str:
        return "\n\n".join(map(self.block, blocks))

    def block(self, block: Block) -> str:
        match block:
            case Paragraph() | Heading():
                return self.wrapped(_inline_text(block.children))
            case Verse():
                return "\n".join(map(_inline_text, block.lines))
            case Preformatted():
                return block.text
            case Break():
                return block.mark or "* * *"
            case Quote():
                return self.marked("    ", block.blocks)
            case ListBlock():
                return self.list(block)
            case Note():
                return self.marked(f"[{block.number}] ", block.blocks)
            case Figure():
                return self.wrapped(_addressed(block.alternative, block.source))
            case Table():
                return _table_text(block)
            case _:
                assert_never(block)

    def wrapped(self, text: str) -> str:
        if self.width is None:
            return text
        # Loaded where it is asked for: it knows the widths of all characters.
        from .wrapping import wrap

        return "\n".join([wrap(line, self.width) for line in text.split("\n")])

    def marked(self, marker: str, blocks: Iterable[Block]) -> str:
        """Blocks behind a marker, all their lines indented by its width."""
        inner = self
        if self.width is not None:
            inner = _Writer(max(self.width - len(marker), _NARROWEST))
        text = _indented(inner.blocks(blocks), " " * len(marker))
        return marker + text[len(marker) :] if text or marker.strip() else ""

    def list(self, block: ListBlock) -> str:
        numbers = count(block.start or 0)
        items = [
            self.marked("- " if block.start is None else f"{number}. ", item)
            for number, item in zip(numbers, block.items, strict=False)
        ]
        roomy = any(len(item) > 1 for item in block.items)
        return ("\n\n" if roomy else "\n").join(items)


def _table_text(block: Table) -> str:
    rows = [[_inline_text(cell) for cell in row] for row in (block.head, *block.rows)]
    rows = [row for row in rows if any(row)]
    # Of long cells a line each row, with strokes between.
    return columns(rows) or "\n".join([" | ".join(row) for row in rows])


def _indented(text: str, margin: str) -> str:
    return "\n".join([margin + line if line else "" for line in text.split("\n")])


def _inline_text(children: Iterable[Inline]) -> str:
    return "".join([_node_text(child) for child in children])


def _node_text(node: Inline) -> str:
    match node:
        case Text() | Code():
            return node.text
        case LineBreak():
            return "\n"
        case Emphasis() | Strong():
            return _inline_text(node.children)
        case Ruby():
            return f"{node.base}（{node.reading}）"
        case NoteReference():
            return f"[{node.number}]"
        case Link():
            return _addressed(_inline_text(node.children), node.href)
        case _:
            assert_never(node)


def _addressed(words: str, address: str) -> str:
    if not address or words in (address, address.removeprefix("mailto:")):
        return words
    return f"{words} <{address}>" if words else f"<{address}>"
