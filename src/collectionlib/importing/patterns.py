"""Patterns with names, for paths and for first lines: ``{site} - {category} - {title}``.

A name stands for what is between the words around it, ``{_}`` for what is of no interest. In a
path a name ends at a slash, but for ``{category*}``, which takes any number of folders.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Literal

from attrs import field, frozen

from .._checks import is_date, is_language
from ..errors import InvalidValueError
from ..model import Contributor
from .draft import Draft

__all__ = ["NAMES", "Pattern", "told"]

NAMES = ("title", "category", "author", "translator", "date", "language", "tag", "site", "rights")
"""What a name in a pattern may be."""

_NAME = re.compile(r"\{(\w+\*?)\}")
_LONGEST = 2_000


@frozen
class Pattern:
    """A pattern of paths or of lines.

    Args:
        text: as it was written.
        of: ``path`` or ``line``.

    Raises:
        InvalidValueError: it has a name that is not known, a name twice, or none at all.

    >>> Pattern("{site} - {category} - {title}", "line").match("Site - Wishes - Be well - all")
    {'site': 'Site', 'category': 'Wishes', 'title': 'Be well - all'}
    >>> Pattern("{category*}/{date}_{_}.txt", "path").match("old/ru/2001-03_x.txt")
    {'category*': 'old/ru', 'date': '2001-03'}
    """

    text: str
    of: Literal["path", "line"]
    _expression: re.Pattern[str] = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        names = [name for name in _NAME.findall(self.text) if name != "_"]
        known = (*NAMES, "category*") if self.of == "path" else NAMES
        if unknown := [name for name in names if name not in known]:
            raise InvalidValueError("pattern", self.text, f"may name {', '.join(known)}, and _")
        if not names or len(set(names)) < len(names) or unknown:
            raise InvalidValueError("pattern", self.text, "names nothing, or one thing twice")
        object.__setattr__(self, "_expression", re.compile(self._regular()))

    def _regular(self) -> str:
        parts = _NAME.split(self.text)
        inside = "[^/]" if self.of == "path" else r"[^\n]"
        regular = self._words(parts[0])
        names = parts[1::2]
        for name, following, after in zip(names, parts[2::2], [*names[1:], None], strict=True):
            words = self._words(following)
            if name == "category*":
                regular += f"(?P<category_>.*?){words}"
                continue
            one = f"{inside}*?" if name == "_" else f"(?P<{name}>{inside}+?)"
            # Where the words behind a name are found first is as good as any other place, but at
            # the end: without going back a pattern of many names takes no endless time.
            is_kept = after is not None and after != "category*"
            regular += f"(?>{one}{words})" if is_kept else one + words
        return regular.replace("(?P<category_>.*?)/", "(?:(?P<category_>.*?)/)?")

    def _words(self, part: str) -> str:
        # Blanks of a line may be more than one, or of another kind.
        words = [re.escape(word) for word in re.split(r"[^\S\n]+", part)]
        return (r"[^\S\n]+" if self.of == "line" else r"\ ").join(words)

    def match(self, text: str) -> dict[str, str] | None:
        """What the names stand for; `None` where the text is not of the pattern."""
        if len(text) > _LONGEST or not (found := self._expression.fullmatch(text)):
            return None
        return {
            name.replace("category_", "category*"): value.strip()
            for name, value in found.groupdict().items()
            if value and value.strip()
        }


def told(draft: Draft, values: Mapping[str, str]) -> Draft:
    """A draft with what a pattern found; a date or language that is none becomes a tag.

    >>> told(Draft(body=""), {"author": "Ann", "date": "1984", "language": "english"}).tags
    ('english',)
    """
    for name, value in values.items():
        draft = _TAKES[name](draft, value)
    return draft


def _date(draft: Draft, value: str) -> Draft:
    found = value.replace("_", "-").replace(".", "-").replace("/", "-")
    if re.fullmatch(r"\d{8}", found):
        found = f"{found[:4]}-{found[4:6]}-{found[6:]}"
    return draft.but(created=found) if is_date(found) else _tag(draft, value)


def _tag(draft: Draft, value: str) -> Draft:
    return draft.but(tags=(*draft.tags, value))


def _language(draft: Draft, value: str) -> Draft:
    return draft.but(language=value) if is_language(value) else _tag(draft, value)


def _contributor(role: str) -> Callable[[Draft, str], Draft]:
    def take(draft: Draft, value: str) -> Draft:
        new = Contributor(name=value, role=role)
        return draft.but(contributors=(*draft.contributors, new))

    return take


_TAKES: Mapping[str, Callable[[Draft, str], Draft]] = {
    "title": lambda draft, value: draft.but(title=value),
    "category": lambda draft, value: draft.but(category=(value,)),
    "category*": lambda draft, value: draft.but(category=tuple(filter(None, value.split("/")))),
    "author": _contributor("aut"),
    "translator": _contributor("trl"),
    "date": _date,
    "language": _language,
    "tag": _tag,
    "site": lambda draft, value: draft.but(site=value),
    "rights": lambda draft, value: draft.but(rights=value),
}
