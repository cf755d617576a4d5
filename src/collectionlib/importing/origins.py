"""Origins: the names under which a collection knows the roots that were imported.

The source path of an entry, and with it its id, begins with the origin of its root. A
collection remembers each origin with a hash of where its root is, so that the same root again
is an update, and another root of the same name does not overwrite its entries.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import PurePath

from ..errors import ConflictError, InvalidValueError
from ..model import JSONValue
from .sources import Root, printable_name

__all__ = ["DOCUMENT", "Origins"]

DOCUMENT = "origins"
"""The name of the document that keeps them: an object from name to hash."""


class Origins:
    """The origins of a collection, and those that join them in this run.

    >>> origins = Origins(None)
    >>> from pathlib import Path
    >>> origins.name_for(Root(Path("/one/archive"), "archive"))
    'archive'
    >>> origins.name_for(Root(Path("/two/archive"), "archive"))
    'archive-2'
    >>> origins.name_for(Root(Path("/one/archive"), "archive"))
    'archive'
    """

    def __init__(self, document: JSONValue) -> None:
        self._fingerprints = (
            {name: str(value) for name, value in document.items()}
            if isinstance(document, dict)
            else {}
        )
        self._before = dict(self._fingerprints)

    def name_for(self, root: Root) -> str:
        """The origin of a root: the one that it has, or a free one like its name."""
        for name, fingerprint in self._fingerprints.items():
            if fingerprint == root.fingerprint:
                return name
        name = next(name for name in _candidates(root.name) if name not in self._fingerprints)
        return self.move(name, root)

    def move(self, name: str, root: Root) -> str:
        """Say that the origin of that name is now at this root.

        Raises:
            InvalidValueError: the name cannot be one.
        """
        if name != printable_name(name) or "/" in name:
            raise InvalidValueError("origin", name, "is no name: it has a slash, or is not text")
        self._fingerprints[name] = root.fingerprint
        return name

    def knew(self, name: str) -> bool:
        """Whether the collection had an origin of that name before."""
        return name in self._before

    def claimed(self, names: Iterable[str], now: JSONValue, location: str) -> JSONValue:
        """What the collection is to remember, where others may have been imported meanwhile.

        Args:
            names: the origins of this run.
            now: the document as it is now.
            location: of the collection.

        Raises:
            ConflictError: another import has taken one of the names for a root of its own.
        """
        there = dict(now) if isinstance(now, dict) else {}
        for name in names:
            own = self._fingerprints[name]
            if there.get(name) not in (self._before.get(name), own):
                raise ConflictError(
                    f"another import has taken the name {name} in {location} meanwhile: run the "
                    "same command again",
                    location=location,
                )
            there[name] = own
        return there

    def document(self) -> JSONValue:
        """What the collection is to remember."""
        return dict(self._fingerprints)


def _candidates(name: str) -> Iterator[str]:
    yield name
    path = PurePath(name)
    for number in count(2):
        yield f"{path.stem}-{number}{path.suffix}"
