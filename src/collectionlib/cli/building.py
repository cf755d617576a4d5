"""Commands that make books of recipes: ``build``, ``recipe``."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from attrs import asdict

from ..collection import Collection
from ..errors import ExportError, MissingRights
from ..identity import natural_key
from ..publishing.recipe import (
    Built,
    Change,
    Difference,
    Recipe,
    Telling,
    build,
    differences,
    draft_recipe,
    load_recipe,
    plan,
    recipe_schema,
    write_preview,
)
from ..publishing.sections import Section
from ..storage.durable import replacing, why_not_written
from .opening import open_option, page_of, page_to_show, show
from .options import json_option
from .session import (
    FINDINGS,
    NOTHING_MATCHED,
    Session,
    counted,
    echo_json,
    pass_session,
)

__all__ = ["build_command", "recipe_command"]

_EXAMPLES = 3


@click.command("build")
@click.argument("recipe", metavar="RECIPE.toml")
@click.option("--check", is_flag=True, help="Say what a rebuild would change; write nothing.")
@click.option("-n", "--dry-run", is_flag=True, help="Say what would be written; write nothing.")
@click.option("--force", is_flag=True, help="Replace the files whatever they are.")
@open_option
@json_option
@pass_session
def build_command(
    session: Session,
    recipe: str,
    check: bool,
    dry_run: bool,
    force: bool,
    opens: bool,
    as_json: bool,
) -> None:
    """Make all books of RECIPE.toml in one pass; none is replaced before all are complete.

    Beside the recipe stands a lock file then, anthology.lock.json: what went in and what came out.
    With --check a rebuild is compared with it; where it gives other bytes, the exit status is 4.
    With --dry-run --open the book is shown before any file of it is written.

    \b
    Examples:
      collectionlib build anthology.toml
      collectionlib build anthology.toml --dry-run --open
      collectionlib build anthology.toml --check
    """
    if check and (dry_run or force or opens):
        raise click.UsageError("--check only compares: leave --dry-run, --force and --open out")
    rules = load_recipe(recipe)
    telling = _telling(session)
    with _opened(session, rules) as collection, _following(session, collection):
        if check:
            found = differences(rules, collection, telling)
            _report_differences(session, found, as_json=as_json)
            return
        if dry_run:
            built = plan(rules, collection, telling)
        else:
            built = build(rules, collection, force=force, telling=telling)
        _report(session, rules, built, dry_run=dry_run, as_json=as_json)
        if opens:
            page = page_to_show(lambda out: write_preview(rules, collection, out, page=page_of))
            show(session, page)


@contextmanager
def _following(session: Session, collection: Collection) -> Iterator[None]:
    """Name every entry without rights, where the sentence of the error has no place for all."""
    try:
        yield
    except MissingRights as error:
        session.end_progress()
        for entry_id in error.entry_ids:
            session.say(f"no rights: {entry_id}  {collection.get(entry_id).label}")
        raise


def _telling(session: Session) -> Telling:
    return Telling(
        warn=lambda message: session.say(f"warning: {message}"),
        progress=session.progress_of_files(),
    )


def _opened(session: Session, rules: Recipe) -> Collection:
    """The collection that was named with -L, else that of the recipe, else that around us."""
    context = click.get_current_context().find_root()
    source = context.get_parameter_source("library")
    named = source is click.core.ParameterSource.COMMANDLINE
    if rules.location is None or named:
        return session.open()
    return Collection.open(rules.location)


# --- what came of it ----------------------------------------------------------------------------


def _report(session: Session, rules: Recipe, built: Built, *, dry_run: bool, as_json: bool) -> None:
    session.end_progress()
    choice = built.choice
    if as_json:
        echo_json(
            {
                "schema_version": 1,
                "recipe": str(rules.path),
                "entries": choice.entries,
                "left_over": choice.left_over,
                "dropped": list(choice.dropped),
                "warnings": list(choice.warnings),
                "outputs": [
                    {"output": str(path), "entries": number} for path, number in built.files
                ],
                **_plain(choice.root),
            }
        )
    elif dry_run:
        for line in _tree(choice.root.sections, 0):
            click.echo(line)
    if choice.dropped:
        words = counted(len(choice.dropped), "entry", "entries")
        session.say(f"dropped: {words} with words that were struck out")
    if not choice.entries:
        session.say("no part finds an entry: nothing was written")
        raise click.exceptions.Exit(NOTHING_MATCHED)
    for path, number in built.files:
        wrote = "would write" if dry_run else "wrote"
        session.say(f"{wrote} {path}: {counted(number, 'entry', 'entries')}")
    if choice.left_over:
        words = counted(choice.left_over, "entry is", "entries are")
        session.say(f"{words} in no part")


def _plain(section: Section) -> dict[str, Any]:
    parts = [{"title": each.title, **_plain(each)} for each in section.sections]
    return {"ids": list(section.ids), "parts": parts}


def _tree(sections: Iterable[Section], depth: int) -> Iterable[str]:
    for section in sections:
        number = sum(1 for _ in section.walk())
        yield f"{'  ' * depth}{section.title}: {counted(number, 'entry', 'entries')}"
        yield from _tree(section.sections, depth + 1)


def _report_differences(session: Session, found: Difference, *, as_json: bool) -> None:
    session.end_progress()
    if as_json:
        changes = [asdict(change) for change in found.changes]
        echo_json({"schema_version": 1, "same": found.same, "changes": changes})
    else:
        for change in found.changes:
            click.echo(_sentence(change))
    if not found.same:
        session.say(f"{counted(len(found.changes), 'change')}: build again")
        raise click.exceptions.Exit(FINDINGS)
    session.say("a rebuild gives the same bytes")


def _sentence(change: Change) -> str:
    name = f" {change.name}" if change.name else ""
    fields = f": {', '.join(change.fields)}" if change.fields else ""
    return f"{change.what}{name} {change.how}{fields}"


# --- recipes ------------------------------------------------------------------------------------


@click.group("recipe")
def recipe_command() -> None:
    """Write recipes, from which 'build' makes books."""


@recipe_command.command("new")
@click.argument("query", default="")
@click.option(
    "-o",
    "--output",
    metavar="FILE.toml",
    default="anthology.toml",
    show_default=True,
    help="Where to; - is standard output.",
)
@pass_session
def new_command(session: Session, query: str, output: str) -> None:
    """Write a recipe with what QUERY finds, and what else could be in it as comments.

    \b
    Examples:
      collectionlib -L jokes/ recipe new
      collectionlib -L jokes/ recipe new 'category:"Blessing messages"' -o wishes.toml
    """
    path = Path("anthology.toml" if output == "-" else output)
    if output != "-" and path.exists():
        raise click.UsageError(f"{path} exists: choose another name with -o")
    with session.open() as collection:
        if query and not collection.count(query):
            session.say("nothing matches: nothing was written")
            raise click.exceptions.Exit(NOTHING_MATCHED)
        text = draft_recipe(
            collection.metadata,
            query,
            name=path.name,
            collection=_location_from(path.parent, collection.location),
            categories=_top_categories(collection),
        )
    if output == "-":
        click.echo(text, nl=False)
        return
    _write_new(path, text)
    session.say(f"wrote {path}: 'collectionlib build {path}' makes the book")


def _location_from(folder: Path, location: str) -> str:
    """Where a collection is, from a folder; one that is no path is where it is."""
    if not Path(location).exists():
        return location
    end = "/" if Path(location).is_dir() else ""
    return Path(os.path.relpath(location, folder)).as_posix() + end


def _top_categories(collection: Collection) -> list[str]:
    with collection.snapshot() as view:
        names = {path[0] for path in view.category_counts() if path}
    return sorted(names, key=natural_key)[:_EXAMPLES]


def _write_new(path: Path, text: str) -> None:
    try:
        with replacing(path) as out:
            out.write(text.encode())
    except OSError as error:
        raise ExportError(f"{path} could not be written: {why_not_written(error)}") from error


@recipe_command.command("schema")
def schema_command() -> None:
    """Print the JSON Schema of recipes, for editors.

    \b
    Example:
      collectionlib recipe schema > recipe.schema.json
    """
    click.echo(json.dumps(recipe_schema(), indent=2, ensure_ascii=False))
