"""A line of text in the notation of Aozora Bunko: its characters, their readings and styles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from attrs import define, evolve, field, frozen

from ....markup.blocks import Emphasis, Inline, Ruby, Strong, Text
from .gaiji import accented, character

__all__ = ["Cell", "Line", "inlines", "scan"]


@frozen
class Cell:
    """A character, or a few that share a reading.

    Args:
        base: the characters.
        reading: beside them.
        styles: ``em``, ``strong``.
    """

    base: str
    reading: str | None = None
    styles: frozenset[str] = frozenset()


@define
class Line:
    """A line that is being read.

    Args:
        cells: what it holds.
        notes: those on the layout, in order, each with the number of cells before it.
    """

    cells: list[Cell] = field(factory=list)
    notes: list[tuple[int, str]] = field(factory=list)

    @property
    def text(self) -> str:
        """The characters without readings."""
        return "".join(cell.base for cell in self.cells)

    def styled(self, start: int, end: int, style: str) -> None:
        """Give the cells from one to another a style."""
        for place in range(start, end):
            cell = self.cells[place]
            self.cells[place] = evolve(cell, styles=cell.styles | {style})

    def find(self, words: str, before: int) -> tuple[int, int] | None:
        """The cells with which the last occurrence of words before a place begins and ends."""
        starts: list[int] = []
        text = ""
        for cell in self.cells[:before]:
            starts.append(len(text))
            text += cell.base
        found = text.rfind(words)
        if not words or found < 0:
            return None
        first = max(place for place, start in enumerate(starts) if start <= found)
        last = max(place for place, start in enumerate(starts) if start < found + len(words))
        return first, last + 1


_KINDS = (
    re.compile("[\u4e00-\u9fff\u3400-\u4dbf\uf900-\ufaff\U00020000-\U0003ffff々〆〇〻仝ヶ]"),
    re.compile("[ぁ-ゖゝゞ]"),
    re.compile("[ァ-ヺーヽヾ]"),
    re.compile("[Ａ-Ｚａ-ｚΑ-Ωα-ωА-Яа-я０-９]"),
    re.compile(r"[A-Za-z0-9\u00c0-\u024f'’.,-]"),
)


def scan(text: str) -> Line:
    """Read a line; a bracket that is not closed is a character like others.

    >>> line = scan("浅草《あさくさ》の｜永住町《ながすみちょう》［＃「永住町」に傍点］")
    >>> [(cell.base, cell.reading) for cell in line.cells], line.notes
    ([('浅草', 'あさくさ'), ('の', None), ('永住町', 'ながすみちょう')], [(3, '「永住町」に傍点')])
    """
    scanner = _Scanner(text)
    while scanner.place < len(text):
        if not (scanner.note() or scanner.reading() or scanner.latin()):
            scanner.line.cells.append(Cell(text[scanner.place]))
            scanner.place += 1
    return scanner.line


@define
class _Scanner:
    """Reads what is at a place of a text, if it is of its kind, and goes on behind it.

    Args:
        text: the line.
        place: where it is.
        begun: the cell with which what a reading belongs to begins, where it is marked.
    """

    text: str
    place: int = 0
    begun: int | None = None
    line: Line = field(factory=Line)

    def note(self) -> bool:
        """A note, or a character that a note tells."""
        if not self.text.startswith(("※［＃", "［＃"), self.place):
            return False
        is_gaiji = self.text[self.place] == "※"
        start = self.place + (3 if is_gaiji else 2)
        end = _closing(self.text, start)
        if end is None:
            return False
        note = self.text[start:end]
        cells, notes = self.line.cells, self.line.notes
        if not is_gaiji:
            notes.append((len(cells), _without_gaiji(note)))
        elif (found := character(note)) is not None:
            cells.append(Cell(found))
        else:
            notes.append((len(cells), f"※{note}"))
            cells.append(Cell(self.text[self.place : end + 1]))
        self.place = end + 1
        return True

    def reading(self) -> bool:
        """A reading, or the mark where what it belongs to begins."""
        if self.text[self.place] == "｜" and self.text.find("《", self.place) > 0:
            self.begun = len(self.line.cells)
            self.place += 1
            return True
        if self.text[self.place] != "《":
            return False
        end = self.text.find("》", self.place)
        cells = self.line.cells
        base = _base(cells, self.begun) if end > self.place + 1 else 0
        if not base:
            return False
        words = "".join(cell.base for cell in cells[-base:])
        cells[-base:] = [Cell(words, _without_gaiji(self.text[self.place + 1 : end]))]
        self.begun, self.place = None, end + 1
        return True

    def latin(self) -> bool:
        """Latin letters with accents."""
        if self.text[self.place] != "〔":
            return False
        end = self.text.find("〕", self.place)
        found = accented(self.text[self.place + 1 : end]) if end > 0 else None
        if found is None:
            return False
        self.line.cells.extend(map(Cell, found))
        self.place = end + 1
        return True


def _closing(text: str, start: int) -> int | None:
    """The bracket that ends a note, which may hold other notes."""
    depth = 1
    for place in range(start, len(text)):
        if text[place] == "［":
            depth += 1
        elif text[place] == "］":
            depth -= 1
            if not depth:
                return place
    return None


_GAIJI = re.compile(r"※［＃([^［］]*)］")


def _without_gaiji(note: str) -> str:
    return _GAIJI.sub(lambda found: character(found[1]) or found[0], note)


def _base(cells: Sequence[Cell], begun: int | None) -> int:
    """How many cells at the end a reading belongs to."""
    if begun is not None:
        return len(cells) - begun
    if not cells or cells[-1].reading is not None:
        return 0
    kind = next((kind for kind in _KINDS if kind.fullmatch(cells[-1].base)), None)
    if kind is None:
        # A character of its own, such as one that could not be told.
        return 1 if len(cells[-1].base) > 1 else 0
    count = 0
    for cell in reversed(cells):
        if cell.reading is not None or not kind.fullmatch(cell.base):
            break
        count += 1
    return count


def inlines(cells: Sequence[Cell]) -> tuple[Inline, ...]:
    """The cells as inlines.

    >>> inlines([Cell("漢", "かん"), Cell("な", None, frozenset({"em"}))])
    (Ruby(base='漢', reading='かん'), Emphasis(children=(Text(text='な'),)))
    """
    made: list[Inline] = []
    for styles, group in groupby(cells, key=lambda cell: cell.styles):
        children = tuple(_plain(list(group)))
        if "strong" in styles:
            children = (Strong(children),)
        if "em" in styles:
            children = (Emphasis(children),)
        made.extend(children)
    return tuple(made)


def _plain(cells: Sequence[Cell]) -> Iterator[Inline]:
    for has_reading, group in groupby(cells, key=lambda cell: cell.reading is not None):
        if has_reading:
            yield from (Ruby(cell.base, cell.reading or "") for cell in group)
        else:
            yield Text("".join(cell.base for cell in group))
