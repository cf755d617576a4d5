"""A piece of work: how it is sent, and what is done where it arrives."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable
from functools import cache, lru_cache
from time import perf_counter
from typing import Any, TypeAlias

from .._version import __version__
from ..errors import ExecutionError

__all__ = ["Versions", "packed", "run", "unpacked", "versions"]

Versions: TypeAlias = dict[str, str]
"""The versions of what a result depends on, by name."""

_DECIDING = ("chardet", "ftfy", "lxml", "markdown-it-py", "py3langid", "regex", "rensa")
"""Packages with which a text may become another one, or another sketch."""


@cache
def versions() -> Versions:
    """The versions of what a result depends on, in this process."""
    from importlib.metadata import PackageNotFoundError, version

    found = {
        "collectionlib": __version__,
        "Python": f"{sys.version_info.major}.{sys.version_info.minor}",
    }
    for name in _DECIDING:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "none"
    return found


def packed(what: object) -> bytes:
    """Something as it is sent.

    Raises:
        ExecutionError: it cannot be.
    """
    try:
        return pickle.dumps(what, pickle.HIGHEST_PROTOCOL)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise ExecutionError(
            f"what the workers are to do cannot be sent to them ({error}): give importers and "
            "transforms that a module defines, or leave --executor and --jobs out"
        ) from error


def unpacked(data: bytes) -> Any:
    """What was sent."""
    return pickle.loads(data)  # noqa: S301 - of our own parent, or of our own workers


@lru_cache(maxsize=4)
def _work(data: bytes) -> Callable[[Any], object]:
    try:
        work: Callable[[Any], object] = unpacked(data)
    except (ImportError, AttributeError, TypeError, pickle.UnpicklingError) as error:
        raise ExecutionError(
            f"a worker on {_here()} cannot load what it is to do ({error}): install there what is "
            "installed here"
        ) from error
    return work


def run(asked: Versions | None, work: bytes, items: bytes) -> tuple[float, bytes]:
    """Do a piece of work: how many seconds it took, and what came of it.

    Args:
        asked: the versions that a worker has to have, where it may have others.
        work: a packed function of a list.
        items: the packed list.

    Raises:
        ExecutionError: this worker has another version.
    """
    if asked is not None:
        _check(asked)
    function = _work(work)
    began = perf_counter()
    result = function(unpacked(items))
    return perf_counter() - began, packed(result)


def _check(asked: Versions) -> None:
    own = versions()
    for name, wanted in asked.items():
        if own.get(name) != wanted:
            raise ExecutionError(
                f"a worker on {_here()} has {name} {own.get(name, 'none')}, and here is {wanted}: "
                "install the same there, or the results could differ"
            )


def _here() -> str:
    from platform import node

    return node() or "another machine"
