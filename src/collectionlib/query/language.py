"""The language of the command line, read into predicates."""

from __future__ import annotations

import re

from ..errors import InvalidValueError
from ..identity import parse_category_path
from .fields import FIELDS
from .predicates import AllOf, Contains, Equals, FullText, InCategory, Matches, Predicate

__all__ = ["parse"]

_TERM = re.compile(r'\s*(?:(?P<field>[a-z]+):(?P<exactly>=)?)?(?P<value>"(?:[^"\\]|\\.)*"|[^\s"]+)')


def parse(text: str) -> Predicate:
    r"""Read a query: terms ``field:value`` and words, joined by blanks; all must hold.

    ``category:"Blessing messages"`` means the category and what is below it (names of a path
    with ``/`` between them), ``category:="Blessing messages"`` only itself. ``id`` and ``tag``
    compare the whole value, ``lang:zh`` finds ``zh-Hant`` too, the other fields any part of the
    value, and the whole with ``:=``. A word without a field is searched in title and text. A
    value with blanks stands in double quotes; ``\"`` is a quote in it.

    Raises:
        InvalidValueError: the query is malformed; the message names the column.

    >>> parse('category:"Blessing messages"')
    InCategory(path=('Blessing messages',), exactly=False)
    """
    terms: list[Predicate] = []
    at = 0
    end = len(text.rstrip())
    while at < end:
        term = _TERM.match(text, at)
        if term is None:
            raise InvalidValueError("query", text, f"has an open quote at column {at + 1}")
        terms.append(_predicate(term, text))
        at = term.end()
        if at < end and not text[at].isspace():
            raise InvalidValueError(
                "query", text, f"has a quote left open, or no blank behind it, at column {at + 1}"
            )
    return terms[0] if len(terms) == 1 else AllOf(tuple(terms))


def _predicate(term: re.Match[str], text: str) -> Predicate:
    field, value = term["field"], term["value"]
    if value.startswith('"'):
        value = re.sub(r"\\(.)", r"\1", value[1:-1]) if field != "category" else _unquoted(value)
    if field is None:
        return FullText(tuple(value.split()))
    if field not in FIELDS:
        column = term.start("field") + 1
        raise InvalidValueError(
            "query", text, f"asks at column {column} for {field!r}, which is none of the fields "
            f"{', '.join(FIELDS)}"
        )  # fmt: skip
    if field == "category":
        return InCategory(parse_category_path(value), exactly=term["exactly"] is not None)
    if term["exactly"]:
        return Equals(field, value)
    if field == "lang":
        return Matches("lang", f"(?i)^{re.escape(value)}(-|$)")
    if field in ("id", "tag"):
        return Equals(field, value)
    return Contains(field, value)


def _unquoted(value: str) -> str:
    # In a category path a backslash also escapes the slash: that one stays for the path.
    return re.sub(r'\\(")', r"\1", value[1:-1])
