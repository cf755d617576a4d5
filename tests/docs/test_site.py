"""The documentation as a site: built strictly, and read from disk in Chromium."""

import os
import re
import subprocess
import zlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MKDOCS = ROOT / ".venv-docs/bin/mkdocs"

pytestmark = pytest.mark.slow


def test_the_site_is_whole_and_read_from_disk(visit, tmp_path: Path) -> None:
    if not MKDOCS.exists():
        pytest.skip("no MkDocs: make .venv-docs/stamp")
    site = tmp_path / "site"
    built = subprocess.run(
        [MKDOCS, "build", "--quiet", "--strict", "--site-dir", site],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        check=False,
        capture_output=True,
        text=True,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    assert _public_names() - _described(site) == set()

    # Searched from a page that lies deeper, and some pages looked at.
    search = """
        await page.waitForSelector("[data-md-component=search-query]");
        await page.evaluate(() => document.querySelector("#__search").click());
        await page.type("[data-md-component=search-query]", "entry_id");
        await page.waitForSelector(".md-search-result__link", { timeout: 30000 });
        return page.evaluate(() => document.querySelector(".md-search-result__link").href);
    """
    pages = ("index.html", "reference/cli.html", "benchmarks.html", "examples.html")
    seen = visit(
        {"address": (site / "how-to/curate.html").as_uri(), "width": 1300, "script": search},
        *({"address": (site / page).as_uri(), "width": 1300} for page in pages),
    )
    assert seen[0]["result"].startswith((site / "reference").as_uri())
    for one in seen:
        assert one["errors"] == []
        assert [each for each in one["requests"] if not each.startswith(("file:", "data:"))] == []


def _public_names() -> set[str]:
    """Each public name, with the module in which it is made."""
    names, module = set(), ""
    for line in (ROOT / "tests/data/public-api.txt").read_text("utf-8").splitlines():
        if section := re.fullmatch(r"\[(.+)\]", line):
            module = section[1]
        elif found := re.match(r"(?:class )?([A-Za-z]\w*)(?:, of (\S+))?", line):
            names.add(f"{found[2] or module}.{found[1]}")
    return names


def _described(site: Path) -> set[str]:
    """What the reference describes, or names as another name of it."""
    # After four lines come compressed ones: name, role, priority, address, words to show.
    data = (site / "objects.inv").read_bytes().split(b"\n", 4)[4]
    return {line.split(" ", 1)[0] for line in zlib.decompress(data).decode().splitlines()}
