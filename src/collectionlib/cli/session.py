"""What all commands share: the collection, the streams, the exit codes."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import click

from ..collection import Collection
from ..errors import (
    CollectionLocked,
    CollectionNotFound,
    EntryNotFound,
    InvalidValueError,
    PluginError,
)

__all__ = ["Session", "echo_json", "exit_code", "pass_session"]

NOTHING_MATCHED = 3
FINDINGS = 4
PARTIAL = 6
_EXIT_CODES: dict[type[Exception], int] = {
    InvalidValueError: 2,
    PluginError: 2,
    EntryNotFound: 3,
    CollectionLocked: 5,
}
_MARK = "collection.toml"


def exit_code(error: Exception) -> int:
    """The exit status for an error: the first of its classes in the table, else 1.

    >>> exit_code(EntryNotFound("0chg", location="jokes/"))
    3
    """
    return next((_EXIT_CODES[kind] for kind in type(error).__mro__ if kind in _EXIT_CODES), 1)


class Session:
    """One call of the command line.

    Args:
        library: what ``-L`` or the environment named.
        quiet: whether messages are kept back.
        verbosity: how often ``-v`` was given.
    """

    def __init__(self, library: str | None, *, quiet: bool = False, verbosity: int = 0) -> None:
        self._library = library
        self.quiet = quiet
        self.verbosity = verbosity

    @property
    def location(self) -> str:
        """Where the collection is.

        Raises:
            CollectionNotFound: none was named, and no folder upwards is one.
        """
        if self._library:
            return self._library
        here = Path.cwd()
        for folder in (here, *here.parents):
            if (folder / _MARK).is_file():
                return os.path.relpath(folder)
        raise CollectionNotFound(
            "LOCATION", "none was named with -L, and no folder from here upwards is one"
        )

    def open(self) -> Collection:
        """The collection, opened."""
        return Collection.open(self.location)

    def say(self, message: str) -> None:
        """Tell something on standard error, unless quiet."""
        if not self.quiet:
            click.echo(message, err=True)

    def progress(self, message: str) -> None:
        """Show what is being done, in one line that is overwritten; only on a terminal."""
        if not self.quiet and sys.stderr.isatty():
            click.echo(f"\r\x1b[K{message[:79]}", nl=False, err=True)

    def end_progress(self) -> None:
        """Take the line of `progress` away."""
        self.progress("")


pass_session = click.make_pass_decorator(Session)


def echo_json(value: dict[str, Any]) -> None:
    """Print one JSON object on one line of standard output, in UTF-8 whatever the locale."""
    sys.stdout.buffer.write(json.dumps(value, ensure_ascii=False).encode() + b"\n")
