"""Collections in one file that is read and written as a whole; what is left to say is its format.

For small collections: all of it is in memory while it is looked at.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Self

from ..errors import CollectionNotFound, ConflictError, CorruptCollection, StorageError
from ..model import Metadata
from .base import Batch, Snapshot, Storage
from .durable import remove_leftovers, replacing, writing
from .locking import writer_lock
from .memory import MemoryStorage

__all__ = ["WholeFileStorage"]


class WholeFileStorage(Storage):
    """A storage of which a subclass says how its file is read and written, and no more.

    A transaction writes the file anew beside the old one, which stays until the new one is
    complete; one writer waits for another; a file that cannot be read is a `CorruptCollection`.
    """

    def __init__(self, location: str) -> None:
        self.location: str = location
        self._path = Path(location)

    @abstractmethod
    def write(self, view: Snapshot, out: BinaryIO) -> None:
        """Write all that a collection holds."""

    @abstractmethod
    def read(self, file: BinaryIO, batch: Batch) -> None:
        """Put all that a file holds.

        Raises:
            NewerFormat: a later version wrote it.
            ValueError: it is damaged; so it is, too, where an `EOFError` or a `LookupError` is
                raised.
        """

    @classmethod
    def create(cls, location: str, metadata: Metadata) -> Self:
        storage = cls(location)
        with storage._writing():
            if storage._path.exists():
                raise ConflictError(
                    f"{location} exists already: open it, or choose another name",
                    location=location,
                )
            storage._replace(MemoryStorage(location, metadata))
        return storage

    @classmethod
    def open(cls, location: str) -> Self:
        storage = cls(location)
        storage._loaded()
        return storage

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        with self._loaded().snapshot() as view:
            yield view

    @contextmanager
    def transaction(self) -> Iterator[Batch]:
        with self._writing():
            remove_leftovers(self._path)
            texts = self._loaded()
            with texts.transaction() as batch:
                yield batch
            self._replace(texts)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with writing(self.location):
            self._path.parent.mkdir(parents=True, exist_ok=True)
        with writer_lock(self._path.with_name(f".{self._path.name}.lock"), self.location):
            yield

    def _replace(self, texts: MemoryStorage) -> None:
        with texts.snapshot() as view, writing(self.location), replacing(self._path) as out:
            self.write(view, out)

    def _loaded(self) -> MemoryStorage:
        texts = MemoryStorage(self.location, Metadata())
        try:
            with self._path.open("rb") as file, texts.transaction() as batch:
                self.read(file, batch)
        except FileNotFoundError as error:
            raise CollectionNotFound(self.location) from error
        except IsADirectoryError as error:
            raise CollectionNotFound(self.location, "it is a folder") from error
        except StorageError:
            raise
        except (ValueError, EOFError, LookupError) as error:
            raise CorruptCollection(
                f"it cannot be read ({error})",
                location=self.location,
                path=self.location,
                remedy="put back a copy that is whole",
            ) from error
        return texts
