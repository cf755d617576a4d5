"""Help in sections: a group that loads its commands on use, and commands with many options."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from importlib import import_module

import click

from .configuration import Configuration
from .contents import HEADINGS, SECTIONS, heading_of

__all__ = ["LazyGroup", "SectionedCommand"]

_Row = tuple[str, str]


class LazyGroup(click.Group):
    """A group that imports the module of a command when the command is called.

    Args:
        modules: of the commands, in this package: each command with the module that holds it.
    """

    def __init__(self, *args: object, modules: Mapping[str, str], **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type] # click's own
        self._modules = modules

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, those that only scripts call at the end."""
        return list(self._modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, loaded."""
        if cmd_name not in self._modules:
            return None
        module = import_module(f"{__package__}.{self._modules[cmd_name]}")
        # Nor is it looked through again, not even at the end.
        gc.freeze()
        gc.enable()
        command: click.Command = getattr(module, f"{cmd_name.lstrip('_')}_command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is called.

        Raises:
            click.UsageError: there is none of that name; the nearest is told.
        """
        from .nearest import did_you_mean

        name = args[0]
        if name not in self._modules and not name.startswith("-"):
            hint = did_you_mean(name, [each for each in self._modules if each[0] != "_"])
            raise click.UsageError(f"there is no command {name!r}{hint}", ctx)
        found, command, rest = super().resolve_command(ctx, args)
        configuration = ctx.meta.get(Configuration.NAME)
        # What is wrong with a file is to be read in the help, too.
        if command and configuration and not {*rest} & {*ctx.help_option_names}:
            configuration.check_names(self, ctx)
            ctx.default_map = {name: configuration.defaults(command, (name,), ctx)}
        return found, command, rest

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands, in their sections; none is loaded for that."""
        told = {name for commands in SECTIONS.values() for name in commands}
        others = {
            name: command.get_short_help_str()
            for name in self._modules
            if name not in told and (command := self.get_command(ctx, name)) and not command.hidden
        }
        width = max(map(len, [*told, *others]))
        for section, commands in {**SECTIONS, "More": others}.items():
            rows = [
                (name.ljust(width), commands[name]) for name in commands if name in self._modules
            ]
            if rows:
                with formatter.section(section):
                    formatter.write_dl(rows)


class SectionedCommand(click.Command):
    """A command whose many options stand below headings."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, in the order of the headings."""
        below: dict[str, list[_Row]] = {heading: [] for heading in (*HEADINGS, "Options")}
        for option in self.get_params(ctx):
            row = option.get_help_record(ctx) if isinstance(option, click.Option) else None
            if row is not None:
                heading = heading_of(self.name or "", option.name or "") or "Options"
                below[heading].append(row)
        for heading, rows in below.items():
            if rows:
                with formatter.section(heading):
                    formatter.write_dl(rows)
