"""What was written, and how to take it back.

Each transaction of a back end that keeps a log is recorded with its inverse, in the same
transaction: `records` says what of it, `recording` packs it, `files` keeps it in a folder,
`reading` makes operations of it, and `undoing` takes them back.
"""

from __future__ import annotations

from .records import Change, KeepsLog, Operation, Restores, Transaction

__all__ = ["Change", "KeepsLog", "Operation", "Restores", "Transaction"]
