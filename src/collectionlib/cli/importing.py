"""What the commands that import share: options to arguments, the account, the progress."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click
from attrs import evolve

from ..collection import Collection
from ..importing.cleaning import transforms
from ..importing.pipeline import import_texts
from ..importing.profile import Profile
from ..importing.report import ImportReport, SourceReport
from .session import Session, counted, echo_json

__all__ = ["run_import", "tell_import", "told"]


def told(
    *,
    profile: str | None,
    split: str | None,
    paragraphs: str | None,
    fields: dict[str, str],
    clean: tuple[str, ...],
    no_clean: tuple[str, ...],
    fix_mojibake: bool,
    **options: Any,
) -> dict[str, Any]:
    """The arguments of `import_texts` for the options of the command line; the rest as it is."""
    rules = Profile.load(profile) if profile else Profile()
    own = {"split": split, "paragraphs": paragraphs}
    rules = evolve(
        rules,
        options={**rules.options, **{name: value for name, value in own.items() if value}},
        fields={**rules.fields, **fields},
    )
    also = (*rules.clean, *clean, *(["mojibake"] if fix_mojibake else []))
    chosen = transforms(also, (*rules.no_clean, *no_clean))
    return {**options, "profile": rules, "transforms": chosen}


def run_import(
    session: Session,
    collection: Collection,
    sources: tuple[str, ...],
    *,
    report: str | None,
    html_report: str | None,
    **options: Any,
) -> ImportReport:
    """Import with the options of the command line, and write the accounts that were asked for."""
    arguments = told(**options)
    written = [Path(name) for name in (report, html_report) if name]
    if len(written) == 2 and os.path.realpath(written[0]) == os.path.realpath(written[1]):
        raise click.UsageError("the two reports are two files: give them two names")
    # The account of an earlier run may lie among the sources.
    arguments["without"] = (*arguments.get("without", ()), *written)
    with ExitStack() as stack:
        accounts = []
        if report or html_report:
            from ..importing.accounts import HtmlAccount, JsonAccount, account_in

            if report:
                accounts.append(stack.enter_context(account_in(Path(report), JsonAccount)))
            if html_report:
                accounts.append(stack.enter_context(account_in(Path(html_report), HtmlAccount)))
        show = session.progress_of_sources(_files_in(sources) if session.shows_progress else 0)

        def watch(source: SourceReport) -> None:
            show(source.source)
            for account in accounts:
                account.add(source)

        result = import_texts(
            collection, *sources, watch=watch, account=bool(accounts), **arguments
        )
        for account in accounts:
            account.finish(result)
    session.end_progress()
    return result


def _files_in(sources: tuple[str, ...]) -> int:
    """How many files there are, more or less: a look at the names only."""
    return sum(
        sum(len(files) for _, _, files in os.walk(source)) if Path(source).is_dir() else 1
        for source in sources
    )


def tell_import(session: Session, report: ImportReport, *, as_json: bool) -> None:
    """Tell what an import did: JSON on standard output, or words on standard error."""
    if as_json:
        echo_json(report.to_plain())
        return
    if report.resumed:
        session.say("went on with an import that had been interrupted")
    for warning in report.warnings:
        session.say(f"warning: {warning.source}: {warning.reason}")
    for rejected in report.rejected:
        # Also when quiet: what is not in is an error.
        click.echo(f"rejected: {rejected.source}: {rejected.reason}", err=True)
    session.say(", ".join(_counts(report)))


def _counts(report: ImportReport) -> Iterator[str]:
    yield f"{counted(report.sources, 'source')}: {counted(report.added, 'entry', 'entries')} added"
    yield f"{report.updated} updated"
    yield f"{report.unchanged} unchanged"
    if report.duplicates:
        yield f"{counted(report.duplicates, 'duplicate')} left out"
    if report.removed:
        yield f"{report.removed} removed"
    yield f"{counted(len(report.rejected), 'source')} rejected"
