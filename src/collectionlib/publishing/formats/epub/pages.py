"""The XHTML pages of the book, each a finished text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape as _escape_html

import msgspec

from ....codec import to_plain
from ....errors import RenderError
from ....markup import html, parse
from ....markup.rendered import is_reversible
from ....model import Contributor, Entry
from ...anthology import Anthology, SourceOutline
from ..base import Entries
from .layout import NumberedPart, Page, PlacedEntry

__all__ = ["colophon_page", "document", "escape", "text_page", "title_page"]

_DEEPEST_HEADING = 6
_MOST_SOURCES = 200
# The importer reads the same name; importing and publishing do not know each other.
_ENTRY_META = "collectionlib-entry"
_PRIVATE = frozenset({"source", "attributes", "added", "modified"})
_ROLES = {"aut": "", "edt": "Edited by ", "com": "Compiled by ", "trl": "Translated by ",
          "ill": "Illustrated by "}  # fmt: skip
_RIGHT_TO_LEFT_LANGUAGES = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "ps", "sd",
                                      "syr", "ug", "ur", "yi"})  # fmt: skip
_RIGHT_TO_LEFT_SCRIPTS = frozenset({"adlm", "arab", "hebr", "nkoo", "rohg", "syrc", "thaa"})


def escape(text: str) -> str:
    """Text as XML holds it, in an attribute too."""
    return _escape_html(text, quote=True).replace("&#x27;", "'")


def document(
    title: str, body: str, language: str, *, kind: str = "", nested: bool = False, head: str = ""
) -> str:
    """A whole page.

    Args:
        title: of the page; a page must have one.
        body: what stands in ``body``.
        language: BCP 47 tag of the book.
        kind: value of ``epub:type`` of the body.
        nested: whether the page lies in a folder below the style sheet.
        head: what else stands in ``head``.
    """
    tag = escape(language)
    style = "../style.css" if nested else "style.css"
    epub_type = f' epub:type="{kind}"' if kind else ""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n'
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"'
        f' lang="{tag}" xml:lang="{tag}"{_direction(language)}>\n'
        f"<head>\n<title>{escape(title.strip() or '…')}</title>\n"
        f'<link rel="stylesheet" type="text/css" href="{style}"/>\n{head}</head>\n'
        f"<body{epub_type}>\n{body}</body>\n</html>\n"
    )


def is_right_to_left(language: str) -> bool:
    """Whether a language is written from right to left.

    >>> is_right_to_left("ar"), is_right_to_left("az-Arab"), is_right_to_left("en")
    (True, True, False)
    """
    first, *others = language.lower().split("-")
    scripts = [part for part in others if len(part) == 4 and part.isalpha()]
    if scripts:
        return scripts[0] in _RIGHT_TO_LEFT_SCRIPTS
    return first in _RIGHT_TO_LEFT_LANGUAGES


def _direction(language: str) -> str:
    return ' dir="rtl"' if is_right_to_left(language) else ""


# --- title page and colophon --------------------------------------------------------------------


def title_page(anthology: Anthology) -> str:
    """Title, subtitle, who has a part in it, publisher, date."""
    metadata = anthology.metadata
    lines = [f"<h1>{escape(metadata.title)}</h1>\n"]
    if metadata.subtitle:
        lines.append(f'<p class="subtitle" role="doc-subtitle">{escape(metadata.subtitle)}</p>\n')
    lines += [f'<p class="contributor">{_credit(c)}</p>\n' for c in metadata.contributors]
    for text in (metadata.publisher, metadata.published):
        if text:
            lines.append(f'<p class="imprint">{escape(text)}</p>\n')
    body = f'<section class="titlepage" epub:type="titlepage">\n{"".join(lines)}</section>\n'
    return document(metadata.title, body, metadata.language or "und", kind="frontmatter")


def _credit(contributor: Contributor) -> str:
    words = _ROLES.get(contributor.role, "")
    return f"{words}{escape(contributor.name)}"


def colophon_page(anthology: Anthology) -> str:
    """Where the texts are from, the rights, and what made the book."""
    metadata = anthology.metadata
    lines = ["<h1>Colophon</h1>\n"]
    if metadata.description:
        lines.append(html.render(parse(metadata.description, "plain")) + "\n")
    if metadata.rights:
        lines.append(f"<p>{escape(metadata.rights)}</p>\n")
    lines += [f"<p>{escape(identifier)}</p>\n" for identifier in _identifiers(anthology)]
    lines.append("<p>Made with collectionlib.</p>\n")
    if anthology.sources:
        rows = "".join(f"<li>{row}</li>\n" for row in _sources(anthology.sources))
        lines.append(f'<h2>Sources</h2>\n<ul class="sources">\n{rows}</ul>\n')
    body = (
        '<section class="colophon" epub:type="colophon" role="doc-colophon" '
        f'aria-label="Colophon">\n{"".join(lines)}</section>\n'
    )
    return document("Colophon", body, metadata.language or "und", kind="backmatter")


def _identifiers(anthology: Anthology) -> Iterable[str]:
    return (anthology.metadata.id or "", *anthology.metadata.identifiers)


def _sources(sources: Sequence[SourceOutline]) -> Iterable[str]:
    """A line for each source; where there are very many, for each of their folders."""
    if len(sources) > _MOST_SOURCES:
        folders: dict[str, int] = {}
        for source in sources:
            folder = source.uri.rpartition("/")[0] or source.uri
            folders[folder] = folders.get(folder, 0) + source.entries
        return (_source(folder, None, entries) for folder, entries in folders.items())
    return (_source(source.uri, source.site, source.entries) for source in sources)


def _source(uri: str, site: str | None, entries: int) -> str:
    origin = f"{escape(site)}: " if site else ""
    number = f" ({entries})" if entries > 1 else ""
    return f"{origin}{escape(uri)}{number}"


# --- parts and entries --------------------------------------------------------------------------


def text_page(page: Page, anthology: Anthology, entries: Entries) -> str:
    """A page of parts and entries; each entry is read when its turn has come.

    Raises:
        RenderError: an entry cannot be rendered.
    """
    language = anthology.metadata.language or "und"
    pieces: list[str] = []
    records: list[str] = []
    opened: list[NumberedPart] = []
    for content in page.contents:
        path = content.path if isinstance(content, NumberedPart) else content.parts
        _close_to(_shared(opened, path), opened, pieces)
        for part in path[len(opened) :]:
            opened.append(part)
            pieces.append(_part(part, begins=part is content or part == content))
        if isinstance(content, PlacedEntry):
            article, record = _entry(content, entries.get(content.outline.id), language)
            pieces.append(article)
            records.append(record)
    _close_to(0, opened, pieces)
    return document(
        page.title,
        "".join(pieces),
        language,
        kind="bodymatter",
        nested=True,
        head="".join(records),
    )


def _shared(opened: Sequence[NumberedPart], path: Sequence[NumberedPart]) -> int:
    shared = 0
    for own, other in zip(opened, path, strict=False):
        if own.number != other.number:
            break
        shared += 1
    return shared


def _close_to(depth: int, opened: list[NumberedPart], pieces: list[str]) -> None:
    while len(opened) > depth:
        opened.pop()
        pieces.append("</section>\n")


def _part(numbered: NumberedPart, *, begins: bool) -> str:
    """The beginning of a part; one that goes on from another page has no heading again."""
    title = escape(numbered.part.title)
    if not begins:
        return f'<section class="part" aria-label="{title}">\n'
    level = min(1 + len(numbered.above), _DEEPEST_HEADING)
    description = numbered.part.category.description
    words = html.render(parse(description, "plain")) + "\n" if description else ""
    return (
        f'<section class="part" id="{numbered.anchor}" epub:type="part" role="doc-part" '
        f'aria-label="{title}">\n<h{level} class="part-title">{title}</h{level}>\n{words}'
    )


def _entry(placed: PlacedEntry, entry: Entry, book_language: str) -> tuple[str, str]:
    """The article of an entry, and its record for the head of the page."""
    level = min(1 + len(placed.parts), _DEEPEST_HEADING)
    title = placed.outline.title
    heading = f"<h{level}>{escape(title)}</h{level}>\n" if title else ""
    untitled = "" if title else f' aria-label="{escape(placed.outline.label or "…")}"'
    try:
        blocks = parse(entry.body, entry.markup)
        body = html.render(blocks, heading_offset=level, link=_link, picture=_no_picture)
        shows_all = is_reversible(blocks, heading_offset=level, link=_link)
    except (ValueError, RecursionError) as error:
        raise RenderError(entry.id, str(error)) from error
    kind = "entry" if title else "entry untitled"
    language = _language(entry.language, book_language)
    article = (
        f'<article class="{kind}" id="{placed.anchor}"{untitled}{language}>\n'
        f"{heading}{_byline(entry)}{body}\n</article>\n"
    )
    return article, _record(entry, with_body=not shows_all)


def _record(entry: Entry, *, with_body: bool) -> str:
    """What the importer needs besides the page, to give the entry back as it was.

    Its source is nobody's business but the collection's, and so are its attributes.
    """
    plain = {key: value for key, value in to_plain(entry).items() if key not in _PRIVATE}
    if not with_body:
        plain.pop("body", None)
    content = escape(msgspec.json.encode(plain).decode())
    return f'<meta name="{_ENTRY_META}" content="{content}"/>\n'


def _link(address: str) -> str | None:
    # A relative address leads to nothing that is in the book.
    safe = html.safe_address(address)
    return safe if safe and safe.lower().startswith(("http:", "https:", "mailto:")) else None


def _no_picture(_address: str) -> None:
    """No picture is taken into a book yet: what it shows stands there in words."""


def _byline(entry: Entry) -> str:
    if not entry.contributors:
        return ""
    return f'<p class="byline">{", ".join(_credit(c) for c in entry.contributors)}</p>\n'


def _language(language: str | None, book_language: str) -> str:
    if not language or language == book_language:
        return ""
    direction = "rtl" if is_right_to_left(language) else "ltr"
    differs = is_right_to_left(language) != is_right_to_left(book_language)
    tag = escape(language)
    return f' lang="{tag}" xml:lang="{tag}"' + (f' dir="{direction}"' if differs else "")
