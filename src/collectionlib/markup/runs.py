"""Words as they come out of elements, to the inlines of one paragraph after the other.

White space is collapsed as a browser does it (CSS Text 3 §4.1): runs of blanks and line ends are
one blank, none at the edges of a line; between characters of Chinese or Japanese a line end is
nothing. No-break and ideographic spaces are characters.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby
from typing import Literal, TypeAlias

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
from .normal import InlineBuilder

__all__ = ["Opening", "Run", "is_wide"]

Opening: TypeAlias = type[Emphasis] | type[Strong] | Link

_WHITE = " \t\n\r\f"
_BLANKS = re.compile(f"[{_WHITE}]+")


class _Close:
    """The end of what was opened last."""


_CLOSE = _Close()
_Word: TypeAlias = Text | Code | Ruby | NoteReference
_NO_OPENING = (Text, Code, Ruby, NoteReference, LineBreak, _Close)
_Event: TypeAlias = _Word | LineBreak | Opening | _Close


class Run:
    """Takes words in order, and gives paragraphs.

    >>> run = Run()
    >>> run.add_text(" Be ")
    >>> run.open(Emphasis)
    >>> run.add_text(" well ")
    >>> run.close()
    >>> run.finish()
    ((Text(text='Be '), Emphasis(children=(Text(text='well'),))),)
    """

    def __init__(self) -> None:
        self._events: list[_Event] = []
        self._open: list[Opening] = []
        self._paragraphs: list[tuple[Inline, ...]] = []
        self._breaks = 0
        self._last = ""
        # What white space is waiting for the next word: none, a blank, or a line end.
        self._pending: Literal["", " ", "\n"] = ""

    def add_text(self, text: str) -> None:
        """Add characters, whose white space collapses."""
        words = text.strip(_WHITE)
        if not words:
            self._wait(text)
            return
        start = text.index(words[0])
        self._wait(text[:start])
        self._begin(words)
        self._events.append(Text(_collapsed(words)))
        self._last = words[-1]
        self._wait(text[start + len(words) :])

    def add_code(self, text: str) -> None:
        """Add characters that are meant to the letter."""
        if text:
            self._begin(text)
            self._events.append(Code(text))
            self._last = text[-1]

    def add_ruby(self, base: str, reading: str) -> None:
        """Add characters with their reading."""
        if base or reading:
            self._begin(base or reading)
            self._events.append(Ruby(base, reading))
            self._last = (base or reading)[-1]

    def add_note_reference(self, number: int) -> None:
        """Add the place that a note belongs to."""
        self._begin("1")
        self._events.append(NoteReference(number))
        self._last = "1"

    def add_indentation(self, blanks: str) -> None:
        """Add blanks at the beginning of a line, which stay."""
        self._begin(blanks)
        self._events.append(Text(blanks))

    def break_line(self) -> None:
        """End the line; two ends in a row end the paragraph."""
        self._pending = ""
        self._breaks += 1
        self._last = ""

    def open(self, opening: Opening) -> None:
        """Begin stressed words or a link."""
        self._emit_blank_before_opening()
        self._open.append(opening)
        self._events.append(opening)

    def close(self) -> None:
        """End what was begun last."""
        self._open.pop()
        self._events.append(_CLOSE)

    def end_paragraph(self) -> None:
        """End the paragraph; what is open goes on in the next one."""
        builder = InlineBuilder()
        depth = 0
        # Neighbours are joined at once: one by one is quadratic in a long paragraph.
        for is_text, events in groupby(_without_trailing_blanks(self._events), _is_text):
            if is_text:
                builder.add(Text("".join(one.text for one in events if isinstance(one, Text))))
                continue
            for event in events:
                depth += _add(builder, event)
        for _ in range(depth):
            builder.close()
        inlines = builder.finish()
        if _has_ink(inlines):
            self._paragraphs.append(inlines)
        self._events = list(self._open)
        self._breaks = 0
        self._last = ""
        self._pending = ""

    def take(self) -> tuple[tuple[Inline, ...], ...]:
        """The paragraphs that have ended since the last time."""
        paragraphs, self._paragraphs = tuple(self._paragraphs), []
        return paragraphs

    def finish(self) -> tuple[tuple[Inline, ...], ...]:
        """End the paragraph, and give what there is."""
        self.end_paragraph()
        return self.take()

    def _wait(self, blanks: str) -> None:
        if blanks:
            is_line_end = "\n" in blanks or "\r" in blanks
            self._pending = "\n" if is_line_end and self._pending != " " else " "

    def _begin(self, following: str) -> None:
        if self._breaks > 1:
            self.end_paragraph()
        elif self._breaks and self._has_words():
            self._events.append(LineBreak())
        self._breaks = 0
        self._emit_blank(following)

    def _has_words(self) -> bool:
        return any(isinstance(event, _Word) for event in self._events)

    def _emit_blank(self, following: str) -> None:
        pending, self._pending = self._pending, ""
        if not pending or not self._last or self._last == " ":
            return
        if pending == "\n" and is_wide(self._last) and is_wide(following[:1]):
            return
        # A blank stands outside of the stressed words that it would begin.
        place = len(self._events)
        while place and not isinstance(self._events[place - 1], _NO_OPENING):
            place -= 1
        self._events.insert(place, Text(" "))

    def _emit_blank_before_opening(self) -> None:
        # A blank before stressed words stands outside of them; what a line end between wide
        # characters is, the next word tells.
        if not self._pending or not self._last or self._breaks:
            return
        if self._pending == " " or not is_wide(self._last):
            self._emit_blank("")
            self._last = " "


def _is_text(event: _Event) -> bool:
    return isinstance(event, Text)


def _add(builder: InlineBuilder, event: _Event) -> int:
    """Add what is no text, and give by how much the depth changes."""
    match event:
        case _Close():
            builder.close()
            return -1
        case Text() | Code() | Ruby() | NoteReference() | LineBreak():
            builder.add(event)
            return 0
        case _:
            builder.open(event)
            return 1


def _collapsed(words: str) -> str:
    if "\n" not in words or words.isascii():
        return _BLANKS.sub(" ", words)
    return _BLANKS.sub(lambda found: _joint(words, found), words)


def _joint(words: str, blank: re.Match[str]) -> str:
    between_wide = is_wide(words[blank.start() - 1]) and is_wide(words[blank.end()])
    return "" if between_wide and "\n" in blank[0] else " "


def _without_trailing_blanks(events: list[_Event]) -> list[_Event]:
    """Without a blank that ends a line because nothing came behind it."""
    kept: list[_Event] = []
    at_end = True
    for event in reversed(events):
        if at_end and isinstance(event, Text) and event.text == " ":
            continue
        if isinstance(event, LineBreak):
            at_end = True
        elif isinstance(event, _Word):
            at_end = False
        kept.append(event)
    return kept[::-1]


def _has_ink(inlines: tuple[Inline, ...]) -> bool:
    for node in inlines:
        match node:
            case Text(text) | Code(text):
                if text.strip():
                    return True
            case Emphasis(children) | Strong(children) | Link(_, children):
                if _has_ink(children):
                    return True
            case Ruby() | NoteReference():
                return True
            case LineBreak():
                pass
    return False


def is_wide(char: str) -> bool:
    """Whether no blank stands for a line end beside a character: Chinese and Japanese.

    >>> is_wide("山"), is_wide("산"), is_wide("a")
    (True, False, False)
    """
    # Hangul is wide, but Korean divides words by blanks.
    return (
        char != ""
        and unicodedata.east_asian_width(char) in "FWH"
        and not unicodedata.name(char, "").startswith("HANGUL")
    )
