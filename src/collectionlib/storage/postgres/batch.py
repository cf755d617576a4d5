"""Writing: entries are collected by the thousand and copied; all else is done at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec
import psycopg

from ...errors import CollectionLocked, ConflictError, EntryNotFound
from ...identity import CategoryPath, EntryId, format_category_path
from ...model import Category, Entry, Metadata
from ..base import LOCK_TIMEOUT
from ..collecting import CollectingBatch
from ..relational.rows import METADATA, Row, metadata_row
from .connection import Connection, Stage, translated
from .location import Address
from .log import Recording, key_of
from .rows import (
    ATTRIBUTES,
    CONTRIBUTORS,
    ENTRIES,
    TAGS,
    attribute_rows,
    contributor_rows,
    entry_rows,
    tag_rows,
)

if TYPE_CHECKING:
    from ..history.changes import Change

__all__ = ["PostgresBatch", "write_metadata"]

_AT_ONCE = 4_000
_CHARACTERS_AT_ONCE = 4_000_000
_NAMED = 3
"""How many entries are named where more have been changed by others."""

_CONFLICTS = ("40001", "40P01", "23505")
_LOCKED = "55P03"
_WRITERS = """
SELECT DISTINCT a.application_name, a.usename, a.pid FROM pg_locks l JOIN pg_stat_activity a
USING (pid) WHERE l.granted AND l.mode = 'RowExclusiveLock' AND l.pid <> pg_backend_pid()
AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
AND l.relation IN ('entries'::regclass, 'documents'::regclass, 'categories'::regclass,
'metadata'::regclass)
"""
"""Who has written to the tables, and has not ended yet."""


class PostgresBatch(CollectingBatch):
    """Changes in an open transaction, which sees the state in which it began.

    What another has changed since cannot be changed: the server says so, and so it is told.
    """

    def __init__(self, connection: Connection, address: Address, log: Recording) -> None:
        super().__init__(address.shown)
        self._connection = connection
        self._address = address
        self._log = log
        self._waiting: dict[EntryId, Entry | None] = {}
        self._characters = 0
        row = connection.execute("SELECT pg_current_snapshot()::text").fetchone()
        self._snapshot = row[0] if row else ""

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self.block.step(), translated(self._address, Stage.WRITING):
            yield

    # --- entries --------------------------------------------------------------------------------

    def put(self, entry: Entry) -> None:
        self.block.check()
        self._waiting[entry.id] = entry
        self._characters += len(entry.body)
        self._flush_what_is_much()

    def delete(self, entry_id: EntryId) -> None:
        self.block.check()
        if entry_id in self._waiting:
            is_there = self._waiting[entry_id] is not None
        else:
            with self._writing():
                is_there = bool(self._there([entry_id]))
        if not is_there:
            raise EntryNotFound(entry_id, location=self._address.shown)
        self._waiting[entry_id] = None
        self._flush_what_is_much()

    def restore(self, change: Change) -> None:
        from ...codec import decode_json

        self.put(decode_json(bytes(change.before), Entry))

    def _flush_what_is_much(self) -> None:
        if len(self._waiting) >= _AT_ONCE or self._characters >= _CHARACTERS_AT_ONCE:
            self._flush()

    def _there(self, ids: Sequence[EntryId]) -> list[EntryId]:
        rows = self._connection.execute(
            "SELECT id FROM entries WHERE id = ANY(%s) ORDER BY id", (list(ids),)
        )
        return [row[0] for row in rows]

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, {}
        self._characters = 0
        if not waiting:
            return
        entries = [entry for entry in waiting.values() if entry is not None]
        with self._writing():
            there = self._there(list(waiting))
        with self._changing(lambda: self._changed_entries(list(waiting), there)):
            if there:
                # In the order of the ids: so no two transactions wait for each other.
                self._connection.execute(
                    "SELECT FROM entries WHERE id = ANY(%s) ORDER BY id FOR UPDATE", (there,)
                )
            self._record(waiting, there)
            if there:
                self._connection.execute("DELETE FROM entries WHERE id = ANY(%s)", (there,))
            self._copy(entries)

    def _record(self, waiting: dict[EntryId, Entry | None], there: Sequence[EntryId]) -> None:
        self._log.remove(each for each in there if waiting[each] is None)
        self._log.put_among(there, [entry for entry in waiting.values() if entry is not None])

    def _copy(self, entries: Sequence[Entry]) -> None:
        self._copy_rows("entries", ENTRIES, entry_rows(entries))
        for table, columns, rows_of in (
            ("contributors", CONTRIBUTORS, contributor_rows),
            ("tags", TAGS, tag_rows),
            ("attributes", ATTRIBUTES, attribute_rows),
        ):
            rows = list(rows_of(entries))
            if rows:
                self._copy_rows(table, columns, rows)

    def _copy_rows(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        copying = f"COPY {table} ({', '.join(columns)}) FROM STDIN".encode()
        with self._connection.cursor() as cursor, cursor.copy(copying) as copy:
            for row in rows:
                copy.write_row(row)

    # --- conflicts ------------------------------------------------------------------------------

    @contextmanager
    def _changing(self, what: str | Callable[[], str]) -> Iterator[None]:
        """The block changes something that others may have changed, or are about to.

        Args:
            what: that is, in words; or what tells it when the transaction has ended.
        """
        with self._writing():
            try:
                yield
            except psycopg.Error as error:
                if error.sqlstate not in (*_CONFLICTS, _LOCKED):
                    raise
                self._connection.rollback()
                if error.sqlstate == _LOCKED:
                    raise self._locked() from error
                raise self._conflict(what if isinstance(what, str) else what()) from error

    def _locked(self) -> CollectionLocked:
        rows = self._connection.execute(_WRITERS).fetchall()
        holders = [f"{name or 'a program'} of {user} (process {pid} of the server)"
                   for name, user, pid in rows]  # fmt: skip
        holder = " or ".join(holders) or "another transaction"
        return CollectionLocked(self._address.shown, holder=holder, waited=LOCK_TIMEOUT)

    def _changed_entries(self, ids: list[EntryId], there: list[EntryId]) -> str:
        """What others have changed of entries, in words."""
        rows = self._connection.execute(
            "SELECT id, pg_visible_in_snapshot(changed_by, %s::pg_snapshot) FROM entries "
            "WHERE id = ANY(%s)",
            (self._snapshot, ids),
        ).fetchall()
        unchanged = {own for own, is_unchanged in rows if is_unchanged}
        added = {own for own, _ in rows} - set(there)
        changed = sorted((set(there) - unchanged) | added)
        more = f" and {len(changed) - _NAMED} more" if len(changed) > _NAMED else ""
        return f"entry {', '.join(changed[:_NAMED])}{more}" if changed else "the same"

    def _conflict(self, what: str) -> ConflictError:
        return ConflictError(
            f"{self._address.shown}: another transaction has changed {what} since this one "
            "began, so nothing was written: do it again",
            location=self._address.shown,
        )

    # --- the rest -------------------------------------------------------------------------------

    def finish(self) -> None:
        """Write what is still waiting, and the log."""
        self._flush()
        for path, category in self._categories.items():
            with self._changing(f"category {format_category_path(path)}"):
                self._log.category(path, category)
                self._describe(path, category)
        if self._metadata is not None:
            with self._changing("the metadata"):
                self._log.metadata(self._metadata)
                write_metadata(self._connection, self._metadata)
        for name, value in self._documents.items():
            with self._changing(f"document {name}"):
                self._log.document(name, value)
                text = None if value is None else msgspec.json.encode(value).decode()
                self._keep("documents", "name", (name,), None if text is None else {"value": text})
        with self._writing():
            self._log.finish()

    def _describe(self, path: CategoryPath, category: Category | None) -> None:
        said: dict[str, object] | None = None
        if category is not None:
            said = {
                "path": format_category_path(path),
                "title": category.title,
                "description": category.description,
                "position": category.position,
            }
        self._keep("categories", "id", (key_of(path),), said)

    def _keep(
        self, table: str, key: str, value: tuple[object], row: dict[str, object] | None
    ) -> None:
        """Write a row, or remove it; of one that was there another must not have done so."""
        execute = self._connection.execute
        found = execute(f"SELECT 1 FROM {table} WHERE {key} = %s".encode(), value).fetchone()  # noqa: S608
        if row is None:
            execute(f"DELETE FROM {table} WHERE {key} = %s".encode(), value)  # noqa: S608
        elif found:
            names = ", ".join(f"{name} = %s" for name in row)
            sql = f"UPDATE {table} SET {names} WHERE {key} = %s"  # noqa: S608
            execute(sql.encode(), (*row.values(), *value))
        else:
            names = ", ".join([key, *row])
            places = ", ".join(["%s"] * (1 + len(row)))
            sql = f"INSERT INTO {table} ({names}) VALUES ({places})"  # noqa: S608
            execute(sql.encode(), (*value, *row.values()))


def write_metadata(connection: Connection, metadata: Metadata) -> None:
    """Write the only row of the metadata."""
    names = ", ".join(f"{name} = %s" for name in METADATA)
    connection.execute(f"UPDATE metadata SET {names}".encode(), metadata_row(metadata))  # noqa: S608
