"""The command ``tags``: how many entries have each, and what renames them."""

from __future__ import annotations

import shlex

import click

from ..curating.tags import rename_tags, tag_counts
from .options import json_option
from .session import NOTHING_MATCHED, Session, ask_about, counted, echo_json, pass_session, shown

__all__ = ["tags_command"]


@click.group("tags", invoke_without_command=True)
@json_option
@click.pass_context
def tags_command(context: click.Context, as_json: bool) -> None:
    """List the tags with the number of entries that have each, the commonest first.

    \b
    Examples:
      collectionlib -L jokes/ tags
      collectionlib -L jokes/ tags rename funny humorous humour
    """
    if context.invoked_subcommand is not None:
        if as_json:
            raise click.UsageError("--json stands behind the name of the command")
        return
    session = context.ensure_object(Session)
    with session.open() as collection, collection.snapshot() as view:
        counts = tag_counts(view)
    for tag, number in counts.items():
        if as_json:
            echo_json({"tag": tag, "entries": number})
        else:
            click.echo(f"{number:>8}  {shown(tag)}")
    if not counts:
        session.say("the collection has no tags")


@tags_command.command("rename")
@click.argument("tags", metavar="TAG... NEW", nargs=-1, required=True)
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--yes", is_flag=True, help="Do not ask, however many entries there are.")
@json_option
@pass_session
def rename_command(
    session: Session, tags: tuple[str, ...], dry_run: bool, yes: bool, as_json: bool
) -> None:
    """Put the tag NEW in the place of each TAG; where NEW is there already, they become one.

    \b
    Example:
      collectionlib -L jokes/ tags rename funny humorous humour
    """
    *old, new = tags
    label = shlex.join(["tags", "rename", *tags])
    if not old:
        raise click.UsageError("say which tags, and which one comes in their place")
    with session.open() as collection:
        planned = rename_tags(collection, old, new, dry_run=True)
        if len(planned.changed) > 1 and not (yes or dry_run):
            ask_about(len(planned.changed), "changed")
        done = (
            planned
            if dry_run or not planned.changed
            else rename_tags(collection, old, new, label=label)
        )
    if as_json:
        echo_json(
            {"schema_version": 1, "dry_run": dry_run, "found": done.found,
             "changed": [*done.changed], "removed": []}
        )  # fmt: skip
    if not done.found:
        session.say("no entry has such a tag: nothing was changed")
        raise click.exceptions.Exit(NOTHING_MATCHED)
    number = counted(len(done.changed), "entry", "entries")
    session.say(f"{number} {'would be ' if dry_run else ''}changed")
