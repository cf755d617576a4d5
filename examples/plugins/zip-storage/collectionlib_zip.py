"""A collection in a zip file: a member an entry, which any unpacker shows.

It is read into memory as a whole, and written anew by every transaction: for small collections.
"""

import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, ClassVar, Self

from collectionlib.codec import decode_json, encode_json, from_plain, to_plain
from collectionlib.errors import CollectionNotFound, ConflictError, CorruptCollection, NewerFormat
from collectionlib.model import Category, Entry, Metadata
from collectionlib.storage.base import Batch, Snapshot, Storage
from collectionlib.storage.durable import remove_leftovers, replacing, writing
from collectionlib.storage.locking import writer_lock
from collectionlib.storage.memory import MemoryStorage

ABOUT, FORMAT = "about.json", 1
REMEDY = "take a copy of it from before"


class ZipStorage(Storage):
    """A collection in a file ``*.textzip``."""

    suffixes: ClassVar[tuple[str, ...]] = (".textzip",)

    def __init__(self, location: str) -> None:
        self.location = location
        self._path = Path(location)

    @classmethod
    def create(cls, location: str, metadata: Metadata) -> Self:
        storage = cls(location)
        with storage._writing():
            if storage._path.exists():
                raise ConflictError(f"{location} exists already: open it", location=location)
            storage._write(MemoryStorage(location, metadata))
        return storage

    @classmethod
    def open(cls, location: str) -> Self:
        storage = cls(location)
        storage._read()
        return storage

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        with self._read().snapshot() as view:
            yield view

    @contextmanager
    def transaction(self) -> Iterator[Batch]:
        with self._writing():
            remove_leftovers(self._path)
            texts = self._read()
            with texts.transaction() as batch:
                yield batch
            self._write(texts)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with writing(self.location):
            self._path.parent.mkdir(parents=True, exist_ok=True)
        with writer_lock(self._path.with_name(f".{self._path.name}.lock"), self.location):
            yield

    def _write(self, texts: MemoryStorage) -> None:
        with texts.snapshot() as view, writing(self.location), replacing(self._path) as out:
            about = {
                "format": FORMAT,
                "metadata": to_plain(view.metadata()),
                "categories": [to_plain(category) for category in view.categories()],
                "documents": {name: view.document(name) for name in view.documents()},
            }
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr(zipfile.ZipInfo(ABOUT), json.dumps(about))
                for entry in view.scan():
                    archive.writestr(zipfile.ZipInfo(f"{entry.id}.json"), encode_json(entry))

    def _read(self) -> MemoryStorage:
        try:
            with self._path.open("rb") as file:
                return self._texts(file)
        except (FileNotFoundError, IsADirectoryError) as error:
            raise CollectionNotFound(self.location) from error
        except (zipfile.BadZipFile, KeyError, EOFError, ValueError) as error:
            if isinstance(error, NewerFormat):
                raise
            where = {"location": self.location, "path": self.location}
            raise CorruptCollection(str(error), remedy=REMEDY, **where) from error

    def _texts(self, file: BinaryIO) -> MemoryStorage:
        with zipfile.ZipFile(file) as archive:
            about = json.loads(archive.read(ABOUT))
            if about["format"] > FORMAT:
                found = about["format"]
                raise NewerFormat(location=self.location, found=found, supported=FORMAT)
            texts = MemoryStorage(self.location, from_plain(about["metadata"], Metadata))
            with texts.transaction() as batch:
                for category in about["categories"]:
                    batch.set_category(from_plain(category, Category))
                for name, value in about["documents"].items():
                    batch.set_document(name, value)
                for name in archive.namelist():
                    if name != ABOUT:
                        batch.put(decode_json(archive.read(name), Entry))
        return texts
