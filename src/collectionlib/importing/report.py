"""The report of an import: what went in, what did not, and why."""

from __future__ import annotations

from typing import Any

from attrs import define, field, frozen

from ..errors import IngestError
from .sources import Notice

__all__ = ["ImportReport", "ReportBuilder"]

SCHEMA_VERSION = 1


@frozen(kw_only=True)
class ImportReport:
    """What an import did. The counts are of entries, ``sources`` of files.

    Args:
        sources: files that were looked at.
        added: entries that are new.
        updated: entries whose source has changed.
        unchanged: entries that were there already.
        duplicates: entries left out because their text was there already.
        removed: entries whose source is gone.
        rejected: sources that are not in, each with the reason.
        warnings: what a person should look at.
    """

    sources: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicates: int = 0
    removed: int = 0
    rejected: tuple[Notice, ...] = ()
    warnings: tuple[Notice, ...] = ()

    def to_plain(self) -> dict[str, Any]:
        """As plain data, for JSON.

        >>> list(ImportReport(sources=1).to_plain())[:3]
        ['schema_version', 'sources', 'added']
        """
        return {
            "schema_version": SCHEMA_VERSION,
            "sources": self.sources,
            "added": self.added,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "duplicates": self.duplicates,
            "removed": self.removed,
            "rejected": [{"source": n.source, "reason": n.reason} for n in self.rejected],
            "warnings": [{"source": n.source, "reason": n.reason} for n in self.warnings],
        }


@define
class ReportBuilder:
    """A report that is still growing."""

    sources: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: list[Notice] = field(factory=list)
    warnings: list[Notice] = field(factory=list)

    def reject(self, error: IngestError) -> None:
        """Note that a source is not in."""
        self.rejected.append(Notice(error.source, error.reason))

    def warn(self, source: str, reason: str) -> None:
        """Note what a person should look at."""
        self.warnings.append(Notice(source, reason))

    def report(self) -> ImportReport:
        """The report as it is now."""
        return ImportReport(
            sources=self.sources,
            added=self.added,
            updated=self.updated,
            unchanged=self.unchanged,
            rejected=tuple(self.rejected),
            warnings=tuple(self.warnings),
        )
