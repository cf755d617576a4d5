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

    @property
    def location(self) -> str:
        """Their folder, as the user said it."""
        ...

    @property
    def root(self) -> Path:
        """Their folder."""
        ...

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
            own
            for number, own in self._known.items()
            if number <= self.generation and not own.applied
        )

    def _refresh(self) -> bool:
        """Learn of the generations that have been committed since, and whether any has."""
        known = self._latest
        # They are numbered without a gap, and none goes while this one reads.
        while self.generations.committed(self._latest + 1):
            self._latest += 1
            self._known[self._latest] = self.generations.load(self._latest)
        return self._latest != known

    def _later(self) -> list[Generation]:
        """The generations after this moment, the first one first."""
        return [own for number, own in self._known.items() if number > self.generation]

    def read(self, path: str, size: int = -1) -> bytes | None:
        """What a path held, at most ``size`` bytes of it; `None` where nothing stood there.

        Raises:
            CorruptCollection: something stands there that cannot be read.
        """
        try:
            data = self._read(path, size)
            # What was read from the place may have been put there since.
            while self._refresh():
                data = self._read(path, size)
        except OSError as error:
            raise unreadable(self.generations.location, path, error) from error
        return data

    def _read(self, path: str, size: int) -> bytes | None:
        for generation in self._later():
            if generation.manifest.touches(path):
                return self._read_before(generation, path, size)
        return self._read_placed(path, size)

    def _read_before(self, later: Generation, path: str, size: int) -> bytes | None:
        """What a path held before a later generation put or removed something there."""
        if path not in later.manifest.replaced:
            return None
        placed = self._read_placed(path, size)
        # Looked for afterwards: it is kept if what has been read is what replaced it.
        kept = _read(later.old(path), size)
        return placed if kept is None else kept

    def _read_placed(self, path: str, size: int) -> bytes | None:
        """What a path holds now, as far as this moment includes what was put there."""
        for generation in reversed(self._pending):
            if path in generation.manifest.puts:
                new = _read(generation.new(path), size)
                return new if new is not None else self._read_place(path, size)
            if path in generation.manifest.removes:
                return None
        return self._read_place(path, size)

    def _read_place(self, path: str, size: int) -> bytes | None:
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


def unreadable(location: str, path: str, error: OSError) -> CorruptCollection:
    """The damage of a file or folder that is there and cannot be read."""
    return CorruptCollection(
        f"it cannot be read ({error.strerror or error})",
        location=location,
        path=str(Path(location, printable(path))),
        remedy="make it readable, or take it out",
    )


def printable(name: str) -> str:
    """A path as text: bytes of it that are not UTF-8 are lone surrogates, which are none."""
    return name.encode(errors="surrogateescape").decode(errors="backslashreplace")


def _read(path: str | Path, size: int) -> bytes | None:
    try:
        with open(path, "rb", 0) as file:  # noqa: PTH123 - a string, for its speed
            return file.read(size)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
