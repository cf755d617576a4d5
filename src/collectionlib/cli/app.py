"""The top of the command line: global options, commands loaded on use, errors to exit codes."""

from __future__ import annotations

import errno
import os
import signal
import sys
from importlib import import_module
from io import TextIOWrapper
from typing import NoReturn

import click

from .. import __version__
from ..errors import CollectionError
from .session import Session, exit_code

__all__ = ["cli", "main"]

_COMMANDS = {
    "init": "collecting",
    "import": "collecting",
    "preview": "previewing",
    "profile": "previewing",
    "copy": "collecting",
    "list": "looking",
    "show": "looking",
    "search": "looking",
    "categories": "looking",
    "set": "changing",
    "move": "changing",
    "tag": "changing",
    "remove": "changing",
    "check": "looking",
    "duplicates": "duplicates",
    "export": "publishing",
    "convert": "publishing",
    "verify": "verifying",
    "plugins": "plugins",
}
"""Each command with the module that holds it, in the order of the help."""


class _LazyGroup(click.Group):
    """A group that imports the module of a command when the command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f"{__package__}.{_COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-L",
    "--library",
    metavar="LOCATION",
    envvar="COLLECTIONLIB_LIBRARY",
    help="The collection: a folder, a .db or .json file. Without it $COLLECTIONLIB_LIBRARY, "
    "then the nearest folder upwards that is one.",
)
@click.option("-q", "--quiet", is_flag=True, help="No messages but errors.")
@click.option("-v", "--verbose", count=True, help="More messages; -vv shows tracebacks.")
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    help="Colour in what is shown.",
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
    context.color = {"auto": None, "always": True, "never": False}[color]
    context.obj = Session(library, quiet=quiet, verbosity=verbose)


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line, and leave with the exit status that its table names."""
    status = 0
    _open_closed_streams()
    _end_in_order()
    # What a narrow encoding of the terminal lacks is no reason to stop.
    if isinstance(sys.stdout, TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        # Not click's own main(): that one makes a failure of a reader who has left.
        own = sys.argv[1:] if arguments is None else arguments
        with cli.make_context("collectionlib", list(own)) as context:
            cli.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as stop:
        status = stop.exit_code
    except _Ended as end:
        click.echo("ended from outside: the same command resumes", err=True)
        status = 128 + end.signal
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted: the same command resumes", err=True)
        status = 130
    except click.ClickException as error:
        error.show()
        status = error.exit_code
    except CollectionError as error:
        status = _failed(error, str(error))
    except BrokenPipeError:
        status = _reader_left()
    except OSError as error:
        if error.errno in (errno.EPIPE, errno.EINVAL) and error.filename is None:
            status = _reader_left()
        else:
            status = _failed(error, _sentence(error))
            _drop_output()
    raise SystemExit(status)


class _Ended(KeyboardInterrupt):
    """The system or a user ends the process, who is to tidy up first."""

    def __init__(self, signal: int) -> None:
        self.signal = signal


def _end_in_order() -> None:
    """Let what is being written be undone where the process is ended politely."""

    def end(number: int, _frame: object) -> None:
        raise _Ended(number)

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # Who has set another one, such as nohup(1), wants that.
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, end)


def _open_closed_streams() -> None:
    """Put something in the place of standard streams that are closed, before a file gets it.

    What cannot be read or written then fails where it is tried, and only there.
    """
    wrong = {"stdin": os.O_WRONLY, "stdout": os.O_RDONLY, "stderr": os.O_WRONLY}
    for number, (name, mode) in enumerate(wrong.items()):
        if getattr(sys, name) is None:
            descriptor = os.open(os.devnull, mode)
            if descriptor != number:
                os.dup2(descriptor, number)
                os.close(descriptor)
            stream = open(number, "r" if name == "stdin" else "w", closefd=False)  # noqa: SIM115
            setattr(sys, name, stream)


def _failed(error: Exception, sentence: str) -> int:
    if _wants_traceback():
        import traceback

        traceback.print_exception(error)
    click.echo(f"collectionlib: {sentence}", err=True)
    return exit_code(error)


def _wants_traceback() -> bool:
    return any(argument.startswith("-") and argument.count("v") >= 2 and
               set(argument[1:]) <= set("vq") for argument in sys.argv[1:])  # fmt: skip


def _sentence(error: OSError) -> str:
    if error.errno == errno.EBADF and not error.filename:
        return "standard output is closed: nothing was written to it"
    where = f"{error.filename}: " if error.filename else ""
    if error.errno == errno.ENOSPC and not error.filename:
        where = "standard output: "
    remedy = ": see that you may read it" if isinstance(error, PermissionError) else ""
    return f"{where}{error.strerror or error}{remedy}"


def _reader_left() -> int:
    """Whoever read our output has seen enough: `| head` is no failure."""
    _drop_output()
    return 0


def _drop_output() -> None:
    # The interpreter flushes standard output once more when it ends, and would complain.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
