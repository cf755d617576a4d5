"""Write the page of the manual, `man/collectionlib.1`, from the commands themselves.

    python tools/manual.py [--check]

`make man` calls it. The page is in man(7), which groff and mandoc set; the wheel brings it to
`share/man/man1`.
"""

from __future__ import annotations

import argparse
import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from collectionlib import __version__
from collectionlib.cli.app import cli
from collectionlib.cli.contents import SECTIONS
from collectionlib.cli.words import Node, Word, nodes

PAGE = Path(__file__).parents[1] / "man/collectionlib.1"
STATUS = {
    "0": "Done.",
    "1": "Failed: something could not be read or written.",
    "2": "Wrong usage: of an option, a query, a value, a settings file.",
    "3": "Nothing matched, or no entry has such an id.",
    "4": "Findings, of check, verify and build --check.",
    "5": "Locked: another process is writing the collection.",
    "6": "Partial: some sources were rejected, the rest is in.",
    "130": "Interrupted: the same command resumes.",
}
ENVIRONMENT = {
    "COLLECTIONLIB_LIBRARY": "The collection, where no -L is given.",
    "COLLECTIONLIB_COMMAND_OPTION": "A default for an option of a command, such as "
    "COLLECTIONLIB_EXPORT_THEME; for one that goes before the command, COLLECTIONLIB_OPTION.",
    "COLLECTIONLIB_CONFIG": "The settings file in place of those that would be found.",
    "NO_COLOR, FORCE_COLOR": "No colours, or colours also where there is no terminal.",
    "PAGER": "What long output goes through on a terminal; empty or cat for nothing.",
    "EDITOR, VISUAL": "What edit opens.",
    "SOURCE_DATE_EPOCH": "The moment that is noted in place of now, in seconds since 1970.",
}
FILES = {
    "collectionlib.toml": "Settings of a project, in the current folder or the nearest above it.",
    "~/.config/collectionlib/collectionlib.toml": "Your own settings, on Linux.",
}


def page() -> str:
    """The whole page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    every = {node.path: node for node in nodes(cli)}
    yield '.\\" Made by make man, from the commands themselves: change it there.'
    yield f'.TH COLLECTIONLIB 1 "" "collectionlib {__version__}" "User Commands"'
    yield ".SH NAME"
    yield "collectionlib \\- import texts, keep them as collections, publish them as books"
    yield ".SH SYNOPSIS"
    yield f".B {_text('collectionlib [-L LOCATION] [-q | -v] COMMAND ...')}"
    yield ".SH DESCRIPTION"
    yield from _help(cli)
    yield ".SH OPTIONS"
    yield from _options(every[""])
    for section, commands in SECTIONS.items():
        yield f".SH {_text(section.upper())}"
        for name in commands:
            for path in (each for each in every if each.split()[:1] == [name]):
                yield from _command(every[path])
    for title, table in (
        ("EXIT STATUS", STATUS), ("ENVIRONMENT", ENVIRONMENT), ("FILES", FILES),
    ):  # fmt: skip
        yield f".SH {title}"
        for term, words in table.items():
            yield from (".TP", f".B {_text(term)}", _text(words))


def _command(node: Node) -> Iterator[str]:
    context = click.Context(node.command, info_name=node.path)
    usage = " ".join([node.path, *node.command.collect_usage_pieces(context)])
    yield f".SS {_text(usage)}"
    yield from _help(node.command)
    yield from _options(node)


def _help(command: click.Command) -> Iterator[str]:
    """What a command says of itself; what stands behind ``\\b`` as it is."""
    for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
        yield ".PP"
        if paragraph.startswith("\b"):
            yield ".nf"
            yield from (_text(line) for line in paragraph.removeprefix("\b\n").splitlines())
            yield ".fi"
        else:
            yield _text(" ".join(paragraph.split()))


def _options(node: Node) -> Iterator[str]:
    options = {option.name: option for option in node.command.params}
    for word in node.options:
        if word.names[-1] == "--help" and node.path:
            continue
        yield ".TP"
        yield f".B {_text(_names(word))}"
        declared = next(
            (each for each in options.values() if each.opts == list(word.names)[: len(each.opts)]),
            None,
        )
        about = declared.help if isinstance(declared, click.Option) else None
        yield _text(about or f"{word.about}.")


def _names(word: Word) -> str:
    return ", ".join(word.names) + (f" {word.metavar}" if word.metavar else "")


def _text(text: str) -> str:
    """Text as man(7) takes it: no line begins a request, and hyphens are what is typed."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"^(\s*)([.'])", r"\1\\&\2", escaped)


def main() -> None:
    """Write the page, or look whether it is as it would be written."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only look, and fail if it is not")
    if parser.parse_args().check:
        sys.exit(PAGE.read_text("utf-8") != page())
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), "utf-8")


if __name__ == "__main__":
    main()
