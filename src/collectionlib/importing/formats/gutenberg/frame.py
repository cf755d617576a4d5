"""Where a book begins and ends in a file of Project Gutenberg."""

from __future__ import annotations

import re

from attrs import frozen

__all__ = ["Frame", "find_frame"]

_LINE_END = r"[^\r\n]*(?:\r\n|\r|\n|\Z)"
_START = re.compile(
    r"^[ \t]*\*{3} ?START OF (?:TH(?:E|IS) )?PROJECT GUTENBERG(?:'S)? E-?(?:BOOK|TEXT)" + _LINE_END,
    re.IGNORECASE | re.MULTILINE,
)
# The header of the files of 1991 to 2003 ends with the licence, the "small print".
_SMALL_PRINT = re.compile(
    r"^[ \t]*\*END ?\*? ?THE SMALL PRINT" + _LINE_END, re.IGNORECASE | re.MULTILINE
)
_AUSTRALIAN = re.compile(r"Project Gutenberg (?:of )?Australia", re.IGNORECASE)
_RULE = re.compile(r"^[ \t]*[-_*=]{10,}[ \t]*(?:\r\n|\r|\n)", re.MULTILINE)
_END = re.compile(
    r"^[ \t]*(?:\*{3} ?END OF (?:TH(?:E|IS) )?PROJECT GUTENBERG"
    r"|\**\s?End of (?:th(?:e|is) )?Project Gutenberg(?:'s|’s)?\b"
    r"|End(?:e| of) (?:dieses |this )Project Gutenberg|Ende dieses Projekt Gutenberg"
    r"|Fin de (?:ce |l['’]e?-?book )?(?:de )?Project Gutenberg"
    r"|This site is full of FREE ebooks)",
    re.IGNORECASE | re.MULTILINE,
)
_HEAD = 60_000
"""Characters from the beginning in which a header ends."""


@frozen
class Frame:
    """What stands around a book.

    Args:
        start: first character behind the header.
        end: end of the book, where the footer begins.
        evidence: a sentence on how that was told.
    """

    start: int
    end: int
    evidence: str


def find_frame(text: str) -> Frame | None:
    r"""The frame of a book; `None` where a text has no marks of Project Gutenberg.

    >>> text = "Title: A\n*** START OF THE PROJECT GUTENBERG EBOOK A ***\nBook.\n"
    >>> frame = find_frame(text + "*** END OF THE PROJECT GUTENBERG EBOOK A ***\nLicence.\n")
    >>> text[frame.start : frame.end]
    'Book.\n'
    """
    found, evidence = _header_end(text)
    if found is None:
        return None
    end = _END.search(text, found)
    if end is None:
        return Frame(found, len(text), f"{evidence}; no mark says where it ends")
    return Frame(found, end.start(), f"{evidence} and ends before its closing mark")


def _header_end(text: str) -> tuple[int | None, str]:
    if found := _START.search(text, 0, _HEAD):
        # An older header may stand behind the newer one.
        older = _SMALL_PRINT.search(text, found.end(), found.end() + _HEAD)
        return (older or found).end(), "the book begins behind the START line"
    if found := _SMALL_PRINT.search(text, 0, _HEAD):
        return found.end(), "the book begins behind the small print"
    if (named := _AUSTRALIAN.search(text, 0, 2_000)) and (
        rule := _RULE.search(text, named.end(), _HEAD)
    ):
        return rule.end(), "the book begins below the rule of the header"
    return None, ""
