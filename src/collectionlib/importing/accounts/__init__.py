"""The account of an import in a file: every source, how it was read, what was done to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from ...errors import StorageError
from ...storage.durable import replacing, why_not_written
from ..report import ImportReport, SourceReport
from .html import HtmlAccount
from .json import JsonAccount

__all__ = ["Account", "HtmlAccount", "JsonAccount", "account_in", "report_file"]


class Account(Protocol):
    """Writes what came of each source, one after the other."""

    def add(self, report: SourceReport) -> None:
        """Take what came of a source."""

    def finish(self, report: ImportReport) -> None:
        """Write the sums, and the end."""


_HEAD = 512


@contextmanager
def account_in(path: Path, kind: type[JsonAccount | HtmlAccount]) -> Iterator[Account]:
    """A file that takes its place when the account is complete.

    An earlier account is replaced, and no other file; into a pipe or a device it is written.

    Raises:
        StorageError: it cannot be written, or there is a file that is none.
    """
    with report_file(path, kind.begins, "report of an import") as out:
        yield kind(out)


@contextmanager
def report_file(path: Path, begins: re.Pattern[bytes], what: str) -> Iterator[BinaryIO]:
    """A binary file that takes its place when it is complete.

    Args:
        path: of the file; a pipe or a device is written to.
        begins: how a file begins that may be replaced.
        what: such a file is.

    Raises:
        StorageError: it cannot be written, or there is a file that is no such one.
    """
    try:
        with _written(path, begins, what) as out:
            yield out
    except StorageError:
        raise
    except OSError as error:
        raise StorageError(
            f"{path} could not be written: {why_not_written(error)}", location=str(path)
        ) from error


def _written(path: Path, begins: re.Pattern[bytes], what: str) -> AbstractContextManager[BinaryIO]:
    if path.exists() and not path.is_file():
        return path.open("wb")
    if path.exists():
        with path.open("rb") as file:
            head = file.read(_HEAD)
        if head and not begins.match(head):
            raise StorageError(
                f"{path} exists and is no {what}: choose another name for it",
                location=str(path),
            )
    return replacing(path)
