"""Defaults for options: from the environment, from files, and which of them wins.

A value of an option is taken from the command line, else from its variable, else from
``collectionlib.toml`` in the current folder or the nearest above it, else from the user's own
file of that name, else it is the option's default. In a file stand the options that go before
the command, such as ``library``, and a table for each command with its options, as they are
typed but for the hyphens in front.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self

import click

from ..errors import InvalidValueError
from .nearest import did_you_mean

if TYPE_CHECKING:
    from .._toml import TomlFile

__all__ = ["FILE_NAME", "Configuration", "Key", "Setting", "find_files", "keys_of", "variable"]

FILE_NAME = "collectionlib.toml"
_PREFIX = "COLLECTIONLIB"
_NEVER = ("config", "help", "version")
"""Options that nothing but the command line says."""
_TYPED = ("force", "yes")
"""Options that say "I mean it": whoever means it types it, each time."""
_PATHS = ("FILE", "FOLDER", "LOCATION")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+:", re.IGNORECASE)


class Setting(NamedTuple):
    """What is said about an option in one place.

    Args:
        value: as the command takes it.
        said: as it was written.
        origin: where, in words.
    """

    value: Any
    said: Any
    origin: str


class Key(NamedTuple):
    """An option under one of its names.

    Args:
        option: of the command.
        flag: what a flag of that name sets it to; `None` for what takes a value.
    """

    option: click.Option
    flag: bool | None


def keys_of(command: click.Command) -> dict[str, Key]:
    """The options of a command by the names that they have in a file.

    >>> from .app import cli
    >>> list(keys_of(cli))
    ['library', 'quiet', 'verbose', 'color']
    """
    keys: dict[str, Key] = {}
    for option in command.params:
        if not isinstance(option, click.Option) or option.name in (*_NEVER, *_TYPED):
            continue
        for names, given in ((option.opts, option.flag_value), (option.secondary_opts, False)):
            flag = given is not False if option.is_flag else None
            keys |= {name[2:]: Key(option, flag) for name in names if name.startswith("--")}
    return keys


def variable(command: tuple[str, ...], key: str) -> str:
    """The variable of the environment that sets an option.

    >>> variable(("export",), "toc-depth")
    'COLLECTIONLIB_EXPORT_TOC_DEPTH'
    """
    return "_".join((_PREFIX, *command, key)).replace("-", "_").upper()


def find_files() -> list[Path]:
    """The files that are read, those that win first."""
    found = []
    here = Path.cwd()
    for folder in (here, *here.parents):
        # A folder of that name is none, and whoever reads it is told so.
        if (folder / FILE_NAME).exists():
            found.append(Path(os.path.relpath(folder / FILE_NAME)))
            break
    user = _user_file()
    if user and not any(each.resolve() == user.resolve() for each in found):
        found.append(user)
    return found


def _user_file() -> Path | None:
    if sys.platform == "linux":
        # Where platformdirs looks on Linux; asking it takes longer than all else that is done here,
        # and mostly there is nothing.
        folder = os.environ.get("XDG_CONFIG_HOME", "").strip() or str(Path.home() / ".config")
        if not Path(folder, "collectionlib", FILE_NAME).exists():
            return None
    from platformdirs import user_config_path

    path = user_config_path("collectionlib", appauthor=False) / FILE_NAME
    return path if path.exists() else None


class Configuration:
    """What variables and files say about the options of commands.

    Args:
        files: those that are read, those that win first.
    """

    NAME: ClassVar[str] = "collectionlib.configuration"
    """Under which a call's context has it."""

    def __init__(self, files: Iterable[TomlFile]) -> None:
        self.files: tuple[TomlFile, ...] = tuple(files)

    @classmethod
    def read(cls, paths: Iterable[Path]) -> Self:
        """Read the files.

        Raises:
            TomlError: one is no TOML.
            OSError: one cannot be read.
        """
        files = []
        for path in paths:
            from .._toml import TomlFile

            files.append(TomlFile.load(path))
        return cls(files)

    def check_names(self, cli: click.Group, context: click.Context) -> None:
        """Look whether what stands above and between the tables is known.

        Raises:
            click.UsageError: it is not.
        """
        commands = [name for name in cli.list_commands(context) if not name.startswith("_")]
        self._check_keys((), [*keys_of(cli), *commands])

    def defaults(
        self, command: click.Command, path: tuple[str, ...], context: click.Context
    ) -> dict[str, Any]:
        """The defaults of the options of a command, and of those below it, as click takes them.

        Raises:
            click.UsageError: as for `settings`.
        """
        defaults = {
            name: settings[0].value
            for name, settings in self.settings(command, path, context).items()
        }
        if path and isinstance(command, click.Group):
            for name in command.list_commands(context):
                if below := command.get_command(context, name):
                    defaults[name] = self.defaults(below, (*path, name), context)
        return defaults

    def settings(
        self, command: click.Command, path: tuple[str, ...], context: click.Context
    ) -> dict[str, list[Setting]]:
        """What is said about each option of a command, what wins first, by its own name.

        Raises:
            click.UsageError: a key is not known, or a value is none that its option takes.
        """
        keys = keys_of(command)
        self._refuse_typed(command, path)
        if path:
            below = command.list_commands(context) if isinstance(command, click.Group) else []
            self._check_keys(path, [*keys, *below])
        found: dict[str, list[Setting]] = {}
        in_files = (self._in_file(file, keys, path, context) for file in self.files)
        for key, setting in chain(_in_environment(keys, path, context), *in_files):
            found.setdefault(key.option.name or "", []).append(setting)
        return found

    def _in_file(
        self, file: TomlFile, keys: Mapping[str, Key], path: tuple[str, ...], context: click.Context
    ) -> Iterator[tuple[Key, Setting]]:
        for name, said in self._table(file, path).items():
            if key := keys.get(name):
                origin = f"{file.name}, line {file.line(*path, name)}"
                where = f"{origin}: {'.'.join((*path, name))}"
                value = _value(key, said, where, context, Path(file.name).parent)
                yield key, Setting(value, said, origin)

    def _check_keys(self, path: tuple[str, ...], known: list[str]) -> None:
        for file in self.files:
            for name in self._table(file, path):
                if name not in known:
                    key = ".".join((*path, name))
                    raise click.UsageError(
                        f"{file.name}, line {file.line(*path, name)}: {key} is not known"
                        f"{did_you_mean(name, known)}"
                    )

    def _refuse_typed(self, command: click.Command, path: tuple[str, ...]) -> None:
        for name in sorted({each.name or "" for each in command.params}.intersection(_TYPED)):
            places = [
                f"{file.name}, line {file.line(*path, name)}: {'.'.join((*path, name))}"
                for file in self.files
                if name in self._table(file, path)
            ]
            if os.environ.get(variable(path, name)):
                places.insert(0, variable(path, name))
            if places:
                raise click.UsageError(
                    f"{places[0]} cannot be set once for all: give --{name} each time you mean it"
                )

    def _table(self, file: TomlFile, path: tuple[str, ...]) -> Mapping[str, Any]:
        table = file.table
        for depth, name in enumerate(path, 1):
            below = table.get(name, {})
            if not isinstance(below, Mapping):
                line = file.line(*path[:depth])
                raise click.UsageError(
                    f"{file.name}, line {line}: {name} is a command, and its options stand below "
                    f"[{'.'.join(path[:depth])}]"
                )
            table = below
        return table


