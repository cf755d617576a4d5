"""The examples of examples/README.md: each the one command that stands there, with its picture."""

import doctest
import os
import re
import runpy
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen
from lxml import etree
from PIL import Image

ROOT = Path(__file__).parents[3]
_TOOL = runpy.run_path(str(ROOT / "tools/pictures.py"))
COMMANDS = {command.example: command for command in _TOOL["commands"]()}
MOST_BYTES = 150_000

# What the contents list of each book, in this order, among others.
CONTENTS = {
    "fortunes": ("Mark Twain", "Shakespeare", "Verse", "Wisdom", "Index: Authors"),
    "scraped-page": ("Blessing messages", "A wish for each month of the year",
                     "What to say at a village wedding", "Short jokes", "Jokes about the weather"),
    "aozora": ("里の春、山の春", "ごん狐", "オツベルと象", "黄いろのトマト"),
    "fairy-tales": ("THE GOLDEN BIRD", "HANS IN LUCK", "RAPUNZEL", "SNOW-WHITE AND ROSE-RED"),
    "proverbs": ("Two voices", "Friends", "Learning", "Patience", "Time", "Wealth", "Words"),
    "object-storage": ("Fables", "The Fox and the Grapes", "Poems"),
}  # fmt: skip
ENTRIES = {
    "fortunes": 191, "scraped-page": 3, "aozora": 4, "fairy-tales": 62, "proverbs": 96,
    "object-storage": 52,
}  # fmt: skip


@frozen
class Made:
    """What the command of an example has made, and what it printed."""

    example: str
    path: Path
    printed: str

    @property
    def slug(self) -> str:
        return f"example-{self.example}"

    def pages(self) -> Iterator[Any]:
        with zipfile.ZipFile(self.path) as book:
            for name in book.namelist():
                if name.endswith(".xhtml"):
                    yield etree.fromstring(book.read(name))


@pytest.fixture(scope="module", params=COMMANDS)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Made:
    command = COMMANDS[request.param]
    folder = tmp_path_factory.mktemp("gallery") / "examples"
    shutil.copytree(ROOT / "examples", folder)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", command.words],
        cwd=folder,
        env={**os.environ, "PATH": path, "LC_ALL": "C.UTF-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return Made(request.param, folder / command.book, done.stdout)


def test_the_gallery_has_every_example() -> None:
    assert [*COMMANDS] == [*CONTENTS] == [*ENTRIES]
    for example in COMMANDS:
        assert (ROOT / "examples" / example).is_dir()


def test_each_example_stands_above_its_command_with_its_picture() -> None:
    sections = re.split(r"^## ", _TOOL["GALLERY"].read_text("utf-8"), flags=re.MULTILINE)[1:]
    shown = [section for section in sections if "```console" in section]
    for section, example in zip(shown, COMMANDS, strict=True):
        (words, address) = re.search(r"^!\[([^\]]+)\]\(([^)]+)\)$", section, re.MULTILINE).groups()
        assert len(words.split()) > 8, "a picture is described for those who do not see it"
        assert address == f"../docs/images/example-{example}.png"


@pytest.mark.parametrize("name", sorted(_TOOL["PICTURES"]))
def test_a_picture_is_there_and_small(name: str) -> None:
    path = ROOT / f"docs/images/{name}.png"
    assert path.stat().st_size < MOST_BYTES
    with Image.open(path) as picture:
        assert picture.size == _TOOL["PICTURES"][name]


def test_no_picture_is_there_that_nobody_makes() -> None:
    found = {path.stem for path in (ROOT / "docs/images").glob("*.png")}
    assert found == {*_TOOL["PICTURES"]}


@pytest.mark.slow
def test_the_command_prints_what_the_gallery_says(made: Made) -> None:
    said = COMMANDS[made.example].printed
    same = doctest.OutputChecker().check_output(said, made.printed, doctest.ELLIPSIS)
    assert same, made.printed


@pytest.mark.slow
def test_the_book_holds_what_it_is_to_hold(made: Made) -> None:
    articles = [article for page in made.pages() for article in page.iter("{*}article")]
    assert len(articles) == ENTRIES[made.example]
    with zipfile.ZipFile(made.path) as book:
        contents = etree.fromstring(book.read("EPUB/nav.xhtml"))
    links = ["".join(link.itertext()) for link in contents.find(".//{*}nav").iter("{*}a")]
    assert [title for title in links if title in CONTENTS[made.example]] == [
        *CONTENTS[made.example]
    ]


@pytest.mark.slow
def test_no_check_finds_anything(made: Made, epubcheck_all, ace) -> None:
    verify = [sys.executable, "-m", "collectionlib", "verify", made.path, "--no-epubcheck"]
    subprocess.run(verify, check=True, capture_output=True)
    assert epubcheck_all(made.path) == []
    assert ace(made.path)["earl:result"]["earl:outcome"] == "pass"


@pytest.mark.slow
def test_a_reader_shows_every_page_whole(made: Made, page_through) -> None:
    seen = page_through(made)
    assert seen["errors"] == []
    assert [shown["href"] for shown in seen["sections"] if shown["cut"]] == []


@pytest.mark.slow
@pytest.mark.parametrize("made", ["proverbs"], indirect=True)
def test_each_line_of_the_proverbs_has_its_language(made: Made) -> None:
    articles = [article for page in made.pages() for article in page.iter("{*}article")]
    languages = [article.get("lang", "en") for article in articles]
    assert languages == ["zh-Hant", "en"] * 48
    for article in articles:
        text = "".join(article.itertext())
        assert article.get("lang", "en") == ("en" if text.isascii() or "’" in text else "zh-Hant")


@pytest.mark.slow
@pytest.mark.parametrize("made", ["aozora"], indirect=True)
def test_aozora_stands_in_columns_with_readings(made: Made) -> None:
    texts = [page for page in made.pages() if page.find(".//{*}article") is not None]
    assert all("vertical" in page.get("class").split() for page in texts)
    assert len([ruby for page in texts for ruby in page.iter("{*}ruby")]) > 300
    assert not any("底本" in "".join(page.itertext()) for page in texts)
