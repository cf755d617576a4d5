"""The command ``completion``, and what its scripts ask: ids, tags, categories."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING

import click

from ..errors import CollectionError
from .session import Session, pass_session
from .words import nodes

if TYPE_CHECKING:
    from ..storage.base import Snapshot

__all__ = ["complete_command", "completion_command"]

_SHELLS = ("bash", "zsh", "fish")
_MOST = 500
"""How many words are offered at most: a person reads them."""
_LOOKED_AT = 20_000
"""How many entries are looked at for their tags: the answer is waited for."""
_FIELDS = ("category:", "tag:", "lang:", "author:", "title:", "text:", "id:", "source:", "rights:")
_SETTABLE = ("title=", "author=", "language=", "created=", "rights=", "attr.")
_TERM = re.compile(
    r"""(?s)(?P<before>(?:.*[\s(])?-?)(?P<field>category|tag|id):"?(?P<value>[^"]*)"""
)


@click.command("completion")
@click.argument("shell", type=click.Choice(_SHELLS))
def completion_command(shell: str) -> None:
    """Print the script by which SHELL completes commands, options, ids, tags and categories.

    Commands and options stand in the script itself, so that nothing is started for them.

    \b
    Examples:
      eval "$(collectionlib completion bash)"         in ~/.bashrc
      collectionlib completion zsh > ~/.zfunc/_collectionlib
      collectionlib completion fish > ~/.config/fish/completions/collectionlib.fish
    """
    from . import completion_bash, completion_fish, completion_zsh
    from .app import cli

    scripts = {"bash": completion_bash, "zsh": completion_zsh, "fish": completion_fish}
    sys.stdout.buffer.write(scripts[shell].script(list(nodes(cli))).encode())


@click.command("_complete", hidden=True)
@click.argument("kind", type=click.Choice(["id", "tag", "category", "query", "field"]))
@click.argument("begun", default="")
@pass_session
def complete_command(session: Session, kind: str, begun: str) -> None:
    """Print the words of a kind that go on with what is BEGUN, a line each."""
    found: Iterator[str] = iter(each for each in _SETTABLE if each.startswith(begun))
    if kind != "field":
        try:
            with session.open() as collection, collection.snapshot() as view:
                found = iter([*islice(_WORDS[kind](view, begun), _MOST)])
        except CollectionError:
            # Whoever presses a key is told nothing; the command itself will.
            return
    for word in found:
        if word.isprintable():
            click.echo(word)


def _ids(view: Snapshot, begun: str) -> Iterator[str]:
    return iter(view.ids(begun))


def _tags(view: Snapshot, begun: str) -> Iterator[str]:
    there = {tag for entry in islice(view.scan(), _LOOKED_AT) for tag in entry.tags}
    return (tag for tag in sorted(there) if tag.startswith(begun))


def _categories(view: Snapshot, begun: str) -> Iterator[str]:
    from ..identity import format_category_path
    from ..query import ReadingOrder

    order = ReadingOrder(view.categories())
    known = {category.path for category in view.categories()} | {*view.category_counts()}
    there = {path[:depth] for path in known for depth in range(1, len(path) + 1)}
    paths = (format_category_path(path) for path in sorted(there, key=order.category_key))
    return (path for path in paths if path.startswith(begun))


def _terms(view: Snapshot, begun: str) -> Iterator[str]:
    """Queries that go on with their last term."""
    if term := _TERM.fullmatch(begun):
        for value in _WORDS[term["field"]](view, term["value"]):
            yield f"{term['before']}{term['field']}:{_quoted(value)}"
        return
    # Any text matches: the groups are always there.
    before, word = re.fullmatch(r"(?s)((?:.*[\s(])?-?)(.*)", begun).groups()  # type: ignore[union-attr]
    yield from (before + field for field in _FIELDS if field.startswith(word))


def _quoted(value: str) -> str:
    if re.fullmatch(r"[\w./-]+", value):
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


_WORDS: Mapping[str, Callable[[Snapshot, str], Iterator[str]]] = {
    "id": _ids,
    "tag": _tags,
    "category": _categories,
    "query": _terms,
}
