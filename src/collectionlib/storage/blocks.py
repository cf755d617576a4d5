"""All or nothing, for callers too who catch the error of one change and go on with the others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import StorageError

__all__ = ["Block"]


class Block:
    """A block of changes, of which nothing may be written once anything in it has failed.

    Changes are written in lots: with the one whose error is raised others may be lost, of which
    the caller does not know.

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
        self._has_failed = False

    @contextmanager
    def step(self) -> Iterator[None]:
        """A part of it is done, that succeeds as a whole.

        Raises:
            StorageError: something in the block had failed before.
        """
        if self._has_failed:
            raise StorageError(
                f"{self._location} is as it was: something in the block had failed before",
                location=self._location,
            )
        try:
            yield
        except BaseException:
            self._has_failed = True
            raise
