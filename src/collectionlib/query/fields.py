"""The fields that a query asks about, and what an entry holds in each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from ..errors import InvalidValueError
from ..model import Entry, JSONValue

__all__ = [
    "ALIASES",
    "ATTRIBUTE",
    "DATES",
    "FIELDS",
    "LENGTH",
    "attribute_values",
    "check_field",
    "close_to",
    "fields",
    "first_value",
    "is_attribute",
    "values",
]

ATTRIBUTE = "attr."
"""What stands before the name of an attribute: ``attr.mood`` is a field like any other."""

DATES = ("created", "added", "modified")
"""The fields that hold a date or a moment."""

LENGTH = "length"
"""The field that counts: the characters of the text."""


def _moment(moment: datetime | None) -> tuple[str, ...]:
    return (moment.isoformat(),) if moment else ()


def _source(entry: Entry) -> Iterator[str | None]:
    if source := entry.source:
        yield source.uri
        if source.member:
            yield f"{source.uri}/{source.member}"
        yield source.site


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
    "source": _source,
    LENGTH: lambda entry: (str(len(entry.body)),),
}
"""Each field with the values that an entry has in it; attributes are fields besides."""


ALIASES: Mapping[str, str] = {
    "authors": "author",
    "body": "text",
    "contributor": "author",
    "contributors": "author",
    "language": "lang",
    "tags": "tag",
}
"""Other names that the language and orders take, those of the model among them."""


def fields() -> tuple[str, ...]:
    """The names of the fields that a query can ask about, attributes not among them.

    >>> fields()[:3]
    ('id', 'title', 'text')
    """
    return tuple(FIELDS)


def is_attribute(field: str) -> bool:
    """Whether a field is an attribute: ``attr.`` and its name.

    >>> is_attribute("attr.mood"), is_attribute("attr."), is_attribute("title")
    (True, False, False)
    """
    return field.startswith(ATTRIBUTE) and len(field) > len(ATTRIBUTE)


def check_field(field: str) -> str:
    """A field that there is.

    Raises:
        InvalidValueError: there is none of that name.
    """
    if field in FIELDS or is_attribute(field):
        return field
    raise InvalidValueError("field", field, f"is none of {', '.join(FIELDS)}, {ATTRIBUTE}NAME")


def close_to(name: str, known: Iterable[str]) -> str:
    """A question for the name that was probably meant, `''` where none is near.

    >>> close_to("titel", fields())
    'did you mean title?'
    """
    from difflib import get_close_matches

    near = get_close_matches(name.lower(), known)
    return f"did you mean {near[0]}?" if near else ""


def values(entry: Entry, field: str) -> Iterator[str]:
    """What an entry holds in a field.

    >>> entry = Entry(id="0chgm9qjpmfdsafq", tags=("short", "old"), attributes={"mood": "gay"})
    >>> [*values(entry, "tag"), *values(entry, "attr.mood")]
    ['short', 'old', 'gay']
    """
    if is_attribute(field):
        return attribute_values(entry.attributes.get(field.removeprefix(ATTRIBUTE)))
    return (value for value in FIELDS[field](entry) if value is not None)


def first_value(entry: Entry, field: str) -> str:
    """What an entry is sorted by: the first value of a field, of an author how it is filed."""
    if field == "author":
        first = next(iter(entry.contributors), None)
        return (first.sort_name or first.name) if first else ""
    return next(values(entry, field), "")


def attribute_values(value: JSONValue) -> Iterator[str]:
    """The values in an attribute, as words: those of lists and objects one by one.

    >>> list(attribute_values(["a", 1.5, True, None, {"b": ["c"]}]))
    ['a', '1.5', 'true', 'c']
    """
    waiting = [value]
    while waiting:
        match waiting.pop():
            case None:
                pass
            case bool(truth):
                yield "true" if truth else "false"
            case list(items):
                waiting.extend(reversed(items))
            case dict(members):
                waiting.extend(reversed(members.values()))
            case plain:
                yield str(plain)
