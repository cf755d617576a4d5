"""Reads back what `html.render` wrote: the same blocks, blanks and all.

This is no reader of HTML in general: it knows the elements and classes that our renderer writes,
and takes every character as it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias, assert_never

from .blocks import (
    Alignment,
    Block,
    Break,
    Cell,
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
from .outline import Outline

__all__ = ["is_reversible", "read"]

Element: TypeAlias = Any  # lxml has no types of its own

_DEEPEST_HEADING = 6
_BLOCKS = frozenset({"p", "pre", "hr", "blockquote", "ul", "ol", "figure", "table",
                     "h1", "h2", "h3", "h4", "h5", "h6"})  # fmt: skip


def is_reversible(
    blocks: Iterable[Block], *, heading_offset: int, link: Callable[[str], str | None]
) -> bool:
    """Whether `read` gives the same blocks of what `html.render` writes with these arguments.

    >>> is_reversible([Heading(1, (Text("A"),))], heading_offset=5, link=str)
    True
    >>> is_reversible([Heading(1, (Text("A"),))], heading_offset=6, link=str)
    False
    """
    outline = Outline()

    def block_is(block: Block) -> bool:
        match block:
            case Paragraph(children):
                return all(map(inline_is, children))
            case Heading(level, children):
                told = level + heading_offset <= _DEEPEST_HEADING
                return told and outline.depth(block) == level and all(map(inline_is, children))
            case Verse(lines):
                return all(inline_is(node) for line in lines for node in line)
            case Quote(blocks):
                return all(map(block_is, blocks))
            case ListBlock(items):
                return all(block_is(each) for item in items for each in item)
            case Break() | Preformatted():
                return True
            case Figure() | Note():
                return False
            case Table(head, rows):
                # Without rows and headings nothing tells how many columns there are.
                full = any(head) or bool(rows)
                return full and all(inline_is(n) for row in (head, *rows) for c in row for n in c)
            case _:
                assert_never(block)

    def inline_is(node: Inline) -> bool:
        match node:
            case Emphasis(children) | Strong(children):
                return all(map(inline_is, children))
            case Link(href, children):
                written = link(href) == href and " ".join(href.split()) == href
                return written and bool(children) and all(map(inline_is, children))
            case NoteReference():
                return False
            case _:
                return True

    return all(map(block_is, blocks))


def read(elements: Iterable[Element], *, heading_offset: int = 0) -> tuple[Block, ...]:
    r"""The blocks of elements that `html.render` wrote.

    Args:
        elements: of lxml, in any namespace.
        heading_offset: as it was written with.

    >>> from lxml import etree
    >>> read(etree.fromstring("<body><p>One<br/>\n<em>two</em></p></body>"))
    (Paragraph(children=(Text(text='One'), LineBreak(), Emphasis(children=(Text(text='two'),)))),)
    """
    return tuple([_block(each, heading_offset) for each in elements if _name(each)])


def _name(element: Element) -> str:
    # Comments and processing instructions have a function for a tag.
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _block(element: Element, offset: int) -> Block:
    match _name(element), element.get("class"):
        case "p", "verse":
            return Verse(tuple([_inlines(line) for line in element if _name(line) == "span"]))
        case "p", "break":
            return Break(_text(element))
        case "hr", _:
            return Break()
        case "pre", _:
            return Preformatted(_text(element))
        case "blockquote", _:
            return Quote(read(element, heading_offset=offset))
        case "ul", _:
            return ListBlock(tuple([_item(item, offset) for item in element]))
        case "ol", _:
            start = element.get("start", "1")
            return ListBlock(tuple([_item(item, offset) for item in element]), _number(start))
        case "table", _:
            return _table(element)
        case ("h1" | "h2" | "h3" | "h4" | "h5" | "h6") as name, _:
            return Heading(max(1, int(name[1]) - offset), _inlines(element))
        case _:
            return Paragraph(_inlines(element))


def _table(element: Element) -> Table:
    head: list[Cell] = []
    rows: list[list[Cell]] = []
    alignments: list[Alignment] = []
    for row in element.iter("{*}tr"):
        cells = [cell for cell in row if _name(cell) in ("th", "td")]
        alignments = alignments or [_alignment(cell) for cell in cells]
        inlines = [_inlines(cell) for cell in cells]
        if not rows and not head and cells and _name(cells[0]) == "th":
            head = inlines
        else:
            rows.append(inlines)
    return Table.of(head, rows, alignments)


def _alignment(cell: Element) -> Alignment:
    for place in ("left", "center", "right"):
        if cell.get("class") == f"align-{place}":
            return place
    return ""


def _number(digits: str) -> int:
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 1


def _text(element: Element) -> str:
    return "".join(element.itertext())


def _item(element: Element, offset: int) -> tuple[Block, ...]:
    first = next(iter(element), None)
    if first is not None and _name(first) in _BLOCKS and not (element.text or "").strip():
        return read(element, heading_offset=offset)
    children = _inlines(element)
    return (Paragraph(children),) if children else ()


def _inlines(element: Element) -> tuple[Inline, ...]:
    inlines: list[Inline] = []
    for node in _nodes(element):
        last = inlines[-1] if inlines else None
        if isinstance(node, Text) and isinstance(last, Text):
            inlines[-1] = Text(last.text + node.text)
        else:
            inlines.append(node)
    return tuple(inlines)


def _nodes(element: Element) -> Iterator[Inline]:
    if element.text:
        yield Text(element.text)
    for child in element:
        tail = child.tail or ""
        match _name(child):
            case "br":
                yield LineBreak()
                tail = tail.removeprefix("\n")
            case "em":
                yield Emphasis(_inlines(child))
            case "strong":
                yield Strong(_inlines(child))
            case "code":
                yield Code(_text(child))
            case "a":
                yield Link(child.get("href", ""), _inlines(child))
            case "ruby":
                yield Ruby(child.text or "", "".join(map(_text, child)))
            case "":
                pass
            case _:
                yield from _nodes(child)
        if tail:
            yield Text(tail)
