"""The tables, and the numbered steps that lead to them from any older version.

``sort_key`` holds the natural order: of an entry by its source, of a category by positions and
names. Another program that changes an entry does not know it: a trigger takes it away, and whoever
reads an entry without one works it out; the next transaction of ours renews it, and the index of
words with it. A category's is out of date when it was made for another position.
"""

from __future__ import annotations

import sqlite3

from ...errors import NewerFormat

__all__ = [
    "APPLICATION_ID",
    "GUARD",
    "HAS_LOG",
    "VERSION",
    "WITHOUT_GUARD",
    "add_index",
    "migrate",
    "version_of",
]

APPLICATION_ID = 0x636F6C6C
"""In the header of every file of ours (``PRAGMA application_id``): ``coll``."""

GUARD = """
CREATE TRIGGER entries_have_a_category BEFORE INSERT ON entries
WHEN new.category NOT IN (SELECT key FROM categories)
BEGIN SELECT raise(ABORT, 'there is no category of that key'); END;"""
"""Keeps entries out that other programs put into a category that is not there."""

WITHOUT_GUARD = "DROP TRIGGER IF EXISTS entries_have_a_category"

_TABLES = """
CREATE TABLE metadata (
  id TEXT, title TEXT NOT NULL DEFAULT '', subtitle TEXT, description TEXT, language TEXT,
  contributors TEXT, publisher TEXT, published TEXT, rights TEXT, identifiers TEXT,
  subjects TEXT, series TEXT
);
CREATE TABLE categories (
  key INTEGER PRIMARY KEY,
  path TEXT NOT NULL UNIQUE,
  parent INTEGER REFERENCES categories (key),
  name TEXT NOT NULL DEFAULT '',
  title TEXT,
  description TEXT,
  position INTEGER,
  described INTEGER NOT NULL DEFAULT 0,
  sorted_position INTEGER DEFAULT -1,
  sort_key BLOB NOT NULL UNIQUE DEFAULT (randomblob(16))
);
INSERT INTO categories (key, path, sort_key, sorted_position) VALUES (0, '', x'', NULL);
CREATE TABLE entries (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL DEFAULT '',
  category INTEGER NOT NULL DEFAULT 0 REFERENCES categories (key),
  markup TEXT NOT NULL DEFAULT 'plain',
  language TEXT,
  created TEXT,
  added TEXT,
  modified TEXT,
  rights TEXT,
  source_uri TEXT,
  source_member TEXT,
  source_start INTEGER,
  source_length INTEGER,
  source_sha256 TEXT,
  source_encoding TEXT,
  source_changes TEXT,
  source_site TEXT,
  attributes TEXT,
  revision INTEGER NOT NULL DEFAULT 0,
  sort_key TEXT,
  body TEXT NOT NULL DEFAULT ''
);
CREATE INDEX entries_in_reading_order
ON entries (category, sort_key, coalesce(source_start, 0), id);
CREATE INDEX entries_without_sort_key ON entries (key) WHERE sort_key IS NULL;
CREATE TABLE contributors (
  entry TEXT NOT NULL REFERENCES entries (id),
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  role TEXT NOT NULL DEFAULT 'aut',
  sort_name TEXT,
  PRIMARY KEY (entry, position)
) WITHOUT ROWID;
CREATE INDEX contributors_by_name ON contributors (name);
CREATE TABLE tags (
  entry TEXT NOT NULL REFERENCES entries (id),
  position INTEGER NOT NULL,
  tag TEXT NOT NULL,
  PRIMARY KEY (entry, position)
) WITHOUT ROWID;
CREATE INDEX tags_by_tag ON tags (tag);
CREATE TABLE documents (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TRIGGER entries_changed_by_others
AFTER UPDATE OF title, body, source_uri, source_member ON entries
WHEN new.revision = old.revision AND new.sort_key IS old.sort_key
BEGIN UPDATE entries SET sort_key = NULL WHERE key = new.key; END;
CREATE TRIGGER entries_removed AFTER DELETE ON entries
BEGIN
  DELETE FROM contributors WHERE entry = old.id;
  DELETE FROM tags WHERE entry = old.id;
END;
CREATE TRIGGER entries_keep_a_category BEFORE UPDATE OF category ON entries
WHEN new.category NOT IN (SELECT key FROM categories)
BEGIN SELECT raise(ABORT, 'there is no category of that key'); END;
CREATE TRIGGER categories_with_entries_stay BEFORE DELETE ON categories
WHEN EXISTS (SELECT 1 FROM entries WHERE category = old.key)
BEGIN SELECT raise(ABORT, 'there are entries in the category'); END;
"""

# The text is folded and divided by `collectionlib.words` before it comes here: to this tokenizer
# all letters beyond ASCII are letters. No content: the entries have it.
_WORDS = """
CREATE VIRTUAL TABLE words USING fts5 (
  title, body, content = '', tokenize = "ascii tokenchars '_'"
);
"""

_IMPORTED = """
ALTER TABLE entries ADD COLUMN source_imported TEXT;
"""

_NAMED = """
ALTER TABLE contributors ADD COLUMN alternate_name TEXT;
ALTER TABLE metadata ADD COLUMN source TEXT;
"""

_LOG = """
CREATE TABLE log (
  number INTEGER PRIMARY KEY,
  operation INTEGER NOT NULL,
  moment TEXT NOT NULL,
  label TEXT NOT NULL DEFAULT '',
  run TEXT,
  undoes TEXT NOT NULL DEFAULT '[]',
  added INTEGER NOT NULL DEFAULT 0,
  changed INTEGER NOT NULL DEFAULT 0,
  removed INTEGER NOT NULL DEFAULT 0,
  categories INTEGER NOT NULL DEFAULT 0,
  metadata INTEGER NOT NULL DEFAULT 0,
  documents INTEGER NOT NULL DEFAULT 0,
  size INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE log_changes (
  number INTEGER NOT NULL,
  piece INTEGER NOT NULL,
  changes BLOB NOT NULL,
  PRIMARY KEY (number, piece)
);
"""

_STEPS = (_TABLES + GUARD, _IMPORTED, _NAMED, _LOG)
"""From version 0, an empty file, to 1, and so on."""

VERSION = len(_STEPS)
"""Version of the tables (``PRAGMA user_version``); a file that says a higher one is refused."""


HAS_LOG = 4
"""The version that first had a log."""


def migrate(connection: sqlite3.Connection, location: str) -> None:
    """Bring the tables up to date, in the transaction that is open.

    Raises:
        NewerFormat: a later version has made them.
    """
    version = version_of(connection, location)
    for step in _STEPS[version:]:
        _run(connection, step)
    if version < VERSION:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {VERSION}")


def add_index(connection: sqlite3.Connection) -> None:
    """Make the index of words; a file without one is searched text by text."""
    _run(connection, _WORDS)


def version_of(connection: sqlite3.Connection, location: str) -> int:
    """The version of the tables in a file of ours.

    Raises:
        NewerFormat: a later version of collectionlib has made them.
    """
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        raise NewerFormat(location=location, found=version, supported=VERSION)
    return version


def _run(connection: sqlite3.Connection, script: str) -> None:
    """Execute statements; `sqlite3.Connection.executescript` would commit first."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            connection.execute(statement)
            statement = ""
