"""What was written, and how to take it back.

Each transaction of a back end that keeps a log is recorded with its inverse, in the same
transaction: `changes` says what of it, `recording` packs it, `files` keeps it in a folder,
`operations` says what belongs together, `reading` puts it together, and `undoing` takes it back.
"""

from __future__ import annotations

from .operations import KeepsLog, Operation, Restores, Transaction, UnreadableTransaction

__all__ = ["KeepsLog", "Operation", "Restores", "Transaction", "UnreadableTransaction"]
