"""CSV and TSV: a row is one text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from itertools import accumulate, islice

from attrs import Factory, frozen

from ...errors import ParseError
from ..draft import Draft
from ..records import (
    drafts_of,
    has_text,
    taken_for_the_text,
    unique,
    without_a_text,
    wordy_field,
)
from ..sources import SourceFile
from .base import Recognition

__all__ = ["CsvImporter"]

_ENDINGS = (".csv", ".tsv", ".tab")
_DELIMITERS = ",;\t|"
_LONGEST_FIELD = 100_000_000
_ROWS = 500
"""That are looked at where no column has a name that tells."""


@frozen
class CsvImporter:
    r"""Reads tables whose first row names the columns, divided by comma, semicolon, tab or bar.

    Args:
        fields: names of columns, and what they are to be taken for: ``{"headline": "title"}``.

    >>> source = SourceFile("jokes.csv", b"author;text\nAnn;Be well.\n")
    >>> [(draft.body, draft.contributors[0].name) for draft in CsvImporter().parse(source)]
    [('Be well.', 'Ann')]
    """

    fields: Mapping[str, str] = Factory(dict)

    def recognises(self, source: SourceFile) -> Recognition | None:
        """An ending of tables."""
        if not source.name.lower().endswith(_ENDINGS):
            return None
        return Recognition(0.8, f"the ending of {source.name}")

    def parse(self, source: SourceFile) -> Iterator[Draft]:
        """The rows in order.

        Raises:
            ParseError: the rows are not well formed, or no column is known to hold a text.
        """
        text = source.text
        head = text.partition("\n")[0]
        delimiter = max(_DELIMITERS, key=head.count)
        csv.field_size_limit(_LONGEST_FIELD)
        rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        try:
            written = [name.strip() for name in rows.fieldnames or ()]
        except csv.Error as error:
            raise ParseError(source.uri, f"the first row: {error}") from error
        names = unique(self.fields.get(name, name) for name in written)
        wordy = None
        if not has_text(dict.fromkeys(names, "x")):
            wordy = _wordy_column(text, delimiter, names)
            if wordy is None:
                raise ParseError(source.uri, without_a_text("column"))
        rows.fieldnames = ["text" if name == wordy else name for name in names]
        twice = tuple(
            f"two columns are named {name!r}: the second is kept as {kept!r}"
            for name, kept in zip(written, names, strict=True)
            if kept not in (name, self.fields.get(name))
        )
        warnings = (taken_for_the_text(wordy), *twice) if wordy else twice
        places = [0, *accumulate(map(len, io.StringIO(text, newline="")))]
        start = places[min(rows.line_num, len(places) - 1)]
        try:
            for row in rows:
                if None in row or None in row.values():
                    raise ParseError(
                        source.uri,
                        f"line {rows.line_num} has not as many fields as the first, {len(names)}",
                    )
                end = places[rows.line_num]
                for draft in drafts_of(row, (*source.category, source.stem), span=(start, end)):
                    yield draft.but(warnings=warnings)
                    warnings = ()
                start = end
        except csv.Error as error:
            raise ParseError(source.uri, f"the row after line {rows.line_num}: {error}") from error


def _wordy_column(text: str, delimiter: str, names: list[str]) -> str | None:
    """The one column with sentences, as far as the first rows tell."""
    lines = io.StringIO(text, newline="")
    rows = csv.DictReader(lines, names, delimiter=delimiter, strict=True)
    try:
        return wordy_field([*islice(rows, 1, _ROWS)])
    except csv.Error:
        # Said when the rows are read.
        return None
