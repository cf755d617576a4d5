"""What the commands share that choose entries by a query: options, and saying how it was read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from ..collection import Collection
from ..query import (
    Order,
    Predicate,
    Selection,
    explain,
    explain_order,
    order_text,
    parse,
    parse_order,
    to_text,
)
from ..storage.base import Plan, plan_of
from .options import with_options
from .session import echo_json

__all__ = ["explain_option", "selection", "selection_options", "tell_explanation"]

_Command = TypeVar("_Command", bound=Callable[..., Any])


def explain_option(command: _Command) -> _Command:
    """The option of commands that take a query."""
    words = "Only say how QUERY is read, and who finds the entries."
    return click.option("--explain", is_flag=True, help=words)(command)


def _fields(_context: click.Context, _option: click.Parameter, value: str) -> Order:
    return parse_order(value) if value else ()


_OPTIONS = (
    click.option(
        "--sort",
        metavar="FIELDS",
        default="",
        callback=_fields,
        help="Fields with commas; -field descends.",
    ),
    click.option("--limit", type=click.IntRange(min=1), help="At most so many."),
    explain_option,
)
_WHO = {
    "indexed": "by an index",
    "translated": "by the storage",
    "evaluated": "entry by entry",
}


def selection_options(command: _Command) -> _Command:
    """The options of whatever takes the entries of a query in an order."""
    return with_options(command, _OPTIONS)


def selection(query: str, sort: Order = (), limit: int | None = None) -> Selection:
    """What a command is to take.

    Raises:
        MalformedQuery: the query cannot be read.
    """
    return Selection(parse(query), sort, limit)


def tell_explanation(collection: Collection, chosen: Selection, *, as_json: bool) -> None:
    """Print what a selection means, and what the storage of the collection decides of it."""
    with collection.snapshot() as view:
        plan = plan_of(view, chosen.where)
    if as_json:
        echo_json(_as_json(chosen, plan))
        return
    query = to_text(chosen.where)
    rows = [
        ("query", query or '""'),
        ("means", explain(chosen.where)),
        ("order", explain_order(chosen.order)),
        ("limit", f"at most {chosen.limit}" if chosen.limit else ""),
        *((_WHO[who], "\n".join(map(to_text, parts))) for who, parts in _parts(plan)),
    ]
    width = max(len(name) for name, _ in rows) + 2
    for name, text in rows:
        if text:
            first, *others = text.splitlines()
            click.echo(f"{name + ':':{width}}{first}")
            for line in others:
                click.echo(" " * width + line)


def _parts(plan: Plan) -> list[tuple[str, tuple[Predicate, ...]]]:
    return [
        ("indexed", plan.indexed),
        ("translated", plan.translated),
        ("evaluated", plan.evaluated),
    ]


def _as_json(chosen: Selection, plan: Plan) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "query": to_text(chosen.where),
        "means": explain(chosen.where),
        "sort": order_text(chosen.order),
        "limit": chosen.limit,
        "plan": {who: [to_text(part) for part in parts] for who, parts in _parts(plan)},
    }
