"""The words of a text, as searching sees them: without case and accents, in any script.

In a script that is written with blanks, a word is what stands between them. In Chinese,
Japanese, Thai and the like each letter is one, and a sought word is a run of letters. A storage
that keeps an index of words makes it of `tokens`, so that it finds what `has_words` finds.
"""

from __future__ import annotations

import math
import re
import sys
import unicodedata
from functools import cache, lru_cache

__all__ = [
    "UNSPACED",
    "excerpt_around",
    "fold",
    "has_words",
    "is_unspaced",
    "phrases",
    "sought",
    "tokens",
    "weight",
]

UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Thai, Lao, Myanmar, Khmer, kana and Han, which are written without blanks between words, as what
stands between the brackets of a regular expression."""

_UNSPACED_RUN = re.compile(f"[{UNSPACED}]+")
_ASCII_WORD = re.compile(r"[a-z0-9_]+")


def fold(text: str) -> str:
    """Text without case and accents, for comparing as readers do.

    >>> fold("Straße, Été")
    'strasse, ete'
    """
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def is_unspaced(word: str) -> bool:
    """Whether a word has letters of a script that is written without blanks."""
    return _UNSPACED_RUN.search(word) is not None


def tokens(folded: str) -> list[str]:
    """What an index of words holds: words, and single letters where there are no blanks.

    >>> tokens(fold("Ein Glück: 祝福"))
    ['ein', 'gluck', '祝', '福']
    """
    return (_ASCII_WORD if folded.isascii() else _token()).findall(folded)


@lru_cache(maxsize=64)
def sought(words: tuple[str, ...]) -> tuple[str, ...]:
    """The folded words that are to be found, without what stands between them.

    >>> sought(("Glück!", "祝福 2"))
    ('gluck', '祝福', '2')
    """
    return tuple(part for word in words for part in _word().findall(fold(word)))


def has_words(text: str, words: tuple[str, ...]) -> bool:
    """Whether a text has each of the words.

    >>> has_words("Ein Glück: 祝福", ("glück",)), has_words("Ein Glück: 祝福", ("luck", "福"))
    (True, False)
    """
    folded = fold(text)
    spaced: set[str] | None = None
    for word in sought(words):
        if is_unspaced(word):
            if word not in folded:
                return False
        else:
            spaced = spaced if spaced is not None else set(tokens(folded))
            if word not in spaced:
                return False
    return True


def weight(title: str, body: str, words: tuple[str, ...]) -> float:
    """How much a text has to do with words: more where they stand in the title or often.

    >>> weight("Luck", "", ("luck",)) > weight("", "No luck", ("luck",))
    True
    """
    places = ((fold(title), 4.0), (fold(body), 1.0))
    found = (share * text.count(word) for text, share in places for word in sought(words))
    return sum(found) / math.log(len(body) + 100)


def phrases(word: str) -> list[list[str]]:
    """The runs of tokens that stand in every text that has a sought word.

    >>> phrases("gluck"), phrases("iphone手机")
    ([['gluck']], [['手', '机']])
    """
    if not is_unspaced(word):
        return [[word]]
    # Of a mixed word the spaced part may be the end of a longer one.
    return [list(run) for run in _UNSPACED_RUN.findall(word)]


def excerpt_around(text: str, words: tuple[str, ...], *, length: int = 160) -> str:
    """The place of a text where the first of the words stands, on one line.

    Args:
        text: where to look.
        words: what was sought.
        length: characters of the excerpt at the most, without the ellipses.

    >>> excerpt_around("One two three four five six", ("four",), length=16)
    '… three four five…'
    """
    line = " ".join(text.split())
    start = _word_border(line, max(_first_place(line, words) - length // 3, 0))
    end = _word_border(line, start + length)
    before, after = "… " if start else "", "…" if end < len(line) else ""
    return f"{before}{line[start:end].strip()}{after}"


def _word_border(line: str, near: int) -> int:
    """Where a word begins or ends at or shortly before a place; the place, where none does."""
    if near >= len(line):
        return len(line)
    blank = line.rfind(" ", max(near - 20, 0), near + 1)
    return near if blank < 0 else blank


def _first_place(line: str, words: tuple[str, ...]) -> int:
    """Where the first sought word begins; folding may move it by some characters."""
    folded = fold(line)
    places = [_place(folded, word) for word in sought(words)]
    return min((place for place in places if place >= 0), default=0)


def _place(folded: str, word: str) -> int:
    if is_unspaced(word):
        return folded.find(word)
    found = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", folded)
    return found.start() if found else -1


@cache
def _token() -> re.Pattern[str]:
    return re.compile(f"[{UNSPACED}]|(?:(?![{UNSPACED}])[\\w{_marks()}])+")


@cache
def _word() -> re.Pattern[str]:
    return re.compile(f"[\\w{UNSPACED}{_marks()}]+")


def _marks() -> str:
    """The vowel signs of Indic and other scripts, which a regular expression has no name for."""
    planes = range(min(0x20000, sys.maxunicode))
    return "".join(chr(code) for code in planes if unicodedata.category(chr(code))[0] == "M")
