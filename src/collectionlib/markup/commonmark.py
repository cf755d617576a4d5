"""Blocks to CommonMark: the writing half of `markdown`, which needs no parser.

Whatever would be structure and is none is escaped. Where no backslash can help, because
CommonMark trims blanks or looks at the neighbours of an asterisk, a character is written as a
numeric reference: ``**「強調」**&#12391;す`` (CommonMark 0.31 §6.2).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import count
from typing import assert_never

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
from .layout import is_break, with_line_feeds
from .normal import normal_inlines, normal_line

__all__ = ["break_text", "escape", "render"]

# Characters that mean something wherever they stand; an ampersand only where it begins a reference.
_SPECIAL = re.compile(r"[\\`*_\[\]<{]|&(?=[#A-Za-z])")
# What a line begins a heading, a quote, a fence, a list, a rule or an underlined heading with.
_LINE_START = re.compile(
    r"[#]{1,6}(?![^ \t]) | > | ~~~ | [-+](?![^ \t]) | (?:-+|=+)[ \t]*$ | (?:-[ \t]*)+$"
    # And what would make a table of the line before.
    r" | [-:|][-:|\ \t]*$",
    re.VERBOSE,
)
_NUMBERED = re.compile(r"(\d{1,9})([.)])(?![^ \t])", re.ASCII)
_RULE = re.compile(r"([-*_])(?:[ \t]*\1){2,}[ \t]*")
_ASCII_MARK = re.compile(r"[!-/:-@\[-`{-~]")
_BACKTICKS = re.compile("`+")
_LINE_END = re.compile("[\r\n\u2028\u2029]")
_LARGEST_NUMBER = 999_999_999


def escape(text: str) -> str:
    r"""Plain text as the text of a paragraph in CommonMark, where it means nothing but itself.

    Line breaks are kept, with a backslash. Blank lines become line breaks too: divide the text
    into paragraphs before.

    >>> print(escape("1. *not* a list\n# nor <b>a heading</b>"))
    1\. \*not\* a list\
    \# nor \<b>a heading\</b>
    """
    return _paragraph_text([Text(text)])


def render(blocks: Iterable[Block]) -> str:
    r"""Write blocks as CommonMark; `markdown.parse` gives them back.

    What CommonMark cannot hold becomes what it can: a heading has one line and a level from 1 to 6.

    >>> print(
    ...     render([Quote((Paragraph((Strong((Text("「強調」"),)), Text("です"))),)), Break("⁂")])
    ... )
    > **「強調」**&#12391;す
    <BLANKLINE>
    ⁂
    """
    texts: list[str] = []
    bullet = number = ""
    for block in blocks:
        if isinstance(block, ListBlock):
            # Two lists in a row are two only if their markers differ.
            bullet = "*" if bullet == "-" else "-"
            number = ")" if number == "." else "."
            texts.append(_list_text(block, bullet if block.start is None else number))
        else:
            bullet = number = ""
            texts.append(_block_text(block))
    return "\n\n".join(filter(None, texts))


# --- blocks -------------------------------------------------------------------------------------


def _block_text(block: Block) -> str:
    match block:
        case Paragraph():
            return _paragraph_text(block.children)
        case Verse():
            return _paragraph_text(_joined(block.lines))
        case Heading():
            return _heading_text(block)
        case Break():
            return break_text(block.mark.strip())
        case Preformatted():
            return _fenced(with_line_feeds(block.text))
        case Quote():
            return _prefixed(render(block.blocks), "> ")
        case ListBlock():
            return _list_text(block, "-" if block.start is None else ".")
        case Table():
            return _table_text(block)
        case Note():
            return _note_text(block)
        case Figure():
            words = _trimless(_escaped(" ".join(block.alternative.splitlines())))
            return f"![{words}]({_destination(block.source)})"
        case _:
            assert_never(block)


_RULES = {"": "---", "left": ":--", "center": ":-:", "right": "--:"}


def _table_text(block: Table) -> str:
    rule = f"| {' | '.join([_RULES[place] for place in block.alignments])} |"
    head, *rows = [_row_text(row) for row in (block.head, *block.rows)]
    return "\n".join([head, rule, *rows])


def _row_text(row: Sequence[Cell]) -> str:
    # A stroke ends a cell even in code (GFM 0.29 §4.10).
    cells = [_trimless(_inline_text(normal_line(cell))).replace("|", "\\|") for cell in row]
    return f"| {' | '.join(cells)} |"


def _note_text(block: Note) -> str:
    indented = _prefixed(render(block.blocks), " " * 4)
    # A note that begins with a block of code, say, begins on the next line.
    if block.blocks and isinstance(block.blocks[0], Paragraph):
        return f"[^{block.number}]: {indented.lstrip(' ')}"
    return f"[^{block.number}]:\n{indented}" if indented else f"[^{block.number}]:"


def _joined(lines: Iterable[Sequence[Inline]]) -> list[Inline]:
    joined: list[Inline] = []
    for line in lines:
        joined += [LineBreak(), *line] if joined else line
    return joined


def _paragraph_text(children: Iterable[Inline]) -> str:
    inlines = normal_inlines(children)
    lines = _inline_text(inlines).split("\n")
    text = "\n".join([_guarded_start(_trimless(line)) for line in lines])
    match inlines:
        case [Text(words)] if is_break(words) and text in (words, break_text(words)):
            # Words that look like a break but are none.
            return _reference(words[0]) + text.removeprefix("\\")[1:]
        case _:
            return text


def _heading_text(block: Heading) -> str:
    text = _trimless(_inline_text(normal_line(block.children)))
    if text.endswith("#"):
        text = text[:-1] + "\\#"
    return f"{'#' * max(1, min(6, block.level))} {text}".rstrip()


def break_text(mark: str) -> str:
    r"""How a break with a mark is written: as a rule, or with each mark escaped if it needs it.

    >>> break_text("* * *"), break_text("◇◇◇"), break_text("*~*")
    ('* * *', '◇◇◇', '\\*\\~\\*')
    """
    if not mark:
        return "---"
    if _RULE.fullmatch(mark):
        return mark
    return _ASCII_MARK.sub(r"\\\g<0>", mark) if is_break(mark) else escape(mark)


def _fenced(text: str) -> str:
    fence = "`" * max(3, 1 + _longest_run(text))
    return f"{fence}\n{text}\n{fence}"


def _longest_run(text: str) -> int:
    return max(map(len, _BACKTICKS.findall(text)), default=0)


def _prefixed(text: str, prefix: str) -> str:
    return "\n".join([(prefix + line) if line else prefix.rstrip() for line in text.split("\n")])


def _list_text(block: ListBlock, delimiter: str) -> str:
    items: list[str] = []
    for place, item in enumerate(block.items):
        number = "" if block.start is None else _number(block.start + place)
        items.append(_item_text(render(item), f"{number}{delimiter}"))
    roomy = any(len(item) > 1 for item in block.items)
    return ("\n\n" if roomy else "\n").join(items)


def _number(number: int) -> str:
    return str(max(0, min(_LARGEST_NUMBER, number)))


def _item_text(text: str, marker: str) -> str:
    indented = _prefixed(text, " " * (len(marker) + 1))
    first = marker + indented[len(marker) :]
    # "- ---" would be a rule itself: let the item begin on the next line.
    if _RULE.fullmatch(first.partition("\n")[0]):
        return f"{marker}\n{indented}"
    return first.rstrip() if not text else first


# --- inlines ------------------------------------------------------------------------------------


def _inline_text(children: Sequence[Inline], parent: Inline | None = None) -> str:
    text = ""
    needs_border = False
    for place, node in enumerate(children):
        match node:
            case Emphasis() | Strong():
                run = "**" if isinstance(node, Strong) else _emphasis_run(children, place, parent)
                inner = _trimless(_inline_text(node.children, node))
                if _needs_border(run, inner[:1]):
                    text = _with_border_at_end(text)
                text += run + inner + run
                needs_border = _needs_border(run, inner[-1:])
                continue
            case Link():
                # An exclamation mark would make a picture of it.
                if text.endswith("!"):
                    text = text[:-1] + "\\!"
                text += f"[{_inline_text(node.children, parent)}]({_destination(node.href)})"
            case Text():
                words = _escaped(node.text)
                text += _with_border_at_start(words) if needs_border else words
            case LineBreak():
                text += "\\\n"
            case Code():
                text += _code_span(node.text)
            case Ruby():
                text += f"{{{_ruby_part(node.base)}|{_ruby_part(node.reading)}}}"
            case NoteReference():
                text += f"[^{node.number}]"
            case _:
                assert_never(node)
        needs_border = False
    return text


def _emphasis_run(siblings: Sequence[Inline], place: int, parent: Inline | None) -> str:
    # Asterisks may stand inside a word, but runs of them would mix with those of strong words.
    node = siblings[place]
    assert isinstance(node, Emphasis)
    before, after = siblings[max(0, place - 1) : place], siblings[place + 1 : place + 2]
    around = (parent, *before, *after, *node.children)
    return "_" if any(isinstance(other, Strong) for other in around) else "*"


def _needs_border(run: str, edge: str) -> bool:
    """Whether a run counts only if a blank or punctuation stands on its outer side.

    An asterisk does beside a letter (CommonMark 0.31 §6.2, left- and right-flanking).
    """
    return run == "_" or unicodedata.category(edge)[0] not in "LNM"


def _is_border(char: str) -> bool:
    # Symbols have been punctuation only since CommonMark 0.31: they count as neither.
    return char.isspace() or char in "$+<=>^`|~" or unicodedata.category(char)[0] == "P"


def _with_border_at_end(text: str) -> str:
    return text if not text or _is_border(text[-1]) else text[:-1] + _reference(text[-1])


def _with_border_at_start(text: str) -> str:
    return text if _is_border(text[0]) else _reference(text[0]) + text[1:]


def _reference(char: str) -> str:
    return f"&#{ord(char)};"


def _trimless(line: str) -> str:
    """The line with blanks at its ends written so that no parser trims them."""
    if line[:1].isspace():
        line = _reference(line[0]) + line[1:]
    if line[-1:].isspace():
        line = line[:-1] + _reference(line[-1])
    return line


def _guarded_start(line: str) -> str:
    if _LINE_START.match(line):
        return f"\\{line}"
    return _NUMBERED.sub(r"\1\\\2", line, count=1) if _NUMBERED.match(line) else line


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text)


def _ruby_part(text: str) -> str:
    return _trimless(_escaped(text).replace("|", "\\|").replace("}", "\\}"))


def _code_span(text: str) -> str:
    runs = set(map(len, _BACKTICKS.findall(text)))
    fence = "`" * next(length for length in count(1) if length not in runs)
    padded = text[0] in " `" or text[-1] in " `"
    return f"{fence} {text} {fence}" if padded and text.strip(" ") else f"{fence}{text}{fence}"


def _destination(address: str) -> str:
    escaped = re.sub(r"[\\<>]|&(?=[#A-Za-z])", r"\\\g<0>", address)
    # What ends a line elsewhere has no place in a body, either.
    return f"<{_LINE_END.sub(lambda found: f'&#{ord(found[0])};', escaped)}>"
