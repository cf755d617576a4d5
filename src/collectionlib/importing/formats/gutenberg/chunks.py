"""A book as runs of lines between blank lines, each with its place in the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from attrs import define

__all__ = ["Chunk", "chunks_of"]

_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")


@define(slots=False, eq=False)
class Chunk:
    """Lines without a blank one between them.

    Args:
        lines: without their ends.
        start: first character in the file.
        end: behind the last character of the last line.
        gap: number of blank lines above.
    """

    lines: tuple[str, ...]
    start: int
    end: int
    gap: int

    @cached_property
    def words(self) -> str:
        """All of it on one line."""
        return " ".join(" ".join(self.lines).split())

    @property
    def is_prose(self) -> bool:
        """Whether it looks like a paragraph of running text."""
        return (
            len(self.lines) > 2
            and sum(map(len, self.lines[:-1])) > 45 * (len(self.lines) - 1)
            and any(character.islower() for character in self.words)
        )


def chunks_of(text: str, start: int, end: int) -> Iterator[Chunk]:
    r"""The chunks of a part of a text.

    >>> [(c.lines, c.start, c.gap) for c in chunks_of("One\r\ntwo\r\n\r\nthree", 0, 17)]
    [(('One', 'two'), 0, 0), (('three',), 12, 1)]
    """
    lines: list[str] = []
    first = last = gap = blank = 0
    at = start
    while at < end:
        found = _LINE.match(text, at, end)
        assert found
        if found[1].strip():
            if not lines:
                first, gap = at, blank
            lines.append(found[1])
            last, blank = found.end(1), 0
        else:
            if lines:
                yield Chunk(tuple(lines), first, last, gap)
                lines = []
            blank += 1
        at = found.end()
    if lines:
        yield Chunk(tuple(lines), first, last, gap)
