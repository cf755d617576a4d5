"""Looking at elements of HTML and XHTML, as lxml's XML or HTML parser makes them."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

__all__ = [
    "BLOCKS",
    "HEADINGS",
    "Element",
    "attribute",
    "exact_text",
    "language_of",
    "name_of",
    "text_of",
]

Element: TypeAlias = Any
"""An element of lxml, which has no types of its own."""


HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
"""Levels of headings by the names of their elements."""

BLOCKS: Final = frozenset(
    """
    address article aside body caption center dd details dialog dir div dl dt
    fieldset figcaption footer form frameset header hgroup html legend li main menu
    nav noframes noscript optgroup option p section select summary tbody td tfoot th
    thead title tr blockquote figure hr listing ol plaintext pre table ul xmp
    """.split()  # noqa: SIM905 - a list of names
)
"""Names of elements that are blocks of their own; headings are in `HEADINGS`."""

_NAMESPACES = {
    "epub": "http://www.idpf.org/2007/ops",
    "xml": "http://www.w3.org/XML/1998/namespace",
}


def name_of(element: Element) -> str:
    """The name of an element, in small letters, without its namespace."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def attribute(element: Element, name: str) -> str:
    """The value of an attribute, ``""`` where there is none; ``epub:type`` in either parser."""
    value = element.get(name)
    prefix, colon, local = name.partition(":")
    if value is None and colon:
        value = element.get(f"{{{_NAMESPACES[prefix]}}}{local}")
    return value or ""


def text_of(element: Element) -> str:
    """All the characters in an element, with a blank where blocks and lines end."""
    parts: list[str] = []
    _gather(element, parts)
    return " ".join("".join(parts).split())


def _gather(element: Element, parts: list[str]) -> None:
    parts.append(element.text or "")
    for child in element:
        name = name_of(child)
        divides = name in BLOCKS or name in HEADINGS or name == "br"
        if divides:
            parts.append(" ")
        if name == "img":
            parts.append(attribute(child, "alt"))
        elif name:
            _gather(child, parts)
        if divides:
            parts.append(" ")
        parts.append(child.tail or "")


def exact_text(element: Element) -> str:
    """All the characters in an element with its blanks and line ends, as in ``pre``."""
    text = element.text or ""
    for child in element:
        name = name_of(child)
        if name == "br":
            text += "\n"
        elif name:
            text += (attribute(child, "alt") if name == "img" else "") + exact_text(child)
        text += child.tail or ""
    return text


def language_of(element: Element) -> str:
    """The primary language that is said of an element or above it, ``""`` where none is."""
    while element is not None:
        tag = attribute(element, "xml:lang") or attribute(element, "lang")
        if tag:
            return tag.partition("-")[0].lower()
        element = element.getparent()
    return ""
