"""One file, many texts: where each begins and ends, by which rule, and why.

`splitter` reads what the user says, ``heading`` or ``blank:3``; `divided_by_evidence` finds out,
and divides only on strong evidence: to cut one text into pieces is worse than to leave two
together, which a word of the user mends.
"""

from .evidence import divided_by_evidence
from .explicit import Splitter, heading_depth, splitter
from .pieces import Division, Lines, Piece
from .sections import sections

__all__ = [
    "Division",
    "Lines",
    "Piece",
    "Splitter",
    "divided_by_evidence",
    "heading_depth",
    "sections",
    "splitter",
]
