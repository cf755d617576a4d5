"""The navigation document and the NCX."""

from __future__ import annotations

from .book import Book, Element, local
from .package import XHTML, Package

__all__ = ["check_navigation"]

_PAGES = (XHTML, "image/svg+xml", "application/x-dtbook+xml", "text/x-oeb1-document")
_TYPE = "{http://www.idpf.org/2007/ops}type"
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6", "hgroup")
_H = "{http://www.w3.org/1999/xhtml}"


def check_navigation(book: Book, package: Package) -> None:
    """Look at the ways into the book."""
    nav = package.nav
    if nav is not None and nav.name in book.names:
        _check_nav(book, package, nav.name)
    if package.ncx is not None and package.ncx.name in book.names:
        _check_ncx(book, package, package.ncx.name)


def _check_nav(book: Book, package: Package, name: str) -> None:
    root = _quietly(book, name)
    if root is None:
        return
    navs = list(root.iter(f"{_H}nav"))
    tocs = [nav for nav in navs if "toc" in nav.get(_TYPE, "").split()]
    if len(tocs) != 1:
        book.add("nav-toc", f"{len(tocs)} of its 'nav' elements are a 'toc'", name)
    for kind in ("page-list", "landmarks"):
        number = sum(kind in nav.get(_TYPE, "").split() for nav in navs)
        if number > 1:
            book.add("nav-structure", f"{number} of its 'nav' elements are {kind!r}", name)
    for nav in navs:
        if nav.get(_TYPE):
            _check_list(book, nav, name)
    for toc in tocs[:1]:
        _check_order(book, package, toc, name)


def _quietly(book: Book, name: str) -> Element | None:
    """The tree of a page; that it is ill-formed is said where all pages are looked at."""
    before = len(book.findings)
    root = book.xml(name, "page-xml")
    del book.findings[before:]
    return root


def _check_list(book: Book, nav: Element, name: str) -> None:
    kinds = nav.get(_TYPE, "").split()
    children = [child for child in nav if isinstance(child.tag, str)]
    lists = [child for child in children if child.tag == f"{_H}ol"]
    for child in children:
        if local(child) not in _HEADINGS and child not in lists:
            reason = f"{local(child)!r} is neither a heading nor the list"
            book.add("nav-structure", reason, name, child.sourceline)
        elif child not in lists and not "".join(child.itertext()).strip():
            book.add("nav-structure", "its heading says nothing", name, child.sourceline)
    named = any(local(child) in _HEADINGS for child in children)
    if not named and not {"toc", "page-list", "landmarks"}.intersection(kinds):
        book.add("nav-structure", "it has no heading", name, nav.sourceline)
    if "landmarks" in kinds:
        _check_landmarks(book, nav, name)
    if len(lists) != 1:
        book.add("nav-structure", f"it has {len(lists)} lists", name, nav.sourceline)
    for ol in nav.iter(f"{_H}ol"):
        if ol.find(f"{_H}li") is None:
            book.add("nav-structure", "a list is empty", name, ol.sourceline)
    for li in nav.iter(f"{_H}li"):
        children = [child for child in li if isinstance(child.tag, str)]
        first = local(children[0]) if children else ""
        if first not in ("a", "span"):
            book.add("nav-structure", "a line begins with no link", name, li.sourceline)
            continue
        label = "".join(children[0].itertext()).strip()
        pictures = [i for i in children[0].iter(f"{_H}img") if i.get("alt")]
        if not label and not pictures and not children[0].get("title"):
            book.add("nav-structure", "a link says nothing", name, li.sourceline)
        if first == "a" and not children[0].get("href"):
            book.add("nav-structure", "a link leads nowhere", name, li.sourceline)
        if first == "span" and len(children) == 1:
            book.add(
                "nav-structure", "a line leads nowhere, and has none below it", name, li.sourceline
            )
        if len(children) > 2 or (len(children) == 2 and local(children[1]) != "ol"):
            book.add(
                "nav-structure", "a line holds more than a link and a list", name, li.sourceline
            )


def _check_landmarks(book: Book, nav: Element, name: str) -> None:
    seen: set[tuple[str, str]] = set()
    for link in nav.iter(f"{_H}a"):
        kind, href = link.get(_TYPE, "").strip(), link.get("href", "")
        if not kind:
            book.add("nav-structure", "a landmark is of no kind", name, link.sourceline)
        elif (kind, href) in seen:
            book.add("nav-structure", f"the landmark {kind!r} stands twice", name, link.sourceline)
        seen.add((kind, href))


def _check_order(book: Book, package: Package, toc: Element, name: str) -> None:
    order = {item.name: place for place, item in enumerate(package.spine)}
    before = -1
    for link in toc.iter(f"{_H}a"):
        try:
            place = book.resolve(link.get("href", ""), name)
        except ValueError:
            continue
        if place is None:
            reason = f"{link.get('href')[:100]!r} is on the network"
            book.add("nav-structure", reason, name, link.sourceline)
        here = order.get(place[0], before) if place else before
        if here < before:
            book.add(
                "nav-order",
                f"{link.get('href')!r} stands before what precedes it",
                name,
                link.sourceline,
            )
            return
        before = here


def _check_ncx(book: Book, package: Package, name: str) -> None:
    root = book.xml(name, "page-xml")
    if root is None:
        return
    book.note_ids(name, root)
    pages = package.by_name
    uid = [m.get("content", "") for m in root.iter("{*}meta") if m.get("name") == "dtb:uid"]
    if not uid or uid[0].strip() != package.identifier:
        book.add(
            "ncx-uid",
            f"it is {uid[0] if uid else None!r}, and the book's {package.identifier!r}",
            name,
        )
    if root.find("{*}navMap") is None or root.find("{*}navMap/{*}navPoint") is None:
        book.add("ncx-structure", "it has no navPoint in a navMap", name, root.sourceline)
    _check_points(book, package, root, name)
    for content in root.iter("{*}content"):
        src = content.get("src", "")
        try:
            place = book.resolve(src, name)
        except ValueError:
            place = None
        if place is None or place[0] not in book.names:
            book.add("link-file", f"{src!r} is not there", name, content.sourceline)
        elif place[0] in pages and pages[place[0]].media_type not in _PAGES:
            reason = f"{place[0]!r} is no page"
            book.add("link-unlisted", reason, name, content.sourceline)
        elif place[1] and not book.has_id(*place):
            book.add(
                "link-fragment", f"{place[0]!r} has no id {place[1]!r}", name, content.sourceline
            )


def _check_points(book: Book, package: Package, root: Element, name: str) -> None:
    """Look at ids, labels and the order of playing (ANSI/NISO Z39.86 §8)."""
    orders: dict[str, str] = {}
    for point in root.iter("{*}navPoint", "{*}pageTarget", "{*}navTarget"):
        line, content = point.sourceline, point.find("{*}content")
        if not point.get("id") and local(point) == "navPoint":
            book.add("ncx-structure", "a navPoint has no id", name, line)
        if point.find("{*}navLabel/{*}text") is None or content is None:
            book.add("ncx-structure", f"{local(point)!r} has no label or no content", name, line)
            continue
        order = point.get("playOrder")
        if order is None:
            continue
        if not order.strip().isdecimal() or not int(order[:9]):
            book.add("ncx-structure", f"the playOrder is {order!r}, no number", name, line)
        elif orders.setdefault(order, content.get("src", "")) != content.get("src", ""):
            book.add("ncx-structure", f"two places have the playOrder {order}", name, line)
