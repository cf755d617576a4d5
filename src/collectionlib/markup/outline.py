"""How deep the headings of a text stand below each other."""

from __future__ import annotations

from attrs import define, field

from .blocks import Heading

__all__ = ["Outline"]


@define
class Outline:
    """Takes the headings of a text in order, and tells how deep each stands.

    >>> outline = Outline()
    >>> [outline.depth(Heading(level, ())) for level in (3, 3, 1, 4, 6, 4)]
    [1, 1, 1, 2, 3, 2]
    """

    _above: list[int] = field(factory=list)

    def depth(self, heading: Heading) -> int:
        """1 for a heading below no other, one more for each that it stands below."""
        while self._above and self._above[-1] >= heading.level:
            self._above.pop()
        self._above.append(heading.level)
        return len(self._above)
