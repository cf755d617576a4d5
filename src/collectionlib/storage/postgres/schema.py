"""The tables, and the numbered steps that lead to them from any older version.

Texts compare by their characters (``COLLATE "C"``), so that every server orders them as Python
does. Of what a query asks without case and accents, the tables hold the folded form where it is
not what ``lower`` makes of it: in most texts it is.
"""

from __future__ import annotations

from contextlib import suppress

import psycopg
from psycopg import sql

from ...errors import NewerFormat
from .connection import Connection
from .location import Address

__all__ = ["VERSION", "add_trigrams", "found_version", "migrate", "version_of"]

_TABLES = """
CREATE TABLE format (version integer NOT NULL);
CREATE TABLE metadata (
  id text, title text NOT NULL DEFAULT '', subtitle text, description text, language text,
  contributors text, publisher text, published text, rights text, identifiers text,
  subjects text, series text, source text
);
CREATE TABLE categories (
  id uuid PRIMARY KEY,
  path text COLLATE "C" NOT NULL,
  title text,
  description text,
  position bigint
);
CREATE TABLE entries (
  id text COLLATE "C" PRIMARY KEY,
  title text COLLATE "C" NOT NULL DEFAULT '',
  category text COLLATE "C" NOT NULL DEFAULT '',
  markup text COLLATE "C" NOT NULL DEFAULT 'plain',
  language text COLLATE "C",
  created text COLLATE "C",
  added timestamptz,
  modified timestamptz,
  rights text COLLATE "C",
  source_uri text COLLATE "C",
  source_member text COLLATE "C",
  source_start bigint,
  source_length bigint,
  source_sha256 text COLLATE "C",
  source_encoding text,
  source_changes text,
  source_site text COLLATE "C",
  source_imported text,
  attributes json,
  sort_key bytea NOT NULL,
  body text COLLATE "C" NOT NULL DEFAULT '',
  category_id uuid NOT NULL,
  created_key text COLLATE "C",
  folded jsonb,
  parts text[],
  words tsvector,
  changed_by xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX entries_in_reading_order ON entries (substring(sort_key FROM 1 FOR 1000));
CREATE INDEX entries_by_category ON entries (category_id);
CREATE INDEX entries_by_words ON entries USING gin (words);
CREATE INDEX entries_without_words ON entries (id) WHERE words IS NULL;
CREATE TABLE contributors (
  entry text COLLATE "C" NOT NULL REFERENCES entries ON DELETE CASCADE,
  position integer NOT NULL,
  name text COLLATE "C" NOT NULL,
  role text NOT NULL DEFAULT 'aut',
  sort_name text COLLATE "C",
  alternate_name text COLLATE "C",
  folded text COLLATE "C",
  PRIMARY KEY (entry, position)
);
CREATE INDEX contributors_by_name ON contributors (left(name, 300));
CREATE TABLE tags (
  entry text COLLATE "C" NOT NULL REFERENCES entries ON DELETE CASCADE,
  position integer NOT NULL,
  tag text COLLATE "C" NOT NULL,
  folded text COLLATE "C",
  PRIMARY KEY (entry, position)
);
CREATE INDEX tags_by_tag ON tags (left(tag, 300));
CREATE TABLE attributes (
  entry text COLLATE "C" NOT NULL REFERENCES entries ON DELETE CASCADE,
  position integer NOT NULL,
  name text COLLATE "C" NOT NULL,
  value text COLLATE "C" NOT NULL,
  folded text COLLATE "C",
  number numeric,
  date text COLLATE "C",
  PRIMARY KEY (entry, position)
);
CREATE INDEX attributes_by_value ON attributes (left(name, 100), left(value, 300));
CREATE TABLE documents (name text COLLATE "C" PRIMARY KEY, value text NOT NULL);
CREATE TABLE log (
  number bigint PRIMARY KEY,
  operation bigint NOT NULL,
  moment text NOT NULL,
  label text NOT NULL DEFAULT '',
  run text,
  undoes text NOT NULL DEFAULT '[]',
  added bigint NOT NULL DEFAULT 0,
  changed bigint NOT NULL DEFAULT 0,
  removed bigint NOT NULL DEFAULT 0,
  categories bigint NOT NULL DEFAULT 0,
  metadata bigint NOT NULL DEFAULT 0,
  documents bigint NOT NULL DEFAULT 0,
  size bigint NOT NULL DEFAULT 0
);
CREATE TABLE log_changes (
  number bigint NOT NULL,
  piece integer NOT NULL,
  changes bytea NOT NULL,
  PRIMARY KEY (number, piece)
);
ALTER TABLE log_changes ALTER changes SET STORAGE EXTERNAL;
INSERT INTO metadata DEFAULT VALUES;
INSERT INTO format VALUES (0);
"""

_STEPS = (_TABLES,)
"""From version 0, an empty schema, to 1, and so on."""

VERSION = len(_STEPS)
"""Version of the tables (in the table ``format``); a higher one is refused."""


def found_version(connection: Connection, address: Address) -> int | None:
    """The version of the tables in the schema; `None` where there are none of ours."""
    there = connection.execute(
        "SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n "
        "ON n.oid = c.relnamespace WHERE n.nspname = %s AND c.relname = 'format'",
        (address.schema,),
    ).fetchone()
    if there is None:
        return None
    row = connection.execute("SELECT version FROM format").fetchone()
    return row[0] if row else 0


def version_of(found: int, address: Address) -> int:
    """The version, where it can be read.

    Raises:
        NewerFormat: a later version of collectionlib has made the tables.
    """
    if found > VERSION:
        raise NewerFormat(location=address.shown, found=found, supported=VERSION)
    return found


def migrate(connection: Connection, found: int) -> None:
    """Bring the tables up to date, in the transaction that is open.

    Args:
        connection: one that may change tables.
        found: their version, 0 where there are none.
    """
    for step in _STEPS[found:]:
        connection.execute(step.encode())
    connection.execute("UPDATE format SET version = %s", (VERSION,))


def add_trigrams(connection: Connection) -> None:
    """Make the index of trigrams, which finds parts of titles, where the server can have one.

    Whoever owns a database may install the extension that comes with PostgreSQL; where it is
    missing or not allowed, titles are looked at one by one.
    """
    with suppress(psycopg.Error), connection.transaction():
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public")
    row = connection.execute(
        "SELECT n.nspname FROM pg_catalog.pg_extension x JOIN pg_catalog.pg_namespace n "
        "ON n.oid = x.extnamespace WHERE x.extname = 'pg_trgm'"
    ).fetchone()
    if row is None:
        return
    connection.execute(
        sql.SQL(
            "CREATE INDEX entries_by_title ON entries "
            "USING gin ((coalesce(folded->>'title', lower(title))) {}.gin_trgm_ops)"
        ).format(sql.Identifier(row[0]))
    )
