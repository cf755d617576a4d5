"""The words of the command line as data: what completion scripts and the manual are made of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import click

__all__ = ["Node", "Value", "Word", "nodes"]

_BY_METAVAR = {
    "QUERY": "query", "TAG": "tag", "CATEGORY": "category", "ID": "id", "FIELD=VALUE": "field",
    "INTO": "category", "WORDS": "", "KEY": "", "NEW": "", "NUMBER": "", "FOLDER": "folder",
}  # fmt: skip
"""What an argument is completed by, where it is no file."""
_FILES = ("FILE", "FOLDER", "LOCATION")


class Value(NamedTuple):
    """What a value is completed by.

    Args:
        kind: ``file``, ``folder``, a kind that the collection is asked for, or nothing.
        choices: all values that there are, if they are few.
    """

    kind: str = ""
    choices: tuple[str, ...] = ()


class Word(NamedTuple):
    """An option.

    Args:
        names: as they are typed.
        value: what follows, if something does.
        about: one line about it.
        metavar: what its value is called.
    """

    names: tuple[str, ...]
    value: Value | None
    about: str
    metavar: str = ""


class Node(NamedTuple):
    """A command, or a group of them.

    Args:
        path: the words that call it, with blanks between.
        command: itself.
        below: the commands of a group, each with what is said of it.
        options: in order.
        arguments: what each place is completed by; the last one again where it may repeat.
        repeats: whether it may.
    """

    path: str
    command: click.Command
    below: dict[str, str]
    options: tuple[Word, ...]
    arguments: tuple[Value, ...]
    repeats: bool


def nodes(cli: click.Group) -> Iterator[Node]:
    """The group and all commands below it that people call."""
    context = click.Context(cli, info_name="collectionlib", **cli.context_settings)
    yield from _nodes(cli, "", context)


def _nodes(command: click.Command, path: str, context: click.Context) -> Iterator[Node]:
    below: dict[str, click.Command] = {}
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            each = command.get_command(context, name)
            if each is not None and not each.hidden:
                below[name] = each
    arguments = [each for each in command.params if isinstance(each, click.Argument)]
    yield Node(
        path=path,
        command=command,
        below={name: each.get_short_help_str(70) for name, each in below.items()},
        options=tuple(_options(command, context)),
        arguments=tuple(value for each in arguments for value in _places(each)),
        repeats=any(each.nargs == -1 for each in arguments),
    )
    for name, each in below.items():
        yield from _nodes(each, f"{path} {name}".lstrip(), click.Context(each, parent=context))


def _options(command: click.Command, context: click.Context) -> Iterator[Word]:
    for option in command.get_params(context):
        if isinstance(option, click.Option) and not option.hidden:
            takes = not (option.is_flag or option.count)
            about = (option.help or "").partition(". ")[0].rstrip(".")
            yield Word(
                names=(*option.opts, *option.secondary_opts),
                value=_value_of(option) if takes else None,
                about=about,
                metavar=option.make_metavar(context) if takes else "",
            )


def _value_of(option: click.Option) -> Value:
    if isinstance(option.type, click.Choice):
        return Value(choices=tuple(map(str, option.type.choices)))
    if option.name == "category":
        return Value("category")
    kinds = (option.metavar or "").split("|")
    if kinds == ["FOLDER"]:
        return Value("folder")
    return Value("file" if {*kinds} & {*_FILES} else "")


def _places(argument: click.Argument) -> Iterator[Value]:
    if isinstance(argument.type, click.Choice):
        yield Value(choices=tuple(map(str, argument.type.choices)))
        return
    for word in (argument.metavar or argument.name or "").upper().split():
        yield Value(_BY_METAVAR.get(word.strip("[].…"), "file"))
