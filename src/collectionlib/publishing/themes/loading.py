"""A theme by its name or from its folder."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from ...errors import ThemeError
from .folders import ThemeFolder
from .theme import Theme

__all__ = ["DEFAULT_THEME", "load_theme", "theme_names"]

DEFAULT_THEME = "classic"
"""The theme of a book that names none."""

_KEYS = frozenset({"name", "description", "base"})
# What the themes stand on: rules and templates that hold whatever a book looks like.
_GROUND = "common"


def theme_names() -> tuple[str, ...]:
    """The names of the themes that come with the library.

    >>> theme_names()
    ('classic', 'modern', 'plain')
    """
    folders = (path for path in _built_in().iterdir() if (path / "theme.toml").is_file())
    return tuple(sorted(path.name for path in folders))


def load_theme(name: str | Path = DEFAULT_THEME) -> Theme:
    """A theme by its name, or from a folder, whose files are checked.

    A name is that of a theme that comes with the library; what holds a ``/``, or is no such name
    but a folder, is a folder.

    Raises:
        ThemeError: there is no such theme, a file of it is missing or malformed, or its style
            sheet asks for what a book cannot have.

    >>> load_theme("modern").name
    'modern'
    >>> load_theme("baroque")
    Traceback (most recent call last):
        ...
    collectionlib.errors.ThemeError: baroque: there is no such theme: there are classic, modern, \
plain, or give a folder
    """
    folder = Path(name)
    if str(name) in theme_names():
        return _theme_of_ours(str(name))
    elif folder.is_dir():
        theme = _theme(ThemeFolder(folder.resolve().name, folder))
    else:
        reason = f"there is no such theme: there are {', '.join(theme_names())}, or give a folder"
        raise ThemeError(str(name), reason)
    theme.check()
    return theme


def _built_in() -> Path:
    return Path(str(files("collectionlib.publishing.themes"))) / "builtin"


@cache
def _theme_of_ours(name: str) -> Theme:
    # Whoever makes many books has the templates compiled once.
    return _theme(_ours(name))


def _ours(name: str) -> ThemeFolder:
    return ThemeFolder(name, _built_in() / name, is_ours=True)


def _theme(folder: ThemeFolder) -> Theme:
    settings = _settings(folder)
    folders = [folder]
    base = settings.get("base")
    while base:
        if base not in (*theme_names(), _GROUND):
            reason = f"base is {base!r}, and there are {', '.join(theme_names())}"
            raise ThemeError(folder.shown("theme.toml"), reason)
        folders.append(_ours(base))
        base = _settings(folders[-1]).get("base")
    name = settings.get("name", folder.name)
    return Theme(name, settings.get("description", ""), tuple(folders))


def _settings(folder: ThemeFolder) -> dict[str, str]:
    """What ``theme.toml`` says; nothing, where there is none."""
    shown = folder.shown("theme.toml")
    try:
        settings: dict[str, Any] = tomllib.loads(folder.text("theme.toml") or "")
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ThemeError(shown, f"is no valid TOML: {error}") from error
    for key, value in settings.items():
        if key not in _KEYS:
            raise ThemeError(shown, f"has a key {key!r}: there are {', '.join(sorted(_KEYS))}")
        if not isinstance(value, str) or not value.isprintable():
            raise ThemeError(shown, f"{key} is no line of text: {value!r}")
    return settings
