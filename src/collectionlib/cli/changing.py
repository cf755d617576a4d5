"""Commands that change entries: ``set``, ``move``, ``tag``, ``remove``."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click
from attrs import evolve

from ..curating.editing import Edit, edit_entries
from ..identity import parse_category_path
from ..model import Contributor, Entry
from ..query import Selection
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
_WORDS = ("title", "language", "created", "rights")
_ATTRIBUTE = "attr."


def _changing(command: _Command) -> _Command:
    """The options of whatever changes entries."""
    return with_options(command, _CHANGING_OPTIONS)


@click.command("set")
@click.argument("query")
@click.argument("assignments", nargs=-1, required=True, metavar="FIELD=VALUE...")
@_changing
@pass_session
def set_command(
    session: Session, /, query: str, assignments: tuple[str, ...], **options: bool
) -> None:
    """Set fields of the entries that QUERY finds; FIELD= without a value clears one.

    \b
    FIELD is title, author, language, created, rights, or attr.NAME; author may stand several
    times.

    \b
    Examples:
      collectionlib -L jokes/ set lang:zh language=zh-Hant rights=CC0-1.0
      collectionlib -L jokes/ set id:0chgm9qj title="A better one"
    """
    values = _assigned(assignments)
    words = ("set", query, *assignments)
    _edit(session, words, lambda entry: _with_values(entry, values), **options)


def _assigned(assignments: tuple[str, ...]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for each in assignments:
        name, divided, value = each.partition("=")
        if not divided:
            raise click.UsageError(f"{each!r} is not FIELD=VALUE")
        if name not in (*_WORDS, "author") and not name.startswith(_ATTRIBUTE):
            known = ", ".join((*_WORDS, "author", f"{_ATTRIBUTE}NAME"))
            raise click.UsageError(f"{name!r} is no field that can be set: there are {known}")
        if name in values and name != "author":
            raise click.UsageError(f"{name} is set twice: say which value it is to have")
        values.setdefault(name, []).append(value)
    return values


def _with_values(entry: Entry, values: Mapping[str, list[str]]) -> Entry:
    changes: dict[str, Any] = {}
    attributes = dict(entry.attributes)
    for name, (*_, last) in values.items():
        if name in _WORDS:
            changes[name] = last if last or name == "title" else None
        elif name == "author":
            others = tuple(one for one in entry.contributors if one.role != "aut")
            authors = tuple(Contributor(name=one) for one in values[name] if one)
            changes["contributors"] = authors + others
        elif last:
            attributes[name.removeprefix(_ATTRIBUTE)] = last
        else:
            attributes.pop(name.removeprefix(_ATTRIBUTE), None)
    if attributes != entry.attributes:
        changes["attributes"] = attributes
    return evolve(entry, **changes)


@click.command("move")
@click.argument("query")
@click.argument("category")
@_changing
@pass_session
def move_command(session: Session, /, query: str, category: str, **options: bool) -> None:
    """Move the entries that QUERY finds to CATEGORY, "" for none.

    \b
    Example:
      collectionlib -L jokes/ move 'category:Misc title:doctor' Jokes/Doctors
    """
    path = parse_category_path(category) if category else ()
    words = ("move", query, category)
    _edit(session, words, lambda entry: evolve(entry, category=path), **options)


@click.command("tag")
@click.argument("query")
@click.argument("tags", nargs=-1, required=True, metavar="TAG...")
@click.option("--remove", "removes", is_flag=True, help="Take the tags away.")
@_changing
@pass_session
def tag_command(
    session: Session, /, query: str, tags: tuple[str, ...], removes: bool, **options: bool
) -> None:
    """Add TAGs to the entries that QUERY finds, or take them away.

    \b
    Examples:
      collectionlib -L jokes/ tag 'length<200' short
      collectionlib -L jokes/ tag tag:old old --remove
    """

    def edit(entry: Entry) -> Entry:
        if removes:
            return evolve(entry, tags=tuple(tag for tag in entry.tags if tag not in tags))
        return evolve(entry, tags=(*entry.tags, *(tag for tag in tags if tag not in entry.tags)))

    words = ("tag", query, *tags, *(["--remove"] if removes else []))
    _edit(session, words, edit, **options)


@click.command("remove")
@click.argument("query")
@_changing
@pass_session
def remove_command(session: Session, /, query: str, **options: bool) -> None:
    """Remove the entries that QUERY finds.

    \b
    Example:
      collectionlib -L jokes/ remove 'source:spam' --dry-run
    """
    _edit(session, ("remove", query), lambda _entry: None, **options)


def _edit(
    session: Session,
    /,
    words: tuple[str, ...],
    edit: Edit,
    *,
    dry_run: bool,
    yes: bool,
    explain: bool,
    as_json: bool,
) -> None:
    """Change what a query finds, after asking where that is more than one entry.

    Args:
        session: of this call.
        words: of the command, for the log; the second one is the query.
        edit: what is done to each entry.
        dry_run: whether only to say what would be done.
        yes: whether not to ask.
        explain: whether only to say how the query is read.
        as_json: whether to print JSON.
    """
    chosen = selection(words[1])
    if chosen == Selection():
        raise click.UsageError("an empty QUERY finds every entry: say which ones you mean")
    with session.open() as collection:
        if explain:
            tell_explanation(collection, chosen, as_json=as_json)
            return
        planned = edit_entries(collection, chosen.where, edit, dry_run=True)
        number = len(planned.changed) + len(planned.removed)
        if number > 1 and not (yes or dry_run):
            ask_about(number, "removed" if planned.removed else "changed")
        done = planned
        if number and not dry_run:
            done = edit_entries(collection, chosen.where, edit, label=shlex.join(words))
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


def _all(number: int) -> str:
    return f"{counted(number, 'entry', 'entries')} {'is' if number == 1 else 'are'}"
