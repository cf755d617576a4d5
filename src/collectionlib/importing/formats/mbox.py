"""Mailboxes (RFC 4155): a message is one text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Literal

from attrs import frozen

from ..draft import Draft
from ..sources import SourceFile
from .base import Recognition
from .mail import draft_of

__all__ = ["MboxImporter"]

_SEPARATOR = re.compile(rb"(?m)^From [^\r\n]*\r?\n(?=[!-9;-~]{1,100}:)")
# The moment as asctime(3) writes it, or in figures.
_MOMENT = re.compile(
    rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +\d{1,2},? [^\n]{0,20}\d\d:\d\d"
    rb"|\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{2,4} \d\d:\d\d"
    rb"|\d{4}-\d\d-\d\d[T ]\d\d:\d\d"
)
_HEADER_LINES = re.compile(rb"(?:[!-9;-~]{1,100}:[^\n]*\n(?:[ \t][^\n]*\n)*){2}")
_BEGINNING = re.compile(rb"\s*From [^\r\n]*\r?\n(?=>?From |[!-9;-~]{1,100}:)")
_MOST_BLANKS = 1024


@frozen
class MboxImporter:
    r"""Reads mailboxes of any number of messages.

    The subject is the title, the sender a contributor; the mailing list or newsgroup is the
    category, and the date the one of the message. Of a message in several forms the plain one is
    taken. Attachments are named in a warning and not imported.

    Args:
        signature: whether what stands below the line ``-- `` stays; what is removed is in the
            report of the import.

    >>> mail = b"From ann@example.org Fri May  3 10:15:00 2019\nSubject: A wish\n\nBe well.\n"
    >>> [(draft.title, draft.body) for draft in MboxImporter().parse(SourceFile("in", mail))]
    [('A wish', 'Be well.')]
    """

    signature: Literal["keep", "remove"] = "keep"

    def recognises(self, source: SourceFile) -> Recognition | None:
        """A first line that begins with ``From`` and a blank, and a header below it."""
        beginning = source.data[:_MOST_BLANKS].lstrip()[:5]
        if beginning != b"From " or not _BEGINNING.match(source.data):
            return None
        return Recognition(0.9, "a line 'From ' and the header of a message")

    def parse(self, source: SourceFile) -> Iterator[Draft]:
        """The messages in order."""
        view = memoryview(source.data)
        starts = [*_starts(source.data), len(source.data)]
        if before := source.data[: starts[0]].strip():
            yield draft_of(before, source, signature=self.signature)
        for start, end in pairwise(starts):
            yield draft_of(bytes(view[start:end]), source, signature=self.signature)


def _starts(data: bytes) -> Iterator[int]:
    """Where the messages begin: at the lines that a mail program wrote, and no author."""
    is_first = True
    for found in _SEPARATOR.finditer(data):
        start = found.start()
        is_dated = _MOMENT.search(data, start, found.end()) is not None
        after_blank = data[max(0, start - 2) : start] == b"\n\n" or data.endswith(
            b"\n\r\n", max(0, start - 3), start
        )
        if is_first or is_dated or (after_blank and _HEADER_LINES.match(data, found.end())):
            is_first = False
            yield start
