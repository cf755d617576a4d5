"""A part of a page, or of several, as a tree of its own.

A text need not begin where an element does, nor end on the page where it begins. `events` takes a
page apart, an `Excerpt` puts what is wanted of it together again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

import lxml.etree as etree
from attrs import frozen

from ..markup.trees import Element
from .xml_trees import local_name

__all__ = ["End", "Event", "Excerpt", "Start", "events", "excerpt"]

_EPUB = "{http://www.idpf.org/2007/ops}"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_SKIPPED = frozenset({"script", "style", "head", "title", "template", "iframe", "object", "svg",
                      "audio", "video", "canvas", "map", "meta", "link"})  # fmt: skip
"""Elements whose contents are no text of a page."""

_ATTRIBUTES = {
    **{name: name for name in (
        "alt", "class", "data-src", "dir", "height", "href", "id", "lang", "name", "role", "src",
        "start", "style", "title", "width", f"{_EPUB}type", f"{_XML}lang",
    )},
    "epub:type": f"{_EPUB}type",
    "xml:lang": f"{_XML}lang",
}  # fmt: skip
"""What is read of them; a parser of HTML lets names pass that no tree may have."""

_DEEPEST = 100
"""Elements deeper than this are read for their words alone: each level costs stack."""


@frozen
class Start:
    """An element begins; ``name`` is in lower case and in no namespace."""

    name: str
    attributes: Mapping[str, str]


@frozen
class End:
    """An element ends."""

    name: str


Event: TypeAlias = Start | End | str


def events(root: Element) -> Iterator[tuple[Element, Event]]:
    """The events of an element of lxml in order, each with the element that it is of."""
    # Without recursion: pages may be nested as deep as a parser lets them.
    stack: list[tuple[Element, Iterator[Element]]] = []
    element: Element | None = root
    while True:
        if element is not None:
            name = local_name(element).lower()
            if name:
                yield element, Start(name, element.attrib)
            elif element.tag is etree.Entity:
                yield element, str(element.text)
            if name and element.text:
                yield element, element.text
            stack.append((element, iter(element) if name else iter(())))
        if not stack:
            return
        current, children = stack[-1]
        element = next(children, None)
        if element is None:
            stack.pop()
            if name := local_name(current).lower():
                yield current, End(name)
            if stack and current.tail:
                yield stack[-1][0], current.tail


class Excerpt:
    """Puts events together to a tree, without what is no text of a page.

    >>> part = Excerpt()
    >>> for event in (Start("p", {}), "Be ", Start("em", {}), "well", End("em"), "."):
    ...     part.add(event)
    >>> etree.tostring(part.finish()).decode()
    '<div><p>Be <em>well</em>.</p></div>'
    """

    def __init__(self) -> None:
        self._builder = etree.TreeBuilder()
        self._builder.start("div", {})
        self._open: list[str] = []
        self._skipped = 0
        self.has_undescribed_pictures: bool = False

    def add(self, event: Event) -> None:
        """Take the next event."""
        match event:
            case Start(name, _) if self._skipped or name in _SKIPPED:
                self._skipped += 1
            case End() if self._skipped:
                self._skipped -= 1
            case Start(name, attributes):
                self._start(name, attributes)
            case End():
                if self._open and self._open.pop():
                    self._builder.end(event.name)
            case str() if not self._skipped:
                self._builder.data(event)
            case _:
                pass

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "img" and not attributes.get("alt", "").strip():
            self.has_undescribed_pictures = True
        is_deep = len(self._open) >= _DEEPEST
        self._open.append("" if is_deep else name)
        if not is_deep:
            kept: dict[str | bytes, str | bytes] = {
                _ATTRIBUTES[key]: value for key, value in attributes.items() if key in _ATTRIBUTES
            }
            self._builder.start(name, kept)

    def finish(self) -> Element:
        """The tree; what is still open ends here."""
        for name in reversed([name for name in self._open if name]):
            self._builder.end(name)
        self._open = []
        self._builder.end("div")
        return self._builder.close()


def excerpt(*elements: Element) -> Element:
    """The contents of elements as one tree, without what is no text of a page."""
    part = Excerpt()
    for element in elements:
        for _, event in events(element):
            part.add(event)
    return part.finish()
