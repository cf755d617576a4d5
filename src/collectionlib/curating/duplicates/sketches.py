"""Sketches of texts: a few numbers that are alike as far as the texts are.

Two sketches have the same number at about as many places as the texts have shingles in common
(Jaccard similarity). rensa makes them where it is installed; where it is not, they are made here,
after Dahlgaard, Knudsen and Thorup, "Fast Similarity Sketching" (FOCS 2017): each round throws the
shingles into bins, of which each keeps the least, until none is empty. That takes as long for 128
numbers as hashing the shingles some times, in place of 128 times.

A sketch depends on the text and the maker alone. Making them is a function of a batch of texts,
so that it can be done in other processes, or on other machines.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from hashlib import blake2b
from importlib.util import find_spec
from operator import eq
from zlib import crc32

from .texts import shingles

__all__ = ["NUMBERS", "has_rensa", "likeness", "sketches", "sketches_in_python"]

NUMBERS = 128
_SEED = 20_170_404
_BITS = 64
_MASK = (1 << _BITS) - 1
_TO_BIN = _BITS - 7
_LOW = 0xFFFFFFFF


def has_rensa() -> bool:
    """Whether sketches are made by rensa."""
    return find_spec("rensa") is not None


def sketches(texts: Sequence[str]) -> list[bytes]:
    """A sketch of each normalised text: `NUMBERS` unsigned integers of four bytes.

    >>> one, same, other = sketches(["be well and happy", "be well and happy", "a poor text"])
    >>> one == same, one == other
    (True, False)
    """
    maker: Callable[[Sequence[str]], list[bytes]] = sketches_in_python
    if has_rensa():
        maker = _sketches_by_rensa
    return maker(texts)


def likeness(one: bytes, other: bytes) -> float:
    """How similar two texts seem to be by their sketches, from 0 to 1."""
    agreeing: int = sum(map(eq, memoryview(one).cast("I"), memoryview(other).cast("I")))
    return agreeing / NUMBERS


def _sketches_by_rensa(texts: Sequence[str]) -> list[bytes]:
    # It is compiled, and says nothing of its types.
    from rensa import RMinHash  # pyright: ignore[reportAttributeAccessIssue]

    made = RMinHash.digest_matrix_from_token_sets(
        [list(shingles(text)) for text in texts], NUMBERS, _SEED
    )
    return [_packed(row) for row in made.to_rows()]


def sketches_in_python(texts: Sequence[str]) -> list[bytes]:
    """The same, if with other numbers, without rensa."""
    return [_sketch([crc32(each.encode()) for each in shingles(text)]) for text in texts]


def _sketch(hashes: Sequence[int]) -> bytes:
    bins: list[int | None] = [None] * NUMBERS
    empty = NUMBERS
    for odd, plus in _rounds()[:NUMBERS]:
        for value in _least(hashes, odd, plus).values():
            if bins[value >> _TO_BIN] is None:
                bins[value >> _TO_BIN] = value & _LOW
                empty -= 1
        if not empty:
            break
    # So few shingles that bins were left: each of these takes the least of all.
    for place, (odd, plus) in enumerate(_rounds()[NUMBERS:]):
        if bins[place] is None:
            bins[place] = min((value * odd + plus) & _MASK for value in hashes) & _LOW
    return _packed(number or 0 for number in bins)


def _least(hashes: Sequence[int], odd: int, plus: int) -> dict[int, int]:
    """The least of the values that a round throws into each bin."""
    least: dict[int, int] = {}
    for each in hashes:
        value = (each * odd + plus) & _MASK
        place = value >> _TO_BIN
        if value < least.get(place, _MASK):
            least[place] = value
    return least


@cache
def _rounds() -> list[tuple[int, int]]:
    """A multiplier, which is odd, and a summand for each round."""
    digests = [
        blake2b(f"{_SEED} {n}".encode(), digest_size=16).digest() for n in range(2 * NUMBERS)
    ]
    return [
        (int.from_bytes(each[:8], "big") | 1, int.from_bytes(each[8:], "big")) for each in digests
    ]


def _packed(numbers: Iterable[int]) -> bytes:
    packed = array("I", numbers)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()
