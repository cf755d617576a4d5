"""What SQL has no words for: functions that each connection brings.

Each of them answers for every text that another program may have written, since one that fails
would stop a whole query.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

from attrs import astuple

from ..._checks import as_utc
from ...identity import natural_key
from ...model import Source
from ...query import Compare, Contains, Equals, Has, place_key
from ...query.dates import date_key, moment_key
from ...query.evaluation import has_part, test_of
from ...query.fields import ATTRIBUTE, attribute_values
from ...query.order import value_key
from ...query.patterns import globbed
from ...words import fold, have_words

__all__ = ["attribute_test", "failure", "functions"]

_OnAttribute = Equals | Contains | Compare | Has
_KINDS: dict[str, type[_OnAttribute]] = {
    kind.__name__: kind for kind in (Equals, Contains, Compare, Has)
}


def functions(connection: sqlite3.Connection) -> None:
    """Bring the functions that conditions and orders use."""
    for name, arity, function in (
        ("fold", 1, _or_none(fold)),
        ("natural_key", 1, natural_key),
        ("place_key", 3, _place_key),
        ("date_key", 1, _or_none(date_key)),
        ("moment_key", 1, _or_none(moment_key)),
        ("in_utc", 1, _or_none(_in_utc)),
        ("globbed", 2, lambda pattern, value: value is not None and _globbed(pattern)(value)),
        ("has_words", 3, _has_words),
        ("has_part", 3, has_part),
        ("attribute_holds", 2, _attribute_holds),
        ("attribute_key", 2, _attribute_key),
    ):
        connection.create_function(name, arity, _told(function), deterministic=True)


_failed = threading.local()


def _told(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of which it is known why it failed; SQLite tells only that it did."""

    def call(*values: Any) -> Any:
        try:
            return function(*values)
        except BaseException as error:
            _failed.by = error
            raise

    return call


def failure() -> BaseException | None:
    """Why a function has failed in this thread, after SQLite said that one did.

    It is `None` where nothing got into the function: a text was given to it that is no UTF-8, or
    Ctrl-C was pressed while SQLite was at work.
    """
    return cast("BaseException | None", _failed.__dict__.pop("by", None))


def _or_none(function: Callable[[str], str]) -> Callable[[str | None], str | None]:
    return lambda value: None if value is None else function(value)


_globbed = lru_cache(maxsize=64)(globbed)


def _place_key(title: str, uri: str | None, member: str | None) -> str:
    return place_key(title, None if uri is None else Source(uri=uri, member=member))


def _in_utc(moment: str) -> str:
    try:
        return str(as_utc(datetime.fromisoformat(moment))).replace(" ", "T")
    except (ValueError, OverflowError):
        return moment


def _has_words(title: str, body: str, words: str) -> bool:
    return have_words((title, body), _words(words))


@lru_cache(maxsize=64)
def _words(words: str) -> tuple[str, ...]:
    return tuple(json.loads(words))


# --- attributes ---------------------------------------------------------------------------------


def attribute_test(predicate: _OnAttribute) -> str:
    """A predicate on an attribute as a parameter of the function ``attribute_holds``."""
    return json.dumps([type(predicate).__name__, *astuple(predicate)])


def _attribute_holds(attributes: str | None, test: str) -> bool:
    if attributes is None:
        return False
    # Loaded where a query asks for attributes: most do not, and few commands need it.
    import msgspec

    name, holds = _attribute_test(test)
    try:
        value = msgspec.json.decode(attributes)
    except msgspec.DecodeError:
        # Whoever reads the entry will say that it is damaged.
        return True
    if name is None:
        return bool(value)
    return isinstance(value, dict) and any(map(holds, attribute_values(value.get(name))))


@lru_cache(maxsize=64)
def _attribute_test(test: str) -> tuple[str | None, Callable[[str], bool]]:
    kind, *values = json.loads(test)
    predicate = _KINDS[kind](*values)
    if isinstance(predicate, Has):
        name = predicate.what
        return (name.removeprefix(ATTRIBUTE) if name.startswith(ATTRIBUTE) else None), bool
    return predicate.field.removeprefix(ATTRIBUTE), test_of(predicate)


def _attribute_key(attributes: str | None, name: str) -> str | None:
    """What an entry is sorted by for an attribute; nothing where it has none."""
    import msgspec

    try:
        value: Any = msgspec.json.decode(attributes or "{}")
    except msgspec.DecodeError:
        return None
    own = value.get(name) if isinstance(value, dict) else None
    first = next(attribute_values(own), "")
    return value_key(ATTRIBUTE + name, first) if first else None
