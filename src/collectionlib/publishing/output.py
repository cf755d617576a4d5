"""The way out: choose, arrange, and write a file that is replaced only as a whole."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from inspect import signature
from io import BufferedReader
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, TypeAlias

from attrs import evolve

from .. import plugins
from ..collection import Collection, select_from
from ..errors import (
    CollectionError,
    ExportError,
    InvalidValueError,
    OutputExists,
    UnknownPlugin,
)
from ..model import Metadata
from ..objects import ObjectUrl, StoreError, is_object_url, is_url
from ..objects.files import ObjectFile
from ..objects.stores import stored
from ..objects.writing import replacing_object, replacing_objects
from ..query import AllOf, Predicate, Selection, parse
from ..storage.durable import (
    is_stream,
    remove_abandoned,
    remover_of_abandoned,
    replacing,
    replacing_together,
    why_not_written,
)
from ..storage.durable_folders import replacing_folder
from .anthology import Anthology, arrange
from .folders import check_folder, is_folder, seal
from .formats.base import Exporter, RecognisesOutput, WritesFolder
from .volumes import VolumeSize, divide, volume_metadata, volume_path

__all__ = [
    "Output",
    "explained",
    "export",
    "export_to_stream",
    "export_volumes",
    "exporter_class",
    "exporter_for",
    "folder_formats",
    "made",
    "options_of",
    "output_at",
    "outputs_together",
    "writing_folder",
    "writing_output",
]

Output: TypeAlias = Path | ObjectUrl
"""Where an output goes: a file or a folder, or an object of a bucket."""

_Begin: TypeAlias = Callable[[Output], AbstractContextManager[BinaryIO]]

_ENTRIES = (".txt", ".md")
"""Endings of what is an entry in a collection in a folder."""


def export(
    collection: Collection,
    output: str | Path,
    query: str | Predicate | Selection = AllOf(()),  # noqa: B008 - a frozen value
    *,
    to: str | Exporter | None = None,
    metadata: Metadata | None = None,
    force: bool = False,
) -> Anthology:
    """Write the entries that a query finds as an anthology.

    Args:
        collection: where from.
        output: the file; its ending chooses the format. An existing file is replaced when the
            new one is complete, and only if it is of the kind that is written; so is an object
            at a URL (``s3://``, ``gs://``, ``az://``). A folder that is there, or whose name ends
            in ``/``, is written by an exporter that can do that (`WritesFolder`), and replaced
            only if it came from one.
        query: which entries, all unless given.
        to: name of the exporter, or an exporter with options of its own.
        metadata: of the book, in place of the collection's.
        force: replace whatever file is there.

    Returns:
        What was written, as an outline.

    Raises:
        UnknownPlugin: no exporter has that name or writes files with that ending.
        OutputExists: the file is there and of another kind.
        ExportError: the file cannot be written; is the collection itself; or would lie in the
            collection and become one of its entries.
        RenderError: an entry cannot be written in the format.
        InvalidValueError: the query is malformed, or a URL of another kind.
        MissingExtra: a URL, and obstore is not installed.
        StorageError: the object store cannot be reached.
    """
    path = output_at(output)
    exporter = _exporter(path, to)
    if isinstance(path, Path) and is_folder(output):
        return _export_folder(collection, path, exporter, query, metadata=metadata, force=force)
    with writing_output(collection, path, exporter, force=force) as out:
        return export_to_stream(collection, out, exporter, query, metadata=metadata)


def _export_folder(
    collection: Collection,
    path: Path,
    exporter: Exporter,
    query: str | Predicate | Selection,
    *,
    metadata: Metadata | None,
    force: bool,
) -> Anthology:
    if not isinstance(exporter, WritesFolder):
        kind = exporter.kind if isinstance(exporter, RecognisesOutput) else "this format"
        raise ExportError(f"{path} is a folder, and {kind} is one file: give it a name")
    with collection.snapshot() as view, writing_folder(collection, path, force=force) as folder:
        chosen = select_from(view, _selection(query))
        anthology = arrange(chosen, metadata or view.metadata(), view.categories())
        exporter.export_folder(anthology, view, folder)
        seal(folder)
        return anthology


def export_volumes(
    collection: Collection,
    output: str | Path,
    query: str | Predicate | Selection = AllOf(()),  # noqa: B008 - a frozen value
    *,
    size: VolumeSize,
    to: str | Exporter | None = None,
    metadata: Metadata | None = None,
    force: bool = False,
) -> list[tuple[Output, Anthology]]:
    """Write an anthology in numbered volumes of a series; see `export`.

    Args:
        size: how much a volume holds; what fits in one volume is written as one book, to
            ``output`` itself.

    Returns:
        The volumes with their files. None of the files is replaced before all are complete.
    """
    path = output_at(output)
    exporter = _exporter(path, to)
    written: list[tuple[Output, Anthology]] = []
    with collection.snapshot() as view, explained(path), outputs_together() as begin:
        about = metadata or view.metadata()
        whole = arrange(select_from(view, _selection(query)), about, view.categories())
        about = evolve(about, language=whole.metadata.language)
        tidy = remover_of_abandoned()
        volumes = list(divide(whole, size))
        for number, ids in enumerate(volumes, start=1):
            if len(volumes) == 1:
                place, book = path, whole
            else:
                place = volume_path(path, number, len(volumes))
                own = volume_metadata(about, number)
                book = arrange(map(view.get, ids), own, view.categories())
            with writing_output(
                collection, place, exporter, force=force, begin=begin, tidy=tidy
            ) as out:
                exporter.export(book, view, out)
            written.append((place, book))
    return written


def output_at(output: str | Path) -> Output:
    """Where an output goes.

    Raises:
        InvalidValueError: a URL of another kind than those of objects.
        ExportError: a URL of what would be a folder.
    """
    if isinstance(output, Path) or not is_url(output):
        return Path(output)
    url = ObjectUrl.parse(output)
    if url.is_folder:
        raise ExportError(
            f"{url} would be a folder, and only files are written to object storage: name a file "
            "in it, or write a folder here and copy it there"
        )
    return url


@contextmanager
def outputs_together() -> Iterator[_Begin]:
    """As `replacing_together`, for objects too."""
    with replacing_together() as begin_file, replacing_objects() as begin_object:

        def begin(place: Output) -> AbstractContextManager[BinaryIO]:
            return begin_file(place) if isinstance(place, Path) else begin_object(place)

        yield begin


def _beginning(place: Output) -> AbstractContextManager[BinaryIO]:
    return replacing(place) if isinstance(place, Path) else replacing_object(place)


@contextmanager
def writing_output(
    collection: Collection,
    path: Output,
    exporter: Exporter,
    *,
    force: bool,
    begin: _Begin = _beginning,
    tidy: Callable[[Path], None] = remove_abandoned,
) -> Iterator[BinaryIO]:
    """A file to write, which takes the place of ``path`` when it is complete; see `export`.

    Args:
        collection: which may not be replaced.
        path: of the file.
        exporter: that writes it.
        force: replace whatever file is there.
        begin: gives the file; one of several waits for the others (`replacing_together`).
        tidy: takes away what killed writers have left beside it.
    """
    if isinstance(path, Path):
        _check_outside(path, collection)
        if path.is_dir():
            raise ExportError(f"{path} is a folder: give the name of a file in it")
        if not force:
            _check_replaceable(path, exporter)
        if not is_stream(path):
            tidy(path)
    else:
        _check_object(path, collection, exporter, force=force)
    with explained(path), begin(path) as out:
        yield out


@contextmanager
def writing_folder(collection: Collection, path: Path, *, force: bool) -> Iterator[Path]:
    """A folder to write into, which takes the place of ``path`` when it is sealed; see `export`."""
    _check_outside(path, collection, as_folder=True)
    check_folder(path, force=force)
    remove_abandoned(path)
    with explained(path), replacing_folder(path) as folder:
        yield folder


@contextmanager
def explained(path: Output) -> Iterator[None]:
    """Translate what the operating system says while an output is written.

    Args:
        path: of the output; where one of several cannot be put in its place, that one is named.

    Raises:
        ExportError: it could not be written.
    """
    try:
        yield
    except CollectionError:
        raise
    except StoreError as error:
        raise ExportError(f"{path} could not be written: {error.reason}") from error
    except OSError as error:
        where = error.filename2 or path
        raise ExportError(f"{where} could not be written: {why_not_written(error)}") from error


def export_to_stream(
    collection: Collection,
    out: BinaryIO,
    exporter: Exporter,
    query: str | Predicate | Selection = AllOf(()),  # noqa: B008 - a frozen value
    *,
    metadata: Metadata | None = None,
) -> Anthology:
    """Write the entries that a query finds to a binary stream; see `export`."""
    with collection.snapshot() as view:
        chosen = select_from(view, _selection(query))
        anthology = arrange(chosen, metadata or view.metadata(), view.categories())
        exporter.export(anthology, view, out)
        return anthology


def _selection(query: str | Predicate | Selection) -> Selection:
    if isinstance(query, Selection):
        return query
    return Selection(parse(query) if isinstance(query, str) else query)


def _exporter(path: Output, to: str | Exporter | None) -> Exporter:
    return exporter_for(path, to) if to is None or isinstance(to, str) else to


def exporter_for(
    path: Output, name: str | None = None, options: Mapping[str, object] = MappingProxyType({})
) -> Exporter:
    """The exporter of that name, or the one that writes files with that ending.

    Args:
        path: of the output.
        name: of the exporter.
        options: fields of the exporter with their values; see `options_of`.

    Raises:
        UnknownPlugin: there is none.
        InvalidValueError: it has no such option.

    >>> type(exporter_for(Path("book.json"))).__name__
    'JsonExporter'
    """
    return made(exporter_class(path, name), options)


def made(kind: type[Exporter], options: Mapping[str, object]) -> Exporter:
    """An exporter with options.

    Raises:
        InvalidValueError: it has no such option.

    >>> made(exporter_class(Path("book.json")), {"vertical": True})
    Traceback (most recent call last):
        ...
    collectionlib.errors.InvalidValueError: vertical is no option of JsonExporter: True
    """
    for option in sorted(options.keys() - options_of(kind)):
        raise InvalidValueError(option, options[option], f"is no option of {kind.__name__}")
    return kind(**options)


def options_of(kind: type[Exporter]) -> frozenset[str]:
    """The names of the options that an exporter has."""
    return frozenset(signature(kind).parameters)


def folder_formats() -> tuple[str, ...]:
    """The names of the exporters that write folders.

    >>> "html" in folder_formats()
    True
    """
    exporters = plugins.load_all("exporter").items()
    return tuple(name for name, kind in exporters if hasattr(kind, "export_folder"))


def exporter_class(path: Output, name: str | None = None) -> type[Exporter]:
    """The class of the exporter of that name, or of the one that writes files with that ending.

    Raises:
        UnknownPlugin: there is none.
    """
    if name is not None:
        named: type[Exporter] = plugins.load("exporter", name)
        return named
    exporters: dict[str, type[Exporter]] = plugins.load_all("exporter")
    suffix = path.suffix.lower()
    for found in exporters.values():
        if suffix in found.suffixes:
            return found
    known = sorted(suffix for found in exporters.values() for suffix in found.suffixes)
    raise UnknownPlugin("exporter for files", suffix or path.name, known)


def _check_outside(path: Path, collection: Collection, *, as_folder: bool = False) -> None:
    folder = Path(collection.location)
    if folder.exists() and path.exists() and path.samefile(folder):
        raise ExportError(f"{path} is the collection that is to be exported: write to another file")
    if folder.exists() and _leading_to(folder).is_relative_to(_leading_to(path)):
        raise ExportError(f"{path} holds the collection that is to be exported: write elsewhere")
    inside = folder.is_dir() and _leading_to(path).is_relative_to(_leading_to(folder))
    if inside and (as_folder or path.suffix.lower() in _ENTRIES):
        raise ExportError(
            f"{path} lies in the collection {collection.location} and would become one of its "
            f"{'categories' if as_folder else 'entries'}: write it elsewhere"
        )


def _leading_to(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _check_object(
    url: ObjectUrl, collection: Collection, exporter: Exporter, *, force: bool
) -> None:
    """See that an object is neither of the collection nor somebody else's."""
    location = collection.location
    if is_object_url(location) and url.is_in(ObjectUrl.parse(location)):
        raise ExportError(f"{url} lies in the collection {location}: write it elsewhere")
    with explained(url):
        there = stored(url)
    if there is None or there.size == 0 or force:
        return
    kind = "a file"
    if isinstance(exporter, RecognisesOutput):
        kind = exporter.kind
        with explained(url), BufferedReader(ObjectFile(there)) as file:
            if exporter.recognises(file):
                return
    raise OutputExists(str(url), kind)


def _check_replaceable(path: Path, exporter: Exporter) -> None:
    if not path.exists() or is_stream(path):
        return
    kind = exporter.kind if isinstance(exporter, RecognisesOutput) else "a file"
    if path.is_file():
        if path.stat().st_size == 0:
            return
        if isinstance(exporter, RecognisesOutput):
            with path.open("rb") as file:
                if exporter.recognises(file):
                    return
    raise OutputExists(str(path), kind)
