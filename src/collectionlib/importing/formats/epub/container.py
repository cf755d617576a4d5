"""The zip file of a book (EPUB 3.3, OCF §4): its members by name, safely."""

from __future__ import annotations

import html.entities
import io
import posixpath
import re
import unicodedata
import zipfile
import zlib
from typing import Any, TypeAlias
from urllib.parse import unquote, urlsplit

from attrs import define, field
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue] # a compiled module

from ....errors import DecodingError, IngestError, ParseError, UnsafeSource
from ...decoding import decode
from ...sources import SourceFile

__all__ = ["MIMETYPE", "Container", "Element", "is_epub"]

Element: TypeAlias = Any  # lxml has no types of its own

MIMETYPE = b"application/epub+zip"
CONTAINER = "META-INF/container.xml"
ENCRYPTION = "META-INF/encryption.xml"

_MOST_MEMBERS = 100_000
_LARGEST_MEMBER = 64 * 1024 * 1024
_LARGEST_BOOK = 1024 * 1024 * 1024
_FONT_OBFUSCATION = frozenset({
    "http://www.idpf.org/2008/embedding",
    "http://ns.adobe.com/pdf/enc#RC",
})  # fmt: skip
_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,31});")
_XML_ENTITIES = frozenset({b"amp", b"lt", b"gt", b"quot", b"apos"})
_DECLARATION = re.compile(r"\A\s*<\?xml[^<>]*\?>")
_TAG = re.compile(r"<[^<>]*>")


def is_epub(data: bytes) -> bool:
    """Whether bytes are a zip file that says that it is an EPUB, or holds what only one has."""
    if not data.startswith(b"PK\x03\x04"):
        return False
    if data[30:100].startswith(b"mimetype" + MIMETYPE):
        return True
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if CONTAINER in names:
                return True
            info = archive.getinfo("mimetype") if "mimetype" in names else None
            if info is None or info.file_size > 100:
                return False
            with archive.open(info) as member:
                return member.read(100).strip() == MIMETYPE
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError,
            ValueError, UnicodeDecodeError):  # fmt: skip
        return False


