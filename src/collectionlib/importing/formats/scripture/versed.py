"""Bibles whose books, chapters and verses are elements or milestones: OSIS, USFX, Zefania.

One walk through the document reads them all; a `Dialect` says which elements are what. A verse
is what stands in its element, or between its milestone and the next. Notes and cross references
are taken aside; headings stand on lines of their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from attrs import define, field, frozen

from ....markup.trees import Element
from ...xml_trees import local_name
from .chapters import Chapter, Edition, Line

__all__ = ["DIALECTS", "Dialect", "chapters", "edition"]


@frozen
class Dialect:
    """Which elements of a dialect are what.

    Args:
        name: of the dialect.
        book: the name of the book that an element begins; `None` where it begins none.
        chapter: the number of the chapter that it begins.
        verse: the number of the verse that it begins; ``""`` where it ends one.
        asides: elements that are no text of the verses.
        headings: elements that are lines of their own.
        paragraphs: elements that end a paragraph.
        titles: elements in the header that name the edition.
    """

    name: str
    book: Callable[[Element], str | None]
    chapter: Callable[[Element], str | None]
    verse: Callable[[Element], str | None]
    asides: frozenset[str]
    headings: frozenset[str]
    paragraphs: frozenset[str]
    titles: frozenset[str]


def chapters(root: Element, dialect: Dialect) -> Iterator[Chapter]:
    """The chapters of every book in a document, in order."""
    walk = _Walk(dialect)
    walk.inside(root)
    return iter(walk.chapters)


def edition(root: Element, dialect: Dialect) -> Edition:
    """What the header of a document says."""
    names = [text for one in root.iter() if local_name(one) in dialect.titles
             and (text := _words(one))]  # fmt: skip
    rights = [text for one in root.iter() if local_name(one).lower() == "rights"
              and (text := _words(one))]  # fmt: skip
    heads = [one for one in root.iter() if local_name(one).lower() in ("header", "information")]
    language = next(
        (value for one in root.iter() for key, value in one.attrib.items()
         if key == "{http://www.w3.org/XML/1998/namespace}lang"), None
    ) or next(
        (_words(one) for one in root.iter()
         if local_name(one).lower() in ("language", "languagecode")), None
    )  # fmt: skip
    title = root.get("biblename") or next(iter(names), "")
    return Edition(
        language=language,
        rights=next(iter(rights), None),
        attributes={"edition": title} if title else {},
        header="\n".join(filter(None, map(_words, heads))),
    )


@define
class _Walk:
    """Where a walk through a document is."""

    dialect: Dialect
    chapters: list[Chapter] = field(factory=list)
    book: str = ""
    line: Line | None = None

    def inside(self, element: Element) -> None:
        self.words(element.text)
        for child in element:
            self.element(child)
            self.words(child.tail)

    def element(self, element: Element) -> None:
        name = local_name(element)
        if not name or name.lower() in ("header", "information"):
            return
        if name in self.dialect.asides:
            self.aside(element)
        elif name in self.dialect.headings:
            self.heading(element)
        else:
            self.place(element)
            if name in self.dialect.paragraphs:
                self.end_paragraph()
            self.inside(element)
            if name in self.dialect.paragraphs:
                self.end_paragraph()
            if len(element) or element.text:
                self.leave(element)

    def place(self, element: Element) -> None:
        """Begin the book, chapter or verse that an element begins."""
        book = self.dialect.book(element)
        if book is not None:
            self.book, self.line = book, None
        number = self.dialect.chapter(element)
        if number is not None:
            self.line = None
            self.chapters.append(Chapter(self.book, number))
        verse = self.dialect.verse(element)
        if verse == "":
            self.line = None
        elif verse is not None and self.chapters:
            self.line = Line("", verse)
            self.chapters[-1].lines.append(self.line)

    def leave(self, element: Element) -> None:
        """A verse that is an element ends with it."""
        if self.dialect.verse(element):
            self.line = None

    def words(self, text: str | None) -> None:
        if not text or not text.strip() or not self.chapters:
            # A blank between two words of a verse counts.
            if text and self.line is not None and not self.line.text.endswith(" "):
                self.line.text += " " if self.line.text else ""
            return
        if self.line is None:
            self.line = Line("")
            self.chapters[-1].lines.append(self.line)
        self.line.text += re.sub(r"\s+", " ", text)

    def heading(self, element: Element) -> None:
        if self.chapters and (words := _words(element)):
            lines = self.chapters[-1].lines
            if lines:
                lines[-1].ends_paragraph = True
            lines.append(Line(words, None, ends_paragraph=True))
            # The verse goes on behind a heading that stands in it.
            if self.line is not None and self.line.number is not None:
                self.line = Line("", None)
                lines.append(self.line)

    def aside(self, element: Element) -> None:
        if self.chapters and (words := _words(element)):
            number = self.line.number if self.line else None
            self.chapters[-1].notes.append(f"{number}: {words}" if number else words)

    def end_paragraph(self) -> None:
        if self.chapters and self.chapters[-1].lines:
            self.chapters[-1].lines[-1].ends_paragraph = True


def _words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


# --- OSIS ---------------------------------------------------------------------------------------


def _osis_book(element: Element) -> str | None:
    if local_name(element) != "div" or element.get("type") != "book":
        return None
    title = next((one for one in element if local_name(one) == "title"), None)
    name = (title.get("short") or _words(title)) if title is not None else ""
    return name or element.get("osisID", "")


def _osis_chapter(element: Element) -> str | None:
    return _osis_number(element) if local_name(element) == "chapter" else None


def _osis_verse(element: Element) -> str | None:
    if local_name(element) != "verse":
        return None
    return "" if element.get("eID") else _osis_number(element)


def _osis_number(element: Element) -> str | None:
    """``n``, or what stands last in the id: ``Gen.1.2 Gen.1.3`` is ``2-3``."""
    if element.get("eID"):
        return None
    if element.get("n"):
        return str(element.get("n"))
    ids = (element.get("osisID") or element.get("sID") or "").split()
    numbers = [one.rpartition(".")[2].partition("!")[0] for one in ids]
    return "-".join(dict.fromkeys([numbers[0], numbers[-1]])) if numbers else None


# --- USFX ---------------------------------------------------------------------------------------


def _usfx_book(element: Element) -> str | None:
    if local_name(element) != "book":
        return None
    heads = (one for one in element.iter() if local_name(one) == "h")
    return next((text for one in heads if (text := _words(one))), element.get("id", ""))


def _usfx_chapter(element: Element) -> str | None:
    return element.get("id") if local_name(element) == "c" else None


def _usfx_verse(element: Element) -> str | None:
    name = local_name(element)
    return element.get("id") if name == "v" else "" if name == "ve" else None


# --- Zefania ------------------------------------------------------------------------------------


def _zefania_book(element: Element) -> str | None:
    if local_name(element) != "BIBLEBOOK":
        return None
    return next(filter(None, map(element.get, ("bname", "bsname", "bnumber"))), "")


def _zefania_chapter(element: Element) -> str | None:
    return element.get("cnumber") if local_name(element) == "CHAPTER" else None


def _zefania_verse(element: Element) -> str | None:
    return element.get("vnumber") if local_name(element) == "VERS" else None


DIALECTS: Mapping[str, Dialect] = {
    "osis": Dialect(
        "OSIS", _osis_book, _osis_chapter, _osis_verse,
        asides=frozenset({"note", "reference", "figure"}),
        headings=frozenset({"title"}),
        paragraphs=frozenset({"p", "lg", "div"}),
        titles=frozenset({"title"}),
    ),
    "usfx": Dialect(
        "USFX", _usfx_book, _usfx_chapter, _usfx_verse,
        asides=frozenset({"f", "x", "rem", "fig", "id", "ide", "h", "toc"}),
        headings=frozenset({"s", "d", "ms", "mr", "r", "sr", "qa", "cl", "cp"}),
        paragraphs=frozenset({"p", "q", "b"}),
        titles=frozenset(),
    ),
    "XMLBIBLE": Dialect(
        "Zefania", _zefania_book, _zefania_chapter, _zefania_verse,
        asides=frozenset({"NOTE", "XREF", "REMARK"}),
        headings=frozenset({"CAPTION", "PROLOG"}),
        paragraphs=frozenset(),
        titles=frozenset({"title"}),
    ),
}  # fmt: skip
"""By the name of the first element."""
