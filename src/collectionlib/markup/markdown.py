r"""CommonMark to blocks and back.

`render` escapes whatever would be structure and is none, so that `parse` gives back the same
blocks. What CommonMark leaves open, or has no notation for:

- HTML is text: nothing in a body can become an element of a page.
- A line break in a paragraph that is not marked as one is a blank, but nothing between two wide
  East Asian characters (CSS Text 3 §4.1.3). A backslash at the end of a line keeps the break.
- A paragraph whose kept lines are all indented is `Verse`, as in plain text; the first blank of
  each line is written ``&#32;``, which CommonMark keeps.
- ``{base|reading}`` is `Ruby`. ``\{`` is a brace.
- A paragraph of nothing but the marks of a break, ``⁂`` or ``◇◇◇``, is a `Break` with that mark,
  and so is a thematic break. Only the plainest, ``---``, is a `Break` without a mark.
- A picture alone in a paragraph is a `Figure`; another is a `Link` to it with what it shows.
- Tables are those of GFM 0.29 §4.10.
- ``[^label]`` is a `NoteReference`, and ``[^label]: words`` the `Note` itself, whose other blocks
  are indented by four blanks, as pandoc has it. A note that nothing refers to stays a note.
- Titles of links and pictures and the language of a fence are not read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.common.utils import unescapeAll
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from . import plain
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
from .commonmark import break_text, escape, render
from .layout import is_break, is_verse, with_line_feeds
from .normal import InlineBuilder, normal_line
from .runs import is_wide

__all__ = ["escape", "parse", "parser", "render"]

# Quotes and lists deeper than this are typing errors or attacks, and each level costs stack.
_DEEPEST = 60
_RUBY = re.compile(
    r"\{(?![\s{|}])((?:[^\\{|}\n]|\\.)+)(?<!\s)\|(?!\s)((?:[^\\{|}\n]|\\.)+)(?<!\s)\}"
)


def parse(text: str) -> tuple[Block, ...]:
    r"""Read CommonMark.

    Text that is nested deeper than any author would is read as plain text: it loses nothing.

    >>> parse("# Wishes\n\nBe **well**,\\\n{漢|かん}.")
    (Heading(level=1, children=(Text(text='Wishes'),)),
     Paragraph(children=(Text(text='Be '), Strong(children=(Text(text='well'),)), Text(text=','),
                         LineBreak(), Ruby(base='漢', reading='かん'), Text(text='.'))))
    """
    text = with_line_feeds(text)
    tokens = parser().parse(text)
    if any(token.level >= _DEEPEST - 1 for token in tokens):
        return plain.parse(text)
    return _Reader(text.split("\n")).read(tokens)


# --- the parser ---------------------------------------------------------------------------------


def _ruby(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 # markdown-it calls it so
    if state.src[state.pos] != "{":
        return False
    found = _RUBY.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        token = state.push("ruby", "ruby", 0)
        token.content = unescapeAll(found[1])
        token.meta = {"reading": unescapeAll(found[2])}
    state.pos = found.end()
    return True


class _CommonMark(MarkdownIt):
    """The parser; addresses stay as they were written, and those who write pages judge them."""

    def __init__(self) -> None:
        super().__init__("commonmark", {"html": False, "maxNesting": _DEEPEST})
        self.enable("table")
        self.use(footnote_plugin, inline=False, move_to_end=False)
        self.inline.ruler.before("escape", "ruby", _ruby)

    def validateLink(self, url: str) -> bool:  # noqa: N802 # markdown-it's name
        return True

    def normalizeLink(self, url: str) -> str:  # noqa: N802
        return url

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802
        return link


@cache
def parser() -> MarkdownIt:
    """The parser of our Markdown; it keeps no state between texts."""
    return _CommonMark()


# --- blocks -------------------------------------------------------------------------------------


class _Reader:
    """Turns the parser's tokens into blocks; knows the source's lines for what tokens omit."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._numbers: dict[str, int] = {}
        self._referred: list[str] = []

    def read(self, tokens: Sequence[Token]) -> tuple[Block, ...]:
        """All blocks: the text, then its notes in the order in which it refers to them."""
        text, notes = _divided(tokens)
        blocks = list(self.blocks(iter(text)))
        # A note may refer to others, so this list may grow on the way.
        referred = (label for label in self._referred if label in notes)
        blocks.extend(self._note(label, notes.pop(label)) for label in referred)
        blocks += [self._note(label, own) for label, own in notes.items()]
        return tuple(blocks)

    def _note(self, label: str, tokens: Sequence[Token]) -> Note:
        return Note(self._number(label), tuple(self.blocks(iter(tokens))))

    def _number(self, label: str) -> int:
        if label not in self._numbers:
            self._numbers[label] = len(self._numbers) + 1
            self._referred.append(label)
        return self._numbers[label]

    def blocks(self, tokens: Iterator[Token]) -> Iterator[Block]:
        """The blocks up to the end of the container that is open."""
        for token in tokens:
            if token.nesting < 0:
                return
            block = self._block(token, tokens)
            if not _is_empty(block):
                yield block

    def _block(self, token: Token, tokens: Iterator[Token]) -> Block:
        match token.type:
            case "paragraph_open":
                return self._paragraph(_content(tokens))
            case "heading_open":
                return Heading(int(token.tag[1:]), normal_line(self._inlines(_content(tokens))))
            case "hr":
                return _break(self._marks(token))
            case "blockquote_open":
                return Quote(tuple(self.blocks(tokens)))
            case "bullet_list_open":
                return ListBlock(tuple(self._items(tokens)))
            case "ordered_list_open":
                return ListBlock(tuple(self._items(tokens)), _start(token))
            case "table_open":
                return self._table(tokens)
            case "fence" | "code_block":
                return Preformatted(token.content.removesuffix("\n"))
            case other:
                raise AssertionError(f"no rule of the parser makes {other!r}")

    def _items(self, tokens: Iterator[Token]) -> Iterator[tuple[Block, ...]]:
        for token in tokens:
            if token.nesting < 0:
                return
            yield tuple(self.blocks(tokens))

    def _table(self, tokens: Iterator[Token]) -> Table:
        rows: list[list[Cell]] = []
        alignments: list[Alignment] = []
        for token in tokens:
            if token.type == "table_close":
                break
            if token.type == "tr_open":
                rows.append([])
            elif token.type in ("th_open", "td_open"):
                rows[-1].append(normal_line(self._inlines(_content(tokens))))
                if len(rows) == 1:
                    alignments.append(_alignment(token))
        return Table.of(rows[0], rows[1:], alignments)

    def _paragraph(self, token: Token) -> Block:
        match token.children:
            case [Token(type="image") as image]:
                return Figure(str(image.attrGet("src") or ""), _words(image))
            case [Token(type="text", content=marks)] if _is_written_break(token.content, marks):
                return _break(marks)
            case _:
                return _paragraph_or_verse(self._inlines(token))

    def _inlines(self, token: Token) -> tuple[Inline, ...]:
        return _inlines(token, self._number)

    def _marks(self, token: Token) -> str:
        assert token.map
        marks = re.escape(token.markup[0])
        found = re.search(rf"(?:{marks}[ \t]*)+$", self._lines[token.map[0]])
        return found[0] if found else ""


