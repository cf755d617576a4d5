"""Collections in a PostgreSQL database, which many may write to at once.

A collection is a schema of its own, whose tables make sense by themselves. `location` says which,
`schema` has the tables, `rows` turns entries into rows, `reading_order` says in which order they
come, `conditions` translates predicates, `connection` speaks to the server, `snapshot` reads,
`batch` and `log` write.
"""

from .storage import PostgresStorage

__all__ = ["PostgresStorage"]
