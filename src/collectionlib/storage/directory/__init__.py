"""Collections in a folder: one text file an entry, to be edited with any editor.

`storage.front_matter` is the form of a file, `folder_names` where it lies, `outline` what is
there, `batch` where new things go, and `generations` how many files change as one: collected in
`staging`, seen through a `view`. What a person adds, changes, renames or removes by hand is simply
the new state.
"""

from __future__ import annotations

from .storage import DirectoryStorage

__all__ = ["DirectoryStorage"]
