"""Objects that are written: to temporary files first, then put in their place as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import BinaryIO

from .stores import replaced_by
from .urls import ObjectUrl

__all__ = ["replacing_object", "replacing_objects"]


@contextmanager
def replacing_object(url: ObjectUrl) -> Iterator[BinaryIO]:
    """A file to write, which takes the place of an object when the block ends.

    After an exception the object is as it was.

    Raises:
        OSError: the file cannot be written.
        StoreError: there is no such bucket, or it is not allowed.
        StorageError: the store cannot be reached.
    """
    with replacing_objects() as begin, begin(url) as out:
        yield out


@contextmanager
def replacing_objects() -> Iterator[Callable[[ObjectUrl], AbstractContextManager[BinaryIO]]]:
    """As `replacing_object`, for several: none takes its place before the block ends."""
    with ExitStack() as stack:
        waiting: list[tuple[ObjectUrl, Path]] = []

        @cache
        def folder() -> Path:
            # Where nothing is put into a bucket, nothing is made for it.
            from tempfile import TemporaryDirectory

            made = TemporaryDirectory(prefix="collectionlib-upload-")
            return Path(stack.enter_context(made))

        @contextmanager
        def begin(url: ObjectUrl) -> Iterator[BinaryIO]:
            path = folder() / str(len(waiting))
            waiting.append((url, path))
            with path.open("w+b") as out:
                yield out

        yield begin
        for url, path in waiting:
            replaced_by(url, path)
