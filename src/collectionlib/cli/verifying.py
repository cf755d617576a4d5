"""The command ``verify``."""

from __future__ import annotations

from collections import Counter
from itertools import groupby

import click

from ..publishing.devices import DEVICES
from ..publishing.verification import Finding, verify
from ..publishing.verification.epubcheck import epubcheck, has_epubcheck
from .options import json_option
from .session import FINDINGS, Session, counted, echo_json, in_one_line, pass_session

__all__ = ["verify_command"]


@click.command("verify")
@click.argument("file", metavar="FILE.epub")
@click.option(
    "--profile",
    "--device",
    "device",
    type=click.Choice([each.name for each in DEVICES]),
    help="Also look whether this shop takes it.",
)
@click.option(
    "--epubcheck/--no-epubcheck",
    "with_epubcheck",
    default=None,
    help="Run epubcheck on top; where it is installed unless given.",
)
@json_option
@pass_session
def verify_command(
    session: Session, file: str, device: str | None, with_epubcheck: bool | None, as_json: bool
) -> None:
    """Look at an EPUB of whatever origin as shops and readers do, and say what is wrong and where.

    \b
    Examples:
      collectionlib verify book.epub
      collectionlib verify book.epub --profile kindle --json
    """
    findings = verify(file, device=device)
    if with_epubcheck or (with_epubcheck is None and has_epubcheck()):
        findings += list(epubcheck(file))
    elif with_epubcheck is None:
        session.say("epubcheck was not run: pip install 'collectionlib[epubcheck]', and Java")
    if as_json:
        for finding in findings:
            echo_json(finding.to_plain())
    else:
        _print(findings)
    number = Counter(finding.severity for finding in findings)
    if number["error"] or number["warning"]:
        session.say(
            f"{counted(number['error'], 'error')}, {counted(number['warning'], 'warning')}, "
            f"{counted(number['note'], 'note')}"
        )
        raise click.exceptions.Exit(FINDINGS)
    session.say(
        f"nothing is wrong{', ' + counted(number['note'], 'note') if number['note'] else ''}"
    )


def _print(findings: list[Finding]) -> None:
    """A line for each finding, below the member that it is in."""
    for path, group in groupby(findings, key=lambda finding: finding.path):
        click.echo(in_one_line(path or "the book"))
        for finding in group:
            place = f"{finding.line or ''}{f':{finding.column}' if finding.column else ''}"
            message = in_one_line(finding.message)
            click.echo(f"  {place:>8}  {finding.severity:7}  {message}  [{finding.code}]")
