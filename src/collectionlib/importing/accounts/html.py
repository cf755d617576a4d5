"""The account of an import for people: one page, with plots, that needs nothing else."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from html import escape
from typing import BinaryIO, ClassVar

from ..report import ImportReport, SourceReport
from .plots import STYLE, bucket, by_time, length_names, most_frequent, plot

__all__ = ["HtmlAccount"]

_LONGEST_TAKEN = 2_000
_SPOOLED = 10_000_000

_OWN_STYLE = """
.sources { table-layout: fixed; } .sources th:first-child { width: 22%; }
.sources th:nth-child(2) { width: 18%; } .sources th:nth-child(3) { width: 15%; }
.sources th:nth-child(4) { width: 8%; } pre { white-space: pre-wrap; margin: 0; }
.rejected { color: #b3261e; } @media (prefers-color-scheme: dark) { .rejected { color: #ff8a80; } }
"""


class HtmlAccount:
    """Writes an account when it is complete; what came of the sources waits on disk.

    Args:
        out: a binary file.
    """

    begins: ClassVar[re.Pattern[bytes]] = re.compile(
        rb"<!DOCTYPE html>\n[^\0]{0,200}<title>Import report</title>"
    )
    """How every such file begins."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._rows = tempfile.SpooledTemporaryFile(_SPOOLED)  # noqa: SIM115 - closed in finish
        self._formats: Counter[str] = Counter()
        self._encodings: Counter[str] = Counter()
        self._languages: Counter[str] = Counter()
        self._years: Counter[str] = Counter()
        self._lengths: Counter[int] = Counter()
        self._changes: Counter[str] = Counter()

    def add(self, report: SourceReport) -> None:
        """Take what came of a source."""
        if report.format:
            self._formats[report.format] += 1
        if report.encoding:
            self._encodings[report.encoding] += 1
        self._languages.update(report.languages)
        self._years.update(report.years)
        self._lengths.update(bucket(length) for length in report.lengths)
        self._changes.update(report.changes)
        self._rows.write(_row(report).encode())

    def finish(self, report: ImportReport) -> None:
        """Write the page."""
        self._out.write(_head(report).encode())
        plots = (
            plot("Languages (entries)", most_frequent(self._languages, "not known")),
            plot("Lengths (characters of an entry)", length_names(self._lengths)),
            plot("Encodings (sources)", most_frequent(self._encodings, "not known")),
            plot("Years (entries)", by_time(self._years)),
            plot("Formats (sources)", most_frequent(self._formats, "none")),
            plot("Changes (entries)", most_frequent(self._changes, "none")),
        )
        self._out.write(f'<h2>Overview</h2>\n<div class="plots">{"".join(plots)}</div>\n'.encode())
        self._out.write(_TABLE.encode())
        self._rows.seek(0)
        shutil.copyfileobj(self._rows, self._out)
        self._rows.close()
        self._out.write(b"</tbody>\n</table>\n</main>\n</body>\n</html>\n")


_TABLE = """<h2>Sources</h2>
<table class="sources">
<thead><tr><th scope="col">Source</th><th scope="col">Taken for</th><th scope="col">Encoding</th>
<th scope="col" class="number">Entries</th><th scope="col">What was done, and why</th></tr></thead>
<tbody>
"""


def _head(report: ImportReport) -> str:
    counts = {
        "Sources": report.sources,
        "Added": report.added,
        "Updated": report.updated,
        "Unchanged": report.unchanged,
        "Duplicates left out": report.duplicates,
        "Removed": report.removed,
        "Sources rejected": len(report.rejected),
    }
    rows = "".join(
        f'<tr><th scope="row">{name}</th><td class="number">{number:,}</td></tr>\n'
        for name, number in counts.items()
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Import report</title>\n<style>{STYLE}{_OWN_STYLE}</style>\n</head>\n"
        "<body>\n<main>\n"
        f"<h1>Import report</h1>\n<table>\n<tbody>\n{rows}</tbody>\n</table>\n"
        f"{_list('Rejected', report.rejected)}{_list('Warnings', report.warnings)}"
    )


def _list(title: str, notices: Iterable[object]) -> str:
    rows = "".join(
        f"<tr><td>{escape(getattr(notice, 'source', ''))}</td>"
        f"<td>{escape(getattr(notice, 'reason', ''))}</td></tr>\n"
        for notice in notices
    )
    if not rows:
        return ""
    return (
        f'<h2>{title}</h2>\n<table>\n<thead><tr><th scope="col">Source</th>'
        f'<th scope="col">Reason</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n'
    )


def _row(report: SourceReport) -> str:
    kind = ' class="rejected"' if report.status == "rejected" else ""
    taken_for = ": ".join(filter(None, (report.format or report.status, report.recognised)))
    encoding = ": ".join(filter(None, (report.encoding, report.decoded)))
    return (
        f'<tr{kind}><th scope="row">{escape(report.source)}</th><td>{escape(taken_for)}</td>'
        f'<td>{escape(encoding)}</td><td class="number">{report.entries:,}</td>'
        f"<td>{'<br>'.join(map(escape, _told(report)))}{_taken(report)}</td></tr>\n"
    )


def _told(report: SourceReport) -> Iterator[str]:
    if report.reason:
        yield report.reason
    for change, number in report.changes.items():
        yield f"{change}: {number:,}"
    yield from report.evidence
    yield from (f"warning: {warning}" for warning in report.warnings)
    for duplicate in report.duplicates:
        yield f"left out, the same text as {duplicate.of}: {duplicate.label}"


def _taken(report: SourceReport) -> str:
    """What was taken away, folded up."""
    if not report.taken:
        return ""
    pieces = "".join(
        f"<p>{escape(taken.change)} took from {escape(taken.entry)}:</p>"
        f"<pre>{escape(_short(taken.text))}</pre>"
        for taken in report.taken
    )
    return f"<details><summary>{len(report.taken)} texts taken away</summary>{pieces}</details>"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_TAKEN else text[: _LONGEST_TAKEN - 1] + "…"
