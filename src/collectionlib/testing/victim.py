"""A writer to be killed: one transaction in a process of its own.

    python -m collectionlib.testing.victim MODULE:CLASS LOCATION

It says ``ready`` on standard output before the transaction begins and ``done`` when it has
ended.
"""

from __future__ import annotations

import sys
from importlib import import_module
from itertools import islice

from ..identity import entry_id
from ..model import Entry
from ..storage.base import Storage

NEW_ENTRIES = 60
REMOVED_ENTRIES = 20


def new_entries() -> list[Entry]:
    """What the victim puts."""
    return [
        Entry(id=entry_id("new", str(number)), title=f"New {number}", body="text\n" * 50)
        for number in range(NEW_ENTRIES)
    ]


def run(storage: Storage) -> None:
    """Replace a third of the entries, remove some, add some, set a document: in one block."""
    with storage.snapshot() as view:
        there = list(islice(view.ids(), REMOVED_ENTRIES))
    with storage.transaction() as batch:
        for entry in new_entries():
            batch.put(entry)
        for gone in there:
            batch.delete(gone)
        batch.set_document("victim", {"wrote": NEW_ENTRIES})


def _say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def main() -> None:
    """Open the storage that the command line names, and run."""
    module, _, name = sys.argv[1].partition(":")
    storage_class: type[Storage] = getattr(import_module(module), name)
    storage = storage_class.open(sys.argv[2])
    _say("ready")
    run(storage)
    _say("done")


if __name__ == "__main__":
    main()
