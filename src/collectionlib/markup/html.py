"""Blocks to XHTML: an HTML fragment in XML's syntax, for EPUB 3 and for web pages.

The fragment is well-formed XML, uses no named entity but XML's own, and holds every character of
the text, blanks too. Themes style these classes, which are also in `CLASSES`:

``p.verse``
    a stanza; in it stands each line as ``span.line``, with ``br`` between the lines, so that it
    reads well without a style sheet. A theme sets ``.verse .line { display: block;
    padding-left: 2em; text-indent: -2em }`` and ``.verse br { display: none }`` for lines that
    hang where they are too long.
``span.margin``
    the blanks that all lines of a stanza begin with. Without a rule HTML collapses them, which
    moves the stanza to the edge of the page.
``span.indent``
    the blanks that a line begins with, in a stanza those after its margin. ``white-space:
    pre-wrap`` keeps them.
``p.lines``
    a paragraph of lines that are kept, each a ``span.line`` as in a stanza, hanging likewise; one
    that begins with blanks is ``span.line.indented``, and does not hang. A last one that begins
    with blanks and a dash, ``    -- "Wishes"``, is ``span.line.attribution``.
``p.dialogue``
    a turn of a dialogue, or with ``lines`` a dialogue of kept lines.
``p.dateline``, ``p.salutation``, ``p.valediction``, ``p.signature``, ``p.postscript``
    the parts of a letter before and behind what it says.
``p.break``
    a break between scenes with the mark that the source has; one without a mark is ``hr``.
``th.align-right``, ``td.align-center`` …
    the cells of a column that is aligned.
``p.figure``
    what a picture shows, in words, where there is no picture to be shown.
``a.noteref``, ``div.notes``
    the number of a note where the text refers to it, and the notes below the text, each an
    ``aside`` that begins with its number, which leads back. A theme raises the number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import count, groupby
from typing import Final, TypeAlias, assert_never

from attrs import field, frozen

from .addresses import safe_address
from .blocks import (
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
from .layout import indentation
from .outline import Outline
from .roles import ROLES, Role, kept_lines, roles_of_blocks

__all__ = ["CLASSES", "Resolver", "render", "safe_address"]

CLASSES: Final = (
    "align-center", "align-left", "align-right", "attribution", "break", "figure", "indent",
    "indented", "line", "lines", "margin", "noteref", "notes", "verse", *ROLES,
)  # fmt: skip
"""The class names that occur in rendered XHTML."""

Resolver: TypeAlias = Callable[[str], str | None]
"""From the address that a text gives to the one to write, or to `None` for words alone."""

# The line feed keeps words apart for those who read the text without the elements.
_LINE_END = "<br/>\n"

# Those of Z39.98-2012; where and when a letter was written has no name there.
_LETTER_TYPES = frozenset({"salutation", "valediction", "signature", "postscript"})

_ATTRIBUTION = re.compile(r"\s+(?:-{2,3}|[―—–]{1,2})\s*[^\s\-―—–]")

# XML 1.0 §2.2.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_C0 = bytes({*range(0x20)} - {0x09, 0x0A, 0x0D})


def render(
    blocks: Iterable[Block],
    *,
    heading_offset: int = 0,
    link: Resolver = safe_address,
    picture: Resolver = safe_address,
    note_prefix: str = "",
    epub_types: bool = False,
) -> str:
    r"""Write blocks as an XHTML fragment, one element after the other.

    Args:
        blocks: what to write.
        heading_offset: levels to add to those of headings; none goes below ``h6``, and none is
            left out: one of level 3 below one of level 1 is written as of level 2 (WCAG 1.3.1).
        link: where a link leads; without an address its words are written alone.
        picture: where a picture lies; without an address what it shows is written instead.
        note_prefix: what the ids of notes begin with; ids are unique in a page.
        epub_types: whether to say in ``epub:type`` too what is a note (EPUB Structural Semantics
            Vocabulary §2.11), as readers do that open notes in place, and what a part of a
            letter (Z39.98-2012 Structural Semantics Vocabulary).

    Characters that XML cannot hold become U+FFFD.

    >>> from collectionlib.markup import plain
    >>> print(render(plain.parse("Q: 1 < 2?\nA: Yes.")))
    <p class="lines"><span class="line">Q: 1 &lt; 2?</span><br/>
    <span class="line">A: Yes.</span></p>
    >>> render([Heading(1, (Text("A wish"),))], heading_offset=2)
    '<h3>A wish</h3>'
    """
    notes = _Notes(note_prefix, epub_types=epub_types)
    writer = _Writer(heading_offset, link, picture, notes, epub_types)
    return _valid(writer.blocks(blocks))


def _valid(fragment: str) -> str:
    # Deleting by table is ten times faster than the expression over the whole text. U+FFFE and
    # U+FFFF begin with EF BF in UTF-8, and surrogates with ED.
    data = fragment.encode(errors="surrogatepass")
    suspect = len(data.translate(None, _C0)) != len(data)
    if not suspect and (
        len(data) == len(fragment) or (b"\xef\xbf" not in data and b"\xed" not in data)
    ):
        return fragment
    return _NOT_XML.sub("\ufffd", fragment)


def _escaped(text: str) -> str:
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    # XML asks for it in "]]>" only (XML 1.0 §2.4).
    return text.replace(">", "&gt;") if ">" in text else text


def _attribute(value: str) -> str:
    return _escaped(" ".join(value.split())).replace('"', "&quot;")


class _Notes:
    """Ids of notes and of the places that refer to them, and how each is written."""

    def __init__(self, prefix: str, *, epub_types: bool) -> None:
        self._prefix = prefix
        self._epub_types = epub_types
        self._references: dict[int, int] = {}

    def reference(self, number: int) -> str:
        """The number, which leads to the note."""
        again = self._references[number] = self._references.get(number, 0) + 1
        own = self._reference_id(number) + (f"-{again}" if again > 1 else "")
        kind = self._kind("noteref")
        return (
            f'<a class="noteref" id="{own}" href="#{self._note_id(number)}"{kind} '
            f'role="doc-noteref">{number}</a>'
        )

    def note(self, number: int, content: str) -> str:
        """The note, which begins with its number; that leads back to where it is referred to."""
        marker = str(number)
        if number in self._references:
            marker = f'<a href="#{self._reference_id(number)}" role="doc-backlink">{number}</a>'
        if content.startswith("<p>"):
            content = f"<p>{marker} {content[3:]}"
        else:
            content = f"<p>{marker}</p>\n{content}"
        kind = self._kind("footnote")
        return (
            f'<aside id="{self._note_id(number)}"{kind} role="doc-footnote">\n{content}\n</aside>'
        )

    def _kind(self, name: str) -> str:
        return f' epub:type="{name}"' if self._epub_types else ""

    def _note_id(self, number: int) -> str:
        return f"{self._prefix}note{number}"

    def _reference_id(self, number: int) -> str:
        return f"{self._prefix}noteref{number}"


@frozen
class _Writer:
    heading_offset: int
    link: Resolver
    picture: Resolver
    notes: _Notes
    epub_types: bool = False
    outline: Outline = field(factory=Outline)

    def blocks(self, blocks: Iterable[Block]) -> str:
        blocks = tuple(blocks)
        roles = roles_of_blocks(blocks)
        texts: list[str] = []
        places = count()
        for are_notes, group in groupby(blocks, _is_note):
            if are_notes:
                texts += ['<div class="notes">', *map(self.block, group), "</div>"]
            else:
                texts += [self.block(block, roles.get(next(places))) for block in group]
        return "\n".join(texts)

    def block(self, block: Block, role: Role | None = None) -> str:
        match block:
            case Paragraph():
                return self.paragraph(block, role)
            case Verse():
                return self.verse(block)
            case Break():
                return self.scene_break(block)
            case Preformatted():
                return f"<pre>{_escaped(block.text)}</pre>"
            case Heading():
                level = max(1, min(6, self.outline.depth(block) + self.heading_offset))
                return f"<h{level}>{self.inlines(block.children)}</h{level}>"
            case Quote():
                return f"<blockquote>\n{self.blocks(block.blocks)}\n</blockquote>"
            case ListBlock():
                return self.list(block)
            case Figure():
                return self.figure(block)
            case Table():
                return self.table(block)
            case Note():
                return self.notes.note(block.number, self.blocks(block.blocks))
            case _:
                assert_never(block)

    def paragraph(self, block: Paragraph, role: Role | None) -> str:
        lines = kept_lines(block.children)
        names = [*(["lines"] if len(lines) > 1 else []), *([role] if role else [])]
        attributes = f' class="{" ".join(names)}"' if names else ""
        if self.epub_types and role in _LETTER_TYPES:
            attributes += f' epub:type="z3998:{role}"'
        if len(lines) == 1:
            return f"<p{attributes}>{self.lines(block.children)}</p>"
        written = [_kept_line(self.lines(line)) for line in lines]
        if _is_attribution(lines):
            written[-1] = f'<span class="line attribution">{self.lines(lines[-1])}</span>'
        return f"<p{attributes}>{_LINE_END.join(written)}</p>"

    def lines(self, children: Sequence[Inline]) -> str:
        """Inlines, with the blanks at the beginning of each line in a span of their own."""
        parts: list[str] = []
        begins = True
        for child in children:
            if isinstance(child, Text):
                parts.append(_indented(child.text) if begins else _escaped(child.text))
                begins = False
            elif isinstance(child, LineBreak):
                parts.append(_LINE_END)
                begins = True
            else:
                parts.append(self.inline(child))
                begins = False
        return "".join(parts)

    def inlines(self, children: Iterable[Inline]) -> str:
        return "".join(map(self.inline, children))

    def inline(self, node: Inline) -> str:
        match node:
            case Text():
                return _escaped(node.text)
            case LineBreak():
                return _LINE_END
            case Emphasis():
                return f"<em>{self.inlines(node.children)}</em>"
            case Strong():
                return f"<strong>{self.inlines(node.children)}</strong>"
            case Code():
                return f"<code>{_escaped(node.text)}</code>"
            case Ruby():
                return f"<ruby>{_escaped(node.base)}<rt>{_escaped(node.reading)}</rt></ruby>"
            case Link():
                return self.anchor(node)
            case NoteReference():
                return self.notes.reference(node.number)
            case _:
                assert_never(node)

    def anchor(self, node: Link) -> str:
        # A link without words could be neither seen nor heard.
        # And a link in a link leads nowhere.
        children = [_as_words(child) for child in node.children]
        words = self.inlines(children) or _escaped(node.href)
        address = self.link(node.href)
        return words if address is None else f'<a href="{_attribute(address)}">{words}</a>'

    def verse(self, block: Verse) -> str:
        margin = indentation(_common_start(list(map(_first_text, block.lines))))
        before = f'<span class="margin">{margin}</span>' if margin else ""
        lines = [
            f'<span class="line">{before}{self.line(line, len(margin))}</span>'
            for line in block.lines
        ]
        return f'<p class="verse">{_LINE_END.join(lines)}</p>'

    def line(self, line: Sequence[Inline], margin: int) -> str:
        """A line of a stanza, without the characters of its margin."""
        if not margin and len(line) != 1:
            return self.lines(line)
        match line:
            case [Text(text)]:
                return _indented(text[margin:])
            case [Text(text), *rest]:
                return _indented(text[margin:]) + self.lines(rest)
            case _:
                return self.lines(line)

    def scene_break(self, block: Break) -> str:
        if not block.mark.strip():
            return "<hr/>"
        return f'<p class="break" role="separator">{_escaped(block.mark)}</p>'

    def list(self, block: ListBlock) -> str:
        items = "\n".join([f"<li>{self.item(item)}</li>" for item in block.items])
        if block.start is None:
            return f"<ul>\n{items}\n</ul>"
        start = "" if block.start == 1 else f' start="{block.start}"'
        return f"<ol{start}>\n{items}\n</ol>"

    def item(self, item: Sequence[Block]) -> str:
        # What most readers set well: a paragraph of its own only where there are several blocks.
        match item:
            case [Paragraph(children)]:
                return self.lines(children)
            case _:
                return self.blocks(item)

    def table(self, block: Table) -> str:
        places = [f' class="align-{place}"' if place else "" for place in block.alignments]
        head = ""
        if any(block.head):
            cells = self.cells(block.head, places, "th", ' scope="col"')
            head = f"<thead>\n<tr>{cells}</tr>\n</thead>\n"
        rows = "\n".join([f"<tr>{self.cells(row, places, 'td')}</tr>" for row in block.rows])
        body = f"<tbody>\n{rows}\n</tbody>\n" if rows else ""
        return f"<table>\n{head}{body}</table>"

    def cells(
        self, row: Sequence[Cell], places: Sequence[str], name: str, attributes: str = ""
    ) -> str:
        return "".join(
            f"<{name}{attributes}{place}>{self.inlines(cell)}</{name}>"
            for cell, place in zip(row, places, strict=True)
        )

    def figure(self, block: Figure) -> str:
        address = self.picture(block.source)
        if address is None:
            return f'<p class="figure">{_escaped(block.alternative)}</p>'
        alternative = _attribute(block.alternative)
        return f'<figure><img src="{_attribute(address)}" alt="{alternative}"/></figure>'


def _is_note(block: Block) -> bool:
    return isinstance(block, Note)


def _as_words(node: Inline) -> Inline:
    return Text(f"[{node.number}]") if isinstance(node, NoteReference) else node


def _indented(text: str) -> str:
    if not text[:1].isspace():
        return _escaped(text)
    blanks = indentation(text)
    return f'<span class="indent">{blanks}</span>{_escaped(text[len(blanks) :])}'


def _kept_line(content: str) -> str:
    # One that is indented as typed begins a paragraph, in Chinese above all.
    name = "line indented" if content.startswith('<span class="indent">') else "line"
    return f'<span class="{name}">{content}</span>'


def _is_attribution(lines: Sequence[Sequence[Inline]]) -> bool:
    """Whether the last line says whose words those above are; a dialogue's lines begin alike."""
    *_, before, last = map(_first_text, lines)
    return bool(_ATTRIBUTION.match(last)) and not before[:1].isspace()


def _first_text(line: Sequence[Inline]) -> str:
    first = line[0] if line else None
    return first.text if isinstance(first, Text) else ""


def _common_start(texts: Sequence[str]) -> str:
    # What the first and the last in order have in common, all have.
    first, last = min(texts, default=""), max(texts, default="")
    length = 0
    while length < len(first) and first[length] == last[length]:
        length += 1
    return first[:length]
