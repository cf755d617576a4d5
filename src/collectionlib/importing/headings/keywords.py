"""Words that head a numbered part of a text: "Chapter 3", "Глава третья", "3. fejezet", 第三回."""

from __future__ import annotations

import re
from enum import IntEnum

from attrs import frozen

from .numerals import number_of

__all__ = ["Numbered", "Rank", "numbered_by_keyword"]


class Rank(IntEnum):
    """What stands above what."""

    PART = 1
    CHAPTER = 2
    SECTION = 3


@frozen
class Numbered:
    """The beginning of a line that says a rank and a number.

    Args:
        label: how such headings are called in a reason: ``Chapter N``.
        end: index of the first character behind the number.
    """

    rank: Rank
    label: str
    number: int
    end: int


_RANKS = {
    Rank.PART: """
        part book volume teil buch band partie livre tome parte libro tomo volumen část díl kniha
        część księga tom deel boek del bok osa kirja rész könyv kısım cartea partea
        часть книга том частина част дио μέρος βιβλίο חלק ספר الجزء جزء الباب باب phần quyển
        """,
    Rank.CHAPTER: """
        chapter chap kapitel chapitre capítulo capitulo capitolo capítol capitolul caput
        rozdział kapitola poglavlje poglavje hoofdstuk kapittel luku fejezet bölüm chương bab
        глава розділ раздзел поглавље κεφάλαιο פרק الفصل فصل अध्याय
        """,
    Rank.SECTION: """
        section article artikel abschnitt artículo articulo articolo artigo článek článok
        artykuł oddíl članak art scene scène szene scena canto chant gesang letter lesson story
        tale fable статья стаття раздел песнь рассказ сказка притча άρθρο סעיף المادة điều
        """,
}
_KEYWORDS = {word: rank for rank, words in _RANKS.items() for word in words.split()}
_CJK_RANKS = {
    **dict.fromkeys("部卷巻編编篇", Rank.PART),
    **dict.fromkeys("章回話话", Rank.CHAPTER),
    **dict.fromkeys("节節条條幕段", Rank.SECTION),
}
_CJK = re.compile(
    rf"第\s?([零〇一二三四五六七八九十百]+|\d{{1,4}})\s?([{''.join(_CJK_RANKS)}]|部分)(?!之)"
)
_TOKENS = re.compile(r"(\w[\w’'-]*)[.:)]?\s+(?:the\s+)?(\w[\w’'ʹ׳-]*)")


def numbered_by_keyword(line: str) -> Numbered | None:
    """The rank and the number that a line begins with; `None` where it has none.

    >>> numbered_by_keyword("Chapter the First, in which it begins")
    Numbered(rank=<Rank.CHAPTER: 2>, label='Chapter N', number=1, end=17)
    >>> numbered_by_keyword("第十二回 大観園").number, numbered_by_keyword("1. fejezet").label
    (12, 'N fejezet')
    >>> numbered_by_keyword("Chapters one and two") is None
    True
    """
    if line.startswith("第"):
        return _numbered_in_cjk(line)
    found = _TOKENS.match(line)
    if not found:
        return None
    first, second = found[1], found[2]
    if (rank := _KEYWORDS.get(first.casefold())) and (number := number_of(second)):
        return Numbered(rank, f"{first.capitalize()} N", number, found.end())
    if (rank := _KEYWORDS.get(second.casefold())) and (number := number_of(first)):
        return Numbered(rank, f"N {second}", number, found.end())
    return None


def _numbered_in_cjk(line: str) -> Numbered | None:
    found = _CJK.match(line)
    if not found:
        return None
    rank = _CJK_RANKS.get(found[2], Rank.PART)
    return Numbered(rank, f"第N{found[2]}", number_of(found[1]), found.end())
