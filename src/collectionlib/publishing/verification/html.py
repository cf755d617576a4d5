"""What HTML has: elements, where they may stand, what is obsolete (HTML, the Living Standard)."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["BLOCKS", "ELEMENTS", "OBSOLETE_ATTRIBUTES", "PARENTS", "PHRASING"]


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


ELEMENTS = _names(
    "html head title base link meta style script noscript template body article section "
    "nav aside h1 h2 h3 h4 h5 h6 hgroup header footer address main p hr pre blockquote ol "
    "ul menu li dl dt dd figure figcaption div search a em strong small s cite q dfn abbr "
    "data time code var samp kbd sub sup i b u mark ruby rt rp rb rtc bdi bdo span br wbr "
    "ins del picture source img iframe embed object param video audio track map area table "
    "caption colgroup col tbody thead tfoot tr td th form label input button select "
    "datalist optgroup option textarea output progress meter fieldset legend details "
    "summary dialog canvas slot math svg"
)
"""Elements that are not obsolete."""

BLOCKS = _names(
    "article section nav aside h1 h2 h3 h4 h5 h6 hgroup header footer address main p hr "
    "pre blockquote ol ul dl figure div table form fieldset details dialog li dt dd"
)
"""What is no phrasing content."""

PHRASING = _names(
    "p h1 h2 h3 h4 h5 h6 pre em strong small s cite q dfn abbr code var samp kbd sub sup i "
    "b u mark rt span bdi bdo time data label"
)
"""What holds nothing but phrasing content."""

PARENTS: Mapping[str, tuple[str, ...]] = {
    "li": ("ul", "ol", "menu", "template"),
    "dt": ("dl", "div", "template"),
    "dd": ("dl", "div", "template"),
    "tr": ("table", "thead", "tbody", "tfoot", "template"),
    "td": ("tr", "template"),
    "th": ("tr", "template"),
    "thead": ("table", "template"),
    "tbody": ("table", "template"),
    "tfoot": ("table", "template"),
    "caption": ("table", "template"),
    "figcaption": ("figure", "template"),
    "rt": ("ruby", "rtc", "template"),
    "title": ("head",),
    "body": ("html",),
    "head": ("html",),
}
"""Where elements may stand."""

OBSOLETE_ATTRIBUTES = {
    "*": frozenset({"bgcolor", "background"}),
    "p": frozenset({"align"}),
    "div": frozenset({"align"}),
    "h1": frozenset({"align"}),
    "h2": frozenset({"align"}),
    "h3": frozenset({"align"}),
    "td": frozenset({"align", "valign", "width", "height", "nowrap", "axis", "abbr"}),
    "th": frozenset({"align", "valign", "width", "height", "nowrap", "axis"}),
    "tr": frozenset({"align", "valign"}),
    "table": frozenset({"align", "cellpadding", "cellspacing", "frame", "rules", "summary",
                        "width", "border"}),
    "img": frozenset({"align", "border", "hspace", "vspace", "name", "longdesc"}),
    "a": frozenset({"charset", "rev", "shape", "coords"}),
    "br": frozenset({"clear"}),
    "hr": frozenset({"align", "color", "noshade", "size", "width"}),
    "ul": frozenset({"type", "compact"}),
    "ol": frozenset({"compact"}),
    "body": frozenset({"text", "link", "vlink", "alink"}),
}  # fmt: skip
"""Attributes that are obsolete, by element; ``*`` is each of them."""
