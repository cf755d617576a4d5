"""How names and titles are filed: in an index, and in the parts of a book."""

from __future__ import annotations

import unicodedata

from ..identity import natural_key

__all__ = ["filing_key", "first_letter"]


def filing_key(text: str) -> tuple[str, str]:
    """Letters before signs, accents last: what stands first is what is filed by.

    >>> sorted(["Öl", "(O)", "Zen", "Of"], key=filing_key)
    ['(O)', 'Of', 'Öl', 'Zen']
    """
    base = "".join(
        c for c in unicodedata.normalize("NFD", text.casefold()) if c.isalnum() or c == " "
    )
    return natural_key(base), text


def first_letter(filed: str) -> str:
    """The letter that something is filed under; a script without capitals has none.

    >>> first_letter("«Élan»"), first_letter("1984"), first_letter("春曉")
    ('E', '0–9', '')
    """
    for character in unicodedata.normalize("NFD", filed):
        if character.isalnum():
            is_letter = unicodedata.category(character) in ("Lu", "Ll", "Lt")
            return "0–9" if character.isdigit() else character.upper() if is_letter else ""
    return ""
