"""What a website is searched by: its texts, in scripts of which each holds some of them.

A page that was opened from a file may load scripts, but nothing else; so the index is of scripts.
The texts stand there as they are, and are compared in the browser, in the parts' order: an index
of words would be no smaller, and could show no excerpts.
"""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import msgspec
from attrs import define, field

__all__ = ["SearchIndex", "text_of"]

FULL = 400_000
"""Bytes after which a part is closed."""

_HEAD = re.compile(r"<article[^>]*>\n?(?:<h([1-6])>.*?</h\1>\n)?", re.DOTALL)
_READING = re.compile(r"<rt>(.*?)</rt>", re.DOTALL)
_CELL = re.compile(r"</t[dh]>")
_TAG = re.compile(r"<[^>]*>")


def text_of(article: str) -> str:
    """The text of an article as it is written to a page, without its heading.

    Readings stand behind it, for they would stand between the characters.

    >>> text_of("<article><p><ruby>山<rt>やま</rt></ruby> &lt;1&gt;</p></article>")
    '山 <1> やま'
    """
    inner = _HEAD.sub("", article, count=1)
    readings = _READING.findall(inner) if "<rt>" in inner else []
    if readings:
        inner = _READING.sub("", inner)
    if "</t" in inner:
        inner = _CELL.sub(" ", inner)
    text = " ".join([_TAG.sub("", inner).strip(), *readings])
    return unescape(text) if "&" in text else text


@define
class SearchIndex:
    """Writes the index; the parts are numbered from 1.

    Args:
        folder: into which they go.
    """

    folder: Path
    parts: int = 0
    _lines: list[bytes] = field(factory=list)
    _size: int = 0

    def add(self, place: str, title: str, text: str) -> None:
        """Take in a text.

        Args:
            place: of the text, seen from the first page.
            title: by which it is shown.
            text: its words.
        """
        self._lines.append(msgspec.json.encode([place, title, text]))
        self._size += len(self._lines[-1])
        if self._size >= FULL:
            self.close()

    def close(self) -> None:
        """Write what has not been written."""
        if not self._lines:
            return
        self.parts += 1
        with (self.folder / f"{self.parts:04}.js").open("wb") as out:
            out.write(b"collectionlibTexts(%d,[\n" % self.parts)
            out.write(b",\n".join(self._lines))
            out.write(b"\n]);\n")
        self._lines.clear()
        self._size = 0
