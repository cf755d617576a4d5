"""What the commands that write books share: options to metadata and to an exporter."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar, get_args

import click

from ..model import Metadata
from ..publishing.cover.given import read_cover
from ..publishing.devices import DEVICES
from ..publishing.formats.base import Exporter
from ..publishing.formats.text import NARROWEST, LineEnd
from ..publishing.matter import read_matter
from ..publishing.metadata import KEYS, with_said
from ..publishing.output import Output, exporter_class, made, options_of
from ..publishing.volumes import VolumeSize
from .options import names_in, with_options

__all__ = [
    "JSON_PROFILES",
    "book_metadata",
    "device_option",
    "exporter_of",
    "metadata_options",
    "output_names",
    "output_options",
    "says_format",
    "split_option",
]

_Command = TypeVar("_Command", bound=Callable[..., Any])
JSON_PROFILES = ("jsonfeed", "jsonld")
"""Kinds of JSON that are asked for as devices are."""

_OPTIONS = {"rights": "book_rights"}
"""What options are called whose names other options have."""

_METADATA_OPTIONS = (
    click.option("--title", metavar="WORDS", help="Title."),
    click.option("--subtitle", metavar="WORDS", help="Subtitle."),
    click.option(
        "--author",
        "authors",
        metavar="NAME",
        multiple=True,
        help="Author; 'Lu, Xun = Lu Xun / 魯迅' says how it is filed, and another script.",
    ),
    click.option("--editor", "editors", metavar="NAME", multiple=True, help="Editor."),
    click.option("--compiler", "compilers", metavar="NAME", multiple=True, help="Compiler."),
    click.option("--translator", "translators", metavar="NAME", multiple=True, help="Translator."),
    click.option(
        "--language", metavar="TAG", help="Language as BCP 47 tag, such as en or zh-Hant."
    ),
    click.option("--publisher", metavar="NAME", help="Publisher."),
    click.option("--published", metavar="DATE", help="Date: 2026, 2026-11 or 2026-11-23."),
    click.option("--isbn", metavar="NUMBER", help="ISBN; its check digit is looked at."),
    click.option(
        "--identifier", "identifiers", metavar="URI", multiple=True, help="DOI, URN, URL."
    ),
    click.option("--series", metavar="TITLE[; NUMBER]", help="Series, and the place in it."),
    click.option(
        "--subject",
        "subjects",
        metavar="[SCHEME:CODE ]WORDS",
        multiple=True,
        help="What it is about: 'Jokes', or 'BISAC:HUM004000 HUMOR / Form / Jokes & Riddles'.",
    ),
    click.option("--description", metavar="WORDS", help="What a shop says of it."),
    click.option("--book-rights", metavar="WORDS", help="Rights of the whole."),
)

_OUTPUT_OPTIONS = (
    click.option("--to", metavar="NAME", help="Write in this format, whatever OUTPUT ends in."),
    click.option("--force", is_flag=True, help="Replace OUTPUT whatever it is."),
    click.option(
        "--toc-depth", type=click.IntRange(min=1), help="Levels of the contents; all if not given."
    ),
    click.option(
        "--volume-size",
        metavar="N|NMB",
        callback=lambda _context, _option, value: VolumeSize.parse(value) if value else None,
        help="Write volumes of so many entries, or of so much text.",
    ),
    click.option("--cover", metavar="FILE", help="Cover: JPEG, PNG or SVG; drawn unless given."),
    click.option(
        "--no-cover", "draws_cover", flag_value=False, type=bool, default=None, help="No cover."
    ),
    click.option(
        "--cover-png", "png_cover", is_flag=True, default=None, help="Draw the cover as PNG."
    ),
    click.option("--dedication", metavar="FILE", help="Dedication: a text, or Markdown (.md)."),
    click.option("--epigraph", metavar="FILE", help="Epigraph."),
    click.option("--preface", metavar="FILE", help="Preface."),
    click.option("--about-authors", metavar="FILE", help="What is said about the authors."),
    click.option(
        "--ledger/--no-ledger",
        default=None,
        help="List author, source and licence of each text; where one has a licence unless given.",
    ),
    click.option("--index", is_flag=True, default=None, help="List authors and titles."),
    click.option(
        "--vertical", is_flag=True, default=None, help="Set Japanese and Chinese in columns."
    ),
    click.option(
        "--pictures",
        metavar="FOLDER",
        multiple=True,
        help="A folder that was imported: the pictures of its texts go into the book.",
    ),
    click.option(
        "--theme",
        metavar="NAME|FOLDER",
        help="How the book looks: classic, modern, plain, or a folder.",
    ),
    click.option(
        "--font",
        "fonts",
        metavar="FILE",
        multiple=True,
        help="Put this font into the book, as far as its licence allows; also several.",
    ),
    click.option("--css", metavar="FILE", help="Add this style sheet to the theme's."),
    click.option(
        "--width",
        type=click.IntRange(min=NARROWEST),
        metavar="COLUMNS",
        help="Break running text of a .txt behind so many columns.",
    ),
    click.option(
        "--line-ends", type=click.Choice(get_args(LineEnd)), help="Of a .txt; lf unless given."
    ),
    click.option(
        "--fortune", is_flag=True, help="Write texts with a line % between, for fortune(6)."
    ),
    click.option("--pretty", is_flag=True, default=None, help="Indent a .json, for people."),
    click.option(
        "--fields",
        "columns",
        metavar="NAME[,NAME...]",
        callback=lambda _context, _option, value: value and names_in(value),
        help="Write only these into a .jsonl or .json: id,title,body,source.uri.",
    ),
    click.option(
        "--fast", is_flag=True, default=None, help="Compress with zlib-ng: other bytes, sooner."
    ),
)


def metadata_options(command: _Command) -> _Command:
    """The options that say what a collection or book is."""
    return with_options(command, _METADATA_OPTIONS)


def output_options(command: _Command) -> _Command:
    """The options of whatever writes a book."""
    return with_options(command, _OUTPUT_OPTIONS)


def device_option(*names: str) -> Callable[[_Command], _Command]:
    """The option that says for whom the book is made, under the names that are free."""
    return click.option(
        *names,
        "device",
        type=click.Choice([*(each.name for each in DEVICES), *JSON_PROFILES]),
        help="Make the book as this shop and its readers take it, or JSON in these words.",
    )


def split_option(*names: str) -> Callable[[_Command], _Command]:
    """The option that says where files of the book end, under the names that are free."""
    return click.option(
        *names,
        "split_book",
        type=click.Choice(["auto", "entry", "category"]),
        help="Begin a file of the book when one is full, for each entry, or for each category.",
    )


def book_metadata(metadata: Metadata, options: dict[str, Any]) -> Metadata:
    """The metadata of a collection with what the options say in its place.

    Args:
        metadata: of the collection.
        options: those of `metadata_options`, which are taken out of them.

    Raises:
        InvalidValueError: an option is not what its field holds.
    """
    said = {key: options.pop(_OPTIONS.get(key, key)) for key in KEYS}
    given = {key: value for key, value in said.items() if value is not None and value != ()}
    return with_said(metadata, given)


def exporter_of(
    output: Output,
    options: dict[str, Any],
    *,
    pictures: Mapping[str, Path] = MappingProxyType({}),
    tell: Callable[[str], None],
) -> Exporter:
    """The exporter that the options ask for.

    Args:
        output: whose ending chooses the format.
        options: those of `output_options` that are the exporter's, which are taken out of them.
        pictures: folders that are known already, by the name of their origin.
        tell: told of what the book leaves out.

    Raises:
        UnknownPlugin: there is no such format.
        click.UsageError: the format has no such option.
        ExportError: a file that an option names cannot be read.
    """
    kind = exporter_class(output, _format(output, options))
    folders, fonts = options.pop("pictures"), options.pop("fonts")
    known = options_of(kind)
    asked = {
        name: value
        for name in _EXPORTER
        if (value := options.pop(name)) is not None
        # What the settings say is for the formats that take it.
        and (_NAMES.get(name, name) in known or _is_typed(name))
    }
    values = {
        _NAMES.get(name, name): _READERS.get(name, _as_it_is)(value)
        for name, value in asked.items()
    }
    if fonts and ("fonts" in known or _is_typed("fonts")):
        values["fonts"] = tuple(map(Path, fonts))
    if folders and ("pictures" in known or _is_typed("pictures")):
        values["pictures"] = {
            Path(os.path.realpath(folder)).name: Path(folder) for folder in folders
        }
    # What nobody has asked for is offered to those who take it.
    offered = {"tell": tell, "pictures": pictures}
    if unknown := sorted(values.keys() - known):
        option = _as_typed(unknown[0], values[unknown[0]])
        raise click.UsageError(f"{output} is written without {option}: leave it out")
    return made(kind, {**{k: v for k, v in offered.items() if k in known}, **values})


def _format(output: Output, options: dict[str, Any]) -> str | None:
    """The name of the format that the options ask for, if they do."""
    name: str | None = options.pop("to")
    asked = "fortune" if options.pop("fortune") else None
    if options["device"] in JSON_PROFILES:
        asked = options["device"]
        options["device"] = None
        if name is None and output.suffix.lower() not in ("", ".json"):
            raise click.UsageError(f"{output} is no JSON, which {asked} is: call it .json")
    if asked and name not in (None, asked, "json" if asked in JSON_PROFILES else "text"):
        raise click.UsageError(f"{asked} and --to {name} are two formats: give one")
    return asked or name


def _is_typed(name: str) -> bool:
    """Whether an option was given with the command, not by the settings."""
    context = click.get_current_context(silent=True)
    return context is None or (
        context.get_parameter_source(name) is not click.core.ParameterSource.DEFAULT_MAP
    )


def _as_typed(field: str, value: object) -> str:
    """The option of the command that sets a field of the exporter, under each name it has."""
    own = next((name for name, other in _NAMES.items() if other == field), field)
    context = click.get_current_context(silent=True)
    for option in context.command.params if context else ():
        if option.name == own:
            # The second names of a switch are those that turn it off.
            return "/".join((value is False and option.secondary_opts) or option.opts)
    return f"--{own.replace('_', '-')}"


def _as_it_is(value: Any) -> Any:
    return value


_READERS: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("dedication", "epigraph", "preface", "about_authors"), read_matter),
    "cover": read_cover,
    "css": Path,
}
_EXPORTER = (
    "device",
    "draws_cover",
    "png_cover",
    "toc_depth",
    "split_book",
    "theme",
    "ledger",
    "index",
    "vertical",
    "fast",
    "width",
    "line_ends",
    "pretty",
    "columns",
    *_READERS,
)
"""The options that are the exporter's own."""
_NAMES = {"split_book": "split", "columns": "fields"}
"""What the exporter calls those that bear another name here."""


def says_format(options: Mapping[str, Any]) -> bool:
    """Whether the options of `output_options` say the format, whatever OUTPUT ends in."""
    return bool(options["to"] or options["fortune"] or options["device"] in JSON_PROFILES)


def output_names() -> tuple[str, ...]:
    """The names under which the options of whatever writes a book arrive."""
    return ("to", "fortune", "force", "volume_size", "pictures", "fonts", *_EXPORTER)
