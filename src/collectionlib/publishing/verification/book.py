"""The file as a zip archive: its members, one at a time, and no more of them than is safe."""

from __future__ import annotations

import lzma
import posixpath
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import unquote, urlsplit

import lxml.etree as etree
from attrs import define, field, frozen

from ...errors import ExportError
from .findings import Finding

__of_all_ = ["Book", "Element", "local", "namespace"]

Element: TypeAlias = Any  # lxml has no types of its own

LARGEST = 200 * 1024 * 1024
"""Bytes of the largest member that is looked into."""

MOST_UNFOLDED = 4 * 1024 * 1024 * 1024
"""Bytes of all members together; no shop takes a book of half that size."""

LARGEST_DIRECTORY = 16 * 1024 * 1024
"""Bytes of the zip directory: some 200,000 members, which need about 200 MB once known."""

MOST_NODES = 2_000_000
"""Elements and attributes of a document, which need about 300 MB as a tree."""

MOST_NODES_OF_ALL = 50_000_000
"""Elements and attributes of all documents; a book of 100,000 texts has a tenth of them."""

MOST_ALIKE = 1_000
"""Findings of one code in one member; who repairs that many at once needs no more of them."""

_BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError, ValueError,
    NotImplementedError,
)  # fmt: skip
"""What unfolding a damaged member may raise."""


@define(slots=False)
class Book:
    """A book that is looked at.

    Args:
        path: of the file.
        findings: what was found wrong so far.
    """

    path: Path
    findings: list[Finding] = field(factory=list)
    _alike: Counter[tuple[str, str | None]] = field(factory=Counter)
    _damaged: set[str] = field(factory=set)
    _unfolded: int = 0
    _nodes: int = 0
    _ids: dict[str, dict[str, int]] = field(factory=dict)
    _zip: zipfile.ZipFile | None = None

    def add(
        self, code: str, message: str, path: str | None = None, line: int | None = None
    ) -> None:
        """Note what is wrong, unless a thousand of its kind were noted in that member."""
        self._alike[code, path] += 1
        if self._alike[code, path] <= MOST_ALIKE:
            self.findings.append(Finding.of(code, message, path, line))
        elif self._alike[code, path] == MOST_ALIKE + 1:
            reason = f"there are more than {MOST_ALIKE:,} of these; the others are not listed"
            self.findings.append(Finding.of(code, reason, path))

    def open(self) -> bool:
        """Open the file; whether it could be.

        Raises:
            ExportError: the file cannot be read at all.
        """
        # A pipe or a device might never end.
        if self.path.exists() and not self.path.is_file():
            raise ExportError(f"{self.path} cannot be read: it is no regular file")
        try:
            said = _directory(self.path)
            if said and said.size > LARGEST_DIRECTORY:
                reason = f"its directory has {said.size:,} bytes; it was not read"
                self.add("container-size", reason)
                return False
            self._zip = self._opened()
        except OSError as error:
            raise ExportError(f"{self.path} cannot be read: {error.strerror or error}") from error
        except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error) as error:
            self.add("container-zip", f"it is no zip file, or a damaged one ({error})")
            return False
        members = len(self._zip.infolist())
        for number in dict.fromkeys(said.members if said else ()):
            if number != members:
                self.add(
                    "container-zip", f"it says that it has {number:,} members, not {members:,}"
                )
        return True

    def _opened(self) -> zipfile.ZipFile:
        try:
            # Names are in UTF-8, whether the zip file says so or not (OCF §4.2.2).
            return zipfile.ZipFile(self.path, metadata_encoding="utf-8")
        except UnicodeDecodeError:
            self.add("container-name", "the names of its members are not in UTF-8")
            return zipfile.ZipFile(self.path)

    def close(self) -> None:
        """Let go of the file."""
        if self._zip:
            self._zip.close()

    @property
    def archive(self) -> zipfile.ZipFile:
        """The open file."""
        if self._zip is None:
            raise ExportError(f"{self.path} is not open")
        return self._zip

    @cached_property
    def names(self) -> dict[str, zipfile.ZipInfo]:
        """The members that are no folders, by name."""
        return {
            info.filename: info
            for info in self.archive.infolist()
            if info.filename and not info.is_dir()
        }

    def read(self, name: str) -> bytes | None:
        """A member; `None` where it is absent or cannot be unfolded, which is noted."""
        info = self.names.get(name)
        if info is None or info.flag_bits & 1:
            return None
        if info.file_size > LARGEST:
            reason = f"it unfolds to {info.file_size:,} bytes, and was not looked into"
            self.add("container-size", reason, name)
            return None
        # One byte more than it says it has, so that a false size is found.
        pieces = self._pieces(name, info.file_size + 1)
        data = b"".join(pieces)
        return None if name in self._damaged else data

    def head(self, name: str, size: int = 64) -> bytes:
        """How a member begins; nothing where that cannot be told."""
        try:
            with self.archive.open(self.names[name]) as member:
                return member.read(size)
        except (KeyError, *_BROKEN):
            return b""

    def check_member(self, name: str) -> None:
        """Unfold a member that nobody looks into, piece by piece."""
        for _ in self._pieces(name, self.names[name].file_size + 1):
            pass

    def _pieces(self, name: str, most: int) -> Iterator[bytes]:
        """A member in pieces, at most so many bytes; that it is damaged is noted."""
        if self._unfolded > MOST_UNFOLDED:
            return
        left = most
        try:
            with self.archive.open(self.names[name]) as member:
                while left > 0 and (piece := member.read(min(left, 1 << 20))):
                    left -= len(piece)
                    self._unfolded += len(piece)
                    if self._unfolded > MOST_UNFOLDED:
                        reason = f"all of it unfolds to more than {MOST_UNFOLDED:,} bytes"
                        self.add("container-size", reason)
                        self._damaged.add(name)
                        return
                    yield piece
        except _BROKEN as error:
            self._damaged.add(name)
            self.add("container-crc", f"it is damaged ({str(error) or type(error).__name__})", name)

    def xml(self, name: str, code: str) -> Element | None:
        """A member as a tree; `None` where it is absent or ill-formed, which is noted."""
        data = self.read(name)
        if data is None:
            return None
        nodes = data.count(b"<") + data.count(b"=")
        self._nodes += nodes
        if nodes > MOST_NODES:
            self.add("container-size", "it has too many elements to be looked into", name)
            return None
        if self._nodes > MOST_NODES_OF_ALL:
            reason = "the book has too many elements; not all of its documents were looked into"
            self.add("container-size", reason)
            return None
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True
        )
        try:
            root = etree.fromstring(data, parser)
        except etree.XMLSyntaxError as error:
            line, column = error.position
            self.findings.append(
                Finding(
                    code=code, severity="error", message=f"it is not well-formed: {error.msg}",
                    path=name, line=line or None, column=column or None,
                )
            )  # fmt: skip
            return None
        for entity in _external_entities(root):
            self.add(code, f"the entity {entity!r} is in another file", name, 1)
        return root

    def note_ids(self, name: str, root: Element) -> None:
        """Keep the ids of a page for the links that lead there."""
        ids: dict[str, int] = {}
        for element in root.iter(etree.Element):
            if (own := element.get("id")) is not None:
                if own in ids:
                    reason = f"the id {own!r} stands on line {ids[own]} already"
                    self.add("id-duplicate", reason, name, element.sourceline)
                else:
                    ids[own] = element.sourceline
        self._ids[name] = ids

    def has_id(self, name: str, own: str) -> bool:
        """Whether a page that was looked at has an id; of others nothing is known."""
        return name not in self._ids or own in self._ids[name]

    def resolve(self, href: str, base: str) -> tuple[str, str] | None:
        """The member and the fragment that an address in a member means; `None` for remote ones.

        Raises:
            ValueError: it is no URL, or leads out of the container.
        """
        address, _, fragment = href.strip().partition("#")
        member = _member(address, base)
        return None if member is None else (member, unquote(fragment))


