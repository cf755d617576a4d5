"""Fields of entries as columns: what ``list --fields`` shows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import chain, islice
from typing import Any

from attrs import fields

from ..codec import to_plain
from ..errors import InvalidValueError
from ..identity import format_category_path
from ..markup.wrapping import width_of
from ..model import Entry
from .session import shown

__all__ = ["aligned", "cells", "check_names", "values"]

_MODEL = tuple(each.name for each in fields(Entry))
# Queries have shorter names for some fields: both are understood.
_ALSO: Mapping[str, str] = {"lang": "language", "tag": "tags", "text": "body"}
_MADE = ("author", "length")
_NESTED = ("attr.", "attributes.", "source.")
_ESCAPES = str.maketrans({"\t": "\\t", "\n": "\\n", "\r": "\\r", "\\": "\\\\"})
_SAMPLE = 200
_BETWEEN = "  "
_NARROWEST = 6


def check_names(names: Sequence[str]) -> None:
    """Refuse what is no field.

    Raises:
        InvalidValueError: one is none; the message names the nearest.

    >>> check_names(["id", "author", "attr.rating", "source.uri"])
    """
    for name in names:
        if name in (*_MODEL, *_ALSO, *_MADE) or name.startswith(_NESTED):
            continue
        near = get_close_matches(name, (*_MODEL, *_ALSO, *_MADE), n=1)
        there = ", ".join((*_MODEL, *_MADE, "attr.NAME", "source.NAME"))
        meant = f"did you mean {near[0]!r}?" if near else f"there are {there}"
        raise InvalidValueError("fields", name, f"name one that is not there, {meant}")


def values(entry: Entry, names: Sequence[str]) -> dict[str, Any]:
    """What an entry holds in fields, as plain data; `None` where that is nothing.

    >>> values(Entry(id="0chgm9qjpmfdsafq", body="Be well."), ["length", "title", "lang"])
    {'length': 8, 'title': None, 'lang': None}
    """
    plain = to_plain(entry)
    return {name: _value(entry, plain, name) for name in names}


def _value(entry: Entry, plain: Mapping[str, Any], name: str) -> Any:
    if name == "length":
        return len(entry.body)
    if name == "author":
        return [each.name for each in entry.contributors if each.role == "aut"] or None
    if name == "markup":
        return entry.markup
    outer, _, inner = _ALSO.get(name, name).partition(".")
    found: Any = plain.get("attributes" if outer == "attr" else outer)
    if not inner or not isinstance(found, Mapping):
        return None if inner else found
    if inner in found:
        return found[inner]
    for part in inner.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def cells(entry: Entry, names: Sequence[str]) -> list[str]:
    r"""The same as words for people and for tables, each on one line.

    Tabs, line ends and backslashes in them are escaped by a backslash.

    >>> cells(
    ...     Entry(id="0chgm9qjpmfdsafq", body="Be\twell.", category=("A", "B")),
    ...     ["text", "category"],
    ... )
    ['Be\\twell.', 'A/B']
    """
    found = values(entry, names)
    return [_word(name, found[name]) for name in names]


def _word(name: str, value: Any) -> str:
    match value:
        case None:
            return ""
        case str():
            words = value
        case list() if name == "category":
            words = format_category_path(tuple(value))
        case list() if name == "contributors":
            words = ", ".join(f"{one['name']} ({one.get('role', 'aut')})" for one in value)
        case list() if all(isinstance(one, str) for one in value):
            words = ", ".join(value)
        case _:
            words = json.dumps(value, ensure_ascii=False)
    return shown(words.translate(_ESCAPES))


def aligned(rows: Iterable[Sequence[str]], width: int) -> Iterator[list[str]]:
    """Rows whose cells have the width of their columns, for a terminal.

    Args:
        rows: the heads of the columns first; only some hundred are read before the first is given,
            so that a long list begins at once.
        width: columns of the terminal; longer cells are cut, and end in an ellipsis.
    """
    waiting = iter(rows)
    sample = list(islice(waiting, _SAMPLE))
    widths = [max(map(width_of, column)) for column in zip(*sample, strict=True)]
    while sum(widths) + len(_BETWEEN) * (len(widths) - 1) > width and max(widths) > _NARROWEST:
        widths[widths.index(max(widths))] -= 1
    for row in chain(sample, waiting):
        yield [_fitted(cell, room) for cell, room in zip(row, widths, strict=True)]


def _fitted(cell: str, room: int) -> str:
    taken = width_of(cell)
    if taken > room:
        # Of wide characters half as many have room.
        cell = cell[:room]
        while width_of(cell) > room - 1:
            cell = cell[:-1]
        cell += "…"
        taken = width_of(cell)
    return cell + " " * (room - taken)
