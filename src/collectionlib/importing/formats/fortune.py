"""Fortune files: texts with a line ``%`` between them.

A text is what ``strfile(1)`` counts as one: all that stands between two such lines, unless
nothing does. A record of blank lines only is a text too, with an empty body, so that the
number of texts is the one in the ``.dat`` file.

What a record says of itself is taken from it: ``-- Author`` on its last line, a Chinese poem's
``《title》`` and ``作者：author``, and the letters that ``nroff`` strikes twice for emphasis.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from itertools import islice

from attrs import frozen

from ...model import Contributor
from ..draft import Draft, Removal, without_line_end
from ..sources import SourceFile
from ..wrapping import wrap_width
from .attributions import attributed
from .base import Recognition
from .overstrike import emphasised

__all__ = ["FortuneImporter", "described_record"]

_SEPARATOR = re.compile(r"(?:\A|(?<=[\n\r]))%(?:\r\n|\n|\r|\Z)")
_RECOGNISED = Recognition(0.9, "lines that hold a single '%'")
_COLOUR = r"(?:\x1b\[[\d;]*m)*"
_POEM = re.compile(
    rf"{_COLOUR}《(?P<title>[^》\n]{{1,100}})》{_COLOUR}[ \t]*\r?\n"
    rf"{_COLOUR}作者[:：][ \t]*(?P<author>[^\s\x1b][^\n\x1b]{{0,30}}?){_COLOUR}[ \t]*\r?\n"
)
# The commonest words of English, and what ROT13 makes of them.
_ENGLISH = re.compile(r"\b(?:the|and|you|that|is|of|to)\b", re.IGNORECASE)
_ROTATED = re.compile(r"\b(?:gur|naq|lbh|gung|vf|bs|gb)\b", re.IGNORECASE)
_SAMPLE = 100_000
_FEWEST_ROTATED = 5


@frozen
class FortuneImporter:
    r"""Reads the files of ``fortune(6)``; the name of the file becomes a category.

    Args:
        rot13: whether letters stand 13 places on, as in the files that may offend.

    >>> source = SourceFile("fortunes/en/wisdom", b"One.\n%\nTwo.\n\t-- Ann Ex\n%\n", ("en",))
    >>> [(draft.body, draft.category) for draft in FortuneImporter().parse(source)]
    [('One.', ('en', 'wisdom')), ('Two.', ('en', 'wisdom'))]
    """

    rot13: bool = False

    def recognises(self, source: SourceFile) -> Recognition | None:
        """A line with a single ``%`` that ends a text."""
        if "%" not in source.text:
            return None
        separators = list(islice(_SEPARATOR.finditer(source.text), 2))
        # One that stands at the very beginning ends nothing: it takes a second one.
        ends_a_text = separators and source.text[: separators[0].start()].strip()
        if not ends_a_text and len(separators) < 2:
            return None
        return _RECOGNISED

    def parse(self, source: SourceFile) -> Iterator[Draft]:
        """The records in order."""
        text = source.text
        width = wrap_width(_SEPARATOR.sub("\n", text))
        warnings = () if self.rot13 else _rotation(text)
        for start, end in _records(text):
            record = without_line_end(text[start:end])
            draft = Draft(
                body=codecs.encode(record, "rot13") if self.rot13 else record,
                title="",
                category=(*source.category, source.stem),
                span=(start, end),
                many=True,
                wrap_width=width,
                changes=("rot13",) if self.rot13 else (),
                warnings=warnings,
            )
            warnings = ()
            yield described_record(draft)


def described_record(draft: Draft) -> Draft:
    """A record with what it says of itself: its title, its authors, its stressed words."""
    return emphasised(attributed(_poem(draft)))


def _poem(draft: Draft) -> Draft:
    """A poem whose first lines are its title and its author."""
    found = _POEM.match(draft.body)
    if not found or not draft.body[found.end() :].strip():
        return draft
    return draft.but(
        title=found["title"].strip(),
        contributors=(Contributor(name=found["author"].strip()),),
        body=draft.body[found.end() :],
        changes=(*draft.changes, "poem-head"),
        removed=(*draft.removed, Removal("poem-head", found[0].strip())),
        evidence=(*draft.evidence, "its first lines are 《title》 and 作者：author"),
    )


def _rotation(text: str) -> tuple[str, ...]:
    sample = text[:_SAMPLE]
    rotated = sum(1 for _ in _ROTATED.finditer(sample))
    if rotated < _FEWEST_ROTATED or rotated < 3 * sum(1 for _ in _ENGLISH.finditer(sample)):
        return ()
    return ("it looks like ROT13; the option rot13 of the importer reads it",)


def _records(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for separator in _SEPARATOR.finditer(text):
        if separator.start() > start:
            yield start, separator.start()
        start = separator.end()
    if len(text) > start:
        yield start, len(text)
