"""The page of the manual: it is up to date, and man's own programs set it."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "man/collectionlib.1"


def test_the_page_is_as_the_commands_are() -> None:
    done = subprocess.run([sys.executable, ROOT / "tools/manual.py", "--check"], check=False)
    assert done.returncode == 0, "write it anew with `make man`"


@pytest.mark.parametrize(
    "command",
    [
        ["groff", "-man", "-Tutf8", "-ww", "-K", "utf-8", "-rCHECKSTYLE=0"],
        ["mandoc", "-T", "lint", "-W", "error"],
    ],
    ids=["groff", "mandoc"],
)
def test_what_sets_manuals_sets_it_without_a_word(command: list[str]) -> None:
    if not shutil.which(command[0]):
        pytest.skip(f"{command[0]} is not installed")
    done = subprocess.run([*command, PAGE], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    if command[0] == "groff":
        for words in ("--toc-depth", "jokes/ export book.epub", "COLLECTIONLIB_LIBRARY", "130"):
            # What is bold is struck twice.
            assert words in re.sub(".\b", "", done.stdout)
