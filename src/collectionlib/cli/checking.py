"""The command ``check``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby

import click

from ..curating.checking import (
    CODES,
    FIXABLE,
    SEVERITIES,
    Finding,
    Fixed,
    Severity,
    check,
    chosen_codes,
    fix,
    left_out,
)
from ..curating.checking.run import damage
from ..errors import CorruptCollection
from ..identity import format_category_path
from .options import json_option, worker_options
from .session import FINDINGS, Session, counted, echo_json, in_one_line, pass_session, shown

__all__ = ["check_command"]

_MOST = 20
"""Findings of one code that are printed unless all are asked for."""


@click.command("check")
@click.option("--only", metavar="CODE", multiple=True, help="Look for this alone, or these.")
@click.option("--ignore", metavar="CODE", multiple=True, help="Do not look for this.")
@click.option(
    "--severity",
    type=click.Choice(SEVERITIES),
    default="note",
    show_default=True,
    help="Leave out what is less severe.",
)
@click.option(
    "--each", is_flag=True, help="Print everything, and tell of every entry what it lacks."
)
@click.option("--fix", "fixes", is_flag=True, help="Mend what can be mended without a doubt.")
@click.option("--dry-run", is_flag=True, help="Only say what --fix would do.")
@worker_options
@json_option
@pass_session
def check_command(
    session: Session,
    /,
    only: tuple[str, ...],
    ignore: tuple[str, ...],
    severity: Severity,
    each: bool,
    fixes: bool,
    dry_run: bool,
    executor: str,
    jobs: int,
    as_json: bool,
) -> None:
    """Read everything, and list what is wrong: where, what, what to do.

    What is damaged and cannot be read; texts that are empty, huge, in another language than they
    say, or that were read in a wrong encoding; what entries lack. An error or a warning makes the
    exit status 4, a note alone does not.

    \b
    Examples:
      collectionlib -L jokes/ check
      collectionlib -L jokes/ check --only mojibake --fix --dry-run
      collectionlib -L jokes/ check --severity warning --json
    """
    if dry_run and not fixes:
        raise click.UsageError("--dry-run says what --fix would do: give both")
    codes = chosen_codes(only or CODES, ignore, severity)
    for sentence in left_out(codes):
        session.say(sentence)
    if fixes and not dry_run and codes & set(FIXABLE):
        _mend(session, codes, as_json=as_json)
    found = _found(session, codes, each=each, executor=executor, jobs=jobs)
    number = _print(found, each=each, as_json=as_json)
    if dry_run:
        session.say(f"{counted(number['fixable'], 'finding')} would be fixed")
    _end(session, number)


def _mend(session: Session, codes: frozenset[str], *, as_json: bool) -> None:
    # Without ftfy nothing was found that it could mend.
    missing = {"mojibake"} if any("mojibake" in one for one in left_out(codes)) else set[str]()
    with session.open() as collection:
        fixed = fix(collection, codes - missing)
    for each in fixed:
        if as_json:
            echo_json(_plain_fixed(each))
        else:
            click.echo(f"{each.entry_id}  {shown(each.label or '(empty)')}")
            click.echo(f"  fixed    {', '.join(each.codes)}")
    session.say(f"{counted(len(fixed), 'entry', 'entries')} fixed")


def _plain_fixed(fixed: Fixed) -> dict[str, object]:
    return {
        "schema_version": 1, "fixed": True, "id": fixed.entry_id, "label": fixed.label,
        "codes": [*fixed.codes],
    }  # fmt: skip


def _found(
    session: Session, codes: frozenset[str], *, each: bool, executor: str, jobs: int
) -> Iterator[Finding]:
    try:
        with session.open() as collection:
            yield from check(collection, codes, each=each, executor=executor, jobs=jobs)
    except CorruptCollection as error:
        # What is damaged so that it cannot even be opened.
        yield from (damage(one) for one in (error, *error.others) if "damaged" in codes)


def _print(findings: Iterable[Finding], *, each: bool, as_json: bool) -> Counter[str]:
    """Print findings as they come; how many there are of each severity, and can be fixed."""
    number: Counter[str] = Counter()
    codes: Counter[str] = Counter()

    def counting() -> Iterator[Finding]:
        for finding in findings:
            number[finding.severity] += 1
            number["fixable"] += finding.fixable
            codes[finding.code] += 1
            if as_json:
                echo_json({"schema_version": 1, "fixed": False, **finding.to_plain()})
            elif each or codes[finding.code] <= _MOST:
                yield finding

    for place, group in groupby(counting(), key=_place):
        click.echo(in_one_line(place))
        for finding in group:
            line = f"line {finding.line}: " if finding.line else ""
            message = in_one_line(f"{line}{finding.message}; {finding.remedy}")
            click.echo(f"  {finding.severity:7}  {message}  [{finding.code}]")
    if not as_json and not each:
        for code, count in codes.items():
            if count > _MOST:
                click.echo(f"… and {count - _MOST:,} more of [{code}]: --each shows all")
    return number


def _place(finding: Finding) -> str:
    """Where it is: a file, an entry, a category, or everywhere."""
    if finding.path:
        return finding.path
    category = format_category_path(finding.category) if finding.category else ""
    if finding.entry_id:
        place = f"{finding.entry_id}  {finding.label or '(empty)'}"
        return f"{place}  [{category}]" if category else place
    if finding.category is None:
        return "the collection"
    return f"[{category}]" if category else "[no category]"


def _end(session: Session, number: Counter[str]) -> None:
    notes = counted(number["note"], "note")
    if number["error"] or number["warning"]:
        errors, warnings = counted(number["error"], "error"), counted(number["warning"], "warning")
        session.say(f"{errors}, {warnings}, {notes}")
        raise click.exceptions.Exit(FINDINGS)
    session.say(f"nothing is wrong{', ' + notes if number['note'] else ''}")
