"""The page of the measurements says what was measured, and a group of them runs."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/benchmarks.md"


def python(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return done.stdout


@pytest.mark.slow
def test_the_page_is_made_of_the_figures_that_are_kept() -> None:
    script = (
        "import sys\n"
        "from benchmarks import page, results\n"
        "from benchmarks.__main__ import GROUPS\n"
        "sys.stdout.write(page.rendered(results.kept(GROUPS)))\n"
    )
    assert python("-c", script) == PAGE.read_text("utf-8")


def test_every_picture_of_the_page_is_there_and_no_other() -> None:
    page = PAGE.read_text("utf-8")
    pictures = {path.name for path in (ROOT / "docs/images/benchmarks").glob("*.svg")}
    assert pictures == {name for name in pictures if f"(images/benchmarks/{name})" in page}
    assert len(pictures) == page.count("](images/benchmarks/")


@pytest.mark.slow
def test_a_group_is_measured_and_printed() -> None:
    said = python("-m", "benchmarks", "--group=starting", "--runs=1", "--only-print")
    assert "beside `import click`" in said
    assert "collectionlib --version" in said
