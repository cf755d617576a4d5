"""Markdown, with or without front matter: a file is one text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from attrs import Factory, evolve, frozen

from ...errors import ParseError
from ...model import Markup
from ..draft import Draft, without_line_end
from ..front_matter import FrontMatterError, described, divide
from ..records import renamed
from ..sources import SourceFile
from .base import Recognition

__all__ = ["MarkdownImporter"]

_ENDINGS = (".md", ".markdown", ".mdown", ".mkd", ".mkdn")
_DATED_NAME = re.compile(r"(\d{4}-\d\d-\d\d)-(.+)")
_HEADING = re.compile(
    r"\A\s*(?:#[ \t]+(?P<title>[^\n]+?)[ \t]*#*|(?P<underlined>[^\s#>*+-][^\n]*)\n=+)"
    r"[ \t]*(?:\n|\Z)"
)


@frozen
class MarkdownImporter:
    r"""Reads files ``*.md`` and the like, and any text that has front matter.

    The title is that of the front matter, else of a first heading of level 1, else the name of
    the file; a name ``2019-05-03-be-well.md`` says the day too, as Jekyll's do.

    Args:
        fields: keys of front matter, and what they are to be taken for: ``{"headline": "title"}``.

    >>> source = SourceFile(
    ...     "posts/2019-05-03-wish.md", b"---\ntags: [kind]\n---\n# A wish\n\nBe *well*.\n"
    ... )
    >>> (draft,) = MarkdownImporter().parse(source)
    >>> draft.title, draft.created, draft.tags, draft.body
    ('A wish', '2019-05-03', ('kind',), 'Be *well*.')
    """

    fields: Mapping[str, str] = Factory(dict)

    def recognises(self, source: SourceFile) -> Recognition | None:
        """An ending of Markdown's, or front matter."""
        if source.name.lower().endswith(_ENDINGS):
            return Recognition(0.8, f"the ending of {source.name}")
        try:
            front = divide(source.text)
        except FrontMatterError:
            return None
        return Recognition(0.6, "front matter") if front and front.values else None

    def parse(self, source: SourceFile) -> Iterator[Draft]:
        """The text, with what its front matter says.

        Raises:
            ParseError: the front matter cannot be read.
        """
        text = source.text.replace("\r\n", "\n")
        try:
            front = divide(text)
        except FrontMatterError as error:
            raise ParseError(
                source.uri,
                f"its front matter cannot be read, line {error.line}: {error.reason}; "
                "mend it, or take it for text with --format plain",
            ) from error
        body = text[front.end :] if front else text
        if not body.strip() and not (front and front.values):
            return
        draft = Draft(body=without_line_end(body).lstrip("\n"), markup=_markup(source))
        if found := _DATED_NAME.fullmatch(source.stem):
            draft = evolve(draft, created=found[1])
        draft = described(draft, renamed(dict(front.values), self.fields) if front else {})
        yield _titled(draft, source)


def _markup(source: SourceFile) -> Markup:
    return "markdown" if source.name.lower().endswith(_ENDINGS) else "plain"


def _titled(draft: Draft, source: SourceFile) -> Draft:
    """With the title that a heading says, or the name; a heading that says it again goes."""
    heading = _HEADING.match(draft.body) if draft.markup == "markdown" else None
    if heading:
        words = (heading["title"] or heading["underlined"]).strip()
        if draft.title in (None, words):
            return evolve(draft, title=words, body=draft.body[heading.end() :].lstrip("\n"))
    if draft.title is None and (dated := _DATED_NAME.fullmatch(source.stem)):
        return evolve(draft, title=re.sub("[-_]+", " ", dated[2]))
    return draft
