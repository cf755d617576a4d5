"""The files of ``tfortune``: texts, each with a line ``---- tag,tag`` below it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import frozen

from ..draft import Draft, without_line_end
from ..sources import SourceFile
from ..wrapping import wrap_width
from .base import Recognition
from .fortune import described_record

__all__ = ["TaggedFortuneImporter"]

_TAG = r"[^\s,-][^\n\r,]{0,39}"
_SEPARATOR = re.compile(
    rf"^----[ \t]+(?P<tags>{_TAG}(?:,{_TAG}){{0,19}})[ \t]*(?:\r\n|\r|\n|\Z)", re.MULTILINE
)
_FEWEST = 2


@frozen
class TaggedFortuneImporter:
    r"""Reads texts that are divided by lines with their tags.

    >>> source = SourceFile("wise", b"One.\n---- a,b c\nTwo.\n---- a\n")
    >>> [(draft.body, draft.tags) for draft in TaggedFortuneImporter().parse(source)]
    [('One.', ('a', 'b c')), ('Two.', ('a',))]
    """

    def recognises(self, source: SourceFile) -> Recognition | None:
        """Two lines with tags or more, the last of them at the end."""
        found = list(_SEPARATOR.finditer(source.text))
        if len(found) < _FEWEST or source.text[found[-1].end() :].strip():
            return None
        return Recognition(0.85, "lines '---- tag,tag' below its texts")

    def parse(self, source: SourceFile) -> Iterator[Draft]:
        """The texts in order; what stands below the last line with tags has none."""
        text = source.text
        width = wrap_width(_SEPARATOR.sub("\n", text))
        start = 0
        for found in _SEPARATOR.finditer(text):
            yield self._draft(source, (start, found.start()), found["tags"], width)
            start = found.end()
        if text[start:].strip():
            yield self._draft(source, (start, len(text)), "", width)

    def _draft(
        self, source: SourceFile, span: tuple[int, int], tags: str, width: int | None
    ) -> Draft:
        return described_record(
            Draft(
                body=without_line_end(source.text[span[0] : span[1]]),
                title="",
                category=(*source.category, source.stem),
                tags=tuple(dict.fromkeys(tag.strip() for tag in tags.split(",") if tag.strip())),
                span=span,
                many=True,
                wrap_width=width,
            )
        )
