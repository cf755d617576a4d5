"""The script of a text, and the language where the script says it.

Han characters are told apart by the standards of the 1980s: what GB 2312 (for simplified texts)
holds and Big5 (for traditional ones) lacks is simplified, and the other way about; what only
JIS X 0208 holds is Japanese.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from functools import cache

from .detected import Detected

__all__ = ["by_script", "main_script"]

_RANGES: Mapping[str, str] = {
    "Latin": "A-Za-zªºÀ-ÖØ-öø-ʯḀ-ỿ",
    "Greek": "\u0370-\u03e1\u03f0-\u03ff\u1f00-\u1fff",
    "Cyrillic": "\u0400-\u052f",
    "Armenian": "\u0531-\u0587",
    "Hebrew": "\u05d0-\u05f2\ufb1d-\ufb4f",
    "Arabic": "\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc",
    "Thaana": "\u0780-\u07b1",
    "Devanagari": "\u0904-\u0939\u093e-\u094c\u0958-\u0961\u0972-\u097f",
    "Bengali": "\u0985-\u09cc\u09dc-\u09e1\u09f0\u09f1",
    "Gurmukhi": "\u0a05-\u0a5e",
    "Gujarati": "\u0a85-\u0ae1",
    "Odia": "\u0b05-\u0b61",
    "Tamil": "\u0b85-\u0bd7",
    "Telugu": "\u0c05-\u0c61",
    "Kannada": "\u0c85-\u0ce1",
    "Malayalam": "\u0d05-\u0d61",
    "Sinhala": "\u0d85-\u0ddf",
    "Thai": "\u0e01-\u0e4e",
    "Lao": "\u0e81-\u0eae\u0eb0-\u0ecd",
    "Georgian": "\u10a0-\u10ff\u1c90-\u1cbf",
    "Hangul": "\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3",
    "Ethiopic": "\u1200-\u135a",
    "Cherokee": "\u13a0-\u13f5",
    "Khmer": "\u1780-\u17d3",
    "Kana": "\u3041-\u3096\u309d\u309e\u30a1-\u30fa\u30fc-\u30fe",
    "Han": "\u3005\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff",
}
_LETTERS = {script: re.compile(f"[{ranges}]+") for script, ranges in _RANGES.items()}


class _Scripts(dict[str, str]):
    """The script of each character that was met; empty where it is no letter."""

    def __missing__(self, character: str) -> str:
        scripts = (name for name, letters in _LETTERS.items() if letters.match(character))
        self[character] = found = next(scripts, "")
        return found


_SCRIPT_OF = _Scripts()

_ALONE: Mapping[str, tuple[str, str]] = {
    "Armenian": ("hy", "Armenian"),
    "Thaana": ("dv", "Dhivehi"),
    "Gurmukhi": ("pa", "Punjabi"),
    "Gujarati": ("gu", "Gujarati"),
    "Odia": ("or", "Odia"),
    "Tamil": ("ta", "Tamil"),
    "Telugu": ("te", "Telugu"),
    "Kannada": ("kn", "Kannada"),
    "Malayalam": ("ml", "Malayalam"),
    "Sinhala": ("si", "Sinhala"),
    "Thai": ("th", "Thai"),
    "Lao": ("lo", "Lao"),
    "Georgian": ("ka", "Georgian"),
    "Hangul": ("ko", "Korean"),
    "Cherokee": ("chr", "Cherokee"),
    "Khmer": ("km", "Khmer"),
}
_LEAST_LETTERS = 20
_LEAST_SYLLABLES = 10
"""Of Hangul, kana and Han, of which each is a syllable or a word."""
_MOSTLY = 0.8

_POLYTONIC = re.compile("[\u1f00-\u1fff]")
_ASSAMESE = re.compile("[\u09f0\u09f1]")
_CANTONESE = re.compile("[嘅咗喺冇嚟哋啲嗰]")
_LEAST_KANA = 0.1
_STRAY_KANA = 0.01
_LEAST_TELLING = 2
_ONE_SIDED = 0.9


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_HEBREW_MARKS = re.compile("[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7]")
_HEBREW_WORD = re.compile("[\u05d0-\u05f2]+")
_YIDDISH_LETTER = re.compile("[\u05f0-\u05f2]|וו|יי")
_HEBREW_WORDS = _set(
    "את של אשר הוא היא אני כי אל על לא כל כן גם אם או זה זאת מה מי עם אין יש היה אבל רק ואת ולא "
    "ועל וכל אתה הם אלה"
)
_YIDDISH_WORDS = _set(
    "און איז דער דאס דעם האט ניט נישט פון פאר ווי מיט אויף איך האב האבן זיך אן צו ביי מען "
    "זיי זענען אבער ווען וואס"
)
_HEBREW_ENDINGS = ("ים", "ות")


def main_script(text: str) -> str | None:
    """The script that most letters of a text are in; ``Han`` and ``Kana`` count as one.

    >>> main_script("Доброе утро (ok)"), main_script("吾輩は猫である"), main_script("12 + 4")
    ('Cyrillic', 'Kana', None)
    """
    return _main(_counts(text))


def _main(counts: Mapping[str, int]) -> str | None:
    total = sum(counts.values())
    if counts.get("Kana"):
        together = counts["Kana"] + counts.get("Han", 0)
        counts = {**counts, "Kana": together, "Han": 0}
    script = max(counts, key=counts.__getitem__, default=None)
    return script if script and counts[script] >= _share_that_counts(script) * total else None


def by_script(text: str) -> Detected | None:
    """The language of a text whose script says it; `None` where it does not.

    >>> by_script("안녕하세요, 만나서 반갑습니다").tag
    'ko'
    >>> by_script("你们说这是为了什么？我们还没有来过。").tag
    'zh-Hans'
    >>> by_script("Good morning to you all") is None
    True
    """
    counts = _counts(text)
    script = _main(counts)
    if script in ("Han", "Kana"):
        return _chinese_or_japanese(text, counts)
    if script is None:
        return None
    letters = counts[script]
    if letters < (_LEAST_SYLLABLES if script == "Hangul" else _LEAST_LETTERS):
        return None
    if script == "Hebrew":
        return _hebrew_or_yiddish(text)
    if script == "Greek" and not _POLYTONIC.search(text):
        return Detected("el", 1.0, f"{letters} letters are Greek, with modern accents or none")
    if script == "Bengali":
        tag, name = ("as", "Assamese") if _ASSAMESE.search(text) else ("bn", "Bengali")
        return Detected(tag, 1.0, f"{letters} letters are Bengali, as {name} has them")
    if script not in _ALONE:
        return None
    tag, name = _ALONE[script]
    return Detected(tag, 1.0, f"{letters} letters are {script}, the script of {name}")


def _counts(text: str) -> dict[str, int]:
    """How many letters there are of each script."""
    if text.isascii():
        letters = sum(map(len, _LETTERS["Latin"].findall(text)))
        return {"Latin": letters} if letters else {}
    found: Counter[str] = Counter()
    for character, count in Counter(text).items():
        found[_SCRIPT_OF[character]] += count
    return {name: found[name] for name in _RANGES if name in found}


def _share_that_counts(script: str) -> float:
    # A character of these says as much as two or three letters.
    return _MOSTLY / 2 if script in ("Han", "Kana", "Hangul") else _MOSTLY


def _chinese_or_japanese(text: str, counts: Mapping[str, int]) -> Detected | None:
    kana, han = counts.get("Kana", 0), counts.get("Han", 0)
    if kana + han < _LEAST_SYLLABLES:
        return None
    if kana >= _LEAST_KANA * (kana + han):
        return Detected("ja", 1.0, f"{kana} of its {kana + han} characters are kana")
    if kana > _STRAY_KANA * han or _CANTONESE.search(text):
        return None
    return _chinese("".join(_LETTERS["Han"].findall(text)))


def _chinese(characters: str) -> Detected | None:
    known = Counter(map(_known_to_one().get, characters))
    simplified, traditional, japanese = (
        known[name] for name in ("simplified", "traditional", "japanese")
    )
    if japanese > (simplified + traditional) / 10:
        return None
    telling = simplified + traditional
    if telling >= _LEAST_TELLING:
        for name, count, tag in (
            ("simplified", simplified, "zh-Hans"),
            ("traditional", traditional, "zh-Hant"),
        ):
            if count >= _ONE_SIDED * telling:
                return Detected(
                    tag,
                    count / telling,
                    f"{count} of {telling} characters that tell are {name} Chinese",
                )
    reason = (
        f"{simplified} characters are simplified and {traditional} traditional Chinese"
        if telling
        else f"none of its {len(characters)} Chinese characters tells simplified from traditional"
    )
    return Detected("zh", 1.0, reason)


@cache
def _known_to_one() -> Mapping[str, str]:
    """The Han characters of which the old standards tell where they are written."""
    found = {}
    for code in range(0x4E00, 0xA000):
        character = chr(code)
        simplified, traditional = _encodes(character, "gb2312"), _encodes(character, "big5")
        if simplified != traditional:
            found[character] = "simplified" if simplified else "traditional"
        elif not simplified and _encodes(character, "euc_jp"):
            found[character] = "japanese"
    return found


def _encodes(character: str, encoding: str) -> bool:
    try:
        return len(character.encode(encoding)) == 2
    except UnicodeEncodeError:
        return False


def _hebrew_or_yiddish(text: str) -> Detected | None:
    # The pointed letters of Yiddish are letters and points; with the points gone both are alike.
    plain = _HEBREW_MARKS.sub("", unicodedata.normalize("NFKD", text).replace("\u05be", " "))
    words = _HEBREW_WORD.findall(plain)
    hebrew = sum(
        word in _HEBREW_WORDS or (len(word) > 3 and word.endswith(_HEBREW_ENDINGS))
        for word in words
    )
    yiddish = sum(word in _YIDDISH_WORDS for word in words)
    digraphs = sum(bool(_YIDDISH_LETTER.search(word)) for word in words)
    if hebrew and hebrew > 2 * yiddish and digraphs < len(words) / 5:
        evidence = f"the script is Hebrew, and {hebrew} words or their endings are Hebrew"
        return Detected("he", hebrew / (hebrew + yiddish), evidence)
    if yiddish >= _LEAST_TELLING and digraphs and yiddish > 2 * hebrew:
        evidence = f"the script is Hebrew, and {yiddish} of its small words are Yiddish"
        return Detected("yi", yiddish / (hebrew + yiddish), evidence)
    return None
