"""Books that collectionlib wrote: each entry as it was.

The exporter puts into the head of a page, for each entry on it, a ``meta`` with what the page
does not show of the entry, as JSON; and the body where it cannot be told from the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from attrs import evolve

from ....codec import from_plain
from ....errors import InvalidValueError
from ....markup import elements, markdown, plain
from ....markup.blocks import Block, Heading, words
from ....markup.rendered import read
from ....model import Entry
from ...draft import About, Draft, Removal
from ...excerpts import excerpt
from ...structured import body_of
from .container import Container, Element
from .package import Package

__all__ = ["own_drafts"]

# The exporter writes the same name; importing and publishing do not know each other.
ENTRY_META = "collectionlib-entry"
_DEEPEST_HEADING = 6


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
        about = _about(package, container)
        drafts[0] = drafts[0].but(removed=(*drafts[0].removed, *removed), about=about)
    yield from drafts


def _about(package: Package, container: Container) -> About | None:
    """What the book keeps of its collection."""
    try:
        return from_plain(msgspec.json.decode(package.record), About) if package.record else None
    except (msgspec.DecodeError, InvalidValueError):
        container.warn("what the book says of its collection is damaged")
        return None


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
        yield _draft(own) if own is not None else _bare(article, package)
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


def _entry(record: dict[str, Any], article: Element) -> Entry:
    entry = from_plain(record, Entry)
    if "body" in record:
        return entry
    blocks = _body(article, entry)
    body = plain.render(blocks) if entry.markup == "plain" else markdown.render(blocks)
    return evolve(entry, body=body)


def _body(article: Element, entry: Entry) -> tuple[Block, ...]:
    elements = [each for each in article if isinstance(each.tag, str)]
    if entry.title.strip():
        elements = elements[1:]
    if entry.contributors:
        elements = elements[1:]
    # As the exporter sets them: below the headings of the parts and of the title.
    return read(elements, heading_offset=min(1 + len(entry.category), _DEEPEST_HEADING))


def _draft(own: Entry) -> Draft:
    return Draft(
        entry=own,
        id=own.id,
        body=own.body,
        title=own.title,
        markup=own.markup,
        category=own.category,
        contributors=own.contributors,
        language=own.language,
        tags=own.tags,
        created=own.created,
        rights=own.rights,
        many=True,
        encoding="utf-8",
    )
