"""Reading one source: the part of an import that can be done anywhere, by many at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from attrs import Factory, define, evolve, frozen

from ..errors import IngestError, NothingToImport, ParseError
from ..identity import EntryId
from ..model import Entry
from ..storage.base import StagedEntries
from .archives import DEFAULT_LIMITS, unpacked
from .draft import About, Removal
from .drafting import Drafted, Drafting
from .sources import Found, Notice, SourceFile, SourcePlace

__all__ = ["Reader", "Reading"]


@frozen(kw_only=True)
class Reading:
    """What came of a source: its entries, or why there are none, and how it was read.

    Args:
        source: its uri.
        entries: in order; all of a source or none.
        error: why it is rejected.
        passed_over: why it was passed over on purpose.
        format: name of the importer.
        recognised: what spoke for that, in words.
        encoding: name of the codec.
        decoded: what spoke for that, in words.
        changes: how many entries each transform has changed.
        removed: what was taken away, with the place of its entry among the entries.
        evidence: why the texts were taken as they were, each sentence once.
        warnings: what a person should look at.
        about: what the source says of the collection that it was made of.
        staged: where the entries are written, in place of ``entries``, with those of other sources.
        staged_ids: which of those are of this source, in order.
    """

    source: str
    entries: tuple[Entry, ...] = ()
    error: IngestError | None = None
    passed_over: str | None = None
    format: str | None = None
    recognised: str | None = None
    encoding: str | None = None
    decoded: str | None = None
    changes: Mapping[str, int] = Factory(dict)
    removed: tuple[tuple[int, Removal], ...] = ()
    evidence: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    about: About | None = None
    staged: StagedEntries | None = None
    staged_ids: tuple[EntryId, ...] = ()

    @property
    def ids(self) -> tuple[EntryId, ...]:
        """The ids of the entries, wherever they are."""
        return self.staged_ids or tuple([entry.id for entry in self.entries])


@frozen(kw_only=True)
class Reader:
    """Reads sources, one after the other.

    Args:
        drafting: how texts become entries.
        encoding: name of the codec to read with; each file decides unless given.
        account: whether to keep what was removed, and the evidence, for a report.
    """

    drafting: Drafting
    encoding: str | None = None
    account: bool = False

    def read(self, found: Found) -> Reading:
        """Read what was found. What is wrong with a source is said in the reading."""
        if isinstance(found, Notice):
            return Reading(source=found.source, passed_over=found.reason)
        if isinstance(found, IngestError):
            return Reading(source=found.source, error=found)
        try:
            return self._read(found.read(self.encoding))
        except NothingToImport as error:
            return Reading(source=found.uri, passed_over=error.reason)
        except IngestError as error:
            return Reading(source=found.uri, error=error)
        except RecursionError:
            reason = "it is nested too deeply; take it for text with --format plain"
            return Reading(source=found.uri, error=ParseError(found.uri, reason))

    def read_all(self, found: Iterable[Found]) -> Iterator[Reading]:
        """Read what was found, and of an object that is an archive what is in it."""
        for each in found:
            for place in _inside(each):
                yield self.read(place)

    def read_each(self, found: Iterable[Found]) -> list[Reading]:
        """Read some of what was found."""
        return list(self.read_all(found))

    def _read(self, source: SourceFile) -> Reading:
        if not source.data:
            return Reading(source=source.uri, warnings=("it holds no text",))
        recognised = self.drafting.recognised(source)
        told = _Told()
        for each in self.drafting.drafted(source, recognised.importer):
            told.add(each, account=self.account)
        return Reading(
            source=source.uri,
            entries=tuple(told.entries),
            format=recognised.format,
            recognised=recognised.reason,
            encoding=source.decoded.encoding if told.is_text else next(iter(told.encodings)),
            decoded=source.decoded.evidence if told.is_text else None,
            changes=told.changes,
            removed=tuple(told.removed),
            evidence=tuple(told.evidence),
            warnings=tuple(told.all_warnings(source)),
            about=self._below(told.about),
        )

    def _below(self, about: About | None) -> About | None:
        """What the source says of the whole, below the category of the import."""
        above = self.drafting.category
        if about is None or not above:
            return about
        below = (evolve(each, path=(*above, *each.path)) for each in about.categories)
        return evolve(about, categories=tuple(below))


def _inside(found: Found) -> Iterator[Found]:
    if not isinstance(found, SourcePlace) or not found.is_unopened:
        yield found
        return
    try:
        place = found.with_bytes()
    except IngestError as error:
        yield error
        return
    yield from unpacked(place, DEFAULT_LIMITS)


@define
class _Told:
    """The entries of a source, and what their drafts tell; the drafts themselves are let go."""

    entries: list[Entry] = Factory(list)
    encodings: dict[str | None, None] = Factory(dict)
    changes: Counter[str] = Factory(Counter)
    removed: list[tuple[int, Removal]] = Factory(list)
    evidence: dict[str, None] = Factory(dict)
    warnings: Counter[str] = Factory(Counter)
    about: About | None = None

    def add(self, drafted: Drafted, *, account: bool) -> None:
        draft = drafted.draft
        if account:
            self.removed += [(len(self.entries), removal) for removal in draft.removed]
            self.evidence |= dict.fromkeys(draft.evidence)
        self.entries.append(drafted.entry)
        self.encodings[draft.encoding] = None
        self.changes.update(draft.changes)
        self.warnings.update(draft.warnings)
        self.about = self.about or draft.about

    @property
    def is_text(self) -> bool:
        """Whether its file is read as text, or any part of it."""
        return not self.encodings or None in self.encodings

    def all_warnings(self, source: SourceFile) -> Iterator[str]:
        if not self.entries:
            yield "it holds no text"
            return
        if self.is_text:
            yield from source.decoded.doubts()
        blank = sum(1 for each in self.entries if not each.body.strip())
        if blank:
            yield f"{blank} of its {len(self.entries)} texts are blank"
        for warning, times in self.warnings.items():
            yield warning if times == 1 else f"{warning} ({times} times)"
