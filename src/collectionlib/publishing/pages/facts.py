"""What is found out about a book while its texts are written: what they hold, who wrote what."""

from __future__ import annotations

from attrs import define, field, frozen

from ...identity import EntryId
from ...model import Contributor, Entry

__all__ = ["Credit", "Facts"]


@frozen
class Credit:
    """What the index and the ledger say of an entry.

    Args:
        id: of the entry.
        label: its title, else how it begins.
        place: file and fragment.
        contributors: in order.
        rights: as the entry says.
        origin: where it was taken from, `None` where nothing is known.
    """

    id: EntryId
    label: str
    place: str
    contributors: tuple[Contributor, ...]
    rights: str | None
    origin: str | None


@define
class Facts:
    """What the texts of a book hold, as far as they are written.

    Args:
        keeps_credits: whether the credits are wanted; of a large book they need memory.
        keeps_characters: whether the characters are wanted, for fonts.
    """

    keeps_credits: bool = False
    keeps_characters: bool = False
    credits: list[Credit] = field(factory=list)
    characters: set[str] = field(factory=set)
    has_ruby: bool = False
    has_tables: bool = False
    has_pictures: bool = False
    has_bare_pictures: bool = False

    def note_markup(self, xhtml: str) -> None:
        """Look at a rendered body."""
        # A "<" that is text is written as a reference: these are elements.
        self.has_ruby = self.has_ruby or "<ruby>" in xhtml
        self.has_tables = self.has_tables or "<table" in xhtml
        if "<img " in xhtml:
            self.has_pictures = True
            self.has_bare_pictures = self.has_bare_pictures or ' alt=""' in xhtml

    def note_page(self, page: str) -> None:
        """Look at a finished page."""
        if self.keeps_characters:
            self.characters.update(page)

    def note_entry(self, entry: Entry, label: str, place: str) -> None:
        """Keep what the index and the ledger say of an entry."""
        if self.keeps_credits:
            source = entry.source
            origin = (source.site or source.uri) if source else None
            self.credits.append(
                Credit(entry.id, label, place, entry.contributors, entry.rights, origin)
            )
