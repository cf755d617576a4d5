"""`--open` shows a book in the browser that `BROWSER` names."""

import os
from pathlib import Path

import pytest
from lxml import html


@pytest.fixture
def browser(tmp_path: Path) -> dict[str, str]:
    """An environment with a browser that notes what it was to open, and a place for pages."""
    program = tmp_path / "browser"
    program.write_text(f'#!/bin/sh\necho "$1" >> "{tmp_path}/opened"\n')
    program.chmod(0o755)
    (tmp_path / "pages").mkdir()
    return {**os.environ, "BROWSER": str(program), "TMPDIR": str(tmp_path / "pages")}


def _opened(folder: Path) -> Path:
    [address] = (folder / "opened").read_text().splitlines()
    return Path(address.removeprefix("file://"))


@pytest.fixture
def jokes(run, archive: Path) -> str:
    run("-q", "init", "jokes.db", "--title", "Jokes")
    run("-q", "-L", "jokes.db", "import", "archive/")
    return "jokes.db"


def test_a_book_is_shown_as_a_page_in_its_own_theme(
    run, browser: dict[str, str], jokes: str, tmp_path: Path
) -> None:
    (tmp_path / "own.css").write_text("p { letter-spacing: 0.123em }")
    (tmp_path / "before.txt").write_text("Before you read.")
    options = ("--title", "Own", "--css", "own.css", "--preface", "before.txt", "--theme", "modern")
    result = run("-L", jokes, "export", "book.epub", "--open", *options, env=browser)
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "book.epub").is_file()
    shown = _opened(tmp_path)
    page = html.fromstring(shown.read_bytes())
    assert page.findtext(".//title") == "Own"
    assert len(page.findall(".//article")) == 4
    assert "letter-spacing: 0.123em" in page.findtext(".//style")
    assert "Before you read." in page.text_content()
    assert page.xpath("//img[@role='doc-cover']")
    assert result.stderr.splitlines()[-1] == f"opened {shown}"
    assert result.stdout == ""


def test_a_book_is_shown_before_it_is_written(
    run, browser: dict[str, str], jokes: str, tmp_path: Path
) -> None:
    before = sorted(tmp_path.iterdir())
    result = run("-L", jokes, "export", "--open", "--json", env=browser)
    assert result.returncode == 0, result.stderr
    assert f'"opened": "{_opened(tmp_path)}"' in result.stdout
    (tmp_path / "opened").unlink()
    assert sorted(tmp_path.iterdir()) == before
    run("-L", jokes, "export", "-", 'category:"Blessing messages"', "--open", env=browser)
    page = html.fromstring(_opened(tmp_path).read_bytes())
    assert len(page.findall(".//article")) == 3


@pytest.mark.parametrize(
    ("output", "shown"), [("book.html", "book.html"), ("site/", "site/index.html")]
)
def test_what_is_a_page_already_is_shown_itself(
    run, browser: dict[str, str], archive: Path, tmp_path: Path, output: str, shown: str
) -> None:
    result = run("convert", "archive/", output, "--to", "html", "--open", env=browser)
    assert result.returncode == 0, result.stderr
    assert _opened(tmp_path) == tmp_path / shown


def test_an_old_page_is_taken_away_and_a_new_one_is_not(
    run, browser: dict[str, str], jokes: str, tmp_path: Path
) -> None:
    for name in ("old", "new"):
        (tmp_path / f"pages/collectionlib-open-{name}").mkdir()
    os.utime(tmp_path / "pages/collectionlib-open-old", (0, 0))
    run("-L", jokes, "export", "--open", env=browser)
    left = {path.name for path in (tmp_path / "pages").iterdir()}
    assert "collectionlib-open-new" in left
    assert "collectionlib-open-old" not in left
    assert len(left) == 2


def test_without_a_browser_it_says_where_the_page_is(
    run, browser: dict[str, str], jokes: str, tmp_path: Path
) -> None:
    browser["BROWSER"] = str(tmp_path / "nowhere")
    result = run("-L", jokes, "export", "--open", env=browser)
    assert result.returncode == 0
    [page] = (tmp_path / "pages").rglob("book.html")
    assert result.stderr == f"{page} is the page; no browser could be opened: set BROWSER to one\n"


def test_without_a_terminal_no_browser_is_opened(
    run, browser: dict[str, str], jokes: str, tmp_path: Path
) -> None:
    del browser["BROWSER"]
    result = run("-L", jokes, "export", "--open", env=browser)
    assert result.returncode == 0
    assert result.stderr.endswith("is the page; no browser was opened, for there is no terminal\n")


def test_without_an_output_there_must_be_something_to_do(run, jokes: str) -> None:
    result = run("-L", jokes, "export")
    assert result.returncode == 2
    assert "missing argument 'OUTPUT'" in result.stderr


def test_the_book_of_a_recipe_is_shown_before_it_is_built(
    run, browser: dict[str, str], jokes: str, tmp_path: Path
) -> None:
    (tmp_path / "own.css").write_text("p { letter-spacing: 0.123em }")
    (tmp_path / "r.toml").write_text(
        f"[book]\ntitle = 'Mine'\n[output]\ncollection = '{jokes}'\n"
        "files = ['a.epub']\ncss = 'own.css'\n"
        "[[part]]\ntitle = 'Wishes'\nquery = 'category:\"Blessing messages\"'\n"
    )
    result = run("build", "r.toml", "--dry-run", "--open", env=browser)
    assert result.returncode == 0, result.stderr
    shown = _opened(tmp_path)
    page = shown.read_text("utf-8")
    assert "Wishes" in page
    assert "0.123em" in page
    assert html.fromstring(page.encode()).findtext(".//title") == "Mine"
    assert not (tmp_path / "a.epub").exists()
    (tmp_path / "opened").unlink()

    result = run("build", "r.toml", "--open", env=browser)
    assert result.stderr.splitlines()[-1] == f"opened {_opened(tmp_path)}"
    assert (tmp_path / "a.epub").exists()
    assert run("build", "r.toml", "--check", "--open", env=browser).returncode == 2
