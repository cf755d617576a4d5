"""The lines of a file, and the pieces that it is divided into."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate

from attrs import frozen

from ..draft import Removal

__all__ = ["Division", "Lines", "Piece", "Separator", "pieces_between"]


@frozen
class Piece:
    """A text of a file that holds many.

    Args:
        start: index of its first character, title included.
        end: index behind its last character.
        body: index of the first character behind the title or number.
        title: what the rule knows as its title; `None` where it knows none.
        removed: words of the file that stood at its border and belong to no text.
        tags: what the border says of it.
        category: titles of the parts of the file that it stands in, outermost first.
    """

    start: int
    end: int
    body: int
    title: str | None = None
    removed: tuple[Removal, ...] = ()
    tags: tuple[str, ...] = ()
    category: tuple[str, ...] = ()


@frozen
class Division:
    """The pieces of a file in order, and a sentence that says by which rule and why."""

    pieces: tuple[Piece, ...]
    evidence: str


@frozen
class Lines:
    r"""The lines of a text with their places; every kind of line end counts.

    Args:
        text: the whole.
        raw: its lines with their ends.
        words: its lines without the blanks around them.
        starts: index of the first character of each, and the end of the text.

    >>> lines = Lines.of("One.\r\n\r\n Two.")
    >>> lines.words, lines.starts
    (['One.', '', 'Two.'], [0, 6, 8, 13])
    """

    text: str
    raw: list[str]
    words: list[str]
    starts: list[int]

    @classmethod
    def of(cls, text: str) -> Lines:
        """The lines of a text."""
        raw = text.splitlines(keepends=True)
        starts = list(accumulate(map(len, raw), initial=0))
        return cls(text, raw, [line.strip() for line in raw], starts)

    def groups(self, blank: int = 1) -> list[tuple[int, int]]:
        """First line and end of each run of lines that has no so many blank lines in it."""
        groups: list[tuple[int, int]] = []
        first = last = None
        for at, words in enumerate(self.words):
            if not words:
                continue
            if first is None:
                first = at
            elif last is not None and at - last > blank:
                groups.append((first, last + 1))
                first = at
            last = at
        if first is not None and last is not None:
            groups.append((first, last + 1))
        return groups

    def one_by_one(self) -> tuple[Piece, ...]:
        """The lines that are not blank, each a piece; none of them is a title."""
        return tuple(
            self.piece(at, at + 1, title="") for at, words in enumerate(self.words) if words
        )

    def piece(
        self,
        first: int,
        end: int,
        body: int | None = None,
        title: str | None = None,
        category: tuple[str, ...] = (),
    ) -> Piece:
        """The piece from one line to before another; its body may begin some lines later."""
        text = self.starts[first if body is None else body]
        return Piece(self.starts[first], self.starts[end], text, title, category=category)


@frozen
class Separator:
    """What stands between two pieces: where, and what it says of them.

    Args:
        start, end: of its characters; the text goes on at ``end``.
        title: of what follows.
        words: what goes with it.
    """

    start: int
    end: int
    title: str | None = None
    words: str = ""


def pieces_between(text: str, separators: Iterable[Separator]) -> Iterator[Piece]:
    """The pieces that are not blank; the words of a separator go to the one behind it.

    >>> [
    ...     text[piece.start : piece.end]
    ...     for text in ["a%b"]
    ...     for piece in pieces_between(text, [Separator(1, 2)])
    ... ]
    ['a', 'b']
    """
    start = 0
    title: str | None = None
    waiting: list[str] = []
    last: Piece | None = None
    for separator in (*separators, Separator(len(text), len(text))):
        if text[start : separator.start].strip() or title is not None:
            if last:
                yield last
            removed = tuple(Removal("split", words) for words in waiting)
            last = Piece(start, separator.start, start, title, removed)
            waiting = []
        start, title = separator.end, separator.title
        if separator.words:
            waiting.append(separator.words)
    if last:
        # What stands behind the last text belongs to none either.
        removed = tuple(Removal("split", words) for words in waiting)
        yield Piece(last.start, last.end, last.body, last.title, (*last.removed, *removed))
