"""Lines that were broken at a fixed width."""

from __future__ import annotations

from ..draft import Draft, Removal
from ..wrapping import unwrap


def join_hard_wraps(draft: Draft) -> Draft:
    """Running text that was wrapped becomes one line a paragraph; verse stays."""
    if draft.wrap_width is None or draft.markup != "plain":
        return draft
    unwrapped = unwrap(draft.body, draft.wrap_width)
    if unwrapped.text == draft.body:
        return draft
    # The hyphen goes, and where it stood is kept: a reader can judge.
    removed = tuple(Removal("hard-wraps", words) for words in unwrapped.divided)
    return draft.but(body=unwrapped.text, removed=(*draft.removed, *removed))
