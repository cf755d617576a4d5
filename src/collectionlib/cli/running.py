"""One call of the command line: streams and signals set up, errors to a sentence and a status."""

from __future__ import annotations

import errno
import os
import re
import signal
import sys
from contextlib import nullcontext, suppress
from io import TextIOWrapper
from typing import NoReturn

import click

from ..errors import CollectionError, EntryNotFound, MalformedQuery
from .app import cli
from .paging import colour, paged
from .session import exit_code, in_one_line

__all__ = ["main"]

_CLICKS_OWN = re.compile(r"No such|Missing|Invalid|Got|Option|Argument|Could not")
"""How click begins the sentences of its own that are shown to people."""
_LONG_WORD = re.compile(r"(\S{300})\S+")
_NEGATED_TERM = re.compile(r"-(?:[a-z][a-z.][^\s:=<>~*!]*[:=<>~*!]|[\"(])")
"""How a query begins that says what is not to be found: as no option does."""


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line, and leave with the exit status that its table names."""
    status = 0
    _open_closed_streams()
    _end_in_order()
    # What a narrow encoding of the terminal lacks is no reason to stop.
    if isinstance(sys.stdout, TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        _call(sys.argv[1:] if arguments is None else arguments)
    except click.exceptions.Exit as stop:
        status = stop.exit_code
    except _Ended as end:
        click.echo("ended from outside: the same command resumes", err=True)
        status = 128 + end.signal
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted: the same command resumes", err=True)
        status = 130
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        status = error.exit_code
    except click.ClickException as error:
        status = _misused(error)
    except CollectionError as error:
        status = _failed(error, _told(error))
    except BrokenPipeError:
        status = _reader_left()
    except OSError as error:
        if error.errno in (errno.EPIPE, errno.EINVAL) and error.filename is None:
            status = _reader_left()
        else:
            status = _failed(error, _sentence(error))
            _drop_output()
    raise SystemExit(status)


def _call(arguments: list[str]) -> None:
    asks_for_help = any(each in ("-h", "--help") for each in arguments)
    with paged() if asks_for_help else nullcontext():
        # Not click's own main(): that one makes a failure of a reader who has left.
        color = colour("auto")
        with cli.make_context("collectionlib", _told_apart(arguments), color=color) as context:
            cli.invoke(context)
        sys.stdout.flush()


def _told_apart(arguments: list[str]) -> list[str]:
    """The arguments, with a blank before a query such as ``-tag:old``, which is no option then.

    What follows an option may be its value, and is left as it is.

    >>> _told_apart(["list", "-tag:old", "-v", "--title", "-a:b"])
    ['list', ' -tag:old', '-v', '--title', '-a:b']
    """
    before = ["", *arguments]
    return [
        f" {each}" if _NEGATED_TERM.match(each) and not previous.startswith("-") else each
        for previous, each in zip(before, arguments, strict=False)
    ]


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
            # It stays open as long as the process lives.
            stream = open(number, "r" if name == "stdin" else "w", closefd=False)  # noqa: SIM115
            setattr(sys, name, stream)


def _failed(error: Exception, sentence: str) -> int:
    if _wants_traceback():
        import traceback

        traceback.print_exception(error)
    _tell(sentence)
    if isinstance(error, MalformedQuery):
        # The query, with a mark below the place.
        click.echo("\n".join(error.__notes__), err=True)
    return exit_code(error)


def _tell(sentence: str) -> None:
    click.echo(f"collectionlib: {in_one_line(sentence)}", err=True)


def _misused(error: click.ClickException) -> int:
    """Tell what is wrong with a call, in the same form as whatever else goes wrong."""
    sentence = _LONG_WORD.sub(r"\1…", " ".join(error.format_message().split()))
    if own := _CLICKS_OWN.match(sentence):
        sentence = own[0].lower() + sentence[own.end() :].rstrip(".")
        near = getattr(error, "possibilities", None)
        context = getattr(error, "ctx", None)
        sentence = sentence.partition("Did you")[0].rstrip(" .(")
        if context is not None and (place := _before_the_command(error, context)):
            sentence += f": {place}"
        elif near:
            sentence += f": did you mean {near[0]}?"
        elif context is not None:
            sentence += f": see '{context.command_path} --help'"
    _tell(sentence)
    return error.exit_code


def _before_the_command(error: click.ClickException, context: click.Context) -> str:
    """Where an option of every command has to stand, if that is what was given."""
    root = context.find_root()
    if not isinstance(error, click.NoSuchOption) or root is context:
        return ""
    for each in root.command.params:
        if isinstance(each, click.Option) and error.option_name in each.opts:
            value = "" if each.is_flag or each.count else f" {each.make_metavar(root)}"
            name, _, command = context.command_path.partition(" ")
            return f"it stands before the command, {name} {error.option_name}{value} {command}"
    return ""


def _told(error: CollectionError) -> str:
    """The sentence of an error; of an id that is not there with the nearest that are."""
    if isinstance(error, EntryNotFound):
        from ..collection import Collection
        from .nearest import nearest_ids

        with suppress(CollectionError), Collection.open(error.location) as collection:
            with collection.snapshot() as view:
                near = nearest_ids(error.entry_id, view.ids())
            if near:
                where = f"no entry has the id {error.entry_id!r} in {error.location}"
                return f"{where}: did you mean {' or '.join(near)}?"
    return str(error)


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
