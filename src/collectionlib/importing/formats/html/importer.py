"""The importer of pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import lxml.etree as etree
from attrs import evolve, frozen

from ....errors import NothingToImport
from ....markup import elements, markdown, plain
from ....markup.blocks import Block, Heading, words
from ....markup.trees import Element, name_of, text_of
from ....model import Markup
from ...decoding.declared import declared_encoding
from ...draft import Draft, Removal
from ...front_matter import FrontMatter, FrontMatterError, described, divide
from ...sources import SourceFile
from ...xml_trees import root_name
from ..base import Recognition
from . import furniture, titles
from .about import About, about, described_by, language_of, of_text
from .articles import articles_of, is_imprint, is_navigation, sections_around
from .tree import parse_page, take_out

__all__ = ["HtmlImporter"]

_ENDINGS = (".html", ".htm", ".xhtml", ".xht", ".shtml")
_BEGINS = re.compile(
    r"\s*(?:<\?xml[^>]{0,300}\?>\s*)?(?:<!--.{0,5000}?-->\s*)*"
    r"(?:<!DOCTYPE\s+html|<html[\s>]|<head[\s>]|<body[\s>])",
    re.IGNORECASE | re.DOTALL,
)
_PACKAGE_PARTS = {
    "package": "the package document of an e-book",
    "ncx": "the table of contents of an e-book",
    "container": "the list of what is in an e-book",
}
_LONGEST_REST = 200
"""Characters between the texts of a page, from which on they are a text of their own."""


@frozen
class HtmlImporter:
    """Reads pages and the documents of e-books; one that holds many articles is many texts.

    Args:
        articles: whether such a page is taken apart.
        main_only: whether navigation, banners and the like are left out of a text.

    >>> source = SourceFile("joke.html", b"<h1>A wish</h1><script>x()</script><p>Be <i>well</i>.")
    >>> [(draft.title, draft.body) for draft in HtmlImporter().parse(source)]
    [('A wish', 'Be *well*.')]
    """

    articles: bool = True
    main_only: bool = True

    def recognises(self, source: SourceFile) -> Recognition | None:
        """What a page begins with, or an ending of pages."""
        start = source.text[:8192]
        if _BEGINS.match(start):
            return Recognition(0.9, "it begins as a page does")
        root = root_name(start)
        if root in _PACKAGE_PARTS and source.text.lstrip().startswith("<?xml"):
            return Recognition(0.9, f"it is {_PACKAGE_PARTS[root]}")
        if source.name.lower().endswith(_ENDINGS):
            return Recognition(0.8, f"the ending of {source.name}")
        return None

    def parse(self, source: SourceFile) -> Iterator[Draft]:
        """The text of a page, or the texts of one that holds many, in order.

        Raises:
            ParseError: it is nested too deeply.
            NothingToImport: it is no text but a table of contents, a colophon, or a part of a
                book's package.
            UnsafeSource: it declares entities of its own.
        """
        if not source.text.strip():
            return
        _refuse_package(source)
        # Generators of sites put front matter before HTML too.
        front = _front_matter(source.text)
        page = parse_page(source.text[front.end :] if front else source.text, source.uri)
        described_page = about(page.root)
        body = next((one for one in page.root.iter() if name_of(one) == "body"), page.root)
        removed = furniture.remove_unseen(page.root)
        if is_navigation(body):
            raise NothingToImport(
                source.uri,
                "it is a table of contents, no text: import the files that its links lead to",
            )
        if is_imprint(body):
            raise NothingToImport(source.uri, "it says how a book was made, or of what")
        warnings = (*page.warnings, *_doubts(source))
        reading = _Reading(source, described_page, body, warnings, self.articles, self.main_only)
        for draft in reading.drafts(removed):
            yield described(draft, front.values) if front else draft


def _front_matter(text: str) -> FrontMatter | None:
    if not text.startswith(("---", "+++")):
        return None
    try:
        return divide(text)
    except FrontMatterError:
        return None


def _refuse_package(source: SourceFile) -> None:
    root = root_name(source.text[:8192])
    if root in _PACKAGE_PARTS:
        raise NothingToImport(
            source.uri, f"it is {_PACKAGE_PARTS[root]}, no text: import the book or its texts"
        )


def _doubts(source: SourceFile) -> Iterator[str]:
    declared = declared_encoding(source.data)
    encoding = source.decoded.encoding
    if declared is None or source.encoding or "declared" in source.decoded.evidence:
        return
    if encoding != "ascii" and _plain_name(declared) != _plain_name(encoding):
        yield f"it says that it is in {declared}, and is read as {encoding}"


def _plain_name(encoding: str) -> str:
    return re.sub(r"[-_]|[lb]e\Z", "", encoding.lower())


@frozen
class _Reading:
    """A page that is being read."""

    source: SourceFile
    page: About
    body: Element
    warnings: tuple[str, ...]
    split: bool
    main_only: bool

    def drafts(self, removed: list[Removal]) -> Iterator[Draft]:
        body = self.body
        known = tuple(titles.without_site(one, self.page, body) for one in self.page.titles)
        in_header = self._title_in_header()
        if self.main_only:
            removed += furniture.remove_furniture(body)
        articles = articles_of(body) if self.split else []
        if articles:
            yield from self._many(articles, removed, known)
            return
        main = furniture.main_of(body) if self.main_only else body
        removed += furniture.outside_of(main, body)
        title, heading = titles.title_of_page(main, evolve(self.page, titles=known), in_header)
        yield from self._one(main, title, heading, removed)

    def _title_in_header(self) -> str | None:
        """The heading of the first level, where the page has one only."""
        found = [text_of(one) for one in self.body.iter() if name_of(one) == "h1"]
        return found[0] if len(found) == 1 else None

    def _one(
        self,
        main: Element,
        title: str | None,
        heading: titles.Heading | None,
        removed: list[Removal],
    ) -> Iterator[Draft]:
        values = of_text(main)
        language = language_of(main)
        if heading is not None:
            take_out(heading.element)
        blocks = _levelled(elements.read(main, self.page.url))
        if not blocks and title is None:
            return
        body, markup = _written(blocks)
        draft = Draft(
            body=body,
            markup=markup,
            changes=_changes(removed),
            removed=tuple(removed),
            evidence=(_why(title, heading),),
            warnings=self.warnings,
        )
        draft = described_by(draft, self.page)
        draft = _with(draft, values, language)
        yield draft.but(title=title)

    def _many(
        self, articles: list[Element], removed: list[Removal], known: tuple[str, ...]
    ) -> Iterator[Draft]:
        group = known[0] if known else self.source.stem
        raws = [etree.tostring(one, encoding="unicode", with_tail=False) for one in articles]
        around = list(sections_around(articles, self.body))
        found = [
            self._article(article, raw, sections or (group,))
            for article, raw, sections in zip(articles, raws, around, strict=True)
        ]
        rest = self._rest(articles, {group, *(words for one in around for words in one)})
        if rest is not None and len(_words_of(rest)) > _LONGEST_REST:
            found.append(self._leftover(rest, group))
        elif rest is not None and (left := _words_of(rest)):
            removed = [*removed, Removal("between-texts", left)]
        evidence = f"{len(articles)} articles on one page"
        first, *others = found
        yield first.but(
            removed=tuple(removed),
            changes=_changes(removed),
            warnings=self.warnings,
            evidence=(evidence, *first.evidence),
        )
        yield from (one.but(evidence=(evidence, *one.evidence)) for one in others)

    def _article(self, article: Element, raw: str, sections: tuple[str, ...]) -> Draft:
        values = of_text(article)
        heading = titles.first_heading(article)
        language = language_of(article)
        if heading is not None:
            take_out(heading.element)
        body, markup = _written(_levelled(elements.read(article, self.page.url)))
        draft = Draft(
            body=body,
            markup=markup,
            raw=raw,
            many=True,
            evidence=(_why(heading.words if heading else None, heading),),
        )
        # What the page says of itself is not said of each text on it, but for these.
        shared = {
            key: value
            for key, value in self.page.values.items()
            if key in ("author", "rights", "language", "publisher")
        }
        draft = described_by(draft, evolve(self.page, values=shared))
        draft = _with(draft, values, language)
        category = (*self.source.category, *(name for name in sections if name.strip()))
        return draft.but(title=heading.words if heading else "", category=category)

    def _rest(self, articles: list[Element], headings: set[str]) -> tuple[Block, ...] | None:
        """The blocks outside of the articles, without the headings that became categories."""
        for one in articles:
            take_out(one)
        blocks = elements.read(self.body, self.page.url)
        return (
            tuple(
                block
                for block in blocks
                if not (isinstance(block, Heading) and " ".join(words([block])) in headings)
            )
            or None
        )

    def _leftover(self, blocks: tuple[Block, ...], group: str) -> Draft:
        body, markup = _written(_levelled(blocks))
        draft = Draft(
            body=body,
            markup=markup,
            title=group,
            raw=body,
            many=True,
            category=(*self.source.category, group),
            warnings=("it stands on the page outside of its articles",),
        )
        return _with(draft, {}, language_of(self.body))


def _words_of(blocks: Iterable[Block]) -> str:
    return " ".join(words(blocks))


def _why(title: str | None, heading: titles.Heading | None) -> str:
    if heading is not None:
        return f"the title is that of a heading, {name_of(heading.element)}"
    return "the title is that of the page's head" if title else "the page gives no title"


def _with(draft: Draft, values: dict[str, object], language: str | None) -> Draft:
    """With what the text itself says: its language counts before that of the page's head."""
    if language:
        draft = described(draft, {"language": language})
    known = {"date": draft.created, "rights": draft.rights, "author": draft.contributors}
    return described(draft, {key: one for key, one in values.items() if not known.get(key)})


def _changes(removed: Iterable[Removal]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.change for one in removed))


def _levelled(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """The blocks with headings from level 1 on, without a gap."""
    blocks = tuple(blocks)
    levels = sorted({block.level for block in blocks if isinstance(block, Heading)})
    return tuple(
        evolve(block, level=levels.index(block.level) + 1) if isinstance(block, Heading) else block
        for block in blocks
    )


def _written(blocks: tuple[Block, ...]) -> tuple[str, Markup]:
    """The blocks as plain text where that says it all, else as Markdown."""
    text = plain.render(blocks)
    if plain.parse(text) == blocks:
        return text, "plain"
    body = markdown.render(blocks)
    # What Markdown cannot hold, such as quotes a hundred deep, is kept as words.
    return (body, "markdown") if words(markdown.parse(body)) == words(blocks) else (text, "plain")
