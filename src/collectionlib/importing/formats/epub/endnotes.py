"""Notes that stand on a page of their own, brought to the page that refers to them.

Only what the book itself calls a reference and a note is moved (EPUB Structural Semantics
Vocabulary §2.11, DPUB-ARIA 1.1): ``noteref``, and ``footnote``, ``endnote`` or the like.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from urllib.parse import unquote

from attrs import frozen

from .container import Container, Element
from .contents import kinds, local
from .package import Package

__all__ = ["bring_notes"]

_NOTES = frozenset({"footnote", "endnote", "rearnote", "note"})
_AROUND = ("body", "section", "article", "main", "div")


def bring_notes(package: Package, container: Container) -> dict[str, int]:
    """Put each note of another page behind the block of the first page that refers to it.

    Returns:
        How many notes were taken from each page.
    """
    names = [item.name for item in package.spine]
    ids: dict[str, dict[str, Element]] = {}
    taken: dict[str, int] = {}
    for name in names:
        for reference in list(_references(name, container)):
            other = reference.page
            if other not in ids:
                root = container.kept_page(other) if other in names else None
                ids[other] = {} if root is None else _ids(root)
            note = ids[other].get(reference.fragment)
            if note is None or not kinds(note) & _NOTES or note.getparent() is None:
                continue
            del ids[other][reference.fragment]
            _bring(note, reference, name, container)
            taken[other] = taken.get(other, 0) + 1
    return taken


@frozen
class _Reference:
    """An anchor that refers to a note of another page, and the block after which it may stand."""

    anchor: Element
    block: Element
    page: str
    fragment: str


def _references(name: str, container: Container) -> Iterator[_Reference]:
    data = container.read(name)
    # Most pages refer to nothing, and need not be kept.
    root = container.kept_page(name) if data and b"noteref" in data else None
    for anchor in () if root is None else root.iter("{*}a", "a"):
        href = anchor.get("href") or ""
        if "noteref" not in kinds(anchor) or href.startswith("#"):
            continue
        block = anchor
        while (above := block.getparent()) is not None and local(above) not in _AROUND:
            block = above
        page = container.find(href, name)
        if page not in (None, name) and above is not None:
            yield _Reference(anchor, block, page, unquote(href.partition("#")[2]))


def _ids(root: Element) -> dict[str, Element]:
    return {own: each for each in root.iter("{*}*") if (own := each.get("id"))}


def _bring(note: Element, reference: _Reference, name: str, container: Container) -> None:
    """Move a note; its id is one that no other element of the page has."""
    moved = deepcopy(note)
    moved.tail = None
    if local(moved) == "li":
        moved.tag = moved.tag[: -len("li")] + "div"
    own = f"{reference.page}#{reference.fragment}"
    for each in moved.iter("{*}*"):
        each.attrib.pop("id", None)
        if local(each) == "a" and (
            "backlink" in kinds(each)
            or container.find(each.get("href") or "", reference.page) == name
        ):
            each.set("href", f"#{(each.get('href') or '').partition('#')[2]}")
    moved.set("id", own)
    reference.anchor.set("href", f"#{own}")
    reference.block.addnext(moved)
    _take_out(note)


def _take_out(note: Element) -> None:
    parent, before, tail = note.getparent(), note.getprevious(), note.tail or ""
    if before is None:
        parent.text = (parent.text or "") + tail
    else:
        before.tail = (before.tail or "") + tail
    parent.remove(note)
