"""Front and back matter: the few pages around the texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import TypeAlias, TypeVar

from attrs import frozen

from ...markup import html, parse
from ...markup.blocks import Heading, words
from ...model import Metadata
from ..anthology import Anthology, SourceOutline
from ..filing import filing_key, first_letter
from ..matter import Matter
from ..themes import (
    AboutPage,
    Author,
    ColophonPage,
    CopyrightPage,
    DedicationPage,
    Detail,
    EpigraphPage,
    Fragment,
    IndexGroup,
    IndexItem,
    IndexPage,
    LedgerPage,
    LedgerRow,
    Link,
    PrefacePage,
    RendersPages,
    ThemePage,
    TitlePage,
)
from ..themes import Credit as ThemeCredit
from ..wording import Wording, credit
from .facts import Credit
from .writing import escape

__all__ = ["MatterPage", "MatterPages"]

_MOST_SOURCES = 200
_ROWS_OF_A_PAGE = 1_500

_Row = TypeVar("_Row")
_Filed: TypeAlias = tuple[str, IndexItem]


@frozen
class MatterPage:
    """A page of front or back matter.

    Args:
        uid: its id.
        title: what the contents call it.
        kind: what it is in the EPUB Structural Semantics Vocabulary.
        body: what stands in it.
        name: where it is: its file name, or its place on a page that holds all.
        back: whether it stands after the texts.
    """

    uid: str
    title: str
    kind: str
    body: str
    name: str
    back: bool = False


@frozen
class MatterPages:
    """Makes the pages around the texts of a book.

    Args:
        anthology: the outline of the book.
        words: of its language.
        theme: how they look.
        name_of: where a page is, by its id.
    """

    anthology: Anthology
    words: Wording
    theme: RendersPages
    name_of: Callable[[str], str] = "{}.xhtml".format

    @property
    def _metadata(self) -> Metadata:
        return self.anthology.metadata

    def _page(
        self, uid: str, title: str, kind: str, page: ThemePage, *, back: bool = False
    ) -> MatterPage:
        body = self.theme.render(page, language=self._metadata.language or "und")
        return MatterPage(uid, title, kind, body, self.name_of(uid), back)

    # --- front ----------------------------------------------------------------------------------

    def cover(self, image: str) -> MatterPage:
        """The page that shows the cover."""
        title = self.words["cover"]
        alternative = escape(f"{title}: {self._metadata.title}")
        body = (
            f'<section class="cover" epub:type="cover" aria-label="{escape(title)}">\n'
            f'<img src="{image}" alt="{alternative}" role="doc-cover"/>\n</section>\n'
        )
        return MatterPage("cover", title, "cover", body, self.name_of("cover"))

    def title_page(self) -> MatterPage:
        """Title, subtitle, series, who has a part in it, publisher, date."""
        metadata = self._metadata
        series = metadata.series
        page = TitlePage(
            title=metadata.title,
            subtitle=metadata.subtitle or "",
            credits=tuple(
                ThemeCredit(each.name, credit(each, self.words), each.role)
                for each in metadata.contributors
            ),
            series=f"{series.title} {series.position or ''}".rstrip()
            if series and series.title != metadata.title
            else "",
            imprint=tuple(text for text in (metadata.publisher, metadata.published) if text),
        )
        return self._page("title", self.words["title-page"], "titlepage", page)

    def copyright_page(self) -> MatterPage | None:
        """Rights of the book and of its texts, publisher, identifiers; `None` if there are none."""
        metadata, rights = self._metadata, self.anthology.rights
        if not (metadata.rights or metadata.publisher or metadata.identifiers or rights):
            return None
        imprint = ", ".join(text for text in (metadata.publisher, metadata.published) if text)
        said = [text for text in (imprint, metadata.rights) if text]
        if len(rights) == 1 and rights[0][1] == len(self.anthology):
            # What is true of each text needs no list.
            said += [text for text, _ in rights if text != metadata.rights]
            rights = ()
        said += [*_identifiers(metadata)]
        title = self.words["copyright"]
        page = CopyrightPage(
            heading=title,
            title=title,
            paragraphs=tuple(said),
            details=tuple(Detail(text, str(count)) for text, count in rights),
        )
        return self._page("copyright", title, "copyright-page", page)

    def given(self, kind: str, matter: Matter, *, back: bool = False) -> MatterPage:
        """A page of the publisher's; its kind is a key of the words, ``preface`` say."""
        blocks = parse(matter.body, matter.markup)
        title = self.words[kind]
        first = blocks[0] if blocks else None
        if isinstance(first, Heading) and first.level == 1:
            title, blocks = " ".join(words([first])), blocks[1:]
        content = Fragment(
            html.render(
                blocks,
                heading_offset=1,
                picture=_no_picture,
                note_prefix=f"{kind}-",
                epub_types=True,
            )
        )
        if kind == "about-authors":
            about = AboutPage(title, (Author("", content),))
            return self._page(kind, title, "contributors", about, back=back)
        page = {"dedication": DedicationPage, "epigraph": EpigraphPage}.get(kind, PrefacePage)
        return self._page(kind, title, kind, page(title, content), back=back)

    # --- back -----------------------------------------------------------------------------------

    def ledger(self, credited: Sequence[Credit]) -> Iterator[MatterPage]:
        """Author, source and licence of each text."""
        title = self.words["sources"]
        columns = tuple(self.words[key] for key in ("titles", "authors", "source", "rights"))
        for number, rows in enumerate(_portions(credited), start=1):
            page = LedgerPage(title, columns, tuple(map(self._ledger_row, rows)))
            yield self._page(f"sources-{number}", title, "other-credits", page, back=True)

    def _ledger_row(self, row: Credit) -> LedgerRow:
        names = ", ".join(credit(each, self.words) for each in row.contributors)
        return LedgerRow(row.label or "…", (names, row.origin or "", row.rights or ""), row.place)

    def index(self, credited: Sequence[Credit]) -> Iterator[MatterPage]:
        """The authors with their texts, and the titles, each in alphabetical order."""
        kinds = (("authors", _by_author(credited)), ("titles", _by_title(credited)))
        number = 0
        for kind, rows in kinds:
            title = f"{self.words['index']}: {self.words[kind]}"
            for portion in _portions(rows):
                number += 1
                page = IndexPage(title, tuple(_lettered(portion)))
                yield self._page(f"index-{number}", title, "index", page, back=True)

    def colophon(self, fonts: Sequence[str] = ()) -> MatterPage:
        """Where the texts are from, what made the book, and which fonts are in it."""
        title = self.words["colophon"]
        page = ColophonPage(
            heading=title,
            paragraphs=(self.words["made"], self._metadata.id or "", *fonts),
            sources_heading=self.words["source"],
            sources=tuple(_sources(self.anthology.sources)),
        )
        return self._page("colophon", title, "colophon", page, back=True)


