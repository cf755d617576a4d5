"""The names that EPUB 3.3 gives a meaning, and prefixes of other vocabularies (§5.3.3, app. D)."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["ITEM", "ITEMREF", "META", "declared_prefixes", "unknown"]

_RESERVED = frozenset(
    ["a11y", "dcterms", "marc", "media", "onix", "rendition", "schema", "xsd", "msv", "prism"]
)
META = frozenset({
    "alternate-script", "authority", "belongs-to-collection", "collection-type", "display-seq",
    "file-as", "group-position", "identifier-type", "meta-auth", "role", "source-of", "term",
    "title-type", "pageBreakSource",
})  # fmt: skip
"""Properties of ``meta``."""

ITEM = frozenset({
    "cover-image", "mathml", "nav", "remote-resources", "scripted", "svg", "switch", "data-nav",
    "dictionary", "glossary", "index", "search-key-map",
})  # fmt: skip
"""Properties of an item of the manifest; the last five are those of dictionaries and indexes."""

ITEMREF = frozenset(["page-spread-left", "page-spread-right"])
"""Properties of an item of the spine."""


def declared_prefixes(attribute: str | None) -> frozenset[str]:
    """The prefixes of a ``prefix`` attribute, with those that are reserved.

    >>> "x" in declared_prefixes("x: https://e.example/")
    True
    """
    return _RESERVED | set(re.findall(r"(\S+):\s+\S+", attribute or ""))


def unknown(value: str, names: frozenset[str], prefixes: frozenset[str]) -> Iterator[str]:
    """Which properties of a list are neither of EPUB nor of a prefix that is known.

    >>> list(unknown("nav wonder x:y", ITEM, declared_prefixes(None)))
    ['wonder', 'x:y']
    """
    for name in value.split():
        prefix, colon, _ = name.partition(":")
        if (prefix not in prefixes) if colon else (name not in names):
            yield name
