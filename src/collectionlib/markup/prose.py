r"""The short way for the plainest of plain texts: prose without anything that asks for a look.

Most bodies of most collections are paragraphs and lines, and nothing else. For them this gives
what `plain.parse` and `html.render` give, in a tenth of the time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from .layout import DRAWING_SIGNS, is_break
from .letters import MOST_BEFORE_SALUTATION, may_hold_letter
from .roles import Role, roles_of_paragraphs
from .speech import may_be_turn

__all__ = ["render_prose"]

# What sends a text the long way: columns, drawings, other newlines, blank lines in a row.
_UNUSUAL = ("   ", "\t", "\u3000\u3000", "\n\n\n", "\r", "\x85", "\u2028", "\u2029", *DRAWING_SIGNS)
_INDENTED_LINE = re.compile(r"\n[^\S\n]")


def render_prose(text: str) -> str | None:
    r"""Plain text as XHTML; `None` where it holds anything but paragraphs and lines.

    Args:
        text: of characters that XML can hold, as those of an entry are.

    >>> render_prose("Roses & violets,\nas ever.\n\nThe end.")
    '<p class="lines"><span class="line">Roses &amp; violets,</span><br/>\n<span class="line">as
    ever.</span></p>\n<p>The end.</p>'
    >>> render_prose("  Indented,\n  as verse is.") is None
    True
    """
    if not text or text[0].isspace() or text[-1].isspace():
        return None
    if any(map(text.__contains__, _UNUSUAL)):
        return None
    if _INDENTED_LINE.search(text):
        return None
    roles = _roles(text)
    if "salutation" in roles.values():
        return None
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    if ">" in text:
        text = text.replace(">", "&gt;")
    if "\n" not in text:
        return f"<p>{text}</p>"
    paragraphs = text.split("\n\n")
    if any(map(is_break, paragraphs[1:-1])):
        return None
    if not roles and 2 * (len(paragraphs) - 1) == text.count("\n"):
        return "<p>" + "</p>\n<p>".join(paragraphs) + "</p>"
    return "\n".join([_paragraph(one, roles.get(place)) for place, one in enumerate(paragraphs)])


def _roles(text: str) -> Mapping[int, Role]:
    """What its paragraphs are; most texts hold nothing that asks for a look at each."""
    paragraphs = text.split("\n\n")
    if (
        2 * (len(paragraphs) - 1) != text.count("\n")
        or any(map(may_be_turn, paragraphs))
        or any(map(may_hold_letter, paragraphs[: MOST_BEFORE_SALUTATION + 1]))
    ):
        return roles_of_paragraphs([paragraph.split("\n") for paragraph in paragraphs])
    return {}


def _paragraph(text: str, role: Role | None) -> str:
    if "\n" not in text:
        return f'<p class="{role}">{text}</p>' if role else f"<p>{text}</p>"
    lines = text.replace("\n", '</span><br/>\n<span class="line">')
    name = f"lines {role}" if role else "lines"
    return f'<p class="{name}"><span class="line">{lines}</span></p>'