@define
class Container:
    """The members of a book, read one at a time.

    Args:
        uri: of the file, for messages.
        archive: the zip file.
        warnings: what was found wrong on the way, each sentence once.
    """

    uri: str
    archive: zipfile.ZipFile
    warnings: list[str] = field(factory=list)
    _members: dict[str, zipfile.ZipInfo] = field(factory=dict)
    _folded: dict[str, str] = field(factory=dict)
    _kept: dict[str, Element] = field(factory=dict)
    _read: int = 0

    @classmethod
    def open(cls, source: SourceFile) -> Container:
        """Open the zip file.

        Raises:
            ParseError: it is damaged.
            UnsafeSource: it holds more members than any book.
            IngestError: it is encrypted.
        """
        try:
            archive = zipfile.ZipFile(io.BytesIO(source.data))
        except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError) as error:
            reason = f"its zip file is damaged ({error}); get the book again"
            raise ParseError(source.uri, reason) from error
        infos = archive.infolist()
        if len(infos) > _MOST_MEMBERS:
            raise UnsafeSource(source.uri, f"it holds {len(infos)} files, more than any book")
        container = cls(source.uri, archive)
        for info in infos:
            name = info.filename.replace("\\", "/")
            container._members.setdefault(name, info)
            container._folded.setdefault(_folded(name), name)
        container._refuse_encrypted()
        return container

    def _refuse_encrypted(self) -> None:
        root = self.xml(ENCRYPTION) if ENCRYPTION in self._members else None
        methods = [] if root is None else [
            element.get("Algorithm") for element in root.iter("{*}EncryptionMethod")
        ]  # fmt: skip
        unknown = root is None and ENCRYPTION in self._members
        if unknown or any(method not in _FONT_OBFUSCATION for method in methods):
            reason = "it is encrypted (DRM): only a copy without protection can be imported"
            raise IngestError(self.uri, reason)

    def warn(self, sentence: str) -> None:
        """Note what a person should look at."""
        if sentence not in self.warnings:
            self.warnings.append(sentence)

    def names(self) -> list[str]:
        """The names of all members."""
        return list(self._members)

    def find(self, href: str, base: str) -> str | None:
        """The member that an address in another member leads to, `None` where there is none.

        Args:
            href: as it is written, without its fragment or with it.
            base: name of the member that it stands in.
        """
        try:
            parts = urlsplit(href.strip())
        except ValueError:
            return None
        if parts.scheme or parts.netloc:
            return None
        if not parts.path:
            return base
        path = posixpath.join(posixpath.dirname(base), unquote(parts.path))
        name = posixpath.normpath(path.replace("\\", "/"))
        if name.startswith(("../", "/")) or name == "..":
            self.warn(f"{href!r} leads out of the book: passed over")
            return None
        if name in self._members:
            return name
        if (other := self._folded.get(_folded(name))) is not None:
            self.warn(f"{name} is named {other} in the zip file")
            return other
        self.warn(f"{name} is missing")
        return None

    def read(self, name: str) -> bytes | None:
        """The bytes of a member, `None` where it is missing or damaged.

        Raises:
            UnsafeSource: it, or the book as a whole, unfolds to more than any book.
            IngestError: it needs a password.
        """
        info = self._members.get(name)
        if info is None:
            return None
        try:
            with self.archive.open(info) as member:
                data = member.read(_LARGEST_MEMBER + 1)
        except RuntimeError as error:
            raise IngestError(self.uri, f"{name} needs a password: unpack the book") from error
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError,
                ValueError) as error:  # fmt: skip
            self.warn(f"{name} is damaged and was left out ({error})")
            return None
        self._read += len(data)
        if len(data) > _LARGEST_MEMBER or self._read > _LARGEST_BOOK:
            raise UnsafeSource(self.uri, f"{name} unfolds to more than any book holds")
        return data

    def xml(self, name: str) -> Element | None:
        """The root of a document that is XML and no page, `None` where there is none."""
        data = self.read(name)
        if data is None:
            return None
        root = _parsed(data)
        if root is None:
            self.warn(f"{name} is no well-formed XML; what can be read of it was taken")
            root = _parsed(data, recover=True)
        return root

    def page(self, name: str) -> Element | None:
        """The root of an XHTML page, or of one that is HTML at best."""
        if name in self._kept:
            return self._kept[name]
        data = self.read(name)
        if data is None or not data.strip():
            return None
        root = _parsed(_without_named_entities(data))
        if root is not None:
            return root
        self.warn(f"{name} is no well-formed XML: read as HTML")
        return self._html(data, name)

    def kept_page(self, name: str) -> Element | None:
        """The same, as it is given from now on, with what is changed in it."""
        root = self.page(name)
        if root is not None:
            self._kept[name] = root
        return root

    def _html(self, data: bytes, name: str) -> Element | None:
        try:
            text = decode(data, name).text
        except DecodingError:
            self.warn(f"{name} is no text and was left out")
            return None
        text = _DECLARATION.sub("", text, count=1).replace("\0", "")
        parser = etree.HTMLParser(encoding="utf-8", huge_tree=True)
        try:
            root = etree.fromstring(text.encode(), parser)
        except (etree.LxmlError, ValueError):
            root = None
        if root is None or any("depth" in error.message for error in parser.error_log):
            self.warn(f"{name} is broken: only its words were taken")
            root = etree.Element("body")
            root.text = re.sub("[\x00-\x08\x0b-\x1f\ufffe\uffff]", "", _TAG.sub(" ", text))
        return root


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _parsed(data: bytes, *, recover: bool = False) -> Element | None:
    # Entities stay as they are: one that unfolds without end unfolds nowhere.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=recover)
    try:
        return etree.fromstring(data, parser)
    except (etree.LxmlError, ValueError):
        return None


def _without_named_entities(data: bytes) -> bytes:
    """XHTML with numbers for the names that HTML gives characters, which XML does not know."""
    return _ENTITY.sub(_numbered, data) if b"&" in data else data


def _numbered(found: re.Match[bytes]) -> bytes:
    characters = html.entities.html5.get(f"{found[1].decode()};")
    if found[1] in _XML_ENTITIES or characters is None:
        return found[0]
    return "".join(f"&#{ord(each)};" for each in characters).encode()
