"""Front and back matter: the few pages around the texts."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TypeVar

from attrs import frozen

from ....identity import natural_key
from ....markup import html, parse
from ....markup.blocks import Heading, words
from ....model import Contributor, Metadata
from ...anthology import Anthology, SourceOutline
from ...matter import Matter
from ...wording import Wording, credit
from .documents import document, escape
from .facts import Credit

__all__ = ["MatterPage", "MatterPages"]

_MOST_SOURCES = 200
_ROWS_OF_A_PAGE = 1_500

_Row = TypeVar("_Row")


@frozen
class MatterPage:
    """A page of front or back matter.

    Args:
        uid: its id in the manifest, and its name without the ending.
        title: what the contents call it.
        kind: value of ``epub:type``.
        text: the whole document.
    """

    uid: str
    title: str
    kind: str
    text: str

    @property
    def name(self) -> str:
        """Its file name."""
        return f"{self.uid}.xhtml"


@frozen
class MatterPages:
    """Makes the pages around the texts of a book.

    Args:
        anthology: the outline of the book.
        words: of its language.
        vertical: whether it is set in columns.
    """

    anthology: Anthology
    words: Wording
    vertical: bool = False

    @property
    def _metadata(self) -> Metadata:
        return self.anthology.metadata

    def _page(
        self, uid: str, title: str, kind: str, inner: str, *, back: bool = False, role: str = ""
    ) -> MatterPage:
        of_role = f' role="doc-{role}" aria-label="{escape(title)}"' if role else ""
        body = f'<section class="{kind}" epub:type="{kind}"{of_role}>\n{inner}</section>\n'
        text = document(
            title,
            body,
            self._metadata.language or "und",
            kind="backmatter" if back else "frontmatter",
            vertical=self.vertical,
        )
        return MatterPage(uid, title, kind, text)

    # --- front ----------------------------------------------------------------------------------

    def cover(self, image: str) -> MatterPage:
        """The page that shows the cover."""
        alternative = escape(f"{self.words['cover']}: {self._metadata.title}")
        inner = f'<p><img src="{image}" alt="{alternative}" role="doc-cover"/></p>\n'
        return self._page("cover", self.words["cover"], "cover", inner)

    def title_page(self) -> MatterPage:
        """Title, subtitle, series, who has a part in it, publisher, date."""
        metadata = self._metadata
        lines = [f"<h1>{escape(metadata.title)}</h1>\n"]
        if metadata.subtitle:
            lines.append(
                f'<p class="subtitle" role="doc-subtitle">{escape(metadata.subtitle)}</p>\n'
            )
        if metadata.series and metadata.series.title != metadata.title:
            position = f" {metadata.series.position}" if metadata.series.position else ""
            lines.append(f'<p class="series">{escape(metadata.series.title + position)}</p>\n')
        lines += [
            f'<p class="contributor">{self._credit(each)}</p>\n' for each in metadata.contributors
        ]
        lines += [
            f'<p class="imprint">{escape(text)}</p>\n'
            for text in (metadata.publisher, metadata.published)
            if text
        ]
        return self._page("title", self.words["title-page"], "titlepage", "".join(lines))

    def _credit(self, contributor: Contributor) -> str:
        return escape(credit(contributor, self.words))

    def copyright_page(self) -> MatterPage | None:
        """Rights of the book and of its texts, publisher, identifiers; `None` if there are none."""
        metadata, rights = self._metadata, self.anthology.rights
        if not (metadata.rights or metadata.publisher or metadata.identifiers or rights):
            return None
        lines = [f"<h1>{escape(self.words['copyright'])}</h1>\n"]
        imprint = ", ".join(text for text in (metadata.publisher, metadata.published) if text)
        lines += [f"<p>{_with_link(text)}</p>\n" for text in (imprint, metadata.rights) if text]
        lines += [f"<p>{escape(identifier)}</p>\n" for identifier in _identifiers(metadata)]
        if rights:
            rows = "".join(f"<li>{_with_link(text)} ({count})</li>\n" for text, count in rights)
            lines.append(
                f'<h2>{escape(self.words["sources"])}</h2>\n<ul class="rights">\n{rows}</ul>\n'
            )
        title = self.words["copyright"]
        return self._page("copyright", title, "copyright-page", "".join(lines))

    def given(self, kind: str, matter: Matter, *, back: bool = False) -> MatterPage:
        """A page of the publisher's; its kind is a key of the words, ``preface`` say."""
        blocks = parse(matter.body, matter.markup)
        title = self.words[kind]
        shown = kind not in ("dedication", "epigraph")
        first = blocks[0] if blocks else None
        if isinstance(first, Heading) and first.level == 1:
            title, blocks, shown = " ".join(words([first])), blocks[1:], True
        heading = f"<h1>{escape(title)}</h1>\n" if shown else ""
        inner = f"{heading}{html.render(blocks, heading_offset=1, picture=_no_picture)}\n"
        epub_type = {"about-authors": "appendix"}.get(kind, kind)
        role = {"about-authors": "appendix"}.get(kind, kind)
        return self._page(kind, title, epub_type, inner, back=back, role=role)

    # --- back -----------------------------------------------------------------------------------

    def ledger(self, credited: Sequence[Credit]) -> Iterator[MatterPage]:
        """Author, source and licence of each text."""
        title = self.words["sources"]
        for number, rows in enumerate(_portions(credited), start=1):
            inner = "".join(map(self._ledger_row, rows))
            heading = f"<h1>{escape(title)}</h1>\n" if number == 1 else ""
            yield self._page(
                f"sources-{number}", title, "appendix",
                f'{heading}<ul class="ledger">\n{inner}</ul>\n', back=True, role="appendix",
            )  # fmt: skip

    def _ledger_row(self, row: Credit) -> str:
        names = ", ".join(self._credit(each) for each in row.contributors)
        rest = [names, escape(row.origin or ""), _with_link(row.rights or "")]
        said = "; ".join(text for text in rest if text)
        link = f'<a href="{row.place}">{escape(row.label) or "…"}</a>'
        return f"<li>{link}: {said}</li>\n" if said else f"<li>{link}</li>\n"

    def index(self, credited: Sequence[Credit]) -> Iterator[MatterPage]:
        """The authors with their texts, and the titles, each in alphabetical order."""
        kinds = (("authors", _by_author(credited)), ("titles", _by_title(credited)))
        number = 0
        for kind, rows in kinds:
            for place, portion in enumerate(_portions(rows)):
                number += 1
                heading = f"<h1>{escape(self.words['index'])}</h1>\n" if number == 1 else ""
                if place == 0:
                    heading += f"<h2>{escape(self.words[kind])}</h2>\n"
                yield self._page(
                    f"index-{number}", self.words["index"], "index",
                    heading + "".join(_lettered(portion)), back=True, role="index",
                )  # fmt: skip

    def colophon(self) -> MatterPage:
        """Where the texts are from, and what made the book."""
        title = self.words["colophon"]
        lines = [f"<h1>{escape(title)}</h1>\n<p>{escape(self.words['made'])}</p>\n"]
        lines += [f"<p>{escape(self._metadata.id or '')}</p>\n"]
        if self.anthology.sources:
            rows = "".join(f"<li>{row}</li>\n" for row in _sources(self.anthology.sources))
            heading = escape(self.words["sources"])
            lines.append(f'<h2>{heading}</h2>\n<ul class="sources">\n{rows}</ul>\n')
        return self._page("colophon", title, "colophon", "".join(lines), back=True, role="colophon")


