"""JSON and JSON Lines: a record is one text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import repeat
from typing import Any

import msgspec
from attrs import Factory, frozen

from ...errors import ParseError
from ..draft import Draft
from ..records import (
    Span,
    drafts_of,
    has_text,
    renamed,
    taken_for_the_text,
    told_at_the_end,
    unique,
    without_a_text,
    wordy_field,
)
from ..sources import SourceFile
from .base import Recognition

__all__ = ["JsonImporter"]


_ENDINGS = (".json", ".jsonl", ".ndjson")
_BEGIN = re.compile(r"\s*[\[{]")
_LINE = re.compile(r"\S[^\n]*")
_LINE_WITH_RETURNS = re.compile(r"\S[^\r\n]*")
_TRUNCATED = "Input data was truncated"
_HALF_CHARACTER = re.compile(
    r"(?<!\\)(?:\\\\)*(\\u[dD][89abAB][0-9a-fA-F]{2})(?!\\u[dD][c-fC-F][0-9a-fA-F]{2})"
)
_BEFORE_ELEMENT = re.compile(r"\s*[\[,]\s*")
_BEFORE_VALUE = re.compile(r'\s*[{,]\s*"(?:[^"\\]|\\.)*"\s*:\s*')


@frozen
class JsonImporter:
    r"""Reads lists of objects or of texts, in objects under any key, and one object a line.

    Args:
        fields: names of fields, and what they are to be taken for: ``{"headline": "title"}``.

    >>> source = SourceFile("jokes.json", b'[{"setup": "Why?", "punchline": "Because."}]')
    >>> [draft.body for draft in JsonImporter().parse(source)]
    ['Why?\n\nBecause.']
    """

    fields: Mapping[str, str] = Factory(dict)

    def recognises(self, source: SourceFile) -> Recognition | None:
        """JSON in which some field has the name of one that holds a text; the endings of JSON."""
        begins = _BEGIN.match(source.text) is not None
        if source.name.lower().endswith(_ENDINGS) and begins:
            return Recognition(0.85, f"the ending of {source.name}")
        if not begins:
            return None
        found = _decoded(source.text)
        if isinstance(found, _BadJson) or not has_text(renamed(found.value, self.fields)):
            return None
        return Recognition(0.85, "JSON with records that hold texts")

    def parse(self, source: SourceFile) -> Iterator[Draft]:
        """The records in order.

        Raises:
            ParseError: it is no JSON, or no field is known to hold a text.
        """
        found = _decoded(source.text)
        if isinstance(found, _BadJson):
            raise ParseError(
                source.uri,
                f"it is no JSON{found.place}: {found.reason}; mend it, or take it for text with "
                "--format plain",
            )
        value, twice = _with_all_keys(source.text, found)
        value = renamed(value, self.fields)
        wordy = None if has_text(value) else wordy_field(value)
        if wordy is not None:
            value = renamed(value, {wordy: "text"})
        if not has_text(value):
            raise ParseError(source.uri, without_a_text("field"))
        places = _Places(source.text, is_lines=found.is_lines)
        whole = (0, len(source.text))
        category = (*source.category, source.stem)
        skipped: list[Span | None] = []
        drafts = drafts_of(value, category, span=whole, locate=places.inside, skipped=skipped)

        def warnings() -> Iterator[str]:
            if wordy is not None:
                yield taken_for_the_text(wordy)
            for key in twice:
                yield f"an object has the key {key!r} twice: the second is kept as '{key} 2'"
            if skipped:
                first = skipped[0]
                line = f", first in line {_line(source.text, first[0])}" if first else ""
                yield f"{len(skipped)} of its values hold no text and are not in{line}"

        yield from told_at_the_end(drafts, warnings)


@frozen
class _Json:
    """What a text says: one value, or the list of those of its lines."""

    value: Any
    is_lines: bool


@frozen
class _BadJson:
    """Why a text is no JSON, and in which line, where that is known."""

    reason: str
    line: int | None

    @property
    def place(self) -> str:
        """The line, as a sentence tells it."""
        return "" if self.line is None else f", line {self.line}"


def _decoded(text: str) -> _Json | _BadJson:
    try:
        return _Json(msgspec.json.decode(text), is_lines=False)
    except msgspec.DecodeError as error:
        whole = _bad(text, (0, len(text)), error)
    values = []
    for start, end in _lines(text):
        try:
            values.append(msgspec.json.decode(text[start:end]))
        except msgspec.DecodeError as error:
            # Where the first line is no value by itself, it is no JSON Lines.
            return _bad(text, (start, end), error) if values else whole
    return _Json(values, is_lines=True) if values else whole


def _bad(text: str, span: Span, error: msgspec.DecodeError) -> _BadJson:
    start, end = span
    reason, _, place = str(error).removeprefix("JSON is malformed: ").partition(" (byte ")
    byte = int(place.rstrip(")")) if place.rstrip(")").isdigit() else 0
    if place:
        before = text[start:end].encode()[:byte].decode(errors="ignore")
    elif reason != _TRUNCATED:
        return _BadJson(reason, None)
    elif half := _HALF_CHARACTER.search(text, start, end):
        # So it is called, too, where the text ends soon.
        return _BadJson(f"{half[1]} is half a character", _line(text, half.start()))
    else:
        before = text[start:end]
    return _BadJson(reason, _line(text, start + len(before.rstrip())))


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1


def _with_all_keys(text: str, found: _Json) -> tuple[Any, tuple[str, ...]]:
    """The value with all that its objects hold, where a key comes twice; and those keys.

    Args:
        text: that says it.
        found: what was understood of it, with the last of such keys alone.
    """
    twice: dict[str, None] = {}

    def keep(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) == len(pairs):
            return made
        keys = [key for key, _ in pairs]
        twice.update(dict.fromkeys(key for key in keys if keys.count(key) > 1))
        return dict(zip(unique(keys), (one for _, one in pairs), strict=True))

    decode = json.JSONDecoder(object_pairs_hook=keep).decode
    spans = list(_lines(text)) if found.is_lines else [(0, len(text))]
    # A large file is not held a second time, unless it has such keys.
    for start, end in spans:
        decode(text[start:end])
    if not twice:
        return found.value, ()
    values = [decode(text[start:end]) for start, end in spans]
    return values if found.is_lines else values[0], tuple(twice)


def _lines(text: str) -> Iterator[Span]:
    """The lines that are not blank."""
    # Where one kind of line end is looked for, that takes a tenth of the time.
    line = _LINE_WITH_RETURNS if "\r" in text else _LINE
    return (found.span() for found in line.finditer(text))


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
        start, end = span
        start = end - len(self.text[start:end].lstrip())
        return iter(self._members(start, end) or [None])

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
