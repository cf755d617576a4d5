"""The members of a zip file (PKWARE's APPNOTE 6.3), in natural order."""

from __future__ import annotations

import stat
import struct
import sys
import zlib
from collections.abc import Iterator
from itertools import pairwise
from typing import BinaryIO
from zipfile import ZipFile, ZipInfo

from ...errors import IngestError, UnsafeSource
from ...identity import natural_key
from ..places import Notice
from .limits import Budget
from .members import Handed, Member, names_read
from .names import Encoding, Gate, encoding_of, is_ascii
from .streams import Damaged, damage, damaged, read_whole

__all__ = ["begins_document", "is_document", "open_zip", "zip_members"]

_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_ENTRY = b"PK\x01\x02"
_SMALLEST_ENTRY = 46
_LOCAL_HEADER = 30
_LONGEST_COMMENT = 65_535
_IN_UTF_8 = 0x800
_ENCRYPTED = 0x1
_UNICODE_PATH = 0x7075
_ZSTD = 93
_UNIX = 3
_BACKSLASHES = frozenset({0, 6, 10, 11, 14})
"""Systems on which folders stand before a backslash: DOS, OS/2, NTFS, VFAT, and what says so."""

# What programs keep their own files in: OCF and OpenDocument, Office Open XML, Java.
_DOCUMENTS = frozenset({"META-INF/container.xml", "META-INF/MANIFEST.MF", "[Content_Types].xml"})


def open_zip(file: BinaryIO, budget: Budget) -> ZipFile:
    """Open a zip file, if its contents are no longer than they may be.

    Raises:
        Damaged: it is none, or has no end.
        Exhausted: it holds too many members.
    """
    with damage():
        if _entries(file, budget.limits.members) > budget.limits.members:
            raise budget.too_many()
        file.seek(0)
        archive = ZipFile(file)
        if any(info.compress_type == _ZSTD for info in archive.infolist()):
            return _with_zstd(file, archive)
        return archive


def _with_zstd(file: BinaryIO, archive: ZipFile) -> ZipFile:
    if sys.version_info >= (3, 14):
        return archive
    from backports.zstd.zipfile import ZipFile as ZipFileOfLater

    # It has the same methods, and knows Zstandard.
    return ZipFileOfLater(file)  # type: ignore[return-value] # pyright: ignore[reportReturnType]


def _entries(file: BinaryIO, most: int) -> int:
    """How many members its contents list at most: `ZipFile` would keep them all in memory."""
    size = file.seek(0, 2)
    start = max(size - _LONGEST_COMMENT - _END.size - _END_64.size - 20, 0)
    file.seek(start)
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        raise Damaged("its end is missing")
    contents = _END.unpack_from(tail, at)[5]
    end = start + at
    if contents == 0xFFFFFFFF:
        at = tail.rfind(b"PK\x06\x06", 0, at)
        if at < 0 or len(tail) - at < _END_64.size:
            raise Damaged("its end is missing")
        contents, end = _END_64.unpack_from(tail, at)[8], start + at
    if contents <= most * _SMALLEST_ENTRY:
        return 0
    file.seek(max(end - contents, 0))
    found, kept = 0, b""
    while piece := file.read(1024**2):
        found += (kept + piece).count(_ENTRY)
        kept = piece[-3:]
    return found


def begins_document(head: bytes) -> bool:
    """Whether a zip file begins as the file of a program does, be it whole or not (OCF §4.3)."""
    return head[_LOCAL_HEADER:].startswith(b"mimetypeapplication/")


def is_document(archive: ZipFile) -> bool:
    """Whether a zip file is the file of a program: a book, a document, an application."""
    names = {info.filename for info in archive.infolist()}
    if not _DOCUMENTS.isdisjoint(names):
        return True
    if "mimetype" not in names or archive.getinfo("mimetype").file_size > 100:
        return False
    try:
        with damage():
            return archive.read("mimetype").startswith(b"application/")
    except Damaged:
        return False


