"""The command ``stats``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from ..curating.statistics import Lengths, Statistics, statistics_of, write_page
from ..identity import format_category_path
from ..importing.accounts.plots import by_time, most_frequent
from .options import json_option, worker_options
from .session import NOTHING_MATCHED, Session, echo_json, pass_session, shown

__all__ = ["stats_command"]

_MOST = 8


@click.command("stats")
@click.argument("query", default="")
@click.option("--html", "page", metavar="FILE", help="Write a page with plots, too.")
@worker_options
@json_option
@pass_session
def stats_command(
    session: Session, /, query: str, page: str | None, executor: str, jobs: int, as_json: bool
) -> None:
    """Count the entries that QUERY finds: how long they are, in which language, of when, by whom.

    \b
    Examples:
      collectionlib -L jokes/ stats
      collectionlib -L jokes/ stats lang:zh --json | jq .characters.median
      collectionlib -L jokes/ stats --html stats.html
    """
    with session.open() as collection:
        counted = statistics_of(collection, query, executor=executor, jobs=jobs)
        title = collection.metadata.title or collection.location
    if query.strip() and not counted.entries:
        session.say("nothing matches")
        raise click.exceptions.Exit(NOTHING_MATCHED)
    if page:
        write_page(counted, Path(page), f"{title}, {query}" if query.strip() else title)
    if as_json:
        echo_json(counted.to_plain())
    else:
        _print(counted)
    if page:
        session.say(f"wrote {page}")


def _print(counted: Statistics) -> None:
    """A line for each thing that was counted, the most frequent values first."""
    _line("entries", f"{counted.entries:,}")
    if not counted.entries:
        return
    _line("characters", _told_lengths(counted.lengths))
    missing = {
        name: counted.entries - number
        for name, number in counted.known.items()
        if number < counted.entries
    }
    _line("without", _told(missing, _MOST) or "nothing")
    categories = {format_category_path(path): n for path, n in counted.categories.items()}
    unknown = "(not known)"
    for name, values in (
        ("languages", most_frequent(counted.languages, unknown)),
        ("years", by_time(counted.years, unknown)),
        ("categories", most_frequent(categories, "(none)")),
        ("authors", most_frequent(counted.authors, unknown)),
        ("markup", most_frequent(counted.markup, unknown)),
        ("rights", most_frequent(counted.rights, unknown)),
        ("tags", most_frequent(counted.tags, unknown)),
    ):
        if values:
            _line(name, _told(values, len(values) if name == "years" else _MOST))


def _told_lengths(lengths: Lengths) -> str:
    return (
        f"{lengths.total:,}; of an entry {lengths.quantile(0):,} to {lengths.quantile(100):,}, "
        f"median {lengths.quantile(50):,}, half of them {lengths.quantile(25):,} to "
        f"{lengths.quantile(75):,}"
    )


def _told(values: Mapping[str, int], most: int) -> str:
    named = [*values.items()]
    told = [f"{shown(name)} {number:,}" for name, number in named[:most]]
    if others := sum(number for _, number in named[most:]):
        told.append(f"others {others:,}")
    return ", ".join(told)


def _line(name: str, value: str) -> None:
    click.echo(f"{name + ':':12} {value}")
