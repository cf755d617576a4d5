"""What the back ends with tables share: rows, predicates as SQL, the log in tables.

`rows` turns entries into rows and back, `conditions` translates predicates, `log` records what a
transaction changes, `snapshot` reads.
"""
