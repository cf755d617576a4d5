"""The way out: choose, arrange, and write a file that is replaced only as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from .. import plugins
from ..collection import Collection, select_from
from ..errors import CollectionError, ExportError, OutputExists, UnknownPlugin
from ..model import Metadata
from ..query import AllOf, Predicate, Selection, parse
from ..storage.durable import replacing, why_not_written
from .anthology import Anthology, arrange
from .formats.base import Exporter, RecognisesOutput

__all__ = ["export", "export_to_stream", "exporter_for"]

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
            new one is complete, and only if it is of the kind that is written.
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
        InvalidValueError: the query is malformed.
    """
    path = Path(output)
    exporter = to if to is not None and not isinstance(to, str) else exporter_for(path, to)
    _check_outside(path, collection)
    if not force:
        _check_replaceable(path, exporter)
    try:
        with replacing(path) as out:
            return export_to_stream(collection, out, exporter, query, metadata=metadata)
    except CollectionError:
        raise
    except OSError as error:
        raise ExportError(f"{path} could not be written: {why_not_written(error)}") from error


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


def exporter_for(path: Path, name: str | None = None) -> Exporter:
    """The exporter of that name, or the one that writes files with that ending.

    Raises:
        UnknownPlugin: there is none.

    >>> type(exporter_for(Path("book.json"))).__name__
    'JsonExporter'
    """
    if name is not None:
        named: Exporter = plugins.load("exporter", name)()
        return named
    exporters: dict[str, type[Exporter]] = plugins.load_all("exporter")
    suffix = path.suffix.lower()
    for found in exporters.values():
        if suffix in found.suffixes:
            return found()
    known = sorted(suffix for found in exporters.values() for suffix in found.suffixes)
    raise UnknownPlugin("exporter for files", suffix or path.name, known)


def _check_outside(path: Path, collection: Collection) -> None:
    folder = Path(collection.location)
    if folder.exists() and path.exists() and path.samefile(folder):
        raise ExportError(f"{path} is the collection that is to be exported: write to another file")
    inside = folder.is_dir() and path.resolve().is_relative_to(folder.resolve())
    if inside and path.suffix.lower() in _ENTRIES:
        raise ExportError(
            f"{path} lies in the collection {collection.location} and would become one of its "
            "entries: write it elsewhere"
        )


def _check_replaceable(path: Path, exporter: Exporter) -> None:
    if not path.exists():
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
