"""Commands that look at sources before they are imported: ``preview``, ``profile learn``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from ..errors import StorageError
from ..identity import format_category_path
from ..importing.learning import Learner
from ..importing.pipeline import preview_texts
from ..importing.reading import Reading
from ..model import Entry, excerpt
from ..storage.durable import replacing, why_not_written
from .importing import told
from .options import json_option, reading_options
from .sectioned import SectionedCommand
from .session import NOTHING_MATCHED, PARTIAL, Session, counted, echo_json, pass_session

__all__ = ["preview_command", "profile_command"]


@click.command("preview", cls=SectionedCommand)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@reading_options
@click.option("--language", metavar="TAG", help="Language of the texts that tell none, or auto.")
@click.option(
    "--entries",
    "shown",
    type=click.IntRange(min=0),
    default=3,
    show_default=True,
    help="Show so many entries of each source.",
)
@json_option
@pass_session
def preview_command(
    session: Session, /, sources: tuple[str, ...], shown: int, as_json: bool, **options: Any
) -> None:
    """Show what import would make of SOURCE..., and why; nothing is written.

    \b
    Examples:
      collectionlib preview archive/
      collectionlib preview old.txt --split heading --json
    """
    preview = preview_texts(*sources, **told(**options))
    rejected = False
    for reading in preview.readings:
        rejected = rejected or reading.error is not None
        if as_json:
            echo_json(_plain(reading, shown))
        else:
            _show(reading, shown)
    for repeated in preview.lines.repeated():
        session.say(f"{repeated} (take such lines away with --clean boilerplate)")
    if rejected:
        raise click.exceptions.Exit(PARTIAL)


def _plain(reading: Reading, shown: int) -> dict[str, Any]:
    told = {
        "source": reading.source,
        "format": reading.format,
        "recognised": reading.recognised,
        "encoding": reading.encoding,
        "decoded": reading.decoded,
        "entries": len(reading.entries),
        "first": [_plain_entry(entry) for entry in reading.entries[:shown]],
        "changes": dict(reading.changes),
        "evidence": list(reading.evidence),
        "warnings": list(reading.warnings),
        "rejected": reading.error.reason if reading.error else None,
        "passed_over": reading.passed_over,
    }
    return {key: value for key, value in told.items() if value not in (None, [], {})}


def _plain_entry(entry: Entry) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "title": entry.title,
        "category": list(entry.category),
        "contributors": [each.name for each in entry.contributors],
        "language": entry.language,
        "created": entry.created,
        "excerpt": excerpt(entry.body, 100),
    }
    return {key: value for key, value in plain.items() if value}


def _show(reading: Reading, shown: int) -> None:
    for line in _lines(reading, shown):
        click.echo(line)


def _lines(reading: Reading, shown: int) -> Iterator[str]:
    yield reading.source
    if reading.error is not None:
        yield f"  rejected: {reading.error.reason}"
        return
    if reading.passed_over is not None:
        yield f"  {reading.passed_over}"
        return
    if reading.format:
        yield f"  {reading.format}: {reading.recognised}"
    if reading.encoding:
        yield f"  {reading.encoding}" + (f": {reading.decoded}" if reading.decoded else "")
    yield f"  {counted(len(reading.entries), 'entry', 'entries')}"
    for entry in reading.entries[:shown]:
        category = format_category_path(entry.category)
        authors = ", ".join(each.name for each in entry.contributors)
        before = " · ".join(filter(None, (entry.title, authors, category, entry.language)))
        yield f"    {before + ': ' if before else ''}{excerpt(entry.body)}"
    if len(reading.entries) > shown > 0:
        yield "    …"
    for change, number in reading.changes.items():
        yield f"  {change}: {counted(number, 'entry', 'entries')}"
    yield from (f"  {reason}" for reason in reading.evidence)
    yield from (f"  warning: {warning}" for warning in reading.warnings)


@click.group("profile")
def profile_command() -> None:
    """Rules for an archive: learn a first version of them."""


@profile_command.command("learn", cls=SectionedCommand)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@reading_options
@click.option("--language", metavar="TAG", help="Language of the texts that tell none, or auto.")
@click.option("--output", metavar="FILE", help="Write it there; standard output unless given.")
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
@pass_session
def learn_command(
    session: Session, /, sources: tuple[str, ...], output: str | None, force: bool, **options: Any
) -> None:
    """Look at SOURCE..., and write a profile of what they have in common, to be edited.

    \b
    Examples:
      collectionlib profile learn archive/ --output archive.toml
      collectionlib -L jokes/ import archive/ --profile archive.toml
    """
    if output and not force and Path(output).exists():
        raise click.UsageError(f"{output} exists: choose another name, or give --force")
    learner = Learner()
    for reading in preview_texts(*sources, **told(**options)).readings:
        session.progress(reading.source)
        learner.add(reading)
    session.end_progress()
    if not learner.sources:
        session.say("no source holds a text: there is nothing to learn")
        raise click.exceptions.Exit(NOTHING_MATCHED)
    if output:
        try:
            with replacing(Path(output)) as out:
                out.write(learner.toml().encode())
        except OSError as error:
            raise StorageError(
                f"{output} could not be written: {why_not_written(error)}", location=output
            ) from error
        session.say(f"wrote {output}")
    else:
        sys.stdout.buffer.write(learner.toml().encode())
