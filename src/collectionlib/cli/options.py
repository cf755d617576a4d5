"""Options that several commands share, each defined once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from ..identity import CategoryPath, parse_category_path

MEANINGS = ("title", "body", "author", "date", "category", "tags", "language", "rights")
"""What a field may be taken for."""

__all__ = [
    "MEANINGS",
    "import_options",
    "json_option",
    "names_in",
    "reading_options",
    "with_options",
    "worker_options",
]

_Command = TypeVar("_Command", bound=Callable[..., Any])


def _category(_context: click.Context, _option: click.Parameter, value: str) -> CategoryPath:
    return parse_category_path(value)


def _fields(
    _context: click.Context, _option: click.Parameter, value: tuple[str, ...]
) -> dict[str, str]:
    fields = {}
    for each in value:
        name, divided, meaning = each.rpartition("=")
        if not divided or meaning not in MEANINGS:
            raise click.BadParameter(
                f"{each!r} is not NAME=MEANING; a meaning is one of {', '.join(MEANINGS)}"
            )
        fields[name] = meaning
    return fields


def names_in(value: str) -> tuple[str, ...]:
    """The names in a value of an option that takes several.

    >>> names_in("id, title,")
    ('id', 'title')
    """
    return tuple(name.strip() for name in value.split(",") if name.strip())


def json_option(command: _Command) -> _Command:
    """The option of commands that print JSON for programs."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


_WORKER_OPTIONS = (
    click.option(
        "--executor",
        metavar="NAME",
        default="local",
        show_default=True,
        help="Who does the work: local, or dask://HOST:PORT.",
    ),
    click.option(
        "--jobs",
        type=click.IntRange(min=1),
        default=1,
        show_default=True,
        help="Work in so many processes, where the executor is local.",
    ),
)

_READING_OPTIONS = (
    click.option("--format", metavar="NAME", help="Read every source as this format."),
    click.option("--profile", metavar="FILE", help="Rules for this archive, in TOML."),
    click.option(
        "--split",
        metavar="RULE",
        help="Divide plain texts and Markdown: auto, none, heading, heading:N, line, "
        "blank:N, %, regex:EXPRESSION.",
    ),
    click.option(
        "--paragraphs",
        metavar="MODE",
        help="How plain texts mark paragraphs: auto, block, single, print, unformatted, off.",
    ),
    click.option(
        "--field",
        "fields",
        metavar="NAME=MEANING",
        multiple=True,
        callback=_fields,
        help="Take this field of records or front matter for the title, body, author, …",
    ),
    click.option("--encoding", metavar="NAME", help="Read every source in this encoding."),
    click.option(
        "--category",
        metavar="PATH",
        default="",
        callback=_category,
        help="Put all entries below this category; names with / between.",
    ),
    click.option("--rights", metavar="WORDS", help="Rights of the texts that tell none."),
    click.option(
        "--clean", metavar="NAME", multiple=True, help="Also apply this transform to the texts."
    ),
    click.option(
        "--fix-mojibake", is_flag=True, help="Mend letters that came from a wrong encoding."
    ),
    click.option("--no-clean", metavar="NAME", multiple=True, help="Do not apply this transform."),
    *_WORKER_OPTIONS,
)
_WRITING_OPTIONS = (
    click.option(
        "--on-error",
        type=click.Choice(["skip", "stop"]),
        default="skip",
        show_default=True,
        help="Reject a source that cannot be read and go on, or import nothing.",
    ),
    click.option(
        "--on-duplicate",
        type=click.Choice(["keep", "skip"]),
        default="keep",
        show_default=True,
        help="Keep an entry whose text is there already, or leave it out.",
    ),
    click.option("--report", metavar="FILE", help="Write what was done with every source as JSON."),
    click.option(
        "--html-report", metavar="FILE", help="Write the same for people, as a page with plots."
    ),
)


def import_options(command: _Command) -> _Command:
    """The options of whatever imports."""
    return with_options(command, (*_READING_OPTIONS, *_WRITING_OPTIONS))


def reading_options(command: _Command) -> _Command:
    """The options of whatever reads sources, to import them or not."""
    return with_options(command, _READING_OPTIONS)


def worker_options(command: _Command) -> _Command:
    """The options that say who does the work."""
    return with_options(command, _WORKER_OPTIONS)


def with_options(
    command: _Command, options: tuple[Callable[[_Command], _Command], ...]
) -> _Command:
    """A command with options, in the order in which they are to be told."""
    for option in reversed(options):
        command = option(command)
    return command
