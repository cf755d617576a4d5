"""The lines of a text to blocks: notes become headings, emphasis, quotes and figures."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from attrs import define, field

from ....markup.blocks import (
    Block,
    Break,
    Figure,
    Heading,
    Inline,
    LineBreak,
    Paragraph,
    Quote,
    Text,
)
from ....markup.layout import is_break
from .line import Cell, Line, inlines, scan

__all__ = ["Body", "read"]

_LEVELS = {"大": 1, "中": 2, "小": 3}
_LONGEST_LINE = 20_000
_LONGEST_VERSE = 32
_DIGITS = "[0-9０-９一二三四五六七八九十]+"

_HEADING_OF = re.compile(r"「(?P<words>.*)」は(?P<kind>同行|窓)?(?P<level>[大中小])見出し")
_HEADING_FROM = re.compile(r"(?:ここから)?(?P<kind>同行|窓)?(?P<level>[大中小])見出し")
_HEADING_TO = re.compile(r"(?:ここで)?(?:同行|窓)?[大中小]見出し終わり")
_STRESS_OF = re.compile(
    r"「(?P<words>.*)」(?:の左)?に(?:[^「」]*傍点|[^「」]*傍線|[^「」]*波線|破線|鎖線)"
)
_STRESS_FROM = re.compile(r"(?:左に)?(?:[^「」]*傍点|[^「」]*傍線|[^「」]*波線|破線|鎖線)")
_STRONG_OF = re.compile(r"「(?P<words>.*)」は太字")
_SLANTED_OF = re.compile(r"「(?P<words>.*)」は斜体")
_READING_OF = re.compile(r"「(?P<words>.*?)」の(?:左|右)?に「(?P<reading>.*)」のルビ")
_NOTED = re.compile(r"「(?P<words>.*?)」に「(?P<note>.*)」の注記")
_INDENTED_FROM = re.compile(rf"ここから.*{_DIGITS}字下げ.*|ここから改行天付き.*")
_INDENTED_TO = re.compile(r"ここで字下げ終わり|ここで地付き終わり|ここで字上げ終わり")
_PICTURE = re.compile(r"(?P<shows>.*)（(?P<file>[\w.-]+\.(?:png|jpe?g|gif))(?:、[^）]*)?）入る")
_PAGE_END = re.compile(r"改(?:ページ|丁|段|見開き)")
_EDITORIAL = re.compile(
    r".*(?:底本|ママ|初出|親本|原文|に代えて|誤植|欠字|不明|判読).*|ルビの「.*」は.*"
)
_KANBUN = re.compile(r"[レ一二三四上中下甲乙丙丁天地人]{1,2}|（.{1,4}）")
_LAYOUT = re.compile(
    rf"{_DIGITS}字下げ|地付き|地から{_DIGITS}字上げ|ここから地.*|ここで地.*|天付き|"
    r".*縦中横(?:終わり)?|.*(?:上付き|下付き|行右|行左)小(?:文字|書き).*|.*小書き.*|"
    r".*(?:大きな|小さな)文字.*|.*(?:罫囲み|枠囲み|横組み|段組み|段組|キャプション|取消線).*|"
    r"ページの左右中央.*|本文終わり|.*字詰め.*|割り注終わり|割書終わり"
)
_SMALL_NOTES = {"割り注": "（", "割り注終わり": "）", "割書": "（", "割書終わり": "）"}
_VERSE_ENDS = ("。", "」", "』", "）")


@define
class Body:
    """What became of the lines.

    Args:
        blocks: the text.
        changes: what was done, by the names of the changes.
        notes: that have no place in the blocks, by what they were taken for.
        unknown: notes that nobody knows; they stay where they stand.
        readings: how many characters have a reading.
        untold: how many characters could not be told.
    """

    blocks: list[Block] = field(factory=list)
    changes: dict[str, None] = field(factory=dict)
    notes: dict[str, list[str]] = field(factory=dict)
    unknown: Counter[str] = field(factory=Counter)
    readings: int = 0
    untold: int = 0
    headings: int = 0


def read(lines: Iterable[str]) -> Body:
    """The blocks of the lines of a text.

    >>> body = read(
    ...     ["［＃２字下げ］一［＃「一」は中見出し］", "", "　はりきり［＃「はりきり」に傍点］網"]
    ... )
    >>> body.blocks
    [Heading(level=2, children=(Text(text='一'),)),
     Paragraph(children=(Emphasis(children=(Text(text='はりきり'),)), Text(text='網')))]
    """
    reader = _Reader()
    for line in lines:
        reader.add(line)
    return reader.finish()


@define
class _Reader:
    """Takes lines; the state of notes that hold for several of them."""

    body: Body = field(factory=Body)
    quoted: list[Block] | None = None
    group: list[tuple[str, Line]] = field(factory=list)
    styles: set[str] = field(factory=set)
    heading: int | None = None

    def add(self, text: str) -> None:
        if not text.strip():
            self._end_group()
            return
        if len(text) > _LONGEST_LINE:
            self._end_group()
            self._put(Paragraph((Text(text.strip("　 ")),)))
            return
        line = scan(text)
        self.body.readings += sum(cell.reading is not None for cell in line.cells)
        level = self._apply(line)
        words = line.text.strip("　 ")
        if not words:
            return
        _strip(line)
        if level is not None:
            self._end_group()
            self.body.headings += 1
            self._put(Heading(level, inlines(line.cells)))
        elif is_break(words):
            self._end_group()
            self._put(Break(words))
        else:
            self.group.append((text, line))

    def finish(self) -> Body:
        self._end_group()
        self._end_quote()
        return self.body

    def _put(self, block: Block) -> None:
        (self.body.blocks if self.quoted is None else self.quoted).append(block)

    def _end_quote(self) -> None:
        if self.quoted:
            self.body.blocks.append(Quote(tuple(self.quoted)))
        self.quoted = None

    def _end_group(self) -> None:
        """Lines without a blank one between them: each is a paragraph, but those of a poem."""
        group, self.group = self.group, []
        if _is_verse([text for text, _ in group]):
            children: list[Inline] = []
            for _, line in group:
                children += [*([LineBreak()] if children else []), *inlines(line.cells)]
            self._put(Paragraph(tuple(children)))
            return
        for text, line in group:
            if text[:1] == "　":
                self.body.changes["paragraph-indents"] = None
            self._put(Paragraph(inlines(line.cells)))

    # --- notes ----------------------------------------------------------------------------------

    def _apply(self, line: Line) -> int | None:
        """Take the notes of a line; the level of the heading that the line is."""
        level = self.heading
        opened = dict.fromkeys(self.styles, 0)
        inserted = 0
        for place, note in line.notes:
            at = min(place + inserted, len(line.cells))
            found = self._heading_of(line, note, at)
            if found is not None:
                level = found or level
            elif (change := self._stress_of(line, note, at)) or (
                change := self._range(line, note, at, opened)
            ):
                self.body.changes[change] = None
            elif note in _SMALL_NOTES:
                line.cells.insert(at, Cell(_SMALL_NOTES[note]))
                inserted += 1
                self.body.changes["small-notes"] = None
            elif not self._block(note) and not self._kept(note):
                self.body.unknown[note] += 1
                line.cells.insert(at, Cell(f"［＃{note}］"))
                inserted += 1
        for style, start in opened.items():
            line.styled(start, len(line.cells), style)
        self.styles = set(opened)
        return level

    def _heading_of(self, line: Line, note: str, at: int) -> int | None:
        """The level of a heading; 0 for one inside of a line, `None` where the note is none."""
        if found := _HEADING_OF.fullmatch(note):
            span = line.find(found["words"], at)
            rest = "".join(cell.base for cell in line.cells[span[1] :]) if span else ""
            before = "".join(cell.base for cell in line.cells[: span[0]]) if span else ""
            if found["kind"] or rest.strip("　 ") or before.strip("　 "):
                if span:
                    line.styled(*span, "strong")
                return 0
            return _LEVELS[found["level"]]
        if found := _HEADING_FROM.fullmatch(note):
            level = 0 if found["kind"] else _LEVELS[found["level"]]
            if note.startswith("ここから"):
                self.heading = level or None
            return level
        if _HEADING_TO.fullmatch(note):
            if note.startswith("ここで"):
                self.heading = None
            return 0
        return None

    def _stress_of(self, line: Line, note: str, at: int) -> str | None:
        """Words that a note behind them stresses, or gives a reading; the name of the change."""
        for pattern, style in ((_STRESS_OF, "em"), (_STRONG_OF, "strong"), (_SLANTED_OF, "em")):
            if found := pattern.fullmatch(note):
                span = line.find(found["words"], at)
                if span is None:
                    return None
                line.styled(*span, style)
                return "emphasis"
        if found := _READING_OF.fullmatch(note) or _NOTED.fullmatch(note):
            words = found["words"]
            reading = found.groupdict().get("reading") or found.groupdict().get("note") or ""
            span = line.find(words, at)
            if reading == "ママ" or span is None:
                return None
            if all(cell.reading is None for cell in line.cells[slice(*span)]):
                text = "".join(cell.base for cell in line.cells[slice(*span)])
                rest = [Cell("")] * (span[1] - span[0] - 1)
                # The places of the other notes stay.
                line.cells[slice(*span)] = [Cell(text, reading), *rest]
                return "readings"
        return None

    def _range(self, line: Line, note: str, at: int, opened: dict[str, int]) -> str | None:
        """Words between two notes; the name of the change."""
        name = note.removeprefix("ここから").removeprefix("ここで").removesuffix("終わり")
        style = "strong" if name == "太字" else "em" if name == "斜体" else None
        if style is None and _STRESS_FROM.fullmatch(name):
            style = "em"
        if style is None:
            return None
        if note.endswith("終わり"):
            if style in opened:
                line.styled(opened.pop(style), at, style)
        else:
            opened[style] = at
        return "emphasis"

    def _block(self, note: str) -> bool:
        """A note on the lines that follow."""
        if _INDENTED_FROM.fullmatch(note):
            self._end_group()
            self._end_quote()
            self.quoted = []
        elif _INDENTED_TO.fullmatch(note):
            self._end_group()
            self._end_quote()
        elif _PAGE_END.fullmatch(note):
            self._end_group()
            if self.body.blocks:
                self._put(Break())
        elif found := _PICTURE.fullmatch(note):
            self._end_group()
            self._put(Figure(found["file"], found["shows"].strip("「」")))
        else:
            return False
        self.body.changes["layout"] = None
        return True

    def _kept(self, note: str) -> bool:
        """A note that has no place in a text, and stands in the report."""
        if note.startswith("※"):
            self.body.untold += 1
            return True
        for pattern, name in (
            (_LAYOUT, "layout"), (_NOTED, "editorial-notes"), (_EDITORIAL, "editorial-notes"),
            (_READING_OF, "editorial-notes"), (_KANBUN, "kanbun-marks"),
            (_STRESS_OF, "layout"), (_STRONG_OF, "layout"),
        ):  # fmt: skip
            if pattern.fullmatch(note):
                self.body.changes[name] = None
                self.body.notes.setdefault(name, []).append(f"［＃{note}］")
                return True
        return False


def _strip(line: Line) -> None:
    """Take the blanks away with which a paragraph begins and ends."""
    cells = line.cells
    while cells and not cells[-1].base.strip("　 "):
        cells.pop()
    first = next((place for place, cell in enumerate(cells) if cell.base.strip("　 ")), 0)
    del cells[:first]


def _is_verse(lines: Sequence[str]) -> bool:
    """Whether lines are a poem: short, not indented as paragraphs are, no sentences."""
    return (
        len(lines) > 1
        and all(line[:1] not in "　「『（［" and len(line) <= _LONGEST_VERSE for line in lines)
        and 2 * sum(line.endswith(_VERSE_ENDS) for line in lines) < len(lines)
    )
