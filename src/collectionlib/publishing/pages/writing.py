"""What all pages of a book are written with: escaping, languages, directions, scripts."""

from __future__ import annotations

import unicodedata

__all__ = [
    "escape",
    "is_right_to_left",
    "language_attributes",
    "may_be_vertical",
    "script_of",
]

_RIGHT_TO_LEFT_LANGUAGES = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "ps", "sd",
                                      "syr", "ug", "ur", "yi"})  # fmt: skip
_RIGHT_TO_LEFT_SCRIPTS = frozenset({"adlm", "arab", "hebr", "nkoo", "rohg", "syrc", "thaa"})
_VERTICAL_LANGUAGES = frozenset({"ja", "zh", "yue", "lzh"})


# ISO 15924 codes by the first word of the names that Unicode gives to letters.
_SCRIPTS = {
    "ARABIC": "Arab", "ARMENIAN": "Armn", "BENGALI": "Beng", "CJK": "Hani", "CYRILLIC": "Cyrl",
    "DEVANAGARI": "Deva", "ETHIOPIC": "Ethi", "GEORGIAN": "Geor", "GREEK": "Grek",
    "GUJARATI": "Gujr", "GURMUKHI": "Guru", "HANGUL": "Hang", "HEBREW": "Hebr",
    "HIRAGANA": "Jpan", "KANNADA": "Knda", "KATAKANA": "Jpan", "KHMER": "Khmr", "LAO": "Laoo",
    "LATIN": "Latn", "MALAYALAM": "Mlym", "MONGOLIAN": "Mong", "MYANMAR": "Mymr",
    "ORIYA": "Orya", "SINHALA": "Sinh", "SYRIAC": "Syrc", "TAMIL": "Taml", "TELUGU": "Telu",
    "THAI": "Thai", "TIBETAN": "Tibt",
}  # fmt: skip


def script_of(text: str) -> str:
    """The script of the first letter that tells one, as ISO 15924 has it; ``Zyyy`` for none.

    >>> script_of("魯迅"), script_of("«Гоголь»")
    ('Hani', 'Cyrl')
    """
    for character in text:
        if character.isalpha():
            name = unicodedata.name(character, "").partition(" ")[0]
            if name in _SCRIPTS:
                return _SCRIPTS[name]
    return "Zyyy"


def escape(text: str) -> str:
    """Text as XML holds it, in an attribute too."""
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    if ">" in text:
        text = text.replace(">", "&gt;")
    return text.replace('"', "&quot;") if '"' in text else text


def is_right_to_left(language: str) -> bool:
    """Whether a language is written from right to left.

    >>> is_right_to_left("ar"), is_right_to_left("az-Arab"), is_right_to_left("en")
    (True, True, False)
    """
    first, *others = language.lower().split("-")
    scripts = [part for part in others if len(part) == 4 and part.isalpha()]
    if scripts:
        return scripts[0] in _RIGHT_TO_LEFT_SCRIPTS
    return first in _RIGHT_TO_LEFT_LANGUAGES


def may_be_vertical(language: str) -> bool:
    """Whether a language may be set in columns that run from right to left."""
    return language.lower().split("-")[0] in _VERTICAL_LANGUAGES


def language_attributes(language: str | None, around: str | None) -> str:
    """``lang``, ``xml:lang`` and ``dir`` as far as they differ from what stands around.

    >>> language_attributes("he", "en")
    ' lang="he" xml:lang="he" dir="rtl"'
    >>> language_attributes("en", "en")
    ''
    >>> language_attributes("x-elvish", "en")  # readers know no language whose tag is all private
    ' lang="und-x-elvish" xml:lang="und-x-elvish"'
    """
    if not language or language == around:
        return ""
    if language[:2].lower() == "x-":
        language = f"und-{language}"
    is_rtl = is_right_to_left(language)
    differs = is_rtl != (around is not None and is_right_to_left(around))
    tag = escape(language)
    direction = (' dir="rtl"' if is_rtl else ' dir="ltr"') if differs else ""
    return f' lang="{tag}" xml:lang="{tag}"{direction}'
