"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from typing import Any

import msgspec

from ....errors import ParseError
from ....model import JSONValue
from .told import Feed, Item, Words

__all__ = ["VERSION", "feed_of", "items_of", "parsed"]

VERSION = "https://jsonfeed.org/version/"
_UNDERSTOOD = frozenset({
    "id", "title", "content_html", "content_text", "summary", "date_published", "language",
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
        others=_others(value, {"version", "title", "language", "items"}),
    )


def items_of(value: Mapping[str, Any]) -> Iterator[Item]:
    """Its items, in their order."""
    items = value.get("items")
    for item in items if isinstance(items, list) else ():
        yield _item(item) if isinstance(item, dict) else Item(words=Words(), kind="no object")


def _item(item: Mapping[str, Any]) -> Item:
    html, text = _text(item, "content_html"), _text(item, "content_text")
    words = Words(text=html, is_html=True) if html.strip() else Words(text=text)
    others = _others(item, _UNDERSTOOD)
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
        tags=_tags(item),
        others=others,
    )


def _text(value: Mapping[str, Any], name: str) -> str:
    found = value.get(name)
    return found if isinstance(found, str) else "" if found is None else str(found)


def _line(value: Mapping[str, Any], *names: str) -> str:
    found = (" ".join(_text(value, name).split()) for name in names)
    return next(filter(None, found), "")


def _others(value: Mapping[str, Any], understood: Container[str]) -> dict[str, JSONValue]:
    """What is said besides, and by understood names what is not taken."""
    said = {"url", "external_url", "home_page_url", "feed_url"}
    link = _line(value, "url", "external_url", "home_page_url", "feed_url")
    return {
        key: one
        for key, one in value.items()
        if key not in understood
        and not (key in said and one == link)
        and not (key == "tags" and _tags(value))
        and not (key in ("author", "authors") and _has_names_alone(one))
    }


def _tags(value: Mapping[str, Any]) -> list[str]:
    """Its tags, where all of them are words."""
    tags = value.get("tags")
    if not isinstance(tags, list) or not all(isinstance(one, str) for one in tags):
        return []
    return tags


def _has_names_alone(value: object) -> bool:
    people = value if isinstance(value, list) else [value]
    return all(isinstance(one, dict) and one.keys() == {"name"} for one in people)


def _authors(value: Mapping[str, Any]) -> list[str]:
    # Version 1.0 knows one author.
    said = value.get("authors") or [value.get("author")]
    names = (_line(one, "name", "url") for one in said if isinstance(one, dict))
    return list(dict.fromkeys(filter(None, names)))
