"""Scripture in XML: the Westminster Leningrad Codex, OSIS, USFX, Zefania.

`chapters` holds what all of them come to; `leningrad` reads the first, `versed` the others;
`importer` makes a draft of each chapter.
"""

from .importer import ScriptureImporter

__all__ = ["ScriptureImporter"]
