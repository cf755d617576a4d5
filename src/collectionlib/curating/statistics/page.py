"""The numbers of a collection for people: one page with plots, that needs nothing else."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

from ...identity import format_category_path
from ...importing.accounts import report_file
from ...importing.accounts.plots import STYLE, by_time, length_names, most_frequent, plot
from .counting import QUANTILES, Statistics

__all__ = ["write_page"]

_TITLE = "Statistics"
_BEGINS = re.compile(rb"<!DOCTYPE html>\n[^\0]{0,200}<title>Statistics: ")


def write_page(statistics: Statistics, path: Path, title: str) -> None:
    """Write a page with what was counted; one that was written before is replaced.

    Args:
        statistics: what was counted.
        path: of the page.
        title: of what was counted.

    Raises:
        StorageError: it cannot be written, or there is another file of that name.
    """
    with report_file(path, _BEGINS, "page of statistics") as out:
        out.write(_page(statistics, title).encode())


def _page(statistics: Statistics, title: str) -> str:
    name = escape(f"{_TITLE}: {title}")
    plots = "".join(_plots(statistics))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{name}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{name}</h1>\n{_table('Entries', _sums(statistics))}"
        f"{_table('Characters of an entry', _lengths(statistics))}"
        f'<h2>Overview</h2>\n<div class="plots">{plots}</div>\n'
        "</main>\n</body>\n</html>\n"
    )


def _sums(statistics: Statistics) -> dict[str, int]:
    return {
        "all": statistics.entries,
        **{f"with {name}": number for name, number in statistics.known.items()},
    }


def _lengths(statistics: Statistics) -> dict[str, int]:
    lengths = statistics.lengths
    return {
        "shortest": lengths.quantile(0),
        **{
            name if name == "median" else f"{percent} % have at most": lengths.quantile(percent)
            for name, percent in QUANTILES.items()
        },
        "longest": lengths.quantile(100),
        "all together": lengths.total,
    }


def _table(caption: str, numbers: dict[str, int]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td class="number">{number:,}</td></tr>\n'
        for name, number in numbers.items()
    )
    return f"<table>\n<caption>{caption}</caption>\n<tbody>\n{rows}</tbody>\n</table>\n"


def _plots(statistics: Statistics) -> tuple[str, ...]:
    unknown = "not known"
    categories = {
        format_category_path(path): number for path, number in statistics.categories.items()
    }
    return (
        plot("Lengths (characters)", length_names(statistics.lengths.by_bucket())),
        plot("Languages", most_frequent(statistics.languages, unknown)),
        plot("Years", by_time(statistics.years, unknown)),
        plot("Categories", most_frequent(categories, "none")),
        plot("Authors", most_frequent(statistics.authors, unknown)),
        plot("Tags", most_frequent(statistics.tags, "none")),
        plot("Rights", most_frequent(statistics.rights, unknown)),
        plot("Markup", most_frequent(statistics.markup, "none")),
    )
