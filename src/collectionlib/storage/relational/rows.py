"""Entries, categories and metadata as rows, and back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache, lru_cache
from json import JSONDecoder
from typing import Any, TypeAlias

from attrs import fields

from ... import _construction
from ...errors import InvalidValueError
from ...identity import CategoryPath
from ...model import Contributor, Entry, Metadata, Source

__all__ = [
    "METADATA",
    "WRITTEN",
    "Row",
    "columns",
    "contributor_rows",
    "entry_of",
    "entry_row",
    "metadata_of",
    "metadata_row",
    "tag_rows",
]

Row: TypeAlias = tuple[Any, ...]

WRITTEN = (
    "id", "title", "category", "markup", "language", "created", "added", "modified",
    "rights", "source_uri", "source_member", "source_start", "source_length", "source_sha256",
    "source_encoding", "source_changes", "source_site", "source_imported", "attributes", "sort_key",
    "body",
)  # fmt: skip
"""The columns of `entry_row`."""

_READ = """
e.id, e.title, e.body, e.markup, e.category, e.language, e.created, e.added, e.modified, e.rights,
e.source_uri, e.source_member, e.source_start, e.source_length, e.source_sha256,
e.source_encoding, e.source_changes, e.source_site, {imported}, {attributes}, {contributors}, {tags}
"""


def columns(
    *, contributors: str, tags: str, imported: str = "e.source_imported",
    attributes: str = "e.attributes",
) -> str:  # fmt: skip
    """What `entry_of` reads of an entry ``e``.

    Args:
        contributors: what gives a JSON list of their values, or nothing where there are none.
        tags: what gives a JSON list of them, or nothing.
        imported: the column of what each field was when it came in.
        attributes: the column of them as JSON.
    """
    return _READ.format(
        contributors=contributors, tags=tags, imported=imported, attributes=attributes
    )


# msgspec takes longer to load than a short command takes altogether: what is read of nearly every
# entry does without it, and what needs it loads it.
_raw_decode = JSONDecoder().raw_decode
_NONE = (None, "[]")


def _items(text: str) -> list[Any]:
    """The items of a JSON list."""
    items, end = _raw_decode(text)
    if end != len(text) or not isinstance(items, list):
        raise ValueError(f"{text!r} is no JSON list")
    return items


def _decode(text: str) -> Any:
    import msgspec

    return msgspec.json.decode(text)


def _encode(value: object) -> str:
    return _encoder()(value).decode()


@cache
def _encoder() -> Callable[[object], bytes]:
    import msgspec

    return msgspec.json.Encoder().encode


def entry_row(entry: Entry, category: int | str, sort_key: str | bytes) -> Row:
    """The row of an entry, of the columns `WRITTEN`.

    Args:
        entry: of which.
        category: what the row says of its category.
        sort_key: what it is sorted by.
    """
    source = entry.source
    return (
        entry.id, entry.title, category, entry.markup, entry.language, entry.created,
        entry.added and _moment(entry.added), entry.modified and _moment(entry.modified),
        entry.rights,
        *(_source_columns(source) if source else _NO_SOURCE),
        _encode(entry.attributes) if entry.attributes else None,
        sort_key,
        entry.body,
    )  # fmt: skip


_NO_SOURCE: Row = (None,) * 9


def _source_columns(source: Source) -> Row:
    return (
        source.uri, source.member, source.start, source.length, source.sha256, source.encoding,
        _encode(source.changes) if source.changes else None, source.site, source.imported,
    )  # fmt: skip


@lru_cache(maxsize=64)
def _moment(moment: datetime) -> str:
    # What is imported together has few moments; all of them are in UTC.
    return moment.isoformat()


def contributor_rows(entries: Iterable[Entry]) -> list[Row]:
    """The rows of the contributors of entries."""
    return [
        (entry.id, position, each.name, each.role, each.sort_name, each.alternate_name)
        for entry in entries
        for position, each in enumerate(entry.contributors)
    ]


def tag_rows(entries: Iterable[Entry]) -> list[Row]:
    """The rows of the tags of entries."""
    return [
        (entry.id, position, tag) for entry in entries for position, tag in enumerate(entry.tags)
    ]


def entry_of(row: Row, categories: Mapping[Any, CategoryPath]) -> Entry:
    """The entry of a row of `columns`.

    Args:
        row: as it was read.
        categories: paths by what the rows say of them.

    Raises:
        InvalidValueError: another program has written what an entry cannot hold.
    """
    (
        entry_id, title, body, markup, category, language, created, added, modified, rights,
        uri, member, start, length, sha256, encoding, changes, site, imported, attributes,
        contributors, tags,
    ) = row  # fmt: skip
    try:
        source = None if uri is None else _construction.source(
            uri, member, start, length, sha256, encoding,
            tuple(_items(changes)) if changes else (), site, imported,
        )  # fmt: skip
        return _construction.entry(
            entry_id, title, body, markup, categories[category],
            () if contributors in _NONE else _contributors(contributors), language,
            () if tags in _NONE else tuple(_items(tags)), created,
            datetime.fromisoformat(added) if added else None,
            datetime.fromisoformat(modified) if modified else None, rights, source,
            _decode(attributes) if attributes else None,
        )  # fmt: skip
    except (ValueError, TypeError, KeyError) as error:
        if isinstance(error, InvalidValueError):
            raise
        raise InvalidValueError("Entry", entry_id, f"is not well formed ({error})") from error


def _contributors(text: str) -> tuple[Contributor, ...]:
    return tuple(_construction.contributor(*each) for each in _items(text))


METADATA = tuple(field.name for field in fields(Metadata))
"""The columns of the metadata."""
_JSON = ("contributors", "identifiers", "subjects", "series")


def metadata_row(metadata: Metadata) -> Row:
    """The only row of the metadata."""
    from ...codec import to_plain

    plain = to_plain(metadata)
    return tuple(_column(plain.get(name, "" if name == "title" else None)) for name in METADATA)


def _column(value: object) -> object:
    return value if value is None or isinstance(value, str) else _encode(value)


def metadata_of(row: Sequence[Any]) -> Metadata:
    """The metadata of their row.

    Raises:
        InvalidValueError: another program has written what metadata cannot hold.
    """
    plain = {name: value for name, value in zip(METADATA, row, strict=True) if value is not None}
    try:
        plain |= {name: _decode(plain[name]) for name in _JSON if name in plain}
    except ValueError as error:
        raise InvalidValueError("Metadata", row, f"holds no JSON ({error})") from error
    from ...codec import from_plain

    return from_plain(plain, Metadata)
