"""The parts of a letter: where and when, whom it greets, how it ends, and who signed it.

Only what is sure is told: a text, or what it quotes, is a letter if it greets somebody in words
that letters begin with, and ends with words that letters end with, its signature and postscripts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

__all__ = ["MOST_BEFORE_SALUTATION", "LetterPart", "may_hold_letter", "parts_of_letter"]

LetterPart: TypeAlias = Literal["dateline", "salutation", "valediction", "signature", "postscript"]

MOST_BEFORE_SALUTATION = 3
"""Paragraphs of place and date that may stand before whom a letter greets."""

# A line of a letter's head or foot is no longer than this, and they have no more lines.
_LONGEST_LINE = 70
_MOST_LINES = 6
_MOST_BEHIND = 4

# What letters begin with, in the languages of which letters are printed most. Where the first
# word alone would say too little ("Sir", "Mon"), the line holds hardly more.
_SALUTATION = re.compile(
    r"""\s*(?:
        (?:My\ (?:own\ |very\ )?)?(?:Dear|Dearest|Darling|Beloved)\b
      | (?:Most\ )?(?:Honou?red|Esteemed|Respected|Reverend)\ (?:Dr|Mrs?|Ms|Sirs?|Madam|Friend)\b
      | To\ whom\ it\ may\ concern | To\ the\ Editor\b
      | (?:Sirs?|Madam|Gentlemen|Ladies\ and\ gentlemen|My\ Lord)(?=\s*[,:!;—–-])
      | (?:Sehr\ )?(?:geehrte[rs]?|verehrte[rs]?)\b | (?:Mein[e]?\ )?Lieb(?:e[rs]?|ste[rs]?)\b
      | (?:Mon\ |Ma\ |Mes\ )?(?:bien\ )?(?:Cher|Chère|Chers|Chères)\b
      | (?:Monsieur|Madame|Mademoiselle|Messieurs)(?=\s*[,:!]|\ et\b|\ le\b|\ la\b)
      | (?:Mi\ )?(?:Querid|Estimad|Apreciad|Muy\ señor)[oae]s?\b | (?:Meu\ |Minha\ )?Prezad[oa]s?\b
      | (?:Mi[oa]\ )?(?:Car[oaie]|Carissim[oaie]|Gentile|Egregio|Spettabile)\b
      | (?:Beste|Geachte|Waarde|Kære|Kära|Kjære|Bäste|Hyvä|Rakas)\b
      | (?:Drog[ia]|Kochan[ya]|Szanown[yai])\b | (?:Drah[ýá]|Mil[ýá]|Vážen[ýáí])\b
      | (?:Мо[йя]\ )?(?:Дорог(?:ой|ая|ие)|Мил(?:ый|ая|ые)|Уважаем(?:ый|ая|ые)|Любезн(?:ый|ая)
        |Многоуважаемый|Милостив(?:ый|ая)\ государ(?:ь|ыня))\b
      | (?:Дорог(?:ий|а|і)|Шановн(?:ий|а|і))\b
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_GREETING_END = re.compile(r"[,:!;،，：！—–-]\s*\Z|\.\s*[—–-]+\s*\Z")

_VALEDICTION = re.compile(
    r"""\s*(?:(?:I\ (?:am|remain|have\ the\ honou?r\ to\ be),?\ .{0,40})?
        (?:Ever\ |Always\ |Very\ |Most\ |Believe\ me,?\ )*
        (?:Yours?(?:\ (?:very\ |most\ |ever\ )?(?:truly|sincerely|faithfully|respectfully
          |obediently|affectionately|ever|always|etc|\&c|in\ haste|cordially|lovingly|loving
          |obedient|affectionate|humble|faithful|sincere|devoted|friend|servant)\b|\ *[,.])
        |(?:Sincerely|Respectfully|Faithfully|Truly|Affectionately|Cordially)(?:\ yours)?\ *[,.—–]
        |(?:With\ )?(?:(?:Best|Kind|Warm)(?:est)?|Much|All\ my|With)\ (?:wishes|regards|love)\b
        |Love\ *,|Regards\ *,|Cheers\ *,)
      | (?:Mit\ )?(?:freundlichen|herzlichen|besten|lieben|vielen)\ Grüßen?\b
      | (?:Herzliche|Freundliche|Liebe|Viele|Beste)\ Grüße\b | Hochachtungsvoll\b
      | In\ Liebe\ *,
      | (?:Deine?|Ihre?|Euere?|Eure)(?:\ (?:sehr\ )?ergeben(?:e|er|ster|ste))?\ *,
      | (?:Bien\ |Très\ )?(?:cordialement|amicalement|affectueusement|sincèrement)\b
      | Je\ vous\ prie\ d['’]agréer\b | Veuillez\ (?:agréer|recevoir)\b | Votre\ dévouée?\b
      | (?:Atentamente|Cordialmente|Sinceramente|Afectuosamente|Un\ (?:cordial\ )?(?:saludo|abrazo)
        |Suy[oa]\ afectísim[oa])\b
      | (?:Cordiali|Distinti|Cari)\ saluti\b | (?:Com\ os\ melhores\ cumprimentos|Atenciosamente)\b
      | (?:Met\ vriendelijke\ groet(?:en)?|Hoogachtend|Med\ vänliga?\ hälsning(?:ar)?
        |Med\ venlig\ hilsen|Vennlig\ hilsen|Z\ poważaniem|S\ pozdravem)\b
      | (?:С\ уважением|Искренне\ (?:Ваш|ваш)а?|Всегда\ (?:Ваш|ваш)а?|(?:Ваш|Твой|Твоя|Ваша)\ *,
        |Преданн(?:ый|ая)\ (?:Вам|вам)|З\ повагою)
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_POSTSCRIPT = re.compile(r"\s*(?:P\.? ?){1,3}S\b[.:]?|\s*(?:П\.? ?)?П\.? ?С\b|\s*N\. ?B\.")
_DATE = re.compile(r"\b\d{1,4}\b")


def may_hold_letter(text: str) -> bool:
    r"""Whether a line greets somebody as a letter does.

    >>> may_hold_letter("My dear Watson,"), may_hold_letter("Dear me, how late it is")
    (True, False)
    """
    return (
        len(text) <= _LONGEST_LINE
        and _SALUTATION.match(text) is not None
        and _GREETING_END.search(text) is not None
    )


def parts_of_letter(paragraphs: Sequence[Sequence[str] | None]) -> Mapping[int, LetterPart]:
    """Which paragraphs are which parts of a letter; none where it is not sure that it is one.

    Args:
        paragraphs: the lines of each, `None` for what is no paragraph.

    >>> parts_of_letter(
    ...     [
    ...         ["Baker Street, 5 May 1891"],
    ...         ["Dear Watson,"],
    ...         ["Come at once."],
    ...         ["Yours truly,"],
    ...         ["S. H."],
    ...     ]
    ... )
    {0: 'dateline', 1: 'salutation', 3: 'valediction', 4: 'signature'}
    """
    start = _salutation(paragraphs)
    if start is None:
        return {}
    end = _valediction(paragraphs, start + 1)
    if end is None:
        return {}
    parts: dict[int, LetterPart] = {}
    if any(_has_date(lines) for lines in paragraphs[:start] if lines):
        parts = dict.fromkeys(range(start), "dateline")
    parts[start] = "salutation"
    parts[end] = "valediction"
    for place in range(end + 1, len(paragraphs)):
        parts[place] = "postscript" if _is_postscript(paragraphs[place]) else "signature"
    return parts


def _salutation(paragraphs: Sequence[Sequence[str] | None]) -> int | None:
    for place, lines in enumerate(paragraphs[: MOST_BEFORE_SALUTATION + 1]):
        if lines is None:
            return None
        if len(lines) == 1 and may_hold_letter(lines[0]):
            return place
        if not _is_short(lines):
            return None
    return None


def _valediction(paragraphs: Sequence[Sequence[str] | None], first: int) -> int | None:
    """The paragraph behind which there is nothing but a signature and postscripts."""
    for place in range(len(paragraphs) - 1, max(first, len(paragraphs) - 1 - _MOST_BEHIND) - 1, -1):
        lines = paragraphs[place]
        if lines is None:
            return None
        if _is_short(lines) and _VALEDICTION.match(lines[0]):
            return place
        if not (_is_short(lines) or _is_postscript(lines)):
            return None
    return None


def _is_short(lines: Sequence[str]) -> bool:
    return len(lines) <= _MOST_LINES and all(len(line) <= _LONGEST_LINE for line in lines)


def _is_postscript(lines: Sequence[str] | None) -> bool:
    return lines is not None and _POSTSCRIPT.match(lines[0]) is not None


def _has_date(lines: Sequence[str]) -> bool:
    return any(_DATE.search(line) for line in lines)
