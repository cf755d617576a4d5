"""The command ``show``: an entry as it is to be read."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

import click

from ..identity import format_category_path
from ..markup import parse, terminal
from ..model import Entry
from .listing import print_json
from .options import json_option
from .screen import has_colour, screen_width, styled
from .session import Session, pass_session, shown

__all__ = ["show_command"]

_DIM, _BOLD = "2", "1"
_WIDEST = 100
"""Columns beyond which lines are hard to read."""


@click.command("show")
@click.argument("entry_id", metavar="ID")
@click.option("--raw", is_flag=True, help="Print the text alone, to the letter.")
@json_option
@pass_session
def show_command(session: Session, entry_id: str, raw: bool, as_json: bool) -> None:
    """Show the entry of ID, or of the only id that begins so (4 characters or more).

    On a terminal its text is set for reading: with bold and italics, and lines of its width.

    \b
    Examples:
      collectionlib -L jokes/ show 0chgm9qj
      collectionlib -L jokes/ show 0chgm9qj --raw > text.md
    """
    if raw and as_json:
        raise click.UsageError("give either --raw or --json")
    with session.open() as collection:
        entry = collection.get(entry_id)
    if as_json:
        print_json(entry)
    elif raw:
        click.echo(shown(entry.body) if sys.stdout.isatty() else entry.body)
    else:
        for name, value in _known(entry):
            click.echo(
                f"{styled(f'{name}:', _DIM)} {styled(value, _BOLD if name == 'title' else '')}"
            )
        click.echo(f"\n{_rendered(entry)}")


def _rendered(entry: Entry) -> str:
    width = screen_width()
    if not has_colour() and width is None and entry.markup == "plain":
        # What is read by a program stays as it is.
        return entry.body
    try:
        blocks = parse(entry.body, entry.markup)
        text = terminal.render(blocks, width=width and min(width, _WIDEST))
    except RecursionError:
        return shown(entry.body)
    return text if has_colour() else click.unstyle(text)


def _known(entry: Entry) -> Iterator[tuple[str, str]]:
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
    yield from ((name, value) for name, value in known.items() if value)
    for name, value in entry.attributes.items():
        yield (
            f"attr.{name}",
            value if isinstance(value, str) else json.dumps(value, ensure_ascii=False),
        )
