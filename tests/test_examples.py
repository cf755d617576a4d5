"""The examples do what they say."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

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


def test_the_demo_makes_three_books_and_says_where(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    said = _run("examples/demo.py", cwd=tmp_path)
    out = tmp_path / "build/demo"
    for name in ("book.epub", "book.json", "book.txt"):
        assert (out / name).stat().st_size > 10_000
        assert str(out / name) in said
    assert zipfile.is_zipfile(out / "book.epub")


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
