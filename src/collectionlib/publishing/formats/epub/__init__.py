"""EPUB 3: a book for shops and readers.

`layout` decides which entries stand in which file, `pages` and `navigation` write XHTML,
`package` puts the package together through EbookLib, `archive` is the zip file. This is the only
place that imports EbookLib, whose licence is AGPL-3.0-or-later.
"""

from __future__ import annotations

from .exporter import EpubExporter

__all__ = ["EpubExporter"]
