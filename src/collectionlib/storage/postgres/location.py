"""Where a collection is: a database, as libpq says it, and a schema in it."""

from __future__ import annotations

import re
from urllib.parse import unquote

from attrs import field, frozen

from ...errors import InvalidValueError

__all__ = ["SCHEMA", "Address", "without_password"]

SCHEMA = "collectionlib"
"""The schema of a collection whose location names none."""

_LONGEST = 63
"""Bytes of the name of a schema."""

_OF_USER = re.compile(r"(?<=://)([^:@/?#]*):[^?#]*@")
_IN_QUERY = re.compile(r"(?<=[?&])(?:ssl)?password=[^&#]*&?")


@frozen
class Address:
    """The database and the schema of a collection.

    Args:
        database: a connection URI of libpq, with the password that it may have.
        schema: in it.
        shown: the location as messages may say it, without a password.

    >>> address = Address.of("postgresql://me:secret@db.example:5433/texts?sslmode=require#jokes")
    >>> address.schema, address.shown
    ('jokes', 'postgresql://me@db.example:5433/texts?sslmode=require#jokes')
    >>> Address.of("postgresql:///texts").schema
    'collectionlib'
    """

    database: str = field(repr=False)
    schema: str
    shown: str

    @classmethod
    def of(cls, location: str) -> Address:
        """The address that a location says.

        Raises:
            InvalidValueError: the name of the schema can be none.
        """
        database, _, name = location.partition("#")
        schema = unquote(name) or SCHEMA
        shown = without_password(location)
        if len(schema.encode()) > _LONGEST or not schema.isprintable():
            raise InvalidValueError(
                "location", shown, f"names a schema that is not of 1 to {_LONGEST} bytes of text"
            )
        if schema.startswith("pg_") or schema == "information_schema":
            raise InvalidValueError("location", shown, "names a schema of the server itself")
        return cls(database, schema, shown)


def without_password(location: str) -> str:
    """A location without the password that it may have.

    >>> without_password("postgresql://me:s@cret@host/texts?password=x&user=me")
    'postgresql://me@host/texts?user=me'
    """
    shown = _IN_QUERY.sub("", _OF_USER.sub(r"\1@", location))
    return re.sub(r"[?&](?=#|$)", "", shown)
