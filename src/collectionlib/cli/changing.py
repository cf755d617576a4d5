"""Commands that change entries: ``set``, ``move``, ``tag``, ``remove``."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from typing import Any, TypeVar

import click
from attrs import evolve

from ..collection import Collection
from ..curating.assigning import assignment
from ..curating.choosing import Choice
from ..curating.editing import Edit, Edited, edit_entries, would_edit
from ..identity import parse_category_path
from ..model import Entry
from ..query import Selection
from .choosing import choosing, divided
from .options import json_option, with_options
from .selecting import explain_option, selection, tell_explanation
from .session import NOTHING_MATCHED, Session, ask_about, counted, echo_json, pass_session

__all__ = ["move_command", "remove_command", "set_command", "tag_command"]

_Command = TypeVar("_Command", bound=Callable[..., Any])

_CHANGING_OPTIONS = (
    click.option("--dry-run", is_flag=True, help="Only say what would be done."),
    click.option("--yes", is_flag=True, help="Do not ask, however many entries there are."),
    explain_option,
    json_option,
)


def _changing(command: _Command) -> _Command:
    """The options of whatever changes entries."""
    return choosing(with_options(command, _CHANGING_OPTIONS))


@click.command("set")
@click.argument("words", nargs=-1, metavar="[QUERY] FIELD=VALUE...")
@_changing
@pass_session
def set_command(session: Session, /, words: tuple[str, ...], **options: Any) -> None:
    """Set fields of the entries that QUERY finds; FIELD= without a value clears one.

    \b
    FIELD is one of
      title, language, created, rights, markup (plain or markdown)
      author, translator, editor, illustrator, …: several times for several;
        contributor.CODE for any MARC relator code
      attr.NAME for words, attr.NAME:=VALUE for a value in JSON

    \b
    Examples:
      collectionlib -L jokes/ set lang:zh language=zh-Hant rights=CC0-1.0
      collectionlib -L jokes/ set --id 0chgm9qj title="A better one" attr.rating:=5
    """
    label = _label("set", words, options)
    choice, assignments = _divided(words, options, rest="FIELD=VALUE")
    _edit(session, label, choice, assignment(assignments), **options)


@click.command("move")
@click.argument("words", nargs=-1, metavar="[QUERY] CATEGORY")
@_changing
@pass_session
def move_command(session: Session, /, words: tuple[str, ...], **options: Any) -> None:
    """Move the entries that QUERY finds to CATEGORY, "" for none.

    \b
    Examples:
      collectionlib -L jokes/ move 'category:Misc title:doctor' Jokes/Doctors
      collectionlib list tag:wrong | collectionlib move --ids - Misc --yes
    """
    label = _label("move", words, options)
    choice, (category, *more) = _divided(words, options, rest="CATEGORY")
    if more:
        raise click.UsageError(
            f"{more[0]!r} stands behind CATEGORY: put quotes around a QUERY that has blanks"
        )
    path = parse_category_path(category)
    _edit(session, label, choice, lambda entry: evolve(entry, category=path), **options)


@click.command("tag")
@click.argument("words", nargs=-1, metavar="[QUERY] TAG...")
@click.option("--remove", "removes", is_flag=True, help="Take the tags away.")
@_changing
@pass_session
def tag_command(session: Session, /, words: tuple[str, ...], removes: bool, **options: Any) -> None:
    """Add TAGs to the entries that QUERY finds, or take them away.

    \b
    Examples:
      collectionlib -L jokes/ tag 'length<200' short
      collectionlib -L jokes/ tag --id 0chgm9qj --id 4yqpxq0q old --remove
    """
    label = _label("tag", (*words, "--remove") if removes else words, options)
    choice, tags = _divided(words, options, rest="TAG")

    def edit(entry: Entry) -> Entry:
        if removes:
            return evolve(entry, tags=tuple(tag for tag in entry.tags if tag not in tags))
        return evolve(entry, tags=(*entry.tags, *(tag for tag in tags if tag not in entry.tags)))

    _edit(session, label, choice, edit, **options)


@click.command("remove")
@click.argument("words", nargs=-1, metavar="[QUERY]")
@_changing
@pass_session
def remove_command(session: Session, /, words: tuple[str, ...], **options: Any) -> None:
    """Remove the entries that QUERY finds.

    \b
    Examples:
      collectionlib -L jokes/ remove 'source:spam' --dry-run
      collectionlib -L jokes/ remove --ids unwanted.txt --yes
    """
    label = _label("remove", words, options)
    choice, more = _divided(words, options)
    if more:
        raise click.UsageError(
            f"{more[0]!r} is too much: put quotes around a QUERY that has blanks, and give "
            "either a QUERY or ids"
        )
    _edit(session, label, choice, lambda _entry: None, **options)


def _label(name: str, words: tuple[str, ...], options: dict[str, Any]) -> str:
    """The command as the log is to say it."""
    ids = [word for each in options["ids"] for word in ("--id", each)]
    file = ["--ids", options["id_file"]] if options["id_file"] is not None else []
    return shlex.join([name, *ids, *file, *words])


def _divided(
    words: tuple[str, ...], options: dict[str, Any], *, rest: str = ""
) -> tuple[Choice, tuple[str, ...]]:
    return divided(words, options.pop("ids"), options.pop("id_file"), rest=rest)


def _edit(
    session: Session,
    /,
    label: str,
    choice: Choice,
    edit: Edit,
    *,
    dry_run: bool,
    yes: bool,
    explain: bool,
    as_json: bool,
) -> None:
    """Change what was chosen, after asking where that is more than one entry.

    Args:
        session: of this call.
        label: of the command, for the log.
        choice: which entries.
        edit: what is done to each entry.
        dry_run: whether only to say what would be done.
        yes: whether not to ask.
        explain: whether only to say how the query is read.
        as_json: whether to print JSON.
    """
    with session.open() as collection:
        if explain:
            tell_explanation(collection, _asked(choice), as_json=as_json)
            return
        if isinstance(choice, str):
            choice = _asked(choice).where
        done = _edited(collection, choice, edit, label, dry_run=dry_run, yes=yes)
    if as_json:
        echo_json(
            {
                "schema_version": 1, "dry_run": dry_run, "found": done.found,
                "changed": [*done.changed], "removed": [*done.removed],
            }
        )  # fmt: skip
    else:
        would = "would be " if dry_run else ""
        said = [
            f"{counted(len(ids), 'entry', 'entries')} {would}{what}"
            for ids, what in ((done.changed, "changed"), (done.removed, "removed"))
            if ids
        ]
        if done.found:
            session.say("; ".join(said) or f"{_all(done.found)} so already: nothing was changed")
    if not done.found:
        session.say("nothing matches: nothing was changed")
        raise click.exceptions.Exit(NOTHING_MATCHED)


def _edited(
    collection: Collection, choice: Choice, edit: Edit, label: str, *, dry_run: bool, yes: bool
) -> Edited:
    """Edit, where it changes anything: else nothing is locked."""
    if not yes or dry_run or not would_edit(collection, choice, edit):
        planned = edit_entries(collection, choice, edit, dry_run=True)
        number = len(planned.changed) + len(planned.removed)
        if dry_run or not number:
            return planned
        if number > 1 and not yes:
            ask_about(number, "removed" if planned.removed else "changed")
    return edit_entries(collection, choice, edit, label=label)


def _asked(choice: Choice) -> Selection:
    """What a query asks for."""
    if not isinstance(choice, str):
        raise click.UsageError("--explain is about a QUERY, and ids are none")
    asked = selection(choice)
    if asked == Selection():
        raise click.UsageError("an empty QUERY finds every entry: say which ones you mean")
    return asked


def _all(number: int) -> str:
    return f"{counted(number, 'entry', 'entries')} {'is' if number == 1 else 'are'}"
