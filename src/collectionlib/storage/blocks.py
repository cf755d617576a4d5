"""All or nothing, for callers too who catch the error of one change and go on with the others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import StorageError

__all__ = ["Block"]


class Block:
    """A block of changes, of which nothing may be written once anything in it has failed.

    Changes are written in lots: with the one whose error is raised others may be lost, of which
    the caller does not know. Nor is anything written that comes when the block has ended.

    Args:
        location: of the collection, for messages.

    >>> block = Block("jokes.db")
    >>> try:
    ...     with block.step():
    ...         raise OSError("the disk is full")
    ... except OSError:
    ...     pass
    >>> with block.step():
    ...     pass
    Traceback (most recent call last):
    ...
    collectionlib.errors.StorageError: jokes.db is as it was: something in the block had failed
    before
    """

    def __init__(self, location: str) -> None:
        self._location = location
        self._closed_by: str | None = None

    @contextmanager
    def whole(self) -> Iterator[None]:
        """The block, from its beginning to its end."""
        try:
            yield
        finally:
            self._closed_by = (
                "has not taken a change that came after the end of its block: begin another "
                "transaction"
            )

    def check(self) -> None:
        """Find whether the block takes a change.

        Raises:
            StorageError: something in it has failed, or it has ended.
        """
        if self._closed_by is not None:
            raise StorageError(f"{self._location} {self._closed_by}", location=self._location)

    @contextmanager
    def step(self) -> Iterator[None]:
        """A part of it is done, that succeeds as a whole.

        Raises:
            StorageError: something in the block had failed before, or it has ended.
        """
        self.check()
        try:
            yield
        except BaseException:
            self._closed_by = "is as it was: something in the block had failed before"
            raise
