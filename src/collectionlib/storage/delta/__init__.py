"""Collections in a Delta table, in a folder or on object storage: for many machines.

The table is open: Spark, Trino, DuckDB, Polars and whatever else knows Delta Lake read it as it
is. `table` opens it, `rows` turns entries into rows and back, `snapshot` reads a version and
`spooling` brings it in order, `batch` collects changes, `staging` writes files, `committing` makes
them a new version, `making` makes a table, and `failures` says what the driver's errors mean.
"""

from .storage import DeltaStorage

__all__ = ["DeltaStorage"]
