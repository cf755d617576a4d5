"""What the look of plain lines says: where they end, which are indented, where columns matter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from unicodedata import east_asian_width

__all__ = ["columns_matter", "indentation", "is_break", "is_drawn", "is_verse", "with_line_feeds"]

VERSE_COLUMNS = 80
"""Display columns up to which a line may be one of verse; a longer one is prose."""

# What ends a line beside the line feed: Unicode Standard 16.0 §5.8, without the vertical tab and
# the form feed, which no entry can hold.
_NEWLINE = re.compile("\r\n|[\r\x85\u2028\u2029]")

# A mark that says "break" when it stands alone, and those that say so from three on. No dots: in
# jokes "……" is what somebody answers.
_ALONE = "*＊∗⁎⁂❦❧☙◇◆☆★"
_REPEATED = rf"{_ALONE}\-‐‑–—―─━_=~～〜#+•○●◎□■△▲▽▼※✱✻✽❖"
_BREAK = re.compile(rf"[^\S\n]*(?:(?:[{_ALONE}][^\S\n]*)+|(?:[{_REPEATED}][^\S\n]*){{3,}})")

# A line with three blanks, a tab or two ideographic spaces between its words; the blanks after a
# speaker's or an item's mark, "Q:" or "1.", do not count. The possessive quantifiers keep the
# search linear on lines of nothing but blanks.
_GAP = re.compile(
    r"""(?: \S{0,15}[:：.)\-–—*•]\s++ )?+
        .*? \S (?= \ {3} | \ {0,2}\t | \u3000{2} ) \s++ \S""",
    re.VERBOSE,
)
_STROKES = re.compile(r"[\\/|_^~=+*#<>(){}\[\]`'\"\s\u2500-\u259f]+")
# Below the Hangul Jamo no character is wide (East Asian Width, UAX #11).
_MAY_BE_WIDE = re.compile("[\u1100-\U0010ffff]")
# Characters without which lines are hardly a drawing; `in` is far quicker than counting strokes.
DRAWING_SIGNS = ("\\", "|", "_", "***", "─", "━", "│", "═", "█")
_INDENTED_DRAWING_SIGNS = (*DRAWING_SIGNS, "/", "*", "#", "+", "=", "<")


def with_line_feeds(text: str) -> str:
    r"""The text with every kind of newline written as a line feed.

    >>> with_line_feeds("one\r\ntwo\u2028three\x85four")
    'one\ntwo\nthree\nfour'
    """
    if text.isascii():
        return _NEWLINE.sub("\n", text) if "\r" in text else text
    if "\r" in text or "\x85" in text or "\u2028" in text or "\u2029" in text:
        return _NEWLINE.sub("\n", text)
    return text


def indentation(line: str) -> str:
    r"""The whitespace of any kind that a line begins with.

    >>> indentation("\t  a"), indentation("　　一"), indentation("a")
    ('\t  ', '\u3000\u3000', '')
    """
    return line[: len(line) - len(line.lstrip())]


def is_break(line: str) -> bool:
    """Whether a line holds nothing but the marks of a break between scenes.

    >>> [is_break(line) for line in ("* * *", "⁂", "◇◇◇", "---", "--", "……", "* one")]
    [True, True, True, True, False, False, False]
    """
    return _BREAK.fullmatch(line) is not None


def is_verse(lines: Sequence[str]) -> bool:
    """Whether lines are a stanza: two or more, all indented, none longer than a line of verse.

    Chinese and Japanese paragraphs begin with ideographic spaces, so one line, or lines as long
    as paragraphs, are prose.

    >>> is_verse(["  Shall I compare thee", "    to a summer's day?"])
    True
    >>> is_verse(["　　" + "很久以前" * 12, "　　" + "有一座山" * 12])
    False
    """
    if len(lines) < 2 or not all(line[:1].isspace() for line in lines):
        return False
    # A character takes one column or two, so most lines need no look at their characters.
    longest = max(map(len, lines))
    if 2 * longest <= VERSE_COLUMNS:
        return True
    return longest <= VERSE_COLUMNS and max(map(_columns, lines)) <= VERSE_COLUMNS


def _columns(line: str) -> int:
    if not _MAY_BE_WIDE.search(line):
        return len(line)
    widths = list(map(east_asian_width, line))
    return len(line) + widths.count("W") + widths.count("F")


def columns_matter(block: str) -> bool:
    r"""Whether lines are a table or a drawing: wide gaps inside most of them, or mostly strokes.

    >>> columns_matter("Tyger, Tyger,\tWhere the hammer?\nburning bright\tWhere the chain?")
    True
    >>> columns_matter("Q:\tWhat do monsters drink?\nA:\tCoke.")
    False
    """
    lines = block.split("\n")
    if len(lines) < 2:
        return False
    if ("   " in block or "\t" in block or "\u3000\u3000" in block) and _has_columns(lines):
        return True
    signs = _INDENTED_DRAWING_SIGNS if block[0].isspace() else DRAWING_SIGNS
    return any(map(block.__contains__, signs)) and 2 * sum(map(is_drawn, lines)) > len(lines)


def _has_columns(lines: Sequence[str]) -> bool:
    inner = [line.strip() for line in lines]
    wide = [line for line in inner if "   " in line or "\t" in line or "\u3000\u3000" in line]
    if 2 * len(wide) <= len(lines):
        return False
    return 2 * sum([_GAP.match(line) is not None for line in wide]) > len(lines)


def is_drawn(line: str) -> bool:
    """Whether a line is strokes for the most part.

    >>> is_drawn("|___| one |___|"), is_drawn("one - two")
    (True, False)
    """
    ink = len("".join(line.split()))
    return 2 * len(_STROKES.sub("", line)) < ink
