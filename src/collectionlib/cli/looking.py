"""The command ``check``: what is damaged."""

from __future__ import annotations

from collections.abc import Iterator

import click

from ..errors import CorruptCollection
from .options import json_option
from .session import FINDINGS, Session, echo_json, pass_session

__all__ = ["check_command"]


@click.command("check")
@json_option
@pass_session
def check_command(session: Session, as_json: bool) -> None:
    """Read everything, and list what is damaged: where, why, what to do.

    \b
    Example:
      collectionlib -L jokes/ check
    """
    damaged = 0
    for damage in _damages(session):
        damaged += 1
        if as_json:
            echo_json(
                {"path": damage.path, "line": damage.line, "reason": damage.reason,
                 "remedy": damage.remedy}
            )  # fmt: skip
        else:
            click.echo(str(damage))
    if damaged:
        session.say(f"{damaged} damaged")
        raise click.exceptions.Exit(FINDINGS)
    session.say("nothing is damaged")


def _damages(session: Session) -> Iterator[CorruptCollection]:
    try:
        with session.open() as collection, collection.snapshot() as view:
            yield from view.damages()
    except CorruptCollection as error:
        # What is damaged so that it cannot even be opened.
        yield error
        yield from error.others
