"""A book in several volumes: where one ends, and what each is called."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol, Self, TypeVar

from attrs import evolve, frozen

from ..errors import InvalidValueError
from ..identity import EntryId
from ..model import Metadata, Series
from .anthology import Anthology
from .wording import wording

__all__ = ["VolumeSize", "divide", "volume_metadata", "volume_path"]


class _HasStem(Protocol):
    @property
    def stem(self) -> str: ...

    def with_stem(self, stem: str, /) -> Self: ...


_Place = TypeVar("_Place", bound=_HasStem)

_SIZE = re.compile(r"(\d+)\s*(|[kmg]b)", re.IGNORECASE)
_UNITS = {"kb": 1_000, "mb": 1_000_000, "gb": 1_000_000_000}


@frozen
class VolumeSize:
    """How much a volume holds at most.

    Args:
        entries: of them, `None` for any number.
        bytes: of text in UTF-8, before it is compressed; `None` for any number. A single longer
            entry makes a volume of its own.
    """

    entries: int | None = None
    bytes: int | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``500`` (entries) or ``20MB`` (of text).

        Raises:
            InvalidValueError: it is neither.

        >>> VolumeSize.parse("20MB").bytes
        20000000
        """
        found = _SIZE.fullmatch(text.strip())
        number = int(found[1]) if found else 0
        if not found or not number:
            raise InvalidValueError(
                "volume size", text, "is neither a number of entries nor a size such as 20MB"
            )
        if not found[2]:
            return cls(entries=number)
        return cls(bytes=number * _UNITS[found[2].lower()])


def divide(anthology: Anthology, size: VolumeSize) -> Iterator[tuple[EntryId, ...]]:
    """The ids of the entries of each volume, in the order of the book."""
    volume: list[EntryId] = []
    held = 0
    for outline in anthology.walk():
        full = size.entries is not None and len(volume) >= size.entries
        full = full or (size.bytes is not None and held + outline.size > size.bytes)
        if volume and full:
            yield tuple(volume)
            volume, held = [], 0
        volume.append(outline.id)
        held += outline.size
    yield tuple(volume)


def volume_metadata(metadata: Metadata, number: int) -> Metadata:
    """The metadata of a volume: its number in title and series, and an id of its own.

    Identifiers of the whole, such as its ISBN, name no single volume, and are left out.

    >>> volume = volume_metadata(Metadata(title="Jokes", language="en"), 2)
    >>> volume.title, volume.series.title, volume.series.position
    ('Jokes, volume 2', 'Jokes', '2')
    """
    title = metadata.title.strip() or "Anthology"
    series = metadata.series or Series(title=title)
    position = f"{series.position}.{number}" if series.position else str(number)
    name = wording(metadata.language)["volume"].format(title=title, number=number)
    return evolve(
        metadata,
        id=f"{metadata.id}:volume:{number}" if metadata.id else None,
        title=name,
        series=evolve(series, position=position),
        identifiers=(),
    )


def volume_path(output: _Place, number: int, volumes: int) -> _Place:
    """Where a volume goes: ``book.epub`` gives ``book-01.epub`` of twelve.

    >>> from pathlib import Path
    >>> volume_path(Path("book.epub"), 3, 12).name
    'book-03.epub'
    """
    return output.with_stem(f"{output.stem}-{number:0{len(str(volumes))}}")
