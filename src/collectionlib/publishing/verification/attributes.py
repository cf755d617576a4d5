"""Attributes of HTML: which there are, what they may be, which have to be there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .book import Book, Element

__all__ = ["attribute_faults", "broken_references"]


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_EVERYWHERE = _names(
    "accesskey autocapitalize autofocus class contenteditable dir draggable enterkeyhint hidden id "
    "inert inputmode is itemid itemprop itemref itemscope itemtype lang nonce popover role slot "
    "spellcheck style tabindex title translate "
    "about content datatype inlist prefix property rel resource rev typeof vocab xmlns"
)
"""Those of HTML that stand on each element, and those of RDFa."""

_MEDIA = "autoplay controls crossorigin loop muted preload src"
_SIZE = "width height"
_FIELD = "autocomplete disabled form name readonly required"
_SEND = "formaction formenctype formmethod formnovalidate formtarget"
_LINK = "href hreflang ping referrerpolicy target type download"
_OWN = {
    "a": _names(_LINK + " name"),
    "area": _names(_LINK + " alt coords shape"),
    "audio": _names(_MEDIA),
    "base": _names("href target"),
    "blockquote": _names("cite"),
    "button": _names("disabled form name type value " + _SEND),
    "canvas": _names(_SIZE),
    "col": _names("span"),
    "colgroup": _names("span"),
    "data": _names("value"),
    "del": _names("cite datetime"),
    "details": _names("open name"),
    "dialog": _names("open"),
    "embed": _names("src type " + _SIZE),
    "fieldset": _names("disabled form name"),
    "form": _names("accept-charset action autocomplete enctype method name novalidate target"),
    "html": _names("manifest version"),
    "iframe": _names("src srcdoc name sandbox allow allowfullscreen loading referrerpolicy "
                     + _SIZE),
    "img": _names("alt src srcset sizes crossorigin usemap ismap decoding loading fetchpriority "
                  "referrerpolicy " + _SIZE),
    "input": _names("accept alt checked dirname list max maxlength min minlength multiple pattern "
                    "placeholder size src step type value " + f"{_FIELD} {_SEND} {_SIZE}"),
    "ins": _names("cite datetime"),
    "label": _names("for"),
    "li": _names("value"),
    "link": _names("as blocking charset crossorigin disabled fetchpriority href hreflang "
                   "imagesizes imagesrcset integrity media referrerpolicy sizes type color"),
    "map": _names("name"),
    "meta": _names("name http-equiv charset media scheme"),
    "meter": _names("value min max low high optimum"),
    "object": _names("data type name form usemap typemustmatch " + _SIZE),
    "ol": _names("reversed start type"),
    "optgroup": _names("disabled label"),
    "option": _names("disabled label selected value"),
    "output": _names("for form name"),
    "param": _names("name value"),
    "progress": _names("value max"),
    "q": _names("cite"),
    "script": _names("async blocking charset crossorigin defer fetchpriority integrity nomodule "
                     "referrerpolicy src type"),
    "select": _names("multiple size " + _FIELD),
    "slot": _names("name"),
    "source": _names("media sizes src srcset type " + _SIZE),
    "style": _names("blocking media type"),
    "table": _names("border"),
    "td": _names("colspan rowspan headers"),
    "textarea": _names("cols dirname maxlength minlength placeholder rows wrap " + _FIELD),
    "th": _names("abbr colspan rowspan headers scope"),
    "time": _names("datetime"),
    "track": _names("default kind label src srclang"),
    "video": _names("playsinline poster " + f"{_MEDIA} {_SIZE}"),
}  # fmt: skip
_ARIA = _names(
    "activedescendant atomic autocomplete braillelabel brailleroledescription busy checked "
    "colcount colindex colindextext colspan controls current describedby description details "
    "disabled dropeffect errormessage expanded flowto grabbed haspopup hidden invalid "
    "keyshortcuts label labelledby level live modal multiline multiselectable orientation owns "
    "placeholder posinset pressed readonly relevant required roledescription rowcount rowindex "
    "rowindextext rowspan selected setsize sort valuemax valuemin valuenow valuetext"
)
_INTEGER = re.compile(r"\s*-?\d+\s*")
_COUNT = re.compile(r"\s*\+?\d+\s*")
_NUMBERS = {
    "tabindex": _INTEGER, "start": _INTEGER, "colspan": _COUNT, "rowspan": _COUNT, "width": _COUNT,
    "height": _COUNT, "span": _COUNT,
}  # fmt: skip
_NEEDED = {"img": "src", "area": "shape", "param": "name", "track": "src"}
_REFERENCES = _names(
    "for headers aria-labelledby aria-describedby aria-controls aria-owns aria-details "
    "aria-flowto list form"
)


def attribute_faults(element: Element, name: str) -> Iterator[tuple[str, str]]:
    """What is wrong with the attributes of an element of HTML: codes and sentences."""
    for key, value in element.attrib.items():
        if key[0] == "{" or ":" in key or key.startswith(("data-", "on")):
            continue
        if not _is_known(key, element, name):
            yield "attribute-unknown", f"{name!r} has no attribute {key!r}"
        elif (number := _NUMBERS.get(key)) and not number.fullmatch(value):
            yield "attribute-value", f"{key!r} is {value[:40]!r}, no number"
        elif key == "id" and (not value or any(c.isspace() for c in value)):
            yield "attribute-value", f"{value[:40]!r} cannot be an id"
        elif key == "dir" and value.strip().lower() not in ("ltr", "rtl", "auto"):
            yield "attribute-value", f"'dir' is {value[:40]!r}, and none of ltr, rtl, auto"
    needed = _NEEDED.get(name)
    if needed and name != "area" and not element.get(needed):
        yield "attribute-missing", f"{name!r} has no {needed!r}"
    if name == "meta":
        yield from _meta_faults(element)
    if name == "link":
        rel = element.get("rel", "").split()
        if "stylesheet" in rel and "alternate" in rel and not element.get("title"):
            yield "attribute-missing", "an alternate style sheet has no 'title'"


def _is_known(key: str, element: Element, name: str) -> bool:
    if key.startswith("aria-"):
        return key[5:] in _ARIA
    if name == "li" and key == "value":
        parent = element.getparent()
        return parent is not None and str(parent.tag).endswith("}ol")
    return key in _EVERYWHERE or key in _OWN.get(name, ())


def _meta_faults(element: Element) -> Iterator[tuple[str, str]]:
    kind, said = element.get("http-equiv", "").lower(), element.get("charset")
    if kind == "content-type":
        found = re.search(r"charset\s*=\s*([^\s;]+)", element.get("content", ""), re.IGNORECASE)
        said = found[1] if found else None
    if said is not None and said.strip().lower() != "utf-8":
        yield "page-encoding", f"it says that it is in {said[:40]!r}, and not in UTF-8"
    if (kind or element.get("name")) and element.get("content") is None:
        yield "attribute-missing", "'meta' has no 'content'"


def broken_references(
    book: Book, member: str, element: Element, name: str
) -> Iterator[tuple[str, str]]:
    """Which ids of its own page an element names that are not there."""
    for key, value in element.attrib.items():
        if key not in _REFERENCES or (key == "for" and name not in ("label", "output")):
            continue
        for own in value.split():
            if not book.has_id(member, own):
                yield "reference-broken", f"{key!r} names {own[:40]!r}, which is not in the page"
