"""Putting a collection in order where it lies: ``optimize``."""

from __future__ import annotations

from datetime import timedelta

import click
from attrs import asdict

from .options import json_option
from .session import Session, echo_json, pass_session

__all__ = ["optimize_command"]


_CENTURY = 100 * 365 * 24
"""Hours."""


@click.command("optimize")
@click.option(
    "--keep",
    "hours",
    type=click.IntRange(min=0, max=_CENTURY),
    metavar="HOURS",
    default=168,
    show_default=True,
    help="How long older states of a table stay readable; readers that began before need them.",
)
@click.option("--dry-run", is_flag=True, help="Only report; write nothing.")
@json_option
@pass_session
def optimize_command(session: Session, /, hours: int, dry_run: bool, as_json: bool) -> None:
    """Put the files of the collection in order: smaller, quicker to read, with the same entries.

    A Delta table is brought into few files, sorted by id, and rid of files of older states; a
    database gives back the room of what was removed, and its index of words is merged. Folders and
    JSON files have nothing to be put in order.

    \b
    Examples:
      collectionlib -L jokes.db optimize
      collectionlib -L jokes.db optimize --dry-run
    """
    with session.open() as collection:
        done = collection.optimize(keep=timedelta(hours=hours), dry_run=dry_run)
    if as_json:
        plain = asdict(done) if done else {"steps": [], "size_before": None, "size_after": None}
        echo_json({**plain, "dry_run": dry_run})
    if done is None or not done.steps:
        session.say(f"{session.location} is in order: nothing to do")
        return
    for step in done.steps:
        session.say(f"would {step}" if dry_run else f"done: {step}")
    session.say(f"{done.size_before} bytes before, {done.size_after} after")
