"""Where the headings and definitions of a Markdown text stand, by line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from attrs import frozen
from markdown_it.common.utils import normalizeReference
from markdown_it.token import Token

from .layout import with_line_feeds
from .markdown import parser

__all__ = ["Definition", "HeadingPlace", "Places", "places", "referred_labels"]

_BRACKETED = re.compile(r"\[([^\[\]]+)\]")


@frozen
class HeadingPlace:
    """A heading that stands in no quote, list or note.

    Args:
        first, end: its lines.
        level: 1 to 6.
        title: what it says, without marks.
    """

    first: int
    end: int
    level: int
    title: str


@frozen
class Definition:
    """A footnote or the address of a reference, which stands anywhere in the text.

    Args:
        first, end: its lines.
        label: by which the text refers to it; that of a footnote begins with ``^``.
        counts: whether it is the first of its label; a later one has no effect.
    """

    first: int
    end: int
    label: str
    counts: bool = True


@frozen
class Places:
    """The headings and definitions of a text, each in its order."""

    headings: tuple[HeadingPlace, ...]
    definitions: tuple[Definition, ...]


def places(text: str) -> Places:
    r"""The headings and definitions of a text of CommonMark.

    >>> found = places("One *fox*\n=======\n\nSee[^1].\n\n[^1]: A note.\n")
    >>> [(heading.first, heading.level, heading.title) for heading in found.headings]
    [(0, 1, 'One fox')]
    >>> [(each.label, each.first, each.end) for each in found.definitions]
    [('^1', 5, 6)]
    """
    known: dict[str, Any] = {}
    tokens = parser().parse(with_line_feeds(text), known)
    definitions = [*_footnotes(tokens), *_addresses(known)]
    definitions.sort(key=lambda each: each.first)
    return Places(tuple(_headings(tokens)), tuple(definitions))


def referred_labels(text: str) -> set[str]:
    """What may be labels of definitions that a text refers to, as `Definition.label` has them.

    >>> sorted(referred_labels("A [word][Ref], a note[^1], and [more]."))
    ['MORE', 'REF', 'WORD', '^1']
    """
    return {_normal(found) for found in _BRACKETED.findall(text)}


def _normal(label: str) -> str:
    return normalizeReference(label)


def _headings(tokens: Sequence[Token]) -> Iterator[HeadingPlace]:
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open" and opening.level == 0 and opening.map:
            title = " ".join("".join(_words(inline.children or ())).split())
            first, end = opening.map
            yield HeadingPlace(first, end, int(opening.tag[1]), title)


def _words(tokens: Iterable[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            yield " "
        else:
            yield token.content


def _footnotes(tokens: Iterable[Token]) -> Iterator[Definition]:
    labels: set[str] = set()
    for token in tokens:
        if token.type == "footnote_reference_open" and token.level == 0 and token.map:
            label = _normal(f"^{token.meta['label']}")
            first, end = token.map
            yield Definition(first, end, label, label not in labels)
            labels.add(label)


def _addresses(known: dict[str, Any]) -> Iterator[Definition]:
    for label, address in known.get("references", {}).items():
        first, end = address["map"]
        yield Definition(first, end, _normal(label))
    for address in known.get("duplicate_refs", ()):
        first, end = address["map"]
        yield Definition(first, end, _normal(address["label"]), counts=False)
