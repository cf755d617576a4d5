"""The pages of parts and entries: what a book consists of, and what it is fast at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Literal

from attrs import frozen

from ...errors import RenderError
from ...markup import html, parse
from ...markup.prose import render_prose
from ...markup.rendered import is_reversible
from ...model import Entry
from ..anthology import Anthology
from ..formats.base import Entries
from ..themes import Fragment, PartHeading, RendersPages
from ..wording import Wording, credits_of
from .facts import Facts
from .layout import Layout, NumberedPart, Page, PlacedEntry
from .pictures import Pictures
from .writing import escape, language_attributes

__all__ = ["TextPages"]

_DEEPEST_HEADING = 6

_language_attributes = lru_cache(maxsize=1024)(language_attributes)


def _nothing(_entry: Entry, _untold: str | None) -> None:
    pass


@frozen
class TextPages:
    """Writes the pages of a book, one after the other.

    Args:
        anthology: the outline of the book.
        layout: where what stands.
        entries: where the bodies are read.
        words: of the book's language.
        pictures: those that go into the book.
        facts: told what was written.
        theme: how the parts begin.
        syntax: of the pages: XHTML says in ``epub:type`` too what something is.
    """

    anthology: Anthology
    layout: Layout
    entries: Entries
    words: Wording
    pictures: Pictures
    facts: Facts
    theme: RendersPages
    syntax: Literal["xhtml", "html"] = "xhtml"

    @property
    def _language(self) -> str:
        return self.anthology.metadata.language or "und"

    def pieces(
        self, page: Page, tell_entry: Callable[[Entry, str | None], None] = _nothing
    ) -> Iterator[str]:
        """A page of parts and entries, piece by piece; each entry is read when its turn has come.

        Args:
            page: which one.
            tell_entry: told of each entry, with its body where what is written does not tell it.

        Raises:
            RenderError: an entry cannot be rendered.
        """
        opened: list[NumberedPart] = []
        for content in page.contents:
            path = content.path if isinstance(content, NumberedPart) else content.parts
            yield from _close_to(_shared(opened, path), opened)
            for part in path[len(opened) :]:
                opened.append(part)
                yield self._part(part, begins=part is content)
            if isinstance(content, PlacedEntry):
                entry = self.entries.get(content.outline.id)
                article, shows_all = self._article(content, entry)
                yield article
                tell_entry(entry, None if shows_all else entry.body)
        yield from _close_to(0, opened)

    def _article(self, placed: PlacedEntry, entry: Entry) -> tuple[str, bool]:
        """The article of an entry, and whether its body can be told again from it."""
        outline = placed.outline
        level = min(1 + len(placed.parts), _DEEPEST_HEADING)
        body, shows_all = self._body(entry, level, placed.anchor)
        language = _language_attributes(entry.language, self._language)
        byline = self._byline(entry)
        self.facts.note_entry(entry, outline.label, self.layout.entries[outline.id])
        if outline.title:
            article = (
                f'<article class="entry" id="{placed.anchor}"{language}>\n'
                f"<h{level}>{escape(outline.title)}</h{level}>\n{byline}{body}\n</article>\n"
            )
        else:
            label = escape(outline.label or "…")
            article = (
                f'<article class="entry untitled" id="{placed.anchor}" aria-label="{label}"'
                f"{language}>\n{byline}{body}\n</article>\n"
            )
        return article, shows_all

    def _body(self, entry: Entry, level: int, anchor: str) -> tuple[str, bool]:
        """The body, and whether it can be told again from what is written of it."""
        if entry.markup == "plain" and (prose := render_prose(entry.body)) is not None:
            return prose, True
        try:
            blocks = parse(entry.body, entry.markup)
            picture: Callable[[str], str | None] = self.pictures.resolver(entry)
            body = html.render(
                blocks,
                heading_offset=level,
                link=_link,
                picture=picture,
                note_prefix=f"{anchor}-",
                epub_types=self.syntax == "xhtml",
            )
            if self.syntax == "html":
                # The first line feed in it is not read (HTML §13.1.2.5).
                body = body.replace("<pre>\n", "<pre>\n\n")
            self.facts.note_markup(body)
            return body, is_reversible(blocks, heading_offset=level, link=_link)
        except (ValueError, RecursionError) as error:
            raise RenderError(entry.id, str(error)) from error

    def _part(self, numbered: NumberedPart, *, begins: bool) -> str:
        """The beginning of a part; in a book one that goes on has no heading again."""
        label = escape(numbered.label)
        level = min(1 + len(numbered.above), _DEEPEST_HEADING)
        if not begins:
            # A page of a website is come to from anywhere.
            again = f'<h{level} class="part-title">{escape(numbered.part.title)}</h{level}>\n'
            return f'<section class="part" aria-label="{label}">\n' + (
                again if self.syntax == "html" else ""
            )
        intro = self._opening(numbered, level)
        heading = PartHeading(numbered.part.title, level, intro=intro)
        kind = ' epub:type="part"' if self.syntax == "xhtml" else ""
        return (
            f'<section class="part" id="{numbered.anchor}"{kind} role="doc-part" '
            f'aria-label="{label}">\n{self.theme.render(heading, language=self._language)}'
        )

    def _opening(self, numbered: NumberedPart, level: int) -> Fragment:
        """What stands below the heading of a part."""
        opening = numbered.part.opening
        blocks = parse(opening.body, opening.markup) if opening else ()
        intro = html.render(
            blocks,
            heading_offset=level,
            link=_link,
            picture=_no_picture,
            note_prefix=f"{numbered.anchor}-",
            epub_types=self.syntax == "xhtml",
        )
        return Fragment(intro)

    def _byline(self, entry: Entry) -> str:
        if not entry.contributors:
            return ""
        return f'<p class="byline">{escape(credits_of(entry.contributors, self.words))}</p>\n'


def _shared(opened: Sequence[NumberedPart], path: Sequence[NumberedPart]) -> int:
    if opened and len(opened) == len(path) and opened[-1] is path[-1]:
        return len(opened)
    shared = 0
    for own, other in zip(opened, path, strict=False):
        if own.number != other.number:
            break
        shared += 1
    return shared


def _close_to(depth: int, opened: list[NumberedPart]) -> Iterator[str]:
    while len(opened) > depth:
        opened.pop()
        yield "</section>\n"


def _no_picture(_address: str) -> None:
    """What the beginning of a part shows is said in words."""


def _link(address: str) -> str | None:
    # A relative address leads to nothing that is in the book.
    safe = html.safe_address(address)
    return safe if safe and safe.lower().startswith(("http:", "https:", "mailto:")) else None
