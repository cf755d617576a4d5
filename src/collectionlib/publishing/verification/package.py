"""The package document: metadata, manifest, spine."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime

from attrs import define, field, frozen

from ..._checks import is_date, is_isbn, is_language
from .book import Book, Element, local
from .structure import check_encryption, check_structure

__all__ = ["Item", "Package", "check_package", "is_core"]

CONTAINER = "META-INF/container.xml"
XHTML = "application/xhtml+xml"
NCX = "application/x-dtbncx+xml"
_DC = "http://purl.org/dc/elements/1.1/"
_OCF = "urn:oasis:names:tc:opendocument:xmlns:container"
_OPF_TYPE = "application/oebps-package+xml"
_MODIFIED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_MAGIC = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8",),
    "image/gif": (b"GIF8",),
    "image/webp": (b"RIFF",),
}
_CORE = frozenset({
    *_MAGIC, "image/svg+xml", "audio/mpeg", "audio/mp4", "audio/ogg", "text/css",
    "font/ttf", "font/otf", "font/woff", "font/woff2", "application/font-sfnt",
    "application/vnd.ms-opentype", "application/font-woff", "application/x-font-ttf", XHTML,
    "application/javascript", "application/ecmascript", "text/javascript", NCX,
    "application/smil+xml",
})  # fmt: skip
_MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+")
_BAD_HREF = re.compile(r"[\s<>\"{}|\\^`]|%(?![0-9A-Fa-f]{2})")
_REMOTE = ("audio/", "video/", "font/", "application/font", "application/vnd.ms-opentype",
           "application/x-font")  # fmt: skip
_EPUB2_PAGES = frozenset({XHTML, "application/x-dtbook+xml", "text/x-oeb1-document"})


@frozen
class Item:
    """An item of the manifest."""

    id: str
    name: str
    media_type: str
    properties: frozenset[str]
    fallback: str | None
    line: int
    remote: bool = False
    overlay: str | None = None


@define
class Package:
    """What the package document says, as far as it could be read.

    Args:
        name: of the document.
        version: ``2.0`` or ``3.0``.
        identifier: the unique one.
        items: of the manifest, by id.
        spine: items in order.
        properties: of the metadata, with their values.
        languages: of the book.
        cover: the image of the cover.
        has_ncx: whether the spine names one.
    """

    name: str
    version: str = "3.0"
    identifier: str = ""
    items: dict[str, Item] = field(factory=dict)
    spine: list[Item] = field(factory=list)
    properties: dict[str, list[str]] = field(factory=dict)
    languages: list[str] = field(factory=list)
    cover: Item | None = None
    ncx: Item | None = None

    @property
    def by_name(self) -> dict[str, Item]:
        """The items by the names of their members."""
        return {item.name: item for item in self.items.values()}

    @property
    def nav(self) -> Item | None:
        """The navigation document."""
        return next((i for i in self.items.values() if "nav" in i.properties), None)


def check_package(book: Book) -> Package | None:
    """Find the package document, and look at it; `None` where there is none that can be read."""
    name = _package_name(book)
    root = book.xml(name, "package-xml") if name else None
    if name is None or root is None:
        return None
    if local(root) != "package":
        book.add("package-xml", "its root is no 'package'", name)
        return None
    package = Package(name, root.get("version", "").strip())
    if package.version == "2.0":
        book.add("package-old", "the version is 2.0; EPUB 3 has replaced it", name)
    elif package.version != "3.0":
        book.add("package-version", f"the version is {package.version!r}, not '3.0'", name)
    check_structure(book, root, name)
    check_encryption(book)
    _Metadata(book, package, root).check()
    _check_manifest(book, package, root)
    _check_spine(book, package, root)
    return package


def _package_name(book: Book) -> str | None:
    if CONTAINER not in book.names:
        book.add("container-xml", "it is missing", CONTAINER)
        return None
    root = book.xml(CONTAINER, "container-xml")
    if root is None:
        return None
    if root.get("version") != "1.0":
        reason = f"the version is {root.get('version')!r}, not '1.0'"
        book.add("container-xml", reason, CONTAINER, root.sourceline)
    found: list[str] = []
    for rootfile in root.iter(f"{{{_OCF}}}rootfile"):
        name, line = str(rootfile.get("full-path", "")), rootfile.sourceline
        if rootfile.get("media-type") != _OPF_TYPE:
            reason = f"the media type of {name!r} is not {_OPF_TYPE}"
            book.add("container-xml", reason, CONTAINER, line)
        if name not in book.names:
            reason = f"the package document {name!r} is not there"
            book.add("container-xml", reason, CONTAINER, line)
        found.append(name)
    if not found:
        book.add("container-xml", "it names no package document", CONTAINER)
    # Others are renditions of the same book; readers take the first.
    return found[0] if found and found[0] in book.names else None


class _Metadata:
    """The metadata of a package.

    Args:
        book: that is looked at.
        package: takes what is said.
        root: of the document.
    """

    def __init__(self, book: Book, package: Package, root: Element) -> None:
        self.book, self.package, self.root = book, package, root
        found = root.find("{*}metadata")
        self.metadata = found if found is not None else root.makeelement("metadata")

    def add(self, code: str, message: str, element: Element | None = None) -> None:
        line = None if element is None else element.sourceline
        self.book.add(code, message, self.package.name, line)

    def check(self) -> None:
        self._identifier()
        if not any(_words(each) for each in self._dc("title")):
            self.add("package-title", "there is no title", self.metadata)
        self._languages()
        if self.package.version == "3.0":
            self._modified()
        self._said()
        dates = self._dc("date")
        if self.package.version == "3.0" and len(dates) > 1:
            self.add("package-repeated", f"there are {len(dates)} dates", dates[1])
        for element in dates:
            if not is_date(_words(element)) and not _is_moment(_words(element)):
                self.add("package-date", f"{_words(element)!r} is no date of W3CDTF", element)
        ids = {element.get("id") for element in self.root.iter("{*}*") if element.get("id")}
        for element in self.metadata.iter("{*}meta", "{*}link"):
            refined = element.get("refines")
            if refined and refined.startswith("#") and refined[1:] not in ids:
                self.add("package-refines", f"{refined!r} is nowhere", element)
            elif refined and not refined.startswith("#"):
                self.add("package-refines", f"{refined!r} is no id of this document", element)
            if element.tag.endswith("}meta") and element.get("property"):
                self.package.properties.setdefault(element.get("property"), []).append(
                    _words(element)
                )
        counted = Counter(e.get("id") for e in self.root.iter("{*}*") if e.get("id"))
        for own, number in counted.items():
            if number > 1:
                self.add("manifest-id", f"the id {own!r} stands {number} times")

    def _said(self) -> None:
        """Look whether everything says something, and in which language."""
        for element in self.metadata.iter("{*}*"):
            is_dc = element.tag.startswith(f"{{{_DC}}}") and local(element) not in (
                "identifier", "title", "language",
            )  # fmt: skip
            if (is_dc or element.get("property")) and not _words(element):
                self.add("package-empty", f"{local(element)!r} says nothing", element)
        for element in self.root.iter("{*}*"):
            tag = element.get("{http://www.w3.org/XML/1998/namespace}lang")
            if tag and not is_language(tag):
                self.add("package-language", f"{tag!r} is no BCP 47 language tag", element)

    def _dc(self, name: str) -> list[Element]:
        return list(self.metadata.iter(f"{{{_DC}}}{name}"))

    def _identifier(self) -> None:
        wanted = self.root.get("unique-identifier")
        there = [e for e in self._dc("identifier") if e.get("id") == wanted]
        if not wanted or not there:
            self.add("package-identifier", f"no identifier has the id {wanted!r}", self.metadata)
        elif not _words(there[0]):
            self.add("package-identifier", "the identifier says nothing", there[0])
        else:
            self.package.identifier = _words(there[0])
        for element in self._dc("identifier"):
            text = _words(element)
            named = re.match(r"(?:urn:)?isbn[: ]?", text, re.IGNORECASE)
            scheme = str(element.get("{http://www.idpf.org/2007/opf}scheme", "")).upper()
            if (named or scheme == "ISBN") and not is_isbn(text[named.end() if named else 0 :]):
                self.add("package-isbn", f"{text!r} is no ISBN", element)

    def _languages(self) -> None:
        elements = self._dc("language")
        if not elements:
            self.add("package-language", "there is no language", self.metadata)
        for element in elements:
            tag = _words(element)
            if is_language(tag):
                self.package.languages.append(tag)
            else:
                self.add("package-language", f"{tag!r} is no BCP 47 language tag", element)

    def _modified(self) -> None:
        there = [
            element
            for element in self.metadata.iter("{*}meta")
            if element.get("property") == "dcterms:modified" and not element.get("refines")
        ]
        if len(there) != 1:
            self.add(
                "package-modified", f"dcterms:modified stands {len(there)} times", self.metadata
            )
        for element in there:
            if not _MODIFIED.fullmatch(_words(element)) or not _is_moment(_words(element)):
                self.add(
                    "package-modified", f"{_words(element)!r} is no CCYY-MM-DDThh:mm:ssZ", element
                )


def _words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


# --- manifest -----------------------------------------------------------------------------------


def _check_manifest(book: Book, package: Package, root: Element) -> None:
    manifest = root.find("{*}manifest")
    if manifest is None:
        book.add("package-xml", "it has no manifest", package.name)
        return
    names: dict[str, str] = {}
    for element in manifest.iterfind("{*}item"):
        item = _item(book, package, element)
        if item is None:
            continue
        if item.name in names:
            reason = f"{item.name!r} is the file of {names[item.name]!r} already"
            book.add("manifest-href", reason, package.name, item.line)
        names.setdefault(item.name, item.id)
        package.items.setdefault(item.id, item)
    for item in package.items.values():
        _check_item(book, package, item)
    _check_cover(book, package, root)
    if package.version == "3.0":
        navs = [item for item in package.items.values() if "nav" in item.properties]
        if len(navs) != 1 or navs[0].media_type != XHTML:
            book.add("manifest-nav", f"{len(navs)} items are navigation documents", package.name)
    known = {*names, "mimetype", package.name}
    for name in book.names:
        if name not in known and not name.startswith("META-INF/"):
            book.add("manifest-unlisted", "it is not in the manifest", name)


def _item(book: Book, package: Package, element: Element) -> Item | None:
    own, href, media_type = element.get("id"), element.get("href"), element.get("media-type")
    line = element.sourceline
    for name, value in (("id", own), ("href", href), ("media-type", media_type)):
        if not value:
            book.add("manifest-id", f"an item has no {name}", package.name, line)
    if not own or not href or not media_type:
        return None
    if _BAD_HREF.search(href.strip()):
        book.add("link-address", f"{href[:100]!r} is no URL", package.name, line)
    if href.startswith("data:") or "#" in href:
        book.add("manifest-href", f"{href[:100]!r} is no file", package.name, line)
    if not _MEDIA_TYPE.fullmatch(media_type.strip()):
        book.add("manifest-media-type", f"{media_type!r} is no media type", package.name, line)
    try:
        place = book.resolve(href, package.name)
    except ValueError as error:
        book.add("manifest-missing", f"{href!r} is no place: {error}", package.name, line)
        return None
    properties = frozenset(element.get("properties", "").split())
    media_type = media_type.strip().lower()
    item = Item(
        own, href if place is None else place[0], media_type, properties,
        element.get("fallback"), line, place is None, element.get("media-overlay"),
    )  # fmt: skip
    if place is None:
        return item
    if item.name not in book.names:
        book.add("manifest-missing", f"{item.name!r} is not there", package.name, line)
    elif (magic := _MAGIC.get(media_type)) and not book.head(item.name).startswith(magic):
        book.add("manifest-media-type", f"it is no {media_type}", item.name)
    return item


def _check_item(book: Book, package: Package, item: Item) -> None:
    """Look at what an item says of others."""
    if item.name == package.name:
        reason = "the package document stands in its own manifest"
        book.add("manifest-href", reason, package.name, item.line)
    if item.remote and not item.media_type.startswith(_REMOTE) and ":" in item.name[:6]:
        reason = f"{item.name[:100]!r} is on the network"
        book.add("resource-remote", reason, package.name, item.line)
    if item.overlay is not None and item.overlay not in package.items:
        reason = f"{item.overlay!r} is no media overlay"
        book.add("manifest-overlay", reason, package.name, item.line)
    seen = {item.id}
    following = item.fallback
    while following is not None:
        if following in seen or following not in package.items:
            reason = f"the fallback {following!r} " + (
                "leads back" if following in seen else "is nowhere"
            )
            book.add("manifest-fallback", reason, package.name, item.line)
            return
        seen.add(following)
        following = package.items[following].fallback


def _check_cover(book: Book, package: Package, root: Element) -> None:
    covers = [item for item in package.items.values() if "cover-image" in item.properties]
    if len(covers) > 1:
        book.add("manifest-cover", f"{len(covers)} items are the cover", package.name)
    for cover in covers:
        if not cover.media_type.startswith("image/"):
            book.add("manifest-cover", f"{cover.name!r} is no image", package.name, cover.line)
    old = [m.get("content") for m in root.iter("{*}meta") if m.get("name") == "cover"]
    named = [package.items[own] for own in old if own in package.items]
    package.cover = next(iter((*covers, *named)), None)


# --- spine --------------------------------------------------------------------------------------


def _check_spine(book: Book, package: Package, root: Element) -> None:
    spine = root.find("{*}spine")
    if spine is None:
        book.add("spine-empty", "there is no spine", package.name)
        return
    seen: set[str] = set()
    linear = 0
    for element in spine.iterfind("{*}itemref"):
        own = element.get("idref", "")
        item = package.items.get(own)
        if item is None:
            book.add(
                "spine-item",
                f"{own!r} is no item of the manifest",
                package.name,
                element.sourceline,
            )
            continue
        if own in seen:
            book.add("spine-item", f"{own!r} stands twice", package.name, element.sourceline)
        seen.add(own)
        package.spine.append(item)
        linear += element.get("linear", "yes") != "no"
        _check_fallback(book, package, item)
    if not linear:
        book.add("spine-empty", "it has no linear item", package.name, spine.sourceline)
    toc = spine.get("toc")
    if toc is not None:
        package.ncx = package.items.get(toc)
        if package.ncx is None or package.ncx.media_type != NCX:
            book.add("spine-ncx", f"{toc!r} is no NCX", package.name, spine.sourceline)
            package.ncx = None
    elif any(item.media_type == NCX for item in package.items.values()) or (
        package.version.startswith("2")
    ):
        book.add("spine-ncx", "'toc' is missing", package.name, spine.sourceline)


def _check_fallback(book: Book, package: Package, item: Item) -> None:
    seen: set[str] = set()
    current: Item | None = item
    pages = {XHTML, "image/svg+xml"} if package.version == "3.0" else _EPUB2_PAGES
    while current is not None and current.media_type not in pages:
        if current.id in seen or not current.fallback:
            book.add(
                "manifest-fallback",
                f"{item.media_type} is no page, and has no fallback to one",
                package.name,
                item.line,
            )
            return
        seen.add(current.id)
        current = package.items.get(current.fallback)
        if current is None:
            book.add("manifest-fallback", "its fallback is nowhere", package.name, item.line)


def is_core(media_type: str) -> bool:
    """Whether every reader has to know a media type (EPUB 3.3 §3.2)."""
    return media_type in _CORE
