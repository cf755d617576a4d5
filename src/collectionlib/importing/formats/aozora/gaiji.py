"""Characters that Shift JIS has not: by their place in JIS X 0213, by Unicode, by accents."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["accented", "character"]

_UNICODE = re.compile(r"U\+([0-9A-Fa-f]{4,6})")
_PLACE = re.compile(
    r"(?:第[1-4１-４]水準)?\s*([12１２])[-－]([0-9０-９]{1,2})[-－]([0-9０-９]{1,2})"
)
_NAMED = {
    "始め二重山括弧": "《", "終わり二重山括弧": "》", "始め角括弧": "［", "終わり角括弧": "］",
    "始めきっこう（亀甲）括弧": "〔", "終わりきっこう（亀甲）括弧": "〕", "縦線": "｜",
    "井げた": "＃", "米印": "※",
}  # fmt: skip
_ACCENTS = {"'": "\u0301", "`": "\u0300", "^": "\u0302", ":": "\u0308", "~": "\u0303",
            ",": "\u0327", "&": "\u030a", "_": "\u0304"}  # fmt: skip
_LIGATURES = {"ae&": "æ", "AE&": "Æ", "oe&": "œ", "OE&": "Œ", "s&": "ß", "o/": "ø", "O/": "Ø",
              "!@": "¡", "?@": "¿"}  # fmt: skip
_LIGATURE = re.compile("|".join(map(re.escape, _LIGATURES)))
_ACCENTED = re.compile(r"([A-Za-z])(['`^:~,&_])")


def character(note: str) -> str | None:
    """The character that a note stands for, `None` where it does not say which.

    Args:
        note: what stands between ``※［＃`` and ``］``.

    >>> (
    ...     character("「口＋敢」、第3水準1-15-19"),
    ...     character("「箟のつくり」、U+7B9F"),
    ...     character("？"),
    ... )
    ('噉', '箟', None)
    """
    for name, sign in _NAMED.items():
        if note.startswith(name):
            return sign
    if found := _UNICODE.search(note):
        number = int(found[1], 16)
        is_character = number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF
        return chr(number) if is_character and chr(number).isprintable() else None
    places = _PLACE.findall(note)
    if not places:
        return None
    plane, row, cell = (int(unicodedata.normalize("NFKC", number)) for number in places[-1])
    if not (1 <= row <= 94 and 1 <= cell <= 94):
        return None
    # EUC-JIS-2004: the second plane is announced by a byte.
    data = bytes([0x8F] * (plane - 1) + [0xA0 + row, 0xA0 + cell])
    try:
        return data.decode("euc_jis_2004")
    except UnicodeDecodeError:
        return None


def accented(text: str) -> str | None:
    """Latin letters with their accents, of what stands between ``〔`` and ``〕``.

    >>> accented("cafe'"), accented("une e'tude"), accented("一字不明") is None
    ('café', 'une étude', True)
    """
    if not text.isascii():
        return None
    joined = _LIGATURE.sub(lambda found: _LIGATURES[found[0]], text)
    joined = _ACCENTED.sub(
        lambda found: _composed(found[1], _ACCENTS[found[2]]) or found[0], joined
    )
    return joined if joined != text else None


def _composed(letter: str, mark: str) -> str | None:
    whole = unicodedata.normalize("NFC", letter + mark)
    return whole if len(whole) == 1 else None
