"""A page to a tree, whatever its author made of HTML."""

from __future__ import annotations

import re

import lxml.etree as etree
import lxml.html as lxml_html
from attrs import frozen

from ....errors import ParseError
from ....markup.trees import Element
from ...xml_trees import MOST_CHARACTERS, parse_xml

__all__ = ["Page", "parse_page", "take_out"]

_XHTML = re.compile(
    r"\A\s*(?:<\?xml\s|(?:<!DOCTYPE[^>]{0,500}>\s*)?<html\s[^>]{0,2000}?xmlns\s*=)", re.IGNORECASE
)
# To a parser of HTML such an element is open, and all that follows is inside it.
_CLOSED_AT_ONCE = re.compile(
    r"<(script|style|title|textarea|iframe|noscript)((?:\s[^<>]*)?)/>", re.IGNORECASE
)
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,300}\?>")
_LIMIT = "ERR_RESOURCE_LIMIT"


@frozen
class Page:
    """A page that was parsed.

    Args:
        root: its ``html`` element, or what stands for it.
        warnings: what was wrong with it.
    """

    root: Element
    warnings: tuple[str, ...] = ()


def parse_page(text: str, source: str) -> Page:
    """The tree of a page; XHTML by the rules of XML, if it is well formed.

    Raises:
        ParseError: it is too large, or nested too deeply.
        UnsafeSource: it is XHTML that declares entities of its own.

    >>> parse_page("<p>Be well.", "one.html").root.tag
    'html'
    """
    if not _XHTML.match(text):
        return Page(_parse_html(text, source))
    try:
        return Page(parse_xml(text, source))
    except ParseError as error:
        text = _CLOSED_AT_ONCE.sub(r"<\1\2></\1>", _DECLARATION.sub("", text, count=1))
        root = _parse_html(text, source)
        return Page(root, (f"{error.reason}; read as browsers read HTML",))


def _parse_html(text: str, source: str) -> Element:
    if len(text) > MOST_CHARACTERS:
        raise ParseError(source, f"it is larger than {MOST_CHARACTERS:,} characters: divide it")
    parser = lxml_html.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True
    )
    data = text.replace("\0", "\ufffd").encode()
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, etree.ParserError) as error:
        _refuse_limits(parser, source)
        raise ParseError(source, "it holds no element of HTML") from error
    # libxml2 cuts off what goes beyond its limits, and says so in its log only.
    _refuse_limits(parser, source)
    if root is None:
        raise ParseError(source, "it holds no element of HTML")
    return root


def _refuse_limits(parser: etree.HTMLParser, source: str) -> None:
    for entry in parser.error_log:
        if entry.type_name == _LIMIT or "huge text node" in entry.message.lower():
            reason = entry.message.partition(", use XML_PARSE_HUGE")[0]
            raise ParseError(
                source,
                f"line {entry.line} goes beyond what is read safely ({reason}); "
                "take it for text with --format plain",
            )


def take_out(element: Element) -> None:
    """Take an element out of its tree; what follows it stays."""
    parent, previous, tail = element.getparent(), element.getprevious(), element.tail
    if parent is None:
        return
    element.tail = None
    if tail and previous is not None:
        previous.tail = (previous.tail or "") + tail
    elif tail:
        parent.text = (parent.text or "") + tail
    parent.remove(element)
