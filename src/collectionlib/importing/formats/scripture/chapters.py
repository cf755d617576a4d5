"""A chapter of a book, divided into verses, as every dialect comes to be read."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import Factory, define

from ....model import JSONValue

__all__ = ["Chapter", "Edition", "Line"]


@define
class Line:
    """A verse, or words that stand outside of the verses.

    Args:
        text: its words.
        number: as the edition numbers it; `None` for a heading.
        ends_paragraph: whether a paragraph ends behind it.
    """

    text: str
    number: str | None = None
    ends_paragraph: bool = False


@define
class Chapter:
    """A chapter.

    Args:
        book: name of its book.
        number: as the edition numbers it.
        lines: in order.
        notes: what the edition notes, each with the verse that it is to.
    """

    book: str
    number: str
    lines: list[Line] = Factory(list)
    notes: list[str] = Factory(list)


@define
class Edition:
    """What a file says of its text.

    Args:
        language: as it names it.
        rights: in its words.
        attributes: its title and version.
        header: all that stands before and behind the text, in words.
    """

    language: str | None = None
    rights: str | None = None
    attributes: Mapping[str, JSONValue] = Factory(dict)
    header: str = ""
