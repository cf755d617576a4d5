"""What a feed says, and each of its items: RSS 0.9 to 2.0 and 1.0 in RDF, Atom (RFC 4287)."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import ClassVar

from attrs import frozen

from ....markup.trees import Element, attribute
from ....model import JSONValue
from ...xml_trees import local_name

__all__ = ["ATOM", "RDF", "Feed", "Item", "Words", "key_of", "text_of"]

RDF = ("http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/")
ATOM = ("http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#")
_PREFIXES: Mapping[str, str] = {
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dc",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://search.yahoo.com/mrss/": "media",
    **dict.fromkeys((*RDF, *ATOM), ""),
}
_WORDPRESS = re.compile(r"http://wordpress\.org/export/[\d.]+/(excerpt/)?")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<!--|&(?:#\d+|#x[0-9a-f]+|[a-z]\w{1,30});", re.IGNORECASE)
_INLINE_TAG = re.compile(r"</?(?:abbr|b|br|cite|code|em|i|q|small|span|strong|sub|sup|u)\b[^<>]*>")
_MAILBOX = re.compile(r"\S+@\S+\s+\((.+)\)")


def key_of(element: Element) -> str:
    """The name of an element with a prefix that is always the same, none for those of feeds.

    >>> import lxml.etree as etree
    >>> key_of(etree.fromstring('<x:creator xmlns:x="http://purl.org/dc/elements/1.1/"/>'))
    'dc:creator'
    """
    name = local_name(element)
    tag: object = element.tag
    namespace = tag[1:].partition("}")[0] if isinstance(tag, str) and tag[:1] == "{" else ""
    prefix = _PREFIXES.get(namespace, "")
    if found := _WORDPRESS.fullmatch(namespace):
        prefix = "excerpt" if found[1] else "wp"
    return f"{prefix}:{name}" if prefix else name


def text_of(element: Element | None) -> str:
    """The characters of an element, without blanks around them; ``""`` where there is none."""
    return "" if element is None else "".join(element.itertext()).strip()


@frozen
class Words:
    """The text of an item, as the feed has it.

    Args:
        text: its characters.
        is_html: whether they are HTML.
        tree: the element that holds it, where it is XHTML.
    """

    text: str
    is_html: bool
    tree: Element | None = None


class _Fields:
    """The elements in an element, by their keys."""

    def __init__(self, element: Element) -> None:
        self.element = element
        self.fields: dict[str, list[Element]] = {}
        for child in element:
            if name := key_of(child):
                self.fields.setdefault(name, []).append(child)

    def first(self, *keys: str) -> str:
        """The first text under one of the keys."""
        found = (text_of(one) for key in keys for one in self.fields.get(key, ()))
        return next(filter(None, found), "")

    def authors(self) -> list[str]:
        """Who has written it, by name."""
        found = [text_of(one) for one in self.fields.get("dc:creator", ())]
        for one in self.fields.get("author", ()):
            name = next((text_of(part) for part in one if local_name(part) == "name"), "")
            # RSS wants an address, and the name in brackets behind it.
            plain = _MAILBOX.sub(r"\1", text_of(one)) if not len(one) else ""
            found.append(name or plain)
        return list(dict.fromkeys(filter(None, found)))

    @cached_property
    def language(self) -> str:
        """The tag of the language that it says it is in."""
        return attribute(self.element, "xml:lang") or self.first("language", "dc:language")

    @cached_property
    def link(self) -> str:
        """The address of its page."""
        for one in self.fields.get("link", ()):
            address = attribute(one, "href").strip() or text_of(one)
            if address and attribute(one, "rel") in ("", "alternate"):
                return address
        return ""

    @cached_property
    def title(self) -> str:
        """Its title on one line, without marks."""
        raw = _INLINE_TAG.sub("", html.unescape(self.first("title", "dc:title")))
        return " ".join(raw.split())

    @property
    def rights(self) -> str:
        """Who holds them, or how it may be used."""
        return self.first("rights", "copyright", "dc:rights")


class Feed(_Fields):
    """A feed: what it says of itself, and its items.

    Args:
        root: the element ``rss``, ``RDF`` or ``feed``.
    """

    def __init__(self, root: Element) -> None:
        channel = next((one for one in root if local_name(one) == "channel"), root)
        super().__init__(channel)
        self._parts = [*root, *(channel if channel is not root else ())]

    def items(self) -> Iterator[Item]:
        """In their order."""
        return (Item(one) for one in self._parts if local_name(one) in Item.NAMES)


class Item(_Fields):
    """An item of a feed, or an entry."""

    NAMES: ClassVar[tuple[str, ...]] = ("item", "entry")
    _TEXTS: ClassVar[tuple[str, ...]] = (
        "content:encoded", "content", "description", "summary", "dc:description",
        "excerpt:encoded", "itunes:summary",
    )  # fmt: skip
    _UNDERSTOOD: ClassVar[frozenset[str]] = frozenset({
        *_TEXTS, "title", "dc:title", "author", "dc:creator", "link", "guid", "id", "category",
        "dc:subject", "pubDate", "published", "updated", "modified", "issued", "created",
        "dc:date", "rights", "copyright", "dc:rights", "language", "dc:language",
    })  # fmt: skip

    def words(self) -> tuple[Words, str]:
        """The longest of its texts there is, and what else sums it up; ``""`` where nothing."""
        found = [
            words
            for key in self._TEXTS
            for one in self.fields.get(key, ())
            if (words := _words(one)).text.strip()
        ]
        if not found:
            return Words("", is_html=False), ""
        first, *others = found
        summary = next((one.text.strip() for one in others if one.text != first.text), "")
        return first, summary

    def date(self) -> str:
        """When it was published, as ISO 8601 has it, or as it stands there."""
        keys = ("published", "issued", "created", "pubDate", "dc:date", "updated", "modified")
        said = self.first(*keys)
        try:
            moment = parsedate_to_datetime(said)
        except (ValueError, TypeError, IndexError, OverflowError):
            return said
        # "-0000": the time is that of UTC, the place is not told (RFC 5322 §3.3).
        return moment.isoformat() if moment.tzinfo else f"{moment.isoformat()}Z"

    def subjects(self) -> Iterator[tuple[str, str]]:
        """The words that it is filed under, each with the list that it is from, if that is told."""
        for one in (*self.fields.get("category", ()), *self.fields.get("dc:subject", ())):
            said = attribute(one, "label") or attribute(one, "term") or text_of(one)
            if words := html.unescape(said).strip():
                yield words, attribute(one, "domain")

    @property
    def identifier(self) -> str:
        """What it is known by, wherever it stands."""
        return self.first("guid", "id")

    def others(self) -> dict[str, JSONValue]:
        """What it says besides, by key."""
        said: dict[str, JSONValue] = {}
        for key, elements in self.fields.items():
            values: list[JSONValue] = [value for one in elements if (value := _value(one))]
            if values and key not in self._UNDERSTOOD:
                said[key] = values if len(values) > 1 else values[0]
        return said


def _words(element: Element) -> Words:
    kind = attribute(element, "type").lower()
    text = "".join(element.itertext())
    if key_of(element) in ("content", "summary") and _is_of_atom(element):
        if "xhtml" in kind or (len(element) and kind != "html"):
            return Words(text, is_html=True, tree=element)
        return Words(text, is_html="html" in kind)
    return Words(text, is_html=_TAG.search(text) is not None)


def _is_of_atom(element: Element) -> bool:
    return str(element.tag).startswith(tuple(f"{{{one}}}" for one in ATOM))


def _value(element: Element) -> JSONValue:
    """What an element says: its text, its attributes, or what is in it."""
    if len(element):
        parts = ((key_of(one), _value(one)) for one in element)
        return [[name, value] for name, value in parts if name and value]
    attributes: JSONValue = {str(key): str(one) for key, one in element.attrib.items() if one}
    return text_of(element) or attributes
