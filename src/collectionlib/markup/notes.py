"""Which elements of a page are footnotes or endnotes, and which anchors refer to them.

An anchor refers to a note if it is marked as one that does (``epub:type="noteref"``,
``role="doc-noteref"``, the classes of pandoc and others), or if what it leads to leads back to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .trees import BLOCKS, Element, attribute, name_of, text_of

__all__ = ["Notes"]

_REFERRING = frozenset({"noteref", "doc-noteref", "footnote-ref", "footnote-reference"})
_LEADING_BACK = frozenset({
    "backlink", "referrer", "doc-backlink", "footnote-back", "footnote-backref",
})  # fmt: skip
_NOTES = frozenset({
    "footnote", "endnote", "rearnote", "note", "doc-footnote", "doc-endnote",
})  # fmt: skip
_PAGE = frozenset({"body", "main", "article", "html", "table", "tbody", "ol", "ul", "dl"})
# "1", "[12]", "a)", "*", "↩", "^ a b": what an anchor consists of that leads to a note or back.
_MARK = re.compile(r"[\W_]*\w{0,4}[\W_]*")


class Notes:
    """The notes of a page and the anchors that belong to them.

    Args:
        root: of the page, or of the part of it that is read.

    >>> from lxml import html
    >>> page = html.fromstring(
    ...     '<div><p>A<a href="#n" role="doc-noteref">1</a></p><p id="n">B.</p></div>'
    ... )
    >>> notes = Notes(page)
    >>> notes.is_note(page[1]), notes.number(page[0][0]), notes.number(page[0])
    (True, 1, None)
    """

    def __init__(self, root: Element) -> None:
        self._notes: dict[Element, Element] = {}
        self._elements: set[Element] = set()
        self._back: set[Element] = set()
        self._numbers: dict[Element, int] = {}
        self._referred: list[Element] = []
        anchors = [one for one in root.iter() if name_of(one) == "a" and _fragment(one)]
        if anchors:
            self._find(root, anchors)

    def _find(self, root: Element, anchors: list[Element]) -> None:
        places: dict[str, Element] = {}
        for one in root.iter():
            if own := one.get("id") or (name_of(one) == "a" and one.get("name")):
                places.setdefault(own, one)
        for anchor in anchors:
            place = places.get(_fragment(anchor))
            # What leads back from a note refers to none, though the text leads to the note.
            is_free = place is not None and anchor not in self._back
            note = _note_around(place, root) if is_free else None
            if note is None or note in anchor.iterancestors():
                continue
            back = [one for one in note.iter() if _leads_back(one, anchor)]
            if (_marks(anchor) & _REFERRING or back) and _is_mark(anchor):
                self._notes[anchor] = note
                self._elements.add(note)
                self._back.update(one for one in back if _is_mark(one))

    def is_note(self, element: Element) -> bool:
        """Whether an element is a note that an anchor refers to."""
        return element in self._elements

    def leads_back(self, anchor: Element) -> bool:
        """Whether an anchor in a note only leads to where the text refers to it."""
        return anchor in self._back

    def number(self, anchor: Element) -> int | None:
        """The number of the note that an anchor refers to; `None` if it refers to none."""
        note = self._notes.get(anchor)
        if note is None:
            return None
        if note not in self._numbers:
            self._numbers[note] = len(self._numbers) + 1
            self._referred.append(note)
        return self._numbers[note]

    def refers(self, element: Element) -> bool:
        """Whether an anchor in an element refers to a note."""
        return bool(self._notes) and any(one in self._notes for one in element.iter())

    def referred(self) -> Iterator[tuple[int, Element]]:
        """The notes whose numbers were asked for, also while they are read."""
        for note in self._referred:
            yield self._numbers[note], note


def _marks(element: Element) -> set[str]:
    names = (attribute(element, name) for name in ("epub:type", "role", "class"))
    return set(" ".join(names).lower().split())


def _fragment(anchor: Element) -> str:
    before, _, fragment = attribute(anchor, "href").strip().partition("#")
    return "" if before else fragment


def _is_mark(anchor: Element) -> bool:
    return _MARK.fullmatch(text_of(anchor)) is not None


def _note_around(place: Element, root: Element) -> Element | None:
    """The block that a place begins, which is the whole note."""
    note = place
    while name_of(note) not in BLOCKS:
        parent = note.getparent()
        if parent is None or note is root or not _begins(note, parent):
            return None
        note = parent
    if note is root or name_of(note) in _PAGE:
        return None
    parent = note.getparent()
    if parent is not None and parent is not root and _marks(parent) & _NOTES:
        return parent
    return note


def _begins(element: Element, parent: Element) -> bool:
    if (parent.text or "").strip():
        return False
    before = element.getprevious()
    return before is None or (not text_of(before) and not (before.tail or "").strip())


def _leads_back(one: Element, anchor: Element) -> bool:
    if name_of(one) != "a" or not (fragment := _fragment(one)):
        return False
    if _marks(one) & _LEADING_BACK:
        return True
    around = (anchor, *anchor.iterdescendants(), anchor.getparent(), anchor.getprevious())
    return any(
        each is not None and fragment in (each.get("id"), each.get("name")) for each in around
    )
