"""Commands that make and fill a collection: ``init``, ``import``, ``copy``."""

from __future__ import annotations

from typing import Any

import click
from attrs import asdict

from ..collection import Collection
from ..copying import copy_collection
from ..errors import CollectionNotFound
from ..model import Metadata
from .books import book_metadata, metadata_options
from .importing import run_import, tell_import
from .options import import_options, json_option
from .sectioned import SectionedCommand
from .session import PARTIAL, Session, counted, echo_json, pass_session

__all__ = ["copy_command", "import_command", "init_command"]


@click.command("init", cls=SectionedCommand)
@click.argument("location")
@metadata_options
@pass_session
def init_command(session: Session, /, location: str, **options: Any) -> None:
    """Make an empty collection at LOCATION: a folder, a file *.db or *.json, a database.

    \b
    Examples:
      collectionlib init jokes/ --title "Jokes"
      collectionlib init jokes.db
      collectionlib init postgresql://me@host/texts#jokes
    """
    with Collection.create(location, metadata=book_metadata(Metadata(), options)) as collection:
        there = len(collection)
        made = collection.location
    session.say(
        f"made {made}"
        + (f", which holds {counted(there, 'entry', 'entries')} already" if there else "")
    )


@click.command("import", cls=SectionedCommand)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@import_options
@click.option("--language", metavar="TAG", help="Language of the texts that tell none, or auto.")
@click.option("--origin", metavar="NAME", help="The name of the source, where it has moved since.")
@click.option(
    "--prune", is_flag=True, help="Remove entries of these sources that are no longer in them."
)
@click.option("--dry-run", is_flag=True, help="Only report; write nothing.")
@json_option
@pass_session
def import_command(
    session: Session, /, sources: tuple[str, ...], as_json: bool, **options: Any
) -> None:
    """Import files, folders and s3:// URLs (- is standard input) into the collection.

    Folders become categories; titles come from the texts or the names of the files. The same
    source again updates what has changed, but for what you have changed since. Interrupted, the
    same command goes on where it was.

    \b
    Examples:
      collectionlib -L jokes/ import archive/ one.txt
      cat one.txt | collectionlib -L jokes/ import -
      collectionlib -L jokes.db import s3://bucket/archive/ --jobs 2
    """
    with session.open() as collection:
        report = run_import(session, collection, sources, **options)
    tell_import(session, report, as_json=as_json)
    if report.rejected:
        raise click.exceptions.Exit(PARTIAL)


@click.command("copy")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@json_option
@pass_session
def copy_command(session: Session, source: str, target: str, as_json: bool) -> None:
    """Copy the collection at FROM to TO, which is made, and compare both.

    Interrupted, the same command goes on where it ended.

    \b
    Example:
      collectionlib copy jokes/ jokes.db
    """
    with Collection.open(source) as original, _opened_or_made(target) as copy:
        total = len(original)
        names = (original.location, copy.location)
        report = copy_collection(
            original, copy, watch=lambda done: session.progress(f"{done} of {total} entries")
        )
    session.end_progress()
    if as_json:
        echo_json(asdict(report))
    session.say(
        f"{names[1]} holds {counted(report.entries, 'entry', 'entries')}, the same as {names[0]}; "
        f"{report.copied} were copied now"
    )


def _opened_or_made(location: str) -> Collection:
    try:
        return Collection.open(location)
    except CollectionNotFound:
        return Collection.create(location)
