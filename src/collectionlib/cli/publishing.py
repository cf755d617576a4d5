"""Commands that write books: ``export``, ``convert``."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

import click
from attrs import evolve, frozen

from .. import plugins
from ..collection import Collection
from ..importing.drafting import AUTO
from ..importing.sources import printable_name
from ..model import Metadata
from ..objects import is_url
from ..publishing.devices import DEVICES
from ..publishing.folders import is_folder
from ..publishing.formats.base import Exporter
from ..publishing.output import (
    export,
    export_to_stream,
    export_volumes,
    folder_formats,
    output_at,
)
from ..publishing.volumes import VolumeSize
from ..query import Order, Selection
from .books import (
    JSON_PROFILES,
    book_metadata,
    device_option,
    exporter_of,
    metadata_options,
    output_names,
    output_options,
    says_format,
    split_option,
)
from .importing import run_import, tell_import
from .opening import is_page, open_option, page_of, page_to_show, show
from .options import import_options, json_option
from .sectioned import SectionedCommand
from .selecting import selection, selection_options, tell_explanation
from .session import NOTHING_MATCHED, PARTIAL, Session, counted, echo_json, pass_session

__all__ = ["convert_command", "export_command"]

_STANDARD_OUTPUT = "-"
_TO_BE_SHOWN = "book.html"


@click.command("export", cls=SectionedCommand)
@click.argument("output", required=False)
@click.argument("query", default="")
@selection_options
@output_options
@open_option
@split_option("--split", "--book-split")
@device_option("--profile", "--device")
@metadata_options
@json_option
@pass_session
def export_command(
    session: Session,
    /,
    output: str | None,
    query: str,
    sort: Order,
    limit: int | None,
    explain: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Write what QUERY finds to OUTPUT, - for standard output.

    Its ending says the format: .epub, .html, .json, .jsonl, .md, .txt; site/ is a folder. It may
    be a URL: s3://, gs://, az://.

    \b
    Examples:
      collectionlib -L jokes/ export book.epub
      collectionlib -L jokes/ export wishes.txt 'category:"Blessing messages"'
      collectionlib -L jokes/ export short.epub 'length<500' --sort author,title --limit 100
      collectionlib -L jokes/ export - --to json | jq '.entries | length'
      collectionlib -L jokes/ export --open
    """
    if output is None and not options["opens"]:
        raise click.MissingParameter(param_type="argument", param_hint="'OUTPUT'")
    if output is None and options["device"] in JSON_PROFILES:
        raise click.UsageError(f"{options['device']} is no page to be shown: name an OUTPUT for it")
    chosen = selection(query, sort, limit)
    with session.open() as collection:
        if explain:
            tell_explanation(collection, chosen, as_json=as_json)
            return
        if not collection.count(chosen.where):
            why = "nothing matches" if query else "the collection is empty"
            session.say(f"{why}: nothing was written")
            raise click.exceptions.Exit(NOTHING_MATCHED)
        metadata = book_metadata(collection.metadata, options)
        job = _Job.of(session, output, options, as_json=as_json)
        job.write(collection, chosen, metadata)


@click.command("convert", cls=SectionedCommand)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.argument("output")
@metadata_options
@output_options
@open_option
@split_option("--book-split")
@device_option("--device")
@import_options
@json_option
@pass_session
def convert_command(
    session: Session, /, sources: tuple[str, ...], output: str, as_json: bool, **options: Any
) -> None:
    """Make a book of SOURCE..., files and folders, in one command; no collection is kept.

    \b
    Examples:
      collectionlib convert texts/ book.epub --title "Blessings"
      collectionlib convert wisdom.txt - --to json
    """
    _look_at_profile(options["profile"])
    language = options["language"]
    said = {**options, "language": None if language == AUTO else language}
    metadata = book_metadata(Metadata(), said)
    export_options = {name: said.pop(name) for name in (*output_names(), "opens")}
    said["language"] = language
    folders = {Path(os.path.realpath(source)).name: Path(source) for source in sources}
    pictures = {name: folder for name, folder in folders.items() if folder.is_dir()}
    # What is wrong with the options is said before a long import.
    job = _Job.of(session, output, export_options, pictures, as_json=as_json)
    with Collection.create("memory:", metadata=metadata) as collection:
        # The same texts are to give the same bytes: no moment of the import is noted.
        report = run_import(
            session, collection, sources, without=[output], clock=lambda: None, **said
        )
        tell_import(session, report, as_json=False)
        if not len(collection):
            session.say("there is no text: nothing was written")
            raise click.exceptions.Exit(PARTIAL if report.rejected else NOTHING_MATCHED)
        about = collection.metadata
        if not about.title:
            about = evolve(about, title=_title(sources))
        job.write(collection, Selection(), about)
    if report.rejected:
        raise click.exceptions.Exit(PARTIAL)


