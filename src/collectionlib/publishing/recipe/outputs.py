"""The files of a recipe, each with the exporter that its keys ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from ..._toml import Keys
from ...errors import CollectionError, InvalidValueError
from ..cover.given import read_cover
from ..formats.base import Exporter
from ..matter import read_matter
from ..output import exporter_class, made, options_of
from ..themes import load_theme
from ..volumes import VolumeSize
from .rules import FileRule, Recipe

__all__ = ["Output", "outputs"]

_MATTER = ("dedication", "epigraph", "preface", "about-authors")
_CONTENT = (*_MATTER, "ledger", "index")
"""Keys that say what is in a book; what a format does not show of the others is its look."""


@frozen
class Output:
    """A file that is to be written.

    Args:
        path: where; volumes get numbers.
        exporter: that writes it.
        size: of a volume, `None` for one file.
        is_folder: whether it is a folder of files.
    """

    path: Path
    exporter: Exporter
    size: VolumeSize | None = None
    is_folder: bool = False


def outputs(recipe: Recipe, tell: Callable[[str], None]) -> list[Output]:
    """What a recipe wants written.

    Args:
        recipe: the rules.
        tell: told of what a file leaves out, in a sentence each.

    Raises:
        RecipeError: no format of the recipe has an option, or one does not take its value.
        ExportError: a file that it names cannot be read.
    """
    made_of = [_Making(recipe, rule, tell) for rule in recipe.files]
    _refuse_what_none_takes(recipe, made_of)
    _tell_what_some_lack(made_of, tell)
    return [one.output() for one in made_of]


@frozen
class _Making:
    """One file of a recipe on its way to an exporter."""

    recipe: Recipe
    rule: FileRule
    tell: Callable[[str], None]

    @property
    def kind(self) -> type[Exporter]:
        return exporter_class(self.rule.path, self.rule.format)

    @property
    def known(self) -> frozenset[str]:
        return options_of(self.kind)

    def takes(self, key: str) -> bool:
        """Whether the format has what a key asks for."""
        if key == "volume-size":
            return not self.rule.is_folder
        return key == "options" or _option(key) in self.known

    def output(self) -> Output:
        options = self.rule.options
        values: dict[str, Any] = {"tell": self.tell} if "tell" in self.known else {}
        for key, (value, keys) in options.items():
            if key != "volume-size" and self.takes(key):
                values |= self.read(key, value, keys)
        size = options.get("volume-size") if self.takes("volume-size") else None
        try:
            exporter = made(self.kind, values)
        except InvalidValueError as error:
            keys = self.keys_of(error.field)
            raise self.recipe.refusal(keys, error.value, error.reason) from error
        except (ValueError, TypeError) as error:
            reason = f"cannot be written so ({error})"
            raise self.recipe.refusal(self.rule.keys, str(self.rule.path), reason) from error
        volume = VolumeSize.parse(size[0]) if size else None
        return Output(self.rule.path, exporter, volume, self.rule.is_folder)

    def keys_of(self, option: str) -> Keys:
        """Where the recipe sets an option of the exporter."""
        for key, (value, keys) in self.rule.options.items():
            if key == "options":
                for name in value:
                    if _option(name) == option:
                        return (*keys, name)
            elif _option(key) == option:
                return keys
        return self.rule.keys

    def read(self, key: str, value: Any, keys: Keys) -> Mapping[str, Any]:
        """The fields of the exporter that a key sets."""
        folder = self.recipe.folder
        if key == "options":
            return {name.replace("-", "_"): each for name, each in value.items()}
        if key in ("cover", "colophon") and isinstance(value, bool):
            return {_SWITCHES[key]: value}
        if key == "pictures":
            return {key: {(folder / each).resolve().name: folder / each for each in value}}
        if reader := _READERS.get(key):
            try:
                return {_option(key): reader(folder, value)}
            except CollectionError as error:
                raise self.recipe.refusal(keys, value, f"is of no use ({error})") from error
        return {_option(key): value}


_SWITCHES = {"cover": "draws_cover", "colophon": "has_colophon"}
_READERS: Mapping[str, Callable[[Path, Any], Any]] = {
    **dict.fromkeys((*_MATTER, "colophon"), lambda folder, value: read_matter(folder / value)),
    "cover": lambda folder, value: read_cover(folder / value),
    "theme": lambda folder, value: _theme(str(folder / value) if "/" in value else value),
    "css": lambda folder, value: _style_sheet(folder / value),
    "fonts": lambda folder, value: tuple(folder / each for each in value),
    "fields": lambda _, value: tuple(value),
}


def _theme(name: str) -> str:
    """The name, or the folder, of a theme that is there."""
    load_theme(name)
    return name


def _style_sheet(path: Path) -> Path:
    """The path of a style sheet that a book can have."""
    load_theme().with_css(path)
    return path


def _option(key: str) -> str:
    """What an exporter calls the key of a recipe."""
    return {"cover-png": "png_cover", "profile": "device"}.get(key, key.replace("-", "_"))


def _tell_what_some_lack(files: list[_Making], tell: Callable[[str], None]) -> None:
    lacking: dict[str, list[str]] = {}
    for one in files:
        missing = [key for key in _CONTENT if key in one.rule.options and not one.takes(key)]
        if missing:
            lacking.setdefault(", ".join(missing), []).append(str(one.rule.path))
    for missing_keys, paths in lacking.items():
        tell(f"{', '.join(paths)}: written without {missing_keys}, which such files do not have")


def _refuse_what_none_takes(recipe: Recipe, files: list[_Making]) -> None:
    asked = {key: keys for one in files for key, (_, keys) in one.rule.options.items()}
    for key, keys in asked.items():
        if not any(one.takes(key) for one in files if key in one.rule.options):
            value = next(o.rule.options[key][0] for o in files if key in o.rule.options)
            raise recipe.refusal(keys, value, "is nothing that a file of this recipe can have")
