"""What an archive hands out: a member with its bytes, or why there is none."""

from __future__ import annotations

from typing import TypeAlias

from attrs import field, frozen

from ...errors import IngestError
from ..places import Notice

__all__ = ["Handed", "Member", "names_read"]


@frozen
class Member:
    """A file of an archive.

    Args:
        parts: names of its folders, and its own, as they can be printed.
        data: its bytes.
    """

    parts: tuple[str, ...]
    data: bytes = field(repr=False)


Handed: TypeAlias = Member | Notice | IngestError


def names_read(uri: str, encoding: str, evidence: str) -> Notice:
    """Says that the names of an archive were read in an encoding that had to be guessed."""
    return Notice(uri, f"the names in it are read as {encoding} ({evidence})")
