"""From an archive to the places of the files that are in it."""

from __future__ import annotations

from collections.abc import Iterator
from io import DEFAULT_BUFFER_SIZE, BufferedReader, BytesIO, RawIOBase
from pathlib import Path
from typing import BinaryIO, cast

from attrs import evolve, frozen

from ...errors import IngestError, StorageError, UnsafeSource
from ...objects.files import PIECE
from ...objects.stores import StoredObject
from ..folders import INDEX_OF_STRFILE, is_strfile_index
from ..places import (
    LARGEST_FILE,
    Found,
    Notice,
    SourcePlace,
    opened,
    too_large,
    unreadable,
)
from .kinds import COMPRESSIONS, HEAD, Kind, kind_of, without_ending
from .limits import Budget, Exhausted, Limits
from .members import Handed, Member
from .streams import Damaged, Stream, damaged, read_whole
from .tars import tar_members
from .zips import begins_document, is_document, open_zip, zip_members

__all__ = ["name_of", "unpacked"]


@frozen
class _Archive:
    """An archive that is read.

    Args:
        place: of it.
        budget: of the outermost archive.
        depth: in how many it lies, itself included.
        is_root: whether it is what the user named: its name is the origin then, no category.
    """

    place: SourcePlace
    budget: Budget
    depth: int = 1
    is_root: bool = False

    @property
    def name(self) -> str:
        return without_ending(self.place.uri.rpartition("/")[2])

    @property
    def is_too_deep(self) -> bool:
        return self.depth > self.budget.limits.depth

    def too_deep(self) -> UnsafeSource:
        most = self.budget.limits.depth
        reason = f"it lies in {most} archives, one in the other: unpack the outermost"
        return UnsafeSource(self.place.uri, reason)

    def place_of(self, member: Member) -> SourcePlace:
        """The place of a file in it."""
        path = "/".join(member.parts)
        *folders, _ = member.parts
        # Who packs a folder gives the archive its name: it is the same folder, not one in it.
        if folders and folders[0].casefold() == self.name.casefold():
            folders = folders[1:]
        own = () if self.is_root else (self.name,)
        outer = self.place.member
        return SourcePlace(
            self.place.path,
            f"{self.place.uri}/{path}",
            (*self.place.category, *own, *folders),
            len(member.data),
            f"{outer}/{path}" if outer else path,
            member.data,
        )


def unpacked(found: Found, limits: Limits, *, is_root: bool = False) -> Iterator[Found]:
    """What is in an archive, in place of it; what is none, as it is.

    The uri of what is in an archive goes on behind that of the archive, and so does its category
    behind that of a folder of the archive's name. A compressed file is the file itself, under its
    name without the ending.

    Args:
        found: what may be an archive.
        limits: how much may be in it.
        is_root: whether it is what the user named: its name is the origin then, no category.
    """
    if not isinstance(found, SourcePlace):
        yield found
        return
    try:
        kind = kind_of(_head_of(found))
        if kind is None:
            yield _of_size(found)
            return
        with _opened(found) as file:
            archive = _Archive(found, Budget(found.uri, limits), is_root=is_root)
            yield from _enter(file, kind, archive)
    except IngestError as error:
        yield error
    except Exhausted as reason:
        yield reason.error
    except StorageError:
        # Nothing else of that store can be read either.
        raise
    except (OSError, MemoryError) as error:
        yield unreadable(found.uri, error)


def name_of(path: Path | StoredObject, name: str) -> str:
    """What a file that the user named is to be called: a compressed one as what it holds."""
    short = without_ending(name)
    if short == name or (isinstance(path, Path) and not path.is_file()):
        return name
    place = SourcePlace(path, name)
    try:
        kind = kind_of(_head_of(place))
        with _opened(place) as file:
            if kind is None or kind not in COMPRESSIONS:
                return name
            inner = Stream(file, kind, name, Budget(name, Limits())).peek(HEAD)
    except StorageError:
        raise
    except (OSError, IngestError, Damaged, Exhausted):
        return name
    return name if kind_of(inner) in (Kind.TAR, Kind.ZIP) else short


