"""JSON and JSON Lines: a record is one text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from attrs import frozen

from ...errors import ParseError
from ..draft import Draft
from ..records import BODIES, drafts_of, has_text
from ..sources import SourceFile
from .base import Recognition

__all__ = ["JsonImporter"]


_BEGINS = ("[", "{")


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
        yield from drafts_of(value, (*source.category, source.stem))


def _decoded(text: str) -> Any:
    """The value; of JSON Lines, the list of the values; `None` where it is neither."""
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        pass
    values = []
    for line in text.splitlines():
        if line.strip():
            try:
                values.append(msgspec.json.decode(line))
            except msgspec.DecodeError:
                return None
    return values or None
