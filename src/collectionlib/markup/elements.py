"""Elements of HTML and XHTML to blocks: the reading half of `html`.

The words are read as a browser shows them, and every one of them is kept: what a reader is not
to see (scripts, navigation) has to be taken out of the tree before. What is read as what:

- Two line breaks in a row end a paragraph; one is kept. In verse that Standard Ebooks marks,
  ``class="i2"`` indents a line.
- A table of short cells is `Table`; another one is its cells, one after the other, as in pages
  that are laid out by tables.
- A picture alone is a `Figure`; one between words is what it shows. Small ones and those that are
  said to be decoration are none.
- Footnotes and endnotes that the text refers to stand at its end.
- ``q`` gets the quotation marks of its language, ``sup`` and ``sub`` the characters for them
  where there are such.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from . import plain
from .blocks import (
    Block,
    Break,
    Cell,
    Emphasis,
    Figure,
    Heading,
    Inline,
    LineBreak,
    ListBlock,
    Note,
    Paragraph,
    Preformatted,
    Quote,
    Strong,
    Table,
    Text,
    Verse,
    words,
)
from .blocks import Link as LinkNode
from .layout import is_break, is_verse, with_line_feeds
from .normal import normal_line
from .notes import Notes
from .runs import Run
from .table import columns
from .trees import BLOCKS, HEADINGS, Element, attribute, exact_text, language_of, name_of, text_of

__all__ = ["read"]

_STRESSED: dict[str, type[Emphasis | Strong]] = {
    "em": Emphasis, "i": Emphasis, "cite": Emphasis, "dfn": Emphasis, "var": Emphasis,
    "strong": Strong, "b": Strong,
}  # fmt: skip
_CODE = frozenset({"code", "kbd", "samp", "tt"})
_PREFORMATTED = frozenset({"pre", "listing", "plaintext", "xmp"})
_QUOTES = {
    "de": "„“‚‘", "fr": "«»‹›", "ru": "«»„“", "uk": "«»„“", "es": "«»“”", "it": "«»“”",
    "pt": "«»“”", "el": "«»“”", "cs": "„“‚‘", "pl": "„”«»", "ja": "「」『』", "zh": "“”‘’",
}  # fmt: skip
_RAISED = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_NUMBER = re.compile(r"[0-9+\-−=()n]+")
_LINE_CLASS = re.compile(r"\Ai([1-9])\Z")
_ADDRESS = re.compile(r"(?:https?|ftp)://[^\s]|mailto:[^\s]", re.IGNORECASE)
_LOWEST_HEADING = 6
_PIXELS = re.compile(r"\s*(\d+)\s*(?:px)?\s*")
_SMALL = 3


def read(element: Element, base: str = "") -> tuple[Block, ...]:
    """The blocks of what stands in an element.

    Args:
        element: of lxml, as its XML or its HTML parser makes it, at most some hundred deep.
        base: address of the page, for links that are relative; without one their words stay.

    >>> from lxml import html
    >>> read(html.fromstring("<div><h2>A wish</h2>Be <i>well</i>,<br>and<br><br>happy.</div>"))
    (Heading(level=2, children=(Text(text='A wish'),)),
     Paragraph(children=(Text(text='Be '), Emphasis(children=(Text(text='well'),)), Text(text=','),
                         LineBreak(), Text(text='and'))),
     Paragraph(children=(Text(text='happy.'),)))
    """
    notes = Notes(element)
    reader = _Reader(base, notes)
    reader.inside(element)
    blocks = reader.finish()
    own = [Note(number, _Reader(base, notes).note(note)) for number, note in notes.referred()]
    # The line above the notes.
    if own and blocks and isinstance(blocks[-1], Break):
        blocks = blocks[:-1]
    return (*blocks, *own)


class _Reader:
    """Walks through elements and gathers blocks; `run` holds the words of the paragraph."""

    def __init__(self, base: str, notes: Notes, quotes: int = 0) -> None:
        self.base = base
        self.notes = notes
        self.quotes = quotes
        self.blocks: list[Block] = []
        self.run = Run()

    def finish(self) -> tuple[Block, ...]:
        self.end_paragraph()
        return tuple(self.blocks)

    def end_paragraph(self) -> None:
        for inlines in self.run.finish():
            match inlines:
                case [Text(mark)] if is_break(mark) and self.blocks:
                    self.blocks.append(Break(mark.strip()))
                case _:
                    self.blocks.append(_paragraph_or_verse(inlines))

    def inside(self, element: Element) -> None:
        """What stands in an element: its text, and its children with what follows each."""
        self.run.add_text(element.text or "")
        for child in element:
            self.element(child)
            self.run.add_text(child.tail or "")

    def element(self, element: Element) -> None:
        name = name_of(element)
        if self.notes.is_note(element):
            self.end_paragraph()
        elif name in BLOCKS or name in HEADINGS:
            self.end_paragraph()
            self.block(name, element)
            self.end_paragraph()
        elif name:
            self.inline(name, element)

    # --- blocks ---------------------------------------------------------------------------------

    def block(self, name: str, element: Element) -> None:
        if name in HEADINGS:
            self.heading(element, HEADINGS[name])
        elif name == "p" and _is_bridgehead(element):
            self.heading(element, _LOWEST_HEADING)
        elif name == "hr":
            self.blocks.append(Break())
        elif name in _PREFORMATTED:
            self.preformatted(element)
        elif name == "blockquote":
            if inner := self.apart(element):
                self.blocks.append(Quote(inner))
        elif name in ("ul", "ol", "menu", "dir"):
            self.list(name, element)
        elif name == "table":
            self.table(element)
        else:
            self.inside(element)

    def apart(self, element: Element) -> tuple[Block, ...]:
        """The blocks in an element that is a block of its own."""
        reader = _Reader(self.base, self.notes, self.quotes)
        reader.inside(element)
        return reader.finish()

    def note(self, element: Element) -> tuple[Block, ...]:
        """The blocks of a note."""
        self.inside(element)
        match self.finish():
            case [*before, Paragraph([*inlines, Text(text)])]:
                # A no-break space stands before the arrow that leads back.
                return (*before, Paragraph((*inlines, Text(text.rstrip() or text))))
            case blocks:
                return tuple(blocks)

    def heading(self, element: Element, level: int) -> None:
        blocks = self.apart(element)
        if any(not isinstance(block, Paragraph) for block in blocks):
            # A heading around a whole page is a mistake of its author.
            self.blocks.extend(blocks)
            return
        words = [child for block in blocks for child in (*_children(block), Text(" "))][:-1]
        if words:
            self.blocks.append(Heading(level, normal_line(words)))

    def preformatted(self, element: Element) -> None:
        text = with_line_feeds(exact_text(element))
        text = text.removeprefix("\n").rstrip()
        if text.strip():
            self.blocks.append(Preformatted(text))

    def list(self, name: str, element: Element) -> None:
        items: list[tuple[Block, ...]] = []
        outside = _Reader(self.base, self.notes, self.quotes)
        outside.run.add_text(element.text or "")
        for child in element:
            if name_of(child) == "li" and not self.notes.is_note(child):
                items.append(self.apart(child))
            else:
                outside.element(child)
            outside.run.add_text(child.tail or "")
        loose = outside.finish()
        if loose and items:
            # A list in a list, without an item around it, belongs to the item before.
            items[-1] = (*items[-1], *loose)
        elif loose:
            self.blocks.extend(loose)
        items = [item for item in items if item]
        if items:
            start = _whole(attribute(element, "start"), 1) if name == "ol" else None
            self.blocks.append(ListBlock(tuple(items), start))

    def table(self, element: Element) -> None:
        rows = [
            [cell for cell in row if name_of(cell) in ("td", "th")] for row in element.iter("{*}tr")
        ]
        simple = all(_is_simple(cell) for row in rows for cell in row)
        drawn = columns([[text_of(cell) for cell in row] for row in rows]) if simple else None
        if drawn is None or sum(len(row) for row in rows) != _cells(element):
            self.inside(element)
            return
        for child in element:
            if name_of(child) == "caption":
                self.element(child)
                self.end_paragraph()
        cells = [[self.cell(cell) for cell in row] for row in rows if len(row)]
        has_head = any(name_of(cell) == "th" for cell in rows[0]) and all(
            name_of(cell) == "th" or not text_of(cell) for cell in rows[0]
        )
        head, body = (cells[0], cells[1:]) if has_head else ([], cells)
        self.blocks.append(Table.of(head, body))

    def cell(self, cell: Element) -> Cell:
        """What stands in a simple cell."""
        match self.apart(cell):
            case [Paragraph(children)]:
                return children
            case blocks:
                return (Text(" ".join(words(blocks))),) if words(blocks) else ()

    # --- inlines --------------------------------------------------------------------------------

    def inline(self, name: str, element: Element) -> None:
        if name in _STRESSED:
            self.run.open(_STRESSED[name])
            self.inside(element)
            self.run.close()
        elif name == "br":
            self.run.break_line()
            # libxml2 knows "<br>text</br>".
            self.inside(element)
        elif name == "a":
            self.anchor(element)
        elif name == "img":
            self.picture(element)
        elif name == "ruby":
            self.ruby(element)
        elif name in _CODE and not len(element):
            self.run.add_code(" ".join((element.text or "").split()))
        elif name == "q":
            self.quotation(element)
        elif name in ("sup", "sub"):
            self.raised(element, _RAISED if name == "sup" else _LOWERED)
        elif name == "span" and (level := _indentation(element)):
            self.run.add_indentation("  " * level)
            self.inside(element)
        else:
            self.inside(element)

    def anchor(self, element: Element) -> None:
        if (number := self.notes.number(element)) is not None:
            self.run.add_note_reference(number)
            return
        if self.notes.leads_back(element):
            return
        if "noteref" in attribute(element, "epub:type").split():
            self.raised(element, _RAISED)
            return
        address = urljoin(self.base, attribute(element, "href").strip()) if self.base else ""
        address = address or attribute(element, "href").strip()
        if not _ADDRESS.match(address) or not text_of(element):
            self.inside(element)
            return
        self.run.open(LinkNode(address, ()))
        self.inside(element)
        self.run.close()

    def picture(self, element: Element) -> None:
        alternative = " ".join(attribute(element, "alt").split())
        source = attribute(element, "src").strip()
        if source.startswith("data:") or not source:
            source = attribute(element, "data-src").strip()
        if not source or not _stands_alone(element):
            self.run.add_text(alternative)
        elif alternative or (element.get("alt") is None and not _is_tiny(element)):
            self.end_paragraph()
            self.blocks.append(Figure(urljoin(self.base, source), alternative))

    def ruby(self, element: Element) -> None:
        base = element.text or ""
        for child in element:
            name = name_of(child)
            if name == "rt" or name == "rtc":
                self.run.add_ruby(" ".join(base.split()), text_of(child))
                base = ""
            elif name != "rp":
                base += attribute(child, "alt") if name == "img" else text_of(child)
            base += child.tail or ""
        self.run.add_text(base)

    def quotation(self, element: Element) -> None:
        marks = _QUOTES.get(language_of(element), "“”‘’")
        place = 2 * (self.quotes % 2)
        self.run.add_text(marks[place])
        self.quotes += 1
        self.inside(element)
        self.quotes -= 1
        self.run.add_text(marks[place + 1])

    def raised(self, element: Element, characters: dict[int, int]) -> None:
        text = text_of(element)
        if self.notes.refers(element):
            self.inside(element)
        elif _NUMBER.fullmatch(text) and all(ord(one) in characters for one in text):
            self.run.add_text(text.translate(characters))
        else:
            self.inside(element)


def _paragraph_or_verse(inlines: tuple[Inline, ...]) -> Paragraph | Verse:
    lines: list[list[Inline]] = [[]]
    for node in inlines:
        if isinstance(node, LineBreak):
            lines.append([])
        else:
            lines[-1].append(node)
    starts = [line[0].text if line and isinstance(line[0], Text) else "" for line in lines]
    words = [plain.render([Paragraph(tuple(line))]) for line in lines]
    if all(start[:1].isspace() for start in starts) and is_verse(words):
        return Verse(tuple(map(tuple, lines)))
    return Paragraph(inlines)


def _children(block: Block) -> Iterator[Any]:
    return iter(block.children) if isinstance(block, Paragraph) else iter(())


def _is_bridgehead(element: Element) -> bool:
    return not {"title", "bridgehead", "se:bridgehead"}.isdisjoint(
        attribute(element, "epub:type").split()
    )


def _whole(text: str, default: int) -> int:
    return int(text) if re.fullmatch(r"\d{1,9}", text, re.ASCII) else default


def _is_simple(cell: Element) -> bool:
    """Whether a cell holds words only, and neither blocks nor what would be lost in columns."""
    return not any(
        (name := name_of(one)) in BLOCKS or name in HEADINGS or name in ("br", "img", "ruby")
        for one in cell.iterdescendants()
    )


def _cells(table: Element) -> int:
    return sum(1 for one in table.iterdescendants() if name_of(one) in ("td", "th"))


def _indentation(span: Element) -> int:
    for word in attribute(span, "class").split():
        if found := _LINE_CLASS.match(word):
            return int(found[1])
    return 0


def _stands_alone(picture: Element) -> bool:
    """Whether no words stand beside a picture on its line."""
    node = picture
    while node is not None and name_of(node) not in BLOCKS:
        before, after, parent = node.getprevious(), node.getnext(), node.getparent()
        if parent is None:
            return False
        text = parent.text if before is None else before.tail
        if (text or "").strip() or (node.tail or "").strip():
            return False
        if not (_ends_line(before) and _ends_line(after)):
            return False
        node = parent
    return node is not None and name_of(node) not in ("li", "dt", "dd")


def _ends_line(neighbour: Element | None) -> bool:
    name = "br" if neighbour is None else name_of(neighbour)
    return name in BLOCKS or name in HEADINGS or name in ("br", "img")


def _is_tiny(picture: Element) -> bool:
    sizes = (_PIXELS.fullmatch(attribute(picture, side)) for side in ("width", "height"))
    return any(found is not None and int(found[1]) <= _SMALL for found in sizes)
