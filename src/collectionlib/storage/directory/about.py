"""``collection.toml``: what is known about a collection in a folder and about its categories."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Self

import tomlkit
from attrs import frozen

from ...codec import from_plain, to_plain
from ...errors import CollectionNotFound, CorruptCollection, InvalidValueError, NewerFormat
from ...model import Category, Metadata
from .view import View

__all__ = ["ABOUT", "FORMAT", "About", "about_with"]

FORMAT = 1
"""Version of the layout; a folder that says a higher one is refused."""

ABOUT = "collection.toml"
"""Name of the file; a folder that has it is a collection."""


@frozen
class About:
    """What ``collection.toml`` says."""

    text: str
    metadata: Metadata
    categories: tuple[Category, ...]

    @classmethod
    def read(cls, view: View, location: str) -> Self:
        data = view.read(ABOUT)
        if data is None:
            raise CollectionNotFound(location, f"it has no {ABOUT}")
        try:
            text = data.decode()
            values = tomllib.loads(text)
            found = values.get("format")
            if isinstance(found, int) and found > FORMAT:
                raise NewerFormat(location=location, found=found, supported=FORMAT)
            return cls(
                text=text,
                metadata=from_plain(values.get("metadata", {}), Metadata),
                categories=tuple(from_plain(c, Category) for c in values.get("categories", ())),
            )
        except (UnicodeDecodeError, tomllib.TOMLDecodeError, InvalidValueError) as error:
            raise CorruptCollection(
                str(error),
                location=location,
                path=str(Path(location, ABOUT)),
                remedy="mend it with an editor",
            ) from error


def about_with(
    about: tomlkit.TOMLDocument, metadata: Metadata, categories: Iterable[Category]
) -> bytes:
    """The text of ``collection.toml`` with other values; a person's comments stay."""
    _set(about, "metadata", to_plain(metadata))
    tables = tomlkit.aot()
    for category in categories:
        tables.append(tomlkit.item(to_plain(category)))
    about.pop("categories", None)
    if len(tables):
        about.add("categories", tables)
    return tomlkit.dumps(about).encode()


def _set(about: tomlkit.TOMLDocument, name: str, values: Mapping[str, Any]) -> None:
    if name not in about:
        about.add(name, tomlkit.table())
    table = about[name]
    for key in [key for key in table if key not in values]:
        del table[key]
    for key, value in values.items():
        if table.get(key) != value:
            table[key] = value
