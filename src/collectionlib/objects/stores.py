"""Talking to object stores: for a bounded time, with what the environment says."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from attrs import frozen

from ..errors import InvalidValueError, MissingExtra
from .failures import NOT_THERE, StoreError, translated
from .urls import ObjectUrl

if TYPE_CHECKING:
    from obstore.store import ObjectStore

__all__ = [
    "StoredObject",
    "check_variables",
    "client_options",
    "find",
    "listed",
    "replaced_by",
    "retries_within",
    "said_patience",
    "stored",
    "talking_to",
]

PATIENCE = "COLLECTIONLIB_STORE_PATIENCE"
"""Name of the variable that says for how many seconds an object store is tried."""

_LONGEST_PATIENCE = 86_400
_CONNECT = 5.0
_ANSWER = 30.0
_RETRIES = 4
_LONGEST_PAUSE = 15
"""Seconds between two tries at the most, as object_store has it."""

_CLIENT = ("allow_http", "allow_invalid_certificates", "proxy_url", "proxy_ca_certificate",
           "proxy_excludes", "user_agent")  # fmt: skip
_PREFIXES = {"s3": "AWS_", "gs": "GOOGLE_", "az": "AZURE_"}
_EMULATORS = {"az": "AZURITE_"}
"""How the variables begin that say where an emulator is."""
# Of these alone: others of such names are for other services, and may be without a scheme.
_ADDRESSES = frozenset({
    "AWS_ENDPOINT", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_METADATA_ENDPOINT",
    "AZURE_ENDPOINT", "AZURE_STORAGE_ENDPOINT", "AZURITE_BLOB_STORAGE_URL", "GOOGLE_BASE_URL",
})  # fmt: skip
_NAMES_AN_ADDRESS = re.compile(r"https?://[^\s/?#]+[!-~]*", re.IGNORECASE)
_IN_HEADERS = frozenset({
    "AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_DEFAULT_REGION",
    "AZURE_STORAGE_ACCOUNT_NAME", "AZURE_STORAGE_TOKEN",
})  # fmt: skip
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@frozen
class StoredObject:
    """An object that is there.

    Args:
        url: of it.
        size: in bytes.
        version: the tag that the store gives its contents, where it does.
    """

    url: ObjectUrl
    size: int
    version: str | None = None


@contextmanager
def talking_to(url: ObjectUrl) -> Iterator[ObjectStore]:
    """The store of an object, with what goes wrong in it translated.

    Raises:
        MissingExtra: obstore is not installed.
        InvalidValueError: the environment has something else than seconds for patience.
        StoreError: there is no such bucket or object, or it is not allowed.
        StorageError: the store cannot be reached.
    """
    name = f"{url.scheme}://{url.bucket}"
    try:
        import_module("obstore")
    except ModuleNotFoundError as error:
        raise MissingExtra(f"{url.scheme}://", "lake") from error
    patience = said_patience()
    check_variables(url.scheme)
    with translated(name):
        yield _store(name, _variables(url.scheme), patience)


def check_variables(scheme: str) -> None:
    """Find whether object_store takes what the environment says: it gives up on what it does not.

    Args:
        scheme: of the stores.

    Raises:
        InvalidValueError: an address is none, or there is a line break in what goes into a header.
    """
    for name, value in sorted(_variables(scheme)):
        if name in _ADDRESSES and not _is_address(value, may_be_empty=scheme == "az"):
            reason = "is no address such as http://localhost:9000"
            raise InvalidValueError(name, value.rpartition("@")[2], reason)
        if name in _IN_HEADERS and _CONTROL.search(value):
            raise InvalidValueError(name, "…", "holds a line break or another control character")


def _is_address(value: str, *, may_be_empty: bool) -> bool:
    if not value:
        return may_be_empty
    try:
        return bool(_NAMES_AN_ADDRESS.fullmatch(value)) and urlsplit(value).port != 0
    except ValueError:  # a port that is no number, or too high
        return False


def said_patience() -> float | None:
    """Seconds for which a store is to be tried, where the environment says it.

    Raises:
        InvalidValueError: the environment says something that is none.
    """
    said = os.environ.get(PATIENCE)
    if not said:
        return None
    try:
        seconds = float(said)
    except ValueError:
        seconds = 0
    if not 0 < seconds < _LONGEST_PATIENCE:
        raise InvalidValueError(PATIENCE, said, "is no number of seconds")
    return seconds


def retries_within(seconds: float) -> int:
    """How often a store can be tried again in so many seconds: the pauses grow, to a bound.

    >>> retries_within(5), retries_within(600)
    (8, 48)
    """
    return 8 + int(seconds // _LONGEST_PAUSE)


def _variables(scheme: str) -> frozenset[tuple[str, str]]:
    """What the environment says of the stores of a scheme; of files nothing."""
    prefixes = tuple(each[scheme] for each in (_PREFIXES, _EMULATORS) if scheme in each)
    return frozenset(each for each in os.environ.items() if each[0].startswith(prefixes))


@lru_cache(maxsize=8)
def _store(name: str, variables: frozenset[tuple[str, str]], patience: float | None) -> ObjectStore:
    from obstore.store import from_url

    scheme = name.partition(":")[0]
    if scheme == "file":
        return from_url("file:///")
    answer = timedelta(seconds=patience or _ANSWER)
    times = {"connect_timeout": min(answer, timedelta(seconds=_CONNECT)), "timeout": answer}
    options = {**times, **client_options(scheme, dict(variables))}
    # Who says nothing is not to wait for long where nobody listens.
    often = retries_within(patience) if patience else _RETRIES
    retries = {"max_retries": often, "retry_timeout": answer}
    make: Any = from_url
    store: ObjectStore = make(name, client_options=options, retry_config=retries)
    return store


def client_options(scheme: str, variables: Mapping[str, str]) -> dict[str, str]:
    """How a store is talked to, as the environment says: by a proxy, without TLS, and the like.

    What is given to obstore replaces all that it would take from the environment itself, so who
    gives times has to give these as well.

    >>> client_options("s3", {"AWS_ALLOW_HTTP": "true", "AWS_REGION": "eu-west-1"})
    {'allow_http': 'true'}
    """
    said = {option: variables.get(_PREFIXES[scheme] + option.upper()) for option in _CLIENT}
    return {option: value for option, value in said.items() if value}


def stored(url: ObjectUrl) -> StoredObject | None:
    """The object of that URL, `None` where there is none."""
    import obstore

    try:
        with talking_to(url) as store:
            about = obstore.head(store, url.key)
    except StoreError as error:
        if error.errno == NOT_THERE:
            return None
        raise
    return StoredObject(url, about["size"], about["e_tag"])


def find(url: ObjectUrl) -> StoredObject | ObjectUrl:
    """What is at a URL: an object, or the folder of that name.

    Raises:
        MissingExtra: obstore is not installed.
        StoreError: there is neither, or it may not be looked at.
        StorageError: the store cannot be reached.
    """
    with talking_to(url):
        pass
    if not url.is_folder and (found := stored(url)):
        return found
    folders, objects = listed(url)
    if not folders and not objects:
        raise StoreError(NOT_THERE, "there is no such object, and none below it")
    return url


def listed(folder: ObjectUrl) -> tuple[list[str], list[StoredObject]]:
    """What there is in a folder, in no order: names of folders, and objects.

    Raises:
        StoreError: it may not be looked at, or a key in it cannot be told.
        StorageError: the store cannot be reached.
    """
    import obstore

    with talking_to(folder) as store:
        found = obstore.list_with_delimiter(store, folder.key or None)
    objects = [
        StoredObject(folder.below(about["path"]), about["size"], about["e_tag"])
        for about in found["objects"]
        # Programs that show folders keep an empty object for each.
        if about["path"] != folder.key
    ]
    return [prefix.rpartition("/")[2] for prefix in found["common_prefixes"]], objects


def replaced_by(url: ObjectUrl, path: Path) -> None:
    """Put a file in the place of an object: in parts where it is large, seen only when complete.

    Raises:
        StoreError: there is no such bucket, or it is not allowed.
        StorageError: the store cannot be reached.
    """
    import obstore

    with talking_to(url) as store, path.open("rb") as file:
        obstore.put(store, url.key, file)
