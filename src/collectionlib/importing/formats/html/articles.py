"""The texts of a page that holds many of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ....markup.trees import Element, attribute, name_of, text_of

__all__ = ["articles_of", "is_imprint", "is_navigation", "sections_around"]

_KINDS = re.compile(
    r"(?:z3998:|se:)?(?:poem|short-story|song|hymn|fable|verse|letter|essay|novella|sonnet"
    r"|fairy-tale|limerick|joke|anecdote|short-stories)\Z"
)
_CLASSES = frozenset({"hentry", "h-entry", "post", "blog-post", "joke", "poem", "quote"})
# The exporter writes the same ids; importing and publishing do not know each other.
_OWN = re.compile(r"entry-[0-9a-hjkmnp-tv-z]{16}")
_IMPRINT = ("doc-colophon", "doc-credits")
_LEAST_SHARE = 0.5
_HEADINGS = tuple(f"h{level}" for level in range(1, 7))
_LINKED = 0.9
_FEWEST_LINKS = 5


def articles_of(main: Element) -> list[Element]:
    """The elements that are texts of their own, in order; none where the page is one text.

    The evidence: two or more that are marked as articles, or in the vocabularies of EPUB and of
    microformats as poems, stories, posts; neither inside another; and together most of the page.
    One that is longer than all others together is the text, with hints to the others below it,
    unless each of them has a heading. On a page that we wrote no evidence is needed.
    """
    found = _outermost(main)
    if own := [one for one in found if _OWN.fullmatch(attribute(one, "id"))]:
        return own
    texts = [one for one in found if text_of(one)]
    if len(texts) < 2:
        return []
    lengths = [len(text_of(one)) for one in texts]
    if sum(lengths) < _LEAST_SHARE * len(text_of(main)):
        return []
    if 2 * max(lengths) > sum(lengths) and not all(map(_has_heading, texts)):
        return []
    # Hints to other pages are a link each, and no texts.
    return [] if sum(map(_is_linked, texts)) > len(texts) / 2 else texts


def _outermost(root: Element) -> list[Element]:
    found: list[Element] = []
    waiting = [*reversed(root)]
    while waiting:
        one = waiting.pop()
        if _is_article(one):
            found.append(one)
        else:
            waiting.extend(reversed(one))
    return found


def _is_article(element: Element) -> bool:
    name = name_of(element)
    if name == "article" or attribute(element, "role").lower() == "article":
        return True
    if name in ("section", "div") and any(
        _KINDS.match(kind) for kind in attribute(element, "epub:type").split()
    ):
        return True
    classes = attribute(element, "class").lower().split()
    return name in ("div", "section", "li") and not _CLASSES.isdisjoint(classes)


def _has_heading(element: Element) -> bool:
    return any(name_of(one) in _HEADINGS for one in element.iterdescendants())


def _is_linked(element: Element) -> bool:
    """Whether nearly all words of an element lead elsewhere."""
    total = len(text_of(element))
    return total > 0 and _linked_length(element) >= _LINKED * total


def _linked_length(element: Element) -> int:
    return sum(
        len(text_of(one)) for one in element.iter() if name_of(one) == "a" and one.get("href")
    )


def sections_around(articles: Iterable[Element], root: Element) -> Iterator[tuple[str, ...]]:
    """For each article the headings of the sections that it stands in, the outermost first."""
    known: dict[Element, str | None] = {}
    for article in articles:
        headings: list[str] = []
        for parent in article.iterancestors():
            if parent is root:
                break
            if parent not in known:
                known[parent] = next(_own_headings(parent), None)
            if heading := known[parent]:
                headings.insert(0, heading)
        yield tuple(headings)


def _own_headings(section: Element) -> Iterator[str]:
    for child in section:
        name = name_of(child)
        if name in _HEADINGS and (words := text_of(child)):
            yield words
        elif name in ("header", "hgroup"):
            yield from _own_headings(child)


def is_imprint(body: Element) -> bool:
    """Whether a page says how a book was made, or of what, and nothing else."""
    main = next((one for one in body.iter() if name_of(one) == "main"), body)
    found = (one for one in main.iter() if attribute(one, "role") in _IMPRINT)
    return any(2 * len(text_of(one)) > len(text_of(main)) for one in found)


def is_navigation(body: Element) -> bool:
    """Whether a page is a table of contents, or nothing but links to other pages."""
    navs = [one for one in body.iter() if name_of(one) == "nav"]
    total = len(text_of(body))
    if any(attribute(one, "epub:type") for one in navs):
        around = set(navs)
        outermost = (one for one in navs if around.isdisjoint(one.iterancestors()))
        return 2 * sum(len(text_of(one)) for one in outermost) > total
    if any("titlepage" in attribute(one, "class").split() for one in body.iter("{*}section")):
        # The first page of a website that we wrote; a book on one page leads to itself.
        contents = (one for one in navs if attribute(one, "role") == "doc-toc")
        places = (link.get("href", "#") for nav in contents for link in nav.iter("{*}a"))
        return any(not place.startswith("#") for place in places)
    links = [one for one in body.iter() if name_of(one) == "a" and one.get("href")]
    return len(links) >= _FEWEST_LINKS and _linked_length(body) >= _LINKED * total
