"""The importer of feeds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from attrs import field, frozen

from ....errors import NothingToImport, ParseError
from ....markup import elements
from ....markup.trees import name_of
from ....model import Markup
from ...draft import Draft, Removal
from ...front_matter import described
from ...records import told_at_the_end
from ...sources import SourceFile
from ...structured import body_of, divide_title, raised
from ...xml_trees import parse_xml, root_name
from ..base import Recognition
from ..html.furniture import remove_unseen
from ..html.tree import parse_page
from .items import ATOM, RDF, Feed, Item, Words
from .wordpress import (
    KEPT,
    is_export,
    kind_without_text,
    names_of_authors,
    of_the_program,
    with_paragraphs,
)

__all__ = ["FeedImporter"]

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_SEEN = ("publish", "inherit")
"""What WordPress calls texts that everybody can read."""


@frozen
class FeedImporter:
    """Reads RSS, Atom and the exports of WordPress; an item is one text.

    >>> source = SourceFile(
    ...     "blog.xml",
    ...     b"<rss><channel><title>Wishes</title><item><title>One</title>"
    ...     b"<description>Be &lt;i>well&lt;/i>.</description></item></channel></rss>",
    ... )
    >>> [(draft.title, draft.body, draft.category) for draft in FeedImporter().parse(source)]
    [('One', 'Be *well*.', ('Wishes',))]
    """

    def recognises(self, source: SourceFile) -> Recognition | None:
        """The first element of a feed."""
        start = source.text[:20_000]
        if not start.lstrip("\ufeff \t\r\n").startswith("<"):
            return None
        match root_name(start):
            case "rss":
                return Recognition(0.95, "the first element of RSS")
            case "RDF" if any(namespace in start for namespace in RDF):
                return Recognition(0.95, "the first element of RDF, and RSS in it")
            case "feed" if any(namespace in start for namespace in ATOM):
                return Recognition(0.95, "the first element of Atom")
            case _:
                return None

    def parse(self, source: SourceFile) -> Iterator[Draft]:
        """The items in order.

        Raises:
            NothingToImport: none of its items holds a text.
            ParseError: it is not well formed.
            UnsafeSource: it declares entities of its own.
        """
        feed = Feed(parse_xml(source.text, source.uri))
        reading = _Reading(source, feed)
        drafts = told_at_the_end(reading.drafts(), reading.warnings)
        first = next(drafts, None)
        if first is None:
            raise NothingToImport(source.uri, "none of the items of the feed holds a text")
        yield first
        yield from drafts


@frozen
class _Reading:
    """A feed that is being read."""

    source: SourceFile
    feed: Feed
    without_text: Counter[str] = field(factory=Counter)
    unseen: Counter[str] = field(factory=Counter)

    def drafts(self) -> Iterator[Draft]:
        names = names_of_authors(self.feed)
        for item in self.feed.items():
            if kind := kind_without_text(item):
                self.without_text[kind] += 1
            elif draft := self._draft(item, names):
                yield draft

    def warnings(self) -> Iterator[str]:
        if self.without_text:
            told = ", ".join(f"{kind} {times}" for kind, times in sorted(self.without_text.items()))
            yield f"{self.without_text.total()} of its items are no texts and are not in: {told}"
        if self.unseen:
            told = ", ".join(f"{status} {times}" for status, times in sorted(self.unseen.items()))
            yield (
                f"{self.unseen.total()} of its texts have not been published: {told}; "
                "the attribute wp:status tells which"
            )

    def _draft(self, item: Item, names: Mapping[str, str]) -> Draft | None:
        words, summary = item.words()
        body, markup, removed, warnings = self._body(item, words)
        title = item.title
        if not body and not title:
            self.without_text["empty"] += 1
            return None
        status = item.first("wp:status")
        if status and status not in _SEEN:
            self.unseen[status] += 1
        removed = (*removed, *of_the_program(item))
        category = (*self.source.category, self.feed.title or self.source.stem)
        date = item.date()
        draft = Draft(
            # Where there is nothing else, the title is the text.
            body=body or title,
            title=title if body else "",
            markup=markup,
            category=category,
            site=self.feed.title or None,
            raw="\n".join([item.identifier or item.link, date, title, words.text]),
            many=True,
            changes=tuple(dict.fromkeys(one.change for one in removed)),
            removed=removed,
            warnings=warnings,
        )
        subjects, tags = _filed(item)
        draft = described(
            draft,
            {
                "authors": [names.get(one, one) for one in item.authors() or self.feed.authors()],
                "date": date,
                "language": item.language or self.feed.language,
                "rights": item.rights or self.feed.rights,
                "categories": subjects,
                "tags": tags,
            },
        )
        if draft.category != category:
            draft = draft.but(category=(*category, *(draft.category or ())))
        said = {"url": item.link, "identifier": item.identifier, "summary": summary}
        besides = {
            key: value
            for key, value in (*said.items(), *item.others().items())
            if value and (key in KEPT or not key.startswith("wp:"))
        }
        return draft.but(attributes={**draft.attributes, **besides})

    def _body(
        self, item: Item, words: Words
    ) -> tuple[str, Markup, tuple[Removal, ...], tuple[str, ...]]:
        """The text of an item, its notation, what went, and what a person should look at."""
        if not words.is_html:
            return words.text.strip(), "plain", (), ()
        if words.tree is not None:
            root = words.tree
        else:
            text = with_paragraphs(words.text) if is_export(self.feed) else words.text
            if not _COMMENT.sub("", text).strip():
                return "", "plain", (), ()
            try:
                root = parse_page(text, self.source.uri).root
            except ParseError as error:
                return words.text.strip(), "plain", (), (f"an item is no HTML: {error.reason}",)
        removed = tuple(remove_unseen(root))
        body = next((one for one in root.iter() if name_of(one) == "body"), root)
        blocks = elements.read(body, item.link or self.feed.link)
        headings, rest = divide_title(blocks, item.title) if item.title else ((), blocks)
        text, markup = body_of(raised(rest or blocks))
        if headings and rest:
            removed = (*removed, Removal("repeated-title", item.title))
        return text, markup, removed, ()


def _filed(item: Item) -> tuple[list[str], list[str]]:
    """The categories and the tags of an item."""
    subjects: list[str] = []
    tags: list[str] = []
    for words, of in item.subjects():
        (tags if of == "post_tag" else subjects).append(words)
    return subjects, tags