def _in_environment(
    keys: Mapping[str, Key], path: tuple[str, ...], context: click.Context
) -> Iterator[tuple[Key, Setting]]:
    for name, key in keys.items():
        origin = variable(path, name)
        if said := os.environ.get(origin):
            yield key, Setting(_value(key, said, origin, context, None), said, origin)


def _value(key: Key, said: Any, where: str, context: click.Context, folder: Path | None) -> Any:
    """What click is to take for what was said.

    Args:
        key: the option.
        said: as it was written.
        where: it was, in words.
        context: of the call.
        folder: from which paths are seen, if it was a file; a variable says text for everything.

    Raises:
        click.UsageError: the option does not take it.
    """
    option = key.option
    try:
        if key.flag is not None:
            return _truth(said, from_file=folder is not None) is key.flag
        values = said if isinstance(said, list) and option.multiple else [said]
        taken = [_one(option, value, folder) for value in values]
        value = taken if option.multiple else taken[0]
        option.process_value(context, value)
    except click.BadParameter as error:
        reason = error.message.rstrip(".")
        raise click.UsageError(f"{where} cannot be {said!r}: {reason}") from error
    except InvalidValueError as error:
        raise click.UsageError(f"{where} cannot be {said!r}: {error}") from error
    return value


def _truth(said: Any, *, from_file: bool) -> bool:
    if from_file and not isinstance(said, bool):
        raise click.BadParameter("it is to be true or false")
    return bool(click.BOOL.convert(said, None, None))


def _one(option: click.Option, said: Any, folder: Path | None) -> Any:
    if isinstance(said, bool) or not isinstance(said, (str, int, float)):
        raise click.BadParameter("it is to be a text or a number")
    if not folder:
        return said
    kinds = {*(option.metavar or "").split("|")}
    if isinstance(said, str):
        return _from(folder, said, kinds)
    if kinds & {*_PATHS}:
        raise click.BadParameter("it is to be a text in quotes")
    return said


def _from(folder: Path, said: str, kinds: set[str]) -> str:
    """A path as it is seen from the current folder, where a file says it as seen from its own."""
    if not said or said == "-" or not kinds & {*_PATHS} or _SCHEME.match(said):
        return said
    if len(kinds) > 1 and not said.startswith((".", "~")) and "/" not in said:
        # A name, such as that of a theme.
        return said
    slash = "/" if said.endswith("/") and said != "/" else ""
    return os.path.normpath(folder / Path(said).expanduser()) + slash
