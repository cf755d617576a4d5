"""Groups of places that belong together, directly or through others (union-find)."""

from __future__ import annotations

from collections import defaultdict

__all__ = ["Groups"]


class Groups:
    """Places from 0, each in a group of its own at first.

    >>> groups = Groups()
    >>> for _ in range(4):
    ...     _ = groups.add()
    >>> groups.join(3, 1), groups.are_together(1, 3), groups.of_several()
    (None, True, [[1, 3]])
    """

    def __init__(self) -> None:
        self._above: list[int] = []

    def add(self) -> int:
        """One more place."""
        self._above.append(len(self._above))
        return len(self._above) - 1

    def join(self, one: int, other: int) -> None:
        """Make one group of two; the place that came first stands for it."""
        low, high = sorted((self._top(one), self._top(other)))
        self._above[high] = low

    def are_together(self, one: int, other: int) -> bool:
        """Whether two places are in one group."""
        return self._top(one) == self._top(other)

    def of_several(self) -> list[list[int]]:
        """The groups with more than one place, in order."""
        groups: dict[int, list[int]] = defaultdict(list)
        for place in range(len(self._above)):
            groups[self._top(place)].append(place)
        return [group for group in groups.values() if len(group) > 1]

    def _top(self, place: int) -> int:
        above = self._above
        while above[place] != place:
            above[place] = above[above[place]]
            place = above[place]
        return place
