"""EPUB 2 and 3: a contents item of a book is one text.

`container` opens the zip file and hands out its members, `package` reads what the book says of
itself, `contents` where its texts begin, `sections` divides the pages there. `own` reads the
books that collectionlib wrote, entry by entry.
"""

from __future__ import annotations

from .importer import EpubImporter

__all__ = ["EpubImporter"]
