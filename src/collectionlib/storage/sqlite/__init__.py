"""Collections in an SQLite database: from some thousands of entries to millions.

The tables make sense by themselves: Datasette, sqlite-utils or the SQLite shell open the file as
it is, and may change it. `schema` has the tables, `rows` turns entries into rows and back,
`conditions` translates predicates, `connection` opens the file, `snapshot` reads, `batch` writes.
"""

from .storage import SqliteStorage

__all__ = ["SqliteStorage"]
