"""Characters that are no text: line ends of other systems, escapes, overstrike, controls."""

from __future__ import annotations

import re

from ..draft import Draft

_ANSI_ESCAPE = re.compile("(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[()][A-Z0-9]")
# What nroff prints: a letter over itself is bold, over an underscore it is underlined.
_UNDERLINED = re.compile("_\x08(.)|(.)\x08_")
_OVERSTRUCK = re.compile("(.)(?:\x08\\1)+")
_PAGE_OR_LINE = re.compile("[\x0b\x0c\x1c-\x1e]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]")
_LEADING_BLANK_LINES = re.compile(r"\A(?:[^\S\n]*\n)+")


def unify_newlines(draft: Draft) -> Draft:
    """Line ends of DOS and of the old Macintosh become line feeds."""
    if "\r" not in draft.body:
        return draft
    return draft.but(body=draft.body.replace("\r\n", "\n").replace("\r", "\n"))


def remove_ansi_escapes(draft: Draft) -> Draft:
    """Colours and cursor movements of a terminal go."""
    if "\x1b" not in draft.body and "\x9b" not in draft.body:
        return draft
    return _without_all(draft, _ANSI_ESCAPE, "ansi-escapes")


def resolve_overstrike(draft: Draft) -> Draft:
    r"""Letters that a printer struck twice stand once.

    >>> resolve_overstrike(Draft(body="B\bBold, _\bu_\bn_\bd_\be_\br")).body
    'Bold, under'
    """
    if "\x08" not in draft.body:
        return draft
    body = _UNDERLINED.sub(lambda found: found[1] or found[2], draft.body)
    return draft.but(body=_OVERSTRUCK.sub(r"\1", body))


def remove_controls(draft: Draft) -> Draft:
    """Page ends become line ends, other control characters and stray byte order marks go."""
    # Most texts hold nothing but what can be seen, and line ends.
    if draft.body.replace("\n", "").isprintable():
        return draft
    return _without_all(_replaced(draft, _PAGE_OR_LINE, "\n"), _CONTROL, "control-characters")


def trim_outer_blank_lines(draft: Draft) -> Draft:
    """Blank lines before the text and white space behind it go; indentation stays."""
    # Not by an expression such as \\s+\\Z, which tries every blank of every run.
    body = _LEADING_BLANK_LINES.sub("", draft.body.rstrip())
    return draft if body == draft.body else draft.but(body=body)


def trim_lines(draft: Draft) -> Draft:
    r"""Blanks at the ends of lines go; Markdown, where two of them mean something, stays.

    >>> trim_lines(Draft(body="One  \nTwo\t\n")).body
    'One\nTwo\n'
    """
    if draft.markup != "plain":
        return draft
    body = "\n".join([line.rstrip() for line in draft.body.split("\n")])
    return draft if body == draft.body else draft.but(body=body)


def _without_all(draft: Draft, pattern: re.Pattern[str], change: str) -> Draft:
    taken = [found[0] for found in pattern.finditer(draft.body)]
    if not taken:
        return draft
    return draft.without(change, "".join(taken), body=pattern.sub("", draft.body))


def _replaced(draft: Draft, pattern: re.Pattern[str], replacement: str) -> Draft:
    body = pattern.sub(replacement, draft.body)
    return draft if body == draft.body else draft.but(body=body)
