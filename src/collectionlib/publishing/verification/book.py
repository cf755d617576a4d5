"""The file as a zip archive: its members, one at a time, with what is wrong about them."""

from __future__ import annotations

import posixpath
import re
import unicodedata
import zipfile
import zlib
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import unquote, urlsplit

import lxml.etree as etree
from attrs import define, field

from ...errors import ExportError
from .findings import Finding

__all__ = ["Book", "Element", "local", "namespace"]

Element: TypeAlias = Any  # lxml has no types of its own

MIMETYPE = b"application/epub+zip"
LARGEST = 200 * 1024 * 1024
"""Bytes of the largest member that is looked into."""

MOST_MEMBERS = 1_000_000
_FORBIDDEN = re.compile(r'["*:<>?\\|\x00-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff\ue000-\uf8ff]')


@define(slots=False)
class Book:
    """A book that is looked at.

    Args:
        path: of the file.
        findings: what was found wrong so far.
    """

    path: Path
    findings: list[Finding] = field(factory=list)
    _ids: dict[str, dict[str, int]] = field(factory=dict)
    _zip: zipfile.ZipFile | None = None

    def add(
        self, code: str, message: str, path: str | None = None, line: int | None = None
    ) -> None:
        """Note what is wrong."""
        self.findings.append(Finding.of(code, message, path, line))

    def open(self) -> bool:
        """Open the file; whether it could be.

        Raises:
            ExportError: the file cannot be read at all.
        """
        try:
            with self.path.open("rb") as file:
                file.read(1)
            self._zip = zipfile.ZipFile(self.path)
        except OSError as error:
            raise ExportError(f"{self.path} cannot be read: {error.strerror}") from error
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            self.add("container-zip", f"it is no zip file, or a damaged one ({error})")
            return False
        return True

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
        return {info.filename: info for info in self.archive.infolist() if not info.is_dir()}

    def check_container(self) -> None:
        """Look at the names and the first member."""
        infos = self.archive.infolist()
        self._check_mimetype(infos)
        folded: dict[str, str] = {}
        for info in infos:
            name = info.filename
            if info.flag_bits & 1:
                self.add("container-encrypted", "it is encrypted by the zip file", name)
            if reason := _unusable(name):
                self.add("container-name", f"the name {reason}", name)
            key = unicodedata.normalize("NFC", name).casefold()
            if key in folded:
                self.add("container-duplicate", f"{folded[key]!r} has the same name", name)
            folded.setdefault(key, name)

    def _check_mimetype(self, infos: list[zipfile.ZipInfo]) -> None:
        if not infos or infos[0].filename != "mimetype":
            self.add("container-mimetype", "the first member is not 'mimetype'", "mimetype")
            return
        first = infos[0]
        if first.compress_type != zipfile.ZIP_STORED:
            self.add("container-mimetype", "it is compressed", "mimetype")
        if first.extra or _has_extra(self.path):
            self.add("container-mimetype", "it has an extra field", "mimetype")
        if self.read("mimetype") != MIMETYPE:
            self.add("container-mimetype", f"it is not {MIMETYPE.decode()!r}", "mimetype")

    def read(self, name: str) -> bytes | None:
        """A member; `None` where it is absent or cannot be unfolded, which is noted."""
        info = self.names.get(name)
        if info is None or info.flag_bits & 1:
            return None
        if info.file_size > LARGEST:
            self.add(
                "container-crc",
                f"it unfolds to {info.file_size:,} bytes, and was not looked into",
                name,
            )
            return None
        try:
            with self.archive.open(info) as member:
                # One byte more than it says it has, so that a false size is found.
                return member.read(info.file_size + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
            self.add("container-crc", f"it is damaged ({error})", name)
            return None

    def head(self, name: str, size: int = 64) -> bytes:
        """How a member begins."""
        try:
            with self.archive.open(self.names[name]) as member:
                return member.read(size)
        except (
            KeyError,
            RuntimeError,
            zipfile.BadZipFile,
            zlib.error,
            OSError,
            NotImplementedError,
        ):
            return b""

    def check_member(self, name: str) -> None:
        """Unfold a member that nobody looks into, piece by piece."""
        try:
            with self.archive.open(self.names[name]) as member:
                while member.read(1 << 20):
                    pass
        except (
            RuntimeError,
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            NotImplementedError,
        ) as error:
            self.add("container-crc", f"it is damaged ({error})", name)

    def xml(self, name: str, code: str) -> Element | None:
        """A member as a tree; `None` where it is absent or ill-formed, which is noted."""
        data = self.read(name)
        if data is None:
            return None
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        )
        try:
            return etree.fromstring(data, parser)
        except etree.XMLSyntaxError as error:
            line, column = error.position
            self.findings.append(
                Finding(
                    code=code, severity="error", message=f"it is not well-formed: {error.msg}",
                    path=name, line=line or None, column=column or None,
                )
            )  # fmt: skip
            return None

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
        parts = urlsplit(href.strip())
        if parts.scheme or parts.netloc:
            return None
        path = unquote(parts.path)
        if path.startswith("/"):
            raise ValueError("it begins at the root")
        joined = posixpath.normpath(posixpath.join(posixpath.dirname(base), path)) if path else base
        if joined.startswith("../") or joined == "..":
            raise ValueError("it leads out of the book")
        return joined, unquote(parts.fragment)


def local(element: Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def namespace(element: Element) -> str:
    """The namespace of an element."""
    return str(element.tag)[1:].partition("}")[0] if str(element.tag).startswith("{") else ""


def _unusable(name: str) -> str | None:
    parts = name.rstrip("/").split("/")
    if name.startswith("/") or ".." in parts or "." in parts or "" in parts:
        return "is no plain path"
    if found := _FORBIDDEN.search(name):
        return f"has a character that names may not have, {found[0]!r}"
    if any(part.endswith(".") for part in parts):
        return "has a part that ends in a full stop"
    if any(len(part.encode("utf-8", "replace")) > 255 for part in parts):
        return "has a part of more than 255 bytes"
    return None


def _has_extra(path: Path) -> bool:
    """Whether the first local header has an extra field, which the directory need not tell."""
    with path.open("rb") as file:
        head = file.read(30)
    return len(head) == 30 and head[:4] == b"PK\x03\x04" and head[28:30] != b"\0\0"
