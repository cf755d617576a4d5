"""Archives as a kind of source: what is in them is read as if it lay in a folder.

`kinds` tells an archive by its bytes, `streams` unfolds what is compressed, within `limits`;
`zips` and `tars` hand out the members one at a time, `names` reads and checks what they are called,
and `unpacking` makes places of them. Nothing is written to disk.
"""

from __future__ import annotations

from .kinds import without_ending
from .limits import DEFAULT_LIMITS, Limits
from .unpacking import name_of, unpacked

__all__ = ["DEFAULT_LIMITS", "Limits", "name_of", "unpacked", "without_ending"]
