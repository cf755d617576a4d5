"""The account of an import for people: one page, with plots, that needs nothing else."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import BinaryIO

from ..report import ImportReport, SourceReport

__all__ = ["HtmlAccount"]

_MOST_BARS = 24
_LONGEST_TAKEN = 2_000
_SPOOLED = 10_000_000
_BAR, _GAP, _LABEL, _WIDTH = 18, 4, 130, 460
_LENGTHS = (0, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 50_000, 200_000)

_STYLE = """
:root { color-scheme: light dark; font: 100%/1.5 system-ui, sans-serif; }
body { max-width: 70rem; margin: 0 auto; padding: 1rem 1.5rem 4rem; }
h1, h2 { line-height: 1.2; } h2 { margin-top: 2.5rem; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; }
caption { text-align: left; font-weight: bold; padding: 0.3rem 0; }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 0.75rem 0.25rem 0;
  border-bottom: 1px solid #8886; overflow-wrap: anywhere; }
.sources { table-layout: fixed; } .sources th:first-child { width: 22%; }
.sources th:nth-child(2) { width: 18%; } .sources th:nth-child(3) { width: 15%; }
.sources th:nth-child(4) { width: 8%; } pre { white-space: pre-wrap; margin: 0; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
.plots { display: flex; flex-wrap: wrap; gap: 1rem 3rem; }
figure { margin: 0; } figcaption { font-weight: bold; }
svg { max-width: 100%; height: auto; } svg text { font-size: 12px; fill: currentColor; }
svg rect { fill: #3b6ea8; }
.rejected { color: #b3261e; } @media (prefers-color-scheme: dark) { .rejected { color: #ff8a80; } }
"""


class HtmlAccount:
    """Writes an account when it is complete; what came of the sources waits on disk.

    Args:
        out: a binary file.
    """

    begins = re.compile(rb"<!DOCTYPE html>\n[^\0]{0,200}<title>Import report</title>")
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
        self._lengths.update(_bucket(length) for length in report.lengths)
        self._changes.update(report.changes)
        self._rows.write(_row(report).encode())

    def finish(self, report: ImportReport) -> None:
        """Write the page."""
        self._out.write(_head(report).encode())
        lengths = {
            _bucket_name(bucket): self._lengths[bucket]
            for bucket in range(len(_LENGTHS))
            if self._lengths[bucket]
        }
        years = dict(sorted(self._years.items()))
        plots = (
            _plot("Languages (entries)", _named(self._languages, "not known")),
            _plot("Lengths (characters of an entry)", lengths),
            _plot("Encodings (sources)", _named(self._encodings, "not known")),
            _plot("Years (entries)", _decades(years) if len(years) > _MOST_BARS else years),
            _plot("Formats (sources)", _named(self._formats, "none")),
            _plot("Changes (entries)", _named(self._changes, "none")),
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
        f"<title>Import report</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
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
        f"<pre>{escape(_short(taken.text, _LONGEST_TAKEN))}</pre>"
        for taken in report.taken
    )
    return f"<details><summary>{len(report.taken)} texts taken away</summary>{pieces}</details>"


# --- plots --------------------------------------------------------------------------------------


def _plot(title: str, values: Mapping[str, int]) -> str:
    """Bars, one below the other, each with its name and number."""
    if not values:
        return ""
    most = max(values.values())
    height = len(values) * (_BAR + _GAP)
    bars = "".join(
        f'<text x="{_LABEL - 8}" y="{y + 13}" text-anchor="end">{escape(_short(name))}</text>'
        f'<rect x="{_LABEL}" y="{y}" width="{max(1, _WIDTH * 0.55 * number / most):.1f}" '
        f'height="{_BAR}"/>'
        f'<text x="{_LABEL + 6 + _WIDTH * 0.55 * number / most:.1f}" y="{y + 13}">{number:,}</text>'
        for y, (name, number) in zip(range(0, height, _BAR + _GAP), values.items(), strict=True)
    )
    told = "; ".join(f"{name}: {number}" for name, number in values.items())
    return (
        f"<figure><figcaption>{escape(title)}</figcaption>"
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(told)}" '
        f'width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}">{bars}</svg>'
        "</figure>\n"
    )


def _short(name: str, length: int = 18) -> str:
    return name if len(name) <= length else name[: length - 1] + "…"


def _named(counted: Counter[str], nameless: str) -> dict[str, int]:
    """The most frequent ones, and the others together."""
    ordered = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    named = {name or nameless: number for name, number in ordered[:_MOST_BARS]}
    if others := sum(number for _, number in ordered[_MOST_BARS:]):
        named["others"] = others
    return named


def _decades(years: Mapping[str, int]) -> dict[str, int]:
    """Years by their decades, or centuries where those are too many."""
    decades = {year[:3] for year in years}
    digits, ending = (3, "0s") if len(decades) <= _MOST_BARS else (2, "00s")
    counted: Counter[str] = Counter()
    for year, number in years.items():
        counted[year[:digits] + ending] += number
    return dict(counted)


def _bucket(length: int) -> int:
    return sum(1 for least in _LENGTHS[1:] if length >= least)


def _bucket_name(bucket: int) -> str:
    if bucket == len(_LENGTHS) - 1:
        return f"from {_LENGTHS[-1]:,}"
    return f"{_LENGTHS[bucket]:,} to {_LENGTHS[bucket + 1] - 1:,}"
