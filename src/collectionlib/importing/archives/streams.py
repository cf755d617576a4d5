"""Unfolding what is compressed: forwards, a piece at a time, and no more than there may be."""

from __future__ import annotations

import bz2
import gzip
import lzma
import struct
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from tarfile import TarError
from typing import BinaryIO, Protocol
from zipfile import BadZipFile

from ...errors import IngestError, ParseError, StorageError
from ...objects import StoreError
from .kinds import COMPRESSIONS, Kind
from .limits import Budget, Exhausted

__all__ = ["PIECE", "Damaged", "Readable", "Stream", "damage", "damaged", "read_whole"]

PIECE = 1024**2
"""Bytes that are unfolded at once."""

_LONGEST_REASON = 100
_BLOCK = 64 * 1024
_ERRORS = (
    BadZipFile,
    TarError,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
    ArithmeticError,
    LookupError,
    MemoryError,
)


class Damaged(Exception):
    """An archive, or a member of it, is not as it was written."""


class Readable(Protocol):
    """What can be read forwards."""

    def read(self, size: int, /) -> bytes:
        """Bytes, as many as asked for unless it ends."""
        ...


@contextmanager
def damage() -> Iterator[None]:
    """Give what goes wrong in unfolding one name.

    Raises:
        Damaged: in place of whatever the libraries raise.
    """
    try:
        yield
    except (IngestError, Damaged, Exhausted, StoreError, StorageError):
        # What is not read is not damaged.
        raise
    except _ERRORS as error:
        raise Damaged(str(error) or type(error).__name__) from error


def damaged(uri: str, reason: object) -> ParseError:
    """The error for what is damaged."""
    words = " ".join(ascii(str(reason))[1:-1].split())
    shown = words if len(words) <= _LONGEST_REASON else words[: _LONGEST_REASON - 1] + "…"
    return ParseError(uri, f"it is damaged ({shown}): get the archive again")


class Stream:
    """What a file unfolds to, to be read once.

    Args:
        file: at its beginning.
        kind: of compression; of a tar that is not compressed, that.
        uri: of the file, for messages.
        budget: that is used up.

    Raises:
        Damaged: it does not begin as it should.
    """

    def __init__(self, file: BinaryIO, kind: Kind, uri: str, budget: Budget) -> None:
        self._file = file
        self._kind = kind
        self._uri = uri
        self._budget = budget
        self._is_packed = kind in COMPRESSIONS
        self.position: int = 0
        self._ahead = b""
        file.seek(0)
        with damage():
            self._unfolded: Readable = (
                _opener(kind, budget.limits.memory)(file) if self._is_packed else file
            )

    @contextmanager
    def again(self) -> Iterator[Stream]:
        """The same from its beginning; afterwards this one goes on where it was."""
        place = self._file.tell()
        try:
            budget = Budget(self._uri, self._budget.limits)
            yield Stream(self._file, self._kind, self._uri, budget)
        finally:
            self._file.seek(place)

    def peek(self, size: int) -> bytes:
        """How it goes on, without going there.

        Raises:
            Damaged: it cannot be unfolded.
            UnsafeSource: it is a bomb.
        """
        if len(self._ahead) < size:
            self._ahead += self._next(size - len(self._ahead))
        return self._ahead[:size]

    def read(self, size: int) -> bytes:
        """Bytes, as many as asked for unless it ends.

        Raises:
            Damaged: it cannot be unfolded.
            UnsafeSource: it is a bomb.
        """
        data, self._ahead = self._ahead[:size], self._ahead[size:]
        if len(data) < size:
            data += self._next(size - len(data))
        self.position += len(data)
        return data

    def _next(self, size: int) -> bytes:
        with damage():
            data = self._unfolded.read(size)
        self._budget.spend(len(data))
        unfolded = self.position + len(data)
        # What lies there is asked for only where it matters.
        if (
            self._is_packed
            and unfolded > self._budget.limits.ratio_from
            and self._budget.limits.is_bomb(unfolded, self._file.tell())
        ):
            raise self._budget.bomb(self._uri)
        return data

    def read_exactly(self, size: int) -> bytes:
        """So many bytes.

        Raises:
            Damaged: there are not so many, or they cannot be unfolded.
            UnsafeSource: it is a bomb.
        """
        pieces: list[bytes] = []
        while size > 0:
            pieces.append(self.read(min(size, PIECE)))
            if not pieces[-1]:
                raise Damaged("it ends too early")
            size -= len(pieces[-1])
        return b"".join(pieces)

    def skip_to(self, position: int) -> None:
        """Go on to a place further on; past the end, to the end.

        Raises:
            Damaged: it is a place before this one, or what is between cannot be unfolded.
            UnsafeSource: it is a bomb.
        """
        if position < self.position:
            raise Damaged("a part of it has an impossible size")
        while self.position < position:
            if not self.read(min(position - self.position, PIECE)):
                return


