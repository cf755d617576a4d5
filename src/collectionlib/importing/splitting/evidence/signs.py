"""Signs that several rules look for: how long a text is, who speaks, what is a title."""

from __future__ import annotations

import re
from collections.abc import Sequence

from attrs import evolve

from ...draft import Removal
from ..pieces import Division, Lines, Piece

__all__ = ["LONGEST_SHORT", "SENTENCE_ENDS", "SPEAKS", "after_title", "only_a_title", "size_of"]

LONGEST_SHORT = 3_000
"""Characters of a text that still is a short one."""

SENTENCE_ENDS = tuple(".!?…。！？؟।»”\"'’)")
"""What a sentence ends with."""

SPEAKS = re.compile(r"[-–—―«\"“„「『]|[^\W\d_][\w. ]{0,20}:\s")
"""How a line begins that somebody says."""


def size_of(lines: Lines, piece: Piece) -> int:
    """Characters of a piece without the blanks around it."""
    return len(lines.text[piece.start : piece.end].strip())


def only_a_title(lines: Lines, before: int) -> bool:
    """Whether nothing stands before a line but one that may be the title of the whole."""
    above = [words for words in lines.words[:before] if words]
    return len(above) <= 1 and all(
        len(words) <= 100 and not words.endswith((".", ",", ";", "。", "，")) for words in above
    )


def after_title(
    lines: Lines, first: int, pieces: Sequence[Piece], evidence: str
) -> Division | None:
    """The pieces; the title of the whole stands with the first, since it is none of them."""
    title = " ".join(words for words in lines.words[:first] if words)
    head, *others = pieces
    if title:
        head = evolve(head, removed=(Removal("split", title), *head.removed))
    return Division((head, *others), evidence)
