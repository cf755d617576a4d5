"""What kind of archive bytes are: told by how they begin, not by a name."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["COMPRESSIONS", "HEAD", "Kind", "kind_of", "without_ending"]

HEAD = 512
"""Bytes that have to be seen: a tar begins with a header of as many."""


class Kind(StrEnum):
    """A kind of archive, or of compression."""

    ZIP = "zip"
    TAR = "tar"
    GZIP = "gzip"
    BZIP2 = "bzip2"
    XZ = "xz"
    ZSTD = "zstd"


COMPRESSIONS = frozenset({Kind.GZIP, Kind.BZIP2, Kind.XZ, Kind.ZSTD})

_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08PK\x03\x04", b"PK00PK\x03\x04")
_GZIP = b"\x1f\x8b\x08"  # RFC 1952 §2.3: deflate is the only method
_XZ = b"\xfd7zXZ\x00"
_ZSTD = b"\x28\xb5\x2f\xfd"
_BLOCK_OF_BZIP2 = (b"1AY&SY", b"\x17\x72\x45\x38\x50\x90")  # or the end of an empty one
_ENDINGS_OF_TAR = (".tgz", ".tbz", ".tbz2", ".txz", ".tzst")
_ENDINGS = (".zip", ".tar", ".gz", ".bz2", ".xz", ".zst", *_ENDINGS_OF_TAR)


def kind_of(head: bytes) -> Kind | None:
    r"""The kind of archive that begins with these bytes, `None` where it is none.

    Args:
        head: the first `HEAD` bytes, or all there are.

    >>> kind_of(b"\x1f\x8b\x08\x00"), kind_of(b"BZh is no magic number.")
    (<Kind.GZIP: 'gzip'>, None)
    """
    if head.startswith(_ZIP):
        return Kind.ZIP
    if head.startswith(_GZIP):
        return Kind.GZIP
    if head[:3] == b"BZh" and head[3:4] in b"123456789" and head[4:10] in _BLOCK_OF_BZIP2:
        return Kind.BZIP2
    if head.startswith(_XZ):
        return Kind.XZ
    if head.startswith(_ZSTD) or _is_skippable(head):
        return Kind.ZSTD
    return Kind.TAR if _is_tar(head) else None


def _is_skippable(head: bytes) -> bool:
    """Whether it begins with a frame that holds no data, and data behind (RFC 8878 §3.1.2)."""
    if head[1:4] != b"\x2a\x4d\x18" or head[0] & 0xF0 != 0x50:
        return False
    size = int.from_bytes(head[4:8], "little")
    return size + 12 > len(head) or head[8 + size :].startswith(_ZSTD)


def _is_tar(head: bytes) -> bool:
    # Only what has a zero byte can be one: this spares texts the rest.
    if len(head) < HEAD or b"\0" not in head or not head.strip(b"\0"):
        return False
    from tarfile import HeaderError, TarInfo

    try:
        TarInfo.frombuf(head[:HEAD], "utf-8", "surrogateescape")
    except (HeaderError, ValueError):
        return False
    return True


def without_ending(name: str) -> str:
    """The name of an archive without its ending.

    >>> without_ending("jokes.tar.gz"), without_ending("poems.txt.xz"), without_ending("a.b")
    ('jokes', 'poems.txt', 'a.b')
    """
    lowered = name.lower()
    for ending in _ENDINGS:
        if lowered.endswith(ending) and len(name) > len(ending):
            short = name[: -len(ending)]
            is_tar = short.lower().endswith(".tar") and len(short) > len(".tar")
            return short[: -len(".tar")] if is_tar and ending != ".tar" else short
    return name
