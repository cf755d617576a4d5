"""What would be the files of a folder: the objects of a bucket below a key, in natural order."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve, frozen

from ..identity import CategoryPath, natural_key
from ..objects import ObjectUrl, StoreError
from ..objects.stores import StoredObject, listed
from .folders import (
    HIDDEN,
    INDEX_OF_STRFILE,
    LOOK,
    OWN,
    has_pages,
    in_depth,
    is_look,
    is_strfile_index,
)
from .places import Found, Notice, SourcePlace, opened, printable_name, unreadable

__all__ = ["walk_objects"]

_HEADER = 24


@frozen
class _Folder:
    """What would be a folder.

    Args:
        url: of it.
        uri: as of the places in it.
        category: of the objects in it.
        is_site: whether there are pages in it, or in a folder above.
    """

    url: ObjectUrl
    uri: str
    category: CategoryPath = ()
    is_site: bool = False

    def below(self, name: str) -> _Folder:
        shown = printable_name(name)
        key = f"{self.url.key}/{name}" if self.url.key else name
        category = (*self.category, shown)
        return _Folder(self.url.below(key), f"{self.uri}/{shown}", category, self.is_site)


def walk_objects(url: ObjectUrl, uri: str, own: frozenset[str]) -> Iterator[Found]:
    """The objects below a key, folder after folder, as the files of a folder come.

    One folder is asked for at a time, so that memory holds the names in those that lie in one
    another.

    Args:
        url: of the folder.
        uri: what the uris of the places in it begin with.
        own: URLs to pass over, without a slash at the end.
    """
    return in_depth(_Folder(url, uri), lambda folder: _listed(folder, own), _Folder)


def _listed(folder: _Folder, own: frozenset[str]) -> Iterator[Found | _Folder]:
    """What there is in a folder, in natural order."""
    if str(folder.url).rstrip("/") in own:
        yield Notice(folder.uri, OWN)
        return
    try:
        folders, objects = listed(folder.url)
    except StoreError as error:
        yield unreadable(folder.uri, error, "the folder")
        return
    names = frozenset(each.url.name for each in objects)
    if has_pages(names):
        folder = evolve(folder, is_site=True)
    both: list[tuple[str, StoredObject | None]] = [(each.url.name, each) for each in objects]
    both += [(name, None) for name in folders]
    for name, stored in sorted(both, key=lambda each: natural_key(each[0])):
        if name.startswith("."):
            yield Notice(f"{folder.uri}/{printable_name(name)}", HIDDEN)
        elif stored is None:
            yield folder.below(name)
        else:
            yield _place(folder, stored, names, own)


def _place(
    folder: _Folder, stored: StoredObject, names: frozenset[str], own: frozenset[str]
) -> Found:
    name = stored.url.name
    uri = f"{folder.uri}/{printable_name(name)}"
    if str(stored.url) in own:
        return Notice(uri, OWN)
    if folder.is_site and is_look(name):
        return Notice(uri, LOOK)
    if name.endswith(".dat") and name.removesuffix(".dat") in names and _is_index(stored, uri):
        return Notice(uri, INDEX_OF_STRFILE)
    return SourcePlace(stored, uri, folder.category, stored.size)


def _is_index(stored: StoredObject, uri: str) -> bool:
    """Whether it is the index of the fortune file beside it."""
    try:
        with opened(stored, uri) as file:
            return is_strfile_index(file.read(_HEADER), stored.size)
    except StoreError:
        # Reading it says so.
        return False
