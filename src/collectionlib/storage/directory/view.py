"""What the files of a collection held in one generation; see `generations` for the rules."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Protocol

from attrs import define, field

from ...errors import CorruptCollection
from .generation import Generation

__all__ = ["View", "printable", "unreadable"]


class KeepsGenerations(Protocol):
    """Where the generations of a collection are: `generations.Generations`."""

    location: str
    root: Path

    def numbers(self) -> tuple[int, ...]:
        """Those that are there, ascending."""
        ...

    def load(self, number: int) -> Generation:
        """A generation, by its number."""
        ...

    def committed(self, number: int) -> bool:
        """Whether there is a generation of that number."""
        ...


@define
class View:
    """What the files of a collection held in one generation."""

    generations: KeepsGenerations
    generation: int
    _known: dict[int, Generation] = field(init=False)
    _latest: int = field(init=False)
    _pending: tuple[Generation, ...] = field(init=False)

    def __attrs_post_init__(self) -> None:
        numbers = self.generations.numbers()
        self._known = {number: self.generations.load(number) for number in numbers}
        self._latest = max(self._known, default=self.generation)
        # Those that this moment includes, but that are not yet in their places.
        self._pending = tuple(
            generation
            for number, generation in sorted(self._known.items())
            if number <= self.generation and not generation.applied
        )

    def _refresh(self) -> int:
        """Learn of the generations that have been committed since; how many are known."""
        # They are numbered without a gap, and none goes while this one reads.
        while self.generations.committed(self._latest + 1):
            self._latest += 1
            self._known[self._latest] = self.generations.load(self._latest)
        return self._latest

    def _later(self) -> list[Generation]:
        """The generations after this moment, the first one first."""
        return [own for number, own in sorted(self._known.items()) if number > self.generation]

    def read(self, path: str, size: int = -1) -> bytes | None:
        """What a path held, at most ``size`` bytes of it; `None` where nothing stood there.

        Raises:
            CorruptCollection: something stands there that cannot be read.
        """
        try:
            return self._read_settled(path, size)
        except OSError as error:
            location = self.generations.location
            raise unreadable(location, path, error.strerror or str(error)) from error

    def _read_settled(self, path: str, size: int) -> bytes | None:
        while True:
            known = self._latest
            data = self._read(path, size)
            # What was read from the place may have been put there since.
            if self._refresh() != known:
                continue
            if known == self.generation or self._read(path, size, only_kept=True) in (None, data):
                return data

    def _read(self, path: str, size: int, *, only_kept: bool = False) -> bytes | None:
        for generation in self._later():
            if generation.manifest.touches(path):
                if path not in generation.manifest.replaced:
                    return None
                kept = _read(generation.old(path), size)
                if kept is not None or only_kept:
                    return kept
                break
        if only_kept:
            return None
        for generation in reversed(self._pending):
            if path in generation.manifest.puts:
                new = _read(generation.new(path), size)
                return new if new is not None else _read(f"{self.generations.root}/{path}", size)
            if path in generation.manifest.removes:
                return None
        return _read(f"{self.generations.root}/{path}", size)

    def opened(self, path: str) -> BinaryIO | None:
        """A file that is put once and never replaced, to be read piece by piece."""
        self._refresh()
        place = self.generations.root / path
        touching = [own for own in self._known.values() if own.manifest.touches(path)]
        new = [own.new(path) for own in touching if path in own.manifest.puts]
        old = [own.old(path) for own in touching if path in own.manifest.replaced]
        # Looked for once more where it may have been put meanwhile.
        for candidate in (place, *new, *old, place):
            with suppress(FileNotFoundError):
                return candidate.open("rb")
        return None

    def unsettled(self) -> set[str]:
        """The paths at which something else may stand now than at this moment."""
        self._refresh()
        manifests = [each.manifest for each in (*self._pending, *self._later())]
        return {path for manifest in manifests for path in (*manifest.puts, *manifest.removes)}

    def paths(self, now: set[str]) -> set[str]:
        """The paths at which something stood, from those that a walk has found since."""
        self._refresh()
        paths = set(now)
        for generation in self._pending:
            paths |= generation.manifest.puts.keys()
            paths -= generation.manifest.removes
        for generation in reversed(self._later()):
            paths -= generation.manifest.puts.keys()
            paths |= generation.manifest.replaced.keys()
        return paths


def unreadable(location: str, path: str, why: str) -> CorruptCollection:
    """The damage of a file or folder that is there and cannot be read."""
    return CorruptCollection(
        f"it cannot be read ({why})",
        location=location,
        path=str(Path(location, printable(path))),
        remedy="make it readable, or take it out",
    )


def printable(name: str) -> str:
    """A path as text: bytes of it that are not UTF-8 are lone surrogates, which are none."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _read(path: str | Path, size: int) -> bytes | None:
    try:
        with open(path, "rb", 0) as file:  # noqa: PTH123 - a string, for its speed
            return file.read(size)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