def read_whole(file: Readable, most: int) -> bytes | None:
    """All bytes, `None` where there are more than so many.

    Raises:
        Damaged: they cannot be unfolded.
        UnsafeSource: it is a bomb.
    """
    pieces: list[bytes] = []
    size = 0
    with damage():
        while piece := file.read(PIECE):
            pieces.append(piece)
            size += len(piece)
            if size > most:
                return None
    return b"".join(pieces)


def _opener(kind: Kind, memory: int) -> Callable[[BinaryIO], Readable]:
    if kind is Kind.GZIP:
        return _open_gzip
    if kind is Kind.BZIP2:
        return lambda file: _Whole(file, bz2.BZ2Decompressor)
    if kind is Kind.XZ:
        return lambda file: _open_xz(file, memory)
    return _open_zstd


def _open_gzip(file: BinaryIO) -> Readable:
    return gzip.GzipFile(fileobj=file, mode="rb")


def _open_xz(file: BinaryIO, memory: int) -> Readable:
    # Its header says how much memory it needs, up to 4 GiB; LZMAFile would give it that.
    head = file.read(4096)
    file.seek(0)
    lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=memory).decompress(head, max_length=1)
    return _Whole(file, lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=memory), b"\0")


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Whole:
    """A compressed file whose every byte counts: `bz2` and `lzma` pass over what follows its end.

    Args:
        file: at its beginning.
        make: a decompressor, for each of the streams that stand behind one another.
        padding: what may stand between and behind them.
    """

    def __init__(
        self, file: BinaryIO, make: Callable[[], _Decompressor], padding: bytes = b""
    ) -> None:
        self._file = file
        self._make = make
        self._padding = padding
        self._stream = make()

    def read(self, size: int, /) -> bytes:
        while True:
            if self._stream.eof:
                rest = self._rest()
                if not rest:
                    return b""
                self._stream = self._make()
            else:
                rest = self._file.read(_BLOCK) if self._stream.needs_input else b""
                if not rest and self._stream.needs_input:
                    raise EOFError("it ends too early")
            if data := self._stream.decompress(rest, size):
                return data

    def _rest(self) -> bytes:
        """What stands behind a stream, without padding."""
        rest = self._stream.unused_data
        while not (rest := rest.lstrip(self._padding) if self._padding else rest):
            rest = self._file.read(_BLOCK)
            if not rest:
                return b""
        return rest


def _open_zstd(file: BinaryIO) -> Readable:
    if sys.version_info >= (3, 14):
        from compression.zstd import ZstdError, ZstdFile
    else:
        from backports.zstd import ZstdError, ZstdFile
    return _Zstd(ZstdFile(file), ZstdError)


class _Zstd:
    """Zstandard, whose error is no error that others raise."""

    def __init__(self, file: Readable, error: type[Exception]) -> None:
        self._file = file
        self._error = error

    def read(self, size: int, /) -> bytes:
        try:
            return self._file.read(size)
        except self._error as error:
            raise Damaged(str(error)) from error
