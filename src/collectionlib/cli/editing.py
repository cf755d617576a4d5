"""The command ``edit``: an entry in an editor, checked before it takes its place."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from ..collection import Collection
from ..curating.choosing import Choice, Ids, chosen
from ..curating.texts import changed_fields, entry_from_text, entry_text, replace_entry
from ..errors import CollectionError, InvalidValueError
from ..identity import EntryId
from ..model import Entry
from ..storage.front_matter import SUFFIXES
from .options import json_option
from .session import NOTHING_MATCHED, Session, echo_json, pass_session

__all__ = ["edit_command"]


@click.command("edit")
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option("--query", metavar="QUERY", help="The entries that QUERY finds, one after another.")
@click.option(
    "--file",
    "replacement",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Take the edited text from FILE, and open no editor.",
)
@click.option("--dry-run", is_flag=True, help="Open the editor, but only say what has changed.")
@json_option
@pass_session
def edit_command(
    session: Session,
    /,
    ids: tuple[str, ...],
    query: str | None,
    replacement: Path | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Edit the entry of ID in your editor: front matter and text in one file.

    The editor is $VISUAL, else $EDITOR. What you save is checked before it takes the place of the
    entry, all at once; what cannot be taken is kept in a file that the message names. If nothing
    is changed, or the editor fails, everything stays as it is.

    \b
    Examples:
      collectionlib -L jokes/ edit 0chgm9qj
      collectionlib -L jokes/ edit --query 'tag:todo'
    """
    if bool(ids) == bool(query and query.strip()):
        raise click.UsageError("say which entry: by its ID, or with --query")
    changed: list[str] = []
    found = 0
    with session.open() as collection:
        entry_ids = _chosen(collection, query or Ids(ids))
        if replacement and len(entry_ids) > 1:
            raise click.UsageError(f"--file is for one entry, and these are {len(entry_ids)}")
        for entry_id in entry_ids:
            found += 1
            # Read when its turn has come: hours may lie between.
            entry = collection.get(entry_id)
            if _edited(session, collection, entry, replacement, dry_run=dry_run):
                changed.append(entry_id)
    if as_json:
        echo_json(
            {"schema_version": 1, "dry_run": dry_run, "found": found, "changed": changed,
             "removed": []}
        )  # fmt: skip
    if not found:
        session.say("nothing matches: nothing was changed")
        raise click.exceptions.Exit(NOTHING_MATCHED)


def _chosen(collection: Collection, choice: Choice) -> list[EntryId]:
    with collection.snapshot() as view:
        return [entry.id for entry in chosen(view, choice, collection.location)]


def _edited(
    session: Session,
    collection: Collection,
    entry: Entry,
    replacement: Path | None,
    *,
    dry_run: bool,
) -> bool:
    """Whether an entry was changed."""
    if replacement:
        after = entry_from_text(replacement.read_bytes(), entry)
        return _put(session, collection, entry, after, dry_run=dry_run)
    with _draft(entry, keeps=dry_run) as path:
        edited = _by_hand(session, entry, path)
        return edited is not None and _put(session, collection, entry, edited, dry_run=dry_run)


@contextmanager
def _draft(entry: Entry, *, keeps: bool) -> Iterator[Path]:
    """A file to edit, which stays where what is in it did not get into the collection."""
    folder = Path(tempfile.mkdtemp(prefix="collectionlib-"))
    path = folder / f"{entry.id}{SUFFIXES[entry.markup]}"
    before = entry_text(entry)
    path.write_bytes(before)
    try:
        yield path
    except BaseException as error:
        if not path.is_file() or path.read_bytes() == before:
            shutil.rmtree(folder, ignore_errors=True)
        elif isinstance(error, CollectionError):
            error.message = (
                f"{error.message}; your text is kept: mend it, and give it with "
                f"'collectionlib edit {entry.id} --file {path}'"
            )
        else:
            _tell_kept(path)
        raise
    if keeps and path.read_bytes() != before:
        _tell_kept(path)
        return
    shutil.rmtree(folder, ignore_errors=True)


def _tell_kept(path: Path) -> None:
    click.echo(f"your text is kept in {path}", err=True)


def _by_hand(session: Session, entry: Entry, path: Path) -> Entry | None:
    """What a person makes of an entry; `None` where it is left as it is."""
    before = path.read_bytes()
    while True:
        _open_editor(path)
        try:
            data = _saved(path)
            if data == before:
                session.say(f"{entry.id} {entry.label}: nothing was changed")
                return None
            return entry_from_text(data, entry)
        except InvalidValueError as error:
            if not sys.stdin.isatty():
                raise
            click.echo(f"collectionlib: {error}", err=True)
            if not click.confirm("Edit it again?", default=True, err=True):
                raise


def _saved(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CollectionError(
            f"the editor left no file that can be read ({error.strerror}), and nothing was changed"
        ) from error


def _open_editor(path: Path) -> None:
    has_own = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not has_own and not sys.stdin.isatty():
        raise click.UsageError("there is no terminal to edit on: set $EDITOR, or give --file")
    try:
        click.edit(filename=str(path))
    except (click.ClickException, ValueError) as error:
        # Of a malformed $EDITOR click tells by a ValueError.
        reason = error.message if isinstance(error, click.ClickException) else str(error)
        raise CollectionError(
            f"the editor failed ({reason}), and nothing was changed: see $VISUAL and $EDITOR"
        ) from error


def _put(
    session: Session, collection: Collection, before: Entry, after: Entry, *, dry_run: bool
) -> bool:
    names = changed_fields(before, after)
    if names and not dry_run:
        label = f"edit {before.id} ({', '.join(names)})"
        replace_entry(collection, before, after, label=label)
    what = f"{', '.join(names)} {'would be ' if dry_run else ''}changed"
    session.say(f"{before.id} {after.label}: {what if names else 'nothing was changed'}")
    return bool(names)
