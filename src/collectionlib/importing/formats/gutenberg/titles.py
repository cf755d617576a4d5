"""Titles and their numbers, and when two of them are the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from attrs import frozen

from .chunks import Chunk

__all__ = [
    "CHAPTER_WORDS",
    "PART_WORDS",
    "Title",
    "folded",
    "is_heading",
    "keys",
    "read_title",
    "without_marks",
]

CHAPTER_WORDS = frozenset({
    "chapter", "chap", "chapitre", "kapitel", "luku", "capítulo", "capitulo", "capitolo",
    "hoofdstuk", "kapitola", "rozdział", "глава", "act", "acte", "akt", "aufzug", "näytös", "acto",
    "atto", "scene", "szene", "scène", "escena", "scena", "kohtaus",
})  # fmt: skip
PART_WORDS = frozenset({
    "part", "book", "volume", "vol", "section", "partie", "livre", "tome", "teil", "buch", "band",
    "osa", "kirja", "parte", "libro", "deel", "часть",
})  # fmt: skip
_CARDINALS = {
    word: number
    for number, word in enumerate(
        (
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        ),
        start=1,
    )
}
_ORDINALS = {
    word: number
    for words in (
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth",
        "premier deuxième troisième quatrième cinquième sixième septième huitième neuvième dixième",
        "première seconde",
        "erstes zweites drittes viertes fünftes sechstes siebentes achtes neuntes zehntes",
        "erster zweiter dritter vierter fünfter sechster siebenter achter neunter zehnter",
        "erste zweite dritte vierte fünfte sechste siebente achte neunte zehnte",
        "ensimmäinen toinen kolmas neljäs viides kuudes seitsemäs kahdeksas yhdeksäs kymmenes",
    )
    for number, word in enumerate(words.split(), start=1)
}
_STORY_WORDS = frozenset({
    "story", "tale", "canto", "letter", "fable", "lecture", "essay", "sermon", "geschichte",
    "erzählung", "märchen", "gesang", "brief", "conte", "histoire", "chant", "lettre",
    "tarina", "satu", "kertomus", "kirje", "laulu",
})  # fmt: skip
_COUNTED = CHAPTER_WORDS | PART_WORDS | _STORY_WORDS
_ROMAN = re.compile(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,4})(?:IX|IV|V?I{0,4})")
_ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_NUMERAL = r"[IVXLCDM]{1,9}|\d{1,4}"
_LABEL = re.compile(
    rf"""(?P<label>(?:(?P<word>[^\W\d_]{{2,14}})\.?\s+(?:the\s+)?)?
        (?P<number>{_NUMERAL}|{"|".join(_CARDINALS)})
        (?P<mark>[.:)\]]*(?:\s*[-–—]+)?))(?:\s+|\Z)""",
    re.IGNORECASE | re.VERBOSE,
)
_ORDINAL_LABEL = re.compile(
    r"(?:the\s+)?(?P<number>[^\W\d_]{3,14})\s+(?P<word>[^\W\d_]{2,14})\.?\Z", re.IGNORECASE
)
_WORD = re.compile(r"[^\W_]+")
_BRACKETED = re.compile(r"\[[^\]]*\]|\([^)]*\)")
_LONGEST = 200


@frozen
class Title:
    """A title, divided into its number and its words.

    Args:
        label: what numbers it, as it is written: ``ADVENTURE I.``
        word: what is numbered, in lower case: ``adventure``.
        number: its number; `None` where it has none.
        name: the title itself.
    """

    label: str
    word: str
    number: int | None
    name: str


def read_title(text: str) -> Title:
    """Divide a title.

    >>> read_title("ADVENTURE I. A SCANDAL IN BOHEMIA")
    Title(label='ADVENTURE I.', word='adventure', number=1, name='A SCANDAL IN BOHEMIA')
    >>> read_title("I am here").number, read_title("CLIV").number, read_title("Second Story").number
    (None, 154, 2)
    """
    text = without_marks(text)
    if (found := _LABEL.match(text)) and (number := _number(found["number"])) is not None:
        word = (found["word"] or "").lower()
        name = text[found.end() :].strip()
        is_counted = word in CHAPTER_WORDS or word in PART_WORDS
        has_digits = _number_is_digits(found["number"])
        if (not name and (has_digits or word)) or is_counted or (found["mark"] and has_digits):
            return Title(found["label"].strip(), word, number, name)
    if (found := _ORDINAL_LABEL.match(text)) and found["word"].lower() in _COUNTED:
        number = _ORDINALS.get(found["number"].lower())
        if number is not None:
            return Title(text, found["word"].lower(), number, "")
    return Title("", "", None, text)


def _number_is_digits(numeral: str) -> bool:
    return numeral.isdecimal() or (numeral.isupper() and _ROMAN.fullmatch(numeral) is not None)


def _number(numeral: str) -> int | None:
    if numeral.isdecimal():
        return int(numeral)
    upper = numeral.upper()
    if _ROMAN.fullmatch(upper) and (numeral in (upper, numeral.lower())):
        values = [_ROMAN_DIGITS[digit] for digit in upper]
        following = [*values[1:], 0]
        return sum(-v if v < f else v for v, f in zip(values, following, strict=True))
    return _CARDINALS.get(numeral.lower())


def without_marks(text: str) -> str:
    """A title without the marks of emphasis, on one line.

    >>> without_marks(" _In the_  Forest ")
    'In the Forest'
    """
    return " ".join(text.replace("_", " ").replace("=", " ").split()).replace(" ,", ",")


def is_heading(chunk: Chunk) -> bool:
    """Whether lines may be a heading: few and short, and no sentence that goes on."""
    text = chunk.words
    return (
        len(chunk.lines) <= 5
        and len(text) <= _LONGEST
        and not text.endswith((",", ";"))
        and any(map(str.isalnum, text))
    )


def keys(text: str) -> Iterator[str]:
    """What a title may be compared by, the most exact first.

    >>> list(keys("ADVENTURE I. A SCANDAL IN BOHEMIA"))
    ['adventure 1 ascandalinbohemia', 'ascandalinbohemia']
    """
    title = read_title(text)
    name = folded(title.name)
    if title.number is not None:
        # A Roman number here may be an Arabic one there.
        yield f"{title.word} {title.number} {name}"
    if name:
        yield name
        bare = folded(_BRACKETED.sub(" ", title.name))
        if bare and bare != name:
            yield bare


def folded(text: str) -> str:
    """The letters and digits of a text, without case, accents and blanks.

    >>> folded("L'Été  (1)")
    'lete1'
    """
    decomposed = unicodedata.normalize(
        "NFKD", text.casefold().replace("æ", "ae").replace("œ", "oe")
    )
    return "".join(_WORD.findall("".join(c for c in decomposed if not unicodedata.combining(c))))
