"""Fortune files: texts with a line ``%`` between them.

A text is what ``strfile(1)`` counts as one: all that stands between two such lines, unless
nothing does. A record of blank lines only is a text too, with an empty body, so that the
number of texts is the one in the ``.dat`` file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import frozen

from ..draft import Draft
from ..sources import SourceFile
from ..wrapping import wrap_width
from .base import Recognition

__all__ = ["FortuneImporter"]

_SEPARATOR = re.compile(r"(?:\A|(?<=[\n\r]))%(?:\r\n|\n|\r|\Z)")
_RECOGNISED = Recognition(0.9, "lines that hold a single '%'")


@frozen
class FortuneImporter:
    r"""Reads the files of ``fortune(6)``; the name of the file becomes a category.

    >>> source = SourceFile("fortunes/en/wisdom", b"One.\n%\nTwo.\n%\n", ("en",))
    >>> [(draft.body, draft.category) for draft in FortuneImporter().parse(source)]
    [('One.\n', ('en', 'wisdom')), ('Two.\n', ('en', 'wisdom'))]
    """

    def recognises(self, source: SourceFile) -> Recognition | None:
        """A line with a single ``%`` that ends a text."""
        separator = _SEPARATOR.search(source.text)
        if separator is None or not source.text[: separator.start()].strip():
            return None
        return _RECOGNISED

    def parse(self, source: SourceFile) -> Iterator[Draft]:
        """The records in order."""
        category = (*source.category, source.stem)
        width = wrap_width(_SEPARATOR.sub("\n", source.text))
        for start, end in _records(source.text):
            yield Draft(
                body=source.text[start:end],
                title="",
                category=category,
                span=(start, end),
                many=True,
                wrap_width=width,
            )


def _records(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for separator in _SEPARATOR.finditer(text):
        if separator.start() > start:
            yield start, separator.start()
        start = separator.end()
    if len(text) > start:
        yield start, len(text)
