"""The log in a folder: a file for each transaction, ``OPERATION.NUMBER.jsonl.gz``.

Its first line says what the transaction was, each other one is a change; ``zcat`` shows it. The
first line is compressed by itself, so that a list of many transactions reads no more of each.
"""

from __future__ import annotations

import gzip
import re
import shutil
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Self, cast

import msgspec
from attrs import define, evolve, field

from ...errors import CorruptCollection
from ..durable import writing
from .changes import Change
from .operations import Logged, Operation, Transaction, UnreadableTransaction
from .recording import Kept, Recorder, packed

__all__ = [
    "HEAD",
    "Record",
    "changes_in",
    "kept_among",
    "name_of",
    "transaction_in",
    "unreadable",
    "with_sizes",
]

HEAD = 64 * 1024
"""Bytes in which the first line of every file ends."""

_NAME = re.compile(r"(\d+)\.(\d+)\.jsonl\.gz")
_IN_MEMORY = 1024 * 1024
_damaged = (OSError, EOFError, zlib.error, msgspec.MsgspecError, UnicodeDecodeError)


def name_of(operation: int, number: int) -> str:
    """The name of a transaction's file.

    >>> name_of(12, 17)
    '12.17.jsonl.gz'
    """
    return f"{operation}.{number}.jsonl.gz"


def kept_among(names: Iterable[str]) -> list[Kept]:
    """The transactions whose files have these names, the oldest first; their sizes are not known.

    >>> kept_among(["12.17.jsonl.gz", "2.2.jsonl.gz", "notes.txt"])
    [Kept(operation=2, number=2, size=0), Kept(operation=12, number=17, size=0)]
    """
    found = (_NAME.fullmatch(name) for name in names)
    kept = [Kept(int(each[1]), int(each[2]), 0) for each in found if each]
    return sorted(kept, key=lambda each: each.number)


def with_sizes(kept: Iterable[Kept], folder: Path) -> list[Kept]:
    """The same with the bytes that their files take."""
    return [evolve(each, size=_size(folder / name_of(each.operation, each.number)))
            for each in kept]  # fmt: skip


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


@define
class Record:
    """What is to become the file of a transaction.

    Args:
        location: of the collection, for messages.
        folder: on the disk that is to hold it.
    """

    location: str
    folder: Path
    recorder: Recorder = field(init=False)
    _pieces: BinaryIO = field(init=False)

    def __attrs_post_init__(self) -> None:
        spool = tempfile.SpooledTemporaryFile(_IN_MEMORY, dir=str(self.folder))  # noqa: SIM115
        self._pieces = cast("BinaryIO", spool)
        self.recorder = Recorder(self._keep)

    def _keep(self, piece: bytes) -> None:
        with writing(self.location):
            self._pieces.write(piece)

    def write(self, out: BinaryIO, number: int, operation: int, belongs_to: Operation) -> None:
        """Write the whole file, once the recorder has finished."""
        transaction = self.recorder.transaction(number, operation, belongs_to)
        out.write(packed(msgspec.json.encode(transaction) + b"\n"))
        self._pieces.seek(0)
        shutil.copyfileobj(self._pieces, out)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        with suppress(OSError):
            # What a full disk has not taken is not wanted any more.
            self._pieces.close()


def transaction_in(kept: Kept, head: bytes | OSError, path: Path, location: str) -> Logged:
    """What the first line of a file says.

    Args:
        kept: what the name of the file says.
        head: the bytes with which it begins, `HEAD` of them at the most; or why there are none.
        path: of the file, for messages.
        location: of the collection, for messages.
    """
    try:
        if isinstance(head, OSError):
            raise head
        line = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(head)
        return msgspec.json.decode(line, type=Transaction)
    except _damaged as error:
        return UnreadableTransaction(kept.number, kept.operation, unreadable(error, path, location))


def changes_in(file: BinaryIO, path: Path, location: str) -> Iterator[Change]:
    """The changes in a file.

    Raises:
        CorruptCollection: it is damaged.
    """
    decode = msgspec.json.Decoder(Change).decode
    try:
        with gzip.open(file) as lines:
            next(lines, None)
            for line in lines:
                yield decode(line)
    except _damaged as error:
        raise unreadable(error, path, location) from error


def unreadable(error: Exception, path: Path, location: str) -> CorruptCollection:
    """The damage of a file of the log."""
    return CorruptCollection(
        f"the log of a transaction cannot be read ({error})",
        location=location,
        path=str(path),
        remedy="take it out: that transaction can be undone no longer",
    )
