"""The importer of feeds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import msgspec
from attrs import field, frozen

from ....errors import NothingToImport, ParseError
from ....markup import elements
from ....markup.trees import name_of
from ....model import JSONValue, Markup
from ...draft import Draft, Removal
from ...front_matter import described
from ...records import told_at_the_end
from ...sources import SourceFile
from ...structured import body_of, divide_title, raised
from ...xml_trees import parse_xml, root_name
from ..base import Recognition
from ..html.furniture import remove_unseen
from ..html.tree import parse_page
from . import json_feed, xml
from .told import Feed, Item

__all__ = ["FeedImporter"]

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_JSON = re.compile(r"\s*\{")
_LOOKED_AT = 20_000


@frozen
class FeedImporter:
    """Reads RSS, Atom, JSON Feed and the exports of WordPress; an item is one text.

    >>> source = SourceFile(
    ...     "blog.xml",
    ...     b"<rss><channel><title>Wishes</title><item><title>One</title>"
    ...     b"<description>Be &lt;i>well&lt;/i>.</description></item></channel></rss>",
    ... )
    >>> [(draft.title, draft.body, draft.category) for draft in FeedImporter().parse(source)]
    [('One', 'Be *well*.', ('Wishes',))]
    """

    def recognises(self, source: SourceFile) -> Recognition | None:
        """The first element of a feed, or the version that a JSON Feed says."""
        start = source.text[:_LOOKED_AT].lstrip("\ufeff \t\r\n")
        if start.startswith("{"):
            is_feed = json_feed.VERSION in start.replace("\\/", "/")
            return Recognition(0.95, "the version of a JSON Feed") if is_feed else None
        if not start.startswith("<"):
            return None
        match root_name(start):
            case "rss":
                return Recognition(0.95, "the first element of RSS")
            case "RDF" if any(namespace in start for namespace in xml.RDF):
                return Recognition(0.95, "the first element of RDF, and RSS in it")
            case "feed" if any(namespace in start for namespace in xml.ATOM):
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
        if _JSON.match(source.text):
            value = json_feed.parsed(source.text, source.uri)
            feed, items = json_feed.feed_of(value), json_feed.items_of(value)
        else:
            root = parse_xml(source.text, source.uri)
            feed, items = xml.feed_of(root), xml.items_of(root)
        reading = _Reading(source, feed)
        drafts = told_at_the_end(reading.drafts(items), reading.warnings)
        first = next(drafts, None)
        if first is None:
            raise NothingToImport(source.uri, "none of the items of the feed holds a text")
        if feed.others:
            # What the feed says besides belongs to none of its items.
            said = "\n".join(f"{key}: {_words(value)}" for key, value in feed.others.items())
            first = first.but(
                removed=(Removal("feed", said), *first.removed), changes=("feed", *first.changes)
            )
        yield first
        yield from drafts


@frozen
class _Reading:
    """A feed that is being read.

    Args:
        source: its file.
        feed: what it says of itself.
        without_text: how many items are no texts, by what they are.
        unseen: how many texts not everybody can read, by why.
    """

    source: SourceFile
    feed: Feed
    without_text: Counter[str] = field(factory=Counter)
    unseen: Counter[str] = field(factory=Counter)

    def drafts(self, items: Iterator[Item]) -> Iterator[Draft]:
        for item in items:
            draft = None if item.kind else self._draft(item)
            if draft is None:
                self.without_text[item.kind or "empty"] += 1
                continue
            if item.status:
                self.unseen[item.status] += 1
            yield draft

    def warnings(self) -> Iterator[str]:
        if self.without_text:
            yield (
                f"{self.without_text.total()} of its items are no texts and are not in: "
                f"{_counted(self.without_text)}"
            )
        if self.unseen:
            yield (
                f"{self.unseen.total()} of its texts have not been published: "
                f"{_counted(self.unseen)}; the attribute wp:status tells which"
            )

    def _draft(self, item: Item) -> Draft | None:
        body, markup, removed, warnings = self._body(item)
        if not body and not item.title:
            return None
        removed = (*removed, *item.removed)
        category = (*self.source.category, self.feed.title or self.source.stem)
        draft = Draft(
            # Where there is nothing else, the title is the text.
            body=body or item.title,
            title=item.title if body else "",
            markup=markup,
            category=category,
            site=self.feed.title or None,
            raw="\n".join([item.identifier or item.link, item.date, item.title, item.words.text]),
            many=True,
            changes=tuple(dict.fromkeys(one.change for one in removed)),
            removed=removed,
            warnings=warnings,
        )
        draft = described(
            draft,
            {
                "authors": [*(item.authors or self.feed.authors)],
                "date": item.date,
                "language": item.language or self.feed.language,
                "rights": item.rights or self.feed.rights,
                "categories": [*item.subjects],
                "tags": [*item.tags],
            },
        )
        if draft.category != category:
            draft = draft.but(category=(*category, *(draft.category or ())))
        said = {"url": item.link, "identifier": item.identifier, "summary": item.summary}
        besides = {key: value for key, value in {**said, **item.others}.items() if value}
        return draft.but(attributes={**draft.attributes, **besides})

    def _body(self, item: Item) -> tuple[str, Markup, tuple[Removal, ...], tuple[str, ...]]:
        """The text of an item, its notation, what went, and what a person should look at."""
        text = item.words.text
        if not item.words.is_html:
            return text.strip(), "plain", (), ()
        if item.words.tree is not None:
            root = item.words.tree
        elif not _COMMENT.sub("", text).strip():
            return "", "plain", (), ()
        else:
            try:
                root = parse_page(text, self.source.uri).root
            except ParseError as error:
                return text.strip(), "plain", (), (f"an item is no HTML: {error.reason}",)
        removed = tuple(remove_unseen(root))
        body = next((one for one in root.iter() if name_of(one) == "body"), root)
        blocks = elements.read(body, item.link or self.feed.link)
        headings, rest = divide_title(blocks, item.title) if item.title else ((), blocks)
        body_text, markup = body_of(raised(rest or blocks))
        if headings and rest:
            removed = (*removed, Removal("repeated-title", item.title))
        return body_text, markup, removed, ()


def _words(value: JSONValue) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{what} {times}" for what, times in sorted(counts.items()))
