"""The command ``plugins``."""

from __future__ import annotations

import click

from .. import plugins
from .options import json_option
from .session import echo_json

__all__ = ["plugins_command"]

_KINDS: tuple[plugins.PluginKind, ...] = ("storage", "importer", "exporter")


@click.command("plugins")
@json_option
def plugins_command(as_json: bool) -> None:
    """List the storages, importers and exporters that are installed.

    \b
    Example:
      collectionlib plugins
    """
    for kind in _KINDS:
        for name in plugins.names(kind):
            package = plugins.origin(kind, name)
            if as_json:
                echo_json({"kind": kind, "name": name, "package": package})
            else:
                click.echo(f"{kind:<10}{name:<14}{package}")
