"""What is written and read of the tables, as statements."""

from __future__ import annotations

from ..relational import rows
from ..relational.rows import METADATA, WRITTEN

__all__ = ["CONTRIBUTOR", "INSERT", "TAG", "UPSERT", "columns", "metadata_columns"]

_COLUMNS = ("key", *WRITTEN)
INSERT = f"""
INSERT INTO entries ({", ".join(_COLUMNS)}, revision)
VALUES ({", ".join("?" * len(_COLUMNS))}, 1)
"""  # noqa: S608 - names of ours
UPSERT = f"""{INSERT}
ON CONFLICT (id) DO UPDATE SET revision = revision + 1,
{", ".join(f"{name} = excluded.{name}" for name in WRITTEN[1:])}
"""
CONTRIBUTOR = """
INSERT INTO contributors (entry, position, name, role, sort_name, alternate_name)
VALUES (?, ?, ?, ?, ?, ?)
"""
TAG = "INSERT INTO tags VALUES (?, ?, ?)"


def columns(version: int) -> str:
    """What `rows.entry_of` reads of an entry ``e``, in tables of a version."""
    named = ", alternate_name" if version >= 3 else ""
    return rows.columns(
        contributors=f"""
(SELECT json_group_array(json_array(name, role, sort_name{named})) FROM (
  SELECT name, role, sort_name{named} FROM contributors WHERE entry = e.id ORDER BY position))
""",  # noqa: S608
        tags="""
(SELECT json_group_array(tag) FROM (SELECT tag FROM tags WHERE entry = e.id ORDER BY position))
""",
        imported="e.source_imported" if version >= 2 else "NULL",
    )


def metadata_columns(version: int) -> str:
    """What `rows.metadata_of` reads, in tables of a version."""
    return ", ".join("NULL" if name == "source" and version < 3 else name for name in METADATA)
