"""Where texts come from: files, folders, globs and standard input.

`find_roots` turns what the user named into roots, `walk` finds the files of one, in natural
order. A file that cannot be a source is yielded as the error that says why, one that is passed
over on purpose as a `Notice`, so that every file is accounted for.
"""

from __future__ import annotations

import glob
import os
import re
import stat
import struct
import sys
from collections.abc import Iterable, Iterator
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias

from attrs import define, frozen

from ..errors import DecodingError, IngestError, UnsafeSource
from ..identity import CategoryPath, natural_key
from .decoding import Decoded, decode

__all__ = ["Found", "Notice", "Root", "SourceFile", "SourcePlace", "find_roots", "walk"]

STANDARD_INPUT = "-"

_OWN = "what is being written, passed over"


@frozen
class Root:
    """What the user named to be imported.

    Args:
        path: a file or a folder; `None` is standard input.
        name: how its origin is called unless another one has that name.
    """

    path: Path | None
    name: str

    @property
    def fingerprint(self) -> str:
        """A hash of where it is, to know the same root again; nothing of the path is kept."""
        place = str(self.path.resolve()) if self.path else STANDARD_INPUT
        return sha256(place.encode("utf-8", "surrogateescape")).hexdigest()


@frozen
class SourcePlace:
    """A file that is to be read.

    Args:
        path: where it is; `None` is standard input.
        uri: the same as text, starting with the origin: ``archive/sub/one.txt``.
        category: the names of the folders between the root and the file.
        size: of the file in bytes, when it was found.
    """

    path: Path | None
    uri: str
    category: CategoryPath = ()
    size: int = 0

    def read(self, encoding: str | None = None) -> SourceFile:
        """The file with its bytes.

        Raises:
            IngestError: it cannot be read.
        """
        try:
            data = self.path.read_bytes() if self.path else sys.stdin.buffer.read()
        except OSError as error:
            raise IngestError(self.uri, f"it cannot be read ({error.strerror})") from error
        return SourceFile(self.uri, data, self.category, encoding, named=self.path is not None)


@define(slots=False)
class SourceFile:
    """A file that was read: its bytes, and where they are from.

    Args:
        uri: as in `SourcePlace`.
        data: the bytes.
        category: as in `SourcePlace`.
        encoding: name of a codec to read them with; `None` finds out.
        named: whether the name belongs to the text; standard input's does not.
    """

    uri: str
    data: bytes
    category: CategoryPath = ()
    encoding: str | None = None
    named: bool = True

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


def find_roots(sources: list[str]) -> list[Root]:
    """The roots that the user's words stand for.

    Args:
        sources: paths of files and folders, globs (where no file has that very name), ``-``.

    Raises:
        IngestError: there is no such file.
    """
    roots: list[Root] = []
    for source in sources:
        if source == STANDARD_INPUT:
            roots.append(Root(None, "stdin"))
        elif os.path.lexists(source):
            roots.append(_root(Path(source)))
        elif matched := sorted(glob.glob(source, recursive=True), key=natural_key):  # noqa: PTH207
            roots.extend(_root(Path(path)) for path in matched)
        else:
            raise IngestError(source, "there is no such file or folder")
    return roots


def _root(path: Path) -> Root:
    # "." and ".." have no name of their own.
    return Root(path, printable_name(path.name or path.resolve().name or "root"))


def walk(root: Root, origin: str, *, without: Iterable[Path] = ()) -> Iterator[Found]:
    """The files of a root.

    Args:
        root: where to look.
        origin: the name that their uris begin with.
        without: files and folders to pass over: the collection that is imported into, the book
            that is written.
    """
    if root.path is None:
        yield SourcePlace(None, origin)
    elif root.path.is_dir():
        own = frozenset(path.resolve() for path in without if path.exists())
        yield from _walk_folder(root.path, origin, (), own)
    else:
        yield _checked(root.path, origin, ())


def _walk_folder(
    folder: Path, uri: str, category: CategoryPath, own: frozenset[Path]
) -> Iterator[Found]:
    if folder.resolve() in own:
        yield Notice(uri, _OWN)
        return
    try:
        names = sorted((path.name for path in folder.iterdir()), key=natural_key)
    except OSError as error:
        yield IngestError(uri, f"the folder cannot be read ({error.strerror})")
        return
    for name in names:
        path = folder / name
        own_uri = f"{uri}/{printable_name(name)}"
        if name.startswith("."):
            yield Notice(own_uri, "hidden, passed over")
        elif own and path.is_file() and path.resolve() in own:
            yield Notice(own_uri, _OWN)
        elif reason := companion_of_fortunes(path):
            yield Notice(own_uri, reason)
        elif not path.is_dir():
            yield _checked(path, own_uri, category)
        elif path.is_symlink():
            yield Notice(own_uri, "a link to a folder, not followed")
        else:
            yield from _walk_folder(path, own_uri, (*category, printable_name(name)), own)


_INDEX_HEADER = 24
"""Bytes that an index of ``strfile(1)`` begins with: five numbers and the separator."""


def companion_of_fortunes(path: Path) -> str | None:
    """Why a file beside a fortune file holds no text of its own; `None` where it does.

    An index is told by its header and its size, a second name of the same file by where it leads.
    """
    if path.suffix not in (".dat", ".u8") or not path.with_suffix("").is_file():
        return None
    try:
        if path.suffix == ".u8":
            same = path.samefile(path.with_suffix(""))
            return "another name of the fortune file, passed over" if same else None
        with path.open("rb") as file:
            header = file.read(_INDEX_HEADER)
        size = path.stat().st_size
    except OSError:
        return None
    if len(header) < _INDEX_HEADER:
        return None
    version, count, longest, shortest = struct.unpack(">4I", header[:16])
    is_index = version in (1, 2) and shortest <= longest and header[21:] == bytes(3)
    is_index = is_index and size == _INDEX_HEADER + 4 * (count + 1)
    return "an index of strfile, passed over" if is_index else None


def _checked(path: Path, uri: str, category: CategoryPath) -> Found:
    try:
        status = path.stat()
    except OSError as error:
        return IngestError(uri, f"it cannot be read ({error.strerror})")
    if not stat.S_ISREG(status.st_mode):
        return UnsafeSource(uri, "it is no regular file")
    return SourcePlace(path, uri, category, status.st_size)


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
