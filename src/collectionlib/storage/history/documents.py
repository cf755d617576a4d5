"""Taking back what operations changed in a document that others have changed since, key by key.

Every import notes its origin in the one document ``origins``: an older one is to be undone though
later ones have noted theirs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias, cast

import msgspec
from attrs import frozen

from ...errors import CorruptCollection
from ...model import JSONValue
from .changes import Change, digest_of
from .operations import KeepsLog, Transaction
from .reading import transactions_of

__all__ = ["Remainder", "without"]

_Object: TypeAlias = Mapping[str, JSONValue]


@frozen
class Remainder:
    """What a document is without what some operations changed.

    Args:
        value: of the document; `None` where nothing is left.
        has_conflict: whether a key was changed since that the operations changed, too.
    """

    value: JSONValue
    has_conflict: bool


@frozen
class _Step:
    """What a transaction made of a document."""

    before: _Object
    after: _Object


def without(
    log: KeepsLog, name: str, now: JSONValue, operations: Sequence[int]
) -> Remainder | None:
    """A document without what operations changed in it.

    Args:
        log: what was done.
        name: of the document.
        now: what it is.
        operations: the numbers of those that are taken back.

    Returns:
        `None` where that cannot be told: the document is or was no object, or the log does not say
        what it became, since it is damaged, or since somebody else has written.
    """
    steps = _steps(log, name, now, operations)
    if not steps or not (isinstance(now, dict) or now is None):
        return None
    value = dict(now or {})
    has_conflict = False
    for step in steps:
        for key in step.before.keys() | step.after.keys():
            old, new, found = (_at(key, each) for each in (step.before, step.after, value))
            if old == new or found == old:
                continue
            has_conflict |= found != new
            value.pop(key, None)
            value.update(old)
    return Remainder(value or None, has_conflict)


def _at(key: str, value: _Object) -> _Object:
    """A key with its value; nothing where it is not there, which is not the same as null."""
    return {key: value[key]} if key in value else {}


def _steps(
    log: KeepsLog, name: str, now: JSONValue, operations: Sequence[int]
) -> list[_Step] | None:
    """What the operations made of the document, the newest first; `None` where one is not known."""
    steps = []
    after = now
    try:
        oldest = transactions_of(log, operations)[0].number
        for transaction, change in _changes(log, name, oldest):
            before = cast("JSONValue", msgspec.json.decode(change.before))
            if transaction.operation in operations:
                known = digest_of(after) == change.after
                if not known or not all(isinstance(each or {}, dict) for each in (before, after)):
                    return None
                steps.append(_Step(cast("_Object", before or {}), cast("_Object", after or {})))
            after = before
    except CorruptCollection:
        return None
    return steps


def _changes(log: KeepsLog, name: str, oldest: int) -> Iterator[tuple[Transaction, Change]]:
    """Each change of the document, the newest first, back to a transaction."""
    for each in log.transactions():
        if each.number < oldest:
            return
        if not isinstance(each, Transaction):
            raise each.damage
        if each.documents:
            found = (one for one in log.changes(each) if (one.kind, one.key) == ("document", name))
            yield from ((each, one) for one in found)
