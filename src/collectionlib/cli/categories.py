"""The command ``categories``: the tree with its numbers, and what changes it."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import click

from ..codec import to_plain
from ..curating.categories import (
    CategoryCount,
    Rearranged,
    category_tree,
    describe_category,
    merge_categories,
    rename_category,
    reorder_categories,
)
from ..identity import parse_category_path
from .options import json_option
from .session import Session, counted, echo_json, pass_session, shown

__all__ = ["categories_command"]

_dry_run = click.option("--dry-run", is_flag=True, help="Only say what would be done.")


@click.group("categories", invoke_without_command=True)
@json_option
@click.pass_context
def categories_command(context: click.Context, as_json: bool) -> None:
    """List the categories with the number of entries in each and below it, or change them.

    A category is written with / between the names of its path.

    \b
    Examples:
      collectionlib -L jokes/ categories
      collectionlib -L jokes/ categories rename Misc Jokes/Various --dry-run
      collectionlib -L jokes/ categories describe Jokes --title "Old jokes"
    """
    if context.invoked_subcommand is not None:
        if as_json:
            raise click.UsageError("--json stands behind the name of the command")
        return
    session = context.ensure_object(Session)
    with session.open() as collection, collection.snapshot() as view:
        tree = category_tree(view)
    if as_json:
        for each in tree:
            echo_json({**to_plain(each.category), "entries": each.entries, "total": each.total})
    else:
        for line in _lines(tree):
            click.echo(line)
    if not tree:
        session.say("the collection has no categories")


def _lines(tree: Sequence[CategoryCount]) -> Iterator[str]:
    branches = _branches(tree) if sys.stdout.isatty() else (
        "  " * (len(each.category.path) - 1) for each in tree
    )  # fmt: skip
    for each, branch in zip(tree, branches, strict=True):
        name, title = each.category.path[-1], each.category.title
        said = f"{title}  [{name}]" if title and title != name else name
        yield f"{each.total:>8}  {click.style(branch, dim=True)}{shown(said)}"


def _branches(tree: Sequence[CategoryCount]) -> list[str]:
    """The strokes before each category, from the last to the first."""
    open_levels: set[int] = set()
    branches = []
    for each in reversed(tree):
        level = len(each.category.path) - 1
        stem = "".join("│  " if above in open_levels else "   " for above in range(1, level))
        turn = ("├─ " if level in open_levels else "└─ ") if level else ""
        open_levels = {above for above in open_levels if above < level} | {level}
        branches.append(stem + turn)
    return branches[::-1]


@categories_command.command("rename")
@click.argument("path", metavar="CATEGORY")
@click.argument("new", metavar="NEW")
@_dry_run
@json_option
@pass_session
def rename_command(session: Session, path: str, new: str, dry_run: bool, as_json: bool) -> None:
    """Give CATEGORY, and all that is below it, the NEW name or place.

    \b
    Examples:
      collectionlib -L jokes/ categories rename Misc Various
      collectionlib -L jokes/ categories rename Misc/Puns Puns
    """
    old, wanted = parse_category_path(path), parse_category_path(new)
    with session.open() as collection:
        done = rename_category(
            collection, old, wanted, dry_run=dry_run, label=_label("rename", path, new)
        )
    _tell(session, done, dry_run=dry_run, as_json=as_json)


@categories_command.command("merge")
@click.argument("paths", metavar="CATEGORY... INTO", nargs=-1, required=True)
@_dry_run
@json_option
@pass_session
def merge_command(session: Session, paths: tuple[str, ...], dry_run: bool, as_json: bool) -> None:
    """Put what is in each CATEGORY, and below it, into the category INTO.

    Descriptions are kept, one after the other.

    \b
    Example:
      collectionlib -L jokes/ categories merge Misc Rest Various
    """
    if len(paths) < 2:
        raise click.UsageError("say which categories, and into which one they go")
    *gone, into = map(parse_category_path, paths)
    with session.open() as collection:
        done = merge_categories(
            collection, gone, into, dry_run=dry_run, label=_label("merge", *paths)
        )
    _tell(session, done, dry_run=dry_run, as_json=as_json)


@categories_command.command("reorder")
@click.argument("paths", metavar="CATEGORY...", nargs=-1, required=True)
@_dry_run
@json_option
@pass_session
def reorder_command(session: Session, paths: tuple[str, ...], dry_run: bool, as_json: bool) -> None:
    """Put categories that stand beside each other in this order, before the rest of them.

    \b
    Example:
      collectionlib -L jokes/ categories reorder Puns Riddles Limericks
    """
    with session.open() as collection:
        done = reorder_categories(
            collection,
            map(parse_category_path, paths),
            dry_run=dry_run,
            label=_label("reorder", *paths),
        )
    _tell(session, done, dry_run=dry_run, as_json=as_json)


@categories_command.command("describe")
@click.argument("path", metavar="CATEGORY")
@click.option("--title", metavar="WORDS", help='As it is shown in place of its name; "" for none.')
@click.option("--description", metavar="WORDS", help="What stands before its entries in a book.")
@click.option(
    "--description-file", metavar="FILE", help="The same from a file; - is standard input."
)
@click.option("--position", metavar="NUMBER", help='Place among its siblings; "" for none.')
@click.option("--make", is_flag=True, help="Make the category, if it is not there.")
@_dry_run
@json_option
@pass_session
def describe_command(
    session: Session, /, path: str, make: bool, dry_run: bool, as_json: bool, **options: str | None
) -> None:
    """Say something about CATEGORY: its title, its description, its place.

    \b
    Examples:
      collectionlib -L jokes/ categories describe Jokes --title "Old jokes"
      collectionlib -L jokes/ categories describe Jokes --description-file about.md
    """
    changes = _said(options)
    if not changes and not make:
        raise click.UsageError("say what is said: with --title, --description or --position")
    what = ", ".join(changes) or "category"
    with session.open() as collection:
        after = describe_category(
            collection,
            parse_category_path(path),
            changes,
            make=make,
            dry_run=dry_run,
            label=f"{_label('describe', path)} ({what if changes else 'made'})",
        )
    if as_json:
        echo_json({"schema_version": 1, "dry_run": dry_run, "category": to_plain(after)})
    would = "would be " if dry_run else ""
    session.say(f"{path}: {what} {would}{'set' if changes else 'made'}")


def _said(options: dict[str, str | None]) -> dict[str, Any]:
    file = options.pop("description_file")
    if file is not None:
        if options["description"] is not None:
            raise click.UsageError("give either --description or --description-file")
        with click.open_file(file, encoding="utf-8") as words:
            options["description"] = words.read().strip()
    said: dict[str, Any] = {
        name: value.strip() or None for name, value in options.items() if value is not None
    }
    if said.get("position") is not None:
        try:
            said["position"] = int(said["position"])
        except ValueError as error:
            raise click.UsageError(
                f"--position is a whole number, and not {said['position']!r}"
            ) from error
    return said


def _label(*words: str) -> str:
    """The command as the log is to say it."""
    return shlex.join(["categories", *words])


def _tell(session: Session, done: Rearranged, *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        echo_json(
            {"schema_version": 1, "dry_run": dry_run, "changed": [*done.entries],
             "categories": [[*path] for path in done.categories]}
        )  # fmt: skip
    would = "would be " if dry_run else ""
    said = (
        [f"{counted(len(done.entries), 'entry', 'entries')} {would}moved"] if done.entries else []
    )
    if done.categories:
        said.append(f"{counted(len(done.categories), 'category', 'categories')} {would}changed")
    session.say("; ".join(said) or "all is so already: nothing was changed")