def _divided(tokens: Sequence[Token]) -> tuple[list[Token], dict[str, list[Token]]]:
    """The tokens without those of notes, and those of the notes by their labels."""
    text: list[Token] = []
    notes: dict[str, list[Token]] = {}
    open_notes: list[list[Token]] = []
    for place, token in enumerate(tokens):
        if token.type == "footnote_reference_open":
            label = token.meta["label"]
            # Of two notes with one label the text refers to the first; no label has a blank.
            label = f"{label} {place}" if label in notes else label
            open_notes.append(notes.setdefault(label, []))
        elif token.type == "footnote_reference_close":
            open_notes.pop()
        else:
            (open_notes[-1] if open_notes else text).append(token)
    return text, notes


def _alignment(cell: Token) -> Alignment:
    style = str(cell.attrGet("style") or "")
    for place in ("left", "center", "right"):
        if style.endswith(f":{place}"):
            return place
    return ""


def _break(marks: str) -> Break:
    marks = marks.rstrip()
    return Break("" if marks == "---" else marks)


def _is_empty(block: Block) -> bool:
    # "#" alone on a line, or a paragraph of nothing but "&#10;".
    return isinstance(block, Paragraph | Heading) and not block.children


def _start(token: Token) -> int:
    # The parser leaves out what HTML's lists begin with anyway.
    start = token.attrGet("start")
    return 1 if start is None else int(start)


