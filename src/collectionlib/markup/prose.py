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

# What sends a text the long way: columns, drawings, other newlines, indented lines, blank lines in
# a row.
_UNUSUAL = ("\t", "\r", "\x85", "\u2028", "\u2029", "   ", "\u3000\u3000", *DRAWING_SIGNS)
_UNUSUAL_LINE = re.compile(r"\n(?:[^\S\n]|\n\n)")


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
    # A loop: `any` with `map` takes twice as long here. One character is found ten times as
    # quickly as several.
    for sign in _UNUSUAL:
        if sign[0] in text and sign in text:
            return None
    if _UNUSUAL_LINE.search(text):
        return None
    paragraphs = text.split("\n\n")
    keeps_lines = 2 * (len(paragraphs) - 1) != text.count("\n")
    roles = _roles(paragraphs) if keeps_lines or _asks_for_roles(paragraphs) else {}
    if "salutation" in roles.values() or any(map(is_break, paragraphs[1:-1])):
        return None
    if "&" in text or "<" in text or ">" in text:
        paragraphs = _escaped(text).split("\n\n")
    if not roles and not keeps_lines:
        return "<p>" + "</p>\n<p>".join(paragraphs) + "</p>"
    return "\n".join([_paragraph(one, roles.get(place)) for place, one in enumerate(paragraphs)])


def _asks_for_roles(paragraphs: list[str]) -> bool:
    """Whether anything may be part of a dialogue or a letter; quick, since most texts are none."""
    return any(map(may_be_turn, paragraphs)) or any(
        map(may_hold_letter, paragraphs[: MOST_BEFORE_SALUTATION + 1])
    )


def _roles(paragraphs: list[str]) -> Mapping[int, Role]:
    return roles_of_paragraphs([paragraph.split("\n") for paragraph in paragraphs])


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _paragraph(text: str, role: Role | None) -> str:
    if "\n" not in text:
        return f'<p class="{role}">{text}</p>' if role else f"<p>{text}</p>"
    lines = text.replace("\n", '</span><br/>\n<span class="line">')
    name = f"lines {role}" if role else "lines"
    return f'<p class="{name}"><span class="line">{lines}</span></p>'
