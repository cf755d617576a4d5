"""The model as plain data and as JSON, and the JSON Schema of both.

Plain data are the values of JSON: a dict for each object with the keys of the model, without
those that hold their default. Conversion is cattrs' generated code with its msgspec converter;
a value that the model refuses is refused here with the place where it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast, get_args, get_origin, get_type_hints

import attrs

from . import _checks, _construction
from .errors import InvalidValueError
from .model import CLASSES, Category, Entry, Metadata, Source

if TYPE_CHECKING:
    from cattrs import Converter

__all__ = [
    "SCHEMA_VERSION",
    "decode_json",
    "encode_json",
    "from_plain",
    "json_schema",
    "to_plain",
]

SCHEMA_VERSION = 1
"""Version of the plain data; a document that says a higher one is refused."""

_T = TypeVar("_T")


def _converter(*, detailed: bool) -> Converter:
    # Loaded when it is needed: to read the entries of a database is none of that.
    from ._conversion import converter

    return converter(detailed=detailed)


def to_plain(value: Entry | Category | Metadata) -> dict[str, Any]:
    """Turn an object of the model into plain data.

    >>> to_plain(Category(path=("Blessings",), position=1))
    {'path': ['Blessings'], 'position': 1}
    """
    plain: dict[str, Any] = _converter(detailed=False).unstructure(value)
    return plain


def from_plain(data: Mapping[str, Any], cls: type[_T]) -> _T:
    """Make an object of the model from plain data.

    Raises:
        InvalidValueError: a key is unknown or missing, or a value is not what its field holds;
            the message names the place.

    >>> from_plain({"path": ["Blessings"], "order": 1}, Category)
    Traceback (most recent call last):
        ...
    collectionlib.errors.InvalidValueError: Category has keys that are not known: 'order'
    """
    try:
        if cls is Entry:
            return cast("_T", _entry_of(data))
        return _converter(detailed=False).structure(data, cls)
    except RecursionError as error:
        raise InvalidValueError(
            cls.__name__, dict(data).get("id"), "is nested too deeply"
        ) from error
    except Exception as error:
        # The quick conversion does not say where; the slow one does, and is run on errors only.
        raise _explain(error, data, cls) from error


def _entry_of(data: Mapping[str, Any]) -> Entry:
    """An entry of plain data, three times as fast as by the converter; which explains errors."""
    values = {**data}
    for name in ("category", "tags"):
        if name in values:
            values[name] = _checks.as_tuple(values[name])
    for name in ("added", "modified"):
        if values.get(name) is not None:
            values[name] = _construction.moment(values[name])
    if contributors := values.get("contributors"):
        values["contributors"] = tuple([_construction.contributor(**c) for c in contributors])
    if values.get("source") is not None:
        values["source"] = _source_of(values["source"])
    if "attributes" in values:
        values["attributes"] = _checks.own_copy(values["attributes"])
    return _construction.entry(**values)


def _source_of(data: Mapping[str, Any]) -> Source:
    if "changes" in data:
        data = {**data, "changes": _checks.as_tuple(data["changes"])}
    return _construction.source(**data)


def encode_json(value: Entry | Category | Metadata) -> bytes:
    """JSON of an object of the model, on one line, in UTF-8.

    >>> encode_json(Category(path=("祝福",))).decode()
    '{"path":["祝福"]}'
    """
    import msgspec

    return msgspec.json.encode(to_plain(value))


def decode_json(data: bytes | str, cls: type[_T]) -> _T:
    """Make an object of the model from its JSON.

    Raises:
        InvalidValueError: the data are no JSON, or as for `from_plain`.

    >>> decode_json('{"path": ["Blessings"]}', Category).path
    ('Blessings',)
    """
    import msgspec

    try:
        plain = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidValueError(cls.__name__, data[:40], f"is no JSON ({error})") from error
    except RecursionError as error:
        raise InvalidValueError(cls.__name__, data[:40], "is nested too deeply") from error
    if not isinstance(plain, dict):
        raise InvalidValueError(cls.__name__, plain, "is no JSON object")
    return from_plain(plain, cls)


def _explain(error: Exception, data: Any, cls: type) -> Exception:
    """What was wrong, as one `InvalidValueError`; an error of another kind stays as it is."""
    if isinstance(error, InvalidValueError):
        return error
    if not isinstance(data, Mapping):
        return InvalidValueError(cls.__name__, data, "is no object")
    known = {attribute.name for attribute in attrs.fields(cls)}
    if unknown := sorted(str(key) for key in data if key not in known):
        return InvalidValueError(cls.__name__, ", ".join(unknown), "has keys that are not known")
    needed = {a.name for a in attrs.fields(cls) if a.default is attrs.NOTHING}
    if missing := sorted(needed - data.keys()):
        return InvalidValueError(cls.__name__, ", ".join(missing), "lacks the keys")
    from cattrs import ClassValidationError, transform_error

    try:
        _converter(detailed=True).structure(data, cls)
    except ClassValidationError as detailed:
        place = "; ".join(transform_error(detailed, path=cls.__name__))
        return InvalidValueError(cls.__name__, data, f"is not well formed ({place})")
    return error


# --- JSON Schema --------------------------------------------------------------------------------

_FORMATS: dict[str, dict[str, Any]] = {
    "Entry.id": {"pattern": "^[0-9a-hjkmnp-tv-z]{16}$"},
    "Contributor.role": {"pattern": f"^{_checks.ROLE.pattern}$"},
    "Source.sha256": {"pattern": f"^{_checks.SHA256.pattern}$"},
    "Source.start": {"minimum": 0},
    "Source.length": {"minimum": 0},
    "Category.path": {"minItems": 1},
}


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a collection document, made from the model.

    The document is what the JSON storage keeps and the JSON exporter writes; its parts are
    under ``$defs`` by the names of the classes.

    >>> sorted(json_schema()["$defs"])[:3]
    ['Category', 'Contributor', 'Entry']
    """
    reference = {cls.__name__: {"$ref": f"#/$defs/{cls.__name__}"} for cls in CLASSES}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "collectionlib collection",
        "type": "object",
        "properties": {
            "schema_version": {"const": SCHEMA_VERSION},
            "exported": {"const": True},
            "fields": {"type": "array", "items": {"type": "string"}, "minItems": 1},
            "log": {"type": "integer", "minimum": 1},
            "metadata": reference["Metadata"],
            "categories": {"type": "array", "items": reference["Category"]},
            "documents": {"type": "object"},
            "entries": {"type": "array", "items": {"type": "object"}},
        },
        # An export of some fields has those alone.
        "if": {"required": ["fields"]},
        "else": {"properties": {"entries": {"items": reference["Entry"]}}},
        "required": ["schema_version", "entries"],
        "additionalProperties": False,
        "$defs": {cls.__name__: _class_schema(cls) for cls in CLASSES},
    }


