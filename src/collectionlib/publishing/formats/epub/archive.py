"""The zip file of an EPUB (EPUB 3.3, OCF §4.3), with the same bytes on every build."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import datetime
from functools import partial
from types import TracebackType
from typing import Any, BinaryIO, Self

from ....errors import ExportError, MissingExtra

__all__ = ["EpubArchive"]

_EARLIEST = (1980, 1, 1, 0, 0, 0)
_LATEST = (2107, 12, 31, 23, 59, 58)
_REGULAR_FILE = 0o100644 << 16
_UNIX = 3
_COMPRESSION_LEVEL = 6
# A quarter of the time of zlib at level 6, for 6 % more bytes.
_FAST_LEVEL = 2
_MIMETYPE = "application/epub+zip"


class EpubArchive:
    """Members in the order in which they are written, each with the same date and attributes.

    It offers the one method of `zipfile.ZipFile` that EbookLib's writer calls, and is used in a
    ``with`` block, at whose end the archive is whole.

    Args:
        out: a binary stream, seekable or not.
        date: of all members; zip knows none before 1980 and after 2107.
        fast: compress with zlib-ng.

    Raises:
        MissingExtra: zlib-ng was asked for and is not installed.
    """

    def __init__(self, out: BinaryIO, date: datetime, *, fast: bool = False) -> None:
        self._compressor = _fast_compressor() if fast else None
        self._out = _Output(out)
        self._zip = zipfile.ZipFile(self._out, "w")  # type: ignore[call-overload]
        self._date = min(max(_EARLIEST, date.timetuple()[:6]), _LATEST)
        self._names: set[str] = set()

    def __enter__(self) -> Self:
        try:
            self.write("mimetype", _MIMETYPE, compressed=False)
        except BaseException:
            self._abandon()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is not None:
            self._abandon()
        # Writes the directory of the members, without which there is no archive.
        self._zip.close()

    def _abandon(self) -> None:
        self._out.deaf = True
        self._zip.close()

    @property
    def size(self) -> int:
        """Bytes that have been written."""
        return self._out.size

    def writestr(self, name: str, data: str | bytes) -> None:
        """Write a member: what EbookLib's writer calls."""
        self.write(name, data)

    def write(self, name: str, data: str | bytes, *, compressed: bool = True) -> None:
        """Write a member.

        Raises:
            ExportError: there is one of that name.
        """
        if name in self._names:
            raise ExportError(f"two members of the EPUB would be named {name!r}")
        self._names.add(name)
        info = zipfile.ZipInfo(name, self._date)
        info.compress_type = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
        info.create_system = _UNIX
        info.external_attr = _REGULAR_FILE
        content = data.encode() if isinstance(data, str) else data
        if not compressed or self._compressor is None:
            self._zip.writestr(info, content, compresslevel=_COMPRESSION_LEVEL)
            return
        # The size decides about the 64-bit fields, and is known.
        info.file_size = len(content)
        member: Any
        with self._zip.open(info, "w") as member:
            # What zipfile would make itself with zlib; it has no door for another library.
            member._compressor = self._compressor()  # noqa: SLF001
            member.write(content)


def _fast_compressor() -> Callable[[], object]:
    """Deflate by zlib-ng: a quarter of the time, other bytes of the same content.

    Raises:
        MissingExtra: zlib-ng is not installed.
    """
    try:
        from zlib_ng import zlib_ng
    except ImportError as error:
        raise MissingExtra("fast compression", "fast") from error
    return partial(zlib_ng.compressobj, _FAST_LEVEL, zlib_ng.DEFLATED, -zlib_ng.MAX_WBITS)


class _Output:
    """The stream as `zipfile.ZipFile` wants it, which can turn deaf to its last words.

    A zip file writes its directory when it is closed, and it is closed at the latest when it is
    forgotten: after a write error it would then fail a second time, where nobody listens.
    """

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._place = 0
        self.size = 0
        self.deaf = False

    def write(self, data: bytes) -> int:
        if self.deaf:
            self._place += len(data)
            return len(data)
        # A place that is written twice, as the head of a member is, counts for little.
        self.size += len(data)
        return self._out.write(data)

    def seek(self, place: int, whence: int = 0) -> int:
        if self.deaf:
            self._place = place
            return place
        return self._out.seek(place, whence)

    def tell(self) -> int:
        return self._place if self.deaf else self._out.tell()

    def flush(self) -> None:
        if not self.deaf:
            self._out.flush()
