"""The small named documents of a collection: what belongs to it and is no entry."""

from __future__ import annotations

import re

from .._checks import check_json, own_copy
from ..errors import InvalidValueError
from ..model import JSONValue

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


def check_document(name: str, value: JSONValue) -> JSONValue:
    """A copy of the value, where name and value can be kept by every back end.

    Raises:
        InvalidValueError: the name has other characters, or the value is not JSON.
    """
    if not _NAME.fullmatch(name):
        raise InvalidValueError("document name", name, "is not of a-z, 0-9 and '-'")
    check_json(f"document {name}", value)
    return own_copy(value)