@lru_cache(4096)  # A page of contents leads to a few files by many fragments.
def _member(address: str, base: str) -> str | None:
    """The member that an address without a fragment means; see `Book.resolve`."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return None
    path = unquote(parts.path)
    if path.startswith("/"):
        raise ValueError("it begins at the root")
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(base), path)) if path else base
    if joined.startswith("../") or joined == "..":
        raise ValueError("it leads out of the book")
    return joined


def local(element: Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def namespace(element: Element) -> str:
    """The namespace of an element."""
    return str(element.tag)[1:].partition("}")[0] if str(element.tag).startswith("{") else ""


def _external_entities(root: Element) -> Iterator[str]:
    """Entities that would be read from elsewhere, which EPUB forbids (EPUB §3.9)."""
    dtd = root.getroottree().docinfo.internalDTD
    for entity in dtd.iterentities() if dtd is not None else ():
        if entity.system_url is not None:
            yield entity.name


@frozen
class _Directory:
    """What a zip file says of its directory, in the record that ends it.

    Args:
        members: how many it has, on the last disk and on all: the same, where there is one.
        size: its bytes.
    """

    members: tuple[int, int]
    size: int


def _directory(path: Path) -> _Directory | None:
    """What a zip file says of its directory; `None` where it has no record that ends it."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 65_557))
        end = file.read()
    at = end.rfind(b"PK\x05\x06")
    if at < 0 or len(end) - at < 22:
        return None
    last, of_all, said = struct.unpack_from("<HHL", end, at + 8)
    far = end.rfind(b"PK\x06\x06", 0, at)
    if far >= 0 and at - far >= 56:
        wide = struct.unpack_from("<QQQ", end, far + 24)
        last, of_all = (w if n == 0xFFFF else n for n, w in zip((last, of_all), wide, strict=False))
        said = wide[2] if said == 0xFFFFFFFF else said
    return _Directory((last, of_all), said)