def _no_picture(_address: str) -> None:
    """What the publisher's pages show is said in words."""


def _identifiers(metadata: Metadata) -> Iterable[str]:
    for identifier in metadata.identifiers:
        lower = identifier.lower()
        yield f"ISBN {identifier[9:]}" if lower.startswith("urn:isbn:") else identifier


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
    origin = f"{site}: " if site else ""
    number = f" ({entries})" if entries > 1 else ""
    return f"{origin}{uri}{number}"


def _portions(rows: Sequence[_Row]) -> Iterator[Sequence[_Row]]:
    for start in range(0, len(rows), _ROWS_OF_A_PAGE):
        yield rows[start : start + _ROWS_OF_A_PAGE]


def _by_author(credited: Sequence[Credit]) -> list[_Filed]:
    """What each author is filed under, and the texts of that author."""
    texts: dict[tuple[str, str], list[Credit]] = {}
    for row in credited:
        for author in row.contributors:
            if author.role == "aut":
                texts.setdefault((author.sort_name or author.name, author.name), []).append(row)
    return [
        (filed, IndexItem(name, tuple(Link(row.label or "…", row.place) for row in rows)))
        for (filed, name), rows in sorted(texts.items(), key=lambda item: filing_key(item[0][0]))
    ]


def _by_title(credited: Sequence[Credit]) -> list[_Filed]:
    """What each text is filed under, and where it is."""
    rows = sorted(credited, key=lambda row: (filing_key(row.label), row.id))
    return [(row.label, IndexItem("", (Link(row.label or "…", row.place),))) for row in rows]


def _lettered(rows: Sequence[_Filed]) -> Iterator[IndexGroup]:
    """Lists under the first letters; a script without letters needs no heading."""
    for letter, of_letter in groupby(rows, key=lambda row: first_letter(row[0])):
        yield IndexGroup(letter, tuple(item for _, item in of_letter))
