"""Books that collectionlib wrote: each entry as it was.

The exporter puts into the head of a page, for each entry on it, a ``meta`` with what the page
does not show of the entry, as JSON; and the body where it cannot be told from the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from attrs import evolve, frozen

from ....codec import from_plain
from ....errors import InvalidValueError
from ....markup import elements, markdown, plain
from ....markup.blocks import Block, Heading, words
from ....markup.rendered import read
from ....model import Entry
from ...draft import Draft, Removal
from ...excerpts import excerpt
from ...structured import body_of
from .container import Container, Element
from .package import Package

__all__ = ["own_drafts"]

# The exporter writes the same name; importing and publishing do not know each other.
ENTRY_META = "collectionlib-entry"
_DEEPEST_HEADING = 6


@frozen
class _OwnEntry:
    """An entry as the book has it, and what stands of it in the page."""

    entry: Entry
    raw: str


def own_drafts(package: Package, container: Container) -> Iterator[Draft]:
    """The entries of a book of ours in order; none where it keeps none."""
    removed: list[Removal] = []
    drafts: list[Draft] = []
    for item in package.spine:
        page = container.page(item.name)
        if page is None:
            continue
        found = list(_entries(page, container, package))
        drafts += found
        if not found and (text := " ".join(words(elements.read(excerpt(page))))):
            removed.append(Removal("front-matter", text))
    if drafts:
        drafts[0] = evolve(drafts[0], removed=(*drafts[0].removed, *removed))
    yield from drafts


def _entries(page: Element, container: Container, package: Package) -> Iterator[Draft]:
    records = {f"entry-{record.get('id')}": record for record in _records(page, container)}
    if not records:
        return
    for article in page.iter("{*}article"):
        record = records.pop(article.get("id", ""), None)
        try:
            own = _entry(record, article) if record is not None else None
        except InvalidValueError as error:
            container.warn(f"what the book says of one of its entries is damaged: {error}")
            own = None
        yield _draft(own, package) if own is not None else _bare(article, package)
    for name in records:
        container.warn(f"the page of {name} does not hold it: it was left out")


def _bare(article: Element, package: Package) -> Draft:
    """What stands in a page, where nothing is known of it besides."""
    blocks = elements.read(excerpt(article))
    first = blocks[0] if blocks else None
    title = " ".join(words([first])) if isinstance(first, Heading) else ""
    body, markup = body_of(blocks[1:] if title else blocks)
    return Draft(
        body=body,
        title=title,
        markup=markup,
        language=package.language,
        site=package.title,
        raw=f"{title}\n\n{body}",
        many=True,
        encoding="utf-8",
    )


def _records(page: Element, container: Container) -> Iterator[dict[str, Any]]:
    for meta in page.iter("{*}meta"):
        if meta.get("name") != ENTRY_META:
            continue
        try:
            record = msgspec.json.decode(meta.get("content", ""))
        except msgspec.DecodeError:
            record = None
        if isinstance(record, dict):
            yield record
        else:
            container.warn("what the book says of one of its entries is damaged")


def _entry(record: dict[str, Any], article: Element) -> _OwnEntry:
    entry = from_plain(record, Entry)
    if "body" not in record:
        blocks = _body(article, entry)
        body = plain.render(blocks) if entry.markup == "plain" else markdown.render(blocks)
        entry = evolve(entry, body=body)
    return _OwnEntry(entry, msgspec.json.encode([record, entry.body]).decode())


def _body(article: Element, entry: Entry) -> tuple[Block, ...]:
    elements = [each for each in article if isinstance(each.tag, str)]
    if entry.title.strip():
        elements = elements[1:]
    if entry.contributors:
        elements = elements[1:]
    # As the exporter sets them: below the headings of the parts and of the title.
    return read(elements, heading_offset=min(1 + len(entry.category), _DEEPEST_HEADING))


def _draft(own: _OwnEntry, package: Package) -> Draft:
    entry = own.entry
    return Draft(
        id=entry.id,
        body=entry.body,
        title=entry.title,
        markup=entry.markup,
        category=entry.category,
        contributors=entry.contributors,
        language=entry.language,
        tags=entry.tags,
        created=entry.created,
        rights=entry.rights,
        attributes=entry.attributes,
        site=package.title,
        raw=own.raw,
        many=True,
        encoding="utf-8",
    )
