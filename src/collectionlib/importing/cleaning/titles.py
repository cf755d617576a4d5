"""Titles that a text carries itself: breadcrumbs, repeated titles, title lines."""

from __future__ import annotations

import re

from ..draft import Draft
from ..headings import underline_of

_SEPARATOR = re.compile(r"\s+(?:-|–|—|>|»|›|\||::|/|→|·|_)\s+|\s*(?:»|›|→)\s*")
_LONGEST_TITLE = 120
_LONGEST_TRAIL = 1_000
_SENTENCE_END = (".", "。", "．", ";", "；", ":", "：", ",", "，", "、", "…", "—", "-")
_FIRST_LINE = re.compile(r"\A(?P<line>[^\n]*)\n[^\S\n]*\n(?P<rest>.*\S.*)\Z", re.DOTALL)


def take_breadcrumb(draft: Draft) -> Draft:
    r"""A first line ``Site - Category - Title`` gives title, category and site.

    It is one only where the title stands again on the next line that is not blank: a line of
    a text may hold a dash, and only the repetition tells where the title begins.

    >>> draft = take_breadcrumb(Draft(body="Site - Wishes - Be well\n\nBe well\n\nText."))
    >>> draft.site, draft.category, draft.title, draft.body
    ('Site', ('Wishes',), 'Be well', 'Be well\n\nText.')
    """
    if draft.title is not None or not (found := _FIRST_LINE.match(draft.body)):
        return draft
    crumbs, rest = found["line"].strip(), found["rest"]
    title = rest.lstrip("\n").partition("\n")[0].strip()
    if not title or len(crumbs) > _LONGEST_TRAIL or not crumbs.endswith(title):
        return draft
    before = crumbs.removesuffix(title)
    names = [name.strip() for name in _SEPARATOR.split(before)]
    # A trail ends in a separator: behind the last one there is nothing but the title.
    if len(names) < 2 or names.pop():
        return draft
    if not all(names):
        return draft
    site, *category = names
    return draft.without(
        "breadcrumb",
        found["line"],
        title=title,
        site=site,
        category=tuple(category) or draft.category,
        body=rest.lstrip("\n"),
    )


def remove_repeated_title(draft: Draft) -> Draft:
    r"""A first line that repeats the title goes.

    >>> remove_repeated_title(Draft(title="Be well", body="Be well\n\nText.")).body
    'Text.'
    """
    first, _, rest = draft.body.partition("\n")
    if not draft.title or " ".join(first.split()) != " ".join(draft.title.split()):
        return draft
    if not rest.strip():
        return draft
    return draft.without("repeated-title", first, body=rest.lstrip("\n"))


def take_underlined_title(draft: Draft) -> Draft:
    r"""A first line that is underlined as no other line of the text is becomes the title.

    >>> draft = take_underlined_title(Draft(body="A wish\n======\nBe well."))
    >>> draft.title, draft.body
    ('A wish', 'Be well.')
    """
    if draft.markup != "plain" or draft.title is not None:
        return draft
    first, _, rest = draft.body.partition("\n")
    second, _, rest = rest.partition("\n")
    mark = underline_of(first, second)
    # With a tab between its words it is the head of a table.
    if mark is None or not rest.strip() or "\t" in first.strip():
        return draft
    # Where others are underlined in the same way, they are headings of one rank.
    if any(line.strip(mark + " \t") == "" and line.strip() for line in rest.split("\n")):
        return draft
    return draft.without("underlined-title", second, title=first.strip(), body=rest.lstrip("\n"))


def take_title_line(draft: Draft) -> Draft:
    r"""A short first line that stands alone and is no sentence becomes the title.

    >>> take_title_line(Draft(body="A wish\n\nBe well.")).title
    'A wish'
    >>> take_title_line(Draft(body="Be well.\n\nBe happy.")).title is None
    True
    """
    if draft.markup != "plain" or draft.title is not None:
        return draft
    if not (found := _FIRST_LINE.match(draft.body)):
        return draft
    line = found["line"]
    if line[:1].isspace() or not _is_title(line.strip()):
        return draft
    return draft.but(title=line.strip(), body=found["rest"].lstrip("\n"))


def _is_title(line: str) -> bool:
    return (
        0 < len(line) <= _LONGEST_TITLE
        and not line.endswith(_SENTENCE_END)
        and any(character.isalnum() for character in line)
        and not re.search(r"[.!?。！？]\s", line)
        and "\t" not in line
    )
