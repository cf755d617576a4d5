"""A recipe as it was read: frozen rules, nothing looked up yet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypeAlias

from attrs import field, frozen

from ..._toml import Keys, TomlError, TomlFile
from ...markup.typography import Typography
from ...query import Order, Predicate
from ..matter import Matter

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+:", re.IGNORECASE)

__all__ = ["FileRule", "Group", "PartRule", "Recipe", "RecipeError", "TextRules"]

Group: TypeAlias = Literal["category", "author", "language", "year", "letter"]


class RecipeError(TomlError):
    """A recipe that cannot be followed: where (``path``, ``line``, ``field``), and why."""


@frozen
class PartRule:
    """How a part comes about; see ``docs/reference/recipe.md``.

    Args:
        keys: where it stands in the recipe; nowhere, where that names no part.
        title: `None` where its entries and groups stand in its place.
        introduction: before its entries.
        ids: of the first entries, or their beginnings, in order.
        query: that finds the others; `None` finds none.
        order: of those.
        group: by what they stand in parts, one below the other.
        limit, sample: how many at the most, the first ones or by lot.
        seed: of the lot.
        parts: below it.
    """

    keys: Keys
    title: str | None = None
    introduction: Matter | None = None
    ids: tuple[str, ...] = ()
    query: Predicate | None = None
    order: Order = ()
    group: tuple[Group, ...] = ()
    limit: int | None = None
    sample: int | None = None
    seed: str = ""
    parts: tuple[PartRule, ...] = ()


@frozen
class TextRules:
    """What is done to the texts on their way into the book."""

    typography: Typography = field(factory=Typography)
    censored: Literal["keep", "mark", "drop"] = "keep"
    mark: str = "[…]"


@frozen
class FileRule:
    """A file to be written.

    Args:
        path: as it is written, below the folder of the recipe.
        format: name of the exporter, `None` where the ending chooses it.
        is_folder: whether it is a folder of files, as a website is.
        options: by the keys of the recipe, each with where it stands.
        keys: where the file stands in the recipe.
    """

    path: Path
    format: str | None
    options: Mapping[str, tuple[Any, Keys]]
    keys: Keys
    is_folder: bool = False


@frozen
class Recipe:
    """A book to be built.

    Args:
        file: the text, for messages.
        folder: that all paths in it are relative to.
        book: what the book says of itself, by the keys of `collectionlib.publishing.metadata`.
        query: what the book is about.
        refuses_left_over: whether every entry that it is about must be in a part.
        parts: in order.
        text: what is done to the texts.
        strict_rights: whether every entry must say its rights.
        files: to be written.
        collection: where the entries are, `None` where the recipe does not say.
        used: the files that it names and that go into the book, as they are written there.
    """

    file: TomlFile
    folder: Path
    book: Mapping[str, Any]
    query: Predicate | None
    refuses_left_over: bool
    parts: tuple[PartRule, ...]
    text: TextRules
    strict_rights: bool
    files: tuple[FileRule, ...]
    collection: str | None
    used: tuple[str, ...]

    @property
    def path(self) -> Path:
        """The file of the recipe."""
        return Path(self.file.name)

    @property
    def location(self) -> str | None:
        """The collection that the recipe names, from where we are."""
        if self.collection is None or _SCHEME.match(self.collection):
            return self.collection
        # The slash at its end says that it is a folder, and a path would lose it.
        end = "/" if self.collection.endswith("/") else ""
        return f"{self.folder / self.collection}{end}"

    def refusal(self, keys: Keys, value: object, reason: str) -> RecipeError:
        """What is wrong with the value of a key, with its line."""
        name = next(key for key in reversed(keys) if isinstance(key, str))
        return RecipeError(self.file.name, self.file.line(*keys), name, value, reason)
