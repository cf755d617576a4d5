"""The command ``list``: entries a line each, or their fields in columns."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator

import click

from ..identity import format_category_path
from ..model import Entry
from ..query import Order
from .options import json_option, names_in
from .screen import screen_width, styled
from .selecting import selection, selection_options, tell_explanation
from .session import NOTHING_MATCHED, Session, echo_json, pass_session

__all__ = ["list_command", "print_json"]

# C1 in UTF-8, which steers terminals, and which JSON has another way to write.
_C1 = re.compile(b"\xc2([\x80-\x9f])|\x7f")
_DIM, _BOLD = "2", "1"


def _names(_context: click.Context, _option: click.Parameter, value: str | None) -> list[str]:
    if not value:
        return []
    from .columns import check_names

    names = names_in(value)
    check_names(names)
    return list(names)


@click.command("list")
@click.argument("query", default="")
@selection_options
@click.option(
    "--fields",
    "names",
    metavar="NAME[,NAME...]",
    callback=_names,
    help="Show these, with tabs between, in columns on a terminal: id,title,author,length,attr.x.",
)
@json_option
@pass_session
def list_command(
    session: Session,
    /,
    query: str,
    sort: Order,
    limit: int | None,
    explain: bool,
    names: list[str],
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
      collectionlib -L jokes/ list --fields id,title,length
    """
    chosen = selection(query, sort, limit)
    with session.open() as collection:
        if explain:
            tell_explanation(collection, chosen, as_json=as_json)
            return
        entries = _Counted(collection.select(chosen.where, sort=chosen.order, limit=limit))
        if names:
            _print_fields(entries, names, as_json=as_json)
        elif as_json:
            for entry in entries:
                print_json(entry)
        else:
            for entry in entries:
                click.echo(_line(entry))
    if not entries.number:
        session.say("nothing matches" if query else "the collection is empty")
        raise click.exceptions.Exit(NOTHING_MATCHED if query else 0)


class _Counted:
    """Entries, and how many have come."""

    def __init__(self, entries: Iterator[Entry]) -> None:
        self._entries = entries
        self.number = 0

    def __iter__(self) -> Iterator[Entry]:
        for entry in self._entries:
            self.number += 1
            yield entry


def print_json(entry: Entry) -> None:
    """Print an entry as one line of JSON in which nothing steers a terminal."""
    from ..codec import encode_json

    line = encode_json(entry)
    if b"\xc2" in line or b"\x7f" in line:
        line = _C1.sub(lambda found: b"\\u%04x" % (found[1] or found[0])[0], line)
    sys.stdout.buffer.write(line + b"\n")


def _print_fields(entries: Iterable[Entry], names: list[str], *, as_json: bool) -> None:
    from .columns import aligned, cells, values

    if as_json:
        for entry in entries:
            echo_json(values(entry, names))
        return
    rows = (cells(entry, names) for entry in entries)
    width = screen_width()
    if width is None:
        for row in rows:
            click.echo("\t".join(row))
        return
    for number, row in enumerate(aligned(_below(names, rows), width)):
        line = "  ".join(row).rstrip()
        click.echo(line if number else styled(line, _BOLD))


def _below(names: list[str], rows: Iterator[list[str]]) -> Iterator[list[str]]:
    """The rows below the names of the columns; nothing above none."""
    first = next(rows, None)
    if first is not None:
        yield names
        yield first
        yield from rows


def _line(entry: Entry) -> str:
    category = f"  {styled(f'[{format_category_path(entry.category)}]', _DIM)}"
    title = styled(entry.label or "(empty)", "")
    return f"{styled(entry.id, '36')}  {title}{category if entry.category else ''}"
