"""JSON and JSON Lines: a record is one text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, repeat
from typing import Any

import msgspec
from attrs import Factory, evolve, frozen

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
        if isinstance(found, _BadJson) or not found.but(self.fields).has_text():
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
        found, twice = _with_all_keys(source.text, found)
        found = found.but(self.fields)
        wordy = None if found.has_text() else wordy_field(found.value)
        if wordy is not None:
            found = found.but({wordy: "text"})
        if not found.has_text():
            raise ParseError(source.uri, without_a_text("field"))
        places = _Places(source.text)
        category = (*source.category, source.stem)
        skipped: list[Span | None] = []
        drafts = (
            draft
            for value, span in found.placed()
            for draft in drafts_of(
                value, category, span=span, locate=places.inside, skipped=skipped
            )
        )

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
    """What a text says: one value, or one a line, of which each is decoded when it is wanted.

    Args:
        text: that says it.
        is_lines: whether it is JSON Lines.
        decode: makes a value of its JSON.
        whole: the value, where it is one.
    """

    text: str
    is_lines: bool
    decode: Callable[[str], Any]
    whole: Any = None

    def placed(self) -> Iterator[tuple[Any, Span]]:
        """The values with their spans."""
        if self.is_lines:
            for start, end in _lines(self.text):
                yield self.decode(self.text[start:end]), (start, end)
        else:
            yield self.whole, (0, len(self.text))

    @property
    def value(self) -> Any:
        """The value, or the list of those of the lines."""
        return [value for value, _ in self.placed()] if self.is_lines else self.whole

    def has_text(self) -> bool:
        """Whether there is a text in it; see `records.has_text`."""
        if self.is_lines:
            return any(has_text([value]) for value, _ in self.placed())
        return has_text(self.whole)

    def but(self, fields: Mapping[str, str]) -> _Json:
        """It, with fields of other names; see `records.renamed`."""
        if not fields:
            return self
        decode = self.decode
        return evolve(
            self,
            decode=lambda text: renamed(decode(text), fields),
            whole=renamed(self.whole, fields),
        )


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
    lines = _lines(text)
    first = next(lines, None)
    second = next(lines, None)
    # Of one value no line but the last is a value by itself.
    if first is None or second is None or not _is_value(text[first[0] : first[1]]):
        try:
            return _Json(text, is_lines=False, decode=_value, whole=_value(text))
        except msgspec.DecodeError as error:
            return _bad(text, (0, len(text)), error)
    for start, end in chain([second], lines):
        try:
            _value(text[start:end])
        except msgspec.DecodeError as error:
            return _bad(text, (start, end), error)
    return _Json(text, is_lines=True, decode=_value)


def _value(text: str) -> Any:
    # Of a text that is decoded as it is, Python keeps the bytes.
    return msgspec.json.decode(text.encode())


def _is_value(text: str) -> bool:
    try:
        _value(text)
    except msgspec.DecodeError:
        return False
    return True


def _bad(text: str, span: Span, error: msgspec.DecodeError) -> _BadJson:
    start, end = span
    reason, _, place = str(error).removeprefix("JSON is malformed: ").partition(" (byte ")
    byte = int(place.rstrip(")")) if place.rstrip(")").isdigit() else 0
    if place:
        before = text[start:end].encode()[:byte].decode(errors="ignore")
    elif reason != _TRUNCATED:
        # Of several lines it is not said which one it is.
        is_one = "\n" not in text[start:end].strip()
        return _BadJson(reason, _line(text, start) if is_one else None)
    elif half := _HALF_CHARACTER.search(text, start, end):
        # So it is called, too, where the text ends soon.
        return _BadJson(f"{half[1]} is half a character", _line(text, half.start()))
    else:
        before = text[start:end]
    return _BadJson(reason, _line(text, start + len(before.rstrip())))


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1


def _with_all_keys(text: str, found: _Json) -> tuple[_Json, tuple[str, ...]]:
    """What a text says, with all that its objects hold, where a key comes twice; and those keys.

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
    # A large file is not held a second time, unless it has such keys.
    for start, end in _lines(text) if found.is_lines else [(0, len(text))]:
        decode(text[start:end])
    if not twice:
        return found, ()
    whole = None if found.is_lines else decode(text)
    return evolve(found, decode=decode, whole=whole), tuple(twice)


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
    """

    text: str

    def inside(self, span: Span | None) -> Iterator[Span | None]:
        """The spans of what the list or the object at a span holds, in order."""
        if span is None:
            return repeat(None)
        start, end = span
        start = end - len(self.text[start:end].lstrip())
        return iter(self._members(start, end) or [None])

    def _members(self, start: int, end: int) -> list[Span | None]:
        """The spans; none where a key stands twice, so that the values cannot be counted off."""
        data = self.text[start:end].encode()
        raws: Iterable[msgspec.Raw]
        if data.startswith(b"{"):
            raws = msgspec.json.decode(data, type=dict[str, msgspec.Raw]).values()
            between = _BEFORE_VALUE
        else:
            raws = msgspec.json.decode(data, type=list[msgspec.Raw])
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
