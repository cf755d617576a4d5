"""The fields that a query asks about, and what an entry holds in each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from ..model import Entry

__all__ = ["FIELDS", "fields", "values"]


def _moment(moment: object) -> tuple[str, ...]:
    return (str(moment).replace(" ", "T"),) if moment else ()


FIELDS: Mapping[str, Callable[[Entry], Iterable[str | None]]] = {
    "id": lambda entry: (entry.id,),
    "title": lambda entry: (entry.title,),
    "text": lambda entry: (entry.body,),
    "category": lambda entry: entry.category,
    "author": lambda entry: (c.name for c in entry.contributors),
    "lang": lambda entry: (entry.language,),
    "tag": lambda entry: entry.tags,
    "created": lambda entry: (entry.created,),
    "added": lambda entry: _moment(entry.added),
    "modified": lambda entry: _moment(entry.modified),
    "rights": lambda entry: (entry.rights,),
    "source": lambda entry: (entry.source.uri, entry.source.site) if entry.source else (),
}
"""Each field with the values that an entry has in it."""


def fields() -> tuple[str, ...]:
    """The names of the fields that a query can ask about.

    >>> fields()[:3]
    ('id', 'title', 'text')
    """
    return tuple(FIELDS)


def values(entry: Entry, field: str) -> Iterator[str]:
    """What an entry holds in a field.

    >>> list(values(Entry(id="0chgm9qjpmfdsafq", tags=("short", "old")), "tag"))
    ['short', 'old']
    """
    return (value for value in FIELDS[field](entry) if value is not None)
