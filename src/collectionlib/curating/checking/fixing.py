"""Mending what can be mended without a doubt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from datetime import datetime

from attrs import evolve, frozen

from ..._clock import now
from ...collection import Collection
from ...errors import RepeatedId
from ...identity import EntryId
from ...model import Entry
from .encodings import mend_mojibake
from .findings import CODES
from .languages import mend_spelling
from .run import chosen_codes, readable

__all__ = ["FIXABLE", "Fixed", "fix"]

_MENDERS: Mapping[str, Callable[[Entry], Entry]] = {
    "mojibake": mend_mojibake,
    "language-spelling": mend_spelling,
}
_COPIES = "id-repeated"
FIXABLE = (_COPIES, *_MENDERS)
"""The codes of what can be mended, if not in every case."""


@frozen
class Fixed:
    """An entry that was mended.

    Args:
        entry_id: which.
        label: what to call it in a list.
        codes: what was wrong with it.
    """

    entry_id: EntryId
    label: str
    codes: tuple[str, ...]


def fix(
    collection: Collection,
    codes: Iterable[str] | None = None,
    *,
    clock: Callable[[], datetime] = now,
) -> list[Fixed]:
    """Mend what can be mended without a doubt, all of it in one transaction.

    That is mojibake, where reading the mended text in the wrong encoding gives what stood there;
    the spelling of language tags; and the ids of copies that were made by hand in a folder, which
    get one of their own written down. What is mended is marked in ``modified``, and mojibake in
    ``source.changes`` as well.

    Args:
        collection: to be mended.
        codes: what to mend, of `FIXABLE`; others are left alone. All unless given.
        clock: says what time it is.

    Raises:
        CollectionLocked: another writer holds the collection, and did not end in time.
        MissingExtra: mojibake is asked for, and ftfy is not installed.

    >>> from collectionlib import Collection, Entry
    >>> with Collection.create("memory:") as jokes:
    ...     with jokes.transaction() as batch:
    ...         batch.put(Entry(id="0chgm9qjpmfdsafq", body="Good!", language="EN-gb"))
    ...     fix(jokes), jokes.get("0chgm9qjpmfdsafq").language
    ([Fixed(entry_id='0chgm9qjpmfdsafq', label='Good!', codes=('language-spelling',))], 'en-GB')
    """
    wanted = chosen_codes(CODES if codes is None else codes)
    menders = [(code, mend) for code, mend in _MENDERS.items() if code in wanted]
    moment = clock()
    fixed: list[Fixed] = []
    with ExitStack() as stack:
        batch = stack.enter_context(collection.transaction("check --fix"))
        view = stack.enter_context(collection.snapshot())
        copies = _copies(view.damages()) if _COPIES in wanted else frozenset[EntryId]()
        for entry in readable(view):
            mended, done = entry, [_COPIES] if entry.id in copies else []
            for code, mend in menders:
                before, mended = mended, mend(mended)
                done += [code] if mended != before else []
            if done:
                batch.put(evolve(mended, modified=moment) if mended != entry else entry)
                fixed.append(Fixed(entry.id, entry.label, tuple(done)))
    return fixed


def _copies(damages: Iterable[Exception]) -> frozenset[EntryId]:
    return frozenset(
        EntryId(error.entry_id)
        for error in damages
        if isinstance(error, RepeatedId) and error.entry_id
    )
