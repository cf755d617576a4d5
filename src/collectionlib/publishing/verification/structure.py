"""The shape of the package document and of what stands beside it in the container."""

from __future__ import annotations

import re

from .book import Book, Element, local, namespace
from .vocabularies import ITEM, ITEMREF, META, declared_prefixes, unknown

__all__ = ["OPF", "check_encryption", "check_structure"]

OPF = "http://www.idpf.org/2007/opf"
ENCRYPTION = "META-INF/encryption.xml"
_PARTS = ("metadata", "manifest", "spine", "guide", "bindings", "tours", "collection")
_NAME = re.compile(r"[^\W\d][\w.\-]*")
_VALUES = {
    ("spine", "page-progression-direction"): ("ltr", "rtl", "default"),
    ("itemref", "linear"): ("yes", "no"),
    ("package", "dir"): ("ltr", "rtl", "auto"),
}
_ATTRIBUTES = {
    "manifest": {"id"},
    "item": {"id", "href", "media-type", "properties", "fallback", "media-overlay",
             "fallback-style", "required-namespace", "required-modules"},
    "spine": {"id", "toc", "page-progression-direction", "page-map"},
    "itemref": {"id", "idref", "linear", "properties"},
}  # fmt: skip


def check_structure(book: Book, root: Element, name: str) -> None:
    """Look at parts, attributes and properties of a package document."""
    if namespace(root) != OPF:
        book.add("package-xml", f"its namespace is not {OPF!r}", name, root.sourceline)
    _check_parts(book, root, name)
    prefixes = declared_prefixes(root.get("prefix"))
    for element in root.iter("{*}*"):
        kind, line = local(element), element.sourceline
        own = element.get("id")
        if own is not None and not _NAME.fullmatch(own.strip()):
            book.add("package-attribute", f"{own!r} cannot be an id", name, line)
        known = _ATTRIBUTES.get(kind, set())
        for key in element.attrib:
            if known and ":" not in key and key[0] != "{" and key not in known:
                book.add("package-attribute", f"{kind!r} has no {key!r}", name, line)
        for (of, key), values in _VALUES.items():
            value = element.get(key) if of == kind else None
            if value is not None and value not in values:
                reason = f"{key!r} is {value!r}, and none of {', '.join(values)}"
                book.add("package-attribute", reason, name, line)
        if root.get("version", "").startswith("3"):
            for wrong in _unknown(element, kind, prefixes):
                book.add("package-property", f"{wrong!r} is not known", name, line)


def _unknown(element: Element, kind: str, prefixes: frozenset[str]) -> list[str]:
    if kind == "meta" and (value := element.get("property")) is not None:
        return list(unknown(value, META, prefixes)) if value.strip() else [""]
    names = {"item": ITEM, "itemref": ITEMREF}.get(kind)
    return list(unknown(element.get("properties", ""), names, prefixes)) if names else []


def _check_parts(book: Book, root: Element, name: str) -> None:
    parts = [child for child in root if isinstance(child.tag, str)]
    order = [local(child) for child in parts]
    for child in parts:
        if local(child) not in _PARTS:
            reason = f"a package has no {local(child)!r}"
            book.add("package-structure", reason, name, child.sourceline)
    known = [_PARTS.index(part) for part in order if part in _PARTS]
    if known != sorted(known):
        book.add("package-structure", f"its parts stand in the order {', '.join(order)}", name)
    for part in _PARTS[:3]:
        if order.count(part) > 1:
            book.add("package-structure", f"it has {part!r} {order.count(part)} times", name)
    for link in root.iterfind(f"{{{OPF}}}metadata/{{{OPF}}}link"):
        if not link.get("rel") or not link.get("href"):
            reason = "a link has no 'rel' or no 'href'"
            book.add("package-structure", reason, name, link.sourceline)
    _check_guide(book, root, name)


def _check_guide(book: Book, root: Element, name: str) -> None:
    for reference in root.iterfind(f"{{{OPF}}}guide/{{{OPF}}}reference"):
        href = reference.get("href", "")
        try:
            place = book.resolve(href, name)
        except ValueError:
            place = None
        if place is None or place[0] not in book.names:
            book.add("link-file", f"{href!r} is not there", name, reference.sourceline)


def check_encryption(book: Book) -> None:
    """Look whether what is said to be encrypted or obfuscated is there (OCF §4.2.6.3.2)."""
    if ENCRYPTION not in book.names:
        return
    root = book.xml(ENCRYPTION, "container-xml")
    for reference in root.iter("{*}CipherReference") if root is not None else ():
        uri = str(reference.get("URI", ""))
        try:
            place = book.resolve(uri, "mimetype")
        except ValueError:
            place = None
        if place is None or place[0] not in book.names:
            reason = f"{uri!r}, which is said to be encrypted, is not there"
            book.add("container-xml", reason, ENCRYPTION, reference.sourceline)
