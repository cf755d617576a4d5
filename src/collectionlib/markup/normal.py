"""The one form of inlines that means the same as others: what every parser yields.

Neighbouring characters are one `Text`; so are neighbouring words of one kind of stress one node.
Nothing stands inside a node of its own kind, and nothing is empty but links. A newline is a
`LineBreak`, and none begins or ends stressed words or the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from .blocks import (
    Code,
    Emphasis,
    Inline,
    LineBreak,
    Link,
    NoteReference,
    Ruby,
    Strong,
    Text,
)
from .layout import with_line_feeds

__all__ = ["InlineBuilder", "normal_inlines", "normal_line"]

_Opening: TypeAlias = type[Emphasis] | type[Strong] | Link


def normal_inlines(inlines: Iterable[Inline]) -> tuple[Inline, ...]:
    """Inlines in their normal form.

    >>> normal_inlines(
    ...     [Text("a"), Text("b"), Emphasis((Emphasis((Text("c"),)), LineBreak())), Text("d")]
    ... )
    (Text(text='ab'), Emphasis(children=(Text(text='c'),)), LineBreak(), Text(text='d'))
    """
    builder = InlineBuilder()
    _add_all(builder, inlines)
    return builder.finish()


def normal_line(inlines: Iterable[Inline]) -> tuple[Inline, ...]:
    """Inlines in their normal form, with a blank for every line break.

    >>> normal_line([Text("a"), LineBreak(), Text("b")])
    (Text(text='a b'),)
    """
    builder = InlineBuilder(line_break=Text(" "))
    _add_all(builder, inlines)
    return builder.finish()


def _add_all(builder: InlineBuilder, inlines: Iterable[Inline]) -> None:
    for node in inlines:
        match node:
            case Emphasis() | Strong():
                builder.open(type(node))
                _add_all(builder, node.children)
                builder.close()
            case Link():
                builder.open(node)
                _add_all(builder, node.children)
                builder.close()
            case _:
                builder.add(node)


class InlineBuilder:
    """Takes inlines in the order of the text and puts them into their normal form.

    Args:
        line_break: what stands for the end of a line.
    """

    def __init__(self, line_break: LineBreak | Text = LineBreak()) -> None:  # noqa: B008 # frozen
        self._line_break = line_break
        self._openings: list[_Opening | None] = []
        self._kinds: set[type[Inline]] = set()
        self._levels: list[list[Inline]] = [[]]

    def add(self, node: Text | LineBreak | Code | Ruby | NoteReference) -> None:
        """Add a node that has no children."""
        match node:
            case Text(text):
                self._add_lines(text)
            case LineBreak():
                self._append(self._line_break)
            case Code(text) if text:
                self._append(Code(_unbroken(text)))
            case Ruby(base, reading) if base and reading:
                self._append(Ruby(_unbroken(base), _unbroken(reading)))
            case Ruby(base, reading):
                self._add_lines(base + reading)
            case NoteReference():
                self._append(node)
            case _:
                pass

    def open(self, opening: _Opening) -> None:
        """Begin stressed words, or a link with the address of the one that is given."""
        # What is emphasised is not emphasised again, and no link leads to two places.
        kind = type(opening) if isinstance(opening, Link) else opening
        if kind in self._kinds:
            self._openings.append(None)
            return
        self._kinds.add(kind)
        self._openings.append(opening)
        self._levels.append([])

    def close(self) -> None:
        """End what was begun last."""
        opening = self._openings.pop()
        if opening is None:
            return
        self._kinds.remove(type(opening) if isinstance(opening, Link) else opening)
        for node in _wrapped(opening, self._levels.pop()):
            self._append(node)

    def finish(self) -> tuple[Inline, ...]:
        """What was built."""
        _, inlines, _ = _without_outer_breaks(self._levels[0])
        return tuple(inlines)

    def _add_lines(self, text: str) -> None:
        for place, line in enumerate(with_line_feeds(text).split("\n")):
            if place:
                self._append(self._line_break)
            if line:
                self._append(Text(line))

    def _append(self, node: Inline) -> None:
        _append(self._levels[-1], node)


def _unbroken(text: str) -> str:
    return with_line_feeds(text).replace("\n", " ")


def _append(siblings: list[Inline], node: Inline) -> None:
    last = siblings[-1] if siblings else None
    match last, node:
        case (Text(before), Text(after)):
            siblings[-1] = Text(before + after)
        case (Code(before), Code(after)):
            siblings[-1] = Code(before + after)
        case (Emphasis(before), Emphasis(after)):
            siblings[-1] = Emphasis(_joined(before, after))
        case (Strong(before), Strong(after)):
            siblings[-1] = Strong(_joined(before, after))
        case _:
            siblings.append(node)


def _joined(before: Sequence[Inline], after: Sequence[Inline]) -> tuple[Inline, ...]:
    joined = list(before)
    for node in after:
        _append(joined, node)
    return tuple(joined)


def _wrapped(opening: _Opening, children: list[Inline]) -> list[Inline]:
    if isinstance(opening, Link):
        return [Link(opening.href, tuple(children))]
    before, stressed, after = _without_outer_breaks(children)
    return before + ([opening(tuple(stressed))] if stressed else []) + after


def _without_outer_breaks(
    inlines: list[Inline],
) -> tuple[list[Inline], list[Inline], list[Inline]]:
    """The line breaks before, what stands between, and the line breaks after."""
    start, stop = 0, len(inlines)
    while start < stop and isinstance(inlines[start], LineBreak):
        start += 1
    while stop > start and isinstance(inlines[stop - 1], LineBreak):
        stop -= 1
    return inlines[:start], inlines[start:stop], inlines[stop:]
