"""What a page says of itself: in its head, in JSON-LD, in links, and in the marks of its text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec
from attrs import frozen

from ....markup.trees import Element, attribute, name_of, text_of
from ...draft import Draft
from ...front_matter import described

__all__ = ["About", "about", "described_by", "language_of", "of_text"]

_METAS: Mapping[str, str] = {
    "author": "author", "dc.creator": "author", "dcterms.creator": "author",
    "article:author": "author", "parsely-author": "author", "sailthru.author": "author",
    "article:published_time": "date", "date": "date", "dc.date": "date", "dcterms.created": "date",
    "dcterms.issued": "date", "dc.date.issued": "date", "datepublished": "date",
    "publish_date": "date", "pubdate": "date", "parsely-pub-date": "date",
    "keywords": "keywords", "article:tag": "keywords", "news_keywords": "keywords",
    "dc.rights": "rights", "dcterms.rights": "rights", "dcterms.license": "rights",
    "copyright": "rights", "content-language": "language", "dc.language": "language",
    "og:locale": "language", "description": "description", "og:description": "description",
    "dc.description": "description", "og:title": "title", "dc.title": "title",
    "twitter:title": "title", "og:site_name": "site", "application-name": "site",
    "og:url": "url", "dc.publisher": "publisher",
}  # fmt: skip
_LINKED_DATA = {
    "headline": "title", "datePublished": "date", "author": "author", "creator": "author",
    "license": "rights", "inLanguage": "language", "description": "description",
    "keywords": "keywords", "isPartOf": "site", "publisher": "site",
}  # fmt: skip
_WORKS = re.compile(
    r"Article|Posting|CreativeWork|Poem|ShortStory|Book|Chapter|Recipe|Quotation|WebPage|Report"
)
_ITEMS = {"author": "author", "datepublished": "date", "license": "rights"}
_BY = re.compile(r"(?:written |posted )?by:?\s+", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_LONGEST_NAME = 100


@frozen
class About:
    """What a page says of itself.

    Args:
        values: by the keys of front matter; what a page says first counts.
        titles: how it calls itself, the surest first: for sharing, then for the window.
        shared_title: the one for sharing.
        site: name of the site.
        url: its own address.
    """

    values: Mapping[str, Any]
    titles: tuple[str, ...]
    shared_title: str
    site: str | None
    url: str

    @property
    def host(self) -> str:
        """The name of its host without its ending, letters and digits only."""
        try:
            host = (urlsplit(self.url).hostname or "").removeprefix("www.")
        except ValueError:
            return ""
        return re.sub(r"[\W_]", "", host.rpartition(".")[0]).casefold()


def about(root: Element) -> About:
    """What the page says in its head, and in data for machines anywhere."""
    found: dict[str, Any] = {}
    for key, value in (*_metas(root), *_linked_data(root), *_links(root)):
        if key == "keywords" and isinstance(value, str):
            value = [word.strip() for word in value.split(",")]
        if key in ("keywords", "author") and key in found:
            found[key] = list(dict.fromkeys([*_listed(found[key]), *_listed(value)]))
        else:
            found.setdefault(key, value)
    window = next((text_of(one) for one in root.iter() if name_of(one) == "title"), "")
    shared = next(iter(_listed(found.pop("title", ""))), "")
    titles = tuple(dict.fromkeys(one for one in (shared, window) if one))
    site = found.pop("site", None)
    url = str(found.get("url", ""))
    return About(
        values=found,
        titles=titles,
        shared_title=shared,
        site=site if isinstance(site, str) else None,
        url=url if _ADDRESS.match(url) else "",
    )


def _metas(root: Element) -> Iterator[tuple[str, str]]:
    for meta in root.iter():
        if name_of(meta) != "meta":
            continue
        names = (attribute(meta, kind).strip().lower() for kind in ("name", "property"))
        name = next(filter(None, names), attribute(meta, "http-equiv").strip().lower())
        key = _METAS.get(name)
        value = " ".join(attribute(meta, "content").split())
        # Of an author Facebook wants the address, which is no name.
        if key and value and not (key == "author" and _ADDRESS.match(value)):
            yield key, value


def _links(root: Element) -> Iterator[tuple[str, str]]:
    for link in root.iter():
        if name_of(link) not in ("link", "a"):
            continue
        kinds = attribute(link, "rel").lower().split()
        address = attribute(link, "href").strip()
        if "license" in kinds and address and not _is_of_article(link):
            yield "rights", address
        elif "canonical" in kinds and _ADDRESS.match(address):
            yield "url", address


def _is_of_article(link: Element) -> bool:
    """Whether a link stands in one of the articles of a page: `of_text` reads what it says."""
    return any(name_of(parent) == "article" for parent in link.iterancestors())


def _linked_data(root: Element) -> Iterator[tuple[str, Any]]:
    for script in root.iter():
        if name_of(script) != "script" or "ld+json" not in attribute(script, "type"):
            continue
        try:
            value = msgspec.json.decode(script.text or "")
        except (msgspec.DecodeError, RecursionError):
            continue
        for work in _works(value):
            for key, meaning in _LINKED_DATA.items():
                plain = _plain(work.get(key))
                if meaning == "rights":
                    plain = plain or _address_of(work.get(key))
                if plain:
                    yield meaning, plain


def _works(value: Any) -> Iterator[Mapping[str, Any]]:
    values = value if isinstance(value, list) else [value]
    for one in values:
        if not isinstance(one, dict):
            continue
        if isinstance(one.get("@graph"), list):
            yield from _works(one["@graph"])
        elif _WORKS.search(str(one.get("@type", ""))):
            yield one


def _plain(value: Any) -> Any:
    """A value as words or a list of words; what has a name is meant by it."""
    match value:
        case str():
            return " ".join(value.split())
        case {"name": str(name)}:
            return " ".join(name.split())
        case list():
            return [plain for one in value if isinstance(plain := _plain(one), str)]
        case _:
            return None


def _address_of(value: Any) -> str | None:
    """Where it is told; of people and sites that is no name."""
    match value:
        case {"@id": str(address)} | {"url": str(address)}:
            return address
        case _:
            return None


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def described_by(draft: Draft, page: About) -> Draft:
    """A draft with what its page says; what is no field of it stands in its attributes."""
    values = dict(page.values)
    if "language" in values:
        values["language"] = str(values["language"]).partition(",")[0].strip()
    return described(draft, values).but(site=page.site)


def of_text(element: Element) -> dict[str, Any]:
    """What the marks in a text say of it: who wrote it, when, under which licence."""
    found: dict[str, Any] = {}
    for one in element.iter():
        item = _ITEMS.get(attribute(one, "itemprop").lower())
        kinds = {*attribute(one, "rel").lower().split(), *attribute(one, "class").lower().split()}
        if item == "author" or not kinds.isdisjoint({"author", "p-author"}):
            name = _BY.sub("", text_of(one), count=1)
            if name and len(name) <= _LONGEST_NAME and not _ADDRESS.match(name):
                found.setdefault("author", name)
        if item == "date" or name_of(one) == "time":
            moment = attribute(one, "datetime") or attribute(one, "content")
            if moment:
                found.setdefault("date", moment.strip())
        if "license" in kinds and attribute(one, "href"):
            found.setdefault("rights", attribute(one, "href").strip())
    return found


def language_of(element: Element) -> str | None:
    """The language that an element, or one around it, says it is in."""
    while element is not None:
        tag = attribute(element, "xml:lang") or attribute(element, "lang")
        if tag.strip():
            return tag.strip()
        element = element.getparent()
    return None
