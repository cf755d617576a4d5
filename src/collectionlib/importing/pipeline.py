"""The run of an import: from what the user named to entries in a collection."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Literal

from attrs import evolve, frozen

from .. import plugins
from .._clock import now
from ..collection import Collection
from ..errors import IngestError, ParseError
from ..identity import CategoryPath, EntryId
from ..model import Entry
from ..storage.base import Batch, Snapshot
from . import origins
from .drafting import Drafting
from .origins import Origins
from .report import ImportReport, ReportBuilder
from .sources import Notice, Root, SourceFile, SourcePlace, find_roots, walk

__all__ = ["ImportReport", "import_texts"]


def import_texts(
    collection: Collection,
    *sources: str | Path,
    format: str | None = None,  # noqa: A002 - the name of the option everywhere
    encoding: str | None = None,
    category: CategoryPath = (),
    language: str | None = None,
    rights: str | None = None,
    origin: str | None = None,
    on_error: Literal["skip", "stop"] = "skip",
    dry_run: bool = False,
    without: Iterable[Path] = (),
    clock: Callable[[], datetime | None] = now,
    watch: Callable[[str], None] = lambda uri: None,
) -> ImportReport:
    """Import files and folders into a collection, in one transaction.

    Folders below a source become categories; titles come from the texts or from the names of
    the files. A source that cannot be imported is rejected with the reason, the others go in.
    The same source again updates what has changed.

    Args:
        collection: where to.
        *sources: files, folders, globs, ``-`` for standard input.
        format: name of the importer to use; each file decides unless given.
        encoding: name of the codec to read with; each file decides unless given.
        category: what stands in front of every entry's category.
        language: BCP 47 tag of the texts whose importer tells none.
        rights: of the texts whose importer tells none.
        origin: name of the origin, where a root that was imported before has moved.
        on_error: ``skip`` rejects a source and goes on, ``stop`` raises and imports nothing.
        dry_run: only report; nothing is written.
        without: files and folders to pass over, besides the collection itself.
        clock: the moment of the import; `None` from it leaves it out.
        watch: called with the uri of each file before it is read.

    Raises:
        IngestError: there is no such source; or any, where ``on_error`` is ``stop``.
        UnknownPlugin: there is no importer ``format``.
        CollectionLocked: another writer holds the collection.

    >>> with Collection.create("memory:") as jokes:
    ...     report = import_texts(jokes, "tests/data/import/two-files")
    ...     report.added, len(jokes)
    (2, 2)
    """
    roots = find_roots([str(source) for source in sources])
    if format is not None:
        plugins.load("importer", format)
    drafting = Drafting(
        importers={name: cls() for name, cls in plugins.load_all("importer").items()},
        format=format,
        category=category,
        language=language,
        rights=rights,
        added=clock(),
    )
    with ExitStack() as stack:
        # The writer first: what the snapshot sees is then what the batch changes.
        batch = None if dry_run else stack.enter_context(collection.transaction())
        view = stack.enter_context(collection.snapshot())
        run = _Run(drafting, encoding, on_error, view, batch, ReportBuilder(), set(), watch)
        own = (Path(collection.location), *without)
        return run.over(_named(roots, view, batch, origin), own)


def _named(
    roots: list[Root], view: Snapshot, batch: Batch | None, origin: str | None
) -> list[tuple[Root, str]]:
    """The roots with the names of their origins, which the collection remembers from now on."""
    known = Origins(view.document(origins.DOCUMENT))
    if origin is not None:
        if len(roots) != 1:
            raise IngestError(origin, "an origin is one root: import the others by themselves")
        named = [(roots[0], known.move(origin, roots[0]))]
    else:
        named = [(root, known.name_for(root)) for root in roots]
    if batch is not None and known.document() != view.document(origins.DOCUMENT):
        batch.set_document(origins.DOCUMENT, known.document())
    return named


@frozen
class _Run:
    """One import: what it reads with, what it writes to, what it has seen."""

    drafting: Drafting
    encoding: str | None
    on_error: Literal["skip", "stop"]
    view: Snapshot
    batch: Batch | None
    report: ReportBuilder
    seen: set[EntryId]
    watch: Callable[[str], None]

    def over(self, roots: list[tuple[Root, str]], own: Iterable[Path]) -> ImportReport:
        for root, origin in roots:
            for found in walk(root, origin, without=own):
                match found:
                    case SourcePlace():
                        self._take(found)
                    case Notice(source, reason):
                        self.report.warn(source, reason)
                    case IngestError():
                        self._reject(found)
        return self.report.report()

    def _reject(self, error: IngestError) -> None:
        if self.on_error == "stop":
            raise error
        self.report.sources += 1
        self.report.reject(error)

    def _take(self, place: SourcePlace) -> None:
        self.watch(place.uri)
        try:
            source = place.read(self.encoding)
            # All of a file or nothing of it: its entries are put when the last one is made.
            entries = list(self._new_entries(source))
        except IngestError as error:
            self._reject(error)
            return
        except RecursionError:
            reason = "it is nested too deeply; take it for text with --format plain"
            self._reject(ParseError(place.uri, reason))
            return
        self.report.sources += 1
        self._warn(source, entries)
        for entry in entries:
            self._put(entry)

    def _new_entries(self, source: SourceFile) -> Iterator[Entry]:
        if not source.data:
            return
        for entry in self.drafting.entries(source):
            if entry.id in self.seen:
                raise IngestError(source.uri, "another source of this run has the same name")
            yield entry

    def _warn(self, source: SourceFile, entries: list[Entry]) -> None:
        if not entries:
            self.report.warn(source.uri, "it holds no text")
            return
        for doubt in source.decoded.doubts():
            self.report.warn(source.uri, doubt)
        if blank := sum(1 for entry in entries if not entry.body.strip()):
            self.report.warn(source.uri, f"{blank} of its {len(entries)} texts are blank")

    def _put(self, entry: Entry) -> None:
        self.seen.add(entry.id)
        if not self.view.known([entry.id]):
            self.report.added += 1
        else:
            stored = self.view.get(entry.id)
            if _sha256(stored) == _sha256(entry):
                # What a person has changed since the import stays.
                self.report.unchanged += 1
                return
            self.report.updated += 1
            entry = evolve(entry, added=stored.added)
        if self.batch is not None:
            self.batch.put(entry)


def _sha256(entry: Entry) -> str | None:
    return entry.source.sha256 if entry.source else None
