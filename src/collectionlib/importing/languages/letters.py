"""The letters that languages are written with, beside those that all have.

A detector takes a language that it does not know for one that it knows: Sorbian for Polish, a
text in the wrong encoding for Belarusian. The letters show it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

__all__ = ["LANGUAGES", "fits"]

_LATIN: Mapping[str, str] = {
    "af": "áéèêëíîïóôöúûü",
    "ca": "àçéèíïóòúü·",
    "cs": "áčďéěíňóřšťúůýž",
    "cy": "âêîôûŵŷáéíóúàèìòùäëïöü",
    "da": "æøåéäö",
    "de": "äöüßéàè",
    "en": "éèêëçïöüñæœô",
    "eo": "ĉĝĥĵŝŭ",
    "es": "áéíñóúü",
    "et": "äõöüšž",
    "eu": "ñçü",
    "fi": "äöåšžé",
    "fr": "àâæçéèêëîïôœùûüÿ",
    "ga": "áéíóúḃċḋḟġṁṗṡṫ",
    "gl": "áéíïñóúü",
    "hr": "čćđšž",
    "hu": "áéíóöőúüű",
    "id": "é",
    "is": "áðéíóúýþæö",
    "it": "àéèìíîòóùú",
    "la": "āēīōūăĕĭŏŭæœáéíóúàèìòùëïâêîôû",
    "lt": "ąčęėįšųūž",
    "lv": "āčēģīķļņōŗšūž",
    "nl": "áéëèêíïóöúüĳà",
    "no": "æøåéèêóòôäö",
    "pl": "ąćęłńóśźż",
    "pt": "áâãàçéêíóôõúüò",
    "ro": "ăâîșşțţ",
    "sk": "áäčďéíĺľňóôŕšťúýž",
    "sl": "čšžćđ",
    "sq": "çë",
    "sr": "čćđšž",
    "sv": "åäöéà",
    "sw": "",
    "tr": "çğıöşüâîûi̇",
    "vi": "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵ",
}
_CYRILLIC: Mapping[str, str] = {
    "be": "абвгдеёжзійклмнопрстуўфхцчшыьэюя",
    "bg": "абвгдежзийклмнопрстуфхцчшщъьюяѝ",
    "mk": "абвгдѓежзѕијклљмнњопрстќуфхцчџш",
    "mn": "абвгдеёжзийклмноөпрстуүфхцчшщъыьэюя",
    "kk": "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя",
    "ky": "абвгдеёжзийклмнңоөпрстуүфхцчшщъыьэюя",
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюяѣіѳѵ",
    "sr": "абвгдђежзијклљмнњопрстћуфхцчџш",
    "tg": "абвгғдеёжзиӣйкқлмнопрстуӯфхҳцчҷшщъыьэюя",
    "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
}
LANGUAGES: Mapping[str, frozenset[str]] = {
    "Latin": frozenset(_LATIN),
    "Cyrillic": frozenset(_CYRILLIC),
    "Arabic": frozenset({"ar", "fa", "ps", "ug", "ur"}),
    "Devanagari": frozenset({"hi", "mr", "ne"}),
}
"""The languages that are told, by script; the detector knows others, which are only rivals."""

_NEEDED: Mapping[str, str] = {
    "eo": "ĉĝĥĵŝŭ",  # without any of them it may as well be Ido
    "vi": "ăâđêôơư",
}
_WORD = re.compile(r"[^\W\d_]+")
_FOREIGN = 1 / 50
"""At most one letter in so many comes from another language: names, quotations."""


def fits(text: str, script: str, language: str) -> bool:
    """Whether the letters of a text are those of a language.

    >>> fits("Zażółć gęślą jaźń", "Latin", "pl"), fits("Wšykne luźe su lichotne", "Latin", "pl")
    (True, False)
    """
    letters = "".join(_WORD.findall(unicodedata.normalize("NFC", text).lower()))
    needed = _NEEDED.get(language)
    if needed and not any(letter in letters for letter in needed):
        return False
    if script == "Latin":
        own = _LATIN[language]
    elif script == "Cyrillic":
        own = _CYRILLIC[language]
    else:
        return True
    known = "".join(map(chr, range(0x61, 0x7B))) + own
    return len(letters.translate(dict.fromkeys(map(ord, known)))) <= _FOREIGN * len(letters)
