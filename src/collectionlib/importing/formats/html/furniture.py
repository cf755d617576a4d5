"""What is not the text of a page: scripts, navigation, banners, forms.

Taken away is only what is marked as such; what may be text stays. What was taken is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ....markup.trees import Element, attribute, name_of, text_of
from ...draft import Removal
from .tree import take_out

__all__ = ["is_marked", "main_of", "outside_of", "remove_furniture", "remove_unseen"]

EMBEDDED = "embedded"
FURNITURE = "page-furniture"

_UNSEEN = frozenset(
    """
    template meta link base object embed applet iframe canvas svg
    audio video map noscript datalist progress meter param source track
    """.split()  # noqa: SIM905 - a list of names
)
_SILENT = frozenset({"script", "style", "title"})
"""What is no text, and the title, which is read before."""

_CONTROLS = frozenset(["form", "button", "input", "select", "textarea", "dialog"])
_ALWAYS = frozenset(["nav", "aside"])
_OF_THE_PAGE = frozenset(["header", "footer"])
"""Furniture where they are those of the page; those of an article belong to it."""

_TEXTS = frozenset(["article", "section", "main", "blockquote", "figure"])
_ROLES = frozenset(
    """
    navigation banner contentinfo search complementary dialog alertdialog menu
    menubar toolbar
    """.split()  # noqa: SIM905 - a list of names
)
_NAMES = re.compile(
    r"""(?:\A|[-_\s])(?: cookies? | consent | gdpr | newsletter | subscribe | subscription
        | breadcrumbs? | sidebar | side-bar | navbar | navigation | nav | menu | topnav
        | main-?menu | social | share | sharing | sharedaddy | related | related-posts
        | advert(?:isement)?s? | ads? | sponsor(?:ed)? | promo | popup | modal | pagination | pager
        | skip-?link | site-?header | site-?footer | page-?footer | footer | masthead
        | widgets? | comment-?form | respond | toolbar | login | search-?(?:box|form)
        )(?:[-_\s]|\Z)
      | cookie | gdpr | consent-?(?:banner|bar|popup) """,
    re.VERBOSE | re.IGNORECASE,
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_LARGEST_SHARE = 0.4
"""An element named like furniture that holds more of the words is the text, ill named."""


def remove_unseen(root: Element) -> list[Removal]:
    """Take away what no reader sees: scripts and style sheets, and the words of what is embedded.

    Scripts and style sheets are no text: they go without being told.
    """
    removals: list[Removal] = []
    for one in list(root.iter()):
        name = name_of(one)
        if name in _SILENT or name in _UNSEEN:
            words = _taken(one)
            if words and name not in _SILENT:
                removals.append(Removal(EMBEDDED, words))
    return removals


def remove_furniture(body: Element) -> list[Removal]:
    """Take away what is marked as navigation, banner, form, or furniture by its name.

    Args:
        body: the element that holds all that the page shows.
    """
    total = max(len(text_of(body)), 1)
    removals: list[Removal] = []
    for one in list(body.iter()):
        if one is body or not name_of(one) or not _is_inside(one, body):
            continue
        if (is_marked(one) or _is_named(one, total)) and (words := _taken(one)):
            removals.append(Removal(FURNITURE, words))
    return removals


def is_marked(element: Element) -> bool:
    """Whether an element is furniture by its kind, its role, or because it is hidden."""
    name = name_of(element)
    if name == "form":
        # The forms of old frameworks are around the whole page.
        return not _holds_text(element)
    if name in _ALWAYS or name in _CONTROLS:
        return not _is_epub_text(element)
    if name in _OF_THE_PAGE:
        return not any(name_of(parent) in _TEXTS for parent in element.iterancestors())
    if attribute(element, "role").lower() in _ROLES:
        return True
    return element.get("hidden") is not None or bool(_HIDDEN.search(attribute(element, "style")))


def _is_epub_text(element: Element) -> bool:
    # A footnote or a sidebar of a book is text.
    is_text = attribute(element, "epub:type") or attribute(element, "role").startswith("doc-")
    return name_of(element) == "aside" and bool(is_text)


def _holds_text(element: Element) -> bool:
    return any(
        name_of(one) in ("p", "article", "main", "h1", "h2", "blockquote", "pre")
        for one in element.iterdescendants()
    )


def _is_named(element: Element, total: int) -> bool:
    names = f"{attribute(element, 'class')} {attribute(element, 'id')}"
    if name_of(element) in ("body", "html", "p", "main", "article") or not _NAMES.search(names):
        return False
    if any(name_of(one) in ("article", "main", "h1") for one in element.iterdescendants()):
        return False
    return len(text_of(element)) <= _LARGEST_SHARE * total


def main_of(body: Element) -> Element:
    """The element that is marked as the main text, or the whole body.

    A mark is not believed where more stands outside of it than inside, furniture left aside.
    """
    marked = [one for one in body.iter() if name_of(one) == "main" or _has_main_role(one)]
    candidates = marked or [one for one in body.iter() if name_of(one) == "article"]
    if len(candidates) != 1:
        return body
    inside = len(text_of(candidates[0]))
    return candidates[0] if inside and 2 * inside >= len(text_of(body)) else body


def outside_of(main: Element, body: Element) -> Iterator[Removal]:
    """What stands in the body outside of the main text."""
    if main is body:
        return
    path = {main, *main.iterancestors()}
    for parent in main.iterancestors():
        for child in parent:
            if child not in path and name_of(child) and (words := text_of(child)):
                yield Removal(FURNITURE, words)
            if child.tail and (words := " ".join(child.tail.split())):
                yield Removal(FURNITURE, words)
        if parent.text and (words := " ".join(parent.text.split())):
            yield Removal(FURNITURE, words)
        if parent is body:
            return


def _has_main_role(element: Element) -> bool:
    return attribute(element, "role").lower() == "main"


def _is_inside(element: Element, root: Element) -> bool:
    return any(parent is root for parent in element.iterancestors())


def _taken(element: Element) -> str:
    words = text_of(element)
    take_out(element)
    return words
