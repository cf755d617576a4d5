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
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, cached_property, lru_cache
from itertools import groupby
from typing import TypeAlias

__all__ = [
    "UNSPACED",
    "fold",
    "has_words",
    "have_words",
    "is_unspaced",
    "phrases",
    "places",
    "sought",
    "tokens",
    "weight",
    "word_test",
]

UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Thai, Lao, Myanmar, Khmer, kana and Han, which are written without blanks between words, as what
stands between the brackets of a regular expression."""

_UNSPACED_RUN = re.compile(f"[{UNSPACED}]+")
_ASCII_WORD = re.compile(r"[a-z0-9_]+")
_Phrases: TypeAlias = tuple[tuple[str, ...], ...]


def fold(text: str) -> str:
    """Text without case and accents, for comparing as readers do.

    >>> fold("Straße, Été")
    'strasse, ete'
    """
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    for accent in filter(unicodedata.combining, set(decomposed)):
        decomposed = decomposed.replace(accent, "")
    return decomposed.casefold()


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
    return tuple(part for phrase in _phrases(words) for part in phrase)


@lru_cache(maxsize=64)
def _phrases(words: tuple[str, ...]) -> _Phrases:
    """The same, those together that are to follow each other, each once."""
    folded = map(fold, dict.fromkeys(words))
    parts = ((_ASCII_WORD if word.isascii() else _word()).findall(word) for word in folded)
    return tuple(dict.fromkeys(tuple(phrase) for phrase in parts if phrase))


def has_words(text: str, words: tuple[str, ...]) -> bool:
    """Whether a text has each of the words; see `have_words`.

    >>> has_words("Ein Glück: 祝福", ("glück",)), has_words("Ein Glück: 祝福", ("luck", "福"))
    (True, False)
    """
    return have_words((text,), words)


def have_words(texts: Sequence[str], words: tuple[str, ...]) -> bool:
    """Whether each of the words stands in one of the texts.

    Args:
        texts: such as a title and a body.
        words: where one holds several, they have to follow each other in one text.

    >>> have_words(("A wish", "Be well!"), ("wish", "be-well"))
    True
    >>> have_words(("A wish", "Be well!"), ("well be",))
    False
    """
    return _searched(*texts).has(_phrases(words))


def word_test(alternatives: Iterable[tuple[str, ...]]) -> Callable[[Sequence[str]], bool]:
    """`have_words` for any of many alternatives: it takes hardly longer than for one.

    >>> is_found = word_test([("luck",), ("be well",)])
    >>> is_found(("Good luck!",)), is_found(("Well be",))
    (True, False)
    """
    sought = {_phrases(words) for words in alternatives}
    if len(sought) < _MANY or () in sought:
        return lambda texts: any(map(_searched(*texts).has, sought))
    # Only those are tried of which a token stands in the texts.
    by_token: dict[str, list[_Phrases]] = {}
    for phrases in sought:
        by_token.setdefault(_token_of(phrases[0][0]), []).append(phrases)

    def test(texts: Sequence[str]) -> bool:
        searched = _searched(*texts)
        there = (by_token[token] for token in searched.tokens if token in by_token)
        return any(searched.has(phrases) for group in there for phrases in group)

    return test


_MANY = 16
"""From here on it pays to divide a text into tokens."""


def _token_of(word: str) -> str:
    """A token of every text that has the word."""
    unspaced = _UNSPACED_RUN.search(word)
    return unspaced[0][0] if unspaced else word


class _Searched:
    """Texts in which words are sought."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.folded = [fold(text) for text in texts]

    @cached_property
    def tokens(self) -> set[str]:
        return {token for text in self.folded for token in tokens(text)}

    def has(self, phrases: _Phrases) -> bool:
        """Whether each of the phrases stands in one of the texts."""
        for first, *others in phrases:
            if others:
                if not any(_has_phrase(text, (first, *others)) for text in self.folded):
                    return False
            elif is_unspaced(first):
                if not any(first in text for text in self.folded):
                    return False
            elif first not in self.tokens:
                return False
        return True


@lru_cache(maxsize=2)
def _searched(*texts: str) -> _Searched:
    # A query may ask the same texts for many words, one after the other.
    return _Searched(texts)


def _has_phrase(folded: str, phrase: tuple[str, ...]) -> bool:
    # Most texts lack one of the words, which is told a hundred times as fast.
    if not all(word in folded for word in phrase):
        return False
    return _phrase_pattern(phrase, ascii_only=folded.isascii()).search(folded) is not None


