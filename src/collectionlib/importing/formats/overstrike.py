r"""Letters that were struck twice, as ``nroff`` prints them: emphasis and strong words.

``_\bx`` is an underlined x, ``x\bx`` a bold one; ``____\b\b\b\bword`` underlines a whole word, and
``'\be`` is an accent over its letter.
The text is played as a terminal of paper would: a backspace goes one place to the left.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from ...markup import markdown, plain
from ...markup.blocks import Block, Emphasis, Inline, LineBreak, Paragraph, Strong, Text, Verse
from ...markup.normal import normal_inlines
from ..draft import Draft
from ..wrapping import join_wrapped_lines

__all__ = ["emphasised", "struck_once"]

# Characters for private use stand for the marks while the lines are read as plain text.
_UNDER, _BOLD, _END = "\ue0f0", "\ue0f1", "\ue0f2"
_ACCENTS = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", ",": "\u0327",
}  # fmt: skip
_STYLED = re.compile(f"[{_UNDER}{_BOLD}]([^{_END}]*){_END}")


def emphasised(draft: Draft) -> Draft:
    r"""A draft whose letters were struck twice as Markdown.

    >>> emphasised(Draft(body="So ____\b\b\b\bmany, B\bBo\bold!")).body
    'So *many*, **Bo**ld!'
    """
    if "\b" not in draft.body or draft.markup != "plain":
        return draft
    if any(mark in draft.body for mark in (_UNDER, _BOLD, _END)):
        return draft
    text = "\n".join(map(_marked, draft.body.split("\n")))
    changes = (*draft.changes, "overstrike")
    if _END not in text:
        return draft if text == draft.body else draft.but(body=text, changes=changes)
    if draft.wrap_width is not None:
        text = join_wrapped_lines(text, draft.wrap_width)
    body = markdown.render(block for each in plain.parse(text) for block in _styled_block(each))
    return draft.but(body=body, markup="markdown", changes=changes)


def struck_once(line: str) -> str:
    r"""A line as it looks, without its styles.

    >>> struck_once("so ____\b\b\b\bmany, _\bI, x\bx")
    'so many, I, x'
    """
    return "".join(letter for letter, _ in _cells(line))


def _cells(line: str) -> list[tuple[str, str]]:
    """The letters of a line with the mark of each."""
    cells: list[tuple[str, str]] = []
    column = 0
    for letter in line:
        if letter == "\b":
            column = max(0, column - 1)
            continue
        if column == len(cells):
            cells.append((letter, ""))
        else:
            cells[column] = _struck(*cells[column], letter)
        column += 1
    return cells


def _struck(below: str, mark: str, letter: str) -> tuple[str, str]:
    if below == letter:
        return letter, mark or _BOLD
    if below == "_":
        return letter, _UNDER if letter != " " else ""
    if letter == "_":
        return below, mark or _UNDER
    return _composed(below, letter) or _composed(letter, below) or below + letter, mark


def _composed(accent: str, letter: str) -> str | None:
    """A letter with the accent that was struck over it."""
    if accent not in _ACCENTS or not letter.isalpha():
        return None
    composed = unicodedata.normalize("NFC", letter + _ACCENTS[accent])
    return composed if len(composed) == 1 else None


def _marked(line: str) -> str:
    if "\b" not in line:
        return line
    marked, open_mark = "", ""
    for letter, mark in _cells(line):
        if mark != open_mark:
            marked += (_END if open_mark else "") + mark
            open_mark = mark
        marked += letter
    return marked + (_END if open_mark else "")


def _styled_block(block: Block) -> Iterator[Block]:
    match block:
        case Paragraph(children):
            yield Paragraph(normal_inlines(_styled(children)))
        case Verse(lines):
            yield Verse(tuple(normal_inlines(_styled(line)) for line in lines))
        case _:
            # Where columns matter there is no place for styles. A line of blanks that were struck
            # twice is blank without them, and divides the block.
            text = plain.render([block])
            for mark in (_UNDER, _BOLD, _END):
                text = text.replace(mark, "")
            yield from plain.parse(text)


def _styled(children: tuple[Inline, ...]) -> Iterator[Inline]:
    for node in children:
        if isinstance(node, LineBreak) or not isinstance(node, Text):
            yield node
            continue
        end = 0
        for found in _STYLED.finditer(node.text):
            yield Text(node.text[end : found.start()])
            kind = Emphasis if found[0][0] == _UNDER else Strong
            yield kind((Text(found[1]),))
            end = found.end()
        yield Text(node.text[end:])