def _no_picture(_address: str) -> None:
    """What the publisher's pages show is said in words."""


def _with_link(text: str) -> str:
    """Words about rights; an address leads there."""
    if text.startswith(("http://", "https://")) and " " not in text:
        address = html.safe_address(text)
        if address:
            return f'<a href="{escape(address)}">{escape(text)}</a>'
    return escape(text)


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
    origin = f"{escape(site)}: " if site else ""
    number = f" ({entries})" if entries > 1 else ""
    return f"{origin}{escape(uri)}{number}"


def _portions(rows: Sequence[_Row]) -> Iterator[Sequence[_Row]]:
    for start in range(0, len(rows), _ROWS_OF_A_PAGE):
        yield rows[start : start + _ROWS_OF_A_PAGE]


def _by_author(credited: Sequence[Credit]) -> list[tuple[str, str]]:
    """What each author is filed under, and the line of that author."""
    texts: dict[tuple[str, str], list[Credit]] = {}
    for row in credited:
        for author in row.contributors:
            if author.role == "aut":
                texts.setdefault((author.sort_name or author.name, author.name), []).append(row)
    return [
        (filed, f"{escape(name)}: {', '.join(map(_reference, rows))}")
        for (filed, name), rows in sorted(texts.items(), key=lambda item: _filing_key(item[0][0]))
    ]


def _by_title(credited: Sequence[Credit]) -> list[tuple[str, str]]:
    """What each text is filed under, and its line."""
    rows = sorted(credited, key=lambda row: (_filing_key(row.label), row.id))
    return [(row.label, _reference(row)) for row in rows]


def _filing_key(text: str) -> tuple[str, str]:
    """Letters before signs, accents last: what stands first is what is filed by."""
    base = "".join(
        c for c in unicodedata.normalize("NFD", text.casefold()) if c.isalnum() or c == " "
    )
    return natural_key(base), text


def _lettered(rows: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Lists under the first letters; a script without letters needs no heading."""
    for letter, of_letter in groupby(rows, key=lambda row: _first_letter(row[0])):
        lines = "".join(f"<li>{line}</li>\n" for _, line in of_letter)
        heading = f'<h3 class="letter">{escape(letter)}</h3>\n' if letter else ""
        yield f'{heading}<ul class="index">\n{lines}</ul>\n'


def _first_letter(filed: str) -> str:
    for character in unicodedata.normalize("NFD", filed):
        if character.isalnum():
            is_letter = unicodedata.category(character) in ("Lu", "Ll", "Lt")
            return "0–9" if character.isdigit() else character.upper() if is_letter else ""
    return ""


def _reference(row: Credit) -> str:
    return f'<a href="{row.place}">{escape(row.label) or "…"}</a>'
