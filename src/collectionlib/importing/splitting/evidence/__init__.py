"""Splitting by evidence: many short texts in one file show a pattern that one text has not.

The rules are asked in order, each with limits that were set so that no single text of the
corpora is divided: fables, stories, essays, declarations, poems, scripture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from attrs import evolve

from ..pieces import Division, Lines
from .marks import MARK_STARTS, by_marks, by_tagged_marks
from .numbers import NUMBER_STARTS, by_number
from .questions import QUESTION_STARTS, by_question
from .sentences import FEWEST_SENTENCES, one_a_line
from .titles import BIG_GAP, by_gaps, by_underlined_titles

__all__ = ["divided_by_evidence"]

_FEWEST_LINES = 5
_Rule = Callable[[Lines], Division | None]


def divided_by_evidence(text: str) -> Division | None:
    r"""The texts of a file that holds many beyond doubt; `None` where it may be one.

    >>> division = divided_by_evidence("One joke.\n----\nAnother.\n----\nA third.\n")
    >>> division.evidence
    "split by evidence: 2 lines '----' between 3 short texts"
    """
    if text.count("\n") + text.count("\r") < _FEWEST_LINES - 1:
        return None
    lines = Lines.of(text)
    begins = frozenset([words[0] for words in lines.words if words])
    for rule in _rules_for(lines, begins):
        if division := rule(lines):
            return evolve(division, evidence=f"split by evidence: {division.evidence}")
    return None


def _rules_for(lines: Lines, begins: frozenset[str]) -> Iterator[_Rule]:
    """The rules that the first characters of lines do not rule out: most texts pass few."""
    if not begins.isdisjoint(MARK_STARTS):
        yield by_tagged_marks
        yield by_marks
        yield by_underlined_titles
    if not begins.isdisjoint(QUESTION_STARTS):
        yield by_question
    if not begins.isdisjoint(NUMBER_STARTS):
        yield by_number
    if BIG_GAP.search(lines.text):
        yield by_gaps
    if len(lines.raw) >= FEWEST_SENTENCES:
        yield one_a_line
