"""Storages, importers and exporters by name, from the entry points of installed packages.

A package offers one by an entry point in one of the groups ``collectionlib.storages``,
``collectionlib.importers`` and ``collectionlib.exporters``; our own are registered the same
way. Looking up loads only what is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Literal, TypeAlias

from .errors import MissingExtra, PluginConflict, UnknownPlugin

__all__ = ["PluginKind", "load", "load_all", "names", "origin"]

PluginKind: TypeAlias = Literal["storage", "importer", "exporter"]
"""What a package of somebody else can add."""

_OURS = "collectionlib"


@cache
def _found(kind: PluginKind) -> Mapping[str, EntryPoint]:
    found: dict[str, EntryPoint] = {}
    for point in entry_points(group=f"collectionlib.{kind}s"):
        other = found.setdefault(point.name, point)
        if _package(other) != _package(point):
            raise PluginConflict(kind, point.name, (_package(other), _package(point)))
    return found


def _package(point: EntryPoint) -> str:
    return point.dist.name if point.dist else point.module.partition(".")[0]


def names(kind: PluginKind) -> tuple[str, ...]:
    """The names of all that there are, sorted.

    Raises:
        PluginConflict: two packages offer the same name.

    >>> "memory" in names("storage")
    True
    """
    return tuple(sorted(_found(kind)))


def origin(kind: PluginKind, name: str) -> str:
    """The name of the package that offers it.

    >>> origin("storage", "memory")
    'collectionlib'
    """
    return _package(_point(kind, name))


def _point(kind: PluginKind, name: str) -> EntryPoint:
    try:
        return _found(kind)[name]
    except KeyError:
        raise UnknownPlugin(kind, name, _found(kind)) from None


def load(kind: PluginKind, name: str) -> Any:
    """The class of that name.

    Raises:
        UnknownPlugin: there is none; the error lists those there are.
        MissingExtra: it needs a package that is not installed.

    >>> load("storage", "memory").__name__
    'MemoryStorage'
    """
    point = _point(kind, name)
    try:
        return point.load()
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing == _package(point) or _package(point) != _OURS:
            raise
        raise MissingExtra(f"{kind} {name} ({missing})", name) from error


def load_all(kind: PluginKind) -> dict[str, Any]:
    """All classes by name, in the order of names; those that lack a package are left out."""
    loaded = {}
    for name in names(kind):
        try:
            loaded[name] = load(kind, name)
        except MissingExtra:
            continue
    return loaded
