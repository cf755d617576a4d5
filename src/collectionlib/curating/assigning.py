"""Setting fields of entries by words: ``language=zh-Hant``, ``translator=Lu Xun``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, TypeAlias

import msgspec
from attrs import evolve, frozen

from ..errors import InvalidValueError
from ..model import Contributor, Entry, JSONValue
from ..publishing.metadata import contributor

__all__ = ["assignable", "assignment"]

_WORDS = ("title", "language", "created", "rights", "markup")
# Of the relators of https://id.loc.gov/vocabulary/relators those that texts have; any other one
# is contributor.CODE.
_ROLES: Mapping[str, str] = {
    "author": "aut", "translator": "trl", "editor": "edt", "compiler": "com", "illustrator": "ill",
    "adapter": "adp", "annotator": "ann", "commentator": "cwt", "collector": "col",
    "photographer": "pht", "speaker": "spk", "storyteller": "stl", "transcriber": "trc",
}  # fmt: skip
_ROLE = "contributor."
_ATTRIBUTE = "attr."
_ELSEWHERE: Mapping[str, str] = {
    "category": "use 'move'",
    "tags": "use 'tag'",
    "tag": "use 'tag'",
    "body": "use 'edit'",
    "text": "use 'edit'",
    "id": "an entry keeps its id",
    "contributors": "say author, translator, … or contributor.CODE",
    "attributes": "say attr.NAME",
    "added": "it is noted when an entry comes in",
    "modified": "it is noted when an entry is changed",
    "source": "it is noted when an entry comes in",
}
_DEFAULTS: Mapping[str, str | None] = {"title": "", "markup": "plain"}

_Change: TypeAlias = Callable[[Entry], Entry]


def assignable() -> tuple[str, ...]:
    """The names of what can be set.

    >>> assignable()[:4]
    ('title', 'language', 'created', 'rights')
    """
    return (*_WORDS, *_ROLES, f"{_ROLE}CODE", f"{_ATTRIBUTE}NAME")


@frozen
class _Assigned:
    name: str
    value: str
    is_json: bool


def assignment(texts: Iterable[str]) -> Callable[[Entry], Entry]:
    """What sets fields of an entry, from ``FIELD=VALUE``; without a value it clears one.

    A field of contributors may stand several times. ``attr.NAME=VALUE`` sets an attribute to words,
    ``attr.NAME:=VALUE`` to a value in JSON.

    Args:
        texts: assignments.

    Raises:
        InvalidValueError: one is none, there is no such field, or it is set twice. What is called
            later raises it for an invalid value.

    >>> change = assignment(["translator=Lu, Xun = Lu Xun / 魯迅", "attr.rating:=4"])
    >>> entry = change(Entry(id="0chgm9qjpmfdsafq"))
    >>> entry.contributors[0].sort_name, entry.attributes
    ('Lu, Xun', {'rating': 4})
    """
    assigned: dict[str, list[_Assigned]] = {}
    for text in texts:
        one = _assigned(text)
        if one.name in assigned and _role(one.name) is None:
            raise InvalidValueError("assignment", text, f"sets {one.name} twice")
        assigned.setdefault(one.name, []).append(one)
    changes = [_change(name, values) for name, values in assigned.items()]

    def change(entry: Entry) -> Entry:
        for each in changes:
            entry = each(entry)
        return entry

    return change


def _assigned(text: str) -> _Assigned:
    name, divided, value = text.partition("=")
    if not divided:
        raise InvalidValueError("assignment", text, "is not FIELD=VALUE")
    is_json = name.endswith(":")
    name = name.removesuffix(":")
    if name.startswith(_ATTRIBUTE) and len(name) > len(_ATTRIBUTE):
        return _Assigned(name, value, is_json)
    if is_json:
        raise InvalidValueError("assignment", text, f"has := where only {_ATTRIBUTE}NAME takes it")
    if name not in _WORDS and _role(name) is None:
        raise InvalidValueError("assignment", name, f"is no field that can be set: {_hint(name)}")
    return _Assigned(name, value, is_json=False)


def _hint(name: str) -> str:
    if name in _ELSEWHERE:
        return _ELSEWHERE[name]
    near = get_close_matches(name, (*_WORDS, *_ROLES, *_ELSEWHERE), n=1)
    meant = f"did you mean {near[0]!r}? " if near else ""
    return f"{meant}there are {', '.join(assignable())}"


def _role(name: str) -> str | None:
    if name.startswith(_ROLE):
        return name.removeprefix(_ROLE)
    return _ROLES.get(name)


def _change(name: str, values: list[_Assigned]) -> _Change:
    if (role := _role(name)) is not None:
        named = tuple(contributor(one.value, role) for one in values if one.value)
        return lambda entry: evolve(entry, contributors=tuple(_with_role(entry, role, named)))
    (only,) = values
    if name in _WORDS:
        value: Any = only.value or _DEFAULTS.get(name)
        return lambda entry: evolve(entry, **{name: value})
    key = name.removeprefix(_ATTRIBUTE)
    return lambda entry: evolve(entry, attributes=_with_attribute(entry, key, only))


def _with_role(entry: Entry, role: str, named: tuple[Contributor, ...]) -> Iterator[Contributor]:
    """The contributors with others of one role; they come where the first of it stood."""
    # Authors lead, whoever was there before.
    waiting = True
    if role == "aut":
        yield from named
        waiting = False
    for one in entry.contributors:
        if one.role != role:
            yield one
        elif waiting:
            yield from named
            waiting = False
    if waiting:
        yield from named


def _with_attribute(entry: Entry, key: str, one: _Assigned) -> dict[str, JSONValue]:
    attributes = {**entry.attributes}
    if one.value:
        attributes[key] = _json(one) if one.is_json else one.value
    else:
        attributes.pop(key, None)
    return attributes


def _json(one: _Assigned) -> JSONValue:
    try:
        value: JSONValue = msgspec.json.decode(one.value)
    except (msgspec.DecodeError, RecursionError) as error:
        raise InvalidValueError(
            "assignment", f"{one.name}:={one.value}", "has no JSON behind :="
        ) from error
    return value
