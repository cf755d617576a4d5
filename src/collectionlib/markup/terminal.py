"""Blocks as lines for a terminal: wrapped by its width, in bold, italics and colours.

Whatever steers a terminal in a text is shown as it is escaped; the escape sequences of the lines
(ECMA-48, select graphic rendition) are ours, and every line ends what it begins, so that pagers
may cut anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import count, groupby
from typing import TypeAlias, assert_never

from attrs import evolve, frozen

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
from .table import columns
from .wrapping import width_of, wrap

__all__ = ["marked", "render"]

_BOLD, _DIM, _ITALIC, _UNDERLINED, _CYAN = "1", "2", "3", "4", "36"
_NARROWEST = 20
"""Columns that quotes in quotes leave for words at least."""
# All of Cc, and what breaks lines besides.
_STEERING = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")

_Styles: TypeAlias = tuple[str, ...]
_Span: TypeAlias = tuple[str, _Styles]


def render(blocks: Iterable[Block], *, width: int | None = None) -> str:
    r"""Write blocks for a terminal, a blank line between them.

    Args:
        blocks: what to write.
        width: columns after which lines are broken (see `wrapping`); verse hangs, and lines whose
            blanks matter stay as they are. `None` breaks nothing.

    >>> render([Heading(1, (Text("A wish"),)), Paragraph((Text("Be "), Emphasis((Text("well"),))))])
    '\x1b[1;4mA wish\x1b[0m\n\nBe \x1b[3mwell\x1b[0m'
    """
    return "\n\n".join("\n".join(rows) for rows in map(_Writer(width).block, blocks))


def marked(text: str, places: Iterable[tuple[int, int]], style: str) -> str:
    r"""A text in which some places are set off.

    Args:
        text: without what steers a terminal.
        places: beginnings and ends, in order.
        style: parameters of the escape sequence.

    >>> marked("be well", [(3, 7)], "1")
    'be \x1b[1mwell\x1b[0m'
    """
    pieces, end = [], 0
    for start, stop in places:
        pieces += [text[end:start], _styled(text[start:stop], (style,))]
        end = stop
    return "".join([*pieces, text[end:]])


def _styled(text: str, styles: _Styles) -> str:
    return f"\x1b[{';'.join(dict.fromkeys(styles))}m{text}\x1b[0m" if styles and text else text


def _harmless(text: str) -> str:
    if text.isprintable():
        return text
    # A tab has no width of its own, so that nobody could wrap the line.
    return _STEERING.sub(lambda found: repr(found[0])[1:-1], text.expandtabs())


@frozen
class _Writer:
    """Writes blocks as rows of at most ``width`` columns, or of any."""

    width: int | None
    styles: _Styles = ()

    def block(self, block: Block) -> list[str]:
        match block:
            case Paragraph(children):
                return self.prose(_spans(children, self.styles))
            case Heading(level, children):
                under = (_UNDERLINED,) if level == 1 else ()
                return self.prose(_spans(children, (*self.styles, _BOLD, *under)))
            case Verse(lines):
                rows = [self.prose(_spans(line, self.styles), hangs=True) for line in lines]
                return [row for each in rows for row in each]
            case Preformatted(text):
                return [_styled(_harmless(row), self.styles) for row in text.split("\n")]
            case Break(mark):
                return [self.centred(_harmless(mark or "* * *"))]
            case Quote(blocks):
                return self.behind("  │ ", "  │ ", blocks)
            case ListBlock():
                return self.items(block)
            case Note(number, blocks):
                marker = f"[{number}] "
                return self.behind(marker, " " * len(marker), blocks)
            case Figure(source, alternative):
                said = f"[{_harmless(alternative) or 'picture'}]"
                return self.prose([(said, (*self.styles, _ITALIC)), *_address(source, said)])
            case Table():
                return self.table(block)
            case _:
                assert_never(block)

    def prose(self, spans: Iterable[_Span], *, hangs: bool = False) -> list[str]:
        rows: list[str] = []
        for line in _lines(spans):
            text = "".join(piece for piece, _ in line)
            blanks = len(text) - len(text.lstrip())
            indent = text[:blanks] + "    " if hangs else ""
            rows += _with_styles(self.wrapped(text, indent), indent, line)
        return rows

    def wrapped(self, text: str, indent: str) -> list[str]:
        return [text] if self.width is None else wrap(text, self.width, indent=indent).split("\n")

    def centred(self, text: str) -> str:
        room = 0 if self.width is None else max((self.width - width_of(text)) // 2, 0)
        return " " * room + _styled(text, (*self.styles, _DIM))

    def behind(self, first: str, rest: str, blocks: Sequence[Block]) -> list[str]:
        """Blocks behind a mark, which stands before the first of their rows."""
        width = None if self.width is None else max(self.width - len(first), _NARROWEST)
        inner = evolve(self, width=width)
        rows: list[str] = []
        for block in blocks:
            rows += [*([""] if rows else []), *inner.block(block)]
        marks = [first, *[rest] * (len(rows) - 1)]
        return [
            _styled(mark if row else mark.rstrip(), (_DIM,)) + row if mark.strip() else mark + row
            for mark, row in zip(marks, rows or [""], strict=False)
        ]

    def items(self, block: ListBlock) -> list[str]:
        rows: list[str] = []
        roomy = any(len(item) > 1 for item in block.items)
        for number, item in zip(count(block.start or 0), block.items, strict=False):
            marker = "- " if block.start is None else f"{number}. "
            rows += [
                *([""] if rows and roomy else []),
                *self.behind(marker, " " * len(marker), item),
            ]
        return rows

    def table(self, block: Table) -> list[str]:
        cells = [[_plain(cell) for cell in row] for row in (block.head, *block.rows)]
        rows = [row for row in cells if any(row)]
        text = columns(rows) or "\n".join(" | ".join(row) for row in rows)
        has_head = any(cells[0])
        return [
            _styled(row, (*self.styles, _BOLD)) if has_head and not place else row
            for place, row in enumerate(text.split("\n"))
        ]


# --- inlines ------------------------------------------------------------------------------------


def _spans(children: Iterable[Inline], styles: _Styles) -> Iterator[_Span]:
    """The runs of characters of one look."""
    for child in children:
        match child:
            case Text(text):
                yield _harmless(text), styles
            case LineBreak():
                yield "\n", styles
            case Code(text):
                yield _harmless(text), (*styles, _CYAN)
            case Emphasis(inner):
                yield from _spans(inner, (*styles, _ITALIC))
            case Strong(inner):
                yield from _spans(inner, (*styles, _BOLD))
            case Ruby(base, reading):
                yield _harmless(base), styles
                yield f"（{_harmless(reading)}）", (*styles, _DIM)
            case NoteReference(number):
                yield f"[{number}]", (*styles, _DIM)
            case Link(href, inner):
                yield from _spans(inner, (*styles, _UNDERLINED))
                yield from _address(href, _plain(inner))
            case _:
                assert_never(child)


def _address(href: str, words: str) -> list[_Span]:
    if not href or words in (href, href.removeprefix("mailto:")):
        return []
    return [(f"{' ' if words else ''}<{_harmless(href)}>", (_DIM,))]


def _plain(children: Iterable[Inline]) -> str:
    return "".join(text for text, _ in _spans(children, ())).replace("\n", " ")


def _lines(spans: Iterable[_Span]) -> Iterator[list[_Span]]:
    line: list[_Span] = []
    for text, styles in spans:
        first, *others = text.split("\n")
        line.append((first, styles))
        for other in others:
            yield line
            line = [(other, styles)]
    yield line


def _with_styles(rows: list[str], indent: str, line: list[_Span]) -> Iterator[str]:
    """The rows of a line in its looks: they have its characters in order, but for some blanks."""
    text = "".join(piece for piece, _ in line)
    looks = [styles for piece, styles in line for _ in piece]
    at = 0
    for number, row in enumerate(rows):
        margin = indent if number else ""
        own = row[len(margin) :]
        at = text.index(own, at)
        pairs = zip(own, looks[at : at + len(own)], strict=True)
        at += len(own)
        yield margin + "".join(
            _styled("".join(character for character, _ in run), styles)
            for styles, run in groupby(pairs, key=lambda pair: pair[1])
        )
