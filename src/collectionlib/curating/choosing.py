"""Which entries: those that a query finds, or those of some ids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

import msgspec
from attrs import field, frozen

from ..collection import complete_id, select_from
from ..errors import InvalidValueError
from ..identity import EntryId, is_entry_id
from ..model import Entry
from ..query import Predicate, Selection, parse
from ..storage.base import Snapshot

__all__ = ["Choice", "Ids", "chosen", "read_ids"]


def _as_tuple(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(ids)


@frozen
class Ids:
    """Entries by their ids, in this order, each once.

    Args:
        ids: whole, or how only one begins (4 characters or more).
    """

    ids: tuple[str, ...] = field(converter=_as_tuple)


Choice: TypeAlias = str | Predicate | Ids
"""A query in the language of `collectionlib.query.parse`, a predicate, or ids."""


def chosen(view: Snapshot, choice: Choice, location: str) -> Iterator[Entry]:
    """The entries of a view that were chosen, one at a time.

    Args:
        view: of the collection.
        choice: which entries.
        location: of the collection, for the sentence of an error.

    Raises:
        InvalidValueError: the query is malformed, or more than one id begins so.
        EntryNotFound: there is no entry of one of the ids.
    """
    if isinstance(choice, Ids):
        return map(view.get, _complete(view, choice, location))
    where = parse(choice) if isinstance(choice, str) else choice
    return select_from(view, Selection(where))


def _complete(view: Snapshot, choice: Ids, location: str) -> list[EntryId]:
    # All at once, before one entry is touched: a misspelt id is to change nothing.
    known: set[str] = {*view.known(EntryId(one) for one in choice.ids if is_entry_id(one))}
    ids = (EntryId(one) if one in known else complete_id(view, one, location) for one in choice.ids)
    return list(dict.fromkeys(ids))


def read_ids(lines: Iterable[str]) -> Ids:
    r"""The ids in lines: of ``list``, whose first word is the id, or of ``list --json``.

    Raises:
        InvalidValueError: a line has no id.

    >>> read_ids(["0chgm9qjpmfdsafq  A wish  [Blessings]\n", "\n", '{"id": "1chgm9qj"}\n'])
    Ids(ids=('0chgm9qjpmfdsafq', '1chgm9qj'))
    """
    return Ids(_id_in(line) for line in lines if line.strip())


def _id_in(line: str) -> str:
    if not line.lstrip().startswith("{"):
        return line.split(maxsplit=1)[0]
    try:
        found = msgspec.json.decode(line)["id"]
    except (msgspec.DecodeError, KeyError) as error:
        raise InvalidValueError("ids", line.strip(), "is a line without an id") from error
    return str(found)
