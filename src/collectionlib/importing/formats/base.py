"""The protocol of an importer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from attrs import frozen

from ..draft import Draft
from ..sources import SourceFile

__all__ = ["Importer", "Recognition"]


@frozen
class Recognition:
    """How sure an importer is that a file is of its format, from 0 to 1, and why."""

    confidence: float
    reason: str


class Importer(Protocol):
    """Reads one format.

    A class with these members, registered in the entry-point group
    ``collectionlib.importers``, is an importer; it needs nothing from this package. Options are
    its own frozen fields, each with a default, so that it can be made without arguments.
    """

    def recognises(self, source: SourceFile) -> Recognition | None:
        """How sure it is that a file is of this format; `None` where it is not.

        It may look at the name, the bytes and the text. A format that is no text as a whole
        looks at the bytes; a `DecodingError` from the text may pass through.
        """
        ...

    def parse(self, source: SourceFile) -> Iterator[Draft]:
        """The texts of a file, in order.

        Raises:
            ParseError: the file is not well formed.
        """
        ...
