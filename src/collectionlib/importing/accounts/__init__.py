"""The account of an import in a file: every source, how it was read, what was done to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from ...errors import StorageError
from ...storage.durable import replacing, why_not_written
from ..report import ImportReport, SourceReport
from .html import HtmlAccount
from .json import JsonAccount

__all__ = ["Account", "HtmlAccount", "JsonAccount", "account_in"]


class Account(Protocol):
    """Writes what came of each source, one after the other."""

    def add(self, report: SourceReport) -> None:
        """Take what came of a source."""

    def finish(self, report: ImportReport) -> None:
        """Write the sums, and the end."""


@contextmanager
def account_in(path: Path, kind: type[JsonAccount | HtmlAccount]) -> Iterator[Account]:
    """A file that takes its place when the account is complete.

    Raises:
        StorageError: it cannot be written.
    """
    try:
        with replacing(path) as out:
            yield kind(out)
    except StorageError:
        raise
    except OSError as error:
        raise StorageError(
            f"{path} could not be written: {why_not_written(error)}", location=str(path)
        ) from error
