"""The pages of a book, divided where the items of its contents begin."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

from attrs import define, field, frozen

from ....markup.blocks import Block, words
from ....markup.elements import read
from ...excerpts import End, Excerpt, Start, events, excerpt
from .container import Container, Element
from .contents import ContentsItem, kinds
from .package import Package

__all__ = ["Matter", "Section", "has_text", "sections"]

_MATTER = frozenset({
    "cover", "frontcover", "titlepage", "halftitlepage", "title-page", "halftitle", "toc",
    "landmarks", "page-list", "loi", "lot", "copyright-page", "imprint", "colophon",
})  # fmt: skip
"""What pages are for that hold no text of the book (EPUB Structural Semantics, OPF 2.0.1 §2.6)."""


@define
class Section:
    """A text of the book.

    Args:
        item: of the contents, `None` for a text that no item leads to.
        page: the member that it begins in.
        blocks: the text.
        language: that its first element is marked with.
    """

    item: ContentsItem | None
    page: str
    blocks: tuple[Block, ...] = ()
    language: str | None = None


@frozen
class Matter:
    """A page that is no text of the book: its name, what it is for, and its words."""

    page: str
    kind: str
    blocks: tuple[Block, ...]


@define
class _Growing:
    """A text that is being read; ``begun`` is whether a word of it was."""

    section: Section
    excerpt: Excerpt = field(factory=Excerpt)
    begun: bool = False

    def finish(self, container: Container) -> Section:
        self.section.blocks = read(self.excerpt.finish())
        if self.excerpt.has_undescribed_pictures:
            container.warn("pictures that no words describe were left out")
        return self.section


def sections(
    items: list[ContentsItem], package: Package, container: Container
) -> Iterator[Section | Matter]:
    """The texts of the book in order, and the pages that are none.

    An item begins where it leads to and ends where the next one begins, be it on a later page.
    What stands before the first of them on pages of its own is a text by itself.
    """
    spine = [item.name for item in package.spine]
    named = dict.fromkeys(item.name for item in items if item.name)
    pages = list(dict.fromkeys([*spine, *named]))
    growing: _Growing | None = None
    for name in pages:
        page = container.page(name)
        if page is None:
            continue
        if kind := _matter(page, name, package):
            if growing is not None:
                yield growing.finish(container)
                growing = None
            yield Matter(name, kind, read(excerpt(page)))
            continue
        places = _places(items, name, page, container)
        if not items or (growing is None and None not in places):
            # No item begins where the page does.
            if growing is not None:
                yield growing.finish(container)
            growing = _Growing(Section(None, name))
        for finished in _divide(page, places, name, growing, container):
            if isinstance(finished, _Growing):
                growing = finished
            else:
                yield finished
    if growing is not None:
        yield growing.finish(container)


def _matter(page: Element, name: str, package: Package) -> str | None:
    """What a page is for that is no text of the book."""
    if name == package.nav:
        return "the contents"
    if package.matter.get(name) in _MATTER:
        return package.matter[name]
    bodies = list(page.iter("{*}body"))
    body = bodies[0] if bodies else page
    said = kinds(body)
    inner = [child for child in body if isinstance(child.tag, str)]
    if len(inner) == 1:
        said |= kinds(inner[0])
    return next(iter(sorted(said & _MATTER)), None)


def _places(
    items: list[ContentsItem], name: str, page: Element, container: Container
) -> dict[str | None, ContentsItem]:
    """The items that begin on a page, by the id of the element; `None` is its beginning."""
    own = [item for item in items if item.name == name]
    if not own:
        return {}
    ids = {each.get("id") for each in page.iter()} | {
        each.get("name") for each in page.iter("{*}a")
    }
    places: dict[str | None, ContentsItem] = {}
    for item in own:
        fragment: str | None = unquote(item.fragment) or None
        if fragment is not None and fragment not in ids:
            container.warn(
                f"{name} has no place {fragment!r}, where {item.title!r} is to begin: "
                "it begins with the page"
            )
            fragment = None
        before = places.get(fragment)
        if before is None or before.has_items:
            # A part and its first chapter begin in one place: the text is the chapter's.
            places[fragment] = item
        else:
            container.warn(f"{item.title!r} begins where {before.title!r} does: its text is there")
    return places


def _divide(
    page: Element,
    places: dict[str | None, ContentsItem],
    name: str,
    growing: _Growing | None,
    container: Container,
) -> Iterator[Section | _Growing]:
    """The sections that end on a page, and at last the one that goes on."""
    left = dict(places)
    first = left.pop(None, None)
    if first is not None or growing is None:
        if growing is not None:
            yield growing.finish(container)
        growing = _Growing(Section(first, name))
    opened: list[tuple[Start, str | None]] = []
    for element, event in events(page):
        if isinstance(event, Start):
            item = left.pop(element.get("id") or element.get("name"), None) if left else None
            if item is not None:
                yield growing.finish(container)
                growing = _Growing(Section(item, name))
                for start, language in opened:
                    growing.excerpt.add(start)
                    growing.section.language = language or growing.section.language
            own = element.get("{http://www.w3.org/XML/1998/namespace}lang") or element.get("lang")
            opened.append((event, own))
            if own and not growing.begun:
                growing.section.language = own
        elif isinstance(event, End):
            opened.pop()
        elif event.strip():
            growing.begun = True
        growing.excerpt.add(event)
    yield growing


def has_text(section: Section | Matter) -> bool:
    """Whether there is a word in it."""
    return bool(words(section.blocks))
