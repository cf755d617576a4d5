"""The run of an import: from what the user named to entries in a collection."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Literal

from .. import plugins
from .._clock import now
from ..collection import Collection
from ..errors import IngestError, UnknownPlugin
from ..identity import CategoryPath
from ..storage.base import Snapshot
from . import origins
from .cleaning import DEFAULT, Transform
from .drafting import Drafting
from .formats.base import Importer
from .origins import Origins
from .parallel import read_all
from .reading import Reader
from .report import ImportReport, ReportBuilder, SourceReport
from .sources import Root, find_roots, walk
from .writing import CHECKPOINT, Writer, Writing, begun_at

__all__ = ["ImportReport", "import_texts"]


def import_texts(
    collection: Collection,
    *sources: str | Path,
    format: str | None = None,  # noqa: A002 - the name of the option everywhere
    importers: Mapping[str, Importer] | None = None,
    transforms: Mapping[str, Transform] = DEFAULT,
    encoding: str | None = None,
    category: CategoryPath = (),
    language: str | None = None,
    rights: str | None = None,
    origin: str | None = None,
    jobs: int = 1,
    on_error: Literal["skip", "stop"] = "skip",
    on_duplicate: Literal["keep", "skip"] = "keep",
    prune: bool = False,
    dry_run: bool = False,
    without: Iterable[Path] = (),
    clock: Callable[[], datetime | None] = now,
    watch: Callable[[SourceReport], object] | None = None,
    account: bool = False,
) -> ImportReport:
    """Import files and folders into a collection.

    Folders below a source become categories; titles come from the texts or from the names of
    the files. A source that cannot be imported is rejected with the reason, the others go in.
    The same source again updates what has changed, but for what a person has changed since.
    Entries are written in batches; after an interruption the same call goes on.

    Args:
        collection: where to.
        *sources: files, folders, globs, ``-`` for standard input.
        format: name of the importer to use; each file decides unless given.
        importers: in place of the installed ones of the same names, such as
            ``{"plain": PlainImporter(split="heading")}``.
        transforms: that make clean texts, as of `collectionlib.importing.cleaning.transforms`.
        encoding: name of the codec to read with; each file decides unless given.
        category: what stands in front of every entry's category.
        language: BCP 47 tag of the texts whose importer tells none.
        rights: of the texts whose importer tells none.
        origin: name of the origin, where a root that was imported before has moved.
        jobs: how many processes read; the result is the same. A script that asks for more than
            one needs the guard ``if __name__ == "__main__":``, as for `multiprocessing`.
        on_error: ``skip`` rejects a source and goes on, ``stop`` raises and imports nothing.
        on_duplicate: ``skip`` leaves out an entry whose text, blanks aside, is there already.
        prune: remove entries of these sources that are no longer in them, unless a person has
            changed them.
        dry_run: only report; nothing is written.
        without: files and folders to pass over, besides the collection itself.
        clock: the moment of the import; `None` from it leaves it out.
        watch: called with the report of each source.
        account: whether the reports of the sources are to say what was removed, and why texts
            were taken as they were.

    Raises:
        IngestError: there is no such source; or any, where ``on_error`` is ``stop``.
        InvalidValueError: an option is not what it may be.
        UnknownPlugin: there is no importer ``format``.
        CollectionLocked: another writer holds the collection.

    >>> with Collection.create("memory:") as jokes:
    ...     report = import_texts(jokes, "tests/data/import/two-files")
    ...     report.added, len(jokes)
    (2, 2)
    """
    roots = find_roots([str(source) for source in sources])
    with collection.snapshot() as view:
        named, known = _named(roots, view, origin)
        names = [name for _, name in named]
        begun = begun_at(view.document(CHECKPOINT), names)
    moment = begun or clock()
    reader = Reader(
        drafting=Drafting(
            importers=_importers(importers or {}, format),
            format=format,
            transforms=transforms,
            category=category,
            language=language,
            rights=rights,
            added=moment,
        ),
        encoding=encoding,
        account=account,
    )
    builder = ReportBuilder()

    def tell(report: SourceReport) -> None:
        builder.add(report)
        if watch is not None:
            watch(report)

    writer = Writer(
        collection=collection,
        writing=Writing(
            moment=moment,
            on_duplicate=on_duplicate,
            prune=prune,
            on_error=on_error,
            dry_run=dry_run,
            account=account,
        ),
        names=names,
        origins=known,
        tell=tell,
    )
    own = (Path(collection.location), *without)
    found = chain.from_iterable(walk(root, name, without=own) for root, name in named)
    writer.write(read_all(found, reader, jobs))
    return builder.report(resumed=begun is not None)


def _importers(given: Mapping[str, Importer], name: str | None) -> dict[str, Importer]:
    installed = plugins.names("importer")
    if unknown := sorted({*given, *([name] if name else [])} - {*given, *installed}):
        raise UnknownPlugin("importer", unknown[0], installed)
    if name is not None and name not in given:
        # Here an importer that lacks a package says so.
        given = {**given, name: plugins.load("importer", name)()}
    loaded = {name: cls() for name, cls in plugins.load_all("importer").items()}
    return {**loaded, **given}


def _named(
    roots: list[Root], view: Snapshot, origin: str | None
) -> tuple[list[tuple[Root, str]], Origins]:
    """The roots with the names of their origins, and all origins that there are then."""
    known = Origins(view.document(origins.DOCUMENT))
    if origin is None:
        return [(root, known.name_for(root)) for root in roots], known
    if len(roots) != 1:
        raise IngestError(origin, "an origin is one root: import the others by themselves")
    return [(roots[0], known.move(origin, roots[0]))], known
