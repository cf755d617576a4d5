"""A collection in a zip file: a member an entry, which any unpacker shows."""

import json
import zipfile
from typing import BinaryIO, ClassVar

from collectionlib.codec import decode_json, encode_json, from_plain, to_plain
from collectionlib.errors import NewerFormat
from collectionlib.model import Category, Entry, Metadata
from collectionlib.storage.base import Batch, Snapshot
from collectionlib.storage.whole_file import WholeFileStorage

ABOUT, FORMAT = "about.json", 1


class ZipStorage(WholeFileStorage):
    """A collection in a file ``*.textzip``."""

    suffixes: ClassVar[tuple[str, ...]] = (".textzip",)

    def write(self, view: Snapshot, out: BinaryIO) -> None:
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

    def read(self, file: BinaryIO, batch: Batch) -> None:
        try:
            with zipfile.ZipFile(file) as archive:
                self._read(archive, batch)
        except zipfile.BadZipFile as error:
            raise ValueError(str(error)) from error

    def _read(self, archive: zipfile.ZipFile, batch: Batch) -> None:
        about = json.loads(archive.read(ABOUT))
        if (found := about["format"]) > FORMAT:
            raise NewerFormat(location=self.location, found=found, supported=FORMAT)
        batch.set_metadata(from_plain(about["metadata"], Metadata))
        for category in about["categories"]:
            batch.set_category(from_plain(category, Category))
        for name, value in about["documents"].items():
            batch.set_document(name, value)
        for name in sorted({*archive.namelist()} - {ABOUT}):
            batch.put(decode_json(archive.read(name), Entry))
