"""Named transforms that make a clean text of a draft, each recorded in the entry's source.

`TRANSFORMS` is the order in which they are applied. Each one takes a draft and gives it back,
changed or as it is; none knows of the others but by this order.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TypeAlias

from attrs import evolve

from ..draft import Draft
from . import controls, headings, titles, wraps

__all__ = ["TRANSFORMS", "Transform", "clean"]

Transform: TypeAlias = Callable[[Draft], Draft]

TRANSFORMS: Mapping[str, Transform] = {
    "newlines": controls.unify_newlines,
    "ansi-escapes": controls.remove_ansi_escapes,
    "overstrike": controls.resolve_overstrike,
    "control-characters": controls.remove_controls,
    "outer-blank-lines": controls.trim_outer_blank_lines,
    "breadcrumb": titles.take_breadcrumb,
    "repeated-title": titles.remove_repeated_title,
    "title-line": titles.take_title_line,
    "hard-wraps": wraps.join_hard_wraps,
    "headings": headings.mark_headings,
}


def clean(draft: Draft, without: Collection[str] = ()) -> Draft:
    r"""Apply the transforms to a draft, and note which of them changed it.

    Args:
        draft: as the importer made it.
        without: names of transforms to leave out.

    >>> draft = clean(Draft(body="A title\r\n\r\nSome text that follows it.\r\n"))
    >>> draft.title, draft.body, draft.changes
    ('A title', 'Some text that follows it.', ('newlines', 'outer-blank-lines', 'title-line'))
    """
    changes = list(draft.changes)
    for name, transform in TRANSFORMS.items():
        if name in without:
            continue
        cleaned = transform(draft)
        if cleaned != draft:
            changes.append(name)
            draft = cleaned
    return evolve(draft, changes=tuple(changes))
