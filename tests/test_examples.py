"""The examples do what they say."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from lxml import etree

ROOT = Path(__file__).parents[1]


def _run(*arguments: object, cwd: Path) -> str:
    result = subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        timeout=120,
    )
    return result.stdout


@pytest.mark.slow
def test_the_demo_makes_three_books_and_says_where(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    said = _run("examples/demo.py", cwd=tmp_path)
    out = tmp_path / "build/demo"
    for name in ("book.epub", "book.json", "book.txt"):
        assert (out / name).stat().st_size > 10_000
        assert str(out / name) in said
    assert zipfile.is_zipfile(out / "book.epub")


@pytest.mark.slow
def test_the_library_in_a_few_lines(tmp_path: Path) -> None:
    said = _run(
        ROOT / "examples/library.py", ROOT / "examples/archive", tmp_path, cwd=tmp_path
    ).splitlines()
    assert said[0] == "209 entries from 54 files"
    assert sorted(line.split(maxsplit=1)[1] for line in said[1:]) == [
        "By hand",
        "Wishes that fit on a postcard",
    ]
    assert (tmp_path / "book.epub").exists()


PLUGINS = ("atom-exporter", "zip-storage")


@pytest.fixture(scope="module")
def plugins(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which the packages of examples/plugins are installed, from their wheels."""
    folder = tmp_path_factory.mktemp("plugins")
    shutil.copytree(ROOT / "examples/plugins", folder / "source")
    for name in PLUGINS:
        wheel = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder]
        subprocess.run([*wheel, folder / "source" / name], check=True, capture_output=True)
    for wheel in folder.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder / "installed")
    return {**os.environ, "PYTHONPATH": str(folder / "installed")}


def _cli(environment: dict[str, str], cwd: Path, *arguments: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", "collectionlib", *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        timeout=120,
    ).stdout


@pytest.mark.slow
def test_the_packages_of_others_are_found_by_name_and_by_ending(
    plugins: dict[str, str], tmp_path: Path
) -> None:
    said = _cli(plugins, tmp_path, "plugins")
    assert re.search(r"^exporter +atom +collectionlib-atom$", said, re.MULTILINE)
    assert re.search(r"^storage +zip +collectionlib-zip$", said, re.MULTILINE)
    _cli(plugins, tmp_path, "init", "texts.textzip", "--title", "Wisdom")
    archive = str(ROOT / "examples/archive")
    _cli(plugins, tmp_path, "-q", "-L", "texts.textzip", "import", archive)
    with zipfile.ZipFile(tmp_path / "texts.textzip") as kept:
        assert len(kept.namelist()) == 1 + 209
    _cli(plugins, tmp_path, "-L", "texts.textzip", "export", "feed.atom", "category:Fables")
    feed = etree.parse(tmp_path / "feed.atom").getroot()
    titles = [title.text for title in feed.iterfind("{*}entry/{*}title")]
    assert len(titles) == 40
    assert titles[0] == "The Fox and the Grapes"
    before = (tmp_path / "feed.atom").read_bytes()
    _cli(plugins, tmp_path, "-L", "texts.textzip", "export", "feed.atom", "category:Fables")
    assert (tmp_path / "feed.atom").read_bytes() == before


@pytest.mark.slow
def test_the_storage_of_others_keeps_the_promises(plugins: dict[str, str], tmp_path: Path) -> None:
    """With its own tests, but for those that take minutes: killing it at any moment."""
    shutil.copy(ROOT / "examples/plugins/zip-storage/test_collectionlib_zip.py", tmp_path)
    chosen = "not any_time and not any_system_call and not in_another_process"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", chosen],
        cwd=tmp_path,
        env=plugins,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout
    assert int(re.search(r"(\d+) passed", done.stdout)[1]) > 25


def test_a_plugin_is_fifty_lines() -> None:
    for name in PLUGINS:
        (path,) = (ROOT / "examples/plugins" / name).glob("collectionlib_*.py")
        assert len(path.read_text("utf-8").splitlines()) <= 50, path


@pytest.mark.slow
def test_the_recipe_makes_its_books(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path, dirs_exist_ok=True)
    call = ("-m", "collectionlib", "-q")
    _run(*call, "init", "wisdom.db", "--language", "en", cwd=tmp_path)
    _run(*call, "-L", "wisdom.db", "import", "archive/", cwd=tmp_path)
    _run(*call, "build", "anthology.toml", cwd=tmp_path)
    text = (tmp_path / "books/wisdom.txt").read_text("utf-8")
    assert "Told by animals\n  The Fox and the Grapes\n" in text, "what is named comes first"
    assert "How to read these\n" in text
    assert zipfile.is_zipfile(tmp_path / "books/wisdom.epub")
    assert len((tmp_path / "books/titles.jsonl").read_text("utf-8").splitlines()) == 76
    assert _run(*call, "build", "anthology.toml", "--check", cwd=tmp_path) == ""
