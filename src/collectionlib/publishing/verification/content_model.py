"""What stands in what in HTML, as far as it goes wrong often (HTML §3.2.5, §4)."""

from __future__ import annotations

from collections.abc import Iterator

from .book import Element, local
from .html import BLOCKS, PARENTS, PHRASING

__all__ = ["nesting_faults"]

_XHTML = "{http://www.w3.org/1999/xhtml}"
_TRANSPARENT = frozenset({"a", "ins", "del", "map", "object", "video", "audio", "canvas"})
_NEVER_IN = {
    "a": ("a", "button"), "button": ("a", "button"), "dfn": ("dfn",), "form": ("form",),
    "label": ("label",), "header": ("header", "footer", "address"),
    "footer": ("header", "footer", "address"), "h1": ("address",), "h2": ("address",),
    "h3": ("address",), "main": ("article", "aside", "footer", "header", "nav"),
}  # fmt: skip
_CHILDREN = {
    "ul": ("li", "script", "template"),
    "ol": ("li", "script", "template"),
    "dl": ("dt", "dd", "div", "script", "template"),
    "table": ("caption", "colgroup", "thead", "tbody", "tfoot", "tr", "script", "template"),
    "thead": ("tr", "script", "template"),
    "tbody": ("tr", "script", "template"),
    "tfoot": ("tr", "script", "template"),
    "tr": ("td", "th", "script", "template"),
}
_ALONE = ("title", "base")


def nesting_faults(element: Element, name: str) -> Iterator[str]:
    """What is wrong about the place and the content of an element of HTML."""
    parent = element.getparent()
    above = _html(parent)
    if name in BLOCKS and (phrase := _phrase_above(element)):
        yield f"{name!r} stands in {phrase!r}"
    elif (
        ((wanted := PARENTS.get(name)) and above and above not in wanted)
        or (above in _CHILDREN and name not in _CHILDREN[above])
        or (name in ("style", "base") and above not in ("head", "noscript", ""))
    ):
        yield f"{name!r} stands in {above!r}"
    elif name == "noscript":
        yield "'noscript' is for HTML that is no XML"
    if never := _NEVER_IN.get(name):
        found = next((_html(up) for up in element.iterancestors() if _html(up) in never), None)
        if found:
            yield f"{name!r} stands in {found!r}"
    if name in _CHILDREN and _has_text(element):
        yield f"words stand in {name!r}, beside its parts"
    yield from _incomplete(element, name)


def _html(element: Element | None) -> str:
    if element is None or not str(element.tag).startswith(_XHTML):
        return ""
    return local(element)


def _phrase_above(element: Element) -> str | None:
    """What holds phrases only and is around an element, through what is transparent."""
    for up in element.iterancestors():
        name = _html(up)
        if name not in _TRANSPARENT:
            return name if name in PHRASING else None
    return None


def _has_text(element: Element) -> bool:
    pieces = [element.text, *(child.tail for child in element)]
    return any(piece and piece.strip() for piece in pieces)


def _incomplete(element: Element, name: str) -> Iterator[str]:
    """What an element wants of its children."""
    if name not in ("dl", "table", "figure", "ruby", "details", "head"):
        return
    children = [_html(child) for child in element if isinstance(child.tag, str)]
    if name == "dl" and "dt" in children and children[-1] != "dd":
        yield "a term is without a description"
    if name == "table" and "caption" in children[1:]:
        yield "the 'caption' is not what the table begins with"
    if name == "figure" and "figcaption" in children[1:-1]:
        yield "the 'figcaption' is neither first nor last"
    if name == "ruby" and not {"rt", "rtc"}.intersection(children):
        yield "'ruby' has no 'rt'"
    if name == "details" and children[:1] != ["summary"]:
        yield "'details' does not begin with a 'summary'"
    for alone in _ALONE if name == "head" else ():
        if children.count(alone) > 1:
            yield f"{alone!r} stands {children.count(alone)} times"
