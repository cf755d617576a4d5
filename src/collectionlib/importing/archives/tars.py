"""The members of a tar (POSIX pax, ustar, GNU, v7), in the order in which they lie there.

A tar that is compressed can be read forwards only, so that another order would unfold it once for
each member; their natural order is that of the entries in a collection anyway.
"""

from __future__ import annotations

from collections.abc import Iterator
from tarfile import HeaderError, TarFile, TarInfo
from typing import BinaryIO, cast

from ...errors import IngestError, UnsafeSource
from ..places import Notice
from .limits import Budget, Exhausted
from .members import Handed, Member, names_read
from .names import Encoding, Gate, encoding_of, is_ascii
from .streams import PIECE, Damaged, Stream, damage, damaged

__all__ = ["tar_members"]

_LONGEST_HEADER = 1024**2
_MOST_NAMES = 10_000
_BLOCK = 512


def tar_members(stream: Stream, uri: str, budget: Budget) -> Iterator[Handed]:
    """The files of a tar, in its own order.

    Args:
        stream: of it, at its beginning.
        uri: of it.
        budget: that is used up.

    Raises:
        Damaged: it cannot be read on. The members before that have been handed out.
        Exhausted: there is more in it than may be.
    """
    encoding: Encoding | None = None
    gate = Gate(uri)
    for info in _headers(stream):
        budget.count()
        raw, is_told = _raw_name(info)
        if is_told or is_ascii(raw):
            name = raw.decode("utf-8", "surrogateescape")
        else:
            if encoding is None:
                with stream.again() as other:
                    encoding = encoding_of(_names(other), otherwise="ascii")
                if encoding.evidence:
                    yield names_read(uri, encoding.name, encoding.evidence)
            name = encoding.read(raw)
        if info.isdir():
            continue
        admitted = gate.admit(name)
        if admitted is None:
            continue
        if isinstance(admitted, Notice | IngestError):
            yield admitted
            continue
        own = f"{uri}/{'/'.join(admitted)}"
        if error := _refused(info, own, budget):
            yield error
            continue
        try:
            data = stream.read_exactly(info.size)
        except Damaged as reason:
            yield damaged(own, reason)
            raise
        yield Member(admitted, data)


def _refused(info: TarInfo, uri: str, budget: Budget) -> IngestError | None:
    if info.issym() or info.islnk():
        return UnsafeSource(uri, "it is a link, and not followed out of an archive")
    if info.issparse():
        return IngestError(uri, "it is a sparse file: unpack the archive")
    if not info.isreg():
        return UnsafeSource(uri, "it is no regular file")
    return budget.too_large(uri) if info.size > budget.limits.member else None


def _raw_name(info: TarInfo) -> tuple[bytes, bool]:
    """The bytes of a name, and whether it says of itself that they are UTF-8."""
    is_told = "path" in info.pax_headers and info.pax_headers.get("hdrcharset") != "BINARY"
    return info.name.encode("utf-8", "surrogateescape"), is_told


def _names(stream: Stream) -> Iterator[bytes]:
    """The names that do not say in which encoding they are."""
    number = 0
    try:
        for info in _headers(stream):
            raw, is_told = _raw_name(info)
            if not is_told and not is_ascii(raw):
                yield raw
                number += 1
            if number > _MOST_NAMES:
                return
    except (Damaged, Exhausted, IngestError):
        # It is said when the member is reached.
        return


class _Headers:
    """A stream as `tarfile` reads headers from it: forwards, and no longer ones than there are."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self.left = _LONGEST_HEADER
        self.block = b""

    def read(self, size: int) -> bytes:
        self.left -= size
        if size < 0 or self.left < 0:
            raise Damaged(f"a header is longer than {_LONGEST_HEADER:,} bytes")
        self.block = self._stream.read(size)
        return self.block

    def tell(self) -> int:
        return self._stream.position

    def seek(self, position: int) -> None:
        self._stream.skip_to(position)


def _headers(stream: Stream) -> Iterator[TarInfo]:
    """The headers, one after the other; behind each the stream stands at the bytes of the file.

    Raises:
        Damaged: one is none, or the end is missing.
    """
    headers = _Headers(stream)
    with damage():
        tar = TarFile(
            fileobj=cast(BinaryIO, headers), mode="r", encoding="utf-8", errors="surrogateescape"
        )
        info = tar.next()
    if info is None:
        _check_end(headers.block, stream)
    while info is not None:
        yield info
        stream.skip_to(tar.offset)
        headers.left = _LONGEST_HEADER
        with damage():
            try:
                info = TarInfo.fromtarfile(tar)
            except HeaderError:
                _check_end(headers.block, stream)
                return


def _check_end(block: bytes, stream: Stream) -> None:
    if not block:
        raise Damaged("its end is missing")
    if len(block) < _BLOCK or block.strip(b"\0"):
        raise Damaged(f"there is no header before byte {stream.position}")
    # To the very end: only there a compressed file says whether it was whole.
    while piece := stream.read(PIECE):
        if piece.strip(b"\0"):
            raise Damaged("something stands behind its end")
