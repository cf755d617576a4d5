"""What is recorded of a transaction: who it belongs to, and what each thing was before.

An operation is what a person did: ``import archive/``. It is one transaction or several, which say
the same run. Of each thing that a transaction changes there is one `Change`: what it was, in a form
that the back end can put back to the letter, and the digest of what it became, which tells later
whether it has been changed since.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from hashlib import blake2b
from typing import Literal, Protocol, TypeAlias, runtime_checkable

import msgspec
from attrs import field, frozen
from attrs.converters import optional

from ...codec import encode_json, to_plain
from ...model import Category, Entry, JSONValue, Metadata

__all__ = [
    "KEPT_OPERATIONS",
    "LONGEST_LABEL",
    "NOTHING",
    "PREFERENCE",
    "UNREADABLE",
    "Change",
    "KeepsLog",
    "Kind",
    "Operation",
    "Restores",
    "Thing",
    "Transaction",
    "digest_of",
    "json_of",
    "kept_operations",
]

Kind: TypeAlias = Literal["entry", "category", "metadata", "document"]

Thing: TypeAlias = "Entry | Category | Metadata | JSONValue"
"""What a collection holds and a transaction may change; `None` where there is none."""

KEPT_OPERATIONS = 100
"""How many operations a log keeps, unless the collection says otherwise."""

PREFERENCE = "log"
"""The name of the document that says how many; it is no part of what is recorded."""

LONGEST_LABEL = 500
"""Characters of a label; what is longer is cut."""

NOTHING = b"null"
"""What a thing was that was not there."""

UNREADABLE = b"false"
"""What a thing was that was damaged: it cannot be put back."""


def _label(words: str) -> str:
    """Words on one line, as JSON and a terminal can have them; names of files may be anything."""
    printable = words.encode("utf-8", "backslashreplace").decode()
    line = "".join(each if each.isprintable() else " " for each in printable)
    return line if len(line) <= LONGEST_LABEL else f"{line[: LONGEST_LABEL - 1]}…"


@frozen
class Operation:
    """What a transaction belongs to.

    Args:
        label: what is done, in the words of the user.
        run: what several transactions of one operation have in common; `None` where one is all.
        undoes: the numbers of the operations that this one takes back.

    >>> Operation("import archive/").label
    'import archive/'
    """

    label: str = field(default="", converter=_label)
    run: str | None = field(default=None, converter=optional(_label))
    undoes: tuple[int, ...] = ()


class Change(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One thing that a transaction changed.

    Args:
        kind: what it is.
        key: id of the entry, path of the category, name of the document; empty for the metadata.
        before: JSON of what it was, an entry in the form of the back end; `NOTHING` where it was
            not there, `UNREADABLE` where an entry was damaged.
        after: digest of what it became; empty where it is gone.
    """

    kind: Kind
    key: str
    before: msgspec.Raw
    after: str

    @property
    def adds(self) -> bool:
        """Whether there was nothing before."""
        return bytes(self.before) == NOTHING

    @property
    def is_lost(self) -> bool:
        """Whether it was an entry that could not be read."""
        return self.kind == "entry" and bytes(self.before) == UNREADABLE


@frozen(kw_only=True)
class Transaction:
    """What the log says of a transaction before its changes.

    Args:
        number: from 1.
        operation: number of the operation that it belongs to, from 1.
        moment: at which it ended.
        label: as of `Operation`, and so are ``run`` and ``undoes``.
        run: which operation.
        undoes: what it takes back.
        added: how many entries were added.
        changed: how many were changed.
        removed: how many were removed.
        categories: of how many categories something else was said.
        metadata: how often the metadata were changed, 1 at the most.
        documents: how many documents were changed.
        size: bytes of the changes.
    """

    number: int
    operation: int
    moment: datetime
    label: str = ""
    run: str | None = None
    undoes: tuple[int, ...] = ()
    added: int = 0
    changed: int = 0
    removed: int = 0
    categories: int = 0
    metadata: int = 0
    documents: int = 0
    size: int = 0


@runtime_checkable
class KeepsLog(Protocol):
    """A snapshot of a collection whose transactions are recorded."""

    def transactions(self) -> Iterator[Transaction]:
        """Those that are kept, the newest first."""
        ...

    def changes(self, transaction: Transaction) -> Iterator[Change]:
        """What a transaction changed, in the order in which it did.

        Raises:
            CorruptCollection: its record is damaged, or gone.
        """
        ...

    def former(self, change: Change) -> Entry:
        """The entry that there was before a change."""
        ...


@runtime_checkable
class Restores(Protocol):
    """A batch that puts back what was recorded."""

    def restore(self, change: Change) -> None:
        """Make an entry again what it was before a change, whatever it is now.

        Args:
            change: of an entry that was there before.
        """


def json_of(value: Thing) -> bytes:
    """The JSON of a thing; `NOTHING` where there is none.

    >>> json_of({"moment": None}), json_of(None)
    (b'{"moment":null}', b'null')
    """
    if isinstance(value, Entry | Category | Metadata):
        return encode_json(value)
    return msgspec.json.encode(value)


def digest_of(value: Thing) -> str:
    """What tells two states of a thing apart; empty where there is none.

    >>> digest_of({"moment": None, "origins": []}), digest_of(None)
    ('c8b91e6ba4d7e4e3', '')
    """
    if value is None:
        return ""
    plain = to_plain(value) if isinstance(value, Entry | Category | Metadata) else value
    # A back end may keep the attributes of an entry in another order.
    data = msgspec.json.encode(plain, order="deterministic")
    return blake2b(data, digest_size=8).hexdigest()


def kept_operations(preference: JSONValue) -> int:
    """How many operations are kept, as a collection's document `PREFERENCE` says."""
    kept = preference.get("operations") if isinstance(preference, dict) else None
    return kept if isinstance(kept, int) and kept >= 0 else KEPT_OPERATIONS
