"""What all commands share: the collection, the streams, the exit codes."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import click

from ..errors import (
    CategoryNotFound,
    CollectionLocked,
    CollectionNotFound,
    EntryNotFound,
    InvalidValueError,
    OperationNotFound,
    PluginError,
)

if TYPE_CHECKING:
    from ..collection import Collection

__all__ = [
    "Session",
    "ask_about",
    "confirm",
    "counted",
    "echo_json",
    "exit_code",
    "in_one_line",
    "pass_session",
    "shown",
]

NOTHING_MATCHED = 3
FINDINGS = 4
PARTIAL = 6
_EXIT_CODES: dict[type[Exception], int] = {
    InvalidValueError: 2,
    PluginError: 2,
    EntryNotFound: 3,
    OperationNotFound: 3,
    CategoryNotFound: 3,
    CollectionLocked: 5,
}
# Unicode category Cc without tab and line feed, what breaks lines besides, and lone surrogates.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_MARK = "collection.toml"
_PROGRESS_EVERY = 0.1


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
        # Here, so that what opens none begins at once.
        from ..collection import Collection

        return Collection.open(self.location)

    def say(self, message: str) -> None:
        """Tell something on standard error, unless quiet."""
        if not self.quiet:
            click.echo(in_one_line(message), err=True)

    def progress(self, message: str) -> None:
        """Show what is being done, in one line that is overwritten; only on a terminal."""
        if self.shows_progress:
            click.echo(f"\r\x1b[K{in_one_line(message)[:79]}", nl=False, err=True)

    @property
    def shows_progress(self) -> bool:
        """Whether there is somebody to see it."""
        return not self.quiet and sys.stderr is not None and sys.stderr.isatty()

    def progress_of_sources(self, total: int) -> Callable[[str], None]:
        """What shows how far an import is, when it is called with the uri of each source.

        Args:
            total: how many sources there are, as far as is known before.
        """
        began = monotonic()
        shown = 0.0
        sources = count(1)

        def show(uri: str) -> None:
            nonlocal shown
            number = next(sources)
            now = monotonic()
            if now - shown < _PROGRESS_EVERY:
                return
            shown = now
            rate = number / max(now - began, 0.001)
            left = f", {_clock(int((total - number) / rate))} left" if number < total else ""
            self.progress(f"{number:,} sources, {rate:,.0f} a second{left}: {uri}")

        return show

    def progress_of_files(self) -> Callable[[Path, int, int], None]:
        """What shows how far the writing of files is, when it is called for each entry."""
        shown = 0.0

        def show(path: Path, number: int, total: int) -> None:
            nonlocal shown
            now = monotonic()
            if now - shown >= _PROGRESS_EVERY:
                shown = now
                self.progress(f"{path}: {number:,} of {counted(total, 'entry', 'entries')}")

        return show

    def end_progress(self) -> None:
        """Take the line of `progress` away."""
        self.progress("")


_Options = ParamSpec("_Options")
_Result = TypeVar("_Result")


def pass_session(
    command: Callable[Concatenate[Session, _Options], _Result],
) -> Callable[_Options, _Result]:
    """Hand the session of the call to a command, before its options."""
    return click.make_pass_decorator(Session)(command)


def shown(text: str) -> str:
    r"""A text without what would steer a terminal: every control character as it is escaped.

    Line breaks and tabs stay; so do characters that only join or direct letters, which many
    scripts need.

    >>> shown("red: \x1b[31m\a, line\nline")
    'red: \\x1b[31m\\x07, line\nline'
    """
    return text if text.isprintable() else _CONTROL.sub(lambda found: repr(found[0])[1:-1], text)


def in_one_line(text: str) -> str:
    r"""A message as it is `shown`, in a line of its own, whatever the names in it hold.

    >>> in_one_line("wrote a\nb.epub")
    'wrote a\\nb.epub'
    """
    return shown(text).replace("\n", "\\n")


def echo_json(value: dict[str, Any]) -> None:
    """Print one JSON object on one line of standard output, in UTF-8 whatever the locale."""
    import json

    sys.stdout.buffer.write(json.dumps(value, ensure_ascii=False).encode() + b"\n")


def confirm(what: str) -> None:
    """Ask whether to go on, on a terminal; elsewhere ``--yes`` has to say so.

    Args:
        what: would be done.

    Raises:
        UsageError: there is no terminal.
        Abort: the answer is no.
    """
    if not (sys.stdin and sys.stdin.isatty()):
        raise click.UsageError(f"{what}: give --yes if you mean all of them")
    click.confirm(f"{what}. Go on?", abort=True, err=True)


def _clock(seconds: int) -> str:
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def counted(number: int, one: str, many: str | None = None) -> str:
    """A number with what it counts.

    >>> counted(1, "source"), counted(1_200, "entry", "entries")
    ('1 source', '1200 entries')
    """
    return f"{number} {one}" if number == 1 else f"{number} {many or one + 's'}"


def ask_about(number: int, done: str) -> None:
    """Ask whether so many entries are to be changed or removed; without a terminal refuse it.

    Raises:
        click.Abort: they are not.
        click.UsageError: there is nobody to ask.
    """
    confirm(f"{number:,} entries would be {done}")
