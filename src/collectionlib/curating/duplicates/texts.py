"""What two texts are compared by: their words, and how they follow each other."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

import regex

from ...model import Entry
from ...words import UNSPACED, is_unspaced

__all__ = ["comparable", "normalised", "shingles", "similarity"]

_IN_A_SHINGLE = 3
_SHORT = 20
"""A text of fewer words is told apart by its title as well: it may be the answer to it."""

_ASCII_WORDS = re.compile(r"[a-z0-9$+<=>|~]+")
_DIVIDERS = regex.compile(r"[\p{P}\p{Z}\p{Cc}`^]+")
_UNSEEN = regex.compile(r"\p{Cf}+")
_BETWEEN_LETTERS = regex.compile(rf"(?<=[{UNSPACED}]) (?=[{UNSPACED}])")
_PARTS = regex.compile(rf"[{UNSPACED}]+|[^{UNSPACED}]+")


def comparable(entry: Entry) -> str | None:
    """What an entry is compared by; `None` where there is nothing to compare.

    That is its `normalised` text; with the title, where the text is short. A text of punctuation
    alone is compared to the letter, but for its blanks.

    >>> comparable(Entry(id="0chgm9qjpmfdsafq", title="Who's there?", body="Nobody!"))
    'who s there nobody'
    """
    text = normalised(entry.body)
    if len(_words(text)) < _SHORT:
        text = f"{normalised(entry.title)} {text}".strip()
    if text:
        return text
    return " ".join(["\0", *entry.body.split()]) if entry.body.strip() else None


def normalised(text: str) -> str:
    r"""A text without what does not make it another one: case, punctuation, blanks, widths.

    Letters, their accents and marks, digits and symbols (``+``, ``€``) stay. Blanks are one space
    between words, and none between letters of scripts that are written without.

    >>> normalised("Be WELL, and “happy” –\n  always!"), normalised("祝福，\n新年！")
    ('be well and happy always', '祝福新年')
    """
    if text.isascii():
        return " ".join(_ASCII_WORDS.findall(text.lower()))
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    words = " ".join(_DIVIDERS.sub(" ", _UNSEEN.sub("", folded)).split())
    return _BETWEEN_LETTERS.sub("", words) if is_unspaced(words) else words


def shingles(text: str) -> frozenset[str]:
    """The overlapping runs of three words of a normalised text; the whole, where it is shorter.

    In scripts that are written without blanks the words are all pairs of letters, so that a run
    has four letters.

    >>> sorted(shingles("be well and happy"))
    ['be well and', 'well and happy']
    >>> sorted(shingles("祝你身体健康"))
    ['你身 身体 体健', '祝你 你身 身体', '身体 体健 健康']
    """
    words = _words(text)
    if len(words) < _IN_A_SHINGLE:
        return frozenset([text])
    return frozenset(map(" ".join, zip(words, words[1:], words[2:], strict=False)))


def similarity(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of their shingles that two texts have in common (Jaccard), from 0 to 1."""
    common = len(one & other)
    return common / (len(one) + len(other) - common)


def _words(text: str) -> list[str]:
    if text.isascii() or not is_unspaced(text):
        return text.split()
    words: list[str] = []
    for word in text.split():
        for part in _PARTS.findall(word):
            if is_unspaced(part) and len(part) > 1:
                words.extend(map("".join, pairwise(part)))
            else:
                words.append(part)
    return words
