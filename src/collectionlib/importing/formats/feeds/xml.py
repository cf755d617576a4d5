"""RSS 0.9 to 2.0 and 1.0 in RDF, Atom (RFC 4287), and the export of WordPress, which is RSS."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping

from attrs import evolve

from ....markup.trees import Element, attribute
from ....model import JSONValue
from ...moments import moment_of
from ...xml_trees import local_name
from . import wordpress
from .told import Feed, Item, Words

__all__ = ["ATOM", "RDF", "feed_of", "items_of"]

RDF = ("http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/")
ATOM = ("http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#")
_PREFIXES: Mapping[str, str] = {
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://purl.org/dc/terms/": "dc:",
    "http://purl.org/rss/1.0/modules/content/": "content:",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes:",
    "http://search.yahoo.com/mrss/": "media:",
}
_WORDPRESS = re.compile(r"http://wordpress\.org/export/[\d.]+/(excerpt/)?")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<!--|&(?:#\d+|#x[0-9a-f]+|[a-z]\w{1,30});", re.IGNORECASE)
_INLINE_TAG = re.compile(r"</?(?:abbr|b|br|cite|code|em|i|q|small|span|strong|sub|sup|u)\b[^<>]*>")
_MAILBOX = re.compile(r"\S+@\S+\s+\((.+)\)")

_TEXTS = (
    "content:encoded", "content", "description", "summary", "dc:description", "excerpt:encoded",
    "itunes:summary",
)  # fmt: skip
_DATES = ("published", "issued", "created", "pubDate", "dc:date", "updated", "modified")
_UNDERSTOOD = frozenset({
    *_TEXTS, *_DATES, "title", "dc:title", "author", "dc:creator", "link", "guid", "id", "category",
    "dc:subject", "rights", "copyright", "dc:rights", "language", "dc:language",
})  # fmt: skip

_WP = "wp:"
_ITEMS = ("item", "entry")
_FILED = ("category", "dc:subject")

_Fields = Mapping[str, list[Element]]
"""The elements in an element, by their names, with prefixes that are always the same."""


def feed_of(root: Element) -> Feed:
    """What a feed says of itself.

    Args:
        root: the element ``rss``, ``RDF`` or ``feed``.
    """
    channel = _channel(root)
    fields = _fields(channel)
    said = _said(channel, fields)
    besides = {name: one for name, one in fields.items() if name not in _ITEMS}
    told = (said.title, said.link, said.language, said.rights, *said.authors)
    return evolve(said, others=_others(besides, told))


def items_of(root: Element) -> Iterator[Item]:
    """Its items, in their order."""
    channel = _channel(root)
    fields = _fields(channel)
    names = wordpress.names_of_authors(_told(one) for one in fields.get("wp:author", ()))
    for one in (*root, *(channel if channel is not root else ())):
        if local_name(one) in _ITEMS:
            item = _item(one)
            said = list(_all_told(one))
            yield wordpress.item_of(item, said, names) if said else item


def _channel(root: Element) -> Element:
    return next((one for one in root if local_name(one) == "channel"), root)


def _fields(element: Element) -> _Fields:
    fields: dict[str, list[Element]] = {}
    for child in element:
        if name := _name_of(child):
            fields.setdefault(name, []).append(child)
    return fields


def _name_of(element: Element) -> str:
    name = local_name(element)
    namespace = _namespace_of(element)
    if found := _WORDPRESS.fullmatch(namespace):
        return f"excerpt:{name}" if found[1] else f"{_WP}{name}"
    return _PREFIXES.get(namespace, "") + name


def _namespace_of(element: Element) -> str:
    tag: object = element.tag
    return tag[1:].partition("}")[0] if isinstance(tag, str) and tag.startswith("{") else ""


def _text(element: Element) -> str:
    return "".join(element.itertext()).strip()


def _first(fields: _Fields, *names: str) -> str:
    found = (_text(one) for name in names for one in fields.get(name, ()))
    return next(filter(None, found), "")


def _said(element: Element, fields: _Fields) -> Feed:
    """What a feed can say, and an item too."""
    title = _INLINE_TAG.sub("", html.unescape(_first(fields, "title", "dc:title")))
    return Feed(
        title=" ".join(title.split()),
        link=_link(fields),
        authors=_authors(fields),
        language=attribute(element, "xml:lang") or _first(fields, "language", "dc:language"),
        rights=_first(fields, "rights", "copyright", "dc:rights"),
    )


def _link(fields: _Fields) -> str:
    for one in fields.get("link", ()):
        address = attribute(one, "href").strip() or _text(one)
        if address and attribute(one, "rel") in ("", "alternate"):
            return address
    return ""


def _authors(fields: _Fields) -> tuple[str, ...]:
    found = [_text(one) for one in fields.get("dc:creator", ())]
    for one in fields.get("author", ()):
        # Atom has elements in it; RSS wants an address, and the name in brackets behind it.
        named = next((_text(part) for part in one if local_name(part) == "name"), "")
        found.append(named if len(one) else _MAILBOX.sub(r"\1", _text(one)))
    return tuple(dict.fromkeys(filter(None, found)))


def _item(element: Element) -> Item:
    fields = _fields(element)
    said = _said(element, fields)
    texts = [_words(one) for name in _TEXTS for one in fields.get(name, ())]
    words, *others = [one for one in texts if one.text.strip()] or [Words()]
    summary = next((one.text.strip() for one in others if one.text != words.text), "")
    identifier, date = _first(fields, "guid", "id"), _first(fields, *_DATES)
    told = (said.title, said.link, said.language, said.rights, *said.authors, words.text, summary)
    besides = {
        name: elements
        for name, elements in fields.items()
        if name not in _FILED and not name.startswith(_WP)
    }
    return Item(
        title=said.title,
        link=said.link,
        authors=said.authors,
        language=said.language,
        rights=said.rights,
        words=words,
        summary=summary,
        identifier=identifier,
        date=moment_of(date) or date,
        subjects=tuple(_filed(fields, of_wordpress=False)),
        tags=tuple(_filed(fields, of_wordpress=True)),
        others=_others(besides, (*told, identifier, date)),
    )


def _words(element: Element) -> Words:
    kind = attribute(element, "type").lower()
    text = "".join(element.itertext())
    if _namespace_of(element) in ATOM:
        if "xhtml" in kind or (len(element) and kind != "html"):
            return Words(text=text, is_html=True, tree=element)
        return Words(text=text, is_html="html" in kind)
    return Words(text=text, is_html=_TAG.search(text) is not None)


def _filed(fields: _Fields, *, of_wordpress: bool) -> Iterator[str]:
    """What an item is filed under: the tags of WordPress, or all else."""
    for one in (one for name in _FILED for one in fields.get(name, ())):
        said = attribute(one, "label") or attribute(one, "term") or _text(one)
        is_tag = attribute(one, "domain") == wordpress.TAGS
        if is_tag == of_wordpress and (words := html.unescape(said).strip()):
            yield words


def _others(fields: _Fields, told: Iterable[str]) -> Mapping[str, JSONValue]:
    """What is said besides what was understood, and by understood names besides the one taken."""
    known = set(map(_plain, told))
    said: dict[str, JSONValue] = {}
    for name, elements in fields.items():
        values: list[JSONValue] = [
            value
            for one in elements
            if not (name in _UNDERSTOOD and _plain(_text(one) or attribute(one, "href")) in known)
            and (value := _value(one))
        ]
        if values:
            said[name] = values if len(values) > 1 else values[0]
    return said


def _plain(text: str) -> str:
    return " ".join(html.unescape(text).split())


def _value(element: Element) -> JSONValue:
    """What an element says: its text, its attributes, or what is in it."""
    if len(element):
        parts = ((_name_of(one), _value(one)) for one in element)
        return [[name, value] for name, value in parts if name and value]
    attributes: JSONValue = {str(key): str(one) for key, one in element.attrib.items() if one}
    return _text(element) or attributes


def _told(element: Element) -> dict[str, str]:
    """What an element of WordPress says, by the names of those in it."""
    return {local_name(one): _text(one) for one in element}


def _all_told(element: Element) -> Iterator[tuple[str, str | Mapping[str, str]]]:
    """What WordPress notes of an item, by name: a text, or several with names of their own."""
    for name, elements in _fields(element).items():
        if name.startswith(_WP):
            for one in elements:
                yield name.removeprefix(_WP), _told(one) if len(one) else _text(one)
