"""Entries as rows of PostgreSQL: what the tables hold besides, so that SQL can tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from json import JSONEncoder
from uuid import UUID

from ...identity import CategoryPath, format_category_path, parse_category_path
from ...model import Entry
from ...query import place_keys
from ...query.dates import date_key, date_text
from ...query.evaluation import has_part
from ...query.fields import attribute_values
from ...query.predicates import NUMBER
from ...words import fold, tokens
from ..relational import rows
from ..relational.rows import METADATA, WRITTEN, Row
from .reading_order import reading_key

__all__ = [
    "ATTRIBUTES",
    "COLUMNS",
    "CONTRIBUTORS",
    "ENTRIES",
    "LONGEST_WORD",
    "METADATA_COLUMNS",
    "TAGS",
    "Paths",
    "attribute_rows",
    "category_id",
    "category_text",
    "contributor_rows",
    "entry_rows",
    "storable",
    "tag_rows",
]

ENTRIES = (*WRITTEN, "category_id", "created_key", "folded", "parts", "words")
CONTRIBUTORS = ("entry", "position", "name", "role", "sort_name", "alternate_name", "folded")
TAGS = ("entry", "position", "tag", "folded")
ATTRIBUTES = ("entry", "position", "name", "value", "folded", "number", "date")
"""The columns of the tables that are written."""

COLUMNS = rows.columns(
    contributors="""
(SELECT json_agg(json_build_array(name, role, sort_name, alternate_name) ORDER BY position)
 FROM contributors WHERE entry = e.id)
""",
    tags="(SELECT json_agg(tag ORDER BY position) FROM tags WHERE entry = e.id)",
)
"""What `rows.entry_of` reads of an entry ``e``."""

METADATA_COLUMNS = ", ".join(METADATA)

LONGEST_WORD = 500
"""Characters of a word that the index of words has; longer ones are looked for in the texts."""

_json = JSONEncoder(ensure_ascii=False).encode

_MOST_BYTES = 900_000
"""Of the words of one text that the server takes (1 MB less what it needs itself)."""


class Paths(dict[str, CategoryPath]):
    """The paths of categories by what the rows say of them."""

    def __missing__(self, text: str) -> CategoryPath:
        self[text] = path = parse_category_path(text)
        return path


@lru_cache(maxsize=4096)
def category_text(path: CategoryPath) -> str:
    """What a row says of its category."""
    return format_category_path(path)


@lru_cache(maxsize=4096)
def category_id(text: str) -> UUID:
    """What finds the entries of a category: paths are longer than an index takes."""
    return UUID(bytes=blake2b(text.encode(), digest_size=16).digest())


def entry_rows(entries: Sequence[Entry]) -> Iterator[Row]:
    """The rows of entries, of the columns `ENTRIES`."""
    return map(_entry_row, entries, place_keys(entries))


def _entry_row(entry: Entry, place: str) -> Row:
    category = category_text(entry.category)
    title, body = fold(entry.title), fold(entry.body)
    return (
        *rows.entry_row(entry, category, reading_key(entry, place)),
        category_id(category),
        _other(date_key(entry.created), entry.created) if entry.created else None,
        _folded(entry, title),
        _parts(entry) if entry.markup == "markdown" else None,
        _words(title, body),
    )


def _other(value: str, than: str) -> str | None:
    return None if value == than else value


def _folded(entry: Entry, title: str) -> str | None:
    """The folded forms that are not what the server makes of the values, by field, as JSON."""
    folded = {} if entry.title.isascii() else {"title": title}
    if entry.rights and not entry.rights.isascii():
        folded["rights"] = fold(entry.rights)
    if source := entry.source:
        for name, value in (("uri", source.uri), ("member", source.member), ("site", source.site)):
            if value and not value.isascii():
                folded[name] = fold(value)
    return _json(folded) if folded else None


def _parts(entry: Entry) -> list[str] | None:
    parts = ("notes", "pictures")
    return [part for part in parts if has_part(part, entry.markup, entry.body)] or None


def _words(title: str, body: str) -> str | None:
    """The index of words: those of the text, and those of the title with a sign before."""
    found = {*tokens(body), *(f"={token}" for token in tokens(title))}
    if max(map(len, found), default=0) > LONGEST_WORD:
        found = {word for word in found if len(word) <= LONGEST_WORD}
    text = " ".join(found)
    return text if len(text.encode()) < _MOST_BYTES else None


def _folded_value(value: str) -> str | None:
    return None if value.isascii() else fold(value)


def contributor_rows(entries: Iterable[Entry]) -> Iterator[Row]:
    """The rows of the contributors of entries, of the columns `CONTRIBUTORS`."""
    for row in rows.contributor_rows(entries):
        yield *row, _folded_value(row[2])


def tag_rows(entries: Iterable[Entry]) -> Iterator[Row]:
    """The rows of the tags of entries, of the columns `TAGS`."""
    for row in rows.tag_rows(entries):
        yield *row, _folded_value(row[2])


def attribute_rows(entries: Iterable[Entry]) -> Iterator[Row]:
    """The rows of the values in the attributes of entries, of the columns `ATTRIBUTES`."""
    for entry in entries:
        yield from _attribute_rows(entry)


def _attribute_rows(entry: Entry) -> Iterator[Row]:
    position = 0
    for name, held in entry.attributes.items():
        for value in attribute_values(held):
            date = date_text(value)
            yield (
                entry.id, position, storable(name), storable(value), _folded_attribute(value),
                value if NUMBER.fullmatch(value) else None, date and date_key(date),
            )  # fmt: skip
            position += 1


def _folded_attribute(value: str) -> str | None:
    return None if value.isascii() else storable(fold(value))


def storable(text: str) -> str:
    r"""A text that the server takes, in the same order as other texts: it has no NUL.

    >>> storable("a\x00b"), storable("a\x00") < storable("a\x01") < storable("a\x02")
    ('a\x01\x01b', True)
    """
    if "\x00" in text or "\x01" in text:
        text = text.replace("\x01", "\x01\x02").replace("\x00", "\x01\x01")
    return text
