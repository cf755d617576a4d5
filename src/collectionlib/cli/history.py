"""Commands about what was done: ``log``, ``undo``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import click
from attrs import asdict

from ..collection import Collection
from ..curating.history import ChangedEntry, changed_entries
from ..storage.history.reading import LoggedOperation
from ..storage.history.undoing import Undone
from .options import json_option
from .session import Session, confirm, counted, echo_json, pass_session

__all__ = ["log_command", "undo_command"]

_LIMIT = 20
_SIGNS = {"added": "+", "changed": "~", "removed": "-"}


@click.command("log")
@click.argument("number", type=click.IntRange(min=1), required=False)
@click.option(
    "--limit", type=click.IntRange(min=1), help=f"So many at the most, instead of {_LIMIT}."
)
@click.option("--all", "shows_all", is_flag=True, help="All that are kept.")
@click.option(
    "--keep",
    type=click.IntRange(0, 1_000_000_000),
    metavar="N",
    help="Keep the last N operations from now on, and forget the others; 0 for none.",
)
@json_option
@pass_session
def log_command(
    session: Session,
    /,
    number: int | None,
    limit: int | None,
    shows_all: bool,
    keep: int | None,
    as_json: bool,
) -> None:
    """Show what has been done to the collection, the newest first, or the entries of one NUMBER.

    \b
    Examples:
      collectionlib -L jokes/ log
      collectionlib -L jokes/ log 3
      collectionlib -L jokes/ log --keep 20
    """
    if keep is not None and (number or limit or shows_all):
        raise click.UsageError("--keep stands alone")
    with session.open() as collection:
        if keep is not None:
            collection.keep_operations(keep)
            session.say(f"the last {counted(keep, 'operation')} will be kept" if keep else
                        "nothing is recorded any more")  # fmt: skip
        elif number is not None:
            _show_operation(collection, number, as_json=as_json)
        else:
            _show_log(session, collection, None if shows_all else limit or _LIMIT, as_json=as_json)


def _show_log(
    session: Session, collection: Collection, limit: int | None, *, as_json: bool
) -> None:
    operations = collection.log()
    shown = operations[:limit]
    for each in shown:
        if as_json:
            echo_json(_plain(each))
        else:
            click.echo(_line(each))
    if not operations:
        session.say("the log is empty")
    elif len(shown) < len(operations):
        session.say(f"{len(operations) - len(shown)} more: give --all to see them")
    if damages := [each.damage for each in operations if each.damage]:
        raise click.ClickException(damages[0])


def _plain(operation: LoggedOperation) -> dict[str, Any]:
    moment = operation.moment and operation.moment.isoformat(timespec="seconds")
    return {**asdict(operation), "moment": moment}


def _line(operation: LoggedOperation) -> str:
    if operation.moment is None:
        return f"{operation.number:>4}  its record is damaged: it cannot be undone"
    label = operation.label or "changes by a program"
    undone = f"  [undone by {operation.undone_by}]" if operation.undone_by else ""
    counts = ", ".join(_counts(operation)) or "nothing was changed"
    damage = "  [a part of its record is damaged]" if operation.damage else ""
    moment = _local(operation.moment)
    return f"{operation.number:>4}  {moment}  {label}: {counts}{undone}{damage}"


def _local(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


def _counts(operation: LoggedOperation) -> Iterator[str]:
    if operation.added:
        yield f"{operation.added} added"
    if operation.changed:
        yield f"{operation.changed} changed"
    if operation.removed:
        yield f"{operation.removed} removed"
    if operation.categories:
        yield counted(operation.categories, "category", "categories")
    if operation.metadata:
        yield "metadata"
    if operation.documents and not (operation.added or operation.changed or operation.removed):
        yield counted(operation.documents, "document")


def _show_operation(collection: Collection, number: int, *, as_json: bool) -> None:
    for each in changed_entries(collection, number):
        if as_json:
            echo_json(asdict(each))
        else:
            click.echo(_changed_line(each))


def _changed_line(entry: ChangedEntry) -> str:
    fields = f" ({', '.join(entry.fields)})" if entry.fields else ""
    return f"{_SIGNS[entry.what]} {entry.id}  {entry.title}{fields}"


@click.command("undo")
@click.argument("number", type=click.IntRange(min=1), required=False)
@click.option(
    "--to",
    type=click.IntRange(min=0),
    metavar="NUMBER",
    help="Undo everything that came after this operation; 0 for everything.",
)
@click.option("--force", is_flag=True, help="Also overwrite what has been changed since.")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--yes", is_flag=True, help="Do not ask, however many entries there are.")
@json_option
@pass_session
def undo_command(
    session: Session,
    /,
    number: int | None,
    to: int | None,
    force: bool,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Undo the last operation, or the operation NUMBER of the log: everything is as it was before.

    Undo again to go further back. An undoing is in the log itself: undo that, by its number, to do
    again what was undone.

    \b
    Examples:
      collectionlib -L jokes/ undo
      collectionlib -L jokes/ undo 3 --dry-run
      collectionlib -L jokes/ undo --to 12 --yes
    """
    if number is not None and to is not None:
        raise click.UsageError("NUMBER is one operation, --to all that came later: give one")
    with session.open() as collection:
        done = collection.undo(number, to=to, force=force, dry_run=True)
        if not (yes or dry_run):
            _ask(done)
        if not dry_run:
            # What was asked about, also where somebody has written meanwhile.
            chosen = done.operations[0] if to is None else None
            done = collection.undo(chosen, to=to, force=force)
    if as_json:
        echo_json({"schema_version": 1, "dry_run": dry_run, **asdict(done)})
    else:
        _tell(session, done, dry_run=dry_run)


def _ask(planned: Undone) -> None:
    entries = planned.removed + planned.changed + planned.restored
    if entries > 1:
        confirm(f"{planned.label}: {_would(planned)}")


def _would(planned: Undone) -> str:
    counts = (
        (planned.removed, "removed"),
        (planned.changed, "changed back"),
        (planned.restored, "brought back"),
    )
    told = [f"{counted(number, 'entry', 'entries')} would be {what}" for number, what in counts
            if number]  # fmt: skip
    return ", ".join(told)


def _tell(session: Session, done: Undone, *, dry_run: bool) -> None:
    said = _would(done) if dry_run else _would(done).replace(" would be ", " ")
    if done.others and not said:
        said = f"{counted(done.others, 'category or document', 'categories or documents')} "
        said += "would be as before" if dry_run else "as before"
    again = "" if done.number is None else f"; 'undo {done.number}' does it again"
    session.say(f"{done.label}: {said or 'everything is so already'}{again}")
    if done.conflicts:
        session.say(f"overwritten though changed since: {', '.join(done.conflicts)}")
