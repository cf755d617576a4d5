"""The pages: XHTML, what it holds, where it leads; and the style sheets."""

from __future__ import annotations

import re
from functools import cached_property

from attrs import define, field

from ..._checks import is_language
from .book import Book, Element, local, namespace
from .html import BLOCKS, ELEMENTS, OBSOLETE_ATTRIBUTES, PARENTS, PHRASING
from .package import Item, Package

__all__ = ["Pages"]

_XHTML = "http://www.w3.org/1999/xhtml"
_SVG = "http://www.w3.org/2000/svg"
_MATHML = "http://www.w3.org/1998/Math/MathML"
_XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_LINKS = frozenset({"a", "area"})
_SHOWN = {
    "img": "src", "image": "href", "link": "href", "script": "src", "source": "src", "audio": "src",
    "video": "src", "track": "src", "object": "data", "embed": "src", "iframe": "src",
    "input": "src",
}  # fmt: skip
_MAY_BE_REMOTE = frozenset({"audio", "video", "source", "track"})
_URL = re.compile(r"url\(\s*(['\"]?)(.*?)\1\s*\)|@import\s+(['\"])(.*?)\3", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_FIXED = re.compile(r"position\s*:\s*fixed", re.IGNORECASE)
_BAD_URL = re.compile(r"[\s<>\"{}|\\^`]")


@define
class _Link:
    page: str
    line: int
    href: str


@define(slots=False)
class Pages:
    """Looks at the pages of a book one by one, and at their links when all are known.

    Args:
        book: that is looked at.
        package: what its package document says.
    """

    book: Book
    package: Package
    features: set[str] = field(factory=set)
    has_images: bool = False
    has_bare_images: bool = False
    _links: list[_Link] = field(factory=list)

    def check(self) -> None:
        """Look at every page and style sheet of the manifest."""
        looked_at: set[str] = set()
        for item in self.package.items.values():
            if item.remote or item.name in looked_at or item.name not in self.book.names:
                continue
            looked_at.add(item.name)
            if item.media_type in ("application/xhtml+xml", "image/svg+xml"):
                self._page(item)
            elif item.media_type == "text/css":
                if (data := self.book.read(item.name)) is not None:
                    self._styles(data.decode("utf-8", "replace"), item.name, 1)
            elif item.media_type != "application/x-dtbncx+xml":
                self.book.check_member(item.name)
        self._check_links()

    def _page(self, item: Item) -> None:
        root = self.book.xml(item.name, "page-xml")
        if root is None:
            return
        self.book.note_ids(item.name, root)
        doctype = root.getroottree().docinfo
        if self.package.version == "3.0" and (
            doctype.public_id or doctype.system_url not in (None, "", "about:legacy-compat")
        ):
            self.book.add(
                "page-doctype", f"the DOCTYPE is not HTML's: {doctype.doctype[:80]}", item.name, 1
            )
        if item.media_type == "application/xhtml+xml":
            if local(root) != "html" or namespace(root) != _XHTML:
                self.book.add(
                    "page-xml", "its root is no 'html' of XHTML", item.name, root.sourceline
                )
                return
            self._about(root, item)
        self._elements(root, item)

    def _about(self, root: Element, item: Item) -> None:
        title = root.find(f"{{{_XHTML}}}head/{{{_XHTML}}}title")
        if title is None or not "".join(title.itertext()).strip():
            self.book.add("page-title", "it has no title", item.name, root.sourceline)
        lang, xml_lang = root.get("lang"), root.get(_XML_LANG)
        if lang is None and xml_lang is None:
            self.book.add("page-language", "its language is not said", item.name, root.sourceline)
        if root.find(f"{{{_XHTML}}}body") is None:
            self.book.add("element-nesting", "it has no body", item.name, root.sourceline)

    def _elements(self, root: Element, item: Item) -> None:
        used: set[str] = set()
        level = 0
        for element in root.iter("{*}*"):
            space, name = namespace(element), local(element)
            if space == _XHTML:
                self._element(element, name, item)
                if len(name) == 2 and name[0] == "h" and name[1].isdigit():
                    level = self._heading(element, int(name[1]), level, item)
            elif space == _SVG and name == "svg":
                used.add("svg")
            elif space == _MATHML:
                used.add("mathml")
            used |= self._address(element, name, space, item)
            if _does(element, name):
                used.add("scripted")
            if style := element.get("style"):
                self._styles(style, item.name, element.sourceline)
            if name == "style":
                self._styles("".join(element.itertext()), item.name, element.sourceline)
            self._language(element, item)
        if self.package.version == "3.0":
            self._properties(
                item, used - ({"svg"} if item.media_type == "image/svg+xml" else set())
            )

    def _element(self, element: Element, name: str, item: Item) -> None:
        line = element.sourceline
        if name not in ELEMENTS:
            if "-" not in name:
                self.book.add("element-unknown", f"HTML has no element {name!r}", item.name, line)
            return
        parent = element.getparent()
        above = local(parent) if parent is not None and namespace(parent) == _XHTML else ""
        if above in PHRASING and name in BLOCKS:
            self.book.add("element-nesting", f"{name!r} stands in {above!r}", item.name, line)
        wanted = PARENTS.get(name)
        if wanted and above and above not in wanted:
            self.book.add("element-nesting", f"{name!r} stands in {above!r}", item.name, line)
        if name == "a" and any(local(up) == "a" for up in element.iterancestors()):
            self.book.add("element-nesting", "a link stands in a link", item.name, line)
        if above in ("ul", "ol") and name not in ("li", "script", "template"):
            self.book.add("element-nesting", f"{name!r} stands in {above!r}", item.name, line)
        if self.package.version == "3.0":
            for key in element.attrib:
                if key in OBSOLETE_ATTRIBUTES.get(name, ()) or key in OBSOLETE_ATTRIBUTES["*"]:
                    self.book.add(
                        "attribute-obsolete", f"{key!r} of {name!r} is obsolete", item.name, line
                    )
        if name == "img":
            self.has_images = True
            if element.get("alt") is None:
                self.has_bare_images = True
                self.book.add("image-alt", "an image has no 'alt'", item.name, line)
        if name in ("ruby", "table"):
            self.features.add(name)

    def _heading(self, element: Element, level: int, before: int, item: Item) -> int:
        words = "".join(element.itertext()).strip()
        described = element.find(f".//{{{_XHTML}}}img") is not None
        if not words and not described and not element.get("aria-label"):
            self.book.add("heading-empty", "a heading says nothing", item.name, element.sourceline)
        if before and level > before + 1:
            reason = f"'h{level}' follows 'h{before}'"
            self.book.add("heading-order", reason, item.name, element.sourceline)
        return level

    def _language(self, element: Element, item: Item) -> None:
        for value in (element.get("lang"), element.get(_XML_LANG)):
            if value and not is_language(value):
                reason = f"{value!r} is no BCP 47 language tag"
                self.book.add("page-language", reason, item.name, element.sourceline)

    def _address(self, element: Element, name: str, space: str, item: Item) -> set[str]:
        """Note where an element leads, and look whether what it shows is there."""
        if name in _LINKS and (href := element.get("href") or element.get(_XLINK_HREF)) is not None:
            self._links.append(_Link(item.name, element.sourceline, href))
            return set()
        key = _SHOWN.get(name)
        if key is None:
            return set()
        href = element.get(key)
        if href is None and space == _SVG:
            href = element.get(_XLINK_HREF)
        if href is None or (name == "link" and "stylesheet" not in element.get("rel", "").split()):
            return set()
        return self._shown(href, name, item, element.sourceline)

    def _shown(self, href: str, name: str, item: Item, line: int) -> set[str]:
        if href.startswith("data:"):
            return set()
        try:
            place = self.book.resolve(href, item.name)
        except ValueError as error:
            self.book.add("resource-missing", f"{href!r} is no place: {error}", item.name, line)
            return set()
        if place is None:
            if name in _MAY_BE_REMOTE:
                return {"remote-resources"}
            self.book.add("resource-remote", f"{href[:100]!r} is on the network", item.name, line)
            return set()
        if place[0] not in self.book.names:
            self.book.add("resource-missing", f"{place[0]!r} is not there", item.name, line)
        elif place[0] not in self._known:
            self.book.add(
                "resource-unlisted", f"{place[0]!r} is not in the manifest", item.name, line
            )
        return set()

    @cached_property
    def _known(self) -> dict[str, Item]:
        return self.package.by_name

    def _properties(self, item: Item, used: set[str]) -> None:
        declared = item.properties & {"scripted", "svg", "mathml", "remote-resources"}
        for name in sorted(used - declared):
            self.book.add(
                "manifest-properties", f"it holds what the property {name!r} declares", item.name
            )
        for name in sorted((declared & {"scripted", "mathml", "svg"}) - used):
            self.book.add(
                "manifest-properties", f"the property {name!r} is declared for nothing", item.name
            )

    def _styles(self, css: str, name: str, line: int) -> None:
        css = _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), css)
        for found in _URL.finditer(css):
            href = found[2] if found[2] is not None else found[4]
            place_line = line + css.count("\n", 0, found.start())
            if href.startswith(("data:", "#")) or not href:
                continue
            try:
                place = self.book.resolve(href, name)
            except ValueError as error:
                self.book.add("css-missing", f"{href!r} is no place: {error}", name, place_line)
                continue
            if place is None:
                self.book.add(
                    "resource-remote", f"{href[:100]!r} is on the network", name, place_line
                )
            elif place[0] not in self.book.names:
                self.book.add("css-missing", f"{place[0]!r} is not there", name, place_line)
        if found_fixed := _FIXED.search(css):
            at = line + css.count("\n", 0, found_fixed.start())
            self.book.add("css-fixed", "a position is fixed", name, at)

    # --- links ----------------------------------------------------------------------------------

    def _check_links(self) -> None:
        known = self.package.by_name
        spine = {item.name for item in self.package.spine}
        for link in self._links:
            if _BAD_URL.search(link.href.strip()):
                self.book.add(
                    "link-address", f"{link.href[:100]!r} is no URL", link.page, link.line
                )
                continue
            try:
                place = self.book.resolve(link.href, link.page)
            except ValueError as error:
                self.book.add(
                    "link-file", f"{link.href!r} is no place: {error}", link.page, link.line
                )
                continue
            if place is None:
                continue
            name, fragment = place
            if name not in self.book.names:
                self.book.add("link-file", f"{name!r} is not there", link.page, link.line)
            elif (
                name in known
                and known[name].media_type == "application/xhtml+xml"
                and name not in spine
            ):
                self.book.add(
                    "link-unlisted", f"{name!r} is not in the spine", link.page, link.line
                )
            elif name not in known and name != link.page:
                self.book.add("link-file", f"{name!r} is not in the manifest", link.page, link.line)
            elif (
                fragment
                and not fragment.startswith("epubcfi(")
                and not self.book.has_id(name, fragment)
            ):
                self.book.add(
                    "link-fragment", f"{name!r} has no id {fragment!r}", link.page, link.line
                )


def _does(element: Element, name: str) -> bool:
    """Whether an element does something; a script of data does not."""
    if name == "script":
        kind = str(element.get("type", "text/javascript")).strip().lower()
        return kind in ("", "module") or "javascript" in kind or "ecmascript" in kind
    return any(str(key).startswith("on") for key in element.attrib)
