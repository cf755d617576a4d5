"""What the driver and the object store say, and what it means for a collection."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from ...errors import (
    CollectionError,
    CollectionNotFound,
    CorruptCollection,
    InvalidValueError,
    StorageError,
)
from ...objects.failures import Trouble, trouble_in

__all__ = [
    "CANNOT_TELL",
    "NoSuchObject",
    "RefusedQueryError",
    "UncertainCommitError",
    "damaged",
    "meaning_in",
    "meaning_of",
    "reason_of",
    "translated",
]

_LONGEST_REASON = 300
_SECRETS = ("KEY", "SECRET", "TOKEN", "PASSWORD", "SAS")
_ALLOWED = "see that the credentials are set in the environment and allow it"
_REMEDIES_OF_STORES = {
    Trouble.NO_BUCKET: "make the bucket, or name another one",
    Trouble.NO_CREDENTIALS: _ALLOWED,
    Trouble.DENIED: _ALLOWED,
    Trouble.UNREACHABLE: "see that the store can be reached, and do it again",
    Trouble.NOT_UNDERSTOOD: "see what the variables of the store say in the environment",
}
_REMEDIES_OF_DISKS = (
    (r"No space left|os error 28|Disk quota", "make room there, and do it again"),
    (r"os error 13\b|kind: PermissionDenied", "see that you may read and write there"),
    (r"Read-only file system|os error 30", "see that you may write there"),
    (r"os error 5\b|Input/output error", "do it again, and have a look at the disk"),
)
_OTHERWISE = "do it again"
_MISSING = re.compile(r"not ?found|no such file|\b404\b|NoSuchKey|os error 2\b", re.IGNORECASE)
_DAMAGED = re.compile(
    r"parquet|invalid json|json error|corrupt|EOF|deserializ|Could not parse|magic|Arrow error"
    r"|log segment|missing action|contiguous|metadata or protocol",
    re.IGNORECASE,
)
_REFUSED = re.compile(
    r"sql parser error|Error during planning|Schema error|feature is not implemented|type_coercion"
)
_NOISE = re.compile(
    r"Kernel error ->|(?:Generic (?:S3|GCS|MicrosoftAzure) error:?)|in [\d.]+\w+, after \d+ retries"
    r"|, max_retries:?\s+\d+|, retry_timeout:?\s+\w+|<\?xml[^>]*>|Error performing"
)
"""What a sentence of the driver has besides what it says."""

_DRAWN = re.compile(r"\x1b\[[0-9;]*m|↳")


class NoSuchObject(StorageError, FileNotFoundError):
    """A file that belongs to a state of the table is not there."""

    path: str

    def __init__(self, path: str, *, location: str) -> None:
        super().__init__(
            f"{path} is gone: the state of {location} that is being read has been cleaned up "
            "meanwhile; read it again, and have 'optimize' keep old states for longer",
            location=location,
        )
        self.path = path


class RefusedQueryError(StorageError):
    """The engine of the table does not take a query: it is nested too deeply, or not understood."""


CANNOT_TELL = (RefusedQueryError, CorruptCollection, NoSuchObject, InvalidValueError)
"""What keeps the engine from deciding a query that is decided by reading row by row."""


class UncertainCommitError(StorageError):
    """A commit was not answered, and neither is the question what has become of it."""

    def __init__(self, location: str, error: Exception) -> None:
        super().__init__(
            f"{location} may be as it was, or hold what was to be written: {reason_of(error)}; "
            "look at it when the store can be reached again, and do it again if it is not there",
            location=location,
        )


@contextmanager
def translated(location: str, doing: Literal["read", "written"] = "read") -> Iterator[None]:
    """Translate what goes wrong in the driver, the object store and the files.

    Args:
        location: of the collection.
        doing: ``read`` or ``written``: what is said to have failed.

    Raises:
        CollectionNotFound: there is no table, or no bucket.
        CorruptCollection: the log or a file is damaged.
        StorageError: anything else: the store is not reached, or does not allow it.
    """
    try:
        yield
    except (CollectionError, GeneratorExit, AssertionError, KeyboardInterrupt):
        raise
    except Exception as error:
        if not _is_drivers(error):
            raise
        raise meaning_of(error, location, doing) from error


def _is_drivers(error: Exception) -> bool:
    """Whether it comes from the driver: its errors derive from nothing that is theirs alone."""
    module = type(error).__module__
    return isinstance(error, OSError) or module.startswith(
        ("_internal", "deltalake", "obstore", "arro3", "builtins", "pyo3")
    )


def meaning_of(error: Exception, location: str, doing: Literal["read", "written"]) -> StorageError:
    """What an error of the driver means; the arguments are those of `translated`."""
    reason = reason_of(error)
    is_absent = type(error).__name__ == "TableNotFoundError"
    if doing == "read" and (is_absent or trouble_in(reason) is Trouble.NO_BUCKET):
        why = "there is nothing" if is_absent else "there is no such bucket"
        return CollectionNotFound(location, why)
    remedy = _remedy(reason)
    if remedy is None and doing == "read" and _DAMAGED.search(reason):
        return damaged(f"{location}/_delta_log", reason, location)
    outcome = "could not be read" if doing == "read" else "could not be written and is as it was"
    todo = remedy or _OTHERWISE
    return StorageError(f"{location} {outcome}: {reason}; {todo}", location=location)


def meaning_in(path: str, error: Exception, location: str) -> StorageError:
    """What an error means that came up while a file of rows was read.

    Args:
        path: of the file.
        error: of the driver, or of the operating system.
        location: of the collection.
    """
    reason = reason_of(error)
    if isinstance(error, FileNotFoundError) or _MISSING.search(str(error)):
        return NoSuchObject(path, location=location)
    # What is the matter stands at the end, which may be too long to be said.
    remedy = _remedy(_said_by(error))
    if remedy is None and _REFUSED.search(reason):
        return RefusedQueryError(
            f"{location} could not be read: its engine does not take the query ({reason}); ask "
            "for less at once",
            location=location,
        )
    if remedy is None:
        return damaged(path, reason, location)
    return StorageError(f"{path} could not be read: {reason}; {remedy}", location=location)


def _remedy(reason: str) -> str | None:
    # A disk, too, says that permission is denied, and means nobody's credentials.
    for form, what in _REMEDIES_OF_DISKS:
        if re.search(form, reason):
            return what
    trouble = trouble_in(reason)
    return _REMEDIES_OF_STORES[trouble] if trouble else None


def damaged(path: str, reason: str, location: str) -> CorruptCollection:
    """What is to be said of a damaged file."""
    return CorruptCollection(
        reason,
        location=location,
        path=path,
        remedy="put back a copy of it that is whole, or go back to an older version of the table",
    )


def reason_of(error: Exception) -> str:
    r"""What a driver says, on one line, and without what is nobody's business.

    >>> reason_of(OSError("GET https://store/a?sig=s3cret failed\n\nDebug source:\nGeneric"))
    'GET https://store/a?… failed'
    """
    line = _said_by(error)
    for name, value in os.environ.items():
        if len(value) >= 6 and any(part in name.upper() for part in _SECRETS):
            line = line.replace(value, "…")
    return line if len(line) <= _LONGEST_REASON else f"{line[: _LONGEST_REASON - 1]}…"


def _said_by(error: Exception) -> str:
    """All that a driver says, on one line."""
    words = _NOISE.sub(" ", _DRAWN.sub(" ", str(error)).partition("Debug source")[0])
    words = re.split(r"\s0: <unknown>|ParsedLogPath", words)[0]
    return re.sub(r"\?[^\s\"')]+", "?…", " ".join(words.split()))
