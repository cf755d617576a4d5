"""The pages: XHTML, what it holds, where it leads; and the style sheets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from attrs import define, field

from ..._checks import is_language
from .attributes import attribute_faults, broken_references
from .book import Book, Element, local, namespace
from .content_model import nesting_faults
from .html import ELEMENTS, OBSOLETE_ATTRIBUTES
from .package import Item, Package, is_core
from .style_sheets import StyleSheet
from .vocabularies import declared_prefixes

__all__ = ["Pages"]

_XHTML = "http://www.w3.org/1999/xhtml"
_SVG = "http://www.w3.org/2000/svg"
_MATHML = "http://www.w3.org/1998/Math/MathML"
_PREFIX = "{http://www.idpf.org/2007/ops}prefix"
_TYPE = "{http://www.idpf.org/2007/ops}type"
_XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_LINKS = frozenset({"a", "area"})
_SHOWN = {
    "img": "src", "image": "href", "link": "href", "script": "src", "source": "src", "audio": "src",
    "video": "src", "track": "src", "object": "data", "embed": "src", "iframe": "src",
    "input": "src",
}  # fmt: skip
_MAY_BE_REMOTE = frozenset({"audio", "video", "source", "track"})
_BAD_URL = re.compile(r"[\s<>\"{}|\\^`]|%(?![0-9A-Fa-f]{2})")
_KNOWN_SPACES = frozenset({_XHTML, _SVG, _MATHML, "http://www.idpf.org/2007/ops"})
_CITING = frozenset({"blockquote", "q", "ins", "del"})
_PAGES = frozenset({
    "application/xhtml+xml", "image/svg+xml", "application/x-dtbook+xml", "text/x-oeb1-document",
})  # fmt: skip


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
                    self._sheet(item, data)
            elif item.media_type != "application/x-dtbncx+xml":
                self.book.check_member(item.name)
        for name in self.book.names:
            if name not in looked_at and name not in self._known:
                self.book.check_member(name)
        self._check_links()

    def _sheet(self, item: Item, data: bytes) -> None:
        remote = StyleSheet(self.book, item.name, 1, self._known).check_file(data)
        if remote and self.package.version == "3.0":
            self._properties(item, {"remote-resources"})

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
        encoding = str(doctype.encoding or "utf-8").lower()
        allowed = ("utf-8", "ascii", "us-ascii") + (
            () if self.package.version == "3.0" else ("utf-16", "utf-16le", "utf-16be")
        )
        if encoding not in allowed:
            self.book.add("page-encoding", f"it is in {encoding}, and not in UTF-8", item.name, 1)
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
        prefixes = declared_prefixes(root.get(_PREFIX)) | {"z3998"}
        for element in root.iter("{*}*"):
            space, name = namespace(element), local(element)
            if space == _XHTML:
                self._element(element, name, item)
                if len(name) == 2 and name[0] == "h" and name[1].isdigit():
                    level = self._heading(element, int(name[1]), level, item)
            elif space not in _KNOWN_SPACES:
                reason = f"{name!r} is of {space[:60]!r}, which readers need not know"
                if not _inside(element, _SVG, _MATHML):
                    self.book.add("element-unknown", reason, item.name, element.sourceline)
            elif space == _SVG and name == "svg":
                used.add("svg")
            elif space == _MATHML:
                used.add("mathml")
            for kind in element.get(_TYPE, "").split():
                if ":" in kind and kind.partition(":")[0] not in prefixes:
                    reason = f"the prefix of {kind[:60]!r} is not declared"
                    self.book.add("package-property", reason, item.name, element.sourceline)
            used |= self._address(element, name, space, item)
            if _does(element, name):
                used.add("scripted")
            if style := element.get("style"):
                self._styles(item, element).check_declarations(style)
            if name == "style" and self._styles(item, element).check_rules(
                "".join(element.itertext())
            ):
                used.add("remote-resources")
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
        for reason in nesting_faults(element, name):
            self.book.add("element-nesting", reason, item.name, line)
        if self.package.version == "3.0":
            self._attributes(element, name, item)
        if name == "img":
            self.has_images = True
            if element.get("alt") is None:
                self.has_bare_images = True
                self.book.add("image-alt", "an image has no 'alt'", item.name, line)
        if name in ("ruby", "table"):
            self.features.add(name)

    def _attributes(self, element: Element, name: str, item: Item) -> None:
        obsolete = OBSOLETE_ATTRIBUTES.get(name, frozenset()) | OBSOLETE_ATTRIBUTES["*"]
        found = sorted(obsolete.intersection(element.attrib))
        for key in found:
            reason = f"{key!r} of {name!r} is obsolete"
            self.book.add("attribute-obsolete", reason, item.name, element.sourceline)
        if not found:
            for code, reason in attribute_faults(element, name):
                self.book.add(code, reason, item.name, element.sourceline)
        for code, reason in broken_references(self.book, item.name, element, name):
            self.book.add(code, reason, item.name, element.sourceline)

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
        lang, xml_lang = element.get("lang"), element.get(_XML_LANG)
        for value in dict.fromkeys((lang, xml_lang)):
            if value and not is_language(value):
                reason = f"{value[:40]!r} is no BCP 47 language tag"
                self.book.add("language-tag", reason, item.name, element.sourceline)
        if lang and xml_lang and lang.lower() != xml_lang.lower():
            reason = f"'lang' is {lang[:40]!r}, and 'xml:lang' is {xml_lang[:40]!r}"
            self.book.add("language-tag", reason, item.name, element.sourceline)

    def _address(self, element: Element, name: str, space: str, item: Item) -> set[str]:
        """Note where an element leads, and look whether what it shows is there."""
        if name in _LINKS and (href := element.get("href") or element.get(_XLINK_HREF)) is not None:
            self._links.append(_Link(item.name, element.sourceline, href))
            return set()
        used: set[str] = set()
        line = element.sourceline
        if name in _CITING and (cited := element.get("cite")):
            self._links.append(_Link(item.name, line, cited))
        for candidate in element.get("srcset", "").split(", "):
            if name in ("img", "source") and candidate.strip():
                used |= self._shown(candidate.split()[0].rstrip(","), "img", item, line)
        if name == "video" and (poster := element.get("poster")):
            used |= self._shown(poster, "img", item, line)
        key = _SHOWN.get(name)
        if key is None:
            return used
        href = element.get(key)
        if href is None and space == _SVG:
            href = element.get(_XLINK_HREF)
        if not href or (name == "link" and "stylesheet" not in element.get("rel", "").split()):
            return used
        return used | self._shown(href, name, item, element.sourceline)

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
        elif name in ("img", "image") and not self._is_shown(self._known[place[0]]):
            reason = f"{place[0]!r} is of a kind that readers need not show, without a fallback"
            self.book.add("resource-foreign", reason, item.name, line)
        return set()

    def _styles(self, item: Item, element: Element) -> StyleSheet:
        return StyleSheet(self.book, item.name, element.sourceline or 1, self._known)

    @cached_property
    def _known(self) -> dict[str, Item]:
        return self.package.by_name

    def _is_shown(self, item: Item | None) -> bool:
        """Whether each reader shows an image, or what it may fall back to."""
        return any(is_core(each.media_type) for each in self._chain(item))

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

    # --- links ----------------------------------------------------------------------------------

    def _check_links(self) -> None:
        spine = {item.name for item in self.package.spine}
        for link in self._links:
            for code, reason in self._link_faults(link, spine):
                self.book.add(code, reason, link.page, link.line)

    def _link_faults(self, link: _Link, spine: set[str]) -> Iterator[tuple[str, str]]:
        """What is wrong with a link: codes and sentences."""
        if _BAD_URL.search(link.href.strip()):
            yield "link-address", f"{link.href[:100]!r} is no URL"
            return
        try:
            place = self.book.resolve(link.href, link.page)
        except ValueError as error:
            yield "link-file", f"{link.href!r} is no place: {error}"
            return
        if place is None:
            if link.href.strip().lower().startswith(("data:", "file:")):
                reason = f"{link.href[:60]!r} leads to nothing that a reader may open"
                yield "link-address", reason
            return
        if "?" in link.href:
            reason = f"{link.href[:100]!r} asks a question, and a book answers none"
            yield "link-address", reason
        name, fragment = place
        item = self._known.get(name)
        if name not in self.book.names:
            yield "link-file", f"{name!r} is not there"
        elif item is None:
            if name != link.page:
                yield "link-file", f"{name!r} is not in the manifest"
        elif item.media_type == "application/xhtml+xml" and name not in spine:
            yield "link-unlisted", f"{name!r} is not in the spine"
        elif not self._is_page(item):
            yield "link-unlisted", f"{name!r} is no page"
        elif fragment and not fragment.startswith("epubcfi(") and not self.book.has_id(*place):
            yield "link-fragment", f"{name!r} has no id {fragment!r}"

    def _is_page(self, item: Item) -> bool:
        """Whether a reader can show a file as a page, or what it falls back to."""
        return any(each.media_type in _PAGES for each in self._chain(item))

    def _chain(self, item: Item | None) -> Iterator[Item]:
        """An item and what it falls back to, each once."""
        seen: set[str] = set()
        while item is not None and item.id not in seen:
            yield item
            seen.add(item.id)
            item = self.package.items.get(item.fallback or "")


def _inside(element: Element, *spaces: str) -> bool:
    return any(namespace(up) in spaces for up in element.iterancestors())


def _does(element: Element, name: str) -> bool:
    """Whether an element does something; a script of data does not."""
    if name == "form":
        return True
    if name == "script":
        kind = str(element.get("type", "text/javascript")).strip().lower()
        return kind in ("", "module") or "javascript" in kind or "ecmascript" in kind
    return any(str(key).startswith("on") for key in element.attrib)
