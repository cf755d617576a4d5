"""The account of an import as JSON: every source on a line of its own."""

from __future__ import annotations

import re
from typing import BinaryIO, ClassVar

import msgspec

from ..report import SCHEMA_VERSION, ImportReport, SourceReport

__all__ = ["JsonAccount"]

_HEAD = b'{"schema_version":%d,\n"sources":[\n' % SCHEMA_VERSION


class JsonAccount:
    """Writes an account as the sources come.

    Args:
        out: a binary file.

    >>> import io
    >>> out = io.BytesIO()
    >>> account = JsonAccount(out)
    >>> account.add(SourceReport(source="a/one.txt", status="imported", entries=1, added=1))
    >>> account.finish(ImportReport(sources=1, added=1))
    >>> print(out.getvalue().decode()[:61])
    {"schema_version":1,
    "sources":[
    {"source":"a/one.txt","statu
    """

    begins: ClassVar[re.Pattern[bytes]] = re.compile(rb'\{"schema_version":\d+,\n"sources":\[')
    """How every such file begins."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._between = b""
        out.write(_HEAD)

    def add(self, report: SourceReport) -> None:
        """Write what came of a source."""
        self._out.write(self._between + msgspec.json.encode(report.to_plain()))
        self._between = b",\n"

    def finish(self, report: ImportReport) -> None:
        """Write the sums, and the end."""
        totals = {**report.to_plain(), "rejected": len(report.rejected)}
        del totals["schema_version"], totals["warnings"]
        self._out.write(b'\n],\n"totals":' + msgspec.json.encode(totals) + b"}\n")
