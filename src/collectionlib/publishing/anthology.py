"""An anthology: metadata and an ordered tree of parts and entries, without the bodies.

Memory holds one small record an entry; exporters read the bodies again, one at a time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import blake2b
from uuid import NAMESPACE_URL, UUID, uuid5

from attrs import define, evolve, field, frozen

from ..identity import CategoryPath, EntryId
from ..model import Category, Entry, Metadata
from .matter import Matter

__all__ = ["Anthology", "EntryOutline", "Part", "SourceOutline", "Tally", "arrange"]


@frozen
class EntryOutline:
    """What is kept of an entry while the book is made.

    Args:
        id: its id.
        title: its title, may be empty.
        label: its title, else how its text begins.
        size: bytes of the body in UTF-8.
    """

    id: EntryId
    title: str
    label: str
    size: int


@frozen
class Part:
    """A category as a part of the book: its own entries first, then the parts below it.

    Args:
        category: its path and title, and what is said about it.
        entries: its own.
        parts: below it.
        introduction: what is said before its entries, in place of the category's description.
    """

    category: Category
    entries: tuple[EntryOutline, ...] = ()
    parts: tuple[Part, ...] = ()
    introduction: Matter | None = None

    @property
    def title(self) -> str:
        """As it is to be shown."""
        return self.category.title or self.category.path[-1]

    @property
    def opening(self) -> Matter | None:
        """What stands below its title, before its entries."""
        description = self.category.description
        return self.introduction or (Matter(description) if description else None)

    def walk(self) -> Iterator[Part]:
        """This part and those below it, in order."""
        yield self
        for part in self.parts:
            yield from part.walk()


@frozen
class SourceOutline:
    """A source that entries were taken from, and how many."""

    uri: str
    site: str | None
    entries: int


@frozen
class Anthology:
    """A book to be written.

    Args:
        metadata: of the book; ``id``, ``title`` and ``language`` are always there.
        entries: those that stand in no category, before all parts.
        parts: the top of the tree.
        sources: where the entries came from, in the order of first use.
        categories: those that something is said about, as the collection has them.
        languages: those of the entries, with how many entries are in each, most first.
        rights: what the entries say of their rights, with how many say it, most first.
        modified: the last moment that the data tell of, `None` where they tell none.
    """

    metadata: Metadata
    entries: tuple[EntryOutline, ...] = ()
    parts: tuple[Part, ...] = ()
    sources: tuple[SourceOutline, ...] = ()
    categories: tuple[Category, ...] = ()
    languages: tuple[tuple[str, int], ...] = ()
    rights: tuple[tuple[str, int], ...] = ()
    modified: datetime | None = None

    def walk(self) -> Iterator[EntryOutline]:
        """All entries, in the order of the book."""
        yield from self.entries
        for top in self.parts:
            for part in top.walk():
                yield from part.entries

    def __len__(self) -> int:
        return sum(1 for _ in self.walk())


@define
class Tally:
    """What a book says of all its entries together, counted as they are noted, in order."""

    _sources: Counter[tuple[str, str | None]] = field(factory=Counter)
    _languages: Counter[str] = field(factory=Counter)
    _rights: Counter[str] = field(factory=Counter)
    _modified: datetime | None = None
    _content: blake2b = field(factory=lambda: blake2b(digest_size=16))

    def note(self, entry: Entry) -> EntryOutline:
        """Count an entry; what is kept of it."""
        body = entry.body.encode()
        if entry.source:
            self._sources[entry.source.uri, entry.source.site] += 1
        if entry.language:
            self._languages[entry.language] += 1
        if entry.rights:
            self._rights[entry.rights] += 1
        if entry.modified and (self._modified is None or entry.modified > self._modified):
            self._modified = entry.modified
        self._content.update(b"%b\0%b\0" % (f"{entry.id}\0{entry.title}".encode(), body))
        return EntryOutline(entry.id, entry.title.strip(), entry.label, len(body))

    def book(
        self,
        metadata: Metadata,
        entries: Iterable[EntryOutline],
        parts: Iterable[Part],
        categories: Iterable[Category],
    ) -> Anthology:
        """The book of what was noted.

        Args:
            metadata: what it must have and lacks is derived: the title, the language from the
                entries, the id (a UUIDv5 URN) from the content.
            entries: those in no part.
            parts: the top of the tree.
            categories: those that something is said about.
        """
        return Anthology(
            metadata=_completed(metadata, self._languages, self._content.digest()),
            entries=tuple(entries),
            parts=tuple(parts),
            sources=tuple(SourceOutline(uri, site, n) for (uri, site), n in self._sources.items()),
            categories=tuple(categories),
            languages=tuple(self._languages.most_common()),
            rights=tuple(self._rights.most_common()),
            modified=self._modified,
        )


@define
class _Branch:
    """A part that is still growing."""

    category: Category
    entries: list[EntryOutline] = field(factory=list)
    branches: dict[str, _Branch] = field(factory=dict)

    def part(self) -> Part:
        return Part(
            category=self.category,
            entries=tuple(self.entries),
            parts=tuple(branch.part() for branch in self.branches.values()),
        )


def arrange(
    entries: Iterable[Entry], metadata: Metadata, categories: Iterable[Category] = ()
) -> Anthology:
    """Arrange entries as a book: categories are its parts, in the order of first appearance.

    A category that all entries are in and that has the book's title is no part of it.

    Args:
        entries: in the order in which they are to stand; they are read once, one at a time.
        metadata: of the collection; see `Tally.book`.
        categories: what is said about categories.

    >>> wish = Entry(id="0chgm9qjpmfdsafq", title="A wish", body="x", category=("Blessings",))
    >>> book = arrange([wish], Metadata(title="Wishes"))
    >>> [part.title for part in book.parts], book.metadata.id
    (['Blessings'], 'urn:uuid:3bc00a22-851a-503d-9144-764ab3bb8d36')
    """
    said = {category.path: category for category in categories}
    root = _Branch(Category(path=("root",)))
    tally = Tally()
    for entry in entries:
        _branch(root, entry.category, said).entries.append(tally.note(entry))
    top = _below_the_title(root, metadata.title)
    parts = (branch.part() for branch in top.branches.values())
    return tally.book(metadata, top.entries, parts, said.values())


def _below_the_title(root: _Branch, title: str) -> _Branch:
    """What the parts stand below: a category that holds all and is the book's title is no part."""
    if root.entries or len(root.branches) != 1:
        return root
    (only,) = root.branches.values()
    named = only.category.title or only.category.path[-1]
    return only if named == title.strip() and not only.category.description else root


def _branch(root: _Branch, path: CategoryPath, said: dict[CategoryPath, Category]) -> _Branch:
    branch = root
    for depth, name in enumerate(path, start=1):
        if name not in branch.branches:
            own = path[:depth]
            branch.branches[name] = _Branch(said.get(own) or Category(path=own))
        branch = branch.branches[name]
    return branch


def _completed(metadata: Metadata, languages: Counter[str], content: bytes) -> Metadata:
    title = metadata.title.strip() or "Anthology"
    # The language of most entries; between equals the first that appeared.
    language = metadata.language or max(languages, key=lambda tag: languages[tag], default="und")
    identifier = metadata.id or f"urn:uuid:{_uuid(title, content)}"
    return evolve(metadata, id=identifier, title=title, language=language)


def _uuid(title: str, content: bytes) -> UUID:
    return uuid5(NAMESPACE_URL, f"collectionlib:{content.hex()}:{title}")
