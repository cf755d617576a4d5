"""A book in the browser, before it is published."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import click
from attrs import fields

from ..errors import ExportError
from ..publishing.formats.base import Exporter
from ..publishing.output import exporter_class, made
from ..publishing.pages.options import PageOptions
from ..storage.durable import why_not_written
from .session import Session

__all__ = ["is_page", "open_option", "page_of", "page_to_show", "show"]

_PAGE = Path("book.html")
_PREFIX = "collectionlib-open-"
_KEPT = 24 * 60 * 60
"""Seconds that a page is kept which was made to be looked at."""

_Command = TypeVar("_Command", bound=Callable[..., Any])


def open_option(command: _Command) -> _Command:
    """The option to look at what is written."""
    words = "Show the book in the browser, too."
    return click.option("--open", "opens", is_flag=True, help=words)(command)


def is_page(exporter: Exporter) -> bool:
    """Whether what it writes can be shown itself."""
    return isinstance(exporter, exporter_class(_PAGE))


def page_of(exporter: Exporter) -> Exporter:
    """The exporter that writes the same book as a page: in its theme, with its pages and fonts."""
    if is_page(exporter):
        return exporter
    options: dict[str, object] = {}
    if isinstance(exporter, PageOptions):
        options = {one.name: getattr(exporter, one.name) for one in fields(PageOptions)}
    return made(exporter_class(_PAGE), options)


def page_to_show(write: Callable[[BinaryIO], object]) -> Path:
    """Write a page to a temporary place.

    It stays there for a day, for a browser reads it when we have ended.

    Args:
        write: writes the page, such as an exporter of `page_of` does.

    Returns:
        Where it is.

    Raises:
        ExportError: it cannot be written.
    """
    _remove_old()
    try:
        path = Path(tempfile.mkdtemp(prefix=_PREFIX)) / _PAGE
        with path.open("wb") as out:
            write(out)
    except OSError as error:
        where = tempfile.gettempdir()
        raise ExportError(
            f"the page to be shown could not be written to {where}: {why_not_written(error)}"
        ) from error
    return path


def show(session: Session, path: Path) -> None:
    """Open a page in the browser that ``BROWSER`` or the system names; say where it is.

    Where there is nobody to see it, or no browser, it is only said.
    """
    if not os.environ.get("BROWSER") and not _is_somebody_there():
        session.say(f"{path} is the page; no browser was opened, for there is no terminal")
    elif _opened(path):
        session.say(f"opened {path}")
    else:
        session.say(f"{path} is the page; no browser could be opened: set BROWSER to one")


def _opened(path: Path) -> bool:
    try:
        return webbrowser.open(path.resolve().as_uri())
    except (webbrowser.Error, OSError):
        return False


def _is_somebody_there() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()


def _remove_old() -> None:
    """Take away the pages of other days."""
    with suppress(OSError):
        for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
            status = folder.lstat()
            mine = not hasattr(os, "getuid") or status.st_uid == os.getuid()
            if mine and time.time() - status.st_mtime > _KEPT:
                shutil.rmtree(folder, ignore_errors=True)
