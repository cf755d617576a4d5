"""Splitting as the user says: by headings, blank lines, a separator or an expression."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeAlias

from ...errors import InvalidValueError, ParseError
from ...expressions import compiled
from ..headings import find_headings
from .pieces import Division, Lines, Separator, pieces_between
from .sections import sections

if TYPE_CHECKING:
    import regex

__all__ = ["Splitter", "heading_depth", "splitter"]

Splitter: TypeAlias = Callable[[str, str], Division | None]
"""Divides a text; the second argument is the uri of its file, for errors."""

_KNOWN = (
    "auto, none, heading, heading:N, line, blank:N, a separator line such as '%', or "
    "regex:EXPRESSION"
)
_LONGEST_SEPARATOR = 200
_MOST_BLANK_LINES = 1_000
_SECONDS = 5.0
_LEVELS = frozenset("123456")


def splitter(words: str) -> Splitter | None:
    r"""How to split, from the words of the user; `None` for ``auto``.

    Args:
        words: ``auto``; ``none``; ``heading``: each heading of the highest level begins a text;
            ``heading:N``: each of the level N, and those above it name the parts;
            ``line``: each line that is not blank is a text; ``blank:N``: N or more blank lines
            stand between the texts; ``regex:EXPRESSION``: what it matches at the beginning of
            a line stands between, and its group ``title`` is the title of what follows;
            anything else: the line that stands between them.

    Raises:
        InvalidValueError: it is none of them.

    >>> by_line = splitter("***")
    >>> text = "One.\n***\nTwo.\n"
    >>> [text[piece.start : piece.end] for piece in by_line(text, "a.txt").pieces]
    ['One.\n', 'Two.\n']
    """
    kind, colon, detail = words.partition(":")
    if words == "auto":
        return None
    if words == "none":
        return _not_at_all
    if words == "heading" or (kind == "heading" and colon):
        return _by_heading(heading_depth(words))
    if words == "line":
        return _by_line
    if kind == "blank" and colon:
        return _by_blank_lines(words, detail)
    if kind == "regex" and colon:
        return _by_expression(words, detail)
    return _by_separator(words)


def _not_at_all(text: str, uri: str) -> Division | None:
    return None


def _by_heading(depth: int | None) -> Splitter:
    def divide(text: str, uri: str) -> Division | None:
        lines = Lines.of(text)
        outline = find_headings([line.rstrip() for line in lines.raw])
        if not outline:
            return None
        level = depth or min(found.level for found in outline.headings)
        pieces = tuple(sections(lines, outline.headings, level))
        return Division(pieces, f"split by heading: {outline.reason}")

    return divide


def heading_depth(words: str) -> int | None:
    """The level that ``heading:N`` names; `None` where ``heading`` leaves it to the text.

    Raises:
        InvalidValueError: N is no number from 1 to 6.
    """
    _, colon, detail = words.partition(":")
    if not colon:
        return None
    if detail not in _LEVELS:
        raise InvalidValueError("split", words, "needs a level from 1 to 6 behind 'heading:'")
    return int(detail)


def _by_line(text: str, uri: str) -> Division | None:
    lines = Lines.of(text)
    pieces = lines.one_by_one()
    return Division(pieces, f"split by line: {len(pieces)} texts") if pieces else None


def _by_blank_lines(words: str, detail: str) -> Splitter:
    if not (detail.isdecimal() and len(detail) < 5 and 0 < int(detail) <= _MOST_BLANK_LINES):
        reason = f"needs a number from 1 to {_MOST_BLANK_LINES} behind 'blank:'"
        raise InvalidValueError("split", words, reason)
    least = int(detail)

    def divide(text: str, uri: str) -> Division | None:
        lines = Lines.of(text)
        groups = lines.groups(least)
        evidence = f"split by {least} or more blank lines: {len(groups)} texts"
        pieces = tuple(lines.piece(first, end) for first, end in groups)
        return Division(pieces, evidence) if len(pieces) > 1 else None

    return divide


def _by_separator(words: str) -> Splitter:
    separator = words.strip()
    if not separator or len(separator) > _LONGEST_SEPARATOR or not separator.isprintable():
        raise InvalidValueError("split", words, f"is none of {_KNOWN}")
    # A word that was misspelt would be a separator that no file has.
    if separator.replace("_", "").replace("-", "").replace(":", "").isalnum():
        raise InvalidValueError("split", words, f"is none of {_KNOWN}")

    def divide(text: str, uri: str) -> Division | None:
        lines = Lines.of(text)
        found = [at for at, line in enumerate(lines.words) if line == separator]
        borders = (Separator(lines.starts[at], lines.starts[at + 1]) for at in found)
        pieces = tuple(pieces_between(text, borders))
        evidence = f"split by {len(found)} lines '{separator}': {len(pieces)} texts"
        return Division(pieces, evidence) if found and pieces else None

    return divide


def _by_expression(words: str, detail: str) -> Splitter:
    if not detail:
        raise InvalidValueError("split", words, "needs an expression behind 'regex:'")
    try:
        pattern = compiled(detail)
    except ValueError as error:
        raise InvalidValueError("split", words, f"is no regular expression ({error})") from error

    def divide(text: str, uri: str) -> Division | None:
        lines = Lines.of(text)
        separators = tuple(_matched(pattern, detail, lines, uri))
        pieces = tuple(pieces_between(text, separators))
        evidence = f"split by {len(separators)} lines that match '{detail}': {len(pieces)} texts"
        return Division(pieces, evidence) if separators and pieces else None

    return divide


def _matched(
    pattern: regex.Pattern[str], expression: str, lines: Lines, uri: str
) -> Iterator[Separator]:
    has_title = "title" in pattern.groupindex
    until = time.monotonic() + _SECONDS
    for line, start, following in zip(lines.raw, lines.starts, lines.starts[1:], strict=False):
        bare = line.rstrip("\r\n")
        try:
            found = pattern.match(bare, timeout=max(until - time.monotonic(), 0.001))
        except TimeoutError as error:
            raise ParseError(
                uri,
                f"the expression {expression!r} of split takes more than {_SECONDS:.0f} seconds; "
                "write it without repetitions inside repetitions",
            ) from error
        # One that matches nothing would divide before every line.
        if not found or not found[0]:
            continue
        title = (found["title"] or "").strip() or None if has_title else None
        words = found[0].strip()
        left = bare[found.end() :].strip()
        says_more = words != title and any(map(str.isalnum, words))
        end = start + found.end() if left else following
        yield Separator(start, end, title, words if says_more else "")
