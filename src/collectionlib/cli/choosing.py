"""Which entries a command is about: those that QUERY finds, or those of ids."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click

from ..curating.choosing import Choice, Ids, read_ids
from .options import with_options

__all__ = ["choosing", "divided", "ids_of"]

_Command = TypeVar("_Command", bound=Callable[..., Any])

_OPTIONS = (
    click.option(
        "--id",
        "ids",
        metavar="ID",
        multiple=True,
        help="In place of QUERY: an entry; also several.",
    ),
    click.option(
        "--ids",
        "id_file",
        metavar="FILE",
        help="In place of QUERY: the entries whose ids begin the lines of FILE, - is standard "
        "input; what 'list' or 'list --json' prints.",
    ),
)


def choosing(command: _Command) -> _Command:
    """The options that choose entries by their ids."""
    return with_options(command, _OPTIONS)


def divided(
    words: tuple[str, ...], ids: tuple[str, ...], id_file: str | None, *, rest: str
) -> tuple[Choice, tuple[str, ...]]:
    """Which entries are meant, and the words that say what is to be done with them.

    Args:
        words: QUERY, unless ids are given, then the rest.
        ids: of ``--id``.
        id_file: of ``--ids``.
        rest: what the other words are, for the sentence where they are missing.

    Raises:
        UsageError: QUERY is empty, or something is missing.
    """
    by_ids = bool(ids) or id_file is not None
    if not by_ids and not words:
        raise click.UsageError("say which entries: with a QUERY, --id or --ids")
    query, words = ("", words) if by_ids else (words[0], words[1:])
    if rest and not words:
        raise click.UsageError(f"Missing {rest}{'' if by_ids else ' behind the QUERY'}")
    if by_ids:
        return ids_of(ids, id_file), words
    if not query.strip():
        raise click.UsageError("an empty QUERY finds every entry: say which ones you mean")
    return query, words


def ids_of(ids: Iterable[str], id_file: str | None) -> Ids:
    """The ids that were given, and those in a file.

    Raises:
        UsageError: there is none in the file.
    """
    given = tuple(ids)
    if id_file is None:
        return Ids(given)
    with click.open_file(id_file, encoding="utf-8") as lines:
        read = read_ids(lines)
    where = "standard input" if id_file == "-" else id_file
    if not read.ids and not given:
        raise click.UsageError(f"there is no id in {where}")
    return Ids((*given, *read.ids))
