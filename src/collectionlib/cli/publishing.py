"""Commands that write books: ``export``, ``convert``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from .. import plugins
from ..collection import Collection
from ..importing.drafting import AUTO
from ..model import Contributor
from ..publishing.anthology import Anthology
from ..publishing.output import export, export_to_stream, exporter_for
from .importing import run_import, tell_import
from .options import book_options, import_options, json_option
from .session import NOTHING_MATCHED, PARTIAL, Session, echo_json, pass_session

__all__ = ["convert_command", "export_command"]

_STANDARD_OUTPUT = "-"


@click.command("export")
@click.argument("output")
@click.argument("query", default="")
@click.option("--to", metavar="NAME", help="Write in this format, whatever OUTPUT ends in.")
@click.option("--force", is_flag=True, help="Replace OUTPUT whatever it is.")
@json_option
@pass_session
def export_command(
    session: Session, output: str, query: str, to: str | None, force: bool, as_json: bool
) -> None:
    """Write the entries that QUERY finds to OUTPUT: .epub, .json or .txt; - is standard output.

    \b
    Examples:
      collectionlib -L jokes/ export book.epub
      collectionlib -L jokes/ export wishes.txt 'category:"Blessing messages"'
      collectionlib -L jokes/ export - --to json | jq '.entries | length'
    """
    with session.open() as collection:
        if query and not collection.count(query):
            session.say("nothing matches: nothing was written")
            raise click.exceptions.Exit(NOTHING_MATCHED)
        book = _write(collection, output, query, to=to, force=force)
    _report(session, book, output, as_json=as_json)


@click.command("convert")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.argument("output")
@book_options
@import_options
@click.option("--to", metavar="NAME", help="Write in this format, whatever OUTPUT ends in.")
@click.option("--force", is_flag=True, help="Replace OUTPUT whatever it is.")
@json_option
@pass_session
def convert_command(
    session: Session,
    /,
    sources: tuple[str, ...],
    output: str,
    title: str | None,
    contributors: tuple[Contributor, ...],
    to: str | None,
    force: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Make a book of SOURCE..., files and folders, in one command; no collection is kept.

    \b
    Examples:
      collectionlib convert texts/ book.epub --title "Blessings"
      collectionlib convert wisdom.txt - --to json
    """
    language = None if options["language"] == AUTO else options["language"]
    with Collection.create(
        "memory:", title=title or _title(sources), language=language, contributors=contributors
    ) as collection:
        # The same texts are to give the same bytes: no moment of the import is noted.
        report = run_import(
            session, collection, sources, without=[Path(output)], clock=lambda: None, **options
        )
        tell_import(session, report, as_json=False)
        if not len(collection):
            session.say("there is no text: nothing was written")
            raise click.exceptions.Exit(PARTIAL if report.rejected else NOTHING_MATCHED)
        book = _write(collection, output, "", to=to, force=force)
    _report(session, book, output, as_json=as_json)
    if report.rejected:
        raise click.exceptions.Exit(PARTIAL)


def _write(
    collection: Collection, output: str, query: str, *, to: str | None, force: bool
) -> Anthology:
    if output == _STANDARD_OUTPUT:
        if to is None:
            raise click.UsageError(
                f"standard output has no ending: give --to, {', '.join(plugins.names('exporter'))}"
            )
        exporter = exporter_for(Path(output), to)
        return export_to_stream(collection, sys.stdout.buffer, exporter, query)
    return export(collection, output, query, to=to, force=force)


def _report(session: Session, book: Anthology, output: str, *, as_json: bool) -> None:
    entries = len(book)
    if as_json and output != _STANDARD_OUTPUT:
        echo_json({"schema_version": 1, "output": output, "entries": entries})
    elif output != _STANDARD_OUTPUT:
        session.say(f"wrote {output}: {entries} {'entry' if entries == 1 else 'entries'}")


def _title(sources: tuple[str, ...]) -> str:
    """What a book is called that nobody gave a title: as its first source."""
    name = Path(sources[0]).resolve().stem if sources[0] != "-" else ""
    return name.replace("_", " ").strip()
