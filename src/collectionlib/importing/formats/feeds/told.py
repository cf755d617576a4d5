"""What a feed and its items say, in whatever dialect they say it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import Factory, frozen

from ....markup.trees import Element
from ....model import JSONValue
from ...draft import Removal

__all__ = ["Feed", "Item", "Words"]


@frozen(kw_only=True)
class Feed:
    """What a feed says of itself, and so of each item that does not say otherwise.

    Args:
        title: its name, ``""`` where it has none.
        link: address of its page, which others are relative to.
        authors: by name.
        language: a tag, if it is well formed.
        rights: who holds them.
        others: what it says besides, by key.
    """

    title: str = ""
    link: str = ""
    authors: Sequence[str] = ()
    language: str = ""
    rights: str = ""
    others: Mapping[str, JSONValue] = Factory(dict)


@frozen(kw_only=True)
class Words:
    """The text of an item, as the feed has it.

    Args:
        text: its characters.
        is_html: whether they are HTML.
        tree: the element that holds it, where it is XHTML.
    """

    text: str = ""
    is_html: bool = False
    tree: Element | None = None


@frozen(kw_only=True)
class Item(Feed):
    """What an item says.

    Args:
        words: the text.
        summary: another one, that sums it up.
        identifier: what it is known by, wherever it stands.
        date: when it was published, as ISO 8601 has it, or as it stands there.
        subjects: what it is filed under, the first one before others.
        tags: words for it.
        removed: what belongs to no text.
        kind: what it is, where it is no text.
        status: why not everybody can read it, where that is so.
    """

    words: Words
    summary: str = ""
    identifier: str = ""
    date: str = ""
    subjects: Sequence[str] = ()
    tags: Sequence[str] = ()
    removed: tuple[Removal, ...] = ()
    kind: str | None = None
    status: str = ""
