"""Commands that look: ``list``, ``show``, ``search``, ``categories``, ``check``."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator

import click

from ..errors import CorruptCollection
from ..identity import CategoryPath, format_category_path
from ..model import Entry
from ..query import ReadingOrder
from .options import json_option
from .selecting import selection, selection_options, tell_explanation
from .session import FINDINGS, NOTHING_MATCHED, Session, echo_json, pass_session

__all__ = [
    "categories_command",
    "check_command",
    "list_command",
    "search_command",
    "show_command",
]


@click.command("list")
@click.argument("query", default="")
@selection_options
@json_option
@pass_session
def list_command(
    session: Session,
    /,
    query: str,
    sort: str,
    limit: int | None,
    explain: bool,
    as_json: bool,
) -> None:
    """List the entries that QUERY finds, all without one.

    \b
    Terms with blanks or "and" between, or with "or"; "not" or - before one, ( ) around:
      word  "some phrase"            in title or text
      category:"Blessing messages"   in it or below; category:=… in itself
      title:wish  author:"Lu Xun"  lang:zh  tag:short  text:health  rights:cc
      source:archive/*.txt  id:amzw  attr.mood:gay  attr.stars>=4
      length>500  created:2019..2021  created>=2019-05  added<7d
      has:notes  has:rights  title~^The  ~"colou?r"

    \b
    Examples:
      collectionlib -L jokes/ list 'category:"Blessing messages" -tag:short' --limit 10
      collectionlib -L jokes/ list 'length<200 or has:notes' --sort -length
      collectionlib -L jokes/ list lang:zh --json | jq .title
    """
    found = False
    chosen = selection(query, sort, limit)
    with session.open() as collection:
        if explain:
            tell_explanation(collection, chosen, as_json=as_json)
            return
        for entry in collection.select(chosen.where, sort=chosen.order, limit=limit):
            found = True
            _print_entry(entry, as_json=as_json)
    if not found:
        session.say("nothing matches" if query else "the collection is empty")
        raise click.exceptions.Exit(NOTHING_MATCHED if query else 0)


def _print_entry(entry: Entry, *, as_json: bool) -> None:
    if as_json:
        from ..codec import encode_json

        sys.stdout.buffer.write(encode_json(entry) + b"\n")
        return
    category = f"  [{format_category_path(entry.category)}]" if entry.category else ""
    click.echo(f"{entry.id}  {entry.label or '(empty)'}{category}")


@click.command("show")
@click.argument("entry_id", metavar="ID")
@json_option
@pass_session
def show_command(session: Session, entry_id: str, as_json: bool) -> None:
    """Show the entry of ID, or of the only id that begins so (4 characters or more).

    \b
    Example:
      collectionlib -L jokes/ show 0chgm9qj
    """
    with session.open() as collection:
        entry = collection.get(entry_id)
    if as_json:
        _print_entry(entry, as_json=True)
        return
    for name, value in _known(entry):
        click.echo(f"{name}: {value}")
    click.echo(f"\n{entry.body}")


def _known(entry: Entry) -> Iterable[tuple[str, str]]:
    """What is known about an entry, as names and words."""
    source = entry.source
    known = {
        "id": entry.id,
        "title": entry.title,
        "category": format_category_path(entry.category),
        "contributors": ", ".join(f"{c.name} ({c.role})" for c in entry.contributors),
        "language": entry.language,
        "tags": ", ".join(entry.tags),
        "created": entry.created,
        "added": entry.added.isoformat() if entry.added else None,
        "modified": entry.modified.isoformat() if entry.modified else None,
        "rights": entry.rights,
        "source": source.uri if source else None,
        "site": source.site if source else None,
        "encoding": source.encoding if source else None,
        "changes": ", ".join(source.changes) if source else None,
    }
    return ((name, value) for name, value in known.items() if value)


@click.command("search")
@click.argument("words", nargs=-1, required=True, metavar="WORDS...")
@click.option(
    "--limit", type=click.IntRange(min=1), default=20, show_default=True, help="At most so many."
)
@json_option
@pass_session
def search_command(session: Session, words: tuple[str, ...], limit: int, as_json: bool) -> None:
    """Find the entries that have all WORDS in title or text, the best first.

    Case and accents do not count. In scripts without blanks, such as Chinese, any run of letters
    is a word.

    \b
    Example:
      collectionlib -L jokes.db search 祝福
    """
    with session.open() as collection:
        found = collection.search(" ".join(words), limit=limit)
    for each in found:
        if as_json:
            echo_json({"id": each.entry.id, "title": each.entry.title, "excerpt": each.excerpt})
        else:
            click.echo(f"{each.entry.id}  {each.entry.label}\n    {each.excerpt}")
    if not found:
        session.say("nothing matches")
        raise click.exceptions.Exit(NOTHING_MATCHED)


@click.command("check")
@json_option
@pass_session
def check_command(session: Session, as_json: bool) -> None:
    """Read everything, and list what is damaged: where, why, what to do.

    \b
    Example:
      collectionlib -L jokes/ check
    """
    damaged = 0
    for damage in _damages(session):
        damaged += 1
        if as_json:
            echo_json(
                {"path": damage.path, "line": damage.line, "reason": damage.reason,
                 "remedy": damage.remedy}
            )  # fmt: skip
        else:
            click.echo(str(damage))
    if damaged:
        session.say(f"{damaged} damaged")
        raise click.exceptions.Exit(FINDINGS)
    session.say("nothing is damaged")


def _damages(session: Session) -> Iterator[CorruptCollection]:
    try:
        with session.open() as collection, collection.snapshot() as view:
            yield from view.damages()
    except CorruptCollection as error:
        # What is damaged so that it cannot even be opened.
        yield error
        yield from error.others


@click.command("categories")
@json_option
@pass_session
def categories_command(session: Session, as_json: bool) -> None:
    """List the categories with the number of entries in each and below it.

    \b
    Example:
      collectionlib -L jokes/ categories
    """
    with session.open() as collection, collection.snapshot() as view:
        order = ReadingOrder(view.categories())
        titles = {category.path: category.title for category in view.categories()}
        own = Counter(view.category_counts())
    total: Counter[CategoryPath] = Counter()
    for path, number in own.items():
        for depth in range(1, len(path) + 1):
            total[path[:depth]] += number
    for path in sorted(total.keys() | titles.keys(), key=order.category_key):
        if as_json:
            echo_json({"path": list(path), "entries": own[path], "total": total[path]})
        else:
            title = titles.get(path) or path[-1]
            click.echo(f"{total[path]:>8}  {'  ' * (len(path) - 1)}{title}")
    if not total:
        session.say("the collection has no categories")