@lru_cache(maxsize=64)
def _phrase_pattern(phrase: tuple[str, ...], *, ascii_only: bool) -> re.Pattern[str]:
    """Words that follow each other with nothing between that is a word."""
    spaced = "[a-z0-9_]" if ascii_only else f"(?:(?![{UNSPACED}])[\\w{_mark_ranges()}])"
    between = "[^a-z0-9_]" if ascii_only else f"[^\\w{UNSPACED}{_mark_ranges()}]"
    pattern = ""
    for number, word in enumerate(phrase):
        if number:
            # Letters that need no blank are words by themselves.
            touching = is_unspaced(phrase[number - 1][-1]) or is_unspaced(word[0])
            pattern += between + ("*" if touching else "+")
        whole = re.escape(word)
        pattern += whole if is_unspaced(word) else f"(?<!{spaced}){whole}(?!{spaced})"
    return re.compile(pattern)


def weight(title: str, body: str, words: tuple[str, ...]) -> float:
    """How much a text has to do with words: more where they stand in the title or often.

    >>> weight("Luck", "", ("luck",)) > weight("", "No luck", ("luck",))
    True
    """
    places = ((fold(title), 4.0), (fold(body), 1.0))
    found = (share * text.count(word) for text, share in places for word in sought(words))
    return sum(found) / math.log(len(body) + 100)


def phrases(words: tuple[str, ...]) -> list[list[str]]:
    """The runs of tokens that stand in every text that has the words.

    >>> phrases(("be-well", "祝福", "Be well"))
    [['be', 'well'], ['祝', '福']]
    >>> phrases(("iphone手机",))
    [['手', '机']]
    """
    return [run for phrase in _phrases(words) for run in _token_runs(phrase)]


def _token_runs(phrase: tuple[str, ...]) -> list[list[str]]:
    if any(is_unspaced(word) and not _UNSPACED_RUN.fullmatch(word) for word in phrase):
        # Of a mixed word the spaced part may be the end of a longer one.
        unspaced = [list(run) for word in phrase for run in _UNSPACED_RUN.findall(word)]
        return unspaced + [[word] for word in phrase if not is_unspaced(word)]
    return [[token for word in phrase for token in tokens(word)]]


def places(text: str, words: tuple[str, ...]) -> list[tuple[int, int]]:
    """Where the words stand in a text, to the letter of the text: beginnings and ends, in order.

    They are those that `has_words` finds. Folding may make several letters of one, or none:
    what is given are whole characters of the text, with the marks that belong to them.

    >>> places("Straße, das GLÜCK!", ("strasse", "gluck"))
    [(0, 6), (12, 17)]
    """
    if not words:
        return []
    folded, origins = _folded(text)
    found = sorted(_folded_places(folded, sought(words)))
    joined: list[tuple[int, int]] = []
    for start, end in found:
        first, last = origins[start], origins[end - 1] + 1
        while last < len(text) and unicodedata.combining(text[last]):
            last += 1
        if joined and first <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(last, joined[-1][1])
        else:
            joined.append((first, last))
    return joined


def _folded(text: str) -> tuple[str, Sequence[int]]:
    """The folded text, and for each of its letters the place of that which it came from."""
    if text.isascii():
        return fold(text), range(len(text))
    pieces = [_fold_letter(letter) for letter in text]
    origins = [place for place, piece in enumerate(pieces) for _ in piece]
    return "".join(pieces), origins


@lru_cache(maxsize=4096)
def _fold_letter(letter: str) -> str:
    return fold(letter)


def _folded_places(folded: str, words: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    spaced = {word for word in words if not is_unspaced(word)}
    if spaced:
        pattern = _ASCII_WORD if folded.isascii() else _token()
        yield from (found.span() for found in pattern.finditer(folded) if found[0] in spaced)
    for word in words:
        if word not in spaced:
            start = folded.find(word)
            while start >= 0:
                yield start, start + len(word)
                start = folded.find(word, start + len(word))


@cache
def _token() -> re.Pattern[str]:
    # A class of letters and signs together, with a look ahead for scripts without blanks, takes ten
    # times as long; signs are looked for only where they can be.
    letter = f"[^\\W{UNSPACED}]"
    signs = f"(?=[^\0-\u02ff])[{_ranges(c for c in _marks() if not is_unspaced(c))}]+{letter}*"
    return re.compile(f"[{UNSPACED}]|{letter}+(?:{signs})*|(?:{signs})+")


@cache
def _word() -> re.Pattern[str]:
    return re.compile(f"[\\w{UNSPACED}{_mark_ranges()}]+")


@cache
def _marks() -> str:
    """The vowel signs of Indic and other scripts, which a regular expression has no name for."""
    planes = range(min(0x20000, sys.maxunicode))
    return "".join(chr(code) for code in planes if unicodedata.category(chr(code))[0] == "M")


@cache
def _mark_ranges() -> str:
    return _ranges(_marks())


def _ranges(letters: Iterable[str]) -> str:
    """Letters in the order of their codes, as what stands between brackets: first-last of each run.

    A class of single letters is searched one by one.
    """
    runs = groupby(enumerate(letters), lambda each: ord(each[1]) - each[0])
    ends = ([letter for _, letter in run] for _, run in runs)
    return "".join(f"{run[0]}-{run[-1]}" for run in ends)
