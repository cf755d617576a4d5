"""What is shown on a terminal: in colour or not, and page by page where it is long."""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING

import click

if TYPE_CHECKING:
    from subprocess import Popen

    from _typeshed import ReadableBuffer

__all__ = ["PAGED", "colour", "paged"]

PAGED = frozenset(("categories", "list", "log", "search", "show", "tags"))
"""Commands whose output is read by people, and often long."""
_USUAL = ("less", "more")
_NO_PAGER = ("", "cat")


def colour(choice: str) -> bool | None:
    """Whether to colour: `None` for where there is a terminal.

    ``always`` and ``never`` decide; else ``NO_COLOR`` (https://no-color.org), then
    ``FORCE_COLOR`` (https://force-color.org), each if it is not empty, then a dumb terminal.

    >>> colour("always"), colour("never")
    (True, False)
    """
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return False if os.environ.get("TERM") == "dumb" else None


@contextmanager
def paged(context: click.Context | None = None) -> Iterator[None]:
    """Show what is printed in the block through ``PAGER``, if it is longer than the screen.

    Nothing changes where standard output is no terminal, or ``PAGER`` is empty or ``cat``.
    Quitting the pager early ends the block without an error.

    Args:
        context: of the call, which learns that it still writes to a terminal.
    """
    command = _pager() if _is_terminal() else None
    if not command:
        yield
        return
    screen = sys.stdout
    pages = _Pages(command, screen.buffer)
    sys.stdout = io.TextIOWrapper(
        io.BufferedWriter(pages), screen.encoding, screen.errors, write_through=True
    )
    if context is not None and context.color is None:
        context.color = True
    try:
        with suppress(BrokenPipeError):
            yield
            sys.stdout.flush()
    finally:
        with suppress(BrokenPipeError):
            sys.stdout.flush()
        sys.stdout = screen
        pages.finish()


def _is_terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()


def _size() -> tuple[int, int]:
    # Loaded where there is a terminal: with what it stands on it takes a tenth of a short command.
    from shutil import get_terminal_size

    return get_terminal_size()


def _pager() -> list[str] | None:
    import shlex
    import shutil

    said = os.environ.get("PAGER")
    if said is None:
        return next(([name] for name in _USUAL if shutil.which(name)), None)
    try:
        words = shlex.split(said)
    except ValueError:
        return None
    if not words or words[0] in _NO_PAGER or not shutil.which(words[0]):
        return None
    return words


class _Pages(io.RawIOBase):
    """What is written: kept while it fits on the screen, then handed to the pager.

    Args:
        command: the pager.
        screen: where what fits is shown at the end.
    """

    def __init__(self, command: list[str], screen: IO[bytes]) -> None:
        self._command = command
        self._screen = screen
        self._kept = bytearray()
        self._pager: Popen[bytes] | None = None
        self._left = False
        self._columns, self._lines = _size()

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return True

    def write(self, data: ReadableBuffer, /) -> int:
        if self._pager is None:
            self._kept += data
            if self._is_long():
                self._begin()
        elif not self._left:
            self._hand_over(bytes(data))
        return len(memoryview(data))

    def _is_long(self) -> bool:
        rows = (1 + len(line) // self._columns for line in self._kept.split(b"\n"))
        return sum(rows) > self._lines

    def _begin(self) -> None:
        from subprocess import PIPE, Popen

        # What less is to do is said as by git: colours, no clearing, away if it fits after all.
        environment = {"LESS": "FRX", "LV": "-c", **os.environ}
        self._pager = Popen(self._command, stdin=PIPE, env=environment)  # noqa: S603 - the user's
        self._hand_over(bytes(self._kept))

    def _hand_over(self, data: bytes) -> None:
        assert self._pager is not None
        assert self._pager.stdin is not None
        try:
            self._pager.stdin.write(data)
            self._pager.stdin.flush()
        except BrokenPipeError:
            self._left = True
            raise

    def finish(self) -> None:
        """Show what was kept, or wait until the pager has been left."""
        if self._pager is None:
            self._screen.write(self._kept)
            self._screen.flush()
            return
        assert self._pager.stdin is not None
        with suppress(BrokenPipeError):
            self._pager.stdin.close()
        # Whoever presses Ctrl-C means the pager, which knows what to do.
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            self._pager.wait()
        finally:
            signal.signal(signal.SIGINT, before)
