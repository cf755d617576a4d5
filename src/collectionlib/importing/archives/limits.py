"""How much may be in an archive, and how much of it was used up."""

from __future__ import annotations

from attrs import define, frozen

from ...errors import UnsafeSource

__all__ = ["DEFAULT_LIMITS", "Budget", "Exhausted", "Limits"]

_UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB")


@frozen(kw_only=True)
class Limits:
    """How much may be in an archive.

    Args:
        member: bytes of a file in it.
        total: bytes of all files in it, those of archives in it as well.
        ratio: how many times as large as it lies there something may become.
        ratio_from: bytes from which on the ratio counts: a short text may be one letter.
        members: how many there are, those of archives in it as well.
        depth: of archives in one another, itself included.
        memory: bytes that unfolding may need besides.

    >>> Limits(depth=1).member
    1073741824
    """

    member: int = 1024**3
    total: int = 10 * 1024**3
    ratio: int = 1000
    ratio_from: int = 10 * 1024**2
    members: int = 1_000_000
    depth: int = 3
    memory: int = 256 * 1024**2

    def is_bomb(self, size: int, packed: int) -> bool:
        """Whether bytes become more than any text that was packed into so few."""
        return size > self.ratio_from and size > self.ratio * max(packed, 1)


DEFAULT_LIMITS = Limits()


class Exhausted(Exception):
    """An archive holds more than may be: nothing more of it is read, however deep it lies."""

    def __init__(self, error: UnsafeSource) -> None:
        super().__init__(str(error))
        self.error = error


@define
class Budget:
    """What an archive has used up of its limits, with all archives in it.

    Args:
        uri: of the archive, for messages.
        limits: of it.
    """

    uri: str
    limits: Limits
    _size: int = 0
    _members: int = 0

    def count(self) -> None:
        """One member more.

        Raises:
            Exhausted: there are too many.
        """
        self._members += 1
        if self._members > self.limits.members:
            raise self.too_many()

    def too_many(self) -> Exhausted:
        """There are too many members."""
        reason = f"it holds more than {self.limits.members:,} files: divide the archive"
        return Exhausted(UnsafeSource(self.uri, reason))

    def spend(self, size: int) -> None:
        """So many bytes more.

        Raises:
            Exhausted: there are too many.
        """
        self._size += size
        if self._size > self.limits.total:
            most = shown_size(self.limits.total)
            reason = f"it unfolds to more than {most}: divide the archive, or unpack it"
            raise Exhausted(UnsafeSource(self.uri, reason))

    def too_large(self, uri: str) -> UnsafeSource:
        """The error for a member that is too large."""
        most = shown_size(self.limits.member)
        return UnsafeSource(uri, f"it unfolds to more than {most}: split it")

    def bomb(self, uri: str) -> UnsafeSource:
        """The error for what unfolds to more than any text."""
        ratio = self.limits.ratio
        return UnsafeSource(uri, f"it unfolds to more than {ratio} times its size, as no text does")


def shown_size(size: int) -> str:
    """A number of bytes for people.

    >>> shown_size(1024**3), shown_size(1500)
    ('1 GiB', '1.5 KiB')
    """
    value, unit = float(size), 0
    while value >= 1024 and unit < len(_UNITS) - 1:
        value, unit = value / 1024, unit + 1
    return f"{value:.2g} {_UNITS[unit]}" if value < 10 else f"{value:.0f} {_UNITS[unit]}"
