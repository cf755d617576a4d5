"""Lines that belong to a site, not to a text: menus, advertisements, notes on every page.

`LineCounts` finds them by counting: what stands at the same place at the beginning or the end of
many texts is none of theirs. Nothing is removed because of it, unless somebody says so.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Iterable

from attrs import Factory, define, frozen

from ...errors import IngestError
from ...expressions import compiled
from ..draft import Draft

__all__ = ["LineCounts", "RemoveBoilerplate", "Repeated"]

_LOOKED_AT = 5
_FEWEST_TEXTS = 3
_LEAST_SHARE = 0.2
_LONGEST = 500
_SECONDS = 2.0


@frozen
class Repeated:
    """A line that many texts have at the same place.

    Args:
        line: with single blanks.
        place: 0 is the first line that is not blank, -1 the last one.
        texts: how many have it there.
        of: how many texts there are.
    """

    line: str
    place: int
    texts: int
    of: int

    def __str__(self) -> str:
        where = (
            f"{self.place + 1} from the top" if self.place >= 0 else f"{-self.place} from the end"
        )
        return f"{self.line!r}: line {where} in {self.texts} of {self.of} texts"


@define
class LineCounts:
    r"""Counts the first and the last lines of texts.

    >>> counts = LineCounts()
    >>> for number in range(4):
    ...     counts.add(f"Home | Jokes\n\nJoke {number}.\n\nMore on site.example")
    >>> for each in counts.repeated():
    ...     print(each)
    'Home | Jokes': line 1 from the top in 4 of 4 texts
    'More on site.example': line 1 from the end in 4 of 4 texts
    """

    texts: int = 0
    _counts: Counter[tuple[int, str]] = Factory(Counter)

    def add(self, body: str) -> None:
        """Count the lines of a text."""
        lines = [folded for line in body.split("\n") if (folded := _folded(line))]
        self.texts += 1
        # In a short text no line is both at the beginning and at the end.
        number = min(_LOOKED_AT, len(lines) // 2)
        for place, line in enumerate(lines[:number]):
            self._counts[place, line] += 1
        for place, line in enumerate(reversed(lines[len(lines) - number :]), start=1):
            self._counts[-place, line] += 1

    def repeated(self) -> tuple[Repeated, ...]:
        """The lines that a good part of the texts has, by their places."""
        least = max(_FEWEST_TEXTS, _LEAST_SHARE * self.texts)
        found = [
            Repeated(line, place, number, self.texts)
            for (place, line), number in self._counts.items()
            if number >= least and any(map(str.isalnum, line))
        ]
        return tuple(sorted(found, key=lambda each: (each.place < 0, abs(each.place), each.line)))


def _folded(line: str) -> str:
    return " ".join(line[:_LONGEST].split())


@frozen
class RemoveBoilerplate:
    r"""A transform that takes lines away.

    Args:
        lines: that go where they stand at the beginning or the end of a text, one after the other.
        expressions: of lines that go wherever they stand.

    >>> remove = RemoveBoilerplate(frozenset({"Home | Jokes"}), ("Visit .*",))
    >>> remove(Draft(body="Home | Jokes\n\nA joke.\nVisit us!\nHa.")).body
    'A joke.\nHa.'
    """

    lines: Collection[str] = frozenset()
    expressions: tuple[str, ...] = ()

    def __call__(self, draft: Draft) -> Draft:
        """The draft without them.

        Raises:
            IngestError: an expression takes too long.
        """
        lines = draft.body.split("\n")
        gone = {*self._at_edges(lines), *self._matching(lines)}
        if not gone or len(gone) == sum(1 for line in lines if line.strip()):
            # A text that is nothing else is one after all.
            return draft
        kept = "\n".join(line for place, line in enumerate(lines) if place not in gone)
        taken = "\n".join(lines[place] for place in sorted(gone))
        return draft.without("boilerplate", taken, body=kept.strip("\n"))

    def _at_edges(self, lines: list[str]) -> Iterable[int]:
        for order in (range(len(lines)), range(len(lines) - 1, -1, -1)):
            for place in order:
                if not lines[place].strip():
                    continue
                if _folded(lines[place]) not in self.lines:
                    break
                yield place

    def _matching(self, lines: list[str]) -> Iterable[int]:
        end = time.monotonic() + _SECONDS
        for expression in self.expressions:
            pattern = compiled(expression)
            for place, line in enumerate(lines):
                try:
                    found = pattern.fullmatch(
                        line.strip(), timeout=max(0.001, end - time.monotonic())
                    )
                except TimeoutError as error:
                    raise IngestError(
                        expression, "this expression of the profile takes too long: make it simpler"
                    ) from error
                if found:
                    yield place
