"""What is read: the place of a file, the file, and what is said where there is none."""

from __future__ import annotations

import os
import re
import stat
from functools import cached_property
from io import FileIO
from pathlib import Path
from typing import BinaryIO, TypeAlias, cast

from attrs import define, evolve, field, frozen

from ..errors import DecodingError, IngestError, StorageError, UnsafeSource
from ..identity import CategoryPath
from ..objects.stores import StoredObject
from .decoding import Decoded, decode

__all__ = [
    "LARGEST_FILE",
    "Found",
    "Notice",
    "SourceFile",
    "SourcePlace",
    "opened",
    "printable_name",
    "too_large",
    "unreadable",
]

LARGEST_FILE = 2 * 1024**3
"""Bytes of a file that is read, at most: it is read whole."""


def too_large(uri: str) -> UnsafeSource:
    """The error for a file that is larger than one may be."""
    reason = f"it is larger than {LARGEST_FILE // 1024**3} GiB, and is read whole: split it"
    return UnsafeSource(uri, reason)


@frozen
class SourcePlace:
    """A file that is to be read.

    Args:
        path: where it is, or the archive that it is in: a file or an object of a bucket; `None`
            is standard input.
        uri: the same as text, starting with the origin: ``archive/sub/one.txt``.
        category: the names of the folders between the root and the file.
        size: of the file in bytes, when it was found.
        member: path inside the archive.
        data: the bytes, where they were read already: those of a member of an archive, those of
            a compressed file, standard input. So a place can be sent to another process.
    """

    path: Path | StoredObject | None
    uri: str
    category: CategoryPath = ()
    size: int = 0
    member: str | None = None
    data: bytes | None = field(default=None, repr=False)

    def read(self, encoding: str | None = None) -> SourceFile:
        """The file with its bytes.

        Raises:
            IngestError: it cannot be read.
        """
        data = self._bytes() if self.data is None else self.data
        named = self.path is not None or self.member is not None
        return SourceFile(self.uri, data, self.category, encoding, named, self.member)

    def with_bytes(self) -> SourcePlace:
        """The place with its bytes.

        Raises:
            IngestError: it cannot be read.
        """
        return self if self.data is not None else evolve(self, data=self._bytes())

    @property
    def is_everywhere(self) -> bool:
        """Whether it can be read from any machine, or was read."""
        return self.data is not None or (
            isinstance(self.path, StoredObject) and not self.path.url.is_local
        )

    @property
    def is_unopened(self) -> bool:
        """Whether it may be an archive all the same: an object is looked into where it is read."""
        return self.data is None and isinstance(self.path, StoredObject)

    def _bytes(self) -> bytes:
        if self.path is None:
            raise IngestError(self.uri, "standard input was not read")
        if isinstance(self.path, StoredObject) and self.path.size > LARGEST_FILE:
            raise too_large(self.uri)
        try:
            with opened(self.path, self.uri) as file:
                data = file.read(LARGEST_FILE + 1)
        except StorageError:
            # Nothing else of that store can be read either.
            raise
        except (OSError, MemoryError) as error:
            raise unreadable(self.uri, error) from error
        if len(data) > LARGEST_FILE:
            raise too_large(self.uri)
        return data


# A pipe would be waited for without end.
_OPEN = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def opened(path: Path | StoredObject, uri: str) -> BinaryIO:
    """Open a file, or an object of a bucket.

    Raises:
        OSError: it cannot be opened, or (when it is read) not be read.
        UnsafeSource: it is a device or a pipe.
    """
    if isinstance(path, StoredObject):
        from ..objects.files import ObjectFile

        return cast(BinaryIO, ObjectFile(path))
    return cast(BinaryIO, _open_regular(path, uri))


def _open_regular(path: Path, uri: str) -> FileIO:
    """Open a file that may have become something else since it was found.

    Raises:
        OSError: it cannot be opened.
        UnsafeSource: it is a device or a pipe.
    """
    file = FileIO(os.open(path, _OPEN | getattr(os, "O_CLOEXEC", 0)), "rb")
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise UnsafeSource(uri, "it is no regular file")
    return file


def unreadable(uri: str, error: OSError | MemoryError, what: str = "it") -> IngestError:
    """The error for what the system does not let us read."""
    why = error.strerror if isinstance(error, OSError) else "there is too little memory"
    return IngestError(uri, f"{what} cannot be read ({why or error})")


@define(slots=False)
class SourceFile:
    """A file that was read: its bytes, and where they are from.

    Args:
        uri: as in `SourcePlace`.
        data: the bytes.
        category: as in `SourcePlace`.
        encoding: name of a codec to read them with; `None` finds out.
        named: whether the name belongs to the text; standard input's does not.
        member: as in `SourcePlace`.
    """

    uri: str
    data: bytes
    category: CategoryPath = ()
    encoding: str | None = None
    named: bool = True
    member: str | None = None

    @cached_property
    def name(self) -> str:
        """Name of the file with its ending, without its folders."""
        return self.uri.rpartition("/")[2]

    @property
    def stem(self) -> str:
        """Name of the file without its ending.

        >>> SourceFile("archive/2001.03", b"").stem, SourceFile("archive/.hidden", b"").stem
        ('2001', '.hidden')
        """
        head, dot, _ = self.name.rpartition(".")
        return head if dot and head else self.name

    @property
    def decoded(self) -> Decoded:
        """The text, with the evidence for its encoding.

        Raises:
            DecodingError: the bytes are no text, or in no encoding that can be told.
        """
        if isinstance(self._decoding, DecodingError):
            raise self._decoding
        return self._decoding

    @cached_property
    def _decoding(self) -> Decoded | DecodingError:
        # The error is kept too: every importer asks.
        try:
            return decode(self.data, self.uri, self.encoding)
        except DecodingError as error:
            return error

    @cached_property
    def text(self) -> str:
        """The text."""
        return self.decoded.text


@frozen
class Notice:
    """Something that was passed over or done on the way, and why."""

    source: str
    reason: str


Found: TypeAlias = SourcePlace | Notice | IngestError
"""What there is at a place: a file, or why there is none to read."""


_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


def printable_name(name: str) -> str:
    r"""The name of a file as text: what is no character in it is written ``\xNN``.

    >>> printable_name("caf\udce9\n.txt"), printable_name("  ")
    ('caf\\xe9\\x0a.txt', '\\x20\\x20')
    """
    if not name.strip():
        return "".join(rf"\x{ord(character):02x}" for character in name)
    # Python keeps bytes that are not UTF-8 as lone surrogates from U+DC80 on.
    return _UNPRINTABLE.sub(lambda found: rf"\x{ord(found[0]) & 0xFF:02x}", name)
