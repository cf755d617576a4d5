"""The run of an import: from what the user named to entries in a collection."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any, Literal

import attrs
from attrs import evolve, frozen

from .. import plugins
from .._clock import now
from ..collection import Collection
from ..errors import IngestError, InvalidValueError, UnknownPlugin
from ..executing import ExecutorChoice, check_executor, workers
from ..identity import CategoryPath
from ..storage.base import Snapshot
from ..storage.history import Operation, Transaction
from ..storage.history.reading import last_transaction
from . import origins
from .cleaning import DEFAULT, RemoveBoilerplate, Transform, with_boilerplate
from .cleaning.boilerplate import LineCounts
from .drafting import Drafting
from .formats.base import Importer
from .origins import Origins
from .parallel import read_all
from .profile import Profile
from .reading import Reader, Reading
from .report import ImportReport, ReportBuilder, SourceReport
from .sources import Found, Root, find_roots, walk
from .staging import stager_for, unstaged
from .writing import Writer, Writing, begun_at

__all__ = ["ImportReport", "Previewed", "import_texts", "preview_texts"]


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
    profile: Profile | None = None,
    origin: str | None = None,
    executor: ExecutorChoice = "local",
    jobs: int = 1,
    on_error: Literal["skip", "stop"] = "skip",
    on_duplicate: Literal["keep", "skip"] = "keep",
    prune: bool = False,
    dry_run: bool = False,
    without: Iterable[str | Path] = (),
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
        *sources: files, folders, globs, ``-`` for standard input; URLs of objects (``s3://``,
            ``gs://``, ``az://``), with the extra ``[lake]``.
        format: name of the importer to use; each file decides unless given.
        importers: in place of the installed ones of the same names, such as
            ``{"plain": PlainImporter(split="heading")}``.
        transforms: that make clean texts, as of `collectionlib.importing.cleaning.transforms`.
        encoding: name of the codec to read with; each file decides unless given.
        category: what stands in front of every entry's category.
        language: BCP 47 tag of the texts whose importer tells none; ``auto`` finds out where it
            is sure.
        rights: of the texts whose importer tells none.
        profile: what is known about the archive; what is given besides goes before it.
        origin: name of the origin, where a root that was imported before has moved.
        executor: who reads the sources; the result is the same. ``local`` is processes of this
            machine, ``dask://HOST:PORT`` the workers of that Dask scheduler; or any
            `concurrent.futures.Executor`, which is not shut down.
        jobs: how many processes read, where they are local. A script that asks for more than
            one needs the guard ``if __name__ == "__main__":``, as for `multiprocessing`.
        on_error: ``skip`` rejects a source and goes on, ``stop`` raises and imports nothing.
        on_duplicate: ``skip`` leaves out an entry whose text, blanks aside, is there already.
        prune: remove entries of these sources that are no longer in them, unless a person has
            changed them.
        dry_run: only report; nothing is written.
        without: files and folders, or URLs, to pass over, besides the collection itself.
        clock: the moment of the import; `None` from it leaves it out.
        watch: called with the report of each source.
        account: whether the reports of the sources are to say what was removed, and why texts
            were taken as they were.

    Raises:
        IngestError: there is no such source; or any, where ``on_error`` is ``stop``.
        InvalidValueError: an option is not what it may be.
        UnknownPlugin: there is no importer ``format``.
        CollectionLocked: another writer holds the collection.
        ExecutionError: the workers of the executor cannot be reached, or not do it.
        MissingExtra: the executor, or a URL, needs a package that is not installed.
        StorageError: an object store cannot be reached; the same call goes on.

    >>> with Collection.create("memory:") as jokes:
    ...     report = import_texts(jokes, "tests/data/import/two-files")
    ...     report.added, len(jokes)
    (2, 2)
    """
    roots = find_roots([str(source) for source in sources])
    with collection.snapshot() as view:
        named, known = _named(roots, view, origin)
        names = [name for _, name in named]
        begun = begun_at(view, names)
        operation = _operation(sources, names, last_transaction(view), resumes=begun is not None)
    moment = begun or clock()
    reader = _reader(
        profile or Profile(),
        format=format,
        importers=importers,
        transforms=transforms,
        encoding=encoding,
        category=category,
        language=language,
        rights=rights,
        added=moment,
        account=account,
    )
    own = (*collection.storage.places(), *without)

    def found() -> Iterator[Found]:
        return chain.from_iterable(walk(root, name, without=own) for root, name in named)

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
        operation=operation,
        names=names,
        origins=known,
        tell=tell,
    )
    with workers(executor, jobs) as hired:
        if "boilerplate" in transforms:
            reader = _without_repeated_lines(reader, read_all(found(), reader, hired))
        # A report of the texts needs them here, and so does who compares them with others.
        are_new = begun is not None or not all(map(known.knew, names))
        sees_texts = account or dry_run or on_duplicate == "skip"
        stager = stager_for(collection, hired) if are_new and not sees_texts else None
        readings = read_all(found(), reader, hired, stager)
        writer.write(readings if stager is None else unstaged(readings, collection, stager))
    return builder.report(resumed=begun is not None)


def _operation(
    sources: Sequence[str | Path], names: list[str], last: Transaction | None, *, resumes: bool
) -> Operation:
    """What all batches of an import belong to, those of one that was interrupted among them."""
    run = f"import {' '.join(names)} after "
    if resumes and last is not None and last.run is not None and last.run.startswith(run):
        run = last.run
    else:
        run += str(last.operation if last else 0)
    return Operation(shlex.join(["import", *map(str, sources)]), run=run)


