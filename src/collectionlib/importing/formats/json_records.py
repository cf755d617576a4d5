"""JSON and JSON Lines: a record is one text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import repeat
from typing import Any

import msgspec
from attrs import frozen

from ...errors import ParseError
from ..draft import Draft
from ..records import BODIES, Span, drafts_of, has_text
from ..sources import SourceFile
from .base import Recognition

__all__ = ["JsonImporter"]


_BEGINS = ("[", "{")
_LINE = re.compile(r"[^\s][^\r\n]*")
_BEFORE_ELEMENT = re.compile(r"\s*[\[,]\s*")
_BEFORE_VALUE = re.compile(r'\s*[{,]\s*"(?:[^"\\]|\\.)*"\s*:\s*')


@frozen
class JsonImporter:
    r"""Reads lists of objects or of texts, in objects under any key, and one object a line.

    >>> source = SourceFile("jokes.json", b'[{"setup": "Why?", "punchline": "Because."}]')
    >>> [draft.body for draft in JsonImporter().parse(source)]
    ['Why?\n\nBecause.']
    """

    def recognises(self, source: SourceFile) -> Recognition | None:
        """JSON in which some field has the name of one that holds a text."""
        if not source.text.lstrip()[:1].startswith(_BEGINS):
            return None
        value = _decoded(source.text)
        if value is None or not has_text(value):
            return None
        return Recognition(0.85, "JSON with records that hold texts")

    def parse(self, source: SourceFile) -> Iterator[Draft]:
        """The records in order.

        Raises:
            ParseError: it is no JSON, or no field is known to hold a text.
        """
        value = _decoded(source.text)
        if value is None:
            raise ParseError(source.uri, "it is no JSON, and no JSON Lines")
        if not has_text(value):
            raise ParseError(
                source.uri, f"no field holds a text: one has to be named {', '.join(BODIES)}"
            )
        places = _Places(source.text, is_lines=_is_lines(source.text))
        whole = (0, len(source.text))
        category = (*source.category, source.stem)
        yield from drafts_of(value, category, span=whole, locate=places.inside)


def _decoded(text: str) -> Any:
    """The value; of JSON Lines, the list of the values; `None` where it is neither."""
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        pass
    try:
        return [msgspec.json.decode(text[start:end]) for start, end in _lines(text)] or None
    except msgspec.DecodeError:
        return None


def _is_lines(text: str) -> bool:
    try:
        msgspec.json.decode(text, type=msgspec.Raw)
    except msgspec.DecodeError:
        return True
    return False


def _lines(text: str) -> Iterator[Span]:
    """The lines that are not blank."""
    return (found.span() for found in _LINE.finditer(text))


@frozen
class _Places:
    """Where the values of a JSON text stand.

    Args:
        text: the whole file.
        is_lines: whether it is JSON Lines.
    """

    text: str
    is_lines: bool

    def inside(self, span: Span | None) -> Iterator[Span | None]:
        """The spans of what the list or the object at a span holds, in order."""
        if span is None:
            return repeat(None)
        if self.is_lines and span == (0, len(self.text)):
            return _lines(self.text)
        start = len(self.text[: span[1]]) - len(self.text[span[0] : span[1]].lstrip())
        return iter(self._members(start, span[1]) or [None])

    def _members(self, start: int, end: int) -> list[Span | None]:
        """The spans; none where a key stands twice, so that the values cannot be counted off."""
        text = self.text[start:end]
        raws: Iterable[msgspec.Raw]
        if text.startswith("{"):
            raws = msgspec.json.decode(text, type=dict[str, msgspec.Raw]).values()
            between = _BEFORE_VALUE
        else:
            raws = msgspec.json.decode(text, type=list[msgspec.Raw])
            between = _BEFORE_ELEMENT
        spans: list[Span | None] = []
        for raw in raws:
            value = bytes(raw).decode()
            found = between.match(self.text, start)
            if found is None or not self.text.startswith(value, found.end()):
                return []
            start = found.end() + len(value)
            spans.append((found.end(), start))
        return spans
