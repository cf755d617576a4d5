"""The importer: from a book to its texts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import frozen

from ...._checks import is_language
from ....errors import ParseError
from ....markup.blocks import Heading, words
from ....model import JSONValue
from ...draft import Draft, Removal
from ...sources import SourceFile
from ...structured import body_of, divide_title, raised
from ..base import Recognition
from .container import Container, is_epub
from .contents import ContentsItem, contents
from .endnotes import bring_notes
from .own import own_drafts
from .package import Package, read_package
from .sections import Matter, Section, has_text, sections

__all__ = ["EpubImporter"]

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff\ud800-\udfff]")


@frozen
class EpubImporter:
    """Reads books in EPUB 2 and 3: an item of the contents is a text.

    Items that others stand below are categories. What the book says of itself counts for each of
    its texts: language, contributors, rights and date; its title is their ``site``, and what else
    it says stands in the attribute ``book``. A book that collectionlib made gives its entries back.
    """

    def recognises(self, source: SourceFile) -> Recognition | None:
        """A zip file that says that it is an EPUB, or that holds a book's container."""
        return Recognition(0.95, "the zip file of an EPUB") if is_epub(source.data) else None

    def parse(self, source: SourceFile) -> Iterator[Draft]:
        """The texts of the book, in the order of its pages.

        Raises:
            ParseError: the book is damaged beyond what can be read.
            UnsafeSource: it unfolds to more than any book.
            IngestError: it is encrypted.
        """
        container = Container.open(source)
        package = read_package(container)
        drafts = list(own_drafts(package, container)) if package.is_ours else []
        evidence = [_about(package)]
        if not drafts:
            notes = bring_notes(package, container)
            items, where = contents(package, container)
            evidence.append(
                f"divided by {where}" + (f", which has {len(items)} items" if items else "")
            )
            if notes:
                number = sum(notes.values())
                evidence.append(f"notes of other pages that stand with their texts: {number}")
            drafts = list(_drafts(items, package, container, source, frozenset(notes)))
        else:
            evidence.append("made by collectionlib: each entry as the book keeps it")
        if not drafts and container.warnings:
            reason = f"no text can be read of it: {'; '.join(container.warnings[:3])}"
            raise ParseError(source.uri, reason)
        for place, draft in enumerate(drafts):
            if place == 0:
                draft = draft.but(
                    evidence=(*evidence, *draft.evidence),
                    warnings=(*container.warnings, *draft.warnings),
                )
            yield draft


def _about(package: Package) -> str:
    names = ", ".join(contributor.name for contributor in package.contributors)
    return (
        f"EPUB {package.version or 'of no version'}"
        + (f", {package.title!r}" if package.title else "")
        + (f" by {names}" if names else "")
        + f", {len(package.spine)} pages in its spine"
    )


def _drafts(
    items: list[ContentsItem],
    package: Package,
    container: Container,
    source: SourceFile,
    emptied: frozenset[str],
) -> Iterator[Draft]:
    removed: list[Removal] = []
    drafts: list[Draft] = []
    unused = {id(item): item for item in items if not item.has_items}
    for found in sections(items, package, container):
        if isinstance(found, Section) and found.item is not None:
            unused.pop(id(found.item), None)
        if not has_text(found):
            continue
        if isinstance(found, Matter):
            removed.append(Removal("front-matter", " ".join(words(found.blocks))))
        elif (draft := _draft(found, package, source, emptied)) is not None:
            drafts.append(draft)
        else:
            # A part that holds nothing but its name, which is the category of what stands in it;
            # or a page whose notes stand with their texts.
            removed.append(Removal("part-heading", " ".join(words(found.blocks))))
    if drafts:
        drafts[0] = drafts[0].but(removed=(*removed, *drafts[0].removed))
    yield from drafts


def _draft(
    section: Section, package: Package, source: SourceFile, emptied: frozenset[str]
) -> Draft | None:
    item = section.item
    first = section.blocks[0] if section.blocks else None
    title = item.title if item else ""
    if not title and isinstance(first, Heading):
        title = " ".join(words([first]))
    headings, rest = divide_title(section.blocks, title)
    is_heading = section.page in emptied or (item is not None and item.has_items)
    if is_heading and not words(rest):
        return None
    body, markup = body_of(raised(rest))
    above = item.above if item else ()
    # What a part says before its chapters stands among them.
    path = (*above, item.title) if item and item.has_items and item.title else above
    language = (section.language or "").replace("_", "-")
    line = " ".join(words(headings))
    details: dict[str, JSONValue] = {"book": dict(package.details)} if package.details else {}
    return Draft(
        body=_clean(body),
        title=_line(title),
        markup=markup,
        category=(*source.category, *(_line(name) for name in path)),
        contributors=package.contributors,
        language=language if is_language(language) else package.language,
        created=package.created,
        rights=package.rights,
        attributes=details,
        site=package.title,
        raw=f"{title}\n\n{body}",
        many=True,
        encoding="utf-8",
        changes=("contents-title",) if headings else (),
        removed=(Removal("contents-title", line),) if headings else (),
        evidence=() if item else (f"no item of the contents leads to {section.page}",),
    )


def _line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())


def _clean(body: str) -> str:
    # Numeric references may name what no text holds.
    return re.sub("[\ud800-\udfff\ufffe\uffff]", "\ufffd", body)
