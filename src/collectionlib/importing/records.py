"""Records, such as JSON objects and rows of tables: which of their fields is what.

The names of fields that people use are known (`BODIES`, `TITLES` …, and those of
`front_matter`); what no field of a draft is meant by stays in the attributes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, count, repeat
from typing import Any, TypeAlias

import msgspec

from ..identity import CategoryPath
from ..words import is_unspaced
from .draft import Draft
from .front_matter import described

__all__ = [
    "BODIES",
    "Span",
    "drafts_of",
    "has_text",
    "renamed",
    "taken_for_the_text",
    "told_at_the_end",
    "unique",
    "without_a_text",
    "wordy_field",
]

Record: TypeAlias = Mapping[str, Any]
Span: TypeAlias = tuple[int, int]
Locate: TypeAlias = Callable[[Span | None], Iterator[Span | None]]

BODIES = ("body", "text", "content", "paragraphs", "para", "lines", "quote", "joke", "proverb",
          "message", "poem", "story", "blessing", "saying", "lyrics", "selftext",
          "full_text")  # fmt: skip
"""Names of the field that holds the text, the first one that is there."""

_IN_TWO = (("setup", "punchline"), ("question", "answer"), ("q", "a"), ("setup", "delivery"))
"""Names of two fields that hold a text in two parts."""

_TITLES = ("title", "rhythmic", "headline", "heading", "subject", "name")
_AUTHORS = ("author", "authors", "by", "poet", "writer")
_THEMES = ("categories", "themes", "topics", "genres")
_CHAPTERS = ("chapter", "section")
_GROUPS = ("title", "name", "type", "category", "chapter", "section")
_LONGEST_VERSE = 60
"""Characters: where an element of a list is longer, the elements are paragraphs."""


def has_text(value: object) -> bool:
    """Whether there is a text in it: a string in a list, or a record with a text.

    >>> has_text({"text": "Be well."}), has_text({"jokes": [{"q": "Why?", "a": "Because."}]})
    (True, True)
    >>> has_text({"name": "package", "version": "1.0"})
    False
    """
    match value:
        case list():
            return any(isinstance(one, str) or has_text(one) for one in value)
        case dict():
            return _text_of(value) is not None or bool(_groups(value))
        case _:
            return False


_MOST = 0.8
"""Of the records: in so many a field has to hold sentences, to be taken for the text."""


def wordy_field(value: object) -> str | None:
    """The one field of records that holds sentences, where no name says which one holds the text.

    Args:
        value: a list of records, or what holds one; two or more.

    >>> wordy_field([{"dare": "Sing until somebody laughs."}, {"dare": "Stand on one leg."}])
    'dare'
    >>> wordy_field([{"url": "https://example.org/1.jpg"}, {"url": "https://example.org/2.jpg"}])
    """
    records = list(_records(value))
    counts = Counter(
        key for record in records for key, text in record.items() if _is_sentence(text)
    )
    wordy = [key for key, times in counts.items() if times >= len(records) * _MOST]
    return wordy[0] if len(records) > 1 and len(wordy) == 1 else None


def without_a_text(what: str) -> str:
    """Why records are rejected of which no field (or column) holds a text."""
    names = ", ".join(BODIES)
    return (
        f"no {what} holds a text: one has to be named {names}; or say which one it is, with "
        "--field NAME=text"
    )


def taken_for_the_text(field: str) -> str:
    """What a person is told of a field that `wordy_field` has found."""
    return (
        f"{field!r} is taken for the text, as the only field with sentences; --field says it better"
    )


def _records(value: object) -> Iterator[Record]:
    if isinstance(value, dict):
        value = [each for each in value.values() if isinstance(each, list)]
    for one in value if isinstance(value, list) else ():
        if isinstance(one, dict):
            yield one
        else:
            yield from _records(one)


def _is_sentence(value: object) -> bool:
    if not isinstance(value, str) or "://" in value:
        return False
    return len(value.split()) > 2 or (is_unspaced(value) and len(value) > 5)


def drafts_of(
    value: object,
    category: CategoryPath = (),
    inherited: Record | None = None,
    span: Span | None = None,
    locate: Locate = lambda _: repeat(None),
    skipped: list[Span | None] | None = None,
) -> Iterator[Draft]:
    """The drafts of all records in a value, in order.

    Args:
        value: a list of records or of texts; a record; or an object that holds such under some of
            its keys: they stand under its title, where it has one, and under the keys, where
            there are several.
        category: where they stand.
        inherited: what the object says of all of them.
        span: first character and end of the value in the file.
        locate: the spans of what a list or an object holds, in order, from its own span.
        skipped: gets the spans of values that hold no text, but something else.

    >>> value = {"title": "Wishes", "all": [{"text": "Be well.", "by": "Ann"}], "year": 1984}
    >>> (draft,) = drafts_of(value)
    >>> draft.body, draft.category, draft.contributors[0].name, draft.attributes
    ('Be well.', ('Wishes',), 'Ann', {'year': 1984})
    """
    match value:
        case str() if value.strip():
            draft = Draft(body=value, title="", category=category, many=True, span=span, raw=value)
            yield described(draft, inherited or {})
        case list():
            for one, place in zip(value, chain(locate(span), repeat(None)), strict=False):
                yield from drafts_of(one, category, inherited, place, locate, skipped)
        case dict() if _text_of(value) is not None:
            yield _draft(value, category, inherited or {}).but(span=span)
        case dict():
            places = dict(zip(value, locate(span), strict=False))
            groups = _groups(value)
            named = next((key for key in _GROUPS if _is_word(value.get(key))), None)
            path = (*category, str(value[named]).strip()) if named else category
            said = {key: one for key, one in value.items() if key not in groups and key != named}
            for key, group in groups.items():
                below = (*path, str(key)) if len(groups) > 1 and str(key).strip() else path
                both = {**(inherited or {}), **said}
                yield from drafts_of(group, below, both, places.get(key), locate, skipped)
            if not groups and value and skipped is not None:
                skipped.append(span)
        case None | str():
            return  # nothing, or blanks
        case _:
            if skipped is not None:
                skipped.append(span)


def unique(names: Iterable[str]) -> list[str]:
    """Names of which none comes twice: a second one gets a number.

    >>> unique(["title", "text", "title"])
    ['title', 'text', 'title 2']
    """
    found: dict[str, None] = {}
    # Where the numbers of a name go on: a file may have one name a million times.
    numbers: dict[str, Iterator[int]] = {}
    for name in names:
        free = name
        while free in found:
            free = f"{name} {next(numbers.setdefault(name, count(2)))}"
        found[free] = None
    return list(found)


def renamed(value: Any, fields: Mapping[str, str]) -> Any:
    """A value in whose objects some fields have the names of what they are to be taken for.

    Args:
        value: a record, or what holds records.
        fields: names, and what they mean.

    >>> renamed([{"Überschrift": "A wish", "n": 1}], {"Überschrift": "title"})
    [{'title': 'A wish', 'n': 1}]
    """
    if not fields:
        return value
    if isinstance(value, list):
        return [renamed(one, fields) for one in value]
    if isinstance(value, dict):
        names = unique(fields.get(key, key) for key in value)
        return {name: renamed(one, fields) for name, one in zip(names, value.values(), strict=True)}
    return value


def told_at_the_end(
    drafts: Iterable[Draft], warnings: Callable[[], Iterable[str]]
) -> Iterator[Draft]:
    """The drafts; the last one with the warnings that there are when all have been made."""
    last: Draft | None = None
    for draft in drafts:
        if last is not None:
            yield last
        last = draft
    if last is not None:
        yield last.but(warnings=(*last.warnings, *warnings()))


def _is_word(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _groups(record: Record) -> dict[str, Any]:
    """What is in a record and holds records itself."""
    return {
        key: value
        for key, value in record.items()
        if (isinstance(value, dict) and has_text(value))
        or (
            isinstance(value, list)
            and any(isinstance(v, dict | list) and has_text(v) for v in value)
        )
    }


def _text_of(record: Record) -> tuple[tuple[str, ...], str] | None:
    """The text of a record, and the names of the fields that hold it."""
    names = {str(key).lower(): str(key) for key in record}
    for body in BODIES:
        if body in names and (text := _joined(record[names[body]])) is not None:
            return (names[body],), text
    for first, second in _IN_TWO:
        if first in names and second in names:
            parts = [_joined(record[names[one]]) for one in (first, second)]
            if None not in parts:
                return (names[first], names[second]), "\n\n".join(map(str, parts))
    return None


def _joined(value: object) -> str | None:
    """A text, or the lines of a verse, or paragraphs, or the parts of a line."""
    if isinstance(value, str):
        return value
    if not isinstance(value, list) or not value:
        return None
    if _is_marked_up(value):
        return "".join(one if isinstance(one, str) else one["text"] for one in value)
    if not all(isinstance(one, str) for one in value):
        return None
    is_verse = max(map(len, value)) <= _LONGEST_VERSE
    return ("\n" if is_verse else "\n\n").join(value)


def _is_marked_up(value: list[Any]) -> bool:
    """Whether it is one text in parts, some of them with what they are, as Telegram writes it."""
    parts = [one for one in value if not isinstance(one, str)]
    return 0 < len(parts) < len(value) and all(
        isinstance(one, dict) and isinstance(one.get("type"), str)
        and isinstance(one.get("text"), str) for one in parts
    )  # fmt: skip


def _draft(record: Record, category: CategoryPath, inherited: Record) -> Draft:
    fields, body = _text_of(record) or ((), "")
    rest = {
        str(key): value
        for key, value in record.items()
        if key not in fields or (isinstance(value, list) and _is_marked_up(value))
    }
    rest = {**inherited, **rest}
    draft = Draft(
        body=body,
        title="",
        category=category,
        many=True,
        raw=msgspec.json.encode(record).decode(),
    )
    rest = _renamed(rest, _TITLES, "title")
    rest = _renamed(rest, _AUTHORS, "author")
    rest = _renamed(rest, _THEMES, "categories")
    chapters = [rest[key].strip() for key in _CHAPTERS if _is_word(rest.get(key))]
    if chapters:
        rest = {key: value for key, value in rest.items() if key not in _CHAPTERS}
        if "title" not in rest:
            rest["title"] = chapters.pop()
        draft = draft.but(category=(*category, *chapters))
    found = described(draft, rest)
    if found.category != draft.category:
        # What a record says of its category stands below that of its group.
        found = found.but(category=(*category, *(found.category or ())))
    return found


def _renamed(record: Record, names: tuple[str, ...], name: str) -> dict[str, Any]:
    """A record in which the first of some fields has the name that they all mean."""
    there = {str(key).lower(): key for key in record}
    first = next((there[one] for one in names if one in there and record[there[one]]), None)
    return {(name if key == first else key): value for key, value in record.items()}
