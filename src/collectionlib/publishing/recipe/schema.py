"""The JSON Schema of a recipe, for editors: names complete, and mistakes are underlined."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .keys import RECIPE, Key, Kind

__all__ = ["recipe_schema"]

_TEXT = {"type": "string", "minLength": 1}
_TEXTS = {"type": "array", "items": _TEXT}


def recipe_schema() -> dict[str, Any]:
    """The JSON Schema (draft-07, which the editors of TOML know) of a recipe.

    >>> sorted(recipe_schema()["properties"])
    ['back', 'book', 'front', 'output', 'part', 'rights', 'select', 'text']
    """
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "collectionlib recipe",
        **_table(RECIPE),
        "definitions": {"part": _table(RECIPE["part"].keys)},
    }


def _table(keys: Mapping[str, Key]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {name: _schema(name, key) for name, key in keys.items()},
        "additionalProperties": False,
    }


def _schema(name: str, key: Key) -> dict[str, Any]:
    return {"description": key.says, **_value(name, key)}


def _value(name: str, key: Key) -> dict[str, Any]:
    number: dict[str, Any] = {"type": "integer"}
    if key.least is not None:
        number["minimum"] = key.least
    match key.kind:
        case Kind.TEXT:
            return _TEXT
        case Kind.QUERY:
            return {"type": "string"}
        case Kind.TEXTS:
            return _TEXTS
        case Kind.NUMBER:
            return number
        case Kind.FLAG:
            return {"type": "boolean"}
        case Kind.CHOICE:
            return {"enum": list(key.words)}
        case Kind.CHOICES:
            words = {"enum": list(key.words)}
            return {"anyOf": [words, {"type": "array", "items": words}]}
        case Kind.FLAG_OR_TEXT:
            return {"anyOf": [{"type": "boolean"}, _TEXT]}
        case Kind.NUMBER_OR_TEXT:
            return {"anyOf": [number, _TEXT]}
        case Kind.TEXT_BY_NAME:
            return {"type": "object", "additionalProperties": _TEXT}
        case Kind.ANY_BY_NAME:
            return {"type": "object"}
        case Kind.TABLE:
            return _table(key.keys)
        case Kind.TABLES:
            # A part may hold parts: the schema names what the table holds itself.
            items = {"$ref": "#/definitions/part"} if name == "part" else _table(key.keys)
            return {"type": "array", "items": items}
