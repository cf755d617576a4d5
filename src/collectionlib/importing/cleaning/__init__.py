"""Named transforms that make a clean text of a draft, each recorded in the entry's source.

`TRANSFORMS` is the order in which they are applied. Each one takes a draft and gives it back,
changed, or the very one where there is nothing to change; none knows of the others but by this
order. What one takes away it notes in ``Draft.removed``, so that the report of the import has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from ...errors import InvalidValueError
from ..draft import Draft
from . import controls, headings, quotes, titles, wraps
from .boilerplate import RemoveBoilerplate
from .mojibake import fix_mojibake

__all__ = [
    "DEFAULT",
    "TRANSFORMS",
    "RemoveBoilerplate",
    "Transform",
    "clean",
    "transforms",
    "with_boilerplate",
]

Transform: TypeAlias = Callable[[Draft], Draft]
"""Makes a draft better, and notes in it what was changed; what needs nothing stays as it is."""

TRANSFORMS: Mapping[str, Transform] = {
    "newlines": controls.unify_newlines,
    "mojibake": fix_mojibake,
    "ansi-escapes": controls.remove_ansi_escapes,
    "overstrike": controls.resolve_overstrike,
    "control-characters": controls.remove_controls,
    "outer-blank-lines": controls.trim_outer_blank_lines,
    "trailing-blanks": controls.trim_lines,
    "boilerplate": RemoveBoilerplate(),
    "breadcrumb": titles.take_breadcrumb,
    "repeated-title": titles.remove_repeated_title,
    "underlined-title": titles.take_underlined_title,
    "title-line": titles.take_title_line,
    "hard-wraps": wraps.join_hard_wraps,
    "headings": headings.mark_headings,
    "quotes": quotes.mark_quotes,
}
"""All transforms by name, in the order in which they are applied."""

_ON_REQUEST = frozenset({"trailing-blanks", "boilerplate", "mojibake"})

DEFAULT: Mapping[str, Transform] = {
    name: transform for name, transform in TRANSFORMS.items() if name not in _ON_REQUEST
}
"""Those that are applied unless they are switched off."""


def transforms(also: Iterable[str] = (), without: Iterable[str] = ()) -> Mapping[str, Transform]:
    """The default transforms with others, and without some, in their order.

    Raises:
        InvalidValueError: there is none of a name.

    >>> list(transforms(also=["trailing-blanks"], without=["newlines", "headings"]))[:2]
    ['ansi-escapes', 'overstrike']
    """
    wanted, unwanted = {*DEFAULT, *also}, {*without}
    if unknown := sorted((wanted | unwanted) - TRANSFORMS.keys()):
        raise InvalidValueError("clean", unknown[0], f"is none of {', '.join(TRANSFORMS)}")
    return {
        name: transform
        for name, transform in TRANSFORMS.items()
        if name in wanted and name not in unwanted
    }


def with_boilerplate(
    chosen: Mapping[str, Transform], boilerplate: RemoveBoilerplate
) -> Mapping[str, Transform]:
    """Transforms with one that takes boilerplate away, at its place among them."""
    return {
        name: boilerplate if name == "boilerplate" else transform
        for name, transform in TRANSFORMS.items()
        if name in chosen or name == "boilerplate"
    }


def clean(draft: Draft, chosen: Mapping[str, Transform] = DEFAULT) -> Draft:
    r"""Apply transforms to a draft, and note which of them changed it.

    Args:
        draft: as the importer made it.
        chosen: the transforms by name, in order.

    >>> draft = clean(Draft(body="A title\r\n\r\nSome text that follows it.\r\n"))
    >>> draft.title, draft.body, draft.changes
    ('A title', 'Some text that follows it.', ('newlines', 'outer-blank-lines', 'title-line'))
    """
    changes: list[str] = []
    for name, transform in chosen.items():
        cleaned = transform(draft)
        if cleaned is not draft:
            changes.append(name)
            draft = cleaned
    return draft.but(changes=(*draft.changes, *changes)) if changes else draft
