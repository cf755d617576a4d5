"""The contents of a book: the navigation document (EPUB 3.3 §7), else the NCX of EPUB 2."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from ....identity import CategoryPath
from .container import Container, Element
from .package import Package

__all__ = ["ContentsItem", "contents", "kinds", "local"]

_OPS = "{http://www.idpf.org/2007/ops}"


@frozen
class ContentsItem:
    """An item of the contents.

    Args:
        title: as it stands there.
        name: the member that it leads to, `None` where it is a heading alone.
        fragment: the id in it, or nothing.
        above: titles of the items above it.
        has_items: whether others stand below it.
    """

    title: str
    name: str | None
    fragment: str = ""
    above: CategoryPath = ()
    has_items: bool = False


def contents(package: Package, container: Container) -> tuple[list[ContentsItem], str]:
    """The items in order, and where they were read; none where the book has no contents."""
    if package.nav and (page := container.page(package.nav)) is not None:
        nav = _toc(page)
        if nav is not None:
            items = [item for ol in _children(nav, "ol") for item in _in_list(
                ol, (), package.nav, container)]  # fmt: skip
            if any(item.name for item in items):
                return items, "the navigation document"
    if package.ncx and (root := container.xml(package.ncx)) is not None:
        points = root.find("{*}navMap")
        items = list(_points(points, (), package.ncx, container)) if points is not None else []
        if any(item.name for item in items):
            return items, "the NCX"
    return [], "the spine"


def kinds(element: Element) -> frozenset[str]:
    """What an element says that it is, by ``epub:type`` and ``role``."""
    said = f"{element.get(_OPS + 'type') or element.get('epub:type') or ''} {element.get('role')}"
    return frozenset(word.removeprefix("doc-") for word in said.lower().split())


def _toc(page: Element) -> Element | None:
    navs = [element for element in page.iter("{*}nav", "nav") if isinstance(element.tag, str)]
    found = next((nav for nav in navs if "toc" in kinds(nav)), None)
    others = [nav for nav in navs if not kinds(nav) & {"landmarks", "page-list", "pagelist"}]
    return found if found is not None else next(iter(others), None)


def local(element: Element) -> str:
    """The name of an element without its namespace; nothing for a comment."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _children(element: Element, name: str) -> list[Element]:
    return [child for child in element if local(child) == name]


def _label(element: Element) -> str:
    pictures = [each.get("alt", "") for each in element.iter() if local(each) == "img"]
    return " ".join(" ".join(["".join(element.itertext()), *pictures]).split())


def _in_list(
    ol: Element, above: CategoryPath, base: str, container: Container
) -> Iterator[ContentsItem]:
    for li in _children(ol, "li"):
        label = next((child for child in li if local(child) in ("a", "span")), None)
        if label is None:
            label = next((each for each in li.iter() if local(each) == "a"), None)
        lists = _children(li, "ol")
        title = _label(label) if label is not None else ""
        href = label.get("href") if label is not None else None
        yield _item(title, href, above, base, container, has_items=bool(lists))
        for below in lists:
            yield from _in_list(below, (*above, title) if title else above, base, container)


def _points(
    parent: Element, above: CategoryPath, base: str, container: Container
) -> Iterator[ContentsItem]:
    for point in _children(parent, "navpoint"):
        label = point.find("{*}navLabel")
        content = point.find("{*}content")
        title = _label(label) if label is not None else ""
        href = content.get("src") if content is not None else None
        below = bool(_children(point, "navpoint"))
        yield _item(title, href, above, base, container, has_items=below)
        yield from _points(point, (*above, title) if title else above, base, container)


def _item(
    title: str,
    href: str | None,
    above: CategoryPath,
    base: str,
    container: Container,
    *,
    has_items: bool,
) -> ContentsItem:
    name = container.find(href, base) if href else None
    fragment = (href or "").partition("#")[2]
    return ContentsItem(title, name, fragment, above, has_items)
