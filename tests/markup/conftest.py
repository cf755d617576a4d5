"""Real texts for the tests of markup, read from where they are kept beside the project."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CORPORA = Path(__file__).parents[2].parent / "shared" / "corpora"
SAMPLES = CORPORA.parent / "samples"


def _existing(path: Path) -> Path:
    if not path.exists():
        pytest.skip(f"the real texts are not beside the project: {path} is absent")
    return path


@pytest.fixture(scope="session")
def scraped_page() -> str:
    return _existing(SAMPLES / "scraped-page.txt").read_text("utf-8")


@pytest.fixture(scope="session")
def drawings() -> list[str]:
    return _fortunes(_existing(CORPORA / "fortunes" / "en" / "ascii-art"))


@pytest.fixture(scope="session")
def fortunes() -> list[str]:
    """The bodies of files that differ in script, layout and subject."""
    folder = _existing(CORPORA / "fortunes")
    names = (
        "en/ascii-art",
        "en/songs-poems",
        "min/riddles",
        "zh/tang300",
        "ru/2001.03",
        "de/witze",
    )
    return [body for name in names for body in _fortunes(folder / name)]


@pytest.fixture(scope="session")
def blog_posts() -> list[str]:
    folder = _existing(CORPORA / "markdown-18f")
    return [path.read_text("utf-8") for path in sorted(folder.glob("*.md"))]


def _fortunes(path: Path) -> list[str]:
    # Colours and overstrikes of a terminal are no text: their importer removes them.
    text = re.sub("\x1b\\[[0-9;]*m|\b", "", path.read_text("utf-8"))
    return [body for body in re.split(r"(?m)^%\n", text) if body.strip()]
