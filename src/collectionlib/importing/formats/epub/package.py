"""The package document of a book (EPUB 3.3 §5, OPF 2.0.1): what it says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from attrs import frozen

from ...._checks import ROLE, is_date, is_language
from ....errors import ParseError
from ....model import Contributor, JSONValue
from .container import CONTAINER, Container, Element

__all__ = ["Item", "Package", "read_package"]

# The exporter writes the same name; importing and publishing do not know each other.
_COLLECTION_META = "collectionlib-collection"
_PAGE_TYPES = (
    "application/xhtml+xml",
    "text/html",
    "application/x-dtbook+xml",
    "text/x-oeb1-document",
)
_PAGE_ENDINGS = (".xhtml", ".html", ".htm", ".xht")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")


@frozen
class Item:
    """A file of the book: its name in the zip file, its type and its properties."""

    name: str
    media_type: str
    properties: tuple[str, ...] = ()

    @property
    def is_page(self) -> bool:
        """Whether it is a page of text."""
        return self.media_type in _PAGE_TYPES or self.name.lower().endswith(_PAGE_ENDINGS)


@frozen(kw_only=True)
class Package:
    """What a book says of itself.

    Args:
        version: of EPUB.
        title: of the book.
        language: BCP 47 tag.
        contributors: of the book.
        rights: words, or an address.
        created: its date.
        details: what else it says, by name.
        spine: the pages in order.
        nav: the navigation document.
        ncx: the contents of EPUB 2.
        matter: what the guide of EPUB 2 calls pages, by name: ``cover``, ``title-page``.
        is_ours: whether collectionlib made the book.
        record: what it keeps of its collection then, as JSON.
    """

    version: str
    title: str | None = None
    language: str | None = None
    contributors: tuple[Contributor, ...] = ()
    rights: str | None = None
    created: str | None = None
    details: Mapping[str, JSONValue]
    spine: tuple[Item, ...] = ()
    nav: str | None = None
    ncx: str | None = None
    matter: Mapping[str, str]
    is_ours: bool = False
    record: str = ""


def read_package(container: Container) -> Package:
    """Read the package document.

    Raises:
        ParseError: there is none, or it names no page that is there.
    """
    name = _package_name(container)
    root = container.xml(name) if name else None
    if name is None or root is None:
        raise ParseError(container.uri, "it has no package document (.opf), so it is no EPUB")
    items = dict(_items(root, name, container))
    spine = [
        items[ref.get("idref", "")]
        for ref in root.iterfind(".//{*}spine/{*}itemref")
        if ref.get("idref", "") in items
    ]
    if not spine:
        container.warn("its spine names no page that is there: the pages were taken in order")
        spine = [item for item in items.values() if "nav" not in item.properties]
    pages = dict.fromkeys(item for item in spine if item.is_page)
    ncx = items.get(_attribute(root, "{*}spine", "toc"))
    ncxs = [item for item in items.values() if item.media_type == "application/x-dtbncx+xml"]
    navs = [item.name for item in items.values() if "nav" in item.properties]
    return Package(
        version=root.get("version", ""),
        title=_first(root, "title"),
        language=_language(root),
        contributors=tuple(_contributors(root)),
        rights=_first(root, "rights") or _rights_link(root),
        created=_date(root),
        details=_details(root),
        spine=tuple(pages),
        nav=navs[0] if navs else None,
        ncx=(ncx or ncxs[0]).name if ncx or ncxs else None,
        matter=dict(_matter(root, name, container)),
        is_ours=any(
            meta.get("name") == "generator" and meta.get("content") == "collectionlib"
            for meta in root.iter("{*}meta")
        ),
        record=next(
            (
                meta.get("content", "")
                for meta in root.iter("{*}meta")
                if meta.get("name") == _COLLECTION_META
            ),
            "",
        ),
    )


def _package_name(container: Container) -> str | None:
    root = container.xml(CONTAINER)
    for rootfile in () if root is None else root.iter("{*}rootfile"):
        if name := container.find(rootfile.get("full-path", ""), ""):
            return name
    return next((name for name in container.names() if name.lower().endswith(".opf")), None)


def _attribute(root: Element, path: str, name: str) -> str:
    element = root.find(f".//{path}")
    return "" if element is None else element.get(name, "")


def _items(root: Element, base: str, container: Container) -> Iterator[tuple[str, Item]]:
    for element in root.iterfind(".//{*}manifest/{*}item"):
        item_id, href = element.get("id"), element.get("href")
        media_type = element.get("media-type", "").strip().lower()
        # What is missing is named where it matters: a page or the contents, and no picture.
        matters = "html" in media_type or "ncx" in media_type or not media_type
        before = len(container.warnings)
        name = container.find(href, base) if href else None
        if not matters:
            del container.warnings[before:]
        if item_id and name:
            properties = tuple(element.get("properties", "").split())
            yield item_id, Item(name, media_type, properties)


def _matter(root: Element, base: str, container: Container) -> Iterator[tuple[str, str]]:
    for element in root.iterfind(".//{*}guide/{*}reference"):
        before = len(container.warnings)
        name = container.find(element.get("href", ""), base)
        del container.warnings[before:]
        if name:
            yield name, element.get("type", "").strip().lower()


# --- metadata -----------------------------------------------------------------------------------


def _words(text: str | None) -> str | None:
    return " ".join(_CONTROL.sub(" ", text or "").split()) or None


def _all(root: Element, name: str) -> Iterator[tuple[Element, str]]:
    for element in root.iter(f"{{http://purl.org/dc/elements/1.1/}}{name}"):
        if words := _words("".join(element.itertext())):
            yield element, words


def _first(root: Element, name: str) -> str | None:
    return next((words for _, words in _all(root, name)), None)


def _language(root: Element) -> str | None:
    tags = (words.replace("_", "-") for _, words in _all(root, "language"))
    return next((tag for tag in tags if is_language(tag) and tag.lower() != "und"), None)


def _rights_link(root: Element) -> str | None:
    links = (link for link in root.iter("{*}link") if link.get("rel") == "dcterms:rights")
    return next((words for link in links if (words := _words(link.get("href")))), None)


def _contributors(root: Element) -> Iterator[Contributor]:
    refined = _refinements(root)
    known: set[tuple[str, str]] = set()
    for name, default in (("creator", "aut"), ("contributor", "ctb")):
        for element, words in _all(root, name):
            more = refined.get(element.get("id", ""), {})
            role = (_opf(element, "role") or more.get("role") or default).lower()
            role = role if ROLE.fullmatch(role) else default
            # What made the file has no part in the texts.
            if role == "bkp" or (words, role) in known:
                continue
            known.add((words, role))
            file_as = _words(_opf(element, "file-as") or more.get("file-as"))
            yield Contributor(name=words, role=role, sort_name=file_as)


def _opf(element: Element, name: str) -> str | None:
    value = element.get(f"{{http://www.idpf.org/2007/opf}}{name}") or element.get(name)
    return str(value) if value else None


def _refinements(root: Element) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for meta in root.iter("{*}meta"):
        refined, name = meta.get("refines", "").removeprefix("#"), meta.get("property")
        if refined and name and (words := _words("".join(meta.itertext()))):
            found.setdefault(refined, {}).setdefault(name, words)
    return found


def _date(root: Element) -> str | None:
    """The date of the text where it is told, else that of the book; never that of a change."""
    dates = [
        (words, _opf(element, "event") or "") for element, words in _all(root, "date")
    ]  # fmt: skip
    for wanted in ("creation", "original-publication", "publication", ""):
        for words, event in dates:
            # Of a moment whose zone is not said, the day is what is known.
            for known in (words, words[:10], words[:7], words[:4]):
                if event == wanted and is_date(known):
                    return known
    return None


def _details(root: Element) -> dict[str, JSONValue]:
    details: dict[str, JSONValue] = {}
    for name in ("identifier", "publisher", "description", "subject", "source"):
        values: list[JSONValue] = [words for _, words in _all(root, name)]
        if values:
            details[name] = values[0] if len(values) == 1 else values
    return details
