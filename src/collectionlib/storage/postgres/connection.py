"""Speaking to the server: connecting, and what its errors mean for a collection."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from typing import Any, TypeAlias

import psycopg
from psycopg import sql
from psycopg.types.string import TextLoader

from ...errors import (
    CollectionLocked,
    CollectionNotFound,
    ConflictError,
    CorruptCollection,
    StorageError,
)
from ..base import LOCK_TIMEOUT
from .location import Address

__all__ = ["Connection", "Stage", "begin_reading", "connect", "parametrized", "translated"]

Connection: TypeAlias = "psycopg.Connection[tuple[Any, ...]]"

_SECONDS = 10
"""How long a server may take to answer, unless the location or ``PGCONNECT_TIMEOUT`` says."""

_OLDEST = 130000
"""The oldest server that is spoken to, as the driver counts versions."""


class Stage(Enum):
    """What was being done when something failed: it decides what can be said of the outcome."""

    READING = "could not be read"
    WRITING = "is as it was, nothing was written"
    COMMITTING = "holds what was to be written, or nothing of it: that is not known"


def connect(address: Address) -> Connection:
    """A connection that looks into the schema of a collection, outside of any transaction.

    Raises:
        CollectionNotFound: the server has no such database.
        StorageError: there is no server, or it lets us not in.
    """
    parameters: dict[str, Any] = {}
    if "connect_timeout=" not in address.database and not os.environ.get("PGCONNECT_TIMEOUT"):
        parameters["connect_timeout"] = _SECONDS
    if "application_name=" not in address.database and not os.environ.get("PGAPPNAME"):
        parameters["application_name"] = "collectionlib"
    try:
        connection = psycopg.connect(
            address.database, autocommit=True, client_encoding="utf-8", **parameters
        )
        _prepare(connection, address)
    except psycopg.Error as error:
        raise _refused(error, address) from error
    if connection.info.server_version < _OLDEST:
        connection.close()
        raise StorageError(
            f"{address.shown}: the server is PostgreSQL "
            f"{connection.info.server_version // 10_000}: one of version 13 or newer is needed",
            location=address.shown,
        )
    return connection


def _prepare(connection: Connection, address: Address) -> None:
    for name in ("timestamptz", "json"):
        # As texts: what they mean is read where the rows are.
        connection.adapters.register_loader(name, TextLoader)
    schema = sql.Identifier(address.schema).as_string(connection)
    connection.execute(
        "SELECT set_config('search_path', %s, false), set_config('TimeZone', 'UTC', false), "
        "set_config('DateStyle', 'ISO', false), set_config('jit', 'off', false), "
        "set_config('lock_timeout', %s, false)",
        (schema, f"{LOCK_TIMEOUT:g}s"),
    )


def begin_reading(connection: Connection) -> None:
    """Begin a transaction that sees one state, and changes nothing."""
    connection.rollback()
    connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def parametrized(query: str) -> bytes:
    """A statement in the driver's words, of one in which ``?`` stands for a parameter."""
    return query.replace("%", "%%").replace("?", "%s").encode()


@contextmanager
def translated(address: Address, stage: Stage = Stage.READING) -> Iterator[None]:
    """Translate what the driver says into what it means for a collection.

    Args:
        address: of the collection.
        stage: what is done in the block.

    Raises:
        CollectionLocked: another transaction holds what is needed, and did not end in time.
        ConflictError: another transaction has changed what this one changes.
        CorruptCollection: the tables are not as they were made, or damaged.
        StorageError: anything else.
    """
    try:
        yield
    except psycopg.Error as error:
        raise _meaning(error, address, stage) from error


def _meaning(error: psycopg.Error, address: Address, stage: Stage) -> StorageError:
    shown = address.shown
    match error.sqlstate or "":
        case "40001" | "40P01" | "23505":
            return ConflictError(
                f"{shown}: another transaction has changed the same meanwhile "
                f"({_first_line(error)}), so nothing was written: do it again",
                location=shown,
            )
        case "55P03":
            return CollectionLocked(shown, holder="another transaction", waited=LOCK_TIMEOUT)
        case "42P01" | "42703" | "3F000" | "42883" | "42804":
            return CorruptCollection(
                f"another program has changed its tables ({_first_line(error)})",
                location=shown,
                path=shown,
                remedy="put back a copy that is whole",
            )
        case "XX001" | "XX002":
            return CorruptCollection(
                _first_line(error), location=shown, path=shown, remedy="put back a copy of it"
            )
        case state:
            remedy = next((says for start, says in _REMEDIES if state.startswith(start)), None)
    if remedy is None:
        remedy = _LOST if _is_lost(error) else "do it again, and have a look at the server's log"
    return StorageError(f"{shown} {stage.value}: {_first_line(error)}; {remedy}", location=shown)


_LOST = "the connection was lost, do it again"
_REMEDIES = (
    ("42501", "ask the owner of the schema for the right to do that"),
    ("25006", "write to the primary server, this one is only read"),
    ("53100", "make room on the server's disk, and do it again"),
    ("53200", "the server has no memory left, do it again later"),
    ("53300", "the server has no connection left, do it again later"),
    ("54", "it is larger than the server takes"),
    ("57014", "somebody has cancelled it, or it took longer than the server allows"),
    ("57P", _LOST),
    ("08", _LOST),
)


def _is_lost(error: psycopg.Error) -> bool:
    return isinstance(error, psycopg.OperationalError) and not error.sqlstate


def _first_line(error: psycopg.Error) -> str:
    said = error.diag.message_primary or str(error)
    return next(iter(said.strip().splitlines()), type(error).__name__).rstrip(".")


_MISSING = re.compile(r'database "(.*)" does not exist')
_BAD_USER = re.compile(r'password|authentication|role ".*" does not exist|pg_hba', re.IGNORECASE)


def _refused(error: psycopg.Error, address: Address) -> StorageError:
    shown = address.shown
    said = " ".join(str(error).split())
    if found := _MISSING.search(said):
        reason = f"its server has no database {found[1]}, which createdb would make"
        return CollectionNotFound(shown, reason)
    if _BAD_USER.search(said):
        remedy = "give the user and the password that it knows, in PGPASSWORD or in ~/.pgpass"
    elif isinstance(error, psycopg.ProgrammingError):
        remedy = "write postgresql://USER@HOST:PORT/DATABASE#COLLECTION"
    else:
        remedy = "see that it runs there, and that host and port are right"
    secret = re.search(r"://[^:@/?#]*:([^?#]*)@", address.database)
    if secret and secret[1]:
        # The driver repeats what it cannot read.
        said = said.replace(secret[1], "…")
    return StorageError(f"{shown}: the server cannot be had ({said}): {remedy}", location=shown)
