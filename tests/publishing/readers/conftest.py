"""Books of real collections, and the programs that read them.

Each book is made once, by the worker that first asks for it, through the public functions alone.
What is in a book is read here by zipfile and lxml as EPUB 3.3 says, not by code of ours.
"""

import hashlib
import json
import os
import posixpath
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from attrs import frozen
from filelock import FileLock
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from lxml import etree
from tests.browser import PACKAGES, Run

from collectionlib import Collection, Entry, Metadata, export, import_texts
from collectionlib.publishing.output import exporter_for
from collectionlib.testing import strategies

ROOT = Path(__file__).parents[3]
PICTURES = ROOT / "build/reader"

# Fortunes of 13 languages; ISO 639 has no "br" for Brazil, nor "cn" for Chinese.
_FORTUNES = {
    "bg": "bg/bgproverb", "cs": "cs/prislovi", "de": "de/sprichworte",
    "en": "min/riddles", "es": "fortunes-debian-hints/es", "fr": "fortunes-debian-hints/fr",
    "ga": "ga/proverbs", "it": "fortunes-debian-hints/it", "ja": "fortunes-debian-hints/ja",
    "pl": "pl/haiku", "ru": "ru/adv", "vi": "fortunes-debian-hints/vi",
    "zh-Hans": "fortunes-debian-hints/zh_CN",
}  # fmt: skip
_CORPORA = (
    "aozora", "chinese-poetry", "encodings-torture", "epub", "fortunes", "genesis", "gutenberg",
    "hebrew", "jokes-json", "markdown-18f", "odd", "proverbs", "standardebooks", "udhr",
)  # fmt: skip

# Of categories 200 deep come elements as deep; libxml2 stops at 256 unless told otherwise.
_PARSER = etree.XMLParser(huge_tree=True)

Fill = Callable[[Collection, Path], None]


def _fortunes(texts: Collection, corpora: Path) -> None:
    for language, name in _FORTUNES.items():
        import_texts(texts, corpora / "fortunes" / name, language=language, category=(language,))


def _from(*names: str, language: str) -> Fill:
    def fill(texts: Collection, corpora: Path) -> None:
        import_texts(texts, *(corpora / name for name in names), language=language)

    return fill


