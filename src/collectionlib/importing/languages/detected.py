"""What was found out about the language of a text."""

from __future__ import annotations

from attrs import frozen

__all__ = ["Detected"]


@frozen
class Detected:
    """A language, and why it is taken for that of a text.

    Args:
        tag: BCP 47.
        confidence: from 0 to 1; 1 where the script alone says it.
        evidence: a sentence that says why.
    """

    tag: str
    confidence: float
    evidence: str