def _head_of(place: SourcePlace) -> bytes:
    if place.data is not None:
        return place.data[:HEAD]
    assert place.path is not None  # standard input has its bytes
    # Without a buffer: of most files nothing more is read here.
    with opened(place.path, place.uri) as file:
        return file.read(HEAD)


def _opened(place: SourcePlace) -> BinaryIO:
    if place.data is not None:
        return BytesIO(place.data)
    assert place.path is not None  # standard input has its bytes
    raw = cast(RawIOBase, opened(place.path, place.uri))
    return BufferedReader(
        raw, PIECE if isinstance(place.path, StoredObject) else DEFAULT_BUFFER_SIZE
    )


def _of_size(place: SourcePlace) -> Found:
    return too_large(place.uri) if place.size > LARGEST_FILE else place


def _enter(file: BinaryIO, kind: Kind, archive: _Archive) -> Iterator[Found]:
    """The files of an archive.

    Raises:
        Exhausted: there is more in the outermost archive than may be.
    """
    place = archive.place
    try:
        if kind is Kind.ZIP:
            yield from _enter_zip(file, archive)
        else:
            yield from _enter_stream(file, kind, archive)
    except Damaged as reason:
        yield damaged(place.uri, reason)
    except IngestError as error:
        # Of this archive; where it lies in another one, that goes on.
        yield error


def _enter_zip(file: BinaryIO, archive: _Archive) -> Iterator[Found]:
    file.seek(0)
    if begins_document(file.read(HEAD)):
        yield _of_size(archive.place)
        return
    opened = open_zip(file, archive.budget)
    if is_document(opened):
        yield _of_size(archive.place)
    elif archive.is_too_deep:
        yield archive.too_deep()
    else:
        uri = archive.place.uri
        yield from _places(zip_members(opened, uri, archive.budget), archive)


def _enter_stream(file: BinaryIO, kind: Kind, archive: _Archive) -> Iterator[Found]:
    place, budget = archive.place, archive.budget
    if archive.is_too_deep:
        yield archive.too_deep()
        return
    stream = Stream(file, kind, place.uri, budget)
    if kind is Kind.TAR or kind_of(stream.peek(HEAD)) is Kind.TAR:
        yield from _places(tar_members(stream, place.uri, budget), archive)
        return
    data = read_whole(stream, budget.limits.member)
    if data is None:
        yield budget.too_large(place.uri)
        return
    inner = evolve(place, uri=_uri_of_inner(archive), size=len(data), data=data)
    yield from _inside(inner, archive)


def _uri_of_inner(archive: _Archive) -> str:
    """The uri of a compressed file: without its ending, unless that would be no name."""
    uri = archive.place.uri
    if archive.is_root:
        return uri
    head, slash, name = uri.rpartition("/")
    return head + slash + without_ending(name)


def _places(members: Iterator[Handed], archive: _Archive) -> Iterator[Found]:
    is_empty = True
    for member in members:
        is_empty = False
        if isinstance(member, Member):
            yield from _inside(archive.place_of(member), archive)
        else:
            yield member
    if is_empty:
        yield Notice(archive.place.uri, "an archive without files, passed over")


def _inside(place: SourcePlace, outer: _Archive) -> Iterator[Found]:
    """A file that was in an archive, or what is in it where it is one itself."""
    assert place.data is not None  # it was read from the archive
    kind = kind_of(place.data[:HEAD])
    if kind is not None:
        is_root = outer.is_root and place.uri == outer.place.uri
        inner = _Archive(place, outer.budget, outer.depth + 1, is_root)
        yield from _enter(BytesIO(place.data), kind, inner)
    elif place.uri.endswith(".dat") and is_strfile_index(place.data, place.size):
        yield Notice(place.uri, INDEX_OF_STRFILE)
    else:
        yield place
