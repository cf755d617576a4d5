"""What paragraphs are in a text, as far as their words tell it: turns of a dialogue, a letter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal, TypeAlias

from .blocks import (
    Block,
    Code,
    Emphasis,
    Inline,
    LineBreak,
    Link,
    Note,
    Paragraph,
    Ruby,
    Strong,
    Text,
)
from .letters import LetterPart, parts_of_letter
from .speech import are_turns, may_be_turn, turns

__all__ = ["ROLES", "Role", "kept_lines", "roles_of_blocks", "roles_of_paragraphs"]

Role: TypeAlias = Literal["dialogue"] | LetterPart

ROLES: Final = (
    "dateline", "dialogue", "postscript", "salutation", "signature", "valediction",
)  # fmt: skip
"""All that a paragraph may be."""


def roles_of_paragraphs(paragraphs: Sequence[Sequence[str] | None]) -> Mapping[int, Role]:
    """What each of some neighbouring paragraphs is, by its place; most are nothing of it.

    Args:
        paragraphs: the kept lines of each, `None` for another block.

    >>> roles_of_paragraphs([["He rose."], ["— You here?"], ["— As you see."], ["A:", "b"]])
    {1: 'dialogue', 2: 'dialogue'}
    """
    roles: dict[int, Role] = dict(parts_of_letter(paragraphs))
    single = [lines[0] if lines and len(lines) == 1 else "" for lines in paragraphs]
    if any(map(may_be_turn, single)):
        roles.update(dict.fromkeys(_places(turns(single)), "dialogue"))
    for place, lines in enumerate(paragraphs):
        if lines and len(lines) > 1 and place not in roles and are_turns(lines):
            roles[place] = "dialogue"
    return roles


def roles_of_blocks(blocks: Sequence[Block]) -> Mapping[int, Role]:
    """What each block is, as `roles_of_paragraphs` tells it; notes are no part of the text.

    >>> roles_of_blocks([Paragraph((Text("“You?”"), LineBreak(), Text("“Me.”")))])
    {0: 'dialogue'}
    """
    text = [block for block in blocks if not isinstance(block, Note)]
    return roles_of_paragraphs([_lines(block) for block in text])


def kept_lines(children: Iterable[Inline]) -> list[list[Inline]]:
    """The lines of a paragraph.

    >>> kept_lines([Text("a"), LineBreak(), Text("b")])
    [[Text(text='a')], [Text(text='b')]]
    """
    lines: list[list[Inline]] = [[]]
    for child in children:
        if isinstance(child, LineBreak):
            lines.append([])
        else:
            lines[-1].append(child)
    return lines


def _lines(block: Block) -> list[str] | None:
    match block:
        case Paragraph([Text(text)]):
            return [text]
        case Paragraph(children):
            return [_shown(line) for line in kept_lines(children)]
        case _:
            return None


def _shown(inlines: Iterable[Inline]) -> str:
    return "".join([_node(node) for node in inlines])


def _node(node: Inline) -> str:
    match node:
        case Text(text) | Code(text):
            return text
        case Emphasis(children) | Strong(children) | Link(_, children):
            return _shown(children)
        case Ruby(base):
            return base
        case _:
            return ""


def _places(flags: Sequence[bool]) -> list[int]:
    return [place for place, flag in enumerate(flags) if flag]
