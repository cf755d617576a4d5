"""The pages of parts and entries: what a book consists of, and what it is fast at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import msgspec
from attrs import frozen

from ....codec import to_plain
from ....errors import RenderError
from ....markup import html, parse
from ....markup.prose import render_prose
from ....markup.rendered import is_reversible
from ....model import Entry
from ...anthology import Anthology
from ...themes import Fragment, PartHeading, Theme
from ...wording import Wording, credits_of
from ..base import Entries
from .documents import document, escape, language_attributes
from .facts import Facts
from .layout import Layout, NumberedPart, Page, PlacedEntry
from .pictures import Pictures

__all__ = ["TextPages"]

_DEEPEST_HEADING = 6
# The importer reads the same name; importing and publishing do not know each other.
_ENTRY_META = "collectionlib-entry"
_SOURCE = ("uri", "member", "start", "site")
_PRIVATE = frozenset({"body", "source", "attributes"})
_STYLE = "../style.css"

_language_attributes = lru_cache(maxsize=1024)(language_attributes)


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
        vertical: whether the book is set in columns.
    """

    anthology: Anthology
    layout: Layout
    entries: Entries
    words: Wording
    pictures: Pictures
    facts: Facts
    theme: Theme
    vertical: bool = False

    def page(self, page: Page) -> str:
        """A page of parts and entries; each entry is read when its turn has come.

        Raises:
            RenderError: an entry cannot be rendered.
        """
        language = self.anthology.metadata.language or "und"
        pieces: list[str] = []
        records: list[str] = []
        opened: list[NumberedPart] = []
        for content in page.contents:
            path = content.path if isinstance(content, NumberedPart) else content.parts
            _close_to(_shared(opened, path), opened, pieces)
            for part in path[len(opened) :]:
                opened.append(part)
                pieces.append(self._part(part, begins=part is content))
            if isinstance(content, PlacedEntry):
                entry = self.entries.get(content.outline.id)
                self._write(content, entry, language, pieces, records)
        _close_to(0, opened, pieces)
        finished = document(
            page.title,
            "".join(pieces),
            language,
            kind="bodymatter",
            style=_STYLE,
            head="".join(records),
            vertical=self.vertical,
        )
        self.facts.note_page(finished)
        return finished

    def _write(
        self,
        placed: PlacedEntry,
        entry: Entry,
        book_language: str,
        pieces: list[str],
        records: list[str],
    ) -> None:
        """The article of an entry, and its record for the head of the page."""
        outline = placed.outline
        level = min(1 + len(placed.parts), _DEEPEST_HEADING)
        body, shows_all = self._body(entry, level, placed.anchor)
        language = _language_attributes(entry.language, book_language)
        byline = self._byline(entry)
        if outline.title:
            pieces.append(
                f'<article class="entry" id="{placed.anchor}"{language}>\n'
                f"<h{level}>{escape(outline.title)}</h{level}>\n{byline}{body}\n</article>\n"
            )
        else:
            label = escape(outline.label or "…")
            pieces.append(
                f'<article class="entry untitled" id="{placed.anchor}" aria-label="{label}"'
                f"{language}>\n{byline}{body}\n</article>\n"
            )
        records.append(_record(entry, with_body=not shows_all))
        self.facts.note_entry(entry, outline.label, self.layout.entries[outline.id])

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
                epub_types=True,
            )
            self.facts.note_markup(body)
            return body, is_reversible(blocks, heading_offset=level, link=_link)
        except (ValueError, RecursionError) as error:
            raise RenderError(entry.id, str(error)) from error

    def _part(self, numbered: NumberedPart, *, begins: bool) -> str:
        """The beginning of a part; one that goes on from another page has no heading again."""
        label = escape(numbered.label)
        if not begins:
            return f'<section class="part" aria-label="{label}">\n'
        level = min(1 + len(numbered.above), _DEEPEST_HEADING)
        description = numbered.part.category.description
        intro = Fragment(html.render(parse(description, "plain")) if description else "")
        heading = PartHeading(numbered.part.title, level, intro=intro)
        language = self.anthology.metadata.language or "und"
        return (
            f'<section class="part" id="{numbered.anchor}" epub:type="part" role="doc-part" '
            f'aria-label="{label}">\n{self.theme.render(heading, language=language)}'
        )

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


def _close_to(depth: int, opened: list[NumberedPart], pieces: list[str]) -> None:
    while len(opened) > depth:
        opened.pop()
        pieces.append("</section>\n")


def _record(entry: Entry, *, with_body: bool) -> str:
    """What the importer needs besides the page, to give the entry back as it was.

    Of its source where it is from, which decides about its place, not how it was read.
    """
    plain = {key: value for key, value in to_plain(entry).items() if key not in _PRIVATE}
    if entry.source:
        known = {name: getattr(entry.source, name) for name in _SOURCE}
        plain["source"] = {name: value for name, value in known.items() if value is not None}
    if with_body:
        plain["body"] = entry.body
    content = msgspec.json.encode(plain).decode().replace("&", "&amp;").replace("<", "&lt;")
    # JSON is full of double quotes, which need no reference between single ones.
    return f"<meta name=\"{_ENTRY_META}\" content='{content.replace(chr(39), '&#39;')}'/>\n"


def _link(address: str) -> str | None:
    # A relative address leads to nothing that is in the book.
    safe = html.safe_address(address)
    return safe if safe and safe.lower().startswith(("http:", "https:", "mailto:")) else None
