"""Lines that were broken at a fixed width."""

from __future__ import annotations

from ..draft import Draft
from ..wrapping import join_wrapped_lines


def join_hard_wraps(draft: Draft) -> Draft:
    """Running text that was wrapped becomes one line a paragraph; verse stays."""
    if draft.wrap_width is None or draft.markup != "plain":
        return draft
    joined = join_wrapped_lines(draft.body, draft.wrap_width)
    return draft if joined == draft.body else draft.but(body=joined)
