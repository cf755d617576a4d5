r"""Words that somebody struck out before the text came to us: ``* * * *``, ``f***``, ``张××``.

Sites put such runs of marks in the place of words that they must not print, and printers in the
place of words that they could not read. The same marks also divide scenes, stress words, point to
footnotes and draw pictures, so a run counts only inside a sentence:

- Stars, two or more, with or without blanks between, and not stressing what stands between two
  equal runs of them. Behind a word or a comma they are a reference to a footnote, unless they are
  four or more, or only a letter or two of the word are left. At the beginning of a line the
  sentence has to go on in lower case. One star alone is multiplication or stress as often, and
  does not count.
- Crosses, two or more: ``××`` anywhere but between digits; ``xx`` and ``XX`` only where they touch
  Chinese or Japanese, for elsewhere they are Roman numerals and kisses.
- Squares, circles and triangles, two or more of one kind; all but ``□□`` and ``██`` only where
  they touch Chinese or Japanese.

Nothing counts in a fenced or drawn block, in code, or on a line that has nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from attrs import frozen

from .layout import columns_matter, is_drawn

__all__ = ["find_censored"]

_STAR = r"\\?[*＊∗⁎✱]"
_CROSSES = "xX×ｘＸ✕✖╳"
# With blanks between only one by one: what follows a bullet, "* **so**", is another run.
_RUN = re.compile(
    rf"""(?P<stars> (?:{_STAR}){{2,}} | {_STAR}(?:[ \xa0\u3000]{_STAR})+ (?!{_STAR}) )
       | (?P<crosses> [{_CROSSES}]{{2,}} )
       | (?P<shapes> □{{2,}}|■{{2,}}|█{{2,}}|▇{{2,}}|○{{2,}}|◯{{2,}}|●{{2,}}|△{{2,}}|▲{{2,}} )""",
    re.VERBOSE,
)
_MARK = re.compile("[*＊∗⁎✱×ｘＸ✕✖╳□■█▇○◯●△▲]")
"""What stands in every run but one of x: looking for it takes a twentieth of the time."""
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_SIGN = re.compile("[×✕✖╳]")
_OTHER_NEWLINES = str.maketrans("\r\x85\u2028\u2029", " \n\n\n")
_BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*")
_LINE_HEAD = re.compile(r"(?:^|\n)[^\S\n]*\Z")
_LINE_TAIL = re.compile(r"[^\S\n]*(?:\n|\Z)")
_CODE = re.compile(r"(?<![\w`])(`+)(?!`)[^\n]+?(?<!`)\1(?![\w`])")
_FENCE = re.compile(r"[^\S\n]{0,3}(?:>[^\S\n]?)*(```|~~~)")

_OPENING = "\"'“”„‘’‚«»‹›「『《〈（([{¿¡—–-"
_LEANED_ON = ".,;:!?)]’”»\"'\\"
"""What a reference to a footnote stands directly behind."""
_SENTENCE_ENDS = ".!?…:;。！？：；"
_GOES_ON = ".,;!?…—–-)]}’'”\"»›、，。；！？」』》）"


def find_censored(text: str, markup: str = "plain") -> Iterator[tuple[int, int]]:
    r"""Where words were struck out: the places of the runs of marks, in order, disjoint.

    Args:
        text: a body.
        markup: its notation, ``plain`` or ``markdown``; in Markdown stars stress parts of words
            too.

    >>> text = "a breakthrough in interdependence and * * * *. However"
    >>> [text[start:end] for start, end in find_censored(text)]
    ['* * * *']
    >>> list(find_censored("The end.\n\n* * *\n\nA **bold** word*, and c**2.\n\n*A note."))
    []
    """
    if (not _MARK.search(text) and "xx" not in text.lower()) or not _RUN.search(text):
        return
    even = text.replace("\r\n", " \n").translate(_OTHER_NEWLINES)
    fenced = False
    for start, end in _blocks(even):
        block = even[start:end]
        fences = _fences(block)
        if not fenced and not fences:
            for run in _censored(block, markup):
                yield start + run.start, start + run.end
        fenced ^= fences % 2 == 1


@frozen
class _Run:
    """A run of marks in a block, and what stands around it."""

    block: str
    start: int
    end: int
    kind: str | None

    @property
    def marks(self) -> str:
        return self.block[self.start : self.end]

    @property
    def before(self) -> str:
        """The character that it touches on its left, a blank at the edge of the block."""
        return self.block[self.start - 1] if self.start else " "

    @property
    def after(self) -> str:
        return self.block[self.end] if self.end < len(self.block) else " "

    @property
    def opens(self) -> bool:
        """Whether it may be the first of two that stress what is between."""
        return not self.before.isalnum() and not self.after.isspace()

    @property
    def closes(self) -> bool:
        """Whether it may be the second."""
        return not self.before.isspace() and not self.after.isalnum()

    @property
    def is_solid(self) -> bool:
        """Whether nothing stands between the marks, and nothing takes their meaning from them."""
        return self.count == len(self.marks)

    @property
    def count(self) -> int:
        return len(re.sub(r"[\\\s]", "", self.marks))


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for gap in _BLANK_LINES.finditer(text):
        yield start, gap.start()
        start = gap.end()
    yield start, len(text)


def _fences(block: str) -> int:
    if "```" not in block and "~~~" not in block:
        return 0
    return sum(1 for line in block.split("\n") if _FENCE.match(line))


def _censored(block: str, markup: str) -> Iterator[_Run]:
    code = [found.span() for found in _CODE.finditer(block)] if "`" in block else []
    runs = [
        _Run(block, found.start(), found.end(), found.lastgroup)
        for found in _RUN.finditer(block)
        if not any(start < found.start() < end for start, end in code)
    ]
    if not runs or columns_matter(block):
        return
    stars = [run for run in runs if run.kind == "stars"]
    stress = _frames(block, stars) | _stress(stars, inside_words=markup == "markdown")
    for run in runs:
        if run.start not in stress and _KINDS[run.kind or ""](run) and not _is_drawing(run):
            yield run


def _frames(block: str, runs: list[_Run]) -> set[int]:
    """The runs that a block or a line begins and ends with, or that stand around capitals.

    ``*** News ***`` is a line of its own; ``**** NEWS ****`` may stand in a sentence.
    """
    found: set[int] = set()
    for first, last in [*pairwise(runs), (runs[0], runs[-1])] if len(runs) > 1 else []:
        head, tail = block[: first.start], block[last.end :]
        between = block[first.end : last.start]
        on_one_line = _LINE_HEAD.search(head) is not None and _LINE_TAIL.match(tail) is not None
        shouted = between.isupper() and first.marks == last.marks
        if ((on_one_line or shouted) and "\n" not in between) or not (head.strip() or tail.strip()):
            found |= {first.start, last.start}
    return found


def _stress(runs: list[_Run], *, inside_words: bool) -> set[int]:
    """The beginnings of the runs that stand in pairs around what they stress."""
    found: set[int] = set()
    waiting: dict[int, _Run] = {}
    for run in runs:
        if not run.is_solid or run.count > 3:
            continue
        both = inside_words and not run.before.isspace() and not run.after.isspace()
        if run.count in waiting and (run.closes or both):
            found |= {waiting.pop(run.count).start, run.start}
        elif run.opens or both:
            waiting[run.count] = run
    return found


def _line(run: _Run) -> tuple[str, str]:
    """What stands before it and after it on its line."""
    start = run.block.rfind("\n", 0, run.start) + 1
    end = run.block.find("\n", run.end)
    return run.block[start : run.start], run.block[run.end : len(run.block) if end < 0 else end]


def _is_drawing(run: _Run) -> bool:
    rest = _RUN.sub("", "".join(_line(run)))
    return not rest.strip() or is_drawn(rest)


def _is_struck_out(run: _Run) -> bool:
    """Whether stars stand for a word, or for a part of one."""
    if "/" in (run.before, run.after) or (run.count < 4 and run.before in _LEANED_ON):
        return False
    before, after = run.before.isalnum(), run.after.isalnum()
    if _CJK.match(run.before) or _CJK.match(run.after):
        return True
    if before and after:
        return run.count > 2 or not (run.before.isdigit() or run.after.isdigit())
    if before:
        return run.count > 3 or (_stem(run) <= 2 and not _has_footnote(run))
    if after:
        return run.count > 2 and bool(_line(run)[0].strip() or run.after.islower())
    return _is_in_sentence(run)


def _stem(run: _Run) -> int:
    """How many letters of the word before it are left; many, where it is no word of letters."""
    word = re.search(r"\w*\Z", run.block[: run.start])
    letters = word[0] if word else ""
    return len(letters) if letters.isalpha() else 9


def _has_footnote(run: _Run) -> bool:
    """Whether a later line begins with the same marks."""
    return re.search(rf"\n\s*{re.escape(run.marks)}(?!\*)", run.block[run.end :]) is not None


def _is_in_sentence(run: _Run) -> bool:
    """Whether a sentence goes on behind stars that touch no word."""
    on_line, rest = _line(run)
    before = run.block[: run.start].rstrip().rstrip(_OPENING).rstrip()
    following = run.block[run.end :].lstrip()
    if run.count == 2 and before[-1:].isdigit() and following[:1].isdigit():
        return False
    if not on_line.strip() and (run.count == 2 or not rest.strip()):
        return False
    if before and before[-1] not in _SENTENCE_ENDS:
        return True
    return following[:1].islower() or (run.after in _GOES_ON and rest.strip() != "")


def _is_crossed_out(run: _Run) -> bool:
    if run.before.isdigit() or run.after.isdigit():
        return False
    if _SIGN.search(run.marks):
        return True
    return _touches_cjk(run) and not (run.before.isascii() and run.before.isalpha())


def _is_blotted_out(run: _Run) -> bool:
    return run.marks[0] in "□█" or _touches_cjk(run)


def _touches_cjk(run: _Run) -> bool:
    return bool(_CJK.match(run.before) or _CJK.match(run.after))


_KINDS = {"stars": _is_struck_out, "crosses": _is_crossed_out, "shapes": _is_blotted_out}
