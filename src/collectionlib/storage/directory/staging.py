"""A transaction that is being collected: files that will have a place later."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from attrs import define, field

from ..durable import writing

__all__ = ["Staging"]


@define
class Staging:
    """A transaction that is being collected."""

    location: str
    folder: Path
    puts: dict[str, int] = field(factory=dict)
    removes: set[str] = field(factory=set)
    _count: int = 0

    def keep(self, data: bytes) -> int:
        """Write a file that will have a place later; the number is its name."""
        number = self._count
        self._count += 1
        with writing(self.location), open(f"{self.folder}/new/{number}", "wb", 0) as out:  # noqa: PTH123
            # Unbuffered: one call, unless the disk takes less at a time.
            rest = memoryview(data)
            while rest:
                rest = rest[out.write(rest) :]
        return number

    @contextmanager
    def keeping(self) -> Iterator[tuple[int, BinaryIO]]:
        """A file to be written piece by piece that will have a place later, and its number."""
        number = self._count
        self._count += 1
        with writing(self.location), self._new(number).open("wb") as out:
            yield number, out

    def kept(self, number: int) -> bytes:
        """What such a file holds."""
        return self._new(number).read_bytes()

    def _new(self, number: int) -> Path:
        return self.folder / "new" / str(number)

    def discard(self, number: int) -> None:
        """Take a file away that will have no place."""
        with writing(self.location):
            self._new(number).unlink()

    def files(self) -> Iterator[Path]:
        """The files that will have a place."""
        return (self._new(number) for number in self.puts.values())

    def abandon(self) -> None:
        """Take everything away."""
        shutil.rmtree(self.folder, ignore_errors=True)
