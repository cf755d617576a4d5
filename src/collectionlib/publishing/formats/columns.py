"""The fields of an entry that were asked for, as columns of JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from attrs import Attribute, fields

from ...codec import encode_json, to_plain
from ...errors import InvalidValueError
from ...model import Entry

__all__ = ["check_fields", "encoded"]


def check_fields(exporter: object, attribute: Attribute[Any], names: tuple[str, ...]) -> None:
    """Refuse the name of a field that entries do not have: a validator of attrs.

    Raises:
        InvalidValueError: an entry has no such field.
    """
    known = [one.name for one in fields(Entry)]
    for name in names:
        if name.partition(".")[0] not in known:
            raise InvalidValueError("fields", name, f"are {', '.join(known)}, and not")


def encoded(entry: Entry, names: tuple[str, ...]) -> bytes:
    """An entry as JSON on one line, of these fields alone where any are named.

    Args:
        entry: to be written.
        names: of fields, a dot leads into an object; ``null`` stands where there is no value.

    >>> encoded(Entry(id="0chgm9qjpmfdsafq", title="One"), ("title", "source.uri"))
    b'{"title":"One","source.uri":null}'
    """
    if not names:
        return encode_json(entry)
    plain = to_plain(entry)
    return msgspec.json.encode({name: _value(plain, name) for name in names})


def _value(plain: Mapping[str, Any], name: str) -> Any:
    found: Any = plain
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found
