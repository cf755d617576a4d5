"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from ....errors import ParseError
from .told import Feed, Item, Words

__all__ = ["VERSION", "feed_of", "items_of", "parsed"]

VERSION = "https://jsonfeed.org/version/"
_UNDERSTOOD = frozenset({
    "id", "url", "external_url", "title", "content_html", "content_text", "summary",
    "date_published", "authors", "author", "tags", "language",
})  # fmt: skip


def parsed(text: str, source: str) -> Mapping[str, Any]:
    """The object of a feed.

    Raises:
        ParseError: it is no JSON, or no object.
    """
    try:
        value = msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise ParseError(source, f"it is no JSON: {error}; mend it") from error
    if not isinstance(value, dict):
        raise ParseError(source, "it is no JSON Feed, which is an object")
    return value


def feed_of(value: Mapping[str, Any]) -> Feed:
    """What a feed says of itself."""
    return Feed(
        title=_line(value, "title"),
        link=_line(value, "home_page_url", "feed_url"),
        authors=_authors(value),
        language=_line(value, "language"),
    )


def items_of(value: Mapping[str, Any]) -> Iterator[Item]:
    """Its items, in their order."""
    items = value.get("items")
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict):
            yield _item(item)


def _item(item: Mapping[str, Any]) -> Item:
    html, text = _text(item, "content_html"), _text(item, "content_text")
    words = Words(text=html, is_html=True) if html.strip() else Words(text=text)
    tags = item.get("tags")
    others = {str(key): value for key, value in item.items() if key not in _UNDERSTOOD}
    if html.strip() and text.strip():
        others["content_text"] = text
    return Item(
        title=_line(item, "title"),
        link=_line(item, "url", "external_url"),
        authors=_authors(item),
        language=_line(item, "language"),
        words=words,
        summary=_text(item, "summary").strip(),
        identifier=_line(item, "id"),
        date=_line(item, "date_published"),
        tags=[str(one) for one in tags] if isinstance(tags, list) else [],
        others=others,
    )


def _text(value: Mapping[str, Any], name: str) -> str:
    found = value.get(name)
    return found if isinstance(found, str) else "" if found is None else str(found)


def _line(value: Mapping[str, Any], *names: str) -> str:
    found = (" ".join(_text(value, name).split()) for name in names)
    return next(filter(None, found), "")


def _authors(value: Mapping[str, Any]) -> list[str]:
    # Version 1.0 knows one author.
    said = value.get("authors") or [value.get("author")]
    names = (_line(one, "name", "url") for one in said if isinstance(one, dict))
    return list(dict.fromkeys(filter(None, names)))
