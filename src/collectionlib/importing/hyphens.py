"""Words that were divided at the end of a line: which hyphen belongs to the word?

A soft hyphen never does. Of a hyphen the same text tells: the word stands elsewhere without
one ("exam-ple" and "example"), or elsewhere with it ("red-haired"). Where neither is so, a
text that divides words divided this one too; else the hyphen stays, and so does the line end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from attrs import frozen

__all__ = ["Unwrapped", "joined_lines"]

_SOFT_HYPHEN = "\u00ad"
_HYPHENS = ("-", "‐", _SOFT_HYPHEN)
_HEAD = re.compile(r"[^\W\d_]{2,}(?=[-‐\u00ad]\Z)")
_TAIL = re.compile(r"[^\W\d_]+")
_AT_LINE_END = re.compile(r"([^\W\d_]{2,})[-‐]\r?\n[^\S\n]*([^\W\d_]{2,})")
_WORD = re.compile(r"[^\W\d_]+(?:[-‐][^\W\d_]+)*")
_LONGEST_WORD = 60


@frozen
class Unwrapped:
    """A text whose lines were joined, and the words that a line end had divided, as they stood."""

    text: str
    divided: tuple[str, ...] = ()


@frozen
class _Vocabulary:
    """The words of a text, and whether it divides words at line ends."""

    words: frozenset[str]
    divides: bool


def joined_lines(lines: Sequence[str], whole: str) -> Unwrapped:
    r"""Lines as one line.

    Args:
        lines: of a paragraph.
        whole: the text that they are from, for evidence.

    >>> joined_lines(["An exam-", "ple of a well-", "known kind."], "Example. Well-known.")
    Unwrapped(text='An example of a well-known kind.', divided=('exam-|ple', 'well-|known'))
    """
    parts = [lines[0].strip()]
    divided: list[str] = []
    for line in lines[1:]:
        following = line.strip()
        before = parts[-1]
        if not before.endswith(_HYPHENS) or not _divides_word(before, following):
            parts += [" ", following]
            continue
        head, tail = _halves(before, following)
        belongs = _belongs(before[-1], head, tail, whole)
        if belongs is None:
            parts += ["\n", following]
            continue
        if not belongs:
            parts[-1] = before[:-1]
        parts.append(following)
        divided.append(f"{head}{before[-1]}|{tail}")
    return Unwrapped("".join(parts), tuple(divided))


def _divides_word(before: str, following: str) -> bool:
    if before.endswith(_SOFT_HYPHEN):
        return bool(_TAIL.match(following))
    return before[-2:-1].isalpha() and following[:1].islower()


def _halves(before: str, following: str) -> tuple[str, str]:
    head = _HEAD.search(before[-_LONGEST_WORD:])
    tail = _TAIL.match(following[:_LONGEST_WORD])
    return head[0] if head else "", tail[0] if tail else ""


def _belongs(hyphen: str, head: str, tail: str, whole: str) -> bool | None:
    """Whether a hyphen belongs to its word; `None` where nothing tells."""
    if hyphen == _SOFT_HYPHEN:
        return False
    if not head or not tail:
        return None
    vocabulary = _vocabulary(whole)
    if f"{head}-{tail}".casefold() in vocabulary.words:
        return True
    if (head + tail).casefold() in vocabulary.words or vocabulary.divides:
        return False
    return None


@lru_cache(maxsize=1)
def _vocabulary(whole: str) -> _Vocabulary:
    words = frozenset(word.casefold().replace("‐", "-") for word in _WORD.findall(whole))
    ends = [(head + tail).casefold() for head, tail in _AT_LINE_END.findall(whole)]
    return _Vocabulary(words, divides=any(word in words for word in ends))
