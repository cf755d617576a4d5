"""Books: ours, EbookLib used the ordinary way, and a bare zip of the same finished pages."""

from __future__ import annotations

import io
import random
import sys
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from html import escape
from itertools import accumulate
from pathlib import Path

from ebooklib import epub

from collectionlib import Collection, Entry, Metadata
from collectionlib.identity import entry_id
from collectionlib.markup import html, parse
from collectionlib.publishing.formats.epub import EpubExporter
from collectionlib.publishing.output import export_to_stream

from ..measuring import Column, Options, Pair, Table, compared, run

__all__ = ["book_entries", "ordinary_book", "tables"]

CHARACTERS = 1_650
CATEGORIES = 20
_WORDS = 3_000
_LETTERS = {
    "en": "eeeetttaaooiinnsshhrrddllucmfwygpb",
    "de": "eeeennniissrraattdhulcgmobwfkzüäöß",
    "ru": "ооееааииннттссррввллкмдпуяыьгзбчйхж",
    "el": "ααοοιιεεττσσννηυρρπκμλςωγδάέίόύή",
    "ar": "اااللليييمموونننتتبررعدفقسكهحجخصشذ",
    "hi": "ककरररततनननसससमममपपलवदजहगयािीेोंुू",
}
_HAN = "".join(chr(0x4E00 + 11 * number) for number in range(1_500))


def tables(options: Options) -> Iterator[Table]:
    """Books of two sizes, and the memory of a large one."""
    for number in (1_000, 10_000):
        title = f"a book of {number:,} texts, beside a bare zip of its pages, and EbookLib"
        yield compared(title, _pairs(options.folder, number), options.runs)
    yield _memory(options.folder, options.entries)


def book_entries(number: int) -> Iterator[Entry]:
    """Entries of 1,650 characters in seven languages and twenty categories, one in ten verse.

    The words are made by chance from letters with the frequency of the language, and used as
    often as words are (Zipf), so that they are compressed like a text.
    """
    chance = random.Random(7)
    texts = {language: _words(chance, letters) for language, letters in _LETTERS.items()}
    languages = [*texts, "zh"]
    for place in range(number):
        language = languages[place % len(languages)]
        words = texts.get(language)
        body = _body(chance, words, verse=place % 10 == 9) if words else _chinese(chance)
        yield Entry(
            id=entry_id(str(place)),
            title=" ".join(body.split()[:4])[:40],
            body=body,
            language=language,
            category=(f"Category {place % CATEGORIES}",),
        )


def _words(chance: random.Random, letters: str) -> tuple[list[str], list[float]]:
    words = ["".join(chance.choices(letters, k=chance.randint(2, 9))) for _ in range(_WORDS)]
    return words, list(accumulate(1 / (rank + 2) for rank in range(_WORDS)))


def _body(chance: random.Random, words: tuple[list[str], list[float]], *, verse: bool) -> str:
    vocabulary, weights = words
    length, border, indent = (7, "\n", "  ") if verse else (70, ".\n\n", "")
    lines: list[str] = []
    size = 0
    while size < CHARACTERS:
        line = " ".join(chance.choices(vocabulary, cum_weights=weights, k=length))
        lines.append(indent + line.capitalize())
        size += len(lines[-1]) + len(border)
    return border.join(lines)[:CHARACTERS].rstrip()


def _chinese(chance: random.Random) -> str:
    rows = ["".join(chance.choices(_HAN, k=chance.randint(60, 150))) for _ in range(16)]
    return "。\n\n".join(rows)[:CHARACTERS]


def ordinary_book(entries: list[Entry], path: Path) -> None:
    """A book as EbookLib's own documentation makes one: a page an entry."""
    book = epub.EpubBook()
    book.set_identifier("urn:uuid:00000000-0000-4000-8000-000000000000")
    book.set_title("Book")
    book.set_language("en")
    pages = []
    for number, entry in enumerate(entries):
        page = epub.EpubHtml(title=entry.title, file_name=f"{number}.xhtml", lang=entry.language)
        page.content = f"<h1>{escape(entry.title)}</h1>\n{html.render(parse(entry.body, 'plain'))}"
        book.add_item(page)
        pages.append(page)
    book.toc = pages
    book.add_item(epub.EpubNcx())
    book.add_item(epub.EpubNav())
    book.spine = ["nav", *pages]
    epub.write_epub(str(path), book)


def _members(book: bytes) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


def _zipper(members: list[tuple[str, bytes]]) -> Callable[[], None]:
    def write() -> None:
        with zipfile.ZipFile(io.BytesIO(), "w", zipfile.ZIP_DEFLATED, compresslevel=6) as book:
            for name, data in members:
                book.writestr(name, data)

    return write


def _pairs(folder: Path, number: int) -> Iterator[Pair]:
    entries = list(book_entries(number))
    metadata = Metadata(title="Book", language="en")
    memory = Collection.create("memory:", metadata=metadata)
    sqlite = Collection.create(str(folder / f"{number}.db"), metadata=metadata)
    for collection in (memory, sqlite):
        with collection.transaction() as batch:
            for entry in entries:
                batch.put(entry)

    def ours(collection: Collection, *, fast: bool = False) -> bytes:
        out = io.BytesIO()
        export_to_stream(collection, out, EpubExporter(fast=fast))
        return out.getvalue()

    path = folder / "other.epub"
    floor = _zipper(_members(ours(memory)))
    name = f"{number:,} entries"
    yield Pair(f"{name} from memory / zip", floor, lambda: ours(memory), goal=1.5)
    yield Pair(f"{name} from SQLite / zip", floor, lambda: ours(sqlite), goal=2.0)

    def ordinary() -> None:
        ordinary_book(entries, path)

    yield Pair(f"{name} from memory / EbookLib", ordinary, lambda: ours(memory), goal=0.5)
    fast = partial(ours, memory, fast=True)
    yield Pair(f"{name} from memory, --fast / EbookLib", ordinary, fast, goal=0.25)


def _memory(folder: Path, number: int) -> Table:
    """The most memory that a process takes that writes a book from SQLite."""
    location = folder / "memory.db"
    texts = Collection.create(str(location), metadata=Metadata(title="Book"))
    with texts, texts.transaction() as batch:
        for entry in book_entries(number):
            batch.put(entry)
    script = (
        "import sys\n"
        "from collectionlib import Collection, export\n"
        "with Collection.open(sys.argv[1]) as texts: export(texts, sys.argv[2])\n"
    )
    book = run([sys.executable, "-c", script, location, "memory.epub"], folder)
    title = f"a book of {number:,} texts from SQLite, in a process of its own"
    columns = [Column("what"), Column("peak, MB", ".0f"), Column("goal, MB"), Column("s", ".1f")]
    table = Table(title, columns)
    table.add("EPUB", book.megabytes, 200, book.seconds)
    return table
