"""What the log knows of operations and transactions; light, since whoever reads loads it.

An operation is what a person did: ``import archive/``. It is one transaction or several, which say
the same run.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeAlias, runtime_checkable

from attrs import field, frozen
from attrs.converters import optional

from ...errors import CorruptCollection
from ...model import Entry, JSONValue

if TYPE_CHECKING:
    from .changes import Change

__all__ = [
    "KEPT_OPERATIONS",
    "LONGEST_LABEL",
    "PREFERENCE",
    "KeepsLog",
    "Logged",
    "Operation",
    "Restores",
    "Transaction",
    "UnreadableTransaction",
    "kept_operations",
]

KEPT_OPERATIONS = 100
"""How many operations a log keeps, unless the collection says otherwise."""

PREFERENCE = "log"
"""The name of the document that says how many; it is no part of what is recorded."""

LONGEST_LABEL = 500
"""Characters of a label; what is longer is cut."""


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


@frozen
class UnreadableTransaction:
    """A transaction whose record is damaged, so that nobody knows what it was.

    Args:
        number: of the transaction, as far as the log can tell.
        operation: of its operation.
        damage: what is wrong with the record, and where it is.
    """

    number: int
    operation: int
    damage: CorruptCollection


Logged: TypeAlias = Transaction | UnreadableTransaction
"""What the log has of a transaction."""


@runtime_checkable
class KeepsLog(Protocol):
    """A snapshot of a collection whose transactions are recorded."""

    def transactions(self) -> Iterator[Logged]:
        """Those that are kept, the newest first; damaged ones in their places."""
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


def kept_operations(preference: JSONValue) -> int:
    """How many operations are kept, as a collection's document `PREFERENCE` says."""
    kept = preference.get("operations") if isinstance(preference, dict) else None
    return kept if isinstance(kept, int) and kept >= 0 else KEPT_OPERATIONS