def _look_at_profile(name: str | None) -> None:
    """Refuse the name of a shop, which `export` takes there; here it would be a file of rules."""
    if name in [each.name for each in DEVICES] and not Path(name).exists():
        raise click.UsageError(f"--profile is a file with rules here: give --device {name}")


@frozen
class _Job:
    """A book that is to be written, and reported.

    Args:
        session: of the call.
        output: a file, a folder or a URL, - for standard output, or `None` where it is only to be
            shown.
        exporter: that writes it.
        force: whether whatever is there is replaced.
        size: of a volume.
        opens: whether it is shown in the browser.
        as_json: whether the report is JSON.
    """

    session: Session
    output: str | None
    exporter: Exporter
    force: bool
    size: VolumeSize | None
    opens: bool
    as_json: bool

    @classmethod
    def of(
        cls,
        session: Session,
        output: str | None,
        options: dict[str, Any],
        pictures: Mapping[str, Path] = MappingProxyType({}),
        *,
        as_json: bool,
    ) -> Self:
        """The book that the options ask for.

        Raises:
            click.UsageError: the format has no such option, or none is given.
        """
        if output == "":
            raise click.UsageError("OUTPUT is empty: name a file")
        opens = options.pop("opens")
        has_format = says_format(options)
        if opens and output == _STANDARD_OUTPUT and not has_format:
            output = None
        path = output_at(output or _TO_BE_SHOWN)
        if output == _STANDARD_OUTPUT and not has_format:
            raise click.UsageError(
                f"standard output has no ending: give --to, {', '.join(plugins.names('exporter'))}"
            )
        force, size = options.pop("force"), options.pop("volume_size")
        if size and output is not None and (output == _STANDARD_OUTPUT or is_folder(output)):
            raise click.UsageError("volumes are several files: give OUTPUT a name")
        if options["to"] is None and output is not None and is_folder(output):
            raise click.UsageError(
                f"{output} is a folder: give --to, {', '.join(folder_formats())}"
            )

        def tell(message: str) -> None:
            session.say(f"warning: {message}")

        exporter = exporter_of(path, options, pictures=pictures, tell=tell)
        return cls(session, output, exporter, force, size, opens, as_json)

    def write(self, collection: Collection, query: Selection, metadata: Metadata) -> None:
        """Write the entries that a query finds, show them, and say so."""
        written = self._written(collection, query, metadata)
        shown = self._page(collection, query, metadata) if self.opens else None
        if self.output is None and shown:
            found = collection.count(query.where)
            written = [(str(shown), min(found, query.limit or found))]
        if self.output != _STANDARD_OUTPUT:
            self._report(written, shown)
        if shown:
            show(self.session, shown)

    def _written(
        self, collection: Collection, query: Selection, metadata: Metadata
    ) -> list[tuple[str, int]]:
        """What was written, with the number of its entries."""
        if self.output is None:
            return []
        if self.output == _STANDARD_OUTPUT:
            out = sys.stdout.buffer
            export_to_stream(collection, out, self.exporter, query, metadata=metadata)
            return []
        common: dict[str, Any] = {"to": self.exporter, "metadata": metadata, "force": self.force}
        if not self.size:
            return [(self.output, len(export(collection, self.output, query, **common)))]
        volumes = export_volumes(collection, self.output, query, size=self.size, **common)
        return [(str(path), len(book)) for path, book in volumes]

    def _page(self, collection: Collection, query: Selection, metadata: Metadata) -> Path:
        """The page to be shown: what was written, or one that is made for it."""
        output = self.output
        is_here = output is not None and output != _STANDARD_OUTPUT and not is_url(output)
        if output is not None and is_here and is_page(self.exporter):
            return Path(output) / "index.html" if is_folder(output) else Path(output)
        exporter = page_of(self.exporter)
        return page_to_show(
            lambda out: export_to_stream(collection, out, exporter, query, metadata=metadata)
        )

    def _report(self, written: list[tuple[str, int]], shown: Path | None) -> None:
        if self.as_json:
            entries = sum(number for _, number in written)
            report: dict[str, Any] = {
                "schema_version": 1,
                "output": self.output,
                "entries": entries,
            }
            if shown:
                report["opened"] = os.path.realpath(shown)
            if len(written) > 1:
                report["volumes"] = [
                    {"output": path, "entries": number} for path, number in written
                ]
            echo_json(report)
            return
        for path, number in written if self.output is not None else ():
            self.session.say(f"wrote {path}: {counted(number, 'entry', 'entries')}")


def _title(sources: tuple[str, ...]) -> str:
    """What a book is called that nobody gave a title: as its first source."""
    name = printable_name(Path(os.path.realpath(sources[0])).stem) if sources[0] != "-" else ""
    return name.replace("_", " ").strip()
