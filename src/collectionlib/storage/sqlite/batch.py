"""Writing: rows are collected by the hundred, and put in the transaction that is open."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING

from ...errors import EntryNotFound
from ...identity import CategoryPath, EntryId
from ...model import Category, Entry, JSONValue, Metadata
from ...query import place_keys
from ...words import fold, tokens
from ..base import Batch
from ..blocks import Block
from ..documents import check_document
from ..relational.rows import METADATA, Row, contributor_rows, entry_row, metadata_row, tag_rows
from .categories import Categories
from .connection import translated
from .rows import CONTRIBUTOR, INSERT, TAG, UPSERT
from .schema import GUARD, WITHOUT_GUARD

if TYPE_CHECKING:
    from ..history.changes import Change
    from ..history.operations import Operation

__all__ = ["SqliteBatch"]

_NONE: Mapping[EntryId, Entry] = {}
_AT_ONCE = 4_000
_CHARACTERS_AT_ONCE = 4_000_000
"""How much is collected: the index of words writes a segment for each lot, to be merged later."""


class SqliteBatch(Batch):
    """Changes in an open transaction."""

    def __init__(self, connection: sqlite3.Connection, location: str, operation: Operation) -> None:
        self._connection = connection
        self._location = location
        self._tree = Categories(connection)
        self._waiting: dict[EntryId, Entry] = {}
        self._leaving: set[EntryId] = set()
        self._characters = 0
        self._has_guard = True
        self.block: Block = Block(location)
        self._has_index = _one(connection, "SELECT 1 FROM sqlite_schema WHERE name = 'words'")
        self._last_key = _one(connection, _LAST_KEY) or 0
        self._renew()
        from .log import Recording

        self._log = Recording(connection, self._tree, operation)

    # --- entries --------------------------------------------------------------------------------

    def put(self, entry: Entry) -> None:
        self.block.check()
        self._waiting[entry.id] = entry
        self._characters += len(entry.body)
        if len(self._waiting) >= _AT_ONCE or self._characters >= _CHARACTERS_AT_ONCE:
            self._lift_guard()
            self._flush()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        # After some errors SQLite has ended the transaction: what came later would be written.
        with self.block.step(), translated(self._location):
            yield

    def _lift_guard(self) -> None:
        """Do without the trigger that guards the categories of new entries; ours are there.

        It takes a sixth of the time. Nobody else writes before `finish` puts it back.
        """
        if not self._has_guard:
            return
        with self._writing():
            self._connection.execute(WITHOUT_GUARD)
            self._has_guard = False

    def delete(self, entry_id: EntryId) -> None:
        if entry_id in self._waiting:
            self._flush()
        with self._writing():
            is_there = entry_id not in self._leaving and self._is_there(entry_id)
        if not is_there:
            raise EntryNotFound(entry_id, location=self._location)
        self._leaving.add(entry_id)
        if len(self._leaving) >= _AT_ONCE:
            self._flush()

    def _is_there(self, entry_id: EntryId) -> bool:
        query = "SELECT 1 FROM entries WHERE id = ?"
        return self._connection.execute(query, (entry_id,)).fetchone() is not None

    def restore(self, change: Change) -> None:
        from ...codec import decode_json

        self.put(decode_json(bytes(change.before), Entry))

    def _flush(self) -> None:
        with self._writing():
            leaving, self._leaving = self._leaving, set()
            waiting, self._waiting = self._waiting, {}
            self._characters = 0
            if leaving:
                self._remove(leaving)
            if waiting:
                self._write(waiting)

    def _remove(self, entry_ids: set[EntryId]) -> None:
        # What is removed first was there before what is put now.
        self._log.remove(entry_ids)
        self._forget(list(entry_ids))
        self._connection.executemany(_REMOVE, [(entry_id,) for entry_id in entry_ids])

    def _write(self, becoming: Mapping[EntryId, Entry]) -> None:
        entries = list(becoming.values())
        ids = json.dumps(list(becoming))
        keys: dict[EntryId, int] = dict(self._connection.execute(_KEYS, (ids,)).fetchall())
        self._log.put_among(keys, entries)
        same_words = self._forget(list(keys), becoming)
        write = UPSERT if keys else INSERT
        new = [entry_id for entry_id in becoming if entry_id not in keys]
        keys.update(zip(new, count(self._last_key + 1)))
        self._last_key += len(new)
        insert = self._connection.executemany
        insert(write, self._rows(entries, keys))
        insert(CONTRIBUTOR, contributor_rows(entries))
        insert(TAG, tag_rows(entries))
        if self._has_index:
            other = [entry for entry in entries if entry.id not in same_words]
            insert(_WORDS, [(keys[e.id], _indexed(e.title), _indexed(e.body)) for e in other])

    def _rows(self, entries: list[Entry], keys: Mapping[EntryId, int]) -> list[Row]:
        category = self._tree.key
        return [
            (keys[entry.id], *entry_row(entry, category(entry.category), place))
            for entry, place in zip(entries, place_keys(entries), strict=True)
        ]

    def _forget(
        self, entry_ids: list[EntryId], becoming: Mapping[EntryId, Entry] = _NONE
    ) -> set[EntryId]:
        """Take away what hangs on entries that are there, but for words that stay the same.

        Returns:
            Those of which the index has the words already.
        """
        same: set[EntryId] = set()
        if entry_ids:
            ids = json.dumps(entry_ids)
            mine = "WHERE entry IN (SELECT value FROM json_each(?))"
            self._connection.execute(f"DELETE FROM contributors {mine}", (ids,))  # noqa: S608
            self._connection.execute(f"DELETE FROM tags {mine}", (ids,))  # noqa: S608
            if self._has_index:
                # One text after the other: nobody has said how long they are.
                rows = self._connection.execute(_TEXTS, (ids,))
                self._connection.executemany(_NO_WORDS, _old_words(rows, becoming, same))
        return same

    def _renew(self) -> None:
        """Bring up to date what another program has changed without knowing of it."""
        while changed := self._connection.execute(_CHANGED, (_AT_ONCE,)).fetchall():
            for key, title, body, uri, member in changed:
                # What the index holds under the old key is not known: it is left to itself.
                self._last_key += 1
                new = self._last_key
                self._connection.execute(_RENEW, (new, title, uri, member, key))
                if self._has_index:
                    self._connection.execute(_WORDS, (new, _indexed(title), _indexed(body)))

    # --- the rest -------------------------------------------------------------------------------

    def set_category(self, category: Category) -> None:
        with self._writing():
            self._log.category(category.path, category)
            self._tree.describe(category)

    def forget_category(self, path: CategoryPath) -> None:
        with self._writing():
            self._log.category(path, None)
            self._tree.forget(path)

    def set_metadata(self, metadata: Metadata) -> None:
        with self._writing():
            self._log.metadata(metadata)
            write_metadata(self._connection, metadata)

    def set_document(self, name: str, value: JSONValue) -> None:
        checked = check_document(name, value)
        with self._writing():
            self._log.document(name, checked)
            if checked is None:
                self._connection.execute("DELETE FROM documents WHERE name = ?", (name,))
            else:
                import msgspec

                text = msgspec.json.encode(checked).decode()
                self._connection.execute(_DOCUMENT, (name, text))

    def finish(self) -> None:
        """Write what is still waiting, put the categories in order, and write the log."""
        self._flush()
        with self._writing():
            self._tree.sort()
            self._connection.execute(_KEEP_LAST_KEY, (self._last_key,))
            self._log.finish()
            if not self._has_guard:
                self._connection.execute(GUARD)


def write_metadata(connection: sqlite3.Connection, metadata: Metadata) -> None:
    """Write the only row of the metadata."""
    connection.execute("DELETE FROM metadata")
    places = ", ".join("?" * len(METADATA))
    connection.execute(
        f"INSERT INTO metadata ({', '.join(METADATA)}) VALUES ({places})",  # noqa: S608
        metadata_row(metadata),
    )


def _old_words(
    rows: Iterable[tuple[EntryId, int, str, str]],
    becoming: Mapping[EntryId, Entry],
    same: set[EntryId],
) -> Iterator[tuple[int, str, str]]:
    """What an index without contents has to be told that it holds, where it is not to stay.

    Args:
        rows: the texts that there are.
        becoming: the entries that take their places.
        same: is given those whose words stay.
    """
    for entry_id, key, title, body in rows:
        new = becoming.get(entry_id)
        if new is not None and (new.title, new.body) == (title, body):
            same.add(entry_id)
        else:
            yield key, _indexed(title), _indexed(body)


def _indexed(text: str) -> str:
    """What the index of words holds of a text: its tokenizer divides ASCII as we do."""
    return text if text.isascii() else " ".join(tokens(fold(text)))


def _one(connection: sqlite3.Connection, query: str) -> int | None:
    row = connection.execute(query).fetchone()
    return row[0] if row else None


_LAST_KEY = "SELECT seq FROM sqlite_sequence WHERE name = 'entries'"
_KEEP_LAST_KEY = "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = 'entries'"
_KEYS = "SELECT e.id, e.key FROM json_each(?) j CROSS JOIN entries e ON e.id = j.value"
_TEXTS = "SELECT id, key, title, body FROM entries WHERE id IN (SELECT value FROM json_each(?))"
_CHANGED = """
SELECT key, title, body, source_uri, source_member FROM entries WHERE sort_key IS NULL LIMIT ?
"""
_RENEW = """
UPDATE entries SET key = ?, sort_key = place_key(?, ?, ?), revision = revision + 1 WHERE key = ?
"""
_REMOVE = "DELETE FROM entries WHERE id = ?"
_WORDS = "INSERT INTO words (rowid, title, body) VALUES (?, ?, ?)"
_NO_WORDS = "INSERT INTO words (words, rowid, title, body) VALUES ('delete', ?, ?, ?)"
_DOCUMENT = "INSERT OR REPLACE INTO documents VALUES (?, ?)"
