"""The numbers that headings count with: digits, Roman numerals, letters, words of languages."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ...identity import cjk_number

__all__ = ["number_of", "roman_number"]

_ROMAN = re.compile(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})\Z")
_ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_CJK = re.compile("[零〇一二三四五六七八九十百]+")
_HIGHEST = 9_999

# In each line, the words for one, two, three …; a bar stands between forms of the same number.
_COUNTED = """
    one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen \
        sixteen seventeen eighteen nineteen twenty
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth \
        thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth
    eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf
    erste|erster|erstes zweite|zweiter|zweites dritte|dritter|drittes vierte|vierter|viertes \
        fünfte|fünfter|fünftes sechste|sechster|sechstes siebte|siebter|siebtes|siebentes \
        achte|achter|achtes neunte|neunter|neuntes zehnte|zehnter|zehntes elfte|elfter|elftes \
        zwölfte|zwölfter|zwölftes
    un|une deux trois quatre cinq six sept huit neuf dix onze douze
    premier|première deuxième|seconde troisième quatrième cinquième sixième septième huitième \
        neuvième dixième onzième douzième
    uno|una dos tres cuatro cinco seis siete ocho nueve diez once doce
    primero|primera|primer segundo|segunda tercero|tercera|tercer cuarto|cuarta quinto|quinta \
        sexto|sexta séptimo|séptima octavo|octava noveno|novena décimo|décima
    uno due tre quattro cinque sei sette otto nove dieci undici dodici
    primo|prima secondo|seconda terzo|terza quarto|quarta quinto|quinta sesto|sesta \
        settimo|settima ottavo|ottava nono|nona decimo|decima
    um|uma dois|duas três quatro cinco seis sete oito nove dez
    primeiro|primeira segundo|segunda terceiro|terceira quarto|quarta quinto|quinta sexto|sexta \
        sétimo|sétima oitavo|oitava nono|nona décimo|décima
    pierwszy|pierwsza drugi|druga trzeci|trzecia czwarty|czwarta piąty|piąta szósty|szósta \
        siódmy|siódma ósmy|ósma dziewiąty|dziewiąta dziesiąty|dziesiąta
    první druhý|druhá třetí čtvrtý|čtvrtá pátý|pátá šestý|šestá sedmý|sedmá osmý|osmá \
        devátý|devátá desátý|desátá
    первый|первая|первое второй|вторая|второе третий|третья|третье \
        четвертый|четвёртый|четвертая|четвёртая пятый|пятая шестой|шестая седьмой|седьмая \
        восьмой|восьмая девятый|девятая десятый|десятая одиннадцатый|одиннадцатая \
        двенадцатый|двенадцатая
    перший|перша другий|друга третій|третя четвертий|четверта п’ятий|п’ята шостий|шоста
    първа|първи втора|втори трета|трети четвърта|четвърти пета|пети шеста|шести
    πρώτο|πρώτη δεύτερο|δεύτερη τρίτο|τρίτη τέταρτο|τέταρτη πέμπτο|πέμπτη έκτο|έκτη
    α β γ δ ε στ|ς ζ η θ ι
    א ב ג ד ה ו ז ח ט י
    ראשון|ראשונה שני|שנייה שלישי|שלישית רביעי|רביעית חמישי|חמישית
    الأول|الاول الثاني الثالث الرابع الخامس السادس السابع الثامن التاسع العاشر
    """
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}


def _counted(lists: str) -> Mapping[str, int]:
    return {
        form: number
        for words in lists.splitlines()
        for number, forms in enumerate(words.split(), start=1)
        for form in forms.split("|")
    }


_WORDS = {**_counted(_COUNTED), **_TENS}


def roman_number(numeral: str) -> int:
    """The value of a Roman numeral in capitals; 0 for what is none.

    >>> roman_number("XIV"), roman_number("IIII"), roman_number("A")
    (14, 0, 0)
    """
    if not _ROMAN.match(numeral):
        return 0
    values = [_ROMAN_DIGITS[digit] for digit in numeral]
    return sum(
        -value if value < following else value
        for value, following in zip(values, [*values[1:], 0], strict=True)
    )


def number_of(token: str) -> int:
    """The number that a token says in any of the ways; 0 where it says none.

    >>> [number_of(token) for token in ("12", "xii", "Zwölftes", "twenty-one", "третья", "б")]
    [12, 12, 12, 21, 3, 0]
    """
    if token.isdecimal():
        return int(token) if len(token) <= 4 else 0
    if _CJK.fullmatch(token):
        return min(cjk_number(token[:12]), _HIGHEST)
    if number := roman_number(token.upper()):
        return number
    word = token.casefold().rstrip("'ʹ’׳")
    tens, dash, ones = word.partition("-")
    if dash and tens in _TENS and _WORDS.get(ones, 10) < 10:
        return _TENS[tens] + _WORDS[ones]
    return _WORDS.get(word, 0)
