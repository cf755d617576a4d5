"""The command ``search``: the best entries, and the places where the words stand in them."""

from __future__ import annotations

from typing import Any

import click

from ..collection import Found
from .options import json_option
from .screen import marked_places, styled
from .session import NOTHING_MATCHED, Session, echo_json, pass_session

__all__ = ["search_command"]


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
    is a word. Below each entry stand the places where the words are, in colour on a terminal.

    \b
    Example:
      collectionlib -L jokes.db search 祝福
    """
    from ..words import sought

    if not sought(words):
        raise click.UsageError(
            "WORDS have no letter: for other signs give 'list' a query such as text*=\"…\""
        )
    with session.open() as collection:
        found = collection.search(" ".join(words), limit=limit)
    for each in found:
        if as_json:
            echo_json(_plain(each))
        else:
            _print(each)
    if not found:
        session.say("nothing matches")
        raise click.exceptions.Exit(NOTHING_MATCHED)


def _print(found: Found) -> None:
    entry = found.entry
    is_title = entry.label == entry.title
    label = marked_places(entry.label, found.title_matches if is_title else ())
    click.echo(f"{styled(entry.id, '36')}  {label}")
    for snippet in found.snippets:
        click.echo(f"    {marked_places(snippet.text, snippet.matches)}")


def _plain(found: Found) -> dict[str, Any]:
    """Places are beginnings and ends, in characters: of title and text, and within a snippet."""
    return {
        "id": found.entry.id,
        "title": found.entry.title,
        "excerpt": found.excerpt,
        "title_matches": found.title_matches,
        "matches": found.matches,
        "snippets": [
            {"text": one.text, "matches": one.matches, "start": one.start, "end": one.end}
            for one in found.snippets
        ],
    }
