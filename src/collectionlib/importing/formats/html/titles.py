"""How a page is called: by the heading of its text, or by what its head says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from attrs import frozen

from ....markup.trees import Element, attribute, name_of, text_of
from .about import About

__all__ = ["Heading", "first_heading", "is_site", "title_of_page", "without_site"]

_SEPARATOR = re.compile(r"\s+[-–—|»«:·•/~<>›‹]+\s+|\s*[|»›]\s*")
_LEVELS = tuple(f"h{level}" for level in range(1, 7))
_LONGEST = 300


@frozen
class Heading:
    """A heading in a text that is its title."""

    element: Element
    words: str


def first_heading(
    text: Element, is_other: Callable[[str], bool] = lambda _: False
) -> Heading | None:
    """The heading that a text begins with, the highest of those with no words between them.

    Args:
        text: where to look.
        is_other: whether words are no title, but the name of the site.
    """
    found: Heading | None = None
    for kind, element in _parts(text):
        if kind == "words":
            break
        words = text_of(element)
        if not words or len(words) > _LONGEST or is_other(words):
            continue
        if found is None or _is_higher(element, found):
            found = Heading(element, words)
    return found


def _is_higher(element: Element, than: Heading) -> bool:
    return _level(element) < _level(than.element)


def _level(element: Element) -> int:
    name = name_of(element)
    return _LEVELS.index(name) if name in _LEVELS else len(_LEVELS)


def _parts(text: Element) -> Iterator[tuple[str, Element]]:
    """Headings and runs of words in the order of the text; dates and names are no words."""
    if text.text and text.text.strip():
        yield "words", text
    for child in text:
        name = name_of(child)
        if name in _LEVELS or _is_marked(child):
            yield "heading", child
        elif name == "p" and _is_about(child):
            pass
        elif name and name not in ("time", "img", "a", "small", "hr", "br"):
            yield from _parts(child)
        if child.tail and child.tail.strip():
            yield "words", child


def _is_marked(element: Element) -> bool:
    return (name_of(element) == "p" and "title" in attribute(element, "epub:type").split()) or (
        attribute(element, "itemprop") in ("headline", "name")
        and name_of(element) not in ("body", "article", "section", "a", "meta")
    )


def _is_about(element: Element) -> bool:
    names = attribute(element, "class").lower()
    return bool(re.search(r"\b(?:date|meta|byline|author|published|kicker|category)\b", names))


def title_of_page(
    main: Element, page: About, in_header: str | None = None
) -> tuple[str | None, Heading | None]:
    """The title of a page of one text, and the heading in the text that says it.

    The head of the page and its headings are each other's witness: a heading that the head knows
    is the title, one that is the name of the site is not.

    Args:
        main: the main text.
        page: what the page says of itself; its titles without the name of the site.
        in_header: a heading of the first level in the header of the page.
    """
    known = [title for title in page.titles if not is_site(title, page)]
    witnesses = {title.casefold() for title in known}
    heads = [Heading(one, words) for one, words in _heads(main) if not is_site(words, page)]
    first = first_heading(main, lambda words: is_site(words, page))
    confirmed = next((one for one in heads if one.words.casefold() in witnesses), None)
    if confirmed is None and in_header and in_header.casefold() in witnesses:
        return in_header, None
    if first is not None and name_of(first.element) != "h1" and page.shared_title in known:
        # What is no heading of the first level may be that of a part.
        first = None
    chosen = confirmed or first or _only_highest(heads)
    if chosen is not None:
        return chosen.words, chosen
    if known:
        return known[0], None
    return (in_header if in_header and not is_site(in_header, page) else None), None


def _heads(text: Element) -> Iterator[tuple[Element, str]]:
    for one in text.iter():
        if name_of(one) in _LEVELS and (words := text_of(one)) and len(words) <= _LONGEST:
            yield one, words


def _only_highest(heads: list[Heading]) -> Heading | None:
    highest = [one for one in heads if name_of(one.element) == "h1"]
    return highest[0] if len(highest) == 1 else None


def is_site(words: str, page: About) -> bool:
    """Whether words are the name of the site, or of its host."""
    name = _letters(words)
    return bool(name) and name in (_letters(page.site or ""), page.host)


def _letters(words: str) -> str:
    return re.sub(r"[\W_]", "", words).casefold()


def without_site(title: str, page: About, body: Element) -> str:
    """The title of a window without the name of the site before or behind it.

    A part of it is the site's name where the page says so elsewhere: in its head, in its address,
    as words that lead home; or where what remains is a heading of the page.
    """
    separators = list(_SEPARATOR.finditer(title))
    if not separators:
        return title
    headings, home = _headings(body), _home(body)
    first, last = separators[0], separators[-1]
    for rest, site in (
        (title[: last.start()], title[last.end() :]),
        (title[first.end() :], title[: first.start()]),
    ):
        is_rest = rest.casefold() in headings
        if rest.strip() and (is_site(site, page) or site.casefold() in home or is_rest):
            return rest.strip()
    return title


def _headings(body: Element) -> frozenset[str]:
    return frozenset(words.casefold() for _, words in _heads(body))


def _home(body: Element) -> frozenset[str]:
    """The words of links that lead to the root of the site."""
    return frozenset(
        words.casefold()
        for one in body.iter()
        if name_of(one) == "a"
        and re.fullmatch(r"(?:https?://[^/]+)?/?", attribute(one, "href").strip())
        and (words := text_of(one))
    )
