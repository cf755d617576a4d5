"""Markdown, with or without front matter: a file is one text, or many where the user says so."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from attrs import Factory, field, frozen, validators

from ...errors import ParseError
from ...model import Markup
from ..draft import Draft, Removal, without_line_end
from ..front_matter import FrontMatterError, described, divide
from ..records import renamed
from ..sources import SourceFile
from ..splitting import Splitter, heading_depth, splitter
from .base import Recognition

if TYPE_CHECKING:
    from ..splitting.of_markdown import MarkdownPiece

__all__ = ["MarkdownImporter"]

_ENDINGS = (".md", ".markdown", ".mdown", ".mkd", ".mkdn")
_DATED_NAME = re.compile(r"(\d{4}-\d\d-\d\d)-(.+)")
_CR_LF = re.compile("\r\n")
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
        split: ``auto`` and ``none`` leave a file one text; ``heading`` divides it at each heading
            of the highest level that has more than one, ``heading:N`` at those of the level N, and
            headings above name the category; else as that of plain text. A piece takes along the
            notes that it refers to, and what the front matter says of all; the title of the file is
            the category of them all.

    Raises:
        InvalidValueError: ``split`` is no such thing.

    >>> source = SourceFile(
    ...     "posts/2019-05-03-wish.md", b"---\ntags: [kind]\n---\n# A wish\n\nBe *well*.\n"
    ... )
    >>> (draft,) = MarkdownImporter().parse(source)
    >>> draft.title, draft.created, draft.tags, draft.body
    ('A wish', '2019-05-03', ('kind',), 'Be *well*.')
    """

    fields: Mapping[str, str] = Factory(dict)
    split: str = field(default="auto", validator=validators.instance_of(str))
    _divide: Splitter | None = field(
        init=False,
        repr=False,
        eq=False,
        default=Factory(lambda self: splitter(str(self.split)), takes_self=True),
    )

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
        start = front.end if front else 0
        values = renamed(dict(front.values), self.fields) if front else {}
        body = text[start:]
        if not body.strip() and not (front and front.values):
            return
        draft = Draft(body=without_line_end(body).lstrip("\n"), markup=_markup(source))
        if found := _DATED_NAME.fullmatch(source.stem):
            draft = draft.but(created=found[1])
        whole = described(draft, values)
        pieces = self._pieces(source, body) if whole.markup == "markdown" else ()
        if pieces:
            yield from _many(source, whole, start, pieces)
        else:
            yield _titled(whole, source)

    def _pieces(self, source: SourceFile, body: str) -> tuple[MarkdownPiece, ...]:
        if self.split in ("auto", "none"):
            return ()
        # It loads a parser, which takes long; few files are divided so.
        from ..splitting.of_markdown import divide_markdown, with_notes

        if self.split.partition(":")[0] == "heading":
            return divide_markdown(body, heading_depth(self.split))
        division = self._divide(body, source.uri) if self._divide else None
        return with_notes(body, division.pieces) if division else ()


def _many(
    source: SourceFile, whole: Draft, start: int, pieces: Sequence[MarkdownPiece]
) -> Iterator[Draft]:
    """The texts of a file; what is said of the whole is said of each."""
    above = source.category if whole.category is None else whole.category
    if whole.title:
        above = (*above, whole.title)
    place = _places_before_line_feeds(source.text)
    for each in pieces:
        piece = each.piece
        draft = whole.but(
            title=piece.title,
            body=each.body,
            category=(*above, *piece.category),
            span=(place(start + piece.start), place(start + piece.end)),
            many=True,
            changes=("definitions",) if each.moved else (),
            removed=(
                *piece.removed,
                *(Removal("definitions", words) for words in each.removed),
            ),
            evidence=(f"split: {len(pieces)} texts",),
        )
        yield _titled(draft, source) if piece.title is None else draft


def _places_before_line_feeds(text: str) -> Callable[[int], int]:
    """What tells where a character stood before each CR LF became a line feed."""
    ends = [found.start() - number for number, found in enumerate(_CR_LF.finditer(text))]
    return lambda place: place + bisect_left(ends, place)


def _markup(source: SourceFile) -> Markup:
    return "markdown" if source.name.lower().endswith(_ENDINGS) else "plain"


def _titled(draft: Draft, source: SourceFile) -> Draft:
    """With the title that a heading says, or the name; a heading that says it again goes."""
    heading = _HEADING.match(draft.body) if draft.markup == "markdown" else None
    if heading:
        words = (heading["title"] or heading["underlined"]).strip()
        if draft.title in (None, words):
            return draft.but(title=words, body=draft.body[heading.end() :].lstrip("\n"))
    if draft.title is None and (dated := _DATED_NAME.fullmatch(source.stem)):
        return draft.but(title=re.sub("[-_]+", " ", dated[2]))
    return draft
