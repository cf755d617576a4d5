"""Fortune files: texts with a line ``%`` between them.

A text is what ``strfile(1)`` counts as one: all that stands between two such lines, unless
nothing does. A record of blank lines only is a text too, with an empty body, so that the
number of texts is the one in the ``.dat`` file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from attrs import frozen

from ..draft import Draft, without_line_end
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
    [('One.', ('en', 'wisdom')), ('Two.', ('en', 'wisdom'))]
    """

    def recognises(self, source: SourceFile) -> Recognition | None:
        """A line with a single ``%`` that ends a text."""
        separators = list(islice(_SEPARATOR.finditer(source.text), 2))
        # One that stands at the very beginning ends nothing: it takes a second one.
        ends_a_text = separators and source.text[: separators[0].start()].strip()
        if not ends_a_text and len(separators) < 2:
            return None
        return _RECOGNISED

    def parse(self, source: SourceFile) -> Iterator[Draft]:
        """The records in order."""
        category = (*source.category, source.stem)
        width = wrap_width(_SEPARATOR.sub("\n", source.text))
        for start, end in _records(source.text):
            yield Draft(
                body=without_line_end(source.text[start:end]),
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
