"""The command ``config``: which settings hold, and where each comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import click

from .configuration import FILE_NAME, Configuration, Key, Setting, keys_of
from .nearest import did_you_mean
from .options import json_option
from .session import Session, echo_json, pass_session, shown

__all__ = ["config_command"]

_DEFAULT = "default"
_COMMAND_LINE = "command line"


class _Row(NamedTuple):
    """An option with all that is said about it.

    Args:
        key: as it stands in a file, behind its table and a point.
        settings: what wins first; the default is the last.
    """

    key: str
    settings: list[Setting]


@click.command("config")
@click.argument("key", default="")
@click.option("--all", "shows_all", is_flag=True, help="Show the options that nobody has set, too.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of the file, for editors.")
@json_option
@click.pass_context
@pass_session
def config_command(
    session: Session,
    context: click.Context,
    /,
    key: str,
    shows_all: bool,
    schema: bool,
    as_json: bool,
) -> None:
    """Show what is set, by whom, and what it overrules; of KEY alone if one is given.

    Settings are taken from the command line, else from variables of the environment, else from
    collectionlib.toml in this folder or the nearest above it, else from the user's own.

    \b
    Examples:
      collectionlib config
      collectionlib config export.theme
      COLLECTIONLIB_EXPORT_THEME=plain collectionlib config --json
    """
    root = context.find_root()
    cli = root.command
    assert isinstance(cli, click.Group)
    if schema:
        echo_json(_schema(cli, context))
        return
    configuration: Configuration = root.meta[Configuration.NAME]
    rows = list(_rows(configuration, cli, root))
    if key:
        rows = [row for row in rows if row.key == key]
        if not rows:
            known = [row.key for row in _rows(configuration, cli, root)]
            raise click.UsageError(f"there is no setting {key!r}{_near(key, known)}")
    elif not shows_all:
        rows = [row for row in rows if len(row.settings) > 1]
    for row in rows:
        _print(row, as_json=as_json)
    if not rows:
        session.say(f"nothing is set: neither here, nor in {FILE_NAME}, nor by a variable")


def _near(key: str, known: list[str]) -> str:
    hint = did_you_mean(key, known)
    return hint if "did you mean" in hint else ": 'collectionlib config --all' lists them"


def _print(row: _Row, *, as_json: bool) -> None:
    for place, setting in enumerate(row.settings):
        if place and setting.origin == _DEFAULT and setting.said is None:
            continue
        if as_json:
            echo_json(
                {"key": row.key, "value": _plain(setting.said), "from": setting.origin,
                 "wins": not place}
            )  # fmt: skip
            continue
        what = f"{row.key} = {_written(setting.said)}" if not place else (
            f"  over {_written(setting.said)}"
        )  # fmt: skip
        click.echo(shown(f"{what:<40}  {setting.origin}"))


def _plain(value: Any) -> Any:
    return value if isinstance(value, (bool, int, float, str, list)) else None


def _written(value: Any) -> str:
    """A value as TOML has it, or a word for none."""
    import json

    return "(none)" if _plain(value) is None else json.dumps(value, ensure_ascii=False)


def _rows(configuration: Configuration, cli: click.Group, root: click.Context) -> Iterator[_Row]:
    for path, command in _commands(cli, root, ()):
        said = configuration.settings(command, path, root)
        for name, key in _own_keys(command).items():
            settings = [*said.get(key.option.name or "", ()), _default(key)]
            if not path and _is_typed(key, root):
                value = root.params[key.option.name or ""]
                settings.insert(0, Setting(value, value, _COMMAND_LINE))
            yield _Row(".".join((*path, name)), settings)


def _commands(
    group: click.Group, context: click.Context, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """A group and all commands below it, with the words that call them."""
    yield path, group
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None or command.hidden:
            continue
        if isinstance(command, click.Group):
            yield from _commands(command, context, (*path, name))
        else:
            yield (*path, name), command


def _own_keys(command: click.Command) -> dict[str, Key]:
    """The options of a command, each under its first name alone."""
    own: dict[str, Key] = {}
    for name, key in keys_of(command).items():
        if all(other.option is not key.option for other in own.values()):
            own[name] = key
    return own


def _default(key: Key) -> Setting:
    default = key.option.to_info_dict()["default"]
    if key.option.is_flag and default is None and key.flag is True:
        default = False
    return Setting(default, default, _DEFAULT)


def _is_typed(key: Key, root: click.Context) -> bool:
    source = root.get_parameter_source(key.option.name or "")
    return source is click.core.ParameterSource.COMMANDLINE


def _schema(cli: click.Group, context: click.Context) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a file."""
    about = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": FILE_NAME,
        "description": "Defaults for the options of collectionlib.",
    }
    return about | _table_schema(cli, context)


def _table_schema(command: click.Command, context: click.Context) -> dict[str, Any]:
    properties = {name: _key_schema(key) for name, key in keys_of(command).items()}
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None and not below.hidden:
                properties[name] = _table_schema(below, context)
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _key_schema(key: Key) -> dict[str, Any]:
    option = key.option
    schema: dict[str, Any] = {"type": ["string", "number"]}
    if key.flag is not None:
        schema = {"type": "boolean"}
    elif isinstance(option.type, click.Choice):
        schema = {"enum": [*map(str, option.type.choices)]}
    elif isinstance(option.type, click.types.IntParamType):
        schema = {"type": "integer"}
    elif isinstance(option.type, click.types.StringParamType):
        schema = {"type": "string"}
    if option.multiple:
        schema = {"anyOf": [schema, {"type": "array", "items": schema}]}
    return {"description": option.help, **schema} if option.help else schema
