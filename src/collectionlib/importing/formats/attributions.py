"""Whose words a text says it is: the last line ``-- Author, "Work"``.

A line is taken only where it is sure: it is the last one, no other line of the text begins with
such a dash, as those of a dialogue do, and what stands behind the dash is a name. All others stay
in the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from attrs import frozen

from ...model import Contributor
from ..draft import Draft, Removal

__all__ = ["Attribution", "attributed", "find_attribution"]

_DASH = r"(?:-{2,3}|[―—–]{1,2})"
_LINE = re.compile(rf"[ \t]*{_DASH}[ \t]*(?=[^\s\-―—–])")
# On the last line itself, far behind its words.
_BEHIND = re.compile(r"(?<=\S)(?:[ ]{2,}|\t\s*)-- ?(?=[^\s-])")
_WORK = re.compile(r",\s+|\s+(?=[(\[])")
_YEAR = re.compile(r"[(\[]?(1\d{3}|20\d\d)[)\]]?\.?")
_AND = re.compile(r"\s+(?:and|&|und|et|y|e|и|i|og|och|en)\s+")
_NAME_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’.\-](?=\w)|\.$)*\.?")
_PARTICLES = frozenset({
    "a", "al", "ben", "bin", "d", "da", "das", "de", "del", "della", "der", "des", "di", "do",
    "dos", "du", "e", "el", "ibn", "la", "las", "le", "los", "of", "och", "the", "van", "ten",
    "ter", "und", "von", "y", "z", "zu", "zum", "zur",
})  # fmt: skip
# What is no author, in the languages of the fortune files.
_NO_AUTHOR = frozenset({
    "anon", "anonym", "anonymous", "anonymus", "anonimo", "anónimo", "anônimo", "autor", "author",
    "unknown", "unbekannt", "desconocido", "desconhecido", "neznámý", "nieznany", "неизвестен",
    "proverb", "proverbs", "proverbio", "proverbios", "provérbio", "proverbe", "proverbo",
    "sprichwort", "spruch", "weisheit", "redensart", "refrán", "refran", "ditado", "dito", "dictum",
    "saying", "law", "laws", "rule", "axiom", "principle", "theorem", "ley", "leyes", "lei",
    "legge", "dal", "dallo", "dalla", "axioma", "falsedad", "tautología", "regla", "gesetz",
    "regel", "corolario", "corollary", "corolário", "zákon", "přísloví", "prawo",
    "przysłowie", "закон", "пословица", "поговорка", "народная", "народна", "слоган", "graffiti",
    "graffito", "fortune", "slashdot", "source", "źródło", "usenet", "bible", "bibel", "biblia",
    "bíblia", "talmud", "koran", "testament", "from", "da", "in", "on", "seen", "heard", "found",
    "overheard", "motto", "slogan", "commercial", "advertisement", "headline", "sign", "bumper",
    "song", "old", "traditional", "volksmund", "internet", "email", "sig", "ditto", "idem",
    "postulate", "postulado", "principio", "princípio", "teorema", "máxima", "maxim", "lema",
    "regola", "definición", "enseñanza", "observación", "constante", "efecto", "paradoja", "dilema",
})  # fmt: skip
_NO_AUTHOR_ENDINGS = ("sprichwort", "weisheit", "spruch", "gesetz", "wörterbuch")
_SITE = re.compile(r"www\..*|.*\.(?:com|org|net|info|edu)", re.IGNORECASE)
_MOST_WORDS = 6
_LONGEST = 60
_MOST_LINES = 3


@frozen
class Attribution:
    """Who is named at the end of a text.

    Args:
        names: of the authors.
        said: the words that name them.
        start: first character that is no longer the text.
        dash: the blanks and the dash that it begins with.
        rest: what else it says: a work, a year, a place.
        year: in which it was written, where the rest says nothing else.
    """

    names: tuple[str, ...]
    said: str
    start: int
    dash: str
    rest: str
    year: str | None


def find_attribution(text: str) -> Attribution | None:
    r"""The attribution that ends a text; `None` where none is sure.

    >>> find_attribution('Be well.\n\t\t-- Ann Ex, "Wishes"').names
    ('Ann Ex',)
    >>> find_attribution("-- Are you well?\n-- Ann!") is None
    True
    """
    body = text.rstrip()
    lines = body.split("\n")
    # Only the end is of interest, however long the text is.
    at = len(body)
    for place in range(len(lines) - 1, max(-1, len(lines) - 1 - _MOST_LINES), -1):
        line = lines[place]
        at -= len(line)
        following = lines[place + 1 :]
        if found := _LINE.match(line):
            is_alone = all(_goes_on(line, one) for one in following)
            others = any(map(_LINE.match, lines[:place]))
            if not is_alone or not place or (others and not _is_indented(line)):
                return None
            said = " ".join([line[found.end() :], *map(str.strip, following)])
            return _read(said, at, found[0])
        if not following and (behind := _behind(line)):
            return _read(line[behind.end() :], at + behind.start(), behind[0].lstrip())
        at -= 1
    return None


def attributed(draft: Draft) -> Draft:
    r"""A draft with its authors; what its last line says of a work stays there.

    >>> draft = attributed(Draft(body='Be well.\n\t-- Ann Ex, "Wishes"'))
    >>> draft.contributors[0].name, draft.body
    ('Ann Ex', 'Be well.\n\t-- "Wishes"')
    """
    found = find_attribution(draft.body)
    if found is None or not draft.body[: found.start].strip():
        return draft
    rest = "" if found.year else found.rest
    lines = draft.body[: found.start].rstrip()
    whole = draft.body[found.start :].strip()
    if rest:
        is_own_line = draft.body[: found.start].rstrip(" \t").endswith("\n")
        lines += ("\n" if is_own_line else "  ") + found.dash + rest
    taken = f"{found.dash.strip()} {found.said}" if rest else whole
    authors = tuple(Contributor(name=name) for name in found.names)
    return draft.but(
        body=lines,
        contributors=(*draft.contributors, *authors),
        created=draft.created or found.year,
        changes=(*draft.changes, "attribution"),
        removed=(*draft.removed, Removal("attribution", taken)),
    )


def _behind(line: str) -> re.Match[str] | None:
    return max(_BEHIND.finditer(line), key=lambda found: found.start(), default=None)


def _is_indented(line: str) -> bool:
    return line.startswith(("\t", "    "))


def _goes_on(first: str, line: str) -> bool:
    """Whether a line belongs to the one with the dash: it stands as far in, or farther."""
    return bool(line.strip()) and _is_indented(first) and (
        len(line.expandtabs()) - len(line.expandtabs().lstrip())
        >= len(first.expandtabs()) - len(first.expandtabs().lstrip())
    )  # fmt: skip


def _read(said: str, start: int, dash: str) -> Attribution | None:
    said = " ".join(said.split())
    if len(said) > 4 * _LONGEST:
        return None
    divided = _WORK.search(said)
    name = (said[: divided.start()] if divided else said).strip()
    rest = said[divided.end() :] if divided else ""
    # "King, Jr." is a name.
    if junior := re.match(r"(Jr|Sr|PhD|Ph\.D|M\.D)\b\.?(?:,\s*|$)", rest):
        name, rest = f"{name}, {rest[: junior.end()].rstrip(', ')}", rest[junior.end() :]
    names = _names(name)
    if not names:
        return None
    year = _YEAR.fullmatch(rest)
    return Attribution(names, name, start, dash, rest, year[1] if year else None)


def _names(text: str) -> tuple[str, ...]:
    parts = _AND.split(text)
    if len(parts) > 1 and all(" " in part and _is_name(part) for part in parts):
        return tuple(map(_tidy, parts))
    return (_tidy(text),) if _is_name(text) else ()


def _tidy(name: str) -> str:
    """A name without the full stop that ends the line; those of initials stay."""
    last = name.rpartition(" ")[2]
    is_short = len(last.rstrip(".")) <= 3 or last.count(".") > 1
    return name if is_short else name.removesuffix(".").rstrip()


def _is_name(text: str) -> bool:
    words = text.removesuffix(".").replace(", Jr", " Jr").replace(", Sr", " Sr").split()
    if not 0 < len(words) <= _MOST_WORDS or len(text) > _LONGEST:
        return False
    if not all(map(_is_name_word, words)):
        return False
    plain = [word.strip(".").lower() for word in words]
    if not _NO_AUTHOR.isdisjoint(plain) and not _is_particle_only(plain):
        return False
    if any(word.endswith(_NO_AUTHOR_ENDINGS) for word in plain):
        return False
    # Two letters are a whole name in a script without case.
    is_long = len(words) > 1 or len(plain[0]) > 2 or plain[0].lower() == plain[0].upper()
    return _begins(words[0]) and _begins(words[-1]) and is_long


def _is_particle_only(words: Sequence[str]) -> bool:
    """Whether the words that speak against a name are particles inside it: Leonardo da Vinci."""
    return words[0] not in _NO_AUTHOR and all(
        word in _PARTICLES for word in words if word in _NO_AUTHOR
    )


def _is_name_word(word: str) -> bool:
    if word.lower() in _PARTICLES:
        return True
    is_name = _NAME_WORD.fullmatch(word) is not None and not word[0].islower()
    return is_name and not _SITE.fullmatch(word.rstrip("."))


def _begins(word: str) -> bool:
    return not word[0].islower()
