"""The language that an entry says, beside its text, and beside how BCP 47 writes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import evolve

from ...errors import MissingExtra
from ...importing.languages import Detected, detect
from ...importing.languages.letters import LANGUAGES
from ...importing.languages.scripts import by_script, main_script
from ...importing.languages.statistics import guess
from ...model import Entry
from .findings import Finding

__all__ = ["mend_spelling", "other_language", "spelling"]

_ALIKE = (
    {"no", "nb", "nn", "da"},
    {"sr", "hr", "bs", "sh", "cnr"},
    {"id", "ms", "jv", "su", "min"},
    {"zh", "yue", "wuu", "cmn", "lzh", "hak", "nan", "gan", "hsn"},
    {"fa", "prs", "tg"},
    {"ar", "arb", "arz", "apc", "ary"},
    {"cs", "sk"},
    {"gl", "pt"},
    {"ca", "oc", "es"},
    {"af", "nl", "fy", "nds", "li", "vls"},
    {"de", "gsw", "bar", "nds", "lb", "swg", "ksh", "pfl"},
    {"en", "sco", "enm", "ang"},
    {"he", "hbo", "jrb", "lad"},
    {"el", "grc"},
    {"ru", "cu", "orv", "be", "rue", "uk"},
    {"hi", "mr", "ne", "sa", "bho", "mai", "awa"},
    {"it", "la", "scn", "nap", "vec", "lmo", "co"},
    {"ja", "ojp"},
    {"ko", "okm"},
    {"bg", "mk"},
)
"""Languages that a detector may take for each other, or that one does not know."""

_REPLACED: Mapping[str, str] = {"iw": "he", "in": "id", "ji": "yi", "jw": "jv", "mo": "ro"}
"""Language subtags with a Preferred-Value in the registry of IANA, of those that are in use."""

_BEGINNING = 300
_SCRIPT_LENGTH = 4
_UNKNOWN = frozenset({"und", "mul", "zxx", "mis"})


def other_language(entry: Entry) -> Iterator[Finding]:
    """Whether the text is surely in another language than the entry says."""
    if entry.language is None or _language(entry.language) in _UNKNOWN:
        return
    if _seems_to_fit(entry.body, entry.language):
        return
    found = _detected(entry.body)
    if found and not _fits(entry.language, found.tag):
        message = f"it says {entry.language}, but its text is {found.tag} ({found.evidence})"
        yield Finding.of(entry, "language-other", message)


def _seems_to_fit(text: str, said: str) -> bool:
    """Whether a look at the beginning finds the language that is said, as nearly always.

    Of a short text that would be all, at no less work.
    """
    if len(text) <= _BEGINNING:
        return False
    beginning = text[:_BEGINNING]
    if main_script(beginning) not in LANGUAGES or by_script(beginning):
        return False
    try:
        return _fits(said, guess(beginning)[0])
    except MissingExtra:
        return False


def _detected(text: str) -> Detected | None:
    try:
        return detect(text)
    except MissingExtra:
        return by_script(text)


def _fits(said: str, found: str) -> bool:
    one, other = _language(said), _language(found)
    if one == other:
        scripts = _script(said), _script(found)
        return None in scripts or scripts[0] == scripts[1]
    return any({one, other} <= alike for alike in _ALIKE)


def _language(tag: str) -> str:
    first = tag.partition("-")[0].lower()
    return _REPLACED.get(first, first)


def _script(tag: str) -> str | None:
    return next((part.title() for part in tag.split("-")[1:3] if len(part) == _SCRIPT_LENGTH), None)


def spelling(entry: Entry) -> Iterator[Finding]:
    """Whether the tag is not written as it should be."""
    if entry.language and (written := _as_recommended(entry.language)) != entry.language:
        message = f"the language {entry.language} is written {written}"
        yield Finding.of(entry, "language-spelling", message, fixable=True)


def mend_spelling(entry: Entry) -> Entry:
    """The entry with its language written as it should be."""
    return evolve(entry, language=_as_recommended(entry.language)) if entry.language else entry


def _as_recommended(tag: str) -> str:
    """The tag with the case that BCP 47 §2.1.1 recommends, and no language that was replaced."""
    first, *others = tag.split("-")
    parts = [_language(first)]
    for part in others:
        # Behind a singleton (x-, u-) all is in lower case.
        if len(parts[-1]) == 1 or any(len(each) == 1 for each in parts):
            parts.append(part.lower())
        elif len(part) == _SCRIPT_LENGTH and part.isalpha():
            parts.append(part.title())
        elif len(part) == 2:
            parts.append(part.upper())
        else:
            parts.append(part.lower())
    return "-".join(parts)
