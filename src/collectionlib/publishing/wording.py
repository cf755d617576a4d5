"""The words that a book says by itself, "Contents" or "Translated by", in its own language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from ..model import Contributor

__all__ = ["Wording", "credit", "credits_of", "wording"]

Wording = Mapping[str, str]
"""Words by what they are for; the keys are those of ``wording.toml``."""

_DEFAULT = "en"
_TRADITIONAL = ("hant", "tw", "hk", "mo")
_CREDITS = {"edt": "edited", "com": "compiled", "trl": "translated", "ill": "illustrated"}


@cache
def _by_language() -> Mapping[str, Wording]:
    text = files("collectionlib.publishing").joinpath("wording.toml").read_text("utf-8")
    return tomllib.loads(text)


def wording(language: str | None) -> Wording:
    """The words in a language, in English where we have none.

    Args:
        language: BCP 47 tag.

    >>> wording("de-AT")["contents"], wording("zh-TW")["contents"], wording("tlh")["contents"]
    ('Inhalt', '目錄', 'Contents')
    """
    known = _by_language()
    first, *others = (language or _DEFAULT).lower().split("-")
    if first == "zh" and any(part in _TRADITIONAL for part in others):
        return known["zh-Hant"]
    return known.get(first, known[_DEFAULT])


def credit(contributor: Contributor, words: Wording) -> str:
    """What a contributor did, in words: an author's name alone.

    >>> credit(Contributor(name="Lu Xun", role="trl"), wording("ja"))
    'Lu Xun 訳'
    """
    name = contributor.name
    if contributor.alternate_name:
        name = f"{name} ({contributor.alternate_name})"
    kind = _CREDITS.get(contributor.role)
    return words[kind].format(names=name) if kind else name


def credits_of(contributors: Sequence[Contributor], words: Wording) -> str:
    """What several contributors did, on one line."""
    return ", ".join(credit(contributor, words) for contributor in contributors)