def zip_members(archive: ZipFile, uri: str, budget: Budget) -> Iterator[Handed]:
    """The files of a zip file, in natural order.

    Args:
        archive: the zip file.
        uri: of it.
        budget: that is used up.

    Raises:
        Exhausted: there is more in it than may be.
    """
    infos = archive.infolist()
    encoding = _encoding_of(infos)
    if encoding.evidence:
        yield names_read(uri, encoding.name, encoding.evidence)
    named = sorted(
        ((_name_of(info, encoding), info) for info in infos), key=lambda each: natural_key(each[0])
    )
    overlapping = _overlapping(infos)
    gate = Gate(uri)
    for name, info in named:
        budget.count()
        if name.endswith("/"):
            continue
        admitted = gate.admit(name)
        if admitted is None:
            continue
        if isinstance(admitted, Notice | IngestError):
            yield admitted
            continue
        own = f"{uri}/{'/'.join(admitted)}"
        error = _refused(info, own, budget)
        if error is None and info.header_offset in overlapping:
            error = UnsafeSource(own, "it lies where another file of the archive does")
        if error is not None:
            yield error
            continue
        try:
            yield Member(admitted, _read(archive, info, budget))
        except Damaged as reason:
            yield _unread(own, reason)


def _refused(info: ZipInfo, uri: str, budget: Budget) -> IngestError | None:
    if info.flag_bits & _ENCRYPTED:
        return IngestError(uri, "it is encrypted: unpack the archive with its password")
    mode = info.external_attr >> 16
    if info.create_system == _UNIX and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        kind = "a link" if stat.S_ISLNK(mode) else "no regular file"
        return UnsafeSource(uri, f"it is {kind}, and not followed out of an archive")
    if info.file_size > budget.limits.member:
        return budget.too_large(uri)
    if budget.limits.is_bomb(info.file_size, info.compress_size):
        return budget.bomb(uri)
    return None


def _read(archive: ZipFile, info: ZipInfo, budget: Budget) -> bytes:
    # Unfolding ends at the size that the archive says, and fails where that is not the size.
    budget.spend(info.file_size)
    with damage(), archive.open(info) as file:
        data = read_whole(file, budget.limits.member)
    assert data is not None  # the size was looked at before
    return data


def _unread(uri: str, reason: Damaged) -> IngestError:
    if isinstance(reason.__cause__, NotImplementedError):
        return IngestError(uri, f"it cannot be unfolded ({reason}): unpack the archive")
    return damaged(uri, reason)


def _overlapping(infos: list[ZipInfo]) -> set[int]:
    """Where members begin that reach into the next one: bombs hold one text a thousand times."""
    found: set[int] = set()
    ordered = sorted(infos, key=lambda info: info.header_offset)
    for info, after in pairwise(ordered):
        end = info.header_offset + _LOCAL_HEADER + info.compress_size
        if end > after.header_offset:
            found.add(info.header_offset)
    return found


# --- names --------------------------------------------------------------------------------------


def _encoding_of(infos: list[ZipInfo]) -> Encoding:
    """The encoding of the names that do not say in which they are, all of them together."""
    untold = [raw for info in infos if (raw := _raw(info)) is not None and not is_ascii(raw)]
    return encoding_of(untold, otherwise="cp437")


def _raw(info: ZipInfo) -> bytes | None:
    """The bytes of a name, `None` where it is known as text."""
    if info.flag_bits & _IN_UTF_8:
        return None
    raw = info.orig_filename.encode("cp437")
    return None if _unicode_path(info, raw) is not None else raw


def _name_of(info: ZipInfo, encoding: Encoding) -> str:
    name = _full_name_of(info, encoding)
    if "/" not in name and "\\" in name and info.create_system in _BACKSLASHES:
        return name.replace("\\", "/")
    return name


def _full_name_of(info: ZipInfo, encoding: Encoding) -> str:
    if info.flag_bits & _IN_UTF_8:
        return info.orig_filename
    raw = info.orig_filename.encode("cp437")
    return _unicode_path(info, raw) or encoding.read(raw)


def _unicode_path(info: ZipInfo, raw: bytes) -> str | None:
    """The name in the extra field that Info-ZIP keeps it in (APPNOTE §4.6.9)."""
    extra = info.extra
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<2H", extra)
        field, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind != _UNICODE_PATH or len(field) < 6 or field[0] != 1:
            continue
        # The sum tells whether the name was changed since by who does not know the field.
        if int.from_bytes(field[1:5], "little") == zlib.crc32(raw):
            try:
                return field[5:].decode("utf-8")
            except UnicodeDecodeError:
                return None
    return None
