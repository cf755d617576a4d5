"""Plain text: a file is one text."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from ..draft import Draft, without_line_end
from ..sources import SourceFile
from ..wrapping import wrap_width
from .base import Recognition

__all__ = ["PlainImporter"]


@frozen
class PlainImporter:
    """Takes any text file as one text, when nobody knows better.

    >>> source = SourceFile("one.txt", b"Be well.")
    >>> [draft.body for draft in PlainImporter().parse(source)]
    ['Be well.']
    """

    def recognises(self, source: SourceFile) -> Recognition:
        """Every text is plain text, for want of more."""
        return Recognition(0.1, "text without another format's marks")

    def parse(self, source: SourceFile) -> Iterator[Draft]:
        """The whole text, unless it holds nothing but blanks."""
        if source.text.strip():
            yield Draft(body=without_line_end(source.text), wrap_width=wrap_width(source.text))
