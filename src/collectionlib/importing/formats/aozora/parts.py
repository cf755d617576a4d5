"""The parts of a file: what it is called, the legend, the text, and the colophon."""

from __future__ import annotations

import re

from attrs import frozen

from ....model import Contributor

__all__ = ["Parts", "divide"]

_RULE = re.compile(r"[-－─━]{10,}")
_LEGEND = "【テキスト中に現れる記号について】"
_COLOPHON = re.compile(r"底本(?:の親本)?[：:「]|青空文庫作成ファイル[：:]|［＃本文終わり］")
_LINE = re.compile(r"[^\n]*\n?")
# A text without a colophon ends where it ends; a line that begins so in its middle is a line.
_LONGEST_COLOPHON = 80
_LONGEST_HEAD = 8

_ROLES = (
    (re.compile(r"(?P<name>.+?)[\s　]*(?:共?訳|翻訳)\Z"), "trl"),
    (re.compile(r"(?P<name>.+?)[\s　]*(?:編著?|編集|編纂|校訂|校注)\Z"), "edt"),
    (re.compile(r"(?P<name>.+?)[\s　]*(?:作|著)\Z"), "aut"),
)
_LATIN = re.compile(r"[\x20-\u024f]+")


@frozen
class Parts:
    """A file, taken apart.

    Args:
        title: its first line.
        subtitles: lines between the title and the names.
        contributors: whose names follow.
        legend: what explains the notation.
        lines: of the text.
        colophon: its lines.
    """

    title: str
    subtitles: tuple[str, ...]
    contributors: tuple[Contributor, ...]
    legend: str
    lines: tuple[str, ...]
    colophon: tuple[str, ...]


def divide(text: str) -> Parts | None:
    r"""Take a file apart; `None` where no title and name stand at its head.

    >>> parts = divide(
    ...     "ごん狐\n新美南吉\n\n　これは、おじいさんからきいたお話です。\n\n底本：「x」\n"
    ... )
    >>> parts.title, parts.contributors[0].name, parts.lines, parts.colophon
    ('ごん狐', '新美南吉', ('　これは、おじいさんからきいたお話です。', ''), ('底本：「x」',))
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")
    start = next((place for place, line in enumerate(lines) if line.strip()), len(lines))
    end = start
    while end < len(lines) and lines[end].strip() and not _RULE.fullmatch(lines[end].strip()):
        end += 1
    head = [line.strip() for line in lines[start:end]]
    if not 2 <= len(head) <= _LONGEST_HEAD:
        return None
    legend, begin = _legend(lines, end)
    close = _colophon(lines, begin)
    subtitles, contributors = _names(head[1:])
    return Parts(
        title=head[0],
        subtitles=subtitles,
        contributors=contributors,
        legend=legend,
        lines=tuple(lines[begin:close]),
        colophon=tuple(line for line in lines[close:] if line.strip()),
    )


def _legend(lines: list[str], place: int) -> tuple[str, int]:
    """What stands between two rules and explains the notation, and the line after it."""
    while place < len(lines) and not lines[place].strip():
        place += 1
    if place + 1 >= len(lines) or not _RULE.fullmatch(lines[place].strip()):
        return "", place
    if _LEGEND not in lines[place + 1]:
        return "", place
    for end in range(place + 1, len(lines)):
        if _RULE.fullmatch(lines[end].strip()):
            return "\n".join(lines[place : end + 1]), end + 1
    return "", place


def _colophon(lines: list[str], begin: int) -> int:
    """The line with which the colophon begins."""
    first = max(begin, len(lines) - _LONGEST_COLOPHON)
    return next(
        (place for place in range(first, len(lines)) if _COLOPHON.match(lines[place])), len(lines)
    )


def _names(lines: list[str]) -> tuple[tuple[str, ...], tuple[Contributor, ...]]:
    """The lines below the title: those that are titles too, and those that are names."""
    found: list[Contributor] = []
    rest = list(lines)
    while rest and (named := _named(rest[-1])) is not None and named.role != "aut":
        found.insert(0, named)
        rest.pop()
    if rest:
        # Above the translators stands the author; what is above him belongs to the title.
        name = rest.pop()
        author = _named(name)
        found.insert(0, author or Contributor(name=" ".join(name.split())))
        if rest and _LATIN.fullmatch(name) and not _LATIN.fullmatch(rest[-1]) and not found[1:]:
            found[0] = Contributor(name=rest.pop())
            rest.append(name)
    return tuple(rest), tuple(found)


def _named(line: str) -> Contributor | None:
    for pattern, role in _ROLES:
        if matched := pattern.fullmatch(line):
            return Contributor(name=" ".join(matched["name"].split()), role=role)
    return None
