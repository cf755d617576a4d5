"""Ids, category paths and natural order: what names an entry and where it stands.

Everything here is a pure function of its arguments, the same on every machine and in every
version of Python, because ids and order are promises.
"""

from __future__ import annotations

import re
import unicodedata
from base64 import b32encode
from collections.abc import Sequence
from functools import lru_cache
from typing import NewType, TypeAlias

from .errors import InvalidValueError

__all__ = [
    "CategoryPath",
    "EntryId",
    "entry_id",
    "format_category_path",
    "is_entry_id",
    "natural_key",
    "natural_keys",
    "parse_category_path",
]

EntryId = NewType("EntryId", str)
"""16 characters of Crockford base32 in lower case: 80 bits."""

CategoryPath: TypeAlias = tuple[str, ...]
"""Names of categories, root first; ``()`` is the root itself."""

_RFC4648_TO_CROCKFORD = str.maketrans(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789abcdefghjkmnpqrstvwxyz"
)
_ENTRY_ID = re.compile(r"[0-9a-hjkmnp-tv-z]{16}")


def entry_id(*parts: str) -> EntryId:
    """Derive an id from what identifies an entry.

    Args:
        *parts: for a file of one entry its source path; for one entry of a file of many the
            path, the normalised text and the occurrence; for a hand-made entry its content
            and its creation time. The borders between the parts count.

    >>> entry_id("archive/sub/one.txt")
    '0chgm9qjpmfdsafq'
    >>> entry_id("ab", "c") == entry_id("a", "bc")
    False
    """
    # Reading makes no ids, and is to begin soon.
    from hashlib import blake2b

    digest = blake2b(digest_size=10)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return EntryId(b32encode(digest.digest()).decode("ascii").translate(_RFC4648_TO_CROCKFORD))


def is_entry_id(text: str) -> bool:
    """Whether a text has the form of an id.

    >>> is_entry_id("0chgm9qjpmfdsafq"), is_entry_id("ilou")
    (True, False)
    """
    return _ENTRY_ID.fullmatch(text) is not None


def format_category_path(path: CategoryPath) -> str:
    r"""Write a category path with ``/`` between the names.

    >>> format_category_path(("Blessings", "Birth/Name days"))
    'Blessings/Birth\\/Name days'
    """
    return "/".join(name.replace("\\", "\\\\").replace("/", "\\/") for name in path)


def parse_category_path(text: str) -> CategoryPath:
    r"""Read what `format_category_path` writes; the empty text is the root.

    Raises:
        InvalidValueError: a name is empty, or a backslash escapes nothing.

    >>> parse_category_path("Blessings/Birth\\/Name days")
    ('Blessings', 'Birth/Name days')
    """
    if not text:
        return ()
    names = [""]
    characters = iter(text)
    for character in characters:
        if character == "/":
            names.append("")
            continue
        if character == "\\":
            character = next(characters, "")
            if character not in ("/", "\\"):
                raise InvalidValueError("category", text, "has a backslash that escapes nothing")
        names[-1] += character
    if not all(name.strip() for name in names):
        raise InvalidValueError("category", text, "has an empty name")
    return tuple(names)


# --- natural order ------------------------------------------------------------------------------

_CJK_DIGITS = {c: n for n, cs in enumerate(("零〇", "一壹", "二贰弐两兩", "三叁参", "四肆",
                                             "五伍", "六陆", "七柒", "八捌", "九玖"))
               for c in cs}  # fmt: skip
_CJK_UNITS = {"十": 10, "拾": 10, "廿": 20, "卅": 30, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_CJK_MYRIADS = {"万": 10**4, "萬": 10**4, "億": 10**8, "亿": 10**8}
_CJK_NUMERAL = "[" + "".join([*_CJK_DIGITS, *_CJK_UNITS, *_CJK_MYRIADS]) + "]"
# A Chinese or Japanese numeral counts only where it numbers something: 第十 and 十章 do,
# 一 in 一生 does not.
_NUMBER = re.compile(
    rf"(\d+|(?<=[第卷其之]){_CJK_NUMERAL}+|{_CJK_NUMERAL}+(?=[章回卷篇节節集部首话話幕场場、]))"
)
_ASCII_NUMBER = re.compile(r"([0-9]+)")
_PART_BORDER = "\x01"
_LONGEST_RUN = 9_999


def natural_key(text: str) -> str:
    """A string whose plain comparison is the natural order of texts.

    Runs of digits compare as numbers, in any script; case counts last. The key is a string,
    so that a storage can keep it in a column and compare it bytewise; ``/`` sorts before
    every other character, so that a folder's files stand together.

    >>> sorted(["10.txt", "2.txt", "第十章", "第二章", "b", "A"], key=natural_key)
    ['2.txt', '10.txt', 'A', 'b', '第二章', '第十章']
    """
    return f"{_ordered(text)}\x00{text}"


def natural_keys(texts: Sequence[str]) -> list[str]:
    """The `natural_key` of many texts, in half the time that they take one by one.

    >>> natural_keys(["10.txt", "2.txt"]) == [natural_key("10.txt"), natural_key("2.txt")]
    True
    """
    together = "\n".join(texts)
    if together.count("\n") != len(texts) - 1:
        return list(map(natural_key, texts))
    ordered = _ordered(together).split("\n")
    return [f"{key}\x00{text}" for key, text in zip(ordered, texts, strict=True)]


def _ordered(text: str) -> str:
    """A text with its case folded and its numbers as what sorts like them."""
    if text.isascii():
        # Nearly all paths are: the same with a simpler expression, in a quarter of the time.
        parts = _ASCII_NUMBER.split(text)
        parts[1::2] = [
            _LENGTHS[len(digits)] + digits
            if digits[0] != "0" and len(digits) < len(_LENGTHS)
            else _number_key(digits)
            for digits in parts[1::2]
        ]
    else:
        parts = _NUMBER.split(text)
        parts[1::2] = map(_number_key, parts[1::2])
    return "".join(parts).casefold().replace("/", _PART_BORDER)


@lru_cache(maxsize=4096)
def _number_key(numeral: str) -> str:
    if numeral.isascii():
        digits = numeral
    elif numeral[0].isdecimal():
        digits = "".join(str(unicodedata.decimal(digit)) for digit in numeral)
    else:
        digits = str(cjk_number(numeral))
    # The length comes first, so that 10 sorts after 2. No run is expected to be longer than
    # the cap; one that is still has a defined place.
    digits = digits.lstrip("0")
    return _length_key(len(digits)) + digits


def _length_key(length: int) -> str:
    return f"0{min(length, _LONGEST_RUN):04d}"


_LENGTHS = [_length_key(length) for length in range(20)]


def cjk_number(numeral: str) -> int:
    """The value of a Chinese or Japanese numeral, positional or with units.

    >>> cjk_number("十"), cjk_number("二十三"), cjk_number("一〇五"), cjk_number("三百零二")
    (10, 23, 105, 302)
    """
    if all(character in _CJK_DIGITS for character in numeral):
        return int("".join(str(_CJK_DIGITS[character]) for character in numeral))
    total = section = digit = 0
    for character in numeral:
        if character in _CJK_DIGITS:
            digit = _CJK_DIGITS[character]
        elif character in _CJK_UNITS:
            unit = _CJK_UNITS[character]
            section += (digit or 1) * unit
            digit = 0
        else:
            total += (section + digit or 1) * _CJK_MYRIADS[character]
            section = digit = 0
    return total + section + digit