def _class_schema(cls: type) -> dict[str, Any]:
    hints = get_type_hints(cls)
    properties = {}
    for attribute in attrs.fields(cls):
        schema = _type_schema(hints[attribute.name])
        properties[attribute.name] = schema | _FORMATS.get(f"{cls.__name__}.{attribute.name}", {})
    return {
        "type": "object",
        "properties": properties,
        "required": [a.name for a in attrs.fields(cls) if a.default is attrs.NOTHING],
        "additionalProperties": False,
    }


def _type_schema(hint: Any) -> dict[str, Any]:
    simple: dict[Any, dict[str, Any]] = {
        str: {"type": "string"},
        int: {"type": "integer"},
        datetime: {"type": "string", "format": "date-time"},
    }
    if hint in simple:
        return simple[hint]
    if supertype := getattr(hint, "__supertype__", None):
        return _type_schema(supertype)
    if hint in CLASSES:
        return {"$ref": f"#/$defs/{hint.__name__}"}
    arguments = get_args(hint)
    makers: dict[Any, Callable[[], dict[str, Any]]] = {
        Literal: lambda: {"enum": list(arguments)},
        tuple: lambda: {"type": "array", "items": _type_schema(arguments[0])},
    }
    if make := makers.get(get_origin(hint)):
        return make()
    if type(None) in arguments:
        (inner,) = (argument for argument in arguments if argument is not type(None))
        # A key without a value is left out, never null.
        return _type_schema(inner)
    return {"type": "object"}


if __name__ == "__main__":
    import json
    import sys

    json.dump(json_schema(), sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")
