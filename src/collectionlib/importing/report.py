"""The report of an import: what went in, what did not, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from attrs import asdict, define, field, frozen

from .reading import Reading
from .sources import Notice

__all__ = ["Duplicate", "ImportReport", "Removed", "ReportBuilder", "SourceReport"]

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
        resumed: whether it went on with one that was interrupted.
    """

    sources: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicates: int = 0
    removed: int = 0
    rejected: tuple[Notice, ...] = ()
    warnings: tuple[Notice, ...] = ()
    resumed: bool = False

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


@frozen
class Removed:
    """A text that was taken away from an entry.

    Args:
        entry: id of the entry.
        change: name of the transform that took it.
        text: what it took.
    """

    entry: str
    change: str
    text: str


@frozen
class Duplicate:
    """An entry that was left out because its text was there already.

    Args:
        label: what the entry would be called.
        of: id of the entry that has the text.
    """

    label: str
    of: str


@frozen(kw_only=True)
class SourceReport:
    """What came of one source; the account that ``import --report`` keeps.

    Args:
        source: its uri.
        status: ``imported``; ``rejected``; ``passed over`` on purpose; ``gone``, where it is no
            longer there and its entries were removed.
        reason: why it was rejected or passed over.
        format: name of the importer.
        recognised: what spoke for that, in words.
        encoding: name of the codec.
        decoded: what spoke for that, in words.
        entries: how many it holds.
        added, updated, unchanged, removed: how many of them.
        duplicates: those that were left out.
        changes: how many entries each transform has changed.
        taken: what the transforms took away.
        evidence: why the texts were taken as they were.
        warnings: what a person should look at.
        languages: how many entries are in each language; ``""`` is not known.
        years: how many entries were written in each year.
        lengths: characters of each text.
    """

    source: str
    status: Literal["imported", "rejected", "passed over", "gone"]
    reason: str | None = None
    format: str | None = None
    recognised: str | None = None
    encoding: str | None = None
    decoded: str | None = None
    entries: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    duplicates: tuple[Duplicate, ...] = ()
    changes: Mapping[str, int] = field(factory=dict)
    taken: tuple[Removed, ...] = ()
    evidence: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    languages: Mapping[str, int] = field(factory=dict)
    years: Mapping[str, int] = field(factory=dict)
    lengths: tuple[int, ...] = ()

    @classmethod
    def of(cls, reading: Reading) -> SourceReport:
        """The report of a source before its entries are put."""
        ids = reading.ids
        status: Literal["imported", "rejected", "passed over"] = "imported"
        reason = None
        if reading.error is not None:
            status, reason = "rejected", reading.error.reason
        elif reading.passed_over is not None:
            status, reason = "passed over", reading.passed_over
        return cls(
            source=reading.source,
            status=status,
            reason=reason,
            format=reading.format,
            recognised=reading.recognised,
            encoding=reading.encoding,
            decoded=reading.decoded,
            entries=len(ids),
            changes=reading.changes,
            taken=tuple(
                Removed(ids[place], removal.change, removal.text)
                for place, removal in reading.removed
            ),
            evidence=reading.evidence,
            warnings=reading.warnings,
        )

    def to_plain(self) -> dict[str, Any]:
        """As plain data, for JSON, without what is empty.

        >>> SourceReport(source="a/one.txt", status="rejected", reason="why").to_plain()
        {'source': 'a/one.txt', 'status': 'rejected', 'reason': 'why'}
        """
        return {name: value for name, value in asdict(self).items() if value}


@define
class ReportBuilder:
    """A report that is still growing."""

    sources: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicates: int = 0
    removed: int = 0
    rejected: list[Notice] = field(factory=list)
    warnings: list[Notice] = field(factory=list)

    def add(self, report: SourceReport) -> None:
        """Add what came of a source."""
        if report.status in ("imported", "rejected"):
            self.sources += 1
        self.added += report.added
        self.updated += report.updated
        self.unchanged += report.unchanged
        self.duplicates += len(report.duplicates)
        self.removed += report.removed
        if report.status == "rejected":
            self.rejected.append(Notice(report.source, report.reason or ""))
        if report.status == "passed over":
            self.warnings.append(Notice(report.source, report.reason or ""))
        self.warnings.extend(Notice(report.source, warning) for warning in report.warnings)

    def report(self, *, resumed: bool = False) -> ImportReport:
        """The report as it is now."""
        return ImportReport(
            sources=self.sources,
            added=self.added,
            updated=self.updated,
            unchanged=self.unchanged,
            duplicates=self.duplicates,
            removed=self.removed,
            rejected=tuple(self.rejected),
            warnings=tuple(self.warnings),
            resumed=resumed,
        )