@frozen
class Previewed:
    """What an import would make of sources.

    Args:
        readings: of the sources, one after the other.
        lines: that repeat over the texts that have been read so far.
    """

    readings: Iterator[Reading]
    lines: LineCounts


def preview_texts(
    *sources: str | Path,
    format: str | None = None,  # noqa: A002 - the name of the option everywhere
    importers: Mapping[str, Importer] | None = None,
    transforms: Mapping[str, Transform] = DEFAULT,
    encoding: str | None = None,
    category: CategoryPath = (),
    language: str | None = None,
    rights: str | None = None,
    profile: Profile | None = None,
    executor: ExecutorChoice = "local",
    jobs: int = 1,
) -> Previewed:
    """What `import_texts` would make of sources, and why; nothing is written.

    The arguments are those of `import_texts`.

    >>> preview = preview_texts("tests/data/import/two-files")
    >>> [(reading.source, reading.format) for reading in preview.readings][:1]
    [('two-files/one.txt', 'plain')]
    """
    reader = _reader(
        profile or Profile(),
        format=format,
        importers=importers,
        transforms=transforms,
        encoding=encoding,
        category=category,
        language=language,
        rights=rights,
        added=None,
        account=True,
    )
    roots = find_roots([str(source) for source in sources])
    found = chain.from_iterable(walk(root, root.name) for root in roots)
    check_executor(executor, jobs)
    lines = LineCounts()

    def readings() -> Iterator[Reading]:
        with workers(executor, jobs) as hired:
            yield from read_all(found, reader, hired)

    return Previewed(_counted(readings(), lines), lines)


def _counted(readings: Iterator[Reading], lines: LineCounts) -> Iterator[Reading]:
    for reading in readings:
        for entry in reading.entries:
            lines.add(entry.body)
        yield reading


def _without_repeated_lines(reader: Reader, readings: Iterator[Reading]) -> Reader:
    """A reader that takes away the lines that repeat over the texts."""
    lines = LineCounts()
    for _ in _counted(readings, lines):
        pass
    repeated = frozenset(each.line for each in lines.repeated())
    drafting = reader.drafting
    there = drafting.transforms["boilerplate"]
    expressions = there.expressions if isinstance(there, RemoveBoilerplate) else ()
    boilerplate = RemoveBoilerplate(repeated, expressions)
    transforms = with_boilerplate(drafting.transforms, boilerplate)
    return evolve(reader, drafting=evolve(drafting, transforms=transforms))


def _reader(
    profile: Profile,
    *,
    format: str | None,  # noqa: A002 - the name of the option everywhere
    importers: Mapping[str, Importer] | None,
    transforms: Mapping[str, Transform],
    encoding: str | None,
    category: CategoryPath,
    language: str | None,
    rights: str | None,
    added: datetime | None,
    account: bool,
) -> Reader:
    """What reads sources as these options and, where they say nothing, the profile wants it."""
    format = format or profile.format  # noqa: A001
    if profile.boilerplate:
        transforms = with_boilerplate(transforms, RemoveBoilerplate((), profile.boilerplate))
    return Reader(
        drafting=Drafting(
            importers=_importers(importers or {}, format, profile),
            format=format,
            transforms=transforms,
            category=category or profile.category,
            language=language or profile.language,
            rights=rights or profile.rights,
            added=added,
            profile=profile if profile.paths or profile.headers else None,
        ),
        encoding=encoding or profile.encoding,
        account=account,
    )


def _importers(
    given: Mapping[str, Importer], name: str | None, profile: Profile
) -> dict[str, Importer]:
    installed = plugins.names("importer")
    if unknown := sorted({*given, *([name] if name else [])} - {*given, *installed}):
        raise UnknownPlugin("importer", unknown[0], installed)
    loaded = {each: cls() for each, cls in plugins.load_all("importer").items()}
    if name is not None and name not in given:
        # Here an importer that lacks a package says so.
        loaded[name] = plugins.load("importer", name)()
    options = {**profile.options, **({"fields": profile.fields} if profile.fields else {})}
    return {**configured(loaded, options), **given}


def configured(
    importers: Mapping[str, Importer], options: Mapping[str, Any]
) -> dict[str, Importer]:
    """Importers with options, each given to those that have a field of its name.

    Raises:
        InvalidValueError: none has such an option, or it may not have that value.
    """
    fields = {name: _fields_of(importer) for name, importer in importers.items()}
    known = sorted(set().union(*fields.values()))
    for option, value in options.items():
        if option not in known:
            raise InvalidValueError("option", option, f"is none of {', '.join(known)}")
        for name, importer in importers.items():
            if option in fields[name]:
                _check_kind(option, value, getattr(importer, option))
    return {
        name: evolve(importer, **{o: v for o, v in options.items() if o in fields[name]})  # type: ignore[misc]
        if not fields[name].isdisjoint(options)
        else importer
        for name, importer in importers.items()
    }


_KINDS = {bool: "true or false", int: "a number", str: "a text in quotes"}


def _check_kind(option: str, value: object, default: object) -> None:
    kind = type(default)
    if kind in _KINDS and type(value) is not kind:
        raise InvalidValueError(f"option {option}", value, f"is to be {_KINDS[kind]}")


def _fields_of(importer: Importer) -> set[str]:
    cls: Any = type(importer)
    return {field.name for field in attrs.fields(cls) if field.init} if attrs.has(cls) else set()


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
