"""The top of the command line: its commands, and the options that go before them."""

from __future__ import annotations

from pathlib import Path

import click

from .. import __version__
from .configuration import Configuration, find_files
from .paging import PAGED, colour, paged
from .sectioned import LazyGroup
from .session import Session

__all__ = ["cli"]

_COMMANDS = {
    "init": "collecting",
    "import": "collecting",
    "preview": "previewing",
    "profile": "previewing",
    "copy": "collecting",
    "list": "listing",
    "show": "showing",
    "search": "searching",
    "categories": "categories",
    "tags": "tags",
    "set": "changing",
    "move": "changing",
    "tag": "changing",
    "remove": "changing",
    "edit": "editing",
    "log": "history",
    "undo": "history",
    "stats": "statistics",
    "check": "checking",
    "duplicates": "duplicates",
    "optimize": "optimizing",
    "export": "publishing",
    "convert": "publishing",
    "recipe": "building",
    "build": "building",
    "verify": "verifying",
    "config": "configuring",
    "completion": "completing",
    "_complete": "completing",
    "plugins": "plugins",
}
"""Each command with the module that holds it, in the order of the help."""


def _configure(context: click.Context, _option: click.Parameter, file: str | None) -> None:
    """Read what files and the environment say, before anything else asks for it."""
    configuration = Configuration.read([Path(file)] if file else find_files())
    context.meta[Configuration.NAME] = configuration
    context.default_map = configuration.defaults(context.command, (), context)


@click.group(
    cls=LazyGroup,
    modules=_COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "-L",
    "--library",
    metavar="LOCATION",
    envvar="COLLECTIONLIB_LIBRARY",
    help="The collection: a folder, a .db or .json file. Without it $COLLECTIONLIB_LIBRARY, "
    "then the nearest folder upwards that is one.",
)
@click.option(
    "--config",
    metavar="FILE",
    envvar="COLLECTIONLIB_CONFIG",
    is_eager=True,
    expose_value=False,
    callback=_configure,
    help="Read this file in place of collectionlib.toml, /dev/null for none.",
)
@click.option("-q", "--quiet", is_flag=True, help="No messages but errors.")
@click.option("-v", "--verbose", count=True, help="More messages; -vv shows tracebacks.")
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Colour in what is shown; auto heeds NO_COLOR and FORCE_COLOR.",
)
@click.version_option(__version__, prog_name="collectionlib")
@click.pass_context
def cli(context: click.Context, library: str | None, quiet: bool, verbose: int, color: str) -> None:
    """Collections of texts: import any pile of files, keep it, publish it.

    \b
    Texts to a book in one command:
      collectionlib convert texts/ book.epub --title "Blessings"

    \b
    A collection that stays:
      collectionlib init jokes/
      collectionlib -L jokes/ import archive/
      collectionlib -L jokes/ list 'category:"Blessing messages"'
      collectionlib -L jokes/ export book.epub

    Exit status: 0 done; 1 failed; 2 wrong usage; 3 nothing matched; 4 findings; 5 locked by
    another writer; 6 some sources were rejected, the rest is in; 130 interrupted.
    """
    context.color = colour(color)
    context.obj = Session(library, quiet=quiet, verbosity=verbose)
    if context.invoked_subcommand in PAGED:
        context.with_resource(paged(context))
