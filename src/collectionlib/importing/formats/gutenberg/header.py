"""What the header of a book says of it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from attrs import frozen

from ....model import Contributor, JSONValue

__all__ = ["Header", "read_header"]

_FIELD = re.compile(r"^(?P<key>[A-Z][A-Za-z ]{2,24})\.?:[ \t]*(?P<value>\S.*)$")
_FIRST_LINE = re.compile(
    r"Project Gutenberg(?:'s|’s)?(?: (?:of )?Australia)?(?: (?:E-?book|E-?text))?(?: of|,)? "
    r"(?P<title>\S.*?)(?:,? by (?P<author>.+))?$",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\[\s?(?:E-?book|E-?text)(?: No\.?)? ?#\s?(\d+)\s?\]", re.IGNORECASE)
# MARC relator codes (https://id.loc.gov/vocabulary/relators).
_ROLES: Mapping[str, str] = {
    "author": "aut", "authors": "aut", "creator": "aut", "auteur": "aut", "autor": "aut",
    "translator": "trl", "translators": "trl", "editor": "edt", "editors": "edt",
    "illustrator": "ill", "contributor": "ctb", "commentator": "cwt", "compiler": "com",
    "annotator": "ann", "composer": "cmp", "photographer": "pht", "engraver": "egr",
    "adapter": "adp", "author of introduction": "aui", "other": "oth", "arranger": "arr",
    "librettist": "lbt", "lyricist": "lyr", "artist": "art",
}  # fmt: skip
_NO_NAMES = frozenset({"various", "anonymous", "unknown", "anon", "various authors", "n/a"})
_LANGUAGES: Mapping[str, str] = {
    "afrikaans": "af", "arabic": "ar", "aragonese": "an", "asturian": "ast", "bodo": "brx",
    "breton": "br", "bulgarian": "bg", "catalan": "ca", "cebuano": "ceb", "chinese": "zh",
    "czech": "cs", "danish": "da", "dutch": "nl", "english": "en", "esperanto": "eo",
    "estonian": "et", "farsi": "fa", "finnish": "fi", "french": "fr", "frisian": "fy",
    "friulian": "fur", "gaelic, scottish": "gd", "scottish gaelic": "gd", "galician": "gl",
    "german": "de", "german, middle high": "gmh", "greek": "el", "greek, ancient": "grc",
    "ancient greek": "grc", "hebrew": "he", "hungarian": "hu", "icelandic": "is",
    "iloko": "ilo", "interlingua": "ia", "irish": "ga", "italian": "it", "japanese": "ja",
    "khasi": "kha", "korean": "ko", "latin": "la", "lithuanian": "lt", "maori": "mi",
    "middle english": "enm", "english, middle": "enm", "old english": "ang",
    "english, old": "ang", "neapolitan": "nap", "norwegian": "no", "norwegian bokmål": "nb",
    "norwegian nynorsk": "nn", "occitan": "oc", "ojibwa": "oj", "polish": "pl",
    "portuguese": "pt", "romanian": "ro", "russian": "ru", "sanskrit": "sa", "scots": "sco",
    "serbian": "sr", "slovak": "sk", "slovenian": "sl", "spanish": "es", "swedish": "sv",
    "tagalog": "tl", "telugu": "te", "turkish": "tr", "ukrainian": "uk", "welsh": "cy",
    "yiddish": "yi", "deutsch": "de", "français": "fr", "suomi": "fi",
}  # fmt: skip
_PUBLIC_DOMAIN = "Public domain in the USA"
_COPYRIGHTED = re.compile(
    r"This is a \*?COPYRIGHTED\*? Project Gutenberg e-?(?:book|text)", re.IGNORECASE
)


@frozen
class Header:
    """What a header says.

    Args:
        title: of the book; ``""`` where it says none.
        contributors: with their roles.
        language: BCP 47 tag, where it is a single one and known.
        rights: what Project Gutenberg says of them.
        attributes: all its other fields, by their names in lower case.
    """

    title: str
    contributors: tuple[Contributor, ...]
    language: str | None
    rights: str
    attributes: Mapping[str, JSONValue]


def read_header(text: str) -> Header:
    r"""Read the header of a book.

    >>> header = read_header("Title: A\n       Wish\n\nAuthor: Ann Ex\n\nLanguage: Finnish\n")
    >>> header.title, header.contributors[0].name, header.language
    ('A Wish', 'Ann Ex', 'fi')
    """
    fields = _fields(text)
    first = _first_line(text)
    title = " ".join(fields.pop("title", first.get("title", "")).split())
    if not any(key in _ROLES for key in fields) and "author" in first:
        fields["author"] = first["author"]
    contributors = tuple(
        dict.fromkeys(
            Contributor(name=name, role=_ROLES[key])
            for key, value in fields.items()
            if key in _ROLES
            for name in names_of(value)
        )
    )
    language = _LANGUAGES.get(fields.get("language", "").strip().lower())
    kept: dict[str, JSONValue] = {
        key: value
        for key, value in fields.items()
        if not (key in _ROLES and names_of(value)) and not (key == "language" and language)
    }
    if number := _NUMBER.search(text):
        kept["ebook"] = int(number[1])
    rights = "Copyrighted" if _COPYRIGHTED.search(text) else _PUBLIC_DOMAIN
    return Header(title, contributors, language, rights, kept)


def names_of(value: str) -> tuple[str, ...]:
    """The names in a field; none where it says that nobody is known.

    >>> (
    ...     names_of("Edgar Taylor and Marian Edwardes"),
    ...     names_of("Smith and Sons"),
    ...     names_of("Various"),
    ... )
    (('Edgar Taylor', 'Marian Edwardes'), ('Smith and Sons',), ())
    """
    value = " ".join(value.split())
    if value.lower().strip(".") in _NO_NAMES:
        return ()
    parts = [part.strip(" ,") for part in re.split(r";|, and | and | & ", value)]
    if len(parts) > 1 and all(" " in part for part in parts):
        return tuple(parts)
    return (value,)


def _fields(text: str) -> dict[str, str]:
    """The fields by name; one may go on in lines that are indented."""
    fields: dict[str, str] = {}
    key = ""
    for line in text.splitlines():
        if found := _FIELD.match(line):
            key = found["key"].lower().strip()
            # "Information: …" in the small print is no field of the book.
            if key in fields:
                key = ""
                continue
            fields[key] = _NUMBER.sub("", found["value"]).strip()
        elif key and line[:1].isspace() and line.strip():
            fields[key] = f"{fields[key]} {line.strip()}"
        else:
            key = ""
    known = _ROLES.keys() | _OTHER_FIELDS
    return {key: value for key, value in fields.items() if key in known and value}


_OTHER_FIELDS = frozenset({
    "title", "language", "release date", "posting date", "first posted", "last updated",
    "most recently updated", "original publication", "credits", "subtitle", "edition",
    "character set encoding", "note", "date first posted", "ebook no", "edition date",
})  # fmt: skip


def _first_line(text: str) -> dict[str, str]:
    lines = [line.strip(" *\ufeff") for line in text[:2_000].splitlines()]
    for at, line in enumerate(lines):
        if "gutenberg" in line.lower():
            both = f"{line} {lines[at + 1]}" if at + 1 < len(lines) and lines[at + 1] else line
            found = _FIRST_LINE.search(both)
            return {k: v.strip(" *") for k, v in found.groupdict().items() if v} if found else {}
    return {}
