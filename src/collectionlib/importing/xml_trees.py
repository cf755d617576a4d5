"""XML from strangers to a tree: nothing is fetched, no entity is expanded.

libxml2 reads elements that stand up to 256 deep in each other, and texts of up to ten million
characters; what goes beyond is refused here, never cut off.
"""

from __future__ import annotations

import re
from html.entities import html5

import lxml.etree as etree

from ..errors import ParseError, UnsafeSource

__all__ = ["MOST_CHARACTERS", "local_name", "parse_xml", "root_name"]

MOST_CHARACTERS = 64 * 1024 * 1024
"""A tree takes about ten times the memory of its text."""

_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,300}\?>")
_DOCTYPE = re.compile(r"<!DOCTYPE\s", re.IGNORECASE)
_BEFORE_ROOT = re.compile(
    r"\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[[^\]]*\])?[^>]*>", re.DOTALL | re.IGNORECASE
)
_ROOT = re.compile(r"<([A-Za-z_][\w.\-]*:)?([A-Za-z_][\w.\-]*)")
_REFERENCE = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_OWN = frozenset({"amp", "lt", "gt", "quot", "apos"})


def parse_xml(text: str, source: str) -> etree._Element:
    r"""The root of an XML document.

    Named references of HTML, such as ``&nbsp;``, are read without a DTD.

    Raises:
        UnsafeSource: it declares entities of its own, which may grow without bound or lead to
            other files.
        ParseError: it is not well formed, too large, or nested too deeply.

    >>> parse_xml("<a>1&nbsp;2</a>", "a.xml").text
    '1\xa02'
    """
    _check(text, source)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    data = _REFERENCE.sub(_resolved, _DECLARATION.sub("", text, count=1)).encode()
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ParseError(source, f"it is not well-formed XML: {error.msg}") from error
    unknown = next(root.iter(etree.Entity), None)
    if unknown is not None:
        # Where a DTD is named that is not read, a reference may be to anything.
        raise ParseError(source, f"nobody says what {unknown.text} stands for: write the character")
    return root


def _check(text: str, source: str) -> None:
    if len(text) > MOST_CHARACTERS:
        raise ParseError(source, f"it is larger than {MOST_CHARACTERS:,} characters: divide it")
    doctype = _DOCTYPE.search(text)
    if doctype and "<!ENTITY" in _before_root(text[doctype.start() :]).upper():
        raise UnsafeSource(
            source, "it declares entities of its own, which may be a bomb or lead to other files"
        )


def _before_root(text: str) -> str:
    """What stands before the first element, its declarations included."""
    found = re.search(r"<[A-Za-z_]", text)
    return text[: found.start()] if found else text


def _resolved(found: re.Match[str]) -> str:
    if found[1] in _OWN:
        return found[0]
    characters = html5.get(f"{found[1]};")
    return found[0] if characters is None else "".join(f"&#{ord(one)};" for one in characters)


def root_name(text: str) -> str | None:
    """The local name of the first element of a text that is XML; `None` where it is none.

    >>> root_name("<?xml version='1.0'?><!-- a --><osis:osis xmlns:osis='x'/>")
    'osis'
    >>> root_name("Be well.") is None
    True
    """
    place = 1 if text.startswith("\\ufeff") else 0
    while found := _BEFORE_ROOT.match(text, place):
        place = found.end()
    root = _ROOT.match(text, place)
    return root[2] if root else None


def local_name(element: etree._Element) -> str:
    """The name of an element without its namespace; ``""`` of what is no element."""
    tag: object = element.tag  # of a comment it is a function
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
