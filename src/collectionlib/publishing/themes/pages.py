"""What a theme's templates are given: the pages of which a book has few, as plain data.

A template sees its page under the name ``page``, and the language of the book as ``language``.
The words on a page are all data, so that a theme works in every language.
"""

from __future__ import annotations

from typing import ClassVar, Literal, TypeAlias

from attrs import field, frozen
from attrs.validators import in_, max_len, min_len

__all__ = [
    "TEMPLATES",
    "AboutPage",
    "Author",
    "ColophonPage",
    "CopyrightPage",
    "Credit",
    "DedicationPage",
    "Detail",
    "EpigraphPage",
    "Fragment",
    "IndexGroup",
    "IndexItem",
    "IndexPage",
    "LedgerPage",
    "LedgerRow",
    "Link",
    "PartHeading",
    "PrefacePage",
    "TemplateName",
    "ThemePage",
    "TitlePage",
]

TemplateName: TypeAlias = Literal[
    "titlepage",
    "copyright",
    "dedication",
    "epigraph",
    "preface",
    "about",
    "ledger",
    "index",
    "colophon",
    "part",
]


@frozen
class Fragment:
    """Finished XHTML, which a template puts in as it is; every other text is escaped.

    >>> Fragment("<p>For you.</p>").xhtml
    '<p>For you.</p>'
    """

    xhtml: str = ""

    def __html__(self) -> str:
        """By this method a template engine knows that nothing is to be escaped."""
        return self.xhtml

    def __bool__(self) -> bool:
        return bool(self.xhtml)


@frozen
class Credit:
    """Who has a part in the book.

    Args:
        name: as it is to be shown.
        words: the whole line: "Edited by Jane Doe".
        role: MARC relator code.
    """

    name: str
    words: str
    role: str = "aut"


@frozen
class Detail:
    """A line with its name: ``ISBN``, ``978-…``."""

    term: str
    words: str


@frozen
class Link:
    """Words that lead to a place in the book; ``href`` is relative to the page."""

    words: str
    href: str


@frozen
class TitlePage:
    """Title, subtitle, who has a part in it, the series, and the lines of the imprint."""

    template: ClassVar[TemplateName] = "titlepage"
    title: str
    subtitle: str = ""
    credits: tuple[Credit, ...] = ()
    series: str = ""
    imprint: tuple[str, ...] = ()


@frozen
class CopyrightPage:
    """Whose the rights are.

    Args:
        heading: what the page is called where it is not shown.
        title: of the book.
        paragraphs: the rights, in words.
        details: publisher, dates, identifiers.
    """

    template: ClassVar[TemplateName] = "copyright"
    heading: str
    title: str = ""
    paragraphs: tuple[str, ...] = ()
    details: tuple[Detail, ...] = ()


@frozen
class DedicationPage:
    """To whom the book is dedicated; ``heading`` is not shown."""

    template: ClassVar[TemplateName] = "dedication"
    heading: str
    content: Fragment


@frozen
class EpigraphPage:
    """A motto and who said it; ``heading`` is not shown."""

    template: ClassVar[TemplateName] = "epigraph"
    heading: str
    content: Fragment
    attribution: str = ""


@frozen
class PrefacePage:
    """What is said before the texts."""

    template: ClassVar[TemplateName] = "preface"
    heading: str
    content: Fragment


@frozen
class Author:
    """An author, and what there is to say of one; ``anchor`` is the id to link to, or nothing."""

    name: str
    content: Fragment = Fragment()
    anchor: str = ""


@frozen
class AboutPage:
    """About the authors."""

    template: ClassVar[TemplateName] = "about"
    heading: str
    authors: tuple[Author, ...]


@frozen
class LedgerRow:
    """An entry in the ledger: its title, where it stands, and the cells beside its title."""

    title: str
    cells: tuple[str, ...]
    href: str = ""


@frozen
class LedgerPage:
    """Sources and rights, entry by entry; ``columns`` name the title and each of the cells."""

    template: ClassVar[TemplateName] = "ledger"
    heading: str
    columns: tuple[str, ...] = field(validator=[min_len(1), max_len(8)])
    rows: tuple[LedgerRow, ...]


@frozen
class IndexItem:
    """A name in the index, and where it leads."""

    words: str
    links: tuple[Link, ...] = ()


@frozen
class IndexGroup:
    """The names under one letter; ``label`` may be empty."""

    label: str
    items: tuple[IndexItem, ...]


@frozen
class IndexPage:
    """Authors, or titles, in the order of the alphabet."""

    template: ClassVar[TemplateName] = "index"
    heading: str
    groups: tuple[IndexGroup, ...]


@frozen
class ColophonPage:
    """How the book was made, from what, and which fonts are in it."""

    template: ClassVar[TemplateName] = "colophon"
    heading: str
    content: Fragment = Fragment()
    paragraphs: tuple[str, ...] = ()
    details: tuple[Detail, ...] = ()
    sources_heading: str = ""
    sources: tuple[str, ...] = ()


@frozen
class PartHeading:
    """What a part begins with: the template makes no page of its own, but what stands in one.

    Args:
        title: of the part.
        level: of the heading, 1 to 6.
        number: "Part One", or nothing.
        intro: what is said before its entries.
    """

    template: ClassVar[TemplateName] = "part"
    title: str
    level: int = field(default=1, validator=in_(range(1, 7)))
    number: str = ""
    intro: Fragment = Fragment()


ThemePage: TypeAlias = (
    TitlePage
    | CopyrightPage
    | DedicationPage
    | EpigraphPage
    | PrefacePage
    | AboutPage
    | LedgerPage
    | IndexPage
    | ColophonPage
    | PartHeading
)
"""What a template is given to fill in, one class for each template."""

TEMPLATES: tuple[TemplateName, ...] = (
    "titlepage",
    "copyright",
    "dedication",
    "epigraph",
    "preface",
    "about",
    "ledger",
    "index",
    "colophon",
    "part",
)
"""The templates of a theme: each is ``templates/NAME.xhtml`` in its folder."""
