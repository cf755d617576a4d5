"""The command ``duplicates``."""

from __future__ import annotations

from collections.abc import Iterable

import click

from ..collection import Collection
from ..curating.duplicates import (
    POLICIES,
    Cluster,
    Member,
    Policy,
    Removed,
    find_duplicates,
    remove_duplicates,
)
from ..identity import format_category_path
from .options import json_option, worker_options
from .session import NOTHING_MATCHED, Session, ask_about, counted, echo_json, pass_session

__all__ = ["duplicates_command"]


@click.command("duplicates")
@click.argument("query", default="")
@click.option(
    "--threshold",
    type=click.FloatRange(0.3, 1),
    default=0.8,
    show_default=True,
    help="The least that two texts have in common; 1 finds only those that are the same.",
)
@click.option(
    "--keep",
    type=click.Choice(POLICIES),
    default="best",
    show_default=True,
    help="Which one is worth keeping: best is the one of which most is known, then the longest.",
)
@click.option("--remove", "removes", is_flag=True, help="Remove the others.")
@click.option("--dry-run", is_flag=True, help="Only say what --remove would do.")
@click.option("--yes", is_flag=True, help="Do not ask, however many entries there are.")
@worker_options
@json_option
@pass_session
def duplicates_command(
    session: Session,
    /,
    query: str,
    threshold: float,
    keep: Policy,
    removes: bool,
    dry_run: bool,
    yes: bool,
    executor: str,
    jobs: int,
    as_json: bool,
) -> None:
    """List the texts that are there twice, or nearly, of those that QUERY finds.

    Case, punctuation and blanks do not count. What two texts have in common is the share of
    their runs of three words that are in both; of four letters, in scripts without blanks.

    \b
    Examples:
      collectionlib -L jokes/ duplicates
      collectionlib -L jokes/ duplicates lang:zh --threshold 0.6 --json
      collectionlib -L jokes/ duplicates --keep oldest --remove --dry-run
    """
    if dry_run and not removes:
        raise click.UsageError("--dry-run says what --remove would do: give both")
    if removes and query in POLICIES:
        raise click.UsageError(
            f"{query!r} is a QUERY here, for texts with that word: give --keep {query} for what "
            f"is to be kept, or text:{query} if you mean the word"
        )
    with session.open() as collection:
        found = find_duplicates(
            collection, query, threshold=threshold, keep=keep, executor=executor, jobs=jobs
        )
        if removes:
            _remove(session, collection, list(found), dry_run=dry_run, yes=yes, as_json=as_json)
        elif not _list(session, found, as_json=as_json):
            if query.strip() and next(collection.select(query, limit=1), None) is None:
                session.say("nothing matches")
                raise click.exceptions.Exit(NOTHING_MATCHED)
            session.say("no text is there twice")


def _remove(
    session: Session,
    collection: Collection,
    clusters: list[Cluster],
    *,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    spare = [each.id for cluster in clusters for each in cluster.duplicates if each.is_spare]
    if not (spare or as_json):
        session.say("no text is there twice")
        return
    if len(spare) > 1 and not (yes or dry_run):
        ask_about(len(spare), "removed")
    done = Removed(tuple(spare), ())
    if spare and not dry_run:
        done = remove_duplicates(collection, clusters)
    if as_json:
        echo_json(
            {
                "schema_version": 1, "dry_run": dry_run,
                "removed": [*done.removed], "changed": [*done.changed],
            }
        )  # fmt: skip
    would = "would be " if dry_run else ""
    session.say(f"{counted(len(done.removed), 'entry', 'entries')} {would}removed")
    if done.changed:
        entries = counted(len(done.changed), "entry was", "entries were")
        session.say(f"{entries} changed meanwhile, or what is kept was: not removed")


def _list(session: Session, clusters: Iterable[Cluster], *, as_json: bool) -> int:
    number = spare = 0
    for cluster in clusters:
        number += 1
        spare += sum(each.is_spare for each in cluster.duplicates)
        if as_json:
            echo_json(_plain(cluster))
        else:
            _print(cluster)
    if number:
        texts = counted(number, "text is", "texts are")
        needless = counted(spare, "entry", "entries")
        session.say(f"{texts} there more than once: --remove would remove {needless}")
    return number


def _print(cluster: Cluster) -> None:
    """A line for each entry, and an empty one."""
    click.echo(_line("keep", cluster.kept))
    for each in cluster.duplicates:
        said = "same" if each.similarity == 1 else f"{each.similarity:.2f}"
        click.echo(_line(said if each.is_spare else f"({said})", each))
    click.echo()


def _line(said: str, member: Member) -> str:
    category = f"  [{format_category_path(member.category)}]" if member.category else ""
    return f"{said:>6}  {member.id}  {member.label or '(empty)'}{category}"


def _plain(cluster: Cluster) -> dict[str, object]:
    return {
        "schema_version": 1,
        "kind": "exact" if cluster.is_exact else "near",
        "keep": _plain_member(cluster.kept),
        "duplicates": [
            {
                **_plain_member(each),
                "similarity": round(each.similarity, 3),
                "spare": each.is_spare,
            }
            for each in cluster.duplicates
        ],
    }


def _plain_member(member: Member) -> dict[str, object]:
    return {"id": member.id, "label": member.label, "category": list(member.category)}