def _everything_odd(texts: Collection, _corpora: Path) -> None:
    """What Hypothesis makes of an entry; without shrinking, which would take minutes."""
    made: list[list[Entry]] = []

    @settings(
        max_examples=2,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(st.lists(strategies.entries(), min_size=30, max_size=40, unique_by=lambda e: e.id))
    def collect(entries: list[Entry]) -> None:
        made.append(entries)

    collect()
    with texts.transaction() as batch:
        for entry in (entry for entries in made for entry in entries):
            batch.put(entry)


@frozen
class Recipe:
    """How a book is made.

    Args:
        language: of the book.
        fill: puts the texts into a collection.
        options: of the exporter.
        setting: how a reader has to set it: CSS's ``direction`` and ``writing-mode``.
    """

    language: str
    fill: Fill
    options: Mapping[str, object] = {}
    setting: tuple[str, str] = ("ltr", "horizontal-tb")


RECIPES = {
    "fortunes in 13 languages": Recipe("en", _fortunes),
    "Chinese poems": Recipe(
        "zh-Hans", _from("chinese-poetry/shijing_shijing.json", language="zh-Hans")
    ),
    "Hebrew": Recipe(
        "he",
        _from("hebrew", "udhr/Hebrew_Ivrit-Hebrew.txt", language="he"),
        setting=("rtl", "horizontal-tb"),
    ),
    "Aozora": Recipe("ja", _from("aozora", language="ja")),
    "Aozora in columns": Recipe(
        "ja",
        _from("aozora/50402_ruby_38168.txt", "aozora/4676_ruby_8001.txt", language="ja"),
        {"vertical": True},
        ("ltr", "vertical-rl"),
    ),
    "Standard Ebooks": Recipe("en", _from("standardebooks", language="en")),
    "the scraped page": Recipe("en", _from("../samples/scraped-page.txt", language="en")),
    "everything odd": Recipe("en", _everything_odd),
}


@frozen
class Section:
    """A document of the spine."""

    href: str
    page: Any
    linear: bool

    @property
    def text(self) -> str:
        """What stands in the body, without blanks."""
        return _squeezed("".join(self.page.find("{*}body").itertext()))


@frozen
class Book:
    """An EPUB, and the collection that it was made of.

    Args:
        name: of the recipe, or of the corpus.
        path: of the EPUB.
        location: of the collection.
        setting: as in the recipe.
    """

    name: str
    path: Path
    location: Path
    setting: tuple[str, str]

    @property
    def entries(self) -> list[Entry]:
        """In reading order."""
        with Collection.open(self.location) as texts:
            return list(texts)

    @property
    def slug(self) -> str:
        return self.name.lower().replace(" ", "-")

    def spine(self) -> Iterator[Section]:
        """The documents in their order; EPUB 3.3 §5.7, and OCF 3.3 §4.2.6.3.1 for the package."""
        with zipfile.ZipFile(self.path) as archive:
            container = etree.fromstring(archive.read("META-INF/container.xml"))
            place = container.find(".//{*}rootfile").get("full-path")
            package = etree.fromstring(archive.read(place))
            items = {item.get("id"): item for item in package.iterfind("{*}manifest/{*}item")}
            for reference in package.iterfind("{*}spine/{*}itemref"):
                item = items[reference.get("idref")]
                if item.get("media-type") != "application/xhtml+xml":
                    continue
                href = unquote(item.get("href"))
                page = archive.read(posixpath.join(posixpath.dirname(place), href))
                linear = reference.get("linear") != "no"
                yield Section(href, etree.fromstring(page, _PARSER), linear)

    def texts(self) -> Iterator[tuple[str, str]]:
        """Of each entry its id and its text without blanks, heading and byline first."""
        for section in self.spine():
            for article in section.page.iter("{*}article"):
                _remove_backlinks(article)
                name = article.get("id").removeprefix("entry-")
                yield name, _squeezed("".join(article.itertext()))


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _remove_backlinks(article: Any) -> None:
    # The way back from a note is the book's word, not the author's.
    for link in article.xpath(".//*[contains(@role, 'doc-backlink')]"):
        link.text = None


# --- made once ----------------------------------------------------------------------------------

Library = Callable[[str, Recipe], Book]


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory, corpora: Path) -> Library:
    """Makes a book, or finds the one that another worker has made."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def book(name: str, recipe: Recipe) -> Book:
        slug = hashlib.sha256(name.encode()).hexdigest()[:16]
        found = Book(name, shared / f"{slug}.epub", shared / f"{slug}.db", recipe.setting)
        with FileLock(shared / f"{slug}.lock"):
            if not found.path.exists():
                _make(found, recipe, corpora)
        return found

    return book


def _make(book: Book, recipe: Recipe, corpora: Path) -> None:
    metadata = Metadata(title=book.name.capitalize(), language=recipe.language)
    book.location.unlink(missing_ok=True)  # of a worker that was stopped half-way
    with Collection.create(book.location, metadata=metadata) as texts:
        recipe.fill(texts, corpora)
        export(texts, book.path, to=exporter_for(book.path, None, recipe.options))


@pytest.fixture(scope="session", params=RECIPES)
def book(request: pytest.FixtureRequest, library: Library) -> Book:
    """Each of the books that are read in readers: up to 1,000 entries of a kind."""
    if request.param == "the scraped page":
        request.getfixturevalue("scraped_page")
    return library(request.param, RECIPES[request.param])


@pytest.fixture(scope="session", params=_CORPORA)
def corpus(request: pytest.FixtureRequest, library: Library) -> Book:
    """A book of each folder of the corpora, with all that is in it."""
    return library(f"corpus {request.param}", Recipe("en", _whole(request.param)))


def _whole(name: str) -> Fill:
    def fill(texts: Collection, corpora: Path) -> None:
        import_texts(texts, corpora / name)

    return fill


# --- the programs -------------------------------------------------------------------------------


@pytest.fixture
def ace(node: Run, tmp_path: Path) -> Callable[[Path], dict[str, Any]]:
    """What Ace by DAISY reports of a book; its exit code says nothing."""

    def check(path: Path) -> dict[str, Any]:
        program = PACKAGES / "node_modules/@daisy/ace-cli/bin/ace.js"
        done = node(program, "--force", "--silent", "--outdir", tmp_path / "ace", path)
        report = tmp_path / "ace/report.json"
        assert report.is_file(), f"Ace made no report: {done.stdout}{done.stderr}"
        found: dict[str, Any] = json.loads(report.read_text("utf-8"))
        return found

    return check


@pytest.fixture
def page_through(node: Run) -> Callable[[Book], dict[str, Any]]:
    """What epub.js showed of a book, page by page; pictures go to build/reader."""

    def read(book: Book) -> dict[str, Any]:
        PICTURES.mkdir(parents=True, exist_ok=True)
        script = Path(__file__).with_name("page_through.mjs")
        done = node(script, book.path, PACKAGES, PICTURES, book.slug)
        assert done.returncode == 0, done.stderr
        seen: dict[str, Any] = json.loads(done.stdout)
        return seen

    return read