def _content(tokens: Iterator[Token]) -> Token:
    content = next(tokens)
    next(tokens)
    return content


def _is_written_break(source: str, marks: str) -> bool:
    # "\* \* \*" and "&#9671;◇◇" are words of an author who took care that they are no break.
    return is_break(marks) and source in (marks, break_text(marks))


def _paragraph_or_verse(children: tuple[Inline, ...]) -> Paragraph | Verse:
    lines: list[list[Inline]] = [[]]
    for child in children:
        if isinstance(child, LineBreak):
            lines.append([])
        else:
            lines[-1].append(child)
    if is_verse([plain.render([Paragraph(tuple(line))]) for line in lines]) and all(
        isinstance(line[0], Text) for line in lines
    ):
        return Verse(tuple(map(tuple, lines)))
    return Paragraph(children)


# --- inlines ------------------------------------------------------------------------------------


def _inlines(token: Token, number: Callable[[str], int] | None) -> tuple[Inline, ...]:
    builder = InlineBuilder()
    _add_tokens(builder, token.children or [], number)
    return builder.finish()


def _add_tokens(
    builder: InlineBuilder, tokens: Sequence[Token], number: Callable[[str], int] | None
) -> None:
    for place, token in enumerate(tokens):
        if token.type == "softbreak":
            builder.add(Text(_joint(tokens, place)))
        elif token.type == "image":
            _add_picture(builder, token)
        elif token.type.endswith("_close"):
            builder.close()
        elif token.type == "footnote_ref":
            label = token.meta["label"]
            builder.add(NoteReference(number(label)) if number else Text(f"[^{label}]"))
        else:
            _add_token(builder, token)


def _add_token(builder: InlineBuilder, token: Token) -> None:
    match token.type:
        case "text" | "text_special":
            # An escaped character of a picture's words is one of its own before markdown-it-py 4.3.
            builder.add(Text(token.content))
        case "hardbreak":
            builder.add(LineBreak())
        case "em_open":
            builder.open(Emphasis)
        case "strong_open":
            builder.open(Strong)
        case "link_open":
            builder.open(Link(str(token.attrGet("href") or ""), ()))
        case "code_inline":
            builder.add(Code(token.content))
        case "ruby":
            builder.add(Ruby(token.content, token.meta["reading"]))
        case other:
            raise AssertionError(f"no rule of the parser makes {other!r}")


def _add_picture(builder: InlineBuilder, token: Token) -> None:
    source = str(token.attrGet("src") or "")
    builder.open(Link(source, ()))
    builder.add(Text(_words(token) or source))
    builder.close()


def _words(picture: Token) -> str:
    inlines = _inlines(picture, None)
    return " ".join(plain.render([Paragraph(inlines)]).split("\n"))


def _joint(tokens: Sequence[Token], place: int) -> str:
    """What a line break that is not kept stands for."""
    before = next(filter(None, (tokens[at].content for at in range(place - 1, -1, -1))), "")
    after = next(filter(None, (tokens[at].content for at in range(place + 1, len(tokens)))), "")
    return "" if is_wide(before[-1:]) and is_wide(after[:1]) else " "
