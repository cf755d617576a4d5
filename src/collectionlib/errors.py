"""Every error that collectionlib raises.

    CollectionError
    ├── InvalidValueError (ValueError)          a value that the model refuses
    │   └── MalformedQuery                      a query that cannot be read
    ├── StorageError (OSError)                  keeping a collection failed
    │   ├── EntryNotFound (LookupError)         no entry has that id
    │   ├── CategoryNotFound (LookupError)      no category has that name
    │   ├── CollectionNotFound (FileNotFoundError)
    │   ├── CollectionLocked (TimeoutError)     another writer holds it
    │   ├── ConflictError (FileExistsError)     what is there stands in the way
    │   ├── OperationNotFound (LookupError)     nothing in the log that could be undone
    │   ├── CorruptCollection (ValueError)      a damaged file, with its place
    │   │   └── RepeatedId                      two places say the same id
    │   └── NewerFormat (ValueError)            written by a later version
    ├── IngestError (ValueError)                a source could not be imported
    │   ├── DecodingError (UnicodeError)
    │   ├── ParseError
    │   │   └── NothingToImport             no text of its own: a table of contents
    │   ├── UnrecognisedFormat
    │   └── UnsafeSource
    ├── ExportError                             a file could not be written
    │   ├── RenderError (ValueError)
    │   ├── MissingRights (ValueError)
    │   ├── ThemeError (ValueError)
    │   ├── FontError (ValueError)
    │   └── OutputExists (FileExistsError)
    ├── ExecutionError (RuntimeError)           the workers of an executor failed
    └── PluginError                             a storage, importer or exporter by name
        ├── UnknownPlugin (LookupError)
        ├── PluginConflict (ValueError)
        └── MissingExtra (ImportError)

Each carries its data as attributes, and its sentence says what happened, where, and what to do.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

__all__ = [
    "CategoryNotFound",
    "CollectionError",
    "CollectionLocked",
    "CollectionNotFound",
    "ConflictError",
    "CorruptCollection",
    "DecodingError",
    "EntryNotFound",
    "ExecutionError",
    "ExportError",
    "FontError",
    "IngestError",
    "InvalidValueError",
    "MalformedQuery",
    "MissingExtra",
    "MissingRights",
    "NewerFormat",
    "NothingToImport",
    "OperationNotFound",
    "OutputExists",
    "ParseError",
    "PluginConflict",
    "PluginError",
    "RenderError",
    "RepeatedId",
    "StorageError",
    "ThemeError",
    "UnknownPlugin",
    "UnrecognisedFormat",
    "UnsafeSource",
]


class CollectionError(Exception):
    """The base of them all: catch this to catch whatever collectionlib raises.

    Args:
        message: one sentence for people: what, where, what to do.

    >>> try:
    ...     raise EntryNotFound("4k2m", location="jokes/")
    ... except CollectionError as error:
    ...     print(error)
    no entry has the id '4k2m' in jokes/: see the ids with 'collectionlib list'
    """

    message: str

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[Any, ...]:
        # The subclasses take other arguments than the message, so that the default would
        # fail in the process that unpickles one.
        return _rebuild, (type(self), self.__dict__)


def _rebuild(cls: type[CollectionError], state: dict[str, object]) -> CollectionError:
    error = cls.__new__(cls)
    error.args = (state["message"],)
    error.__dict__.update(state)
    return error


class InvalidValueError(CollectionError, ValueError):
    """A value that the model refuses, named with its field.

    Raised where the value is made: by the constructor of a model class, by a query, by an
    option. ``field`` is the dotted name of the field, ``value`` what was given.
    """

    field: str
    value: object

    def __init__(self, field: str, value: object, reason: str) -> None:
        super().__init__(f"{field} {reason}: {_shown(value)}")
        self.field = field
        self.value = value
        self.reason = reason


class MalformedQuery(InvalidValueError):
    """A query that cannot be read; ``column`` (from 1) says where, and a note points there."""

    value: object
    column: int
    remedy: str

    def __init__(self, query: str, *, column: int, reason: str, remedy: str = "") -> None:
        CollectionError.__init__(
            self, f"query {reason} at column {column}{': ' if remedy else ''}{remedy}"
        )
        self.field = "query"
        self.value = query
        self.column = column
        self.reason = reason
        self.remedy = remedy


def _shown(value: object) -> str:
    text = ascii(value) if isinstance(value, str) and not value.isprintable() else repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


class StorageError(CollectionError, OSError):
    """A collection could not be read or written; ``location`` says which."""

    location: str

    def __init__(self, message: str, *, location: str) -> None:
        super().__init__(message)
        self.location = location


class EntryNotFound(StorageError, LookupError):
    """No entry has that id (``entry_id``); ``named_in`` says where it was asked for, if known."""

    entry_id: str
    named_in: str | None

    def __init__(self, entry_id: str, *, location: str, named_in: str | None = None) -> None:
        named = f"{named_in}: " if named_in else ""
        super().__init__(
            f"{named}no entry has the id {entry_id!r} in {location}: "
            "see the ids with 'collectionlib list'",
            location=location,
        )
        self.entry_id = entry_id
        self.named_in = named_in


class CategoryNotFound(StorageError, LookupError):
    """No category has that name, neither with entries nor with words about it (``path``)."""

    path: tuple[str, ...]

    def __init__(self, path: tuple[str, ...], *, location: str) -> None:
        super().__init__(
            f"no category is named {'/'.join(path)!r} in {location}: "
            "see them with 'collectionlib categories'",
            location=location,
        )
        self.path = path


class CollectionNotFound(StorageError, FileNotFoundError):
    """There is no collection at ``location``."""

    def __init__(self, location: str, reason: str = "there is nothing") -> None:
        super().__init__(
            f"no collection at {location}: {reason}; make one with 'collectionlib init {location}'",
            location=location,
        )


class CollectionLocked(StorageError, TimeoutError):
    """Another writer holds the collection; ``holder`` names its process and host."""

    holder: str

    def __init__(self, location: str, *, holder: str, waited: float) -> None:
        super().__init__(
            f"{location} is being written by {holder} (waited {waited:g} s): "
            "try again when it is done",
            location=location,
        )
        self.holder = holder
        self.waited = waited


class ConflictError(StorageError, FileExistsError):
    """What is already at ``location`` stands in the way of what was asked for."""


class OperationNotFound(StorageError, LookupError):
    """The log has no such operation (``number``), or none that could be undone (`None`)."""

    number: int | None

    def __init__(self, number: int | None, *, location: str, reason: str | None = None) -> None:
        what = "there is nothing to undo" if number is None else f"operation {number} is not there"
        super().__init__(
            f"{location}: {reason or what}: see what there is with 'collectionlib log'",
            location=location,
        )
        self.number = number


class CorruptCollection(StorageError, ValueError):
    """A file of a collection is damaged: ``path``, and ``line`` (from 1) where known.

    Where more than one place is damaged, ``others`` has the rest.
    """

    path: str
    line: int | None
    others: tuple[CorruptCollection, ...]

    def __init__(
        self, reason: str, *, location: str, path: str, line: int | None = None, remedy: str
    ) -> None:
        place = f"{path}, line {line}" if line else path
        super().__init__(f"{place} is damaged: {reason}; {remedy}", location=location)
        self.path = path
        self.line = line
        self.reason = reason
        self.remedy = remedy
        self.others = ()


class RepeatedId(CorruptCollection):
    """Two places say the same id; ``entry_id`` is the one under which the second is known.

    It is `None` where the second is not read.
    """

    entry_id: str | None

    def __init__(
        self,
        reason: str,
        *,
        location: str,
        path: str,
        line: int | None = None,
        remedy: str,
        entry_id: str | None = None,
    ) -> None:
        super().__init__(reason, location=location, path=path, line=line, remedy=remedy)
        self.entry_id = entry_id


class NewerFormat(StorageError, ValueError):
    """The collection was written by a later version of collectionlib."""

    found: int
    supported: int

    def __init__(self, *, location: str, found: int, supported: int) -> None:
        super().__init__(
            f"{location} has format version {found}, and this collectionlib reads up to "
            f"{supported}: update collectionlib to open it",
            location=location,
        )
        self.found = found
        self.supported = supported


class IngestError(CollectionError, ValueError):
    """A source could not be imported; ``source`` says which, ``reason`` why."""

    source: str
    reason: str

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source}: {reason}")
        self.source = source
        self.reason = reason


class DecodingError(IngestError, UnicodeError):
    """The bytes of a source are no text, or in no encoding that can be told."""


class ParseError(IngestError):
    """A source is not well formed in its format."""


class NothingToImport(ParseError):
    """A source that is well formed, and no text of its own: it is passed over, not rejected."""


class UnrecognisedFormat(IngestError):
    """No importer knows what a source is."""


class UnsafeSource(IngestError):
    """A source that could do harm: no regular file, a path that leads out, a bomb."""


class ExportError(CollectionError):
    """A file could not be written."""


class RenderError(ExportError, ValueError):
    """An entry (``entry_id``) could not be rendered."""

    entry_id: str

    def __init__(self, entry_id: str, reason: str) -> None:
        super().__init__(f"entry {entry_id} could not be rendered: {reason}")
        self.entry_id = entry_id


_NAMED = 10
"""Entries that a sentence names at the most."""


class MissingRights(ExportError, ValueError):
    """Entries (``entry_ids``) without rights, where rights are asked for."""

    entry_ids: tuple[str, ...]

    def __init__(self, entry_ids: Iterable[str]) -> None:
        self.entry_ids = tuple(entry_ids)
        number = len(self.entry_ids)
        have = "entry has" if number == 1 else "entries have"
        named = ", ".join(self.entry_ids[:_NAMED])
        more = f" and {number - _NAMED} more" if number > _NAMED else ""
        super().__init__(
            f"{number} {have} no rights: {named}{more}; give them rights, or leave them out"
        )


class ThemeError(ExportError, ValueError):
    """A theme or a style sheet cannot be used: ``path``, and ``line`` (from 1) where known."""

    path: str
    line: int | None
    reason: str

    def __init__(self, path: str, reason: str, *, line: int | None = None) -> None:
        super().__init__(f"{path}, line {line}: {reason}" if line else f"{path}: {reason}")
        self.path = path
        self.line = line
        self.reason = reason


class FontError(ExportError, ValueError):
    """A font (``path``) cannot be embedded: it is broken, or its licence does not allow it."""

    path: str
    reason: str

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class OutputExists(ExportError, FileExistsError):
    """The output (``path``) exists and is no file of the kind that was to be written."""

    path: str

    def __init__(self, path: str, kind: str) -> None:
        super().__init__(
            f"{path} exists and is not {kind} that collectionlib could replace: "
            "choose another name, or give --force"
        )
        self.path = path


class ExecutionError(CollectionError, RuntimeError):
    """The workers of an executor cannot be reached, or cannot do what they are to do.

    What was written before is whole; the same call goes on from there.
    """


class PluginError(CollectionError):
    """A storage, importer or exporter could not be had by its name."""


class UnknownPlugin(PluginError, LookupError):
    """No plugin of that ``kind`` has that ``name``; ``known`` lists those there are."""

    known: tuple[str, ...]

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        self.known = tuple(sorted(known))
        super().__init__(
            f"no {kind} is named {name!r}: there are {', '.join(self.known) or 'none'}"
        )
        self.kind = kind
        self.name = name


class PluginConflict(PluginError, ValueError):
    """Two installed packages (``packages``) offer a plugin of one name."""

    packages: tuple[str, ...]

    def __init__(self, kind: str, name: str, packages: Iterable[str]) -> None:
        self.packages = tuple(sorted(packages))
        super().__init__(
            f"the {kind} {name!r} is offered by {' and by '.join(self.packages)}: "
            "uninstall one of them"
        )
        self.kind = kind
        self.name = name


class MissingExtra(PluginError, ImportError):
    """A plugin needs a package that is not installed; ``extra`` brings it."""

    extra: str

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} needs more packages: pip install 'collectionlib[{extra}]'")
        self.extra = extra
