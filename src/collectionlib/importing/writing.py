"""Writing what was read: in batches, each of them whole or absent.

A batch ends when it has taken long enough that committing it costs little; so the storages that
write everything anew with each batch are not asked to do so often. An import that is interrupted
has written whole batches, and the same import again finds their entries and writes the rest. So
that the entries of both have one moment, a document in the collection keeps it until the last
batch is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from datetime import datetime
from hashlib import blake2b
from secrets import randbelow
from time import monotonic, sleep
from typing import Literal

from attrs import define, evolve, field, fields, frozen

from ..collection import Collection
from ..errors import ConflictError, IngestError
from ..identity import CategoryPath, EntryId
from ..model import Entry, JSONValue, Metadata
from ..storage.base import Batch, Snapshot, StagedEntries, TakesStaged
from ..storage.history import Operation
from .archives import without_ending
from .draft import About
from .edits import merged, was_edited
from .origins import DOCUMENT, Origins
from .reading import Reading
from .report import Duplicate, SourceReport

__all__ = ["Writer", "Writing", "begun_at", "checkpoint"]

_CHECKPOINT = "import"
_TRIES = 20
"""How often an import tries to note its origins, where others do the same."""

_LONGEST_WAIT = 50
"""Milliseconds between two tries at the most."""

SHORTEST_BATCH = 2.0
COMMIT_SHARE = 10
"""Seconds that a batch takes at least, and how many times as long as the commit before it."""
_TOGETHER = 500
"""Entries that are looked for together, where asking for each takes long."""


@frozen(kw_only=True)
class Writing:
    """How the entries are to be kept.

    Args:
        moment: of the import.
        on_duplicate: ``skip`` leaves out an entry whose text is in the collection already, or
            came before in this import.
        prune: remove the entries of the same origins that are no longer in their sources.
        on_error: ``stop`` raises where a source is rejected, and writes nothing.
        dry_run: write nothing.
        account: whether the reports of the sources are to have the languages, years and lengths.
    """

    moment: datetime | None = None
    on_duplicate: Literal["keep", "skip"] = "keep"
    prune: bool = False
    on_error: Literal["skip", "stop"] = "skip"
    dry_run: bool = False
    account: bool = False


def checkpoint(names: list[str]) -> str:
    """The name of the document that an unfinished import of these origins leaves.

    >>> checkpoint(["archive"])
    'import-d59e330e6714d8c1'
    """
    digest = blake2b("\n".join(names).encode(), digest_size=8).hexdigest()
    return f"{_CHECKPOINT}-{digest}"


def begun_at(view: Snapshot, names: list[str]) -> datetime | None:
    """The moment of an unfinished import of these origins, `None` where there was none."""
    document = view.document(checkpoint(names))
    if not isinstance(document, dict) or document.get("origins") != names:
        return None
    moment = document.get("moment")
    return datetime.fromisoformat(moment) if isinstance(moment, str) else None


@define
class Writer:
    """Writes what was read to a collection, one batch after the other.

    Args:
        collection: where to.
        writing: how.
        operation: that all batches belong to.
        names: of the origins of the roots that are imported.
        origins: of the collection, with those.
        tell: is called with the report of each source.
    """

    collection: Collection
    writing: Writing
    operation: Operation
    names: list[str]
    origins: Origins
    tell: Callable[[SourceReport], object]
    _seen: set[EntryId] = field(factory=set, init=False)
    _texts: dict[bytes, EntryId] | None = field(default=None, init=False)
    _rejected: list[str] = field(factory=list, init=False)
    _taken: StagedEntries | None = field(default=None, init=False)

    def write(self, readings: Iterator[Reading]) -> None:
        """Write all, and remove what is gone.

        Raises:
            IngestError: a source was rejected, where ``on_error`` is ``stop``.
            CollectionLocked: another writer holds the collection.
        """
        committed = 0.0
        finished = False
        if self.collection.storage.many_writers and not self._is_one_block():
            self._claim()
        while not finished:
            end = monotonic() + max(SHORTEST_BATCH, COMMIT_SHARE * committed)
            with ExitStack() as stack:
                # The writer first: what the snapshot sees is then what the batch changes.
                batch = (
                    None
                    if self.writing.dry_run
                    else stack.enter_context(self.collection.transaction(self.operation))
                )
                view = stack.enter_context(self.collection.snapshot())
                origins = self._claimed(view)
                finished = self._fill(readings, view, batch, end)
                if finished and self.writing.prune:
                    self._prune(view, batch)
                if batch is not None:
                    unfinished = None if finished else self._checkpoint()
                    _set_document(view, batch, checkpoint(self.names), unfinished)
                    if finished:
                        self._forget_unfinished(view, batch)
                    _set_document(view, batch, DOCUMENT, origins)
                committed = monotonic()
            committed = monotonic() - committed

    def _is_one_block(self) -> bool:
        """Whether all is written in one transaction, or nothing at all."""
        return self.writing.dry_run or self.writing.on_error == "stop"

    def _claim(self) -> None:
        """Note the origins in a transaction of its own.

        Imports that run beside each other all note theirs in one document: for that none is to
        lose the entries that it has read.
        """
        for tries_left in reversed(range(_TRIES)):
            try:
                with (
                    self.collection.transaction(self.operation) as batch,
                    self.collection.snapshot() as view,
                ):
                    _set_document(view, batch, DOCUMENT, self._claimed(view))
                return
            except ConflictError:
                if not tries_left:
                    raise
                sleep(randbelow(_LONGEST_WAIT) / 1000)

    def _fill(
        self, readings: Iterator[Reading], view: Snapshot, batch: Batch | None, end: float
    ) -> bool:
        """Take readings until the batch is due; whether that were all."""
        for lot in _lots(readings, _TOGETHER if view.prefers_lots else 1):
            # What workers have written already is new.
            ids = [own for reading in lot if reading.staged is None for own in reading.ids]
            there = view.several(ids) if ids else {}
            for reading in lot:
                self.tell(self._take(reading, there, view, batch))
            if monotonic() > end and not self._is_one_block():
                return False
        return True

    def _claimed(self, view: Snapshot) -> JSONValue:
        return self.origins.claimed(self.names, view.document(DOCUMENT), self.collection.location)

    def _forget_unfinished(self, view: Snapshot, batch: Batch) -> None:
        """Forget imports that were broken off, and all of whose origins are whole by now."""
        for name in view.documents():
            if not name.startswith(f"{_CHECKPOINT}-"):
                continue
            document = view.document(name)
            origins = document.get("origins") if isinstance(document, dict) else None
            if isinstance(origins, list) and all(each in self.names for each in origins):
                _set_document(view, batch, name, None)

    def _checkpoint(self) -> JSONValue:
        moment = self.writing.moment
        return {"origins": list(self.names), "moment": moment.isoformat() if moment else None}

    def _take(
        self,
        reading: Reading,
        there: Mapping[EntryId, Entry],
        view: Snapshot,
        batch: Batch | None,
    ) -> SourceReport:
        error = reading.error
        if error is None and not self._seen.isdisjoint(reading.ids):
            error = IngestError(reading.source, "another source of this run has the same name")
            reading = evolve(reading, error=error, entries=(), removed=())
        report = SourceReport.of(reading)
        if error is None and reading.about is not None and batch is not None:
            self._adopt(reading, reading.about, there, view, batch)
        if error is not None:
            if self.writing.on_error == "stop":
                raise error
            # Not the source of the error: that may be an expression of the profile.
            self._rejected.append(reading.source)
            return report
        if reading.staged is not None:
            return self._take_staged(reading, reading.staged, report, batch)
        if self.writing.account:
            report = _with_overview(report, reading.entries)
        return self._put_all(reading.entries, report, there, view, batch)

    def _take_staged(
        self, reading: Reading, staged: StagedEntries, report: SourceReport, batch: Batch | None
    ) -> SourceReport:
        """Take what is written already, and is new; what stands in one file is taken together."""
        if batch is not None and staged is not self._taken:
            assert isinstance(batch, TakesStaged)
            batch.take(staged)
            self._taken = staged
        self._seen.update(reading.staged_ids)
        return evolve(report, added=len(reading.staged_ids))

    def _adopt(
        self,
        reading: Reading,
        about: About,
        there: Mapping[EntryId, Entry],
        view: Snapshot,
        batch: Batch,
    ) -> None:
        """Take over what a file of ours says of its collection, where nothing is said here.

        What it says of the whole counts for an empty collection that it is the only source of;
        what it says of a category that was renamed or emptied here since counts no longer.
        """
        said = {category.path for category in view.categories()}
        news = [category for category in about.categories if category.path not in said]
        left = _left(reading.entries, there) if news else frozenset()
        for category in news:
            if left.isdisjoint(_with_those_above(category.path)):
                batch.set_category(category)
        if self.names == [reading.source] and not self._seen and not len(view):
            metadata = view.metadata()
            missing = {
                field.name: value
                for field in fields(Metadata)
                if (value := getattr(about.metadata, field.name))
                and not getattr(metadata, field.name)
            }
            batch.set_metadata(evolve(metadata, **missing))

    def _put_all(
        self,
        entries: tuple[Entry, ...],
        report: SourceReport,
        there: Mapping[EntryId, Entry],
        view: Snapshot,
        batch: Batch | None,
    ) -> SourceReport:
        self._seen.update(entry.id for entry in entries)
        counts: Counter[str] = Counter()
        warnings: list[str] = []
        duplicates: list[Duplicate] = []
        for entry in entries:
            if stored := there.get(entry.id):
                outcome, kept = self._updated(entry, stored, warnings)
            elif twin := self._twin(entry, view):
                duplicates.append(Duplicate(entry.label, twin))
                continue
            else:
                outcome, kept = "added", entry
            counts[outcome] += 1
            if batch is not None and kept is not None:
                batch.put(kept)
        return evolve(
            report,
            added=counts["added"],
            updated=counts["updated"],
            unchanged=counts["unchanged"],
            duplicates=tuple(duplicates),
            warnings=(*report.warnings, *warnings),
        )

    def _updated(
        self, entry: Entry, stored: Entry, warnings: list[str]
    ) -> tuple[str, Entry | None]:
        """What becomes of an entry that is there: how to count it, and what to write."""
        result = merged(stored, entry, self.writing.moment)
        warnings.extend(f"{entry.id}: {conflict}" for conflict in result.conflicts)
        is_changed = result.changed or _sha256(stored) != _sha256(entry)
        return (
            "updated" if is_changed else "unchanged",
            None if result.entry == stored else result.entry,
        )

    def _twin(self, entry: Entry, view: Snapshot) -> EntryId | None:
        """The entry that has the same text already."""
        if self.writing.on_duplicate == "keep":
            return None
        if self._texts is None:
            self._texts = {_folded(stored): stored.id for stored in view.scan()}
        twin = self._texts.setdefault(_folded(entry), entry.id)
        return None if twin == entry.id else twin

    def _prune(self, view: Snapshot, batch: Batch | None) -> None:
        gone: Counter[str] = Counter()
        for entry in view.scan():
            uri = entry.source.uri if entry.source else ""
            if not self._is_gone(entry.id, uri):
                continue
            if was_edited(entry):
                reason = f"{entry.id} is gone from it, but was changed by hand since: kept"
                self.tell(SourceReport(source=uri, status="gone", warnings=(reason,)))
                continue
            gone[uri] += 1
            if batch is not None:
                batch.delete(entry.id)
        for uri, number in gone.items():
            self.tell(SourceReport(source=uri, status="gone", entries=number, removed=number))

    def _is_gone(self, entry_id: EntryId, uri: str) -> bool:
        if entry_id in self._seen or not any(_is_below(uri, name) for name in self.names):
            return False
        # What could not be read is not gone. What was compressed has its name without the ending.
        return not any(
            _is_below(uri, name) or _is_below(uri, without_ending(name)) for name in self._rejected
        )


def _lots(readings: Iterator[Reading], size: int) -> Iterator[list[Reading]]:
    """Readings in lots of about so many entries, or of so many that have none."""
    lot: list[Reading] = []
    entries = 0
    for reading in readings:
        lot.append(reading)
        entries += len(reading.ids)
        if max(entries, len(lot)) >= size:
            yield lot
            lot, entries = [], 0
    if lot:
        yield lot


def _left(entries: Iterable[Entry], there: Mapping[EntryId, Entry]) -> frozenset[CategoryPath]:
    """The categories of entries that stand in others here, all of them, since they came."""
    came: set[CategoryPath] = set()
    here: set[CategoryPath] = set()
    for entry in entries:
        stored = there.get(entry.id, entry)
        came.update(_with_those_above(entry.category))
        here.update(_with_those_above(stored.category))
    return frozenset(came - here)


def _with_those_above(path: CategoryPath) -> Iterator[CategoryPath]:
    return (path[:depth] for depth in range(1, len(path) + 1))


def _set_document(view: Snapshot, batch: Batch, name: str, value: JSONValue) -> None:
    if view.document(name) != value:
        batch.set_document(name, value)


def _is_below(uri: str, name: str) -> bool:
    return uri == name or uri.startswith(f"{name}/")


def _sha256(entry: Entry) -> str | None:
    return entry.source.sha256 if entry.source else None


def _folded(entry: Entry) -> bytes:
    """What tells two texts apart: not blanks, and not a title, unless there is nothing else."""
    text = " ".join(entry.body.split()) or f"\0{entry.title}"
    return blake2b(text.encode(), digest_size=16).digest()


def _with_overview(report: SourceReport, entries: tuple[Entry, ...]) -> SourceReport:
    return evolve(
        report,
        languages=Counter(entry.language or "" for entry in entries),
        years=Counter(entry.created[:4] for entry in entries if entry.created),
        lengths=tuple(len(entry.body) for entry in entries),
    )
