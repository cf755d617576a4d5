"""Which texts are worth comparing: those whose sketches agree in a whole band.

A sketch is cut into bands. Two that are as similar as is asked for agree in at least one band,
all but one pair in two hundred; two that are not nearly never do (locality-sensitive hashing).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from .sketches import NUMBERS

__all__ = ["candidates", "rows_of_a_band"]

_MISSED = 0.005
_SIZE = 4
_NEIGHBOURS = 32
"""Texts that share much, such as the frame of a site, fall into one band by the thousand. They
are sorted by what follows, and each is compared with so many before it: the more similar ones
stand next to each other, in one band or the other."""


def rows_of_a_band(threshold: float) -> int:
    """How many numbers a band may have, so that similar texts still agree in one.

    >>> rows_of_a_band(0.8), rows_of_a_band(0.5)
    (6, 3)
    """
    fitting = [
        rows
        for rows in range(1, NUMBERS + 1)
        if (1 - threshold**rows) ** (NUMBERS // rows) <= _MISSED
    ]
    return max(fitting, default=1)


def candidates(sketches: Sequence[bytes], threshold: float) -> Iterator[tuple[int, int]]:
    """Pairs of places in a list of sketches whose texts may be so similar; some of them twice.

    One band is looked at after the other, so that memory holds the sketches and one band.
    """
    width = rows_of_a_band(threshold) * _SIZE
    for start in range(0, NUMBERS * _SIZE - width + 1, width):
        alike: dict[bytes, list[int]] = defaultdict(list)
        for place, sketch in enumerate(sketches):
            alike[sketch[start : start + width]].append(place)
        for places in alike.values():
            if len(places) > 1:
                yield from _neighbours(sketches, places, start + width)


def _neighbours(
    sketches: Sequence[bytes], places: list[int], start: int
) -> Iterator[tuple[int, int]]:
    if len(places) > _NEIGHBOURS:
        places.sort(key=lambda place: sketches[place][start:] + sketches[place][:start])
    for number, place in enumerate(places):
        for before in places[max(0, number - _NEIGHBOURS) : number]:
            yield (before, place) if before < place else (place, before)
