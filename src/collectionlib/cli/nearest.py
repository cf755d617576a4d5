"""What somebody may have meant: the nearest of the words that there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..identity import EntryId

__all__ = ["did_you_mean", "nearest_ids"]

_AT_MOST = 3
_SHARED = 3
"""Characters that an id has to share from its beginning, where nothing is nearer."""
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
# What Crockford's base32 leaves out is read as what it looks like.
_READ_AS = str.maketrans("oil", "011")


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """The end of a sentence that names the nearest of the words that are known, or all.

    >>> did_you_mean("tittle", ["author", "title"])
    ": did you mean 'title'?"
    >>> did_you_mean("zzz", ["author", "title"])
    ': there are author, title'
    """
    from difflib import get_close_matches

    if near := get_close_matches(word, known, n=1):
        return f": did you mean {near[0]!r}?"
    return f": there are {', '.join(known)}"


def nearest_ids(wanted: str, ids: Iterable[EntryId]) -> list[EntryId]:
    """The ids whose beginning is one slip of the finger away, else those that begin alike.

    >>> from collectionlib.identity import EntryId
    >>> ids = [EntryId("0chgm9qjpmfdsafq"), EntryId("7chgm9qjpmfdsafq")]
    >>> nearest_ids("Ochgm9qx", ids), nearest_ids("7chzzz", ids)
    (['0chgm9qjpmfdsafq'], ['7chgm9qjpmfdsafq'])
    """
    meant = wanted.lower().translate(_READ_AS)
    slips = {*_slips(meant), meant}
    lengths = sorted({len(slip) for slip in slips})

    def distance(entry_id: EntryId) -> float:
        if any(entry_id[:length] in slips for length in lengths):
            return 0
        return 1 / shared if (shared := _shared(meant, entry_id)) >= _SHARED else 2

    from heapq import nsmallest

    near = nsmallest(_AT_MOST, ((distance(each), each) for each in ids))
    return [entry_id for far, entry_id in near if far < 2 and far == near[0][0]]


def _slips(word: str) -> Iterator[str]:
    """Every word that is one letter away: changed, left out, put in, or exchanged."""
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        yield from (f"{before}{letter}{after}" for letter in _ALPHABET)
        if after:
            yield before + after[1:]
            yield from (f"{before}{letter}{after[1:]}" for letter in _ALPHABET)
        if len(after) > 1:
            yield f"{before}{after[1]}{after[0]}{after[2:]}"


def _shared(one: str, other: str) -> int:
    """How many characters two words share from their beginning."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
